"""Questions that no document answers: those of other kinds, with a number that is not known."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.text import fold
from evals.synthetic.base import MAKERS, Made, Source
from evals.synthetic.kinds.cells import cells
from evals.synthetic.kinds.faq import faq
from evals.synthetic.kinds.headings import headings
from evals.synthetic.wording import codes_in

_DIGITS = re.compile(r"\d+")
_MOST_TRIED = 60


@MAKERS.register("unknown")
def unknown(source: Source) -> Iterator[Made]:
    """Ask of a model, a part or a code that stands in no document what one asks of a known one."""
    for maker in (cells, headings, faq):
        for made in maker(source):
            if (changed := _changed(made.question, source.words)) is not None:
                yield Made("unknown", changed, chunk=made.chunk)


def _changed(question: str, known: frozenset[str]) -> str | None:
    """The question with every code in it changed to one that no document has."""
    codes = codes_in(question)
    # What is written small throughout is a word of a program, and not the name of a thing.
    if not codes or any(code == code.lower() for code in codes):
        return None
    for code in sorted(codes, key=len, reverse=True):
        other = _other(code, known)
        if other is None:
            return None
        question = re.sub(rf"(?<![\w-]){re.escape(code)}(?![\w-])", other, question)
    return question


def _other(code: str, known: frozenset[str]) -> str | None:
    """The nearest code that is written alike and known to no document."""
    last = list(_DIGITS.finditer(code))[-1]
    number, width = int(last.group()), len(last.group())
    for more in range(1, _MOST_TRIED):
        # Of one digit, those of one digit come first: an X7 is asked for more often than an X12.
        value = (number + 2 + more) % 9 + 1 if width == 1 and more < 10 else number + 4 + more
        other = f"{code[: last.start()]}{value:0{width}d}{code[last.end() :]}"
        if fold(other) not in known:
            return other
    return None
