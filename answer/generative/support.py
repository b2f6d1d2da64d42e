"""Finding, for each sentence a model wrote, the exact words that support it, or why none do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from answer.checking.checker import Checker
from answer.checking.quotes import coverage
from answer.compose import Quote, Statement
from answer.extractive.phrase import closed, quote
from answer.extractive.units import Unit, UnitKind, row_cells, spoken
from answer.extractive.vectors import Vector, VectorCache
from answer.generative.prompt import Passage
from answer.generative.reply import Said
from answer.rules.lexicon import lexicon
from core.text import content_terms, fold
from core.types import ChunkKind, Citation

_COVERED = 0.6
"""Least share of a sentence's words in its quotes: a model's words need more hold than a copy."""
_MARKED = 0.1
"""How much better a passage the model did not name must fit to be quoted instead."""
_SHORTLIST = 4
_AT_ONCE = 3
"""Pieces of passages that one sentence may join."""
_READ_AHEAD = 24
"""Pieces of passages that are embedded before a sentence is there to be compared with them."""
_AT_A_STEP = 4
"""So many texts, so that a sentence need not wait long for its turn."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A sentence that no passage supports."""

    text: str
    reason: str
    """One of ``answer.checking.finding.REASONS``."""


@dataclass(frozen=True, slots=True)
class _Fit:
    """A piece of a passage and how well it fits a sentence."""

    unit: Unit
    score: float
    shared: float
    marked: bool


class Supporter:
    """Holds sentences to passages; what it lets through, the check lets through."""

    def __init__(self, vectors: VectorCache, checker: Checker) -> None:
        self._vectors = vectors
        self._checker = checker

    def support(
        self, said: Sequence[Said], passages: Sequence[Passage], asked: str
    ) -> tuple[list[Statement], list[Unsupported]]:
        """Return the sentences with their quotes, exceptions added, and those without support.

        It is quickest where they were embedded together before.
        """
        statements: list[Statement] = []
        unsupported: list[Unsupported] = []
        told: list[Unit] = []
        for sentence, fits in self._fitting(said, passages):
            found = self._quoted(sentence.text, fits, terms_of(asked))
            if isinstance(found, Unsupported):
                unsupported.append(found)
                continue
            units, likely = found
            told += units
            statements.append(_statement(sentence.text, units, likely))
        return _with_exceptions(statements, told, passages), unsupported

    def embed(self, said: Sequence[Said], passages: Sequence[Passage]) -> None:
        """Embed at once what supporting these sentences will compare, or most of it."""
        likeliest = [
            (sentence.text, [_citation(part) for fit in fits[:1] for part in _quotes(fit.unit)])
            for sentence, fits in self._fitting(said, passages)
        ]
        self._checker.judge.embed(likeliest)

    def ahead(self, passages: Sequence[Passage], asked: str) -> Iterator[None]:
        """Embed, a few at each step, what sentences will likely be compared with."""
        terms = terms_of(asked)
        units = sorted(
            (unit for passage in passages for unit in passage.units),
            key=lambda unit: -_shared(terms, unit),
        )
        texts: dict[str, None] = {}
        for unit in units[:_READ_AHEAD]:
            cited = [_citation(part) for part in _quotes(unit)]
            texts |= dict.fromkeys([unit.text, *self._checker.judge.compared(cited)])
        new = list(texts)
        for start in range(0, len(new), _AT_A_STEP):
            self._vectors.passages(new[start : start + _AT_A_STEP])
            yield

    def _fitting(
        self, said: Sequence[Said], passages: Sequence[Passage]
    ) -> Iterator[tuple[Said, list[_Fit]]]:
        """Each sentence with the pieces worth comparing it with, the likeliest first."""
        shortlists = [_shortlist(sentence, passages) for sentence in said]
        texts = [sentence.text for sentence in said]
        texts += [unit.text for shortlist in shortlists for unit in shortlist]
        vectors = self._vectors.passages(texts) if texts else {}
        for sentence, shortlist in zip(said, shortlists, strict=True):
            yield sentence, _fits(sentence, shortlist, passages, vectors)

    def _quoted(
        self, text: str, fits: Sequence[_Fit], asked: frozenset[str]
    ) -> tuple[list[Unit], float] | Unsupported:
        """The fewest pieces that support a sentence, or what speaks against the best of them."""
        if text.endswith(("?", "？")):
            # A weak model says the question again, and every word of it is in the passages.
            return Unsupported(text, "question")
        if not fits:
            return Unsupported(text, "no_citation")
        first = ""
        terms = terms_of(text)
        for size in range(1, _AT_ONCE + 1):
            for chosen in combinations(fits, size):
                if size > 1 and not (_belong(chosen) and _each_adds(chosen, terms)):
                    continue
                if first and not _tells(text, chosen):
                    # The likeliest was judged in full, for the reason; the others need not be.
                    continue
                reason, support = self._against(text, chosen, asked)
                if not reason:
                    units = sorted((fit.unit for fit in chosen), key=lambda unit: unit.place)
                    return units, support
                first = first or reason
        return Unsupported(text, first)

    def _against(
        self, text: str, chosen: Sequence[_Fit], asked: frozenset[str]
    ) -> tuple[str, float]:
        """What speaks against a sentence beside these pieces, and how likely they support it."""
        cited = [_citation(part) for fit in chosen for part in _quotes(fit.unit)]
        verdict = self._checker.verdict(text, cited, asked)
        if verdict.finding is not None:
            return verdict.finding.reason, verdict.support
        return "" if _tells(text, chosen) else "words", verdict.support


@lru_cache(maxsize=4_000)
def terms_of(text: str) -> frozenset[str]:
    """Return the words of a text that carry content."""
    return frozenset(content_terms(text))


def _shortlist(said: Said, passages: Sequence[Passage]) -> list[Unit]:
    """The pieces worth comparing: most words shared, and a few of what the markers name."""
    terms = terms_of(said.text)
    ranked = sorted(
        (
            (_shared(terms, unit), p.number in said.markers, unit)
            for p in passages
            for unit in p.units
        ),
        key=lambda item: (-item[0] - _MARKED * item[1], item[2].chunk.id, item[2].start),
    )
    best = [unit for shared, _, unit in ranked[:_SHORTLIST] if shared > 0]
    named = [unit for _, marked, unit in ranked if marked][:_SHORTLIST]
    if not any(shared > 0 for shared, marked, _ in ranked if marked):
        # No word in common: another language, so that only meaning can choose.
        named = [unit for _, marked, unit in ranked if marked][: 2 * _SHORTLIST]
    return list({(unit.chunk.id, unit.start): unit for unit in [*best, *named]}.values())


def _shared(terms: frozenset[str], unit: Unit) -> float:
    return len(terms & terms_of(unit.text)) / max(1, len(terms))


def _fits(
    said: Said,
    shortlist: Sequence[Unit],
    passages: Sequence[Passage],
    vectors: Mapping[str, Vector],
) -> list[_Fit]:
    marked = {p.chunk.id for p in passages if p.number in said.markers}
    terms = terms_of(said.text)
    fits = []
    for unit in shortlist:
        alike = float(vectors[said.text] @ vectors[unit.text])
        named = unit.chunk.id in marked
        shared = _shared(terms, unit)
        fits.append(_Fit(unit, shared + alike + _MARKED * named, shared, named))
    return sorted(fits, key=lambda fit: -fit.score)


def _belong(chosen: Sequence[_Fit]) -> bool:
    """Whether pieces may support one sentence together: all named, or all of one passage."""
    return all(fit.marked for fit in chosen) or len({fit.unit.chunk.id for fit in chosen}) == 1


def _each_adds(chosen: Sequence[_Fit], terms: frozenset[str]) -> bool:
    """Whether each piece holds words of a sentence that the others do not; cheaper than judging."""
    held = [terms & terms_of(fit.unit.text) for fit in chosen]
    return all(mine - frozenset().union(*held[:i], *held[i + 1 :]) for i, mine in enumerate(held))


def _tells(text: str, chosen: Sequence[_Fit]) -> bool:
    """Whether pieces hold enough of a sentence's words; in another language none can be asked."""
    cited = [_citation(part) for fit in chosen for part in _quotes(fit.unit)]
    return all(fit.shared == 0 for fit in chosen) or coverage(text, cited) >= _COVERED


def _quotes(unit: Unit) -> list[Quote]:
    """A piece with the line without which it is not true: a list's lead, a table's header."""
    needs_lead = unit.kind is UnitKind.ITEM or (
        unit.kind is UnitKind.ROW and not any(name for name, _ in row_cells(unit.text))
    )
    lead = unit.lead if needs_lead else None
    before = [Quote(unit.chunk, lead.start, lead.end)] if lead else []
    return [*before, quote(unit)]


def _citation(part: Quote) -> Citation:
    return Citation.of(part.chunk, part.start, part.end, marker=1)


def _statement(text: str, units: Sequence[Unit], support: float) -> Statement:
    parts = dict.fromkeys(part for unit in units for part in _quotes(unit))
    step = all(u.kind is UnitKind.STEP and u.chunk.kind is ChunkKind.PROCEDURE for u in units)
    return Statement(text, tuple(parts), step=step, support=support)


def _with_exceptions(
    statements: Sequence[Statement], told: Sequence[Unit], passages: Sequence[Passage]
) -> list[Statement]:
    """Add, in the passage's words, the exception or warning that follows what was told.

    A model leaves them out to be brief, and the rule alone would be wrong.
    """
    place = {(unit.chunk.id, unit.index): unit for p in passages for unit in p.units}
    quoted = {(unit.chunk.id, unit.start) for unit in told}
    added: list[Statement] = []
    for item in statements:
        added.append(item)
        last = item.quotes[-1]
        unit = next(u for u in told if (u.chunk.id, u.start) == (last.chunk.id, last.start))
        after = place.get((unit.chunk.id, unit.index + 1))
        if after is None or (after.chunk.id, after.start) in quoted or not _narrows(after, unit):
            continue
        quoted.add((after.chunk.id, after.start))
        added.append(Statement(closed(spoken(after.text)), (quote(after),)))
    return added


def _narrows(after: Unit, unit: Unit) -> bool:
    if unit.kind is UnitKind.ROW:
        return False
    excepts = bool(lexicon().exceptions.search(fold(after.text)))
    return after.kind is UnitKind.WARNING or (after.kind is UnitKind.SENTENCE and excepts)
