"""Which encoding a text file is in, decided by its bytes and by how the text would read."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from ingest.common_letters import HANGUL, JAPANESE, MARKS, SIMPLIFIED, TRADITIONAL

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ("utf-16-le", "utf-16-be")
# Where two fit equally well, the first is taken.
_NATIONAL = ("gb18030", "cp950", "cp932", "euc_jp", "cp949", "big5hkscs")
_SAMPLE = 16_384
_CONTROL_SAMPLE = 65_536
_BROKEN_SHARE = 0.002
_WESTERN_SHARE = 0.25
_CONVINCING = 0.3
_ESCAPED = (b"\x1b$", b"\x1b(J")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_PLAIN = re.compile(r"[\t\n\r -~]")
_COMMON = SIMPLIFIED | TRADITIONAL | JAPANESE | HANGUL | MARKS
_WESTERN_MARKS = frozenset("°±®©™µ·«»–—‘’“”…•€£¥§×÷½¼¾²³ºª¿¡\u00a0")
# What a letter says for the encoding that it was read in.
_FREQUENT, _KANA, _KATAKANA, _KNOWN, _RARE, _WRONG = 1.0, 0.8, 0.5, 0.3, 0.0, -1.0


class NotText(ValueError):
    """The bytes are not text in any encoding we know."""


def decode_text(data: bytes) -> str:
    """Return the text of a file in UTF-8, -16 or -32, GB18030, Big5, Shift-JIS, or what is near.

    Raises:
        NotText: the bytes are no text.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    escaped = _escaped(data)
    if escaped:
        return escaped
    valid = _utf8(data)
    if valid and 0 not in data[:_CONTROL_SAMPLE]:
        return _checked(data, valid)
    wide, share = max(((name, _reads(data, name)) for name in _WIDE), key=lambda found: found[1])
    if valid and share < _CONVINCING:
        return _checked(data, valid)
    national, best = _national(data)
    if share >= _CONVINCING and share > best:
        return data.decode(wide, "replace")
    return _checked(data, data.decode(national, "replace") if national else "")


def _escaped(data: bytes) -> str:
    """Return the text of ISO-2022-JP, which is plain ASCII to everything else."""
    if not any(mark in data for mark in _ESCAPED):
        return ""
    try:
        return data.decode("iso2022_jp_2")
    except UnicodeDecodeError:
        return ""


def _utf8(data: bytes) -> str:
    """Return the text where it is UTF-8, if need be with a few broken letters; else nothing."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(character > "\x7f" for character in text) - broken
    few = broken <= max(1, len(text) * _BROKEN_SHARE)
    # In another encoding a letter that happens to be sound UTF-8 is an accident.
    return text if few and sound > 2 * broken else ""


def _checked(data: bytes, text: str) -> str:
    sample = data[:_CONTROL_SAMPLE]
    if len(_CONTROL.findall(sample)) > max(3, len(sample) / 200):
        raise NotText("control bytes")
    if data and not text:
        raise NotText("no encoding fits")
    return text


def _national(data: bytes) -> tuple[str, float]:
    """Name the encoding, not a Unicode one, in which the bytes read best; none for no text."""
    scores = {name: _reads(data, name) for name in (*_NATIONAL, "cp1252")}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] >= _CONVINCING:
        return best, scores[best]
    if sum(byte > 127 for byte in data) <= len(data) * _WESTERN_SHARE:
        return "cp1252", 0.0
    return "", 0.0


def _reads(data: bytes, encoding: str) -> float:
    """Return how well the bytes read in an encoding: the mean of what its letters say for it."""
    wide = encoding in _WIDE
    text = _sample(data, wide).decode(encoding, "replace")
    if wide:
        # A letter cut in two at the end says nothing.
        text = text.removesuffix("\ufffd")
    elif text.endswith("\ufffd"):
        text = text[:-1]
    if encoding == "cp1252":
        return _reads_western(text)
    letters = text if wide else _PLAIN.sub("", text)
    return sum(map(_says, letters)) / len(letters) if letters else 0.0


def _sample(data: bytes, wide: bool) -> bytes:
    """Return the part from the first line on that is not plain ASCII."""
    if wide:
        return data[:_SAMPLE]
    found = re.search(rb"[\x80-\xff]", data)
    start = data.rfind(b"\n", 0, found.start()) + 1 if found else 0
    start = max(start, found.start() - 200) if found else 0
    return data[start : start + _SAMPLE]


def _reads_western(text: str) -> float:
    said = []
    for index, letter in enumerate(text):
        if letter <= "\x7f":
            continue
        beside = text[max(0, index - 1) : index + 2].replace(letter, "")
        if letter in _WESTERN_MARKS:
            said.append(_KNOWN + 0.1)
        elif letter.isalpha() and letter <= "\u024f":
            said.append(_KATAKANA if any("A" <= c <= "z" for c in beside) else _RARE)
        else:
            said.append(_WRONG)
    return sum(said) / len(said) if said else 0.0


@lru_cache(maxsize=32_768)
def _says(letter: str) -> float:
    if letter in _COMMON or _PLAIN.match(letter):
        return _FREQUENT
    if "\u3041" <= letter <= "\u3096":
        return _KANA
    if "\u30a1" <= letter <= "\u30fe":
        return _KATAKANA
    if "\uff01" <= letter <= "\uff5e" or "\uac00" <= letter <= "\ud7a3":
        return _KNOWN
    if "\u4e00" <= letter <= "\u9fff":
        return _KNOWN if _in_first_level(letter) else _RARE
    if letter == "\ufffd":
        return 3 * _WRONG
    if "\uff61" <= letter <= "\uff9f" or "\u2010" <= letter <= "\u303f" or letter <= "\u03c9":
        return _RARE if letter >= "\xa0" else _WRONG
    return _WRONG


def _in_first_level(letter: str) -> bool:
    """Say whether one of the national standards counts a Chinese character among the common."""
    for encoding, last in (("gb2312", 0xD7), ("big5", 0xC6), ("shift_jis", 0x97)):
        try:
            if letter.encode(encoding)[0] <= last:
                return True
        except UnicodeEncodeError:
            continue
    return False
