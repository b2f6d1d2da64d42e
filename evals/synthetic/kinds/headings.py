"""Questions from headings: what stands under one answers it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from core.text import fold, is_chinese, squeeze
from core.types import Chunk, ChunkKind
from evals.synthetic.base import MAKERS, Made, Source
from evals.synthetic.leads import lead_of
from evals.synthetic.wording import Subject, joined, lowered, words
from retrieval.derived import bare_heading

_LONGEST_ZH, _LONGEST_EN = 24, 60
_SHORT_ZH = 6
"""Characters up to which a heading that begins with a verb may be the name of a thing."""
_NOTE = re.compile(r"\s*[（(][^（）()]*[)）]\s*$")
_DATE_OR_RELEASE = ("20", "19", "v", "V", "(", "（")


@MAKERS.register("heading")
def headings(source: Source) -> Iterator[Made]:
    """Ask after each section, by its heading; one that several sections have names none."""
    firsts = [chunk for chunk in _firsts(source.chunks) if chunk.headings]
    counts = Counter(fold(bare_heading(chunk.headings[-1])) for chunk in firsts)
    for chunk in firsts:
        heading = _NOTE.sub("", bare_heading(chunk.headings[-1])).strip(" :：.。")
        if counts[fold(heading)] > 1 or not _tells(heading, source.subject):
            continue
        reference, quote = lead_of(chunk)
        if reference and squeeze(reference) != squeeze(heading):
            question = _question(heading, chunk, source.subject)
            yield Made("heading", question, reference, (quote,), chunk)


def asks(heading: str) -> bool:
    """Say whether a heading is a question already, or tells what a question would ask."""
    text = fold(heading).strip()
    known = words()
    if is_chinese(heading):
        return text.endswith(("?", "？")) or known["asks_zh"].search(text) is not None
    return any(known[name].search(text) for name in ("asks_en", "tells_en"))


def _firsts(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """The first passage of each section."""
    last: tuple[str, tuple[str, ...]] | None = None
    for chunk in chunks:
        if chunk.section != last:
            last = chunk.section
            yield chunk


def _tells(heading: str, subject: Subject) -> bool:
    """Whether a heading says what stands under it, and is not a question or the title."""
    folded = fold(heading)
    letters = sum(character.isalpha() for character in heading)
    longest = _LONGEST_ZH if is_chinese(heading) else _LONGEST_EN
    return (
        folded.rstrip(" 0123456789") not in words()["vague"]
        and folded != fold(subject.title)
        and letters >= max(2, len(heading) // 2)
        and len(heading) <= longest
        and not heading.startswith(_DATE_OR_RELEASE)
        and not (heading.isascii() and heading.isupper() and " " in heading)
        and not any(mark in heading for mark in '。；;!！,，"“`=<>{}*')
        and not heading.endswith(("?", "？"))
        and not (heading.isascii() and heading.islower() and " " not in heading)
        and not any(pattern.search(heading) for pattern in words()["document"])
        and not words()["clause_en"].search(heading)
        and not asks(heading)
    )


def _question(heading: str, chunk: Chunk, subject: Subject) -> str:
    if is_chinese(heading):
        return _in_chinese(heading, chunk, subject.about(heading))
    return _in_english(heading, chunk, subject.about_in_english(heading))


def _in_chinese(heading: str, chunk: Chunk, about: str) -> str:
    known = words()
    does = known["doing_zh"].match(heading) and not known["ends_zh"].search(heading)
    if does and (chunk.kind is ChunkKind.PROCEDURE or len(heading) > _SHORT_ZH):
        return joined(about, "怎么", heading, "？") if about else joined("请问怎么", heading, "？")
    of = joined(about, "的", heading) if about else heading
    if known["fault_zh"].search(heading) and not known["ends_zh"].search(heading):
        return joined(f"{about}的" if about else "", f"“{heading}”", "是怎么回事？")
    if known["rules_zh"].search(heading):
        return joined("请问", of, "有哪些内容？")
    return joined("能介绍一下", of, "吗？")


def _in_english(heading: str, chunk: Chunk, about: str) -> str:
    said = lowered(heading)
    first = said.split(" ", 1)[0]
    if words()["doing_en"].match(said) and not first.endswith("ing"):
        return f"How do I {said}{_for(about)}?"
    if first.endswith("ing") and chunk.kind is ChunkKind.PROCEDURE and len(first) > 4:
        return f"What are the steps for {said}{_for(about)}?"
    return f"What should I know about {said}{_for(about)}?"


def _for(about: str) -> str:
    return f" ({about})" if about else ""
