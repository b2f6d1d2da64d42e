"""A message as a document: subject, body, what it answers to, and its attachments in turn."""

from __future__ import annotations

import mimetypes
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from core.errors import CiteDeskError, FileEncrypted, NoText
from core.ports import Progress
from core.types import Element, ElementKind, RawFile
from ingest.clean import clean_line
from ingest.notes import reads_chinese
from ingest.parsers.base import Parsed
from ingest.quotes import add_html, add_plain
from ingest.structure import Outline

MOST_NESTED = 2
"""How deep messages are followed into messages that are attached to them."""
MOST_ATTACHMENTS = 50
"""How many attachments of one file are read, those of attached messages among them."""
MOST_ATTACHED_BYTES = 200 * 1024 * 1024
"""How large they may be together."""

_DECORATION_BYTES = 10_000
_PICTURE_TYPES = ("image/",)
# They prove who sent a message and say nothing to a reader.
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature",
               "application/pgp-signature", "application/pgp-keys")  # fmt: skip
_TAG = re.compile(r"<style.*?</style>|<[^<>]*>", re.I | re.S)
_UNSAFE = re.compile(r'[\x00-\x1f/\\:*?"<>|]+')


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message."""

    name: str
    data: bytes
    media_type: str = ""
    inline: bool = False
    """Shown within the body, as logos and pictures in signatures are."""
    message: Letter | None = None
    """The message that is attached, where the format keeps it in parts and not as a file."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message says, whatever format it is stored in."""

    subject: str = ""
    sender: str = ""
    """Name of the sender; never an address."""
    sent: datetime | None = None
    html: str = ""
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    locked: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Budget:
    """What may still be read of one file's attachments."""

    depth: int = 0
    files: int = MOST_ATTACHMENTS
    bytes: int = MOST_ATTACHED_BYTES
    warnings: list[str] = field(default_factory=list)


_budget: ContextVar[_Budget | None] = ContextVar("attachments", default=None)


def assemble(letter: Letter, raw: RawFile, progress: Progress) -> Parsed:
    """Return a message with everything attached to it as one document.

    Raises:
        FileEncrypted: the message is.
        NoText: neither it nor anything attached to it holds text.
    """
    if letter.locked:
        raise FileEncrypted(
            f"{raw.name} is an encrypted message.",
            "Open it in its mail program, save it without encryption, and add the copy.",
        )
    title = clean_line(letter.subject) or Path(raw.name).stem
    chinese = reads_chinese(f"{title} {letter.text or _TAG.sub(' ', letter.html)}")
    outline = Outline()
    outline.heading(title, is_document=True)
    if letter.html:
        add_html(outline, letter.html, chinese=chinese)
    if letter.text and len(outline.elements) == 1:
        add_plain(outline, letter.text, chinese=chinese)
    body = len(outline.elements)
    warnings = [*letter.warnings, *_attach(outline, letter.attachments, progress)]
    if len(outline.elements) == 1:
        raise NoText(
            f"{raw.name} holds no text. {' '.join(warnings)}".strip(),
            "Add what is attached to it in a format that can be read.",
        )
    if body > 1 and (said := _heading_line(letter, chinese)):
        outline.elements.insert(1, Element(ElementKind.TEXT, said, headings=(title,)))
    progress("parse", 1.0)
    return Parsed(tuple(outline.elements), title, warnings=tuple(warnings))


def _heading_line(letter: Letter, chinese: bool) -> str:
    """Return who wrote it and when: an answer from a colleague counts by its date."""
    date = f"{letter.sent:%Y-%m-%d %H:%M}" if letter.sent else ""
    labels = ("发件人：", "日期：") if chinese else ("From: ", "Date: ")
    parts = [f"{label}{value}" for label, value in zip(labels, (letter.sender, date), strict=True)]
    return ("；" if chinese else "; ").join(part for part in parts if part[-1] not in "： ")


@contextmanager
def _nested() -> Iterator[_Budget]:
    """Go one message deeper; all messages of one file share what may be read."""
    outer = _budget.get()
    inner = _Budget() if outer is None else outer
    inner.depth += 1
    token = _budget.set(inner)
    try:
        yield inner
    finally:
        inner.depth -= 1
        _budget.reset(token)


def _attach(
    outline: Outline, attachments: Sequence[Attachment], progress: Progress
) -> Iterator[str]:
    """Add each attachment as a section; yield a warning for each that could not be read."""
    with _nested() as budget:
        for number, attachment in enumerate(attachments):
            progress("parse", number / len(attachments))
            if attachment.media_type in _SIGNATURES or _is_decoration(attachment):
                continue
            name = _safe_name(attachment, number)
            if reason := _over(budget, attachment):
                yield f"Attachment not read: {name} ({reason})."
                continue
            budget.files -= 1
            budget.bytes -= len(attachment.data)
            try:
                parsed = _parsed(attachment, name, progress)
            except CiteDeskError as error:
                picture = attachment.media_type.startswith(_PICTURE_TYPES)
                if not (isinstance(error, NoText) and picture and attachment.inline):
                    yield f"Attachment not read: {name} ({_reason(error)})."
                continue
            _section(outline, name, parsed.elements)
            yield from (f"{name}: {warning}" for warning in parsed.warnings)


def _is_decoration(attachment: Attachment) -> bool:
    picture = attachment.media_type.startswith(_PICTURE_TYPES)
    return picture and attachment.inline and len(attachment.data) < _DECORATION_BYTES


def _over(budget: _Budget, attachment: Attachment) -> str:
    if budget.depth > MOST_NESTED:
        return f"more than {MOST_NESTED} messages deep"
    if budget.files <= 0:
        return f"more than {MOST_ATTACHMENTS} attachments"
    if len(attachment.data) > budget.bytes:
        return f"more than {MOST_ATTACHED_BYTES // 1024**2} MB attached"
    return ""


def _reason(error: CiteDeskError) -> str:
    return error.code.replace("_", " ").lower()


def _parsed(attachment: Attachment, name: str, progress: Progress) -> Parsed:
    from ingest.parse import parse_file

    if attachment.message is not None:
        return assemble(attachment.message, RawFile(name, "", "", Path(name)), progress)
    with tempfile.TemporaryDirectory(prefix="citedesk-") as folder:
        # Never under the name that the message gives: it may be anything.
        path = Path(folder) / f"attachment{Path(name).suffix[:10]}"
        path.write_bytes(attachment.data)
        return parse_file(RawFile(name, "", "", path))


def _safe_name(attachment: Attachment, number: int) -> str:
    name = clean_line(_UNSAFE.sub(" ", attachment.name)).strip(". ")[-120:]
    if not name:
        name = f"attachment {number + 1}"
    if not Path(name).suffix and attachment.message is None:
        name += mimetypes.guess_extension(attachment.media_type) or ""
    return name


def _section(outline: Outline, name: str, elements: Sequence[Element]) -> None:
    """Add the elements of an attached file below its name; its pages are not the message's."""
    outline.heading(name, level=1)
    path, depth = outline.path, outline.depth
    first = elements[0]
    # A title that only repeats the name would stand there twice.
    repeats = int(first.kind is ElementKind.TITLE and first.text in (name, Path(name).stem))
    for element in elements[repeats:]:
        below = element.headings[repeats:]
        level = depth + len(below) + 1 if element.kind is ElementKind.TITLE else element.level
        headings = (*path, *below)
        outline.elements.append(
            replace(element, headings=headings, level=level, page=None, boxes=())
        )
