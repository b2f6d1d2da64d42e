"""What the reader learns from: questions with units of passages, and where the answer stands.

Of every set the first 400 questions are left out, in every language, and every passage that
answers one of them; the 200 after them are kept for what is fitted on top of the reader. Each
question comes with its passages and, for a share of them, without: then nothing answers it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path

from answer.extractive.datasets import Bm25, Query, QuestionSet, load_set
from answer.extractive.packing import Packed, Tokenize, clean, pack
from answer.extractive.question import read_question
from answer.extractive.score import candidates
from answer.extractive.units import Unit, spoken, units_of
from core.text import squeeze
from core.types import Hit
from retrieval.training.sets import REPORTED

KEPT = 200
"""Questions after the reported ones from which the reader learns nothing either."""
_HITS = 3
_WITHHELD = 0.35
_CROSSED = 0.5
"""The share of questions that are asked over passages in the other language too."""
_SPAN_FAMILIES = (("cmrc2018",), ("xquad_en", "xquad_zh"))
_WHOLE_SETS = ("esp_faq_zh", "esp_faq_en")
"""Sets whose answers are whole passages."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One sequence, and its tokens at which the answer may begin and end; none: no answer."""

    packed: Packed
    begins: tuple[int, ...]
    ends: tuple[int, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of one set over the passages of one, and the index to search them."""

    query: Query
    index: Bm25
    over: str
    gold: tuple[Hit, ...]
    """Its own passages, for an index in another language, which finds none by words."""


def reported_passages(sets: Sequence[QuestionSet]) -> frozenset[str]:
    """Return the passages that answer the reported questions."""
    return frozenset(p for one in sets for q in one.queries[:REPORTED] for p in q.relevant)


def asked_after(data: Path, *, kept: bool) -> Iterator[Asked]:
    """Return the questions that may be fitted to: the ``kept`` ones, or those to learn from."""
    for family in (*_SPAN_FAMILIES, *((name,) for name in _WHOLE_SETS)):
        sets = {name: load_set(data / name, headings=False) for name in family}
        gone = reported_passages(list(sets.values()))
        indexes = {
            name: Bm25([chunk for chunk in one.chunks if chunk.id not in gone])
            for name, one in sets.items()
        }
        for own, over in product(family, family):
            passages = {chunk.id: chunk for chunk in sets[over].chunks}
            queries = sets[own].queries[REPORTED:]
            chosen = queries[:KEPT] if kept else queries[KEPT:]
            answers = {query.id: query for query in sets[over].queries}
            for query in chosen:
                if query.relevant & gone or not query.answers:
                    continue
                crossed = Query(query.id, query.text, answers[query.id].answers, query.relevant)
                gold = [Hit(passages[p], 1.0) for p in sorted(query.relevant) if p in passages]
                yield Asked(crossed, indexes[over], over, tuple(gold) if own != over else ())


def lessons(
    data: Path, tokenize: Tokenize, marks: tuple[int, int, int], room: int, seed: int
) -> Iterator[Lesson]:
    """Return what is to be learnt, in the sets' order."""
    chance = random.Random(seed)  # noqa: S311 - the same lessons in every run
    for asked in asked_after(data, kept=False):
        if asked.gold and chance.random() > _CROSSED:
            continue
        posed = [hits_for(asked, chance)]
        if chance.random() < _WITHHELD:
            posed.append(hits_for(asked, chance, withheld=True))
        for hits in posed:
            lesson = _lesson(asked, hits, tokenize, marks, room)
            if lesson is not None:
                yield lesson


def hits_for(asked: Asked, chance: random.Random, *, withheld: bool = False) -> tuple[Hit, ...]:
    """Return the passages at hand for a question, its own among them unless they are withheld."""
    without = asked.query.relevant if withheld else frozenset[str]()
    found = asked.index.search(asked.query.text, _HITS, without)
    if not asked.gold:
        return found
    # Vectors find what words do not: its own passage first or second, others beside it.
    own = () if withheld else asked.gold[:1]
    others = [hit for hit in found if hit.chunk.id not in asked.query.relevant]
    others += asked.index.any(chance, _HITS)
    mixed = [*own, *others[: _HITS - len(own)]]
    if chance.random() < 0.3:
        mixed = mixed[1:2] + mixed[:1] + mixed[2:]
    return tuple(Hit(hit.chunk, 1.0 / (1 + rank)) for rank, hit in enumerate(mixed))


def _lesson(
    asked: Asked,
    hits: Sequence[Hit],
    tokenize: Tokenize,
    marks: tuple[int, int, int],
    room: int,
) -> Lesson | None:
    query = asked.query
    units = [unit for rank, hit in enumerate(hits) for unit in units_of(hit, rank)]
    ordered = candidates(read_question(query.text), units, [hit.score for hit in hits])
    own = any(hit.chunk.id in query.relevant for hit in hits)
    if own and asked.over not in _WHOLE_SETS and not any(_holds(asked, unit) for unit in units):
        # The answer runs over the end of a sentence: nothing here says that it is missing.
        return None
    packed = pack(query.text, ordered, tokenize, marks, room)
    begins: list[int] = []
    ends: list[int] = []
    for i, (first, last) in zip(packed.units, packed.spans, strict=True):
        found = _answer_in(asked, ordered[i], packed.ids[first:last], tokenize)
        begins += [first + start for start, _ in found]
        ends += [first + end for _, end in found]
    return Lesson(packed, tuple(begins), tuple(ends), asked.over)


def _answer_in(
    asked: Asked, unit: Unit, ids: Sequence[int], tokenize: Tokenize
) -> list[tuple[int, int]]:
    """The first and last token of each stretch that answers."""
    if asked.over in _WHOLE_SETS:
        own = unit.chunk.id in asked.query.relevant
        return [(i, i) for i in range(len(ids))] if own else []
    answers = [a for a in asked.query.answers if _squeezed(a) in _squeezed(unit.text)]
    return [span for answer in answers for span in _found(answer, unit, ids, tokenize)]


def _holds(asked: Asked, unit: Unit) -> bool:
    return any(_squeezed(answer) in _squeezed(unit.text) for answer in asked.query.answers)


@lru_cache(maxsize=200_000)
def _squeezed(text: str) -> str:
    return squeeze(text)


def _found(
    answer: str, unit: Unit, ids: Sequence[int], tokenize: Tokenize
) -> list[tuple[int, int]]:
    """Where an answer stands, by how much of the sequence the text before it fills."""
    text, sought = clean(spoken(unit.text)), clean(" ".join(answer.split()))
    at = text.find(sought)
    if at < 0:
        return [(0, len(ids) - 1)]
    before, through = (len(own) for own in tokenize([text[:at], text[: at + len(sought)]]))
    start, end = before, max(before, through - 1)
    return [(start, min(end, len(ids) - 1))] if start < len(ids) else []
