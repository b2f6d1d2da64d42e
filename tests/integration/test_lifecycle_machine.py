"""Random lives of documents, with failures and crashes, against a simple model of what is seen."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine
from remembering import RememberingEmbedder

from core.database import Database
from core.errors import CiteDeskError, Conflict, DiskFull, IndexCorrupt
from corpus import IngestOptions, LiveTable, Records
from corpus.approval import send_back, submit
from corpus.blobs import Blobs
from corpus.lifecycle import Lifecycle
from ingest.parse import parse_file
from ingest.pipeline import IngestPipeline
from retrieval.indexer import ChunkIndexer
from retrieval.keyword.tantivy_index import TantivyIndex
from retrieval.retriever import Retriever
from retrieval.stores.base import StoredVector
from retrieval.stores.memory import MemoryVectorStore

START = datetime(2031, 3, 3, tzinfo=UTC)
DAY = timedelta(days=1)
NAMES = ("冷柜.md", "washer.md", "robot.md")
AUDIENCES = ("public", "internal")
TEXT = "# {name}\n\nMark {number} 说明。\n\n## 第二节\n\nMark {number} says again.\n"


class Killed(BaseException):
    """Stands for the end of the process: nothing of the house catches it."""


class BreakingStore(MemoryVectorStore):
    """Vectors that, when told to, fail or end the process with half of them stored."""

    breaks: CiteDeskError | Killed | None = None

    def put(self, audience: str, vectors: list[StoredVector]) -> None:  # type: ignore[override]
        if self.breaks is not None:
            breaks, self.breaks = self.breaks, None
            super().put(audience, vectors[: len(vectors) // 2])
            raise breaks
        super().put(audience, vectors)


@dataclass(eq=False)
class Version:
    """A version as the model knows it."""

    id: str
    number: int
    audience: str
    starts: datetime | None
    ends: datetime | None
    draft: bool
    state: str = "processing"
    served: bool = False


@dataclass
class Document:
    """The model: a document serves what was put in place last, until somebody or time says no."""

    versions: list[Version] = field(default_factory=list)
    current: Version | None = None
    stack: list[Version] = field(default_factory=list)
    waiting: list[tuple[datetime, int, Version]] = field(default_factory=list)
    withdrawn: bool = False
    last: int = 0

    def visible(self, now: datetime) -> Version | None:
        ends = self.current.ends if self.current else None
        return self.current if ends is None or now < ends else None

    def tick(self, now: datetime) -> None:
        for entry in sorted(self.waiting, key=lambda w: w[:2]):
            if entry[0] <= now:
                self.waiting.remove(entry)
                self.serve(entry[2])

    def serve(self, version: Version) -> None:
        self.current, self.withdrawn, version.served = version, False, True
        if not self.stack or self.stack[-1] is not version:
            self.stack.append(version)

    def waits(self, version: Version) -> bool:
        return any(w[2] is version for w in self.waiting)

    def publish(self, version: Version, now: datetime, turn: int) -> bool:
        starts = max(version.starts or now, now)
        serves = version is self.visible(now) or self.waits(version)
        ended = version.ends is not None and version.ends <= starts
        if serves or (ended and (self.visible(now) or version.state != "processing")):
            return False
        version.state = "released"
        if starts > now:
            self.waiting.append((starts, turn, version))
        else:
            self.serve(version)
        self.last = turn
        return True

    def rollback(self, now: datetime) -> Version | None:
        undoes = any(turn == self.last for _, turn, _ in self.waiting)
        back = 1 if self.withdrawn or (undoes and self.stack) else 2
        if len(self.stack) < back:
            return None
        target = self.stack[-back]
        if target.ends is not None and target.ends <= now:
            return None
        while self.stack[-1] is not target:
            self.stack.pop()
        self.call_off()
        self.serve(target)
        return target

    def withdraw(self, now: datetime) -> bool:
        if self.visible(now) is None and not self.waiting:
            return False
        self.call_off()
        self.current, self.withdrawn = None, True
        return True

    def call_off(self) -> None:
        for _, _, version in self.waiting:
            if not version.served:
                version.state = "draft"
        self.waiting.clear()


class Lives(RuleBasedStateMachine):
    """The real parts, driven at random; a crash drops them and opens them again."""

    template: Path
    embedder: Any

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="citedesk-lives-"))
        shutil.copy(self.template, self.folder / "a.db")
        self.now, self.turn = START, 0
        self.store = BreakingStore()
        self.model = {name: Document() for name in NAMES}
        self.open()

    def open(self) -> None:
        self.database = Database(f"sqlite:///{self.folder / 'a.db'}")
        self.records = Records(self.database)
        self.lifecycle = Lifecycle(self.database, lambda: self.now, grace=timedelta(0))
        self.live = LiveTable(self.database, lambda: self.now)
        self.keyword = TantivyIndex(self.folder / "keyword")
        indexer = ChunkIndexer(self.embedder, self.store, self.keyword)
        self.pipeline = IngestPipeline(
            self.records,
            self.lifecycle,
            Blobs(self.folder / "files"),
            indexer,
            self.embedder,
            indexer.fingerprint,
            parse_file,
        )
        self.retriever = Retriever(self.embedder, self.store, self.keyword, self.records, self.live)

    def close(self) -> None:
        self.retriever.close()
        self.keyword.close()
        self.database.close()

    def teardown(self) -> None:
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @rule(
        name=st.sampled_from(NAMES),
        audience=st.sampled_from(AUDIENCES),
        draft=st.booleans(),
        starts=st.sampled_from([None, None, 1, 3]),
        lasts=st.sampled_from([None, None, None, 2, -1]),
        breaks=st.sampled_from([None, None, "corrupt", "full", "kill", "kill early"]),
    )
    def upload(
        self,
        name: str,
        audience: str,
        draft: bool,
        starts: int | None,
        lasts: int | None,
        breaks: str | None,
    ) -> None:
        document = self.settled(name)
        begins = self.now + starts * DAY if starts else None
        ends = (begins or self.now) + lasts * DAY if lasts else None
        if begins and ends and begins >= ends:
            begins = None
        self.turn += 1
        path = self.folder / name
        path.write_text(TEXT.format(name=name, number=self.turn), encoding="utf-8")
        options = IngestOptions(
            audience=audience, valid_from=begins, valid_to=ends, draft=draft, by="machine"
        )
        staged = self.pipeline.receive(path, options, source=name)
        assert not staged.unchanged
        made = Version(staged.version_id, len(document.versions) + 1, audience, begins, ends, draft)
        document.versions.append(made)
        self.store.breaks = {
            "corrupt": IndexCorrupt("The index is damaged."),
            "full": DiskFull("No space is left."),
            "kill": Killed(),
        }.get(breaks or "")
        self.process(document, made, kill_early=breaks == "kill early")
        if breaks in ("kill", "kill early"):
            self.restart()

    def process(self, document: Document, made: Version, *, kill_early: bool = False) -> None:
        def progress(stage: str, fraction: float) -> None:
            if kill_early and stage == "chunk":
                raise Killed

        try:
            self.pipeline.process(made.id, progress=progress)
        except Killed:
            return
        except DiskFull:
            return
        except IndexCorrupt:
            made.state = "failed"
            return
        except Conflict:
            assert not document.publish(made, self.now, self.turn)
            made.state = "failed"
            return
        later = [v for v in document.versions if v.number > made.number]
        if made.draft or any(v.state == "released" for v in later):
            made.state = "draft"
        else:
            assert document.publish(made, self.now, self.turn)

    @rule()
    def restart(self) -> None:
        self.close()
        self.open()
        for version in self.records.unfinished():
            name = self.records.key_of(version.document_id)
            document = self.settled(name)
            made = next(v for v in document.versions if v.id == version.id)
            self.turn += 1
            self.process(document, made)

    @rule(name=st.sampled_from(NAMES), pick=st.integers(0, 9))
    def publish(self, name: str, pick: int) -> None:
        document = self.settled(name)
        ready = [v for v in document.versions if v.state in ("draft", "in review", "released")]
        if not ready:
            return
        version = ready[pick % len(ready)]
        self.turn += 1
        self.pipeline.ensure_indexed(version.id)
        with refused() as told:
            self.lifecycle.publish(version.id, by="machine")
        assert told == ([] if document.publish(version, self.now, self.turn) else ["refused"])

    @rule(name=st.sampled_from(NAMES), pick=st.integers(0, 9))
    def review(self, name: str, pick: int) -> None:
        document = self.settled(name)
        drafts = [v for v in document.versions if v.state in ("draft", "in review")]
        if not drafts:
            return
        version = drafts[pick % len(drafts)]
        if version.state == "draft":
            submit(self.database, version.id)
            version.state = "in review"
        else:
            send_back(self.database, version.id, reason="again")
            version.state = "draft"

    @rule(name=st.sampled_from(NAMES))
    def rollback(self, name: str) -> None:
        document = self.settled(name)
        known = self.records.latest_versions()
        found = [v.document_id for v in known if self.records.key_of(v.document_id) == name]
        if not found:
            return
        if behind := self.lifecycle.behind(found[0]):
            self.pipeline.ensure_indexed(behind)
        with refused() as told:
            served = self.lifecycle.rollback(found[0], by="machine")
        expected = document.rollback(self.now)
        assert told == ([] if expected else ["refused"])
        assert expected is None or served == expected.id

    @rule(name=st.sampled_from(NAMES))
    def withdraw(self, name: str) -> None:
        document = self.settled(name)
        if not document.versions:
            return
        with refused() as told:
            self.lifecycle.withdraw(
                self.records.version(document.versions[0].id).document_id, by="machine"
            )
        assert told == ([] if document.withdraw(self.now) else ["refused"])

    @rule(hours=st.sampled_from([1, 24, 48, 72]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def each_query_sees_exactly_what_is_live(self) -> None:
        live = [v for name in NAMES if (v := self.settled(name).visible(self.now))]
        for audiences in (("public",), AUDIENCES):
            wanted = {
                chunk.id
                for version in live
                if version.audience in audiences
                for chunk in self.records.version_chunks(version.id)
            }
            found = self.retriever.routes("Mark", top=100, audiences=audiences)
            for route in ("dense", "keyword"):
                assert {chunk_id for chunk_id, _ in found[route]} == wanted, route

    @invariant()
    def states_are_what_the_model_says(self) -> None:
        for document in self.model.values():
            for version in document.versions:
                record = self.records.version(version.id)
                said = record.state.value.replace("_", " ")
                released = said in ("published", "superseded", "withdrawn")
                assert ("released" if released else said) == version.state

    def settled(self, name: str) -> Document:
        document = self.model[name]
        document.tick(self.now)
        return document


@contextmanager
def refused() -> Iterator[list[str]]:
    told: list[str] = []
    try:
        yield told
    except Conflict:
        told.append("refused")


def test_whatever_is_done_in_whatever_order_each_query_sees_exactly_what_is_live(
    tmp_path: Path, embedder: Any
):
    template = tmp_path / "template.db"
    database = Database(f"sqlite:///{template}")
    database.upgrade()
    database.close()
    Lives.template, Lives.embedder = template, RememberingEmbedder(embedder)
    run_machine(
        Lives,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
