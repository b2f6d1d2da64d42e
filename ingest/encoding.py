"""Which encoding a text file is in, decided by its bytes."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Lead bytes of the characters that each national standard calls common.
_COMMON = {
    "gb18030": (
        re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]"),
        re.compile(rb"[\x81-\xfe][\x30-\xfe]"),
    ),
    "big5": (
        re.compile(rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]"),
        re.compile(rb"[\x81-\xfe][\x40-\x7e\xa1-\xfe]"),
    ),
    "cp932": (
        re.compile(rb"[\x81-\x83\x88-\x97][\x40-\x7e\x80-\xfc]"),
        re.compile(rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]|[\xa1-\xdf]"),
    ),
}
_SAMPLE = 65_536
_BROKEN_SHARE = 0.002
_WESTERN_SHARE = 0.25
_USUAL = re.compile(r"[\t\n\r -~\u00a0-\u024f\u2010-\u2030\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class NotText(ValueError):
    """The bytes are not text in any encoding we know."""


def decode_text(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16, UTF-32, GB18030, Big5, Shift-JIS or Latin-1.

    Raises:
        NotText: the bytes are no text.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    if wide := _utf16(data):
        return data.decode(wide, "replace")
    if len(_CONTROL.findall(data[:_SAMPLE])) > max(3, len(data[:_SAMPLE]) / 200):
        raise NotText("control bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    damaged = data.decode("utf-8", "replace")
    if damaged.count("\ufffd") <= max(1, len(damaged) * _BROKEN_SHARE) and _has_utf8(data):
        return damaged
    return data.decode(_national(data), "replace")


def _has_utf8(data: bytes) -> bool:
    return bool(re.search(rb"[\xc3-\xef][\x80-\xbf]{1,2}[\x00-\x7f\xc3-\xef]", data))


def _utf16(data: bytes) -> str:
    """Name the UTF-16 that text without a byte-order mark is in; Latin letters have a zero byte."""
    sample = data[: _SAMPLE - _SAMPLE % 2]
    if len(sample) < 4 or len(data) % 2 or 0 not in sample:
        return ""
    best, best_share = "", 0.9
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, "replace")
        share = len(_USUAL.findall(text)) / len(text)
        if share > best_share:
            best, best_share = encoding, share
    return best


def _national(data: bytes) -> str:
    sample = data[:_SAMPLE]
    best, best_share = "", 0.0
    for encoding, (common, character) in _COMMON.items():
        try:
            sample[: _SAMPLE - 4].decode(encoding, "strict" if len(data) < _SAMPLE else "replace")
        except UnicodeDecodeError as error:
            # A file cut in the middle of a character is still text.
            if error.end < len(sample) - 4:
                continue
        high = sum(len(piece) for piece in character.findall(sample))
        share = 2 * len(common.findall(sample)) / high if high else 0.0
        if share > best_share:
            best, best_share = encoding, share
    if best and best_share > 0.5:
        return best
    if sum(byte > 127 for byte in sample) <= len(sample) * _WESTERN_SHARE:
        return "cp1252"
    raise NotText("no encoding fits")
