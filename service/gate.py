"""The release gate: what a release changes or breaks, found out before it is made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from core.database import new_id, utc_now
from core.errors import GateClosed
from core.ports import Progress, silent
from core.serial import to_json
from core.types import INTERNAL, Applicability, Chunk, Draft, EvalCase, Turn
from corpus.diff.between import Diffs
from corpus.rows import VersionRecord
from service.audiences import audiences_of, narrowest
from service.supposed import RememberingEmbedder, Supposed
from service.tables import ImpactRow

if TYPE_CHECKING:
    from answer.approved import ApprovedAnswer
    from answer.engine import AnswerEngine
    from evals.impact import Impact, Resting
    from retrieval.retriever import Retriever
    from service.parts import Parts

RECENT_DAYS = 30
_MOST_DRAFTS = 2000
_SHOWN = 5


class Gate:
    """Finds out what releases do to approved answers, cases and drafts."""

    def __init__(self, parts: Parts, diffs: Diffs) -> None:
        self._parts = parts
        self._diffs = diffs

    def impact(self, version_id: str, progress: Progress = silent) -> dict[str, Any]:
        """Return what publishing a version would do, as the contract writes it.

        Raises:
            NotFound: there is no such version.
        """
        version = self._parts.records.version(version_id)
        against = self._served(version.document_id)
        key = self._key(version_id, against)
        if (held := self._held(version_id, key)) is not None:
            return held
        body = _body_of(version, against or "", self._analysed(version, against, progress))
        self._keep(version_id, key, body)
        return body

    def withdrawal(self, document_id: str, progress: Progress = silent) -> dict[str, Any]:
        """Return what withdrawing a document would do."""
        against = self._served(document_id)
        if against is None:
            return _body_of(None, "", _nothing())
        record = self._parts.records.version(against)
        found = self._compared(record.document_id, against, None, progress)
        return {**_body_of(None, against, found), "title": record.title}

    def require_open(self, body: dict[str, Any], *, force: bool, reason: str, by: str) -> None:
        """Let a release through that breaks nothing, or one that somebody answers for.

        Raises:
            GateClosed: it breaks something, and nobody has given a reason.
        """
        broken = [entry for entry in body["affected"] if entry["verdict"] == "broke"]
        if not broken or (force and reason.strip() and by.strip()):
            return
        named = ", ".join(f"{entry['kind']} {entry['id']}" for entry in broken[:_SHOWN])
        more = f" and {len(broken) - _SHOWN} more" if len(broken) > _SHOWN else ""
        raise GateClosed(
            f"This would break {len(broken)} that rest on what it changes: {named}{more}.",
            "See them with citedesk impact. To go on all the same, use --force with --reason.",
        )

    def released(self, document_id: str, body: dict[str, Any] | None, by: str) -> None:
        """Mark the answers that no longer stand as stale, and tell whom it concerns."""
        self.refresh(document_id)
        if not body:
            return
        for person, entries in _by_person(body):
            self._parts.notices.add(
                [person],
                "release",
                {
                    "document_id": document_id,
                    "title": body["title"],
                    "version_id": body["version_id"],
                    "by": by,
                    "affected": entries,
                },
            )

    def refresh(self, document_id: str = "") -> list[ApprovedAnswer]:
        """Mark stale what no longer stands and restore what stands again; return what moved."""
        from answer.approved import AnswerState

        answers, serving = self._parts.approved_answers, self._parts.approved_serving
        moved = []
        for answer in answers.every([AnswerState.APPROVED, AnswerState.STALE]):
            if document_id and all(c.document_id != document_id for c in answer.citations):
                continue
            stands = serving.standing(answer) is not None
            if answer.state is AnswerState.APPROVED and not stands:
                moved.append(answers.mark_stale(answer.id, "what it cites has changed"))
            elif answer.state is AnswerState.STALE and stands:
                moved.append(answers.restore(answer.id))
        return moved

    def _analysed(self, version: VersionRecord, against: str | None, progress: Progress) -> Impact:
        if against is None or against == version.id:
            return _nothing()
        if self._parts.records.version(version.id).chunk_count:
            self._parts.pipeline.ensure_indexed(version.id)
        return self._compared(version.document_id, against, version, progress)

    def _compared(
        self, document_id: str, against: str, version: VersionRecord | None, progress: Progress
    ) -> Impact:
        from evals.impact import analyse

        records = self._parts.records
        before = records.version_chunks(against)
        after = records.version_chunks(version.id) if version else []
        diff = self._diffs.between(against, version.id if version else "")
        now = self._parts.live.current()
        with (
            closing(_Asker(self._parts, Supposed(now, "", None))) as as_is,
            closing(_Asker(self._parts, Supposed(now, document_id, version))) as would_be,
        ):
            resting = list(self._resting(document_id, against, before))
            return analyse(resting, diff, before, after, as_is.ask, would_be.ask, progress)

    def _resting(self, document_id: str, against: str, chunks: list[Chunk]) -> Iterator[Resting]:
        from evals.impact import from_answer, from_case, from_draft

        yield from (from_answer(a) for a in self._answers(document_id, against))
        key = self._parts.records.key_of(document_id)
        yield from (from_case(case, key, chunks) for case in _cases())
        since = utc_now() - timedelta(days=RECENT_DAYS)
        for body, people in self._parts.drafts.resting_on(against, since, _MOST_DRAFTS):
            yield from_draft(body, self._audience_of(body), people)

    def _audience_of(self, body: Mapping[str, Any]) -> str:
        """Whom a draft is for, by what it cites; drafts are for those who work here."""
        cited = self._parts.records.chunks([c["chunk_id"] for c in body["citations"]])
        return narrowest([INTERNAL, *(chunk.audience for chunk in cited.values())])

    def _answers(self, document_id: str, against: str) -> Iterator[ApprovedAnswer]:
        """The approved answers that stand on the live version, cited as passages of it."""
        from answer.approved import AnswerState

        for answer in self._parts.approved_answers.every([AnswerState.APPROVED]):
            if all(citation.document_id != document_id for citation in answer.citations):
                continue
            standing = self._parts.approved_serving.standing(answer)
            if standing and any(citation.version_id == against for citation in standing):
                yield replace(answer, citations=standing)

    def _served(self, document_id: str) -> str | None:
        for version in self._parts.live.current().versions.values():
            if version.document_id == document_id:
                return version.version_id
        return None

    def _key(self, version_id: str, against: str | None) -> str:
        parts = self._parts
        told = [
            version_id,
            against or "",
            str(parts.live.current().epoch),
            str(parts.approved_answers.epoch()),
            str(parts.drafts.epoch()),
            str(parts.glossary.current().epoch),
            _fingerprint(_cases()),
        ]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    def _held(self, version_id: str, key: str) -> dict[str, Any] | None:
        with self._parts.database.read() as session:
            row = session.get(ImpactRow, version_id)
            return row.body if row is not None and row.key == key else None

    def _keep(self, version_id: str, key: str, body: dict[str, Any]) -> None:
        with self._parts.database.begin() as session:
            session.merge(ImpactRow(version_id=version_id, key=key, body=body, at=utc_now()))


class _Asker:
    """Drafts from a supposed corpus; approved answers are left out, since they are the question."""

    def __init__(self, parts: Parts, live: Supposed) -> None:
        self._parts = parts
        self._live = live
        self._retriever: Retriever | None = None
        self._known: dict[tuple[str, str, Applicability | None], Draft] = {}

    def ask(self, question: str, audience: str, applicability: Applicability | None) -> Draft:
        """Return the extractive draft, which is the same whenever it is asked for."""
        key = question, audience, applicability
        if key not in self._known:
            self._known[key], _ = self._engine.answer(
                (Turn("customer", question),),
                audiences=audiences_of(audience),
                applicability=applicability,
                draft_id=new_id("dft"),
                drafter="extractive",
            )
        return self._known[key]

    def close(self) -> None:
        """End the retriever's threads."""
        if self._retriever is not None:
            self._retriever.close()

    @cached_property
    def _engine(self) -> AnswerEngine:
        """Made with the first question: most revisions affect none."""
        from corpus.subjects import Subjects
        from retrieval.retriever import Retriever
        from service.drafting import build_engine

        parts = self._parts
        embedder: Any = RememberingEmbedder(parts.embedder)
        self._retriever = Retriever(
            embedder, parts.store, parts.keyword, parts.records, self._live, parts.glossary
        )
        return build_engine(
            parts.settings,
            self._retriever,
            embedder,
            glossary=parts.glossary,
            subjects=Subjects(parts.database, self._live),
        )


def _cases() -> tuple[EvalCase, ...]:
    """Every approved case of the suites at hand; which of them cite a document is seen later."""
    from evals.cases import load_suite, suite_names

    return tuple(case for name in suite_names() for case in load_suite(name))


def _fingerprint(cases: Sequence[EvalCase]) -> str:
    return hashlib.sha256(repr(cases).encode()).hexdigest()


def _nothing() -> Impact:
    from evals.impact import Impact

    return Impact(0, ())


def _body_of(version: VersionRecord | None, against: str, found: Impact) -> dict[str, Any]:
    affected = [to_json(entry) for entry in found.affected]
    return {
        "version_id": version.id if version else None,
        "document_id": version.document_id if version else None,
        "title": version.title if version else "",
        "against": against or None,
        "changed_passages": found.changed_passages,
        "verdicts": {
            verdict: sum(entry["verdict"] == verdict for entry in affected)
            for verdict in ("broke", "changed", "pass")
        },
        "affected": affected,
    }


def _by_person(body: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    told: dict[str, list[dict[str, Any]]] = {}
    for entry in body["affected"]:
        if entry["verdict"] == "pass":
            continue
        short = {name: entry[name] for name in ("kind", "id", "question", "verdict")}
        for person in entry["people"]:
            told.setdefault(person, []).append(short)
    yield from told.items()
