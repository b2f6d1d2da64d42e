"""Questions from procedures: what comes after a step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, pairwise

from answer.extractive.units import has_step_number, spoken
from answer.guidance.procedures import procedures_of
from answer.guidance.types import Procedure
from answer.guidance.words import words_of
from core.text import fold, is_chinese, split_clauses
from evals.synthetic.base import MAKERS, Made, Source
from evals.synthetic.wording import Subject, joined, lowered, words
from retrieval.derived import bare_heading

_FEWEST = 3
_MOST = 3
_FEWEST_CHARACTERS = 5
_LONGEST_TITLE = 40
_LONGEST_ZH, _LONGEST_EN = 40, 110
_ENDS = " 。.；;，,：:！!"
_BROKEN = re.compile(r"[“\"「`{}<>]|https?://")


@MAKERS.register("step")
def steps(source: Source) -> Iterator[Made]:
    """Ask what comes after a step of each procedure, of up to three of its steps."""
    if not source.guidance:
        return
    known = words_of(source.guidance)
    for _, group in groupby(source.chunks, key=lambda chunk: chunk.section):
        for procedure in procedures_of(list(group), known):
            # What only stands in a list need not be done in its order.
            if all(has_step_number(step.text) for step in procedure.steps):
                yield from _after(procedure, source.subject)


def _after(procedure: Procedure, subject: Subject) -> Iterator[Made]:
    told = procedure.steps
    heading = bare_heading(procedure.chunk.headings[-1]) if procedure.chunk.headings else ""
    if len(told) < _FEWEST or not heading:
        return
    made = 0
    for before, after in pairwise(told):
        done = _first_clause(spoken(before.text))
        if not done or made == _MOST:
            continue
        made += 1
        question = _question(heading, done, subject)
        quote = after.text.split("\n")[0]
        yield Made("step", question, spoken(after.text), (quote,), after.unit.chunk)


def _first_clause(step: str) -> str:
    """A step in brief; empty where it cannot be said so."""
    longest = _LONGEST_ZH if is_chinese(step) else _LONGEST_EN
    # A step named first, such as "Record: write down ...", is best known by that name.
    text = step if len(step) <= longest else next((s.text for s in split_clauses(step)), "")
    text = " ".join(text.split("。")[0].split("；")[0].split()).strip(_ENDS)
    enough = len(text) >= _FEWEST_CHARACTERS if is_chinese(text) else text.count(" ") >= 2
    return text if enough and len(text) <= longest and not _BROKEN.search(text) else ""


def _question(heading: str, done: str, subject: Subject) -> str:
    title = subject.title if len(subject.title) <= _LONGEST_TITLE and not subject.name else ""
    vague = fold(heading) in words()["vague"]
    if is_chinese(done):
        about = subject.about(f"{heading}{done}") or title
        return joined(
            _when(about, "" if vague else heading), "，做完“", done, "”之后，下一步是什么？"
        )
    about = subject.about_in_english(f"{heading} {done}") or (
        title if not is_chinese(title) else ""
    )
    where = f" ({about})" if about else ""
    return f'In "{lowered(heading).rstrip("?.: ")}"{where}, what comes after "{lowered(done)}"?'


def _when(about: str, heading: str) -> str:
    """At what a step is taken."""
    if not heading:
        return joined("按", about, "的说明")
    if words()["doing_zh"].match(heading) and not words()["ends_zh"].search(heading):
        return joined(about, heading, "时")
    return joined(f"{about}的" if about else "", f"“{heading}”", "中")
