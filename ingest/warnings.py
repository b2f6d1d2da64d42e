"""What parsers warn of: the sentences, and what each of them says, for other languages.

A warning is an English sentence from its parser to the records, so that a log, a command and an
old database all read alike. Whoever shows it in another language gets its code and values back
with :func:`recognised`. A parser's sentence that is not listed here is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

UNKNOWN = "parser"
"""Code of a sentence that is not listed."""

SENTENCES: Mapping[str, str] = {
    "pages_unreadable": "Pages that cannot be read: {pages}.",
    "pages_blank": "Pages without text: {pages}.",
    "pages_from_pictures": "Pages read by OCR: {pages}.",
    "pages_doubtful": "Pages read with low confidence: {pages}.",
    "pages_unmapped": "Pages whose characters the file does not name: {pages}.",
    "pages_backwards": "Pages written from right to left, whose order may be wrong: {pages}.",
    "pictures_read": "Pictures read by OCR: {n}.",
    "pictures_left_out": "Pictures not read, being too many: {n}.",
    "comment_left_out": "{n} comment was left out.",
    "comments_left_out": "{n} comments were left out.",
    "changes_accepted": "Tracked changes were read as accepted.",
    "text_unseen": "Text that a reader cannot see was left out: {n} characters.",
    "model_addressed": "Sentences that turn to a language model, never quoted: {n}.",
    "slides_blank": "Slides without text: {slides}.",
    "slides_hidden": "Hidden slides left out: {slides}.",
    "sheets_hidden": "Hidden sheets left out: {sheets}.",
    "cells_hidden": "Hidden rows or columns left out on sheet {sheet}.",
    "result_missing": "{n} formula has no stored result: open the workbook in Excel and save it.",
    "results_missing": "{n} formulas have no stored result: "
    "open the workbook in Excel and save it.",
    "columns_left_out": "Columns after the first {kept} left out; the widest row has {widest}.",
    "include_not_read": "The included file {file} was not read.",
    "line_unsound": "Line {line} is not sound; kept as text.",
    "attachment_not_read": "Attachment not read: {name} ({reason}).",
    "page_not_excluded": "A correction no longer fits: page {page} is not left out.",
    "heading_unfit": "A correction no longer fits: “{text}” as a heading{place}.",
    "body_unfit": "A correction no longer fits: “{text}” as body text{place}.",
}
"""Code -> sentence; what stands in braces differs from case to case."""

_INSIDE = re.compile(r"(?P<file>[^:]{1,200}): (?P<rest>.+)", re.DOTALL)
_VALUE = re.compile(r"\\\{(\w+)\\\}")


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning taken apart."""

    code: str
    values: Mapping[str, str]
    files: tuple[str, ...] = ()
    """The file within the document that it is about, the outermost first."""


def said(code: str, **values: object) -> str:
    """Return the sentence of a warning."""
    return SENTENCES[code].format(**values)


def recognised(sentence: str) -> Warned:
    """Return the code and the values of a warning's sentence."""
    for code, pattern in _patterns():
        if found := pattern.fullmatch(sentence):
            return Warned(code, found.groupdict())
    if inside := _INSIDE.fullmatch(sentence):
        warned = recognised(inside["rest"])
        if warned.code != UNKNOWN:
            return Warned(warned.code, warned.values, (inside["file"], *warned.files))
    return Warned(UNKNOWN, {})


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (code, re.compile(_VALUE.sub(r"(?P<\1>.*)", re.escape(sentence)), re.DOTALL))
        for code, sentence in SENTENCES.items()
    )
