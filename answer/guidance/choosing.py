"""Which procedures apply to a conversation, if any does."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from answer.extractive.gate import answerable, threshold_for
from answer.extractive.procedure import find_procedures
from answer.extractive.question import Question, models_in
from answer.extractive.score import Scored, score_units
from answer.extractive.translated import in_own_words, own_first
from answer.extractive.units import Unit, units_of
from answer.extractive.vectors import VectorCache
from answer.guidance.procedures import Passages, procedure_with, procedures_of, section_of
from answer.guidance.types import Procedure
from answer.guidance.words import Governing, Words
from core.text import content_terms, fold
from core.text.words import is_code
from core.types import PUBLIC, Chunk, Hit

_HITS = 6
_SURER = 1.0
"""How much surer than a draft must guidance be of its evidence, as a factor."""
_READ_HEADINGS = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what was found for it."""

    question: Question
    language: str
    hits: tuple[Hit, ...]
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Chooser:
    """Looks for procedures among what was found."""

    records: Passages
    audiences: Collection[str]
    words: Words
    vectors: VectorCache

    def cited(self, places: Sequence[tuple[Chunk, int]]) -> Procedure | None:
        """Return the procedure that holds most of some cited places."""
        held: dict[str, tuple[int, Procedure]] = {}
        for chunk, start in places:
            for procedure in self._of(chunk):
                count = sum(
                    step.unit.chunk.id == chunk.id and step.unit.start == start
                    for step in procedure.steps
                )
                before = held.get(procedure.key, (0, procedure))[0]
                if before + count:
                    held[procedure.key] = before + count, procedure
        best = max(held.values(), key=lambda one: one[0], default=None)
        return best[1] if best is not None else None

    def applying(self, asked: Asked) -> list[Procedure]:
        """Return the procedures that answer a question: the best for all and the best internal."""
        hits = asked.hits[:_HITS]
        units = [unit for rank, hit in enumerate(hits) for unit in units_of(hit, rank)]
        scores, sure = [hit.score for hit in hits], asked.confidence
        scored = score_units(asked.question, units, scores, self.vectors, sure=sure)
        chunks = [chunk for hit in hits for chunk in hit.passages()]
        chance = answerable(asked.question, scored, chunks, sure)
        if not scored or chance < _SURER * threshold_for(scored, sure):
            return []
        found = [*self._by_code(asked, chunks), *self._answering(asked, scored, units)]
        return _one_of_each(found)

    def governing(self, kind: str, hits: Sequence[Hit]) -> Procedure | None:
        """Return the house's own procedure that governs a kind of conversation, if it was found.

        What a manual tells customers under "Troubleshooting" governs nothing.
        """
        rule = self.words.governing.get(kind)
        if rule is None:
            return None
        for hit in hits:
            if hit.chunk.audience != PUBLIC and _titled(hit.chunk, rule):
                for procedure in self._of(hit.chunk):
                    return procedure
        return None

    def _by_code(self, asked: Asked, chunks: Sequence[Chunk]) -> list[Procedure]:
        """The procedures whose heading names the very fault code that was asked about."""
        codes = {code for code in asked.question.codes if is_code(code)}
        found = []
        for chunk in chunks:
            heading = fold(" ".join(chunk.headings[-1:]))
            named = codes & frozenset(content_terms(heading))
            if named - models_in(chunk.title):
                found += self._of(chunk)
        return found

    def _answering(
        self, asked: Asked, scored: Sequence[Scored], units: Sequence[Unit]
    ) -> list[Procedure]:
        own = in_own_words(list(scored), asked.language)
        found = own_first(find_procedures(asked.question, own, units), asked.language)
        whole = [
            procedure_with(self._of(block.units[0].chunk), unit)
            for block in found
            for unit in block.units[:1]
        ]
        return [procedure for procedure in whole if procedure is not None]

    def _of(self, chunk: Chunk) -> list[Procedure]:
        return procedures_of(section_of(chunk, self.records, self.audiences), self.words)


def _one_of_each(found: Sequence[Procedure]) -> list[Procedure]:
    kept: Mapping[bool, Procedure] = {
        procedure.chunk.audience == PUBLIC: procedure for procedure in reversed(found)
    }
    return [kept[public] for public in (True, False) if public in kept]


def _titled(chunk: Chunk, rule: Governing) -> bool:
    named = (chunk.title, *chunk.headings[-_READ_HEADINGS:])
    return any(rule.titled.search(fold(text)) for text in named)
