"""Cases made from the live documents, in a suite of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from core.errors import Conflict, DataInvalid, NotFound, OptionInvalid
from core.text import content_terms, fold, squeeze
from core.types import Chunk, Citation, EvalCase
from evals.casebook import CasesWanted
from evals.kept_cases import CaseOrigin, CaseStatus, KeptCase
from evals.synthetic.base import MAKERS, SYNTHETIC, Source, case_of
from evals.synthetic.making import SEED, Drawn, make_cases
from evals.synthetic.posing import KIND as BY_MODEL
from service.audiences import EVERYTHING, audiences_of, sees

if TYPE_CHECKING:
    from evals.synthetic.store import KeptSynthetic, SyntheticCases
    from service.parts import Parts

_MOST_POSED, _TOP = 50, 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases are to be made."""

    documents: Sequence[str] = ()
    """Keys or ids; empty is all that are live."""
    kinds: Sequence[str] = ()
    limit: int = 0
    """How many at most; 0 is all that the documents give."""
    seed: str = SEED
    model: bool = False
    """Whether the language model writes questions, in the place of the makers without one."""


class Synthetic:
    """Makes, keeps and gives synthetic cases."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @cached_property
    def _store(self) -> SyntheticCases:
        from evals.synthetic.store import SyntheticCases

        return SyntheticCases(self._parts.database)

    def make(self, wanted: Wanted, by: str, sight: Container[str] = EVERYTHING) -> dict[str, Any]:
        """Make cases of live documents and keep them in the place of those made before.

        Raises:
            OptionInvalid: a kind is unknown, or there is no model to write with.
            NotFound: one of the documents is not live, or not for the caller.
        """
        sources = self._chosen(wanted.documents, sight)
        rejected: dict[str, int] = {}
        kinds: Sequence[str] = wanted.kinds or MAKERS.names()
        if wanted.model:
            kinds = (BY_MODEL,)
            drawn, rejected = self._posed(sources, wanted)
        else:
            drawn = make_cases(
                sources,
                kinds,
                limit=wanted.limit,
                seed=wanted.seed,
                hide=self._parts.privacy.text,
                asked=self._asked(),
            )
        documents = {source.key for source in sources}
        kept = self._store.replace(
            drawn, documents, set(kinds), lambda audience: sees(sight, audience), by
        )
        return {
            "cases": [_json(one.case, one.kind) for one in kept],
            "counts": dict(sorted(Counter(one.kind for one in kept).items())),
            "documents": len(documents),
            "rejected": rejected,
        }

    def cases(self) -> tuple[EvalCase, ...]:
        """Return them as a suite.

        Raises:
            DataInvalid: none was made yet.
        """
        kept = tuple(one.case for one in self._store.all())
        if not kept:
            raise DataInvalid(
                "No synthetic case was made yet.", "Make some: citedesk eval synthesize."
            )
        return kept

    def listed(self, sight: Container[str]) -> list[dict[str, Any]]:
        """Return those that somebody may see, each with the title of its document."""
        seen = [one for one in self._store.all() if sees(sight, one.case.audience)]
        titles = {key: self._title(key) for key in {one.document for one in seen}}
        return [
            {
                **_json(one.case, one.kind),
                "document": one.document,
                "title": titles[one.document],
            }
            for one in seen
        ]

    def makeable(self) -> dict[str, Any]:
        """Say which kinds can be made, and whether a language model can write questions."""
        settings = self._parts.settings
        model = bool(settings.llm_base_url and settings.llm_model)
        return {"kinds": list(MAKERS.names()), "model": model}

    def promote(self, case_id: str, by: str, sight: Container[str] = EVERYTHING) -> KeptCase:
        """Make a person's case of one: it is approved, and its origin says where it came from.

        Raises:
            NotFound: there is none, or it is not for the caller.
            Conflict: it is one already, or was dropped.
        """
        from service.suites import content_of

        found = self._open(case_id, sight)
        book = self._parts.casebook
        kept = book.propose(content_of(found.case), CaseOrigin.SYNTHETIC, by=by)
        kept = book.move(kept.id, CaseStatus.APPROVED, by=by, why="promoted")
        self._store.promoted(case_id, kept.id)
        return kept

    def drop(self, case_id: str, by: str, sight: Container[str] = EVERYTHING) -> None:
        """Take one out of the suite that is no good; it is not made again.

        Raises:
            NotFound: there is none, or it is not for the caller.
            Conflict: it is a person's case, or dropped already.
        """
        self._open(case_id, sight)
        self._store.drop(case_id, by)

    def _open(self, case_id: str, sight: Container[str]) -> KeptSynthetic:
        """The case, if nobody has said yet what becomes of it."""
        found = self._store.get(case_id)
        if not sees(sight, found.case.audience):
            raise NotFound(f"There is no synthetic case {case_id[:60]}.", "List them.")
        if found.promoted_to:
            raise Conflict(
                f"It is the case {found.promoted_to} already.", "Edit or retire that one."
            )
        if found.dropped_by:
            raise Conflict(f"{found.dropped_by} has dropped it.", "Choose another one.")
        return found

    def _title(self, key: str) -> str:
        document_id = self._parts.records.document_of(key)
        versions = self._parts.records.versions(document_id) if document_id else []
        return next((version.title for version in versions if version.title), key)

    def _asked(self) -> set[str]:
        """The questions of the cases that people keep, and of those that they dropped."""
        statuses = (CaseStatus.PROPOSED, CaseStatus.APPROVED)
        kept = self._parts.casebook.every(CasesWanted(statuses))
        dropped = {squeeze(one.case.question) for one in self._store.dropped()}
        return dropped | {squeeze(one.content.question) for one in kept}

    def _chosen(self, documents: Sequence[str], sight: Container[str]) -> list[Source]:
        sources = sorted(self._sources(sight), key=lambda source: source.key)
        if not documents:
            return sources
        records = self._parts.records
        by_name = {source.key: source for source in sources}
        by_name |= {records.document_of(source.key) or "": source for source in sources}
        for name in documents:
            if name not in by_name:
                raise NotFound(
                    f"No live document is called {name[:80]}.", "citedesk docs lists them."
                )
        return list({by_name[name].key: by_name[name] for name in documents}.values())

    def _sources(self, sight: Container[str]) -> Iterator[Source]:
        from evals.synthetic.wording import codes_in, subject_of

        parts = self._parts
        held = [
            parts.records.version_chunks(version_id)
            for version_id in sorted(parts.live.current().versions)
        ]
        # Of all documents, seen or not: what any of them knows is not unknown.
        known = frozenset(
            fold(code)
            for chunks in held
            for chunk in chunks
            for code in codes_in(chunk.embedding_text())
        )
        rules = parts.rules.current("guidance")
        for chunks in held:
            seen = [chunk for chunk in chunks if sees(sight, chunk.audience)]
            if seen:
                key = parts.records.key_of(seen[0].document_id)
                yield Source(key, seen, subject_of(seen[0].title), known, rules)

    def _posed(
        self, sources: Sequence[Source], wanted: Wanted
    ) -> tuple[list[Drawn], dict[str, int]]:
        from evals.synthetic.posing import pose
        from service.drafting import language_model

        parts = self._parts
        model = language_model(parts.settings, parts.model_guard, parts.public_values)
        if model is None:
            raise OptionInvalid(
                "There is no language model to write questions.",
                "Set CITEDESK_LLM_BASE_URL and CITEDESK_LLM_MODEL, or leave out --model.",
            )
        by_key = {source.key: source for source in sources}
        passages = _in_turn(sources, wanted.seed)
        limit = min(wanted.limit or _MOST_POSED, _MOST_POSED)
        posed = pose(passages, model, self._finds, self._supports, limit)
        drawn = []
        for key, made in posed.made:
            case = case_of(by_key[key], made)
            texts = (made.question, made.reference)
            if case and all(parts.privacy.text(text) == text for text in texts):
                drawn.append(Drawn(case, made.kind, key))
        return list({one.case.id: one for one in drawn}.values()), posed.rejected

    def _finds(self, question: str, chunk: Chunk) -> bool:
        audiences = audiences_of(chunk.audience)
        found = self._parts.retriever.search(question, top=_TOP, audiences=audiences)
        return any(one.id == chunk.id for hit in found.hits for one in hit.passages())

    def _supports(self, question: str, answer: str, chunk: Chunk) -> bool:
        from answer.checking.checker import Checker

        checker = Checker(self._parts.vectors, self._parts.check_model)
        asked = frozenset(content_terms(question))
        return checker.verdict(answer, [Citation.of(chunk)], asked).finding is None


def _in_turn(sources: Sequence[Source], seed: str) -> list[tuple[str, Chunk]]:
    """The passages, one of each document after another, in an order that the seed decides."""
    from hashlib import sha256
    from itertools import zip_longest

    heaps = [
        sorted(
            ((source.key, chunk) for chunk in source.chunks),
            key=lambda one: sha256(f"{seed}\n{one[0]}\n{one[1].ordinal}".encode()).digest(),
        )
        for source in sources
    ]
    return [one for row in zip_longest(*heaps) for one in row if one is not None]


def _json(case: EvalCase, kind: str) -> dict[str, Any]:
    from core.serial import to_json

    written: dict[str, Any] = to_json(case)
    return {**written, "kind": kind}


__all__ = ["SYNTHETIC", "Synthetic", "Wanted"]
