"""The body of an Outlook message that was stored as compressed RTF and nothing else."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, replace

_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096
_COMPRESSED, _PLAIN = b"LZFu", b"MELA"
_LARGEST = 10_000_000
_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|(.)", re.I | re.S
)
_HIDDEN = frozenset(
    """fonttbl colortbl stylesheet info pict object header footer themedata datastore listtable
    listoverridetable generator xmlnstbl rsidtbl latentstyles""".split()
)
_BREAKS = {
    "par": "\n", "line": "\n", "row": "\n", "tab": "\t", "cell": "\t", "emdash": "—", "endash": "–",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
}  # fmt: skip
_CODEPAGE = re.compile(rb"\\ansicpg(\d+)")


def rtf_body(data: bytes, encoding: str) -> tuple[str, str]:
    """Return the body in a compressed RTF stream as HTML, where it was made from some, and text.

    Raises:
        ValueError: the stream is damaged.
    """
    rtf = decompressed(data)
    encapsulated = b"\\fromhtml" in rtf[:2000]
    page = _CODEPAGE.search(rtf[:2000])
    encoding = f"cp{page.group(1).decode()}" if page and page.group(1) != b"65001" else encoding
    text = _Words(encoding, html=encapsulated).text(rtf)
    return (text, "") if encapsulated else ("", text)


def decompressed(data: bytes) -> bytes:
    """Undo the compression that Outlook gives its RTF (MS-OXRTFCP)."""
    if len(data) < 16:
        raise ValueError("no compressed RTF")
    size, kind = struct.unpack_from("<I4s", data, 4)
    if kind == _PLAIN:
        return data[16 : 16 + size]
    if kind != _COMPRESSED or size > _LARGEST:
        raise ValueError("no compressed RTF")
    window = bytearray(_START.ljust(_WINDOW, b"\x00"))
    write, place = len(_START), 16
    out = bytearray()
    while place < len(data) and len(out) < size:
        flags = data[place]
        place += 1
        for bit in range(8):
            if place >= len(data):
                break
            if not flags >> bit & 1:
                piece = data[place : place + 1]
                place += 1
            else:
                token = int.from_bytes(data[place : place + 2], "big")
                place += 2
                start = token >> 4
                if start == write:
                    return bytes(out)
                piece = _copied(window, start, write, (token & 15) + 2)
            for byte in piece:
                window[write] = byte
                write = (write + 1) % _WINDOW
            out += piece
    return bytes(out[:size])


def _copied(window: bytearray, start: int, write: int, length: int) -> bytes:
    """Return what stands at a place of the window, which may run into what it writes."""
    run = (write - start) % _WINDOW
    return bytes(window[(start + i % run) % _WINDOW] for i in range(length))


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds within a pair of braces."""

    hidden: bool = False
    html: bool = False
    skip: int = 1
    """How many characters stand for each Unicode one, for readers that know none."""


class _Words:
    """Collects the words of an RTF text, or the HTML that is wrapped in it."""

    def __init__(self, encoding: str, *, html: bool) -> None:
        self._encoding = encoding
        self._html = html
        self._out: list[str] = []
        self._raw = bytearray()
        self._group = _Group()
        self._outer: list[_Group] = []
        self._mute = False
        self._skipping = 0

    def text(self, rtf: bytes) -> str:
        """Return what is shown of an RTF text."""
        for match in _TOKEN.finditer(rtf):
            word, number, code, symbol, brace, other = match.groups()
            if brace:
                self._brace(brace)
            elif word:
                self._word(word.decode("ascii").lower(), int(number) if number else None)
            elif symbol == b"*":
                self._group = replace(self._group, hidden=True)
            elif code or other or symbol in (b"\\", b"{", b"}"):
                self._bytes(bytes.fromhex(code.decode()) if code else (other or symbol))
            elif symbol == b"~":
                self._bytes(b" ")
        self._flush()
        return "".join(self._out)

    def _brace(self, brace: bytes) -> None:
        if brace == b"{":
            self._outer.append(self._group)
        elif self._outer:
            self._group = self._outer.pop()

    def _word(self, name: str, value: int | None) -> None:
        if name == "htmlrtf":
            # What stands between is how the HTML looks in RTF: it is there twice.
            self._mute = value != 0
        elif name == "htmltag":
            self._group = replace(self._group, html=True, hidden=False)
        elif name in _HIDDEN:
            self._group = replace(self._group, hidden=True)
        elif name == "uc":
            self._group = replace(self._group, skip=value or 0)
        elif name == "u" and value is not None and self._shown:
            self._write(chr(value % 65536))
            self._skipping = self._group.skip
        elif name in _BREAKS and self._shown and not self._group.html:
            self._write(_BREAKS[name])

    @property
    def _shown(self) -> bool:
        muted = self._html and self._mute and not self._group.html
        return not self._group.hidden and not muted

    def _write(self, text: str) -> None:
        self._flush()
        self._out.append(text)

    def _bytes(self, data: bytes) -> None:
        if not self._shown:
            return
        if self._skipping:
            self._skipping -= 1
        else:
            self._raw += data

    def _flush(self) -> None:
        """A character may be written in several bytes: they are decoded together."""
        if self._raw:
            self._out.append(bytes(self._raw).decode(self._encoding, "replace"))
            self._raw.clear()
