"""Outlook messages (.msg), read from their OLE streams.

unstructured, by python-oxmsg, reads the words of a message in Traditional Chinese in a Western
encoding (its plain body not at all: "unknown encoding: windows-950"), and passes over messages
that are attached to messages.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.parser import HeaderParser
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from ingest.encoding import NotText, decode_text
from ingest.letters import Attachment, Letter
from ingest.rtf_text import rtf_body

_CLASS, _SUBJECT, _SENDER, _HEADERS = 0x001A, 0x0037, 0x0C1A, 0x007D
_BODY, _RTF, _HTML = 0x1000, 0x1009, 0x1013
_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME = 0x3707, 0x3704, 0x3001
_DATA, _MIME, _CONTENT_ID = 0x3701, 0x370E, 0x3712
_SENT_AT, _RECEIVED_AT = 0x0039, 0x0E06
_CODEPAGES = (0x3FDE, 0x3FFD)
_BINARY, _UNICODE, _BYTES, _OBJECT = "0102", "001F", "001E", "000D"
_NAMES = {936: "gb18030", 54936: "gb18030", 950: "big5hkscs", 932: "cp932", 65001: "utf-8",
          20936: "gb18030", 28591: "cp1252", 20127: "cp1252"}  # fmt: skip
_ATTACHED = "__attach_version1.0_"
_LOCKED_TYPES = ("application/pgp-encrypted", "application/x-microsoft-rpmsg-message")
_PROPERTIES = "__properties_version1.0"
_TIMES = 10_000_000
_DEEPEST = 8
_STREAM = 2
_CID = re.compile(r"cid:([^\"'\s>)]+)", re.I)


def read_message(path: Path) -> Letter:
    """Read a message file.

    Raises:
        OSError: the file is no OLE file, or damaged.
    """
    import olefile  # type: ignore[import-untyped]

    with olefile.OleFileIO(path) as file:
        return _Message(file, ()).letter()


class _Message:
    """One message: the file itself, or one that is attached to another."""

    def __init__(self, file: Any, path: tuple[str, ...]) -> None:
        self._file = file
        self._path = path

    def letter(self) -> Letter:
        """Return what the message says."""
        html, text = self._body()
        attachments = tuple(self._attachments(html))
        return Letter(
            subject=self._text(_SUBJECT),
            sender=_name_only(self._text(_SENDER)),
            sent=self._sent(),
            html=html,
            text=text,
            attachments=attachments,
            locked=self._is_locked(attachments),
        )

    def _stream(self, path: tuple[str, ...], tag: int, kind: str) -> bytes | None:
        name = [*path, f"__substg1.0_{tag:04X}{kind}"]
        if not self._file.exists(name) or self._file.get_type(name) != _STREAM:
            return None
        return bytes(self._file.openstream(name).read())

    def _text(self, tag: int, path: tuple[str, ...] | None = None) -> str:
        place = self._path if path is None else path
        wide = self._stream(place, tag, _UNICODE)
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\x00")
        narrow = self._stream(place, tag, _BYTES)
        return self._decoded(narrow).rstrip("\x00") if narrow else ""

    def _decoded(self, data: bytes) -> str:
        for encoding in (self._encoding, "utf-8"):
            try:
                return data.decode(encoding)
            except (LookupError, UnicodeDecodeError):
                continue
        try:
            return decode_text(data)
        except NotText:
            return data.decode("cp1252", "replace")

    @cached_property
    def _encoding(self) -> str:
        for tag in _CODEPAGES:
            page = self._fixed.get(tag, b"")[:4]
            if page:
                number = int.from_bytes(page, "little")
                return _NAMES.get(number, f"cp{number}")
        return "utf-8"

    @cached_property
    def _fixed(self) -> dict[int, bytes]:
        """The properties that are stored by value: numbers and dates."""
        data = self._file.openstream([*self._path, _PROPERTIES]).read()
        # The header of an attached message is shorter.
        start = 24 if self._path else 32
        found = {}
        for place in range(start, len(data) - 15, 16):
            found[struct.unpack_from("<H", data, place + 2)[0]] = data[place + 8 : place + 16]
        return found

    def _body(self) -> tuple[str, str]:
        """Return the body as HTML and as text; that in RTF counts where there is no other."""
        data = self._stream(self._path, _HTML, _BINARY)
        html = self._decoded(data) if data else self._text(_HTML)
        text = self._text(_BODY)
        if html.strip() or text.strip():
            return html, text
        rtf = self._stream(self._path, _RTF, _BINARY)
        return rtf_body(rtf, self._encoding) if rtf else ("", "")

    def _sent(self) -> datetime | None:
        for tag in (_SENT_AT, _RECEIVED_AT):
            ticks = int.from_bytes(self._fixed.get(tag, b""), "little")
            if ticks:
                try:
                    return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(seconds=ticks // _TIMES)
                except OverflowError:
                    continue
        try:
            return parsedate_to_datetime(str(self._headers["Date"]))
        except (TypeError, ValueError):
            return None

    @cached_property
    def _headers(self) -> Any:
        return HeaderParser().parsestr(self._text(_HEADERS))

    def _is_locked(self, attachments: tuple[Attachment, ...]) -> bool:
        kind = self._text(_CLASS).lower()
        if "smime" in kind and "multipartsigned" not in kind:
            return True
        if "encrypted" in str(self._headers.get("Content-Type", "")).lower():
            return True
        return any(a.media_type in _LOCKED_TYPES for a in attachments)

    def _attachments(self, html: str) -> Iterator[Attachment]:
        shown = {match.group(1).lower() for match in _CID.finditer(html)}
        depth = len(self._path)
        names = {
            str(entry[depth])
            for entry in self._file.listdir(streams=False, storages=True)
            if tuple(entry[:depth]) == self._path and len(entry) > depth
        }
        for name in sorted(name for name in names if name.startswith(_ATTACHED)):
            yield self._attachment((*self._path, name), shown)

    def _attachment(self, path: tuple[str, ...], shown: set[str]) -> Attachment:
        named = (self._text(tag, path) for tag in (_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME))
        name = next((text for text in named if text), "")
        inner = (*path, f"__substg1.0_{_DATA:04X}{_OBJECT}")
        is_message = self._file.exists([*inner, _PROPERTIES])
        if is_message and len(path) < 2 * _DEEPEST:
            letter = _Message(self._file, inner).letter()
            return Attachment(
                name or letter.subject, b"", "application/vnd.ms-outlook", message=letter
            )
        data = self._stream(path, _DATA, _BINARY) or b""
        cid = self._text(_CONTENT_ID, path).strip("<>").lower()
        return Attachment(name, data, self._text(_MIME, path).lower(), bool(cid) and cid in shown)


def _name_only(sender: str) -> str:
    return "" if "@" in sender and " " not in sender.strip() else sender.split("<")[0].strip(' "')
