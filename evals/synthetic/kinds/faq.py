"""Questions that the documents ask themselves, with their own answers."""

from __future__ import annotations

from collections.abc import Iterator

from core.text import fold, is_chinese
from core.types import Chunk, ChunkKind
from evals.synthetic.base import MAKERS, Made, Source
from evals.synthetic.kinds.headings import asks
from evals.synthetic.leads import lead_of
from evals.synthetic.wording import Subject, joined, lowered, words
from retrieval.derived import bare_heading, questions_of

_SHORT_ZH, _SHORT_EN = 8, 25


@MAKERS.register("faq")
def faq(source: Source) -> Iterator[Made]:
    """Ask what headings and passages ask, where an answer follows."""
    last = None
    for chunk in source.chunks:
        first, last = chunk.section != last, chunk.section
        heading = bare_heading(chunk.headings[-1]) if chunk.headings else ""
        if first and heading and asks(heading):
            reference, quote = lead_of(chunk)
            if reference:
                question = _asked(heading, source.subject, chunk)
                yield Made("faq", question, reference, (quote,), chunk)
        yield from _within(chunk, source.subject)


def _within(chunk: Chunk, subject: Subject) -> Iterator[Made]:
    """The questions within a passage, each answered by what stands between it and the next."""
    found = [q for q in questions_of(chunk) if q.endswith(("?", "？")) and asks(q)]
    places = [(chunk.text.find(q), q) for q in found]
    placed = sorted((start, q) for start, q in places if start >= 0)
    for n, (start, question) in enumerate(placed):
        end = placed[n + 1][0] if n + 1 < len(placed) else None
        reference, quote = lead_of(chunk, start + len(question), end)
        if reference:
            yield Made("faq", _asked(question, subject, chunk), reference, (quote,), chunk)


def _asked(question: str, subject: Subject, chunk: Chunk) -> str:
    """A question with what it is about, where it is too short to say so itself."""
    text = question.strip(" .。:：?？")
    if not is_chinese(text):
        return _in_english(text, subject, chunk)
    about = subject.about(text)
    if not about or len(fold(text)) > _SHORT_ZH:
        return f"{text}？"
    return joined(about, "，", text, "？")


def _in_english(text: str, subject: Subject, chunk: Chunk) -> str:
    about = subject.about_in_english(text)
    where = f" ({about})" if about and len(text) <= _SHORT_EN else ""
    if words()["asks_en"].search(text):
        return f"{text}{where}?"
    said = lowered(text)
    if said.startswith("how to "):
        return f"How do I {said[len('how to ') :]}{where}?"
    if said.startswith("what to "):
        return f"What do I need to {said[len('what to ') :]}{where}?"
    if (
        said.startswith("when ")
        and not said.startswith("when to ")
        and chunk.kind is ChunkKind.PROCEDURE
    ):
        return f"What should I do {said}{where}?"
    return f"Can you tell me {said}{where}?"
