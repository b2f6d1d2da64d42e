"""What a release would do, found out once for all who ask, and kept until anything moves."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import closing
from threading import Lock
from typing import TYPE_CHECKING, Any

from core.database import utc_now
from core.ports import Counted
from core.serial import to_json
from core.types import EvalCase
from corpus.diff.between import Diffs
from corpus.rows import VersionRecord
from service.audiences import audiences_of
from service.resting import approved_cases, cases_here, keys_of, resting_on
from service.shared_runs import SharedRuns, Wanted
from service.tables import ImpactRow

if TYPE_CHECKING:
    from answer.engine import AnswerEngine
    from answer.extractive.vectors import VectorCache
    from answer.ports import UnitEmbedder
    from evals.impact import Impact, Others, Revision, Sides
    from retrieval.narrowing import Live
    from retrieval.retriever import Retriever
    from service.parts import Parts

_KEPT = 8
"""Of how many releases it is kept what becomes of cases that rest elsewhere."""


class Impacts:
    """Finds out what releases would do; the last result of each is kept in the records."""

    def __init__(self, parts: Parts, diffs: Diffs) -> None:
        self._parts = parts
        self._diffs = diffs
        self._runs: SharedRuns[dict[str, Any]] = SharedRuns()
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, ...], Others] = OrderedDict()
        self._vectors: tuple[object, VectorCache] | None = None

    def of_version(self, version_id: str, wanted: Wanted) -> dict[str, Any]:
        """Return what publishing a version would do, as the contract writes it."""
        version = self._parts.records.version(version_id)
        against = self._served(version.document_id)

        def found(count: Counted) -> dict[str, Any]:
            return _body_of(version, against or "", self._analysed(version, against, count))

        return self._made(version_id, [version_id, against or ""], found, wanted)

    def known(self, version_id: str) -> dict[str, Any] | None:
        """Return what publishing a version would do, if that has been found out already."""
        version = self._parts.records.version(version_id)
        about = [version_id, self._served(version.document_id) or ""]
        return self._held(version_id, self._key(about))

    def of_withdrawal(self, document_id: str, wanted: Wanted) -> dict[str, Any]:
        """Return what withdrawing a document would do."""
        against = self._served(document_id)
        if against is None:
            return _body_of(None, "", _nothing())
        record = self._parts.records.version(against)

        def found(count: Counted) -> dict[str, Any]:
            impact = self._compared(record.document_id, against, None, count)
            return {**_body_of(None, against, impact), "title": record.title}

        return self._made(document_id, [document_id, against], found, wanted)

    def progress(self, subject: str) -> tuple[int, int] | None:
        """Return how many questions have been asked, and of how many; None where nothing runs."""
        return self._runs.progress(subject)

    def close(self) -> None:
        """Let what runs end early."""
        self._runs.close()

    def _made(
        self,
        subject: str,
        about: Sequence[str],
        find: Callable[[Counted], dict[str, Any]],
        wanted: Wanted,
    ) -> dict[str, Any]:
        key = self._key(about)
        if (held := self._held(subject, key)) is not None:
            return held

        def work(count: Counted) -> dict[str, Any]:
            count(0, 0)
            body = self._parts.privacy.body(find(count))
            self._keep(subject, key, body)
            return body

        return self._runs.result(subject, key, work, wanted)

    def _analysed(self, version: VersionRecord, against: str | None, count: Counted) -> Impact:
        if against == version.id:
            return _nothing()
        if self._parts.records.version(version.id).chunk_count:
            self._parts.pipeline.ensure_indexed(version.id)
        return self._compared(version.document_id, against or "", version, count)

    def _compared(
        self, document_id: str, against: str, version: VersionRecord | None, count: Counted
    ) -> Impact:
        from evals.impact import Revision, analyse, with_others

        parts = self._parts
        before = parts.records.version_chunks(against) if against else []
        after = parts.records.version_chunks(version.id) if version else []
        diff = self._diffs.between(against, version.id if version else "")
        count(0, 0)
        cases = cases_here(parts)
        resting = resting_on(parts, document_id, against, before, cases) if against else ()
        with closing(self._sides(document_id, version)) as sides:
            found = analyse(
                resting, diff, before, after, sides.now, sides.then, count, prepare=sides.prepare
            )
            keys = keys_of(parts, document_id, cases)
            revision = Revision.of(diff, before, after, keys)
            about = [document_id, against, version.id if version else "", *self._standing(cases)]
            return with_others(found, self._others(about, found, cases, revision, sides, count))

    def _others(
        self,
        about: Sequence[str],
        found: Impact,
        cases: Sequence[EvalCase],
        revision: Revision,
        sides: Sides,
        count: Counted,
    ) -> Others:
        """What becomes of cases that rest elsewhere; drafts and answers play no part in it."""
        from evals.impact import others, unbroken

        key = tuple(about)
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        left = unbroken(cases, found)
        made = others(left, revision, sides, self._parts.records.key_of, count)
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made

    def _sides(self, document_id: str, version: VersionRecord | None) -> Sides:
        from corpus.subjects import Subjects
        from corpus.titles import LiveTitles
        from evals.impact import Indexes, Sides, Supposed
        from retrieval.named import NamedDocuments
        from service.drafting import build_engine
        from service.searching import searching_as

        parts = self._parts
        now = parts.live.current()

        def build(retriever: Retriever, embedder: UnitEmbedder, live: Live) -> AnswerEngine:
            return build_engine(
                parts.settings,
                retriever,
                embedder,
                glossary=parts.glossary,
                subjects=Subjects(parts.database, live),
                named=NamedDocuments(LiveTitles(parts.database, live)),
                known=parts.public_values,
            )

        return Sides(
            Indexes(
                parts.embedder,
                parts.store,
                parts.keyword,
                parts.records,
                parts.glossary,
                lambda live, embedder: searching_as(parts, live, embedder),
            ),
            build,
            audiences_of,
            Supposed(now, "", None),
            Supposed(now, document_id, version),
            vectors=self._cache(),
        )

    def _served(self, document_id: str) -> str | None:
        live = self._parts.live.current().of_document(document_id)
        return live.version_id if live else None

    def _key(self, about: Sequence[str]) -> str:
        parts = self._parts
        told = [
            *about,
            str(parts.approved_answers.epoch()),
            str(parts.drafts.epoch()),
            *self._standing(approved_cases(parts)),
        ]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    def _standing(self, cases: Sequence[EvalCase]) -> list[str]:
        """What the answers to cases depend on beside the versions in question."""
        parts = self._parts
        epochs = parts.live.current().epoch, parts.glossary.current().epoch
        return [*map(str, epochs), _fingerprint(cases)]

    def _cache(self) -> VectorCache:
        """The vectors of questions and passages, kept from one release to the next."""
        from evals.impact import gathering

        embedder = self._parts.embedder
        with self._lock:
            if self._vectors is None or self._vectors[0] is not embedder:
                self._vectors = embedder, gathering(embedder)
            return self._vectors[1]

    def _held(self, subject: str, key: str) -> dict[str, Any] | None:
        with self._parts.database.read() as session:
            row = session.get(ImpactRow, subject)
            return row.body if row is not None and row.key == key else None

    def _keep(self, subject: str, key: str, body: dict[str, Any]) -> None:
        with self._parts.database.begin() as session:
            session.merge(ImpactRow(version_id=subject, key=key, body=body, at=utc_now()))


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
        "other_cases": {"asked": found.others, "of": found.others_of},
        "verdicts": {
            verdict: sum(entry["verdict"] == verdict for entry in affected)
            for verdict in ("broke", "changed", "pass")
        },
        "affected": affected,
    }
