"""Internet messages (.eml), by the standard library, with charsets that mail programs misname."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

from ingest.clean import clean_line
from ingest.encoding import NotText, decode_text
from ingest.letters import Attachment, Letter

_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "shift_jis": "cp932",
          "big5": "big5hkscs", "us-ascii": "utf-8", "ascii": "utf-8", "iso-8859-1": "cp1252",
          "unknown-8bit": "utf-8"}  # fmt: skip
_LOCKED = ("multipart/encrypted", "application/pgp-encrypted")
_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_CID = re.compile(r"cid:([^\"'\s>)]+)", re.I)


def read_message(data: bytes) -> Letter:
    """Read a message; parts of it that are damaged come as far as they can be read."""
    message = message_from_bytes(data)
    return _letter(message)


def _letter(message: Message) -> Letter:
    parts = list(_leaves(message))
    bodies = [part for part in parts if _is_body(part)]
    html = "\n".join(_text(p) for p in bodies if p.get_content_type() == "text/html")
    plain = [_text(p) for p in bodies if p.get_content_type() == "text/plain"]
    shown = {match.group(1).lower() for match in _CID.finditer(html)}
    rest = [part for part in parts if not any(part is body for body in bodies)]
    return Letter(
        subject=_header(message, "Subject"),
        sender=_sender(message),
        sent=_sent(message),
        html=html,
        text="\n\n".join(plain),
        attachments=tuple(_attachment(part, shown) for part in rest),
        locked=_is_locked(message),
    )


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts that hold something; a message that is attached is one of them."""
    if message.get_content_type() == "message/rfc822" or not message.is_multipart():
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part)


def _is_body(part: Message) -> bool:
    if part.get_content_disposition() == "attachment" or part.get_filename():
        return False
    return part.get_content_type() in ("text/plain", "text/html")


def _is_locked(message: Message) -> bool:
    kind = message.get_content_type()
    if kind in _SMIME:
        return "signed" not in str(message.get_param("smime-type", ""))
    return kind in _LOCKED


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = str(part.get_content_charset() or "").lower()
    return _decoded(data, charset)


def _decoded(data: bytes, charset: str) -> str:
    if charset:
        try:
            return data.decode(_WIDER.get(charset, charset))
        except (LookupError, UnicodeDecodeError):
            pass
    try:
        return decode_text(data)
    except NotText:
        return data.decode("utf-8", "replace")


def _header(message: Message, name: str) -> str:
    """Return a header in words, be it encoded as the standard says or raw, as many are."""
    written = next((v for k, v in message.raw_items() if k.lower() == name.lower()), "")
    return _words(str(written))


def _words(written: str) -> str:
    try:
        text = written.encode("utf-8").decode()
    except UnicodeEncodeError:
        # Raw bytes, which the standard library keeps as lone surrogates.
        text = _decoded(written.encode("utf-8", "surrogateescape"), "utf-8")
    text = re.sub(r"\r?\n[ \t]*", " ", text)
    if "=?" not in text:
        return clean_line(text)
    try:
        pieces = decode_header(text)
    except HeaderParseError:
        # A damaged header is shown as it was written: it is no reason to lose the message.
        return clean_line(text)
    return clean_line(
        "".join(_decoded(p, charset or "") if isinstance(p, bytes) else p for p, charset in pieces)
    )


def _sender(message: Message) -> str:
    name, _ = parseaddr(_header(message, "From"))
    return "" if "@" in name else clean_line(name)


def _sent(message: Message) -> datetime | None:
    try:
        return parsedate_to_datetime(_header(message, "Date"))
    except (TypeError, ValueError):
        return None


def _attachment(part: Message, shown: set[str]) -> Attachment:
    kind = part.get_content_type()
    name = _words(str(part.get_filename() or ""))
    if kind == "message/rfc822":
        held: Any = part.get_payload()
        inner = held[0] if isinstance(held, list) and held else Message()
        subject = _header(inner, "Subject")
        return Attachment(name or f"{subject or 'message'}.eml", inner.as_bytes(), kind)
    data = part.get_payload(decode=True)
    cid = str(part.get("Content-ID", "")).strip("<> ").lower()
    return Attachment(
        name, data if isinstance(data, bytes) else b"", kind, bool(cid) and cid in shown
    )
