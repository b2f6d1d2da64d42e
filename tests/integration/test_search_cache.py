"""Whatever happens between two queries, the cache gives what a search would find."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lineage import House
from remembering import RememberingEmbedder

from core.errors import CiteDeskError
from core.types import Applicability, Evidence
from corpus.applies import Applies
from corpus.audiences import Sections
from corpus.blobs import Blobs
from corpus.documents import IngestOptions
from corpus.glossary import Glossary
from corpus.glossary.entry import Entry, Status
from corpus.live import LiveSet
from corpus.sections import Where
from ingest.parse import parse_file
from ingest.pipeline import IngestPipeline
from retrieval.cache import Key, SearchCache, Watch
from retrieval.expansion import expand
from retrieval.indexer import ChunkIndexer
from retrieval.keyword.tantivy_index import TantivyIndex
from retrieval.retriever import Retriever
from retrieval.stores.memory import MemoryVectorStore

NAMES = ("冷柜.md", "washer.md", "robot.md")
SAMPLE = "# {name}\n\nMark {n} 制冷温度 {n}。\n\n## 清洁\n\nMark {n} cleaning, {n} days.\n"
ASKED = ("Mark 制冷温度", "cleaning days", "回充键 Mark", "robot")
SCOPES = (("public",), ("public", "internal"))
ABOUT = (None, Applicability(model="X2"))


class Moments:
    """A :class:`retrieval.narrowing.Live` that stays at the moment that a query began."""

    live: LiveSet

    def current(self) -> LiveSet:
        return self.live


class Desk:
    """The real parts, a cached search and a plain one over them."""

    def __init__(self, folder: Path, embedder: Any) -> None:
        self.folder, self.house, self.turn = folder, House(folder), 0
        quick: Any = RememberingEmbedder(embedder)
        self.store, self.keyword = MemoryVectorStore(), TantivyIndex(folder / "keyword")
        indexer = ChunkIndexer(quick, self.store, self.keyword)
        self.pipeline = IngestPipeline(
            self.house.records,
            self.house.lifecycle,
            Blobs(folder / "files"),
            indexer,
            embedder,
            indexer.fingerprint,
            parse_file,
        )
        self.glossary, self.moments = Glossary(self.house.database), Moments()
        self.sections, self.applies = Sections(self.house.database), Applies(self.house.database)
        parts = (quick, self.store, self.keyword, self.house.records)
        self.plain = Retriever(*parts, self.house.live, self.glossary)
        self.pinned = Retriever(*parts, self.moments, self.glossary)
        self.watch = Watch(self.store, self.keyword, self.house.live)
        self.cache = SearchCache(entries=50)

    def upload(self, name: str, **options: Any) -> str:
        self.turn += 1
        path = self.folder / name
        path.write_text(SAMPLE.format(name=name, n=self.turn), encoding="utf-8")
        staged = self.pipeline.receive(path, IngestOptions(**options), source=name)
        return str(self.pipeline.process(staged.version_id).id)

    def versions(self) -> list[str]:
        latest = self.house.records.latest_versions()
        return [v.id for one in latest for v in self.house.records.versions(one.document_id)]

    def narrow(self, version_id: str) -> tuple[str, ...]:
        where = Where(headings=self.house.records.version_chunks(version_id)[-1].headings)
        return self.sections.say(version_id, where, "internal").to_index

    def key(self, asked: str, scope: tuple[str, ...], about: Applicability | None = None) -> Key:
        expanded = expand(asked, self.glossary.current())
        more = expanded.text, tuple(sorted(expanded.terms.items())), expanded.said
        return Key(asked, 5, scope, about, more)

    def cached(
        self, asked: str, scope: tuple[str, ...], about: Applicability | None = None
    ) -> tuple[Evidence, bool]:
        moment = self.watch.now(scope)
        self.moments.live = moment.live
        return self.cache.fetch(
            self.key(asked, scope, about),
            moment.state,
            lambda: self.pinned.search(asked, top=5, audiences=scope, applicability=about),
        )

    def close(self) -> None:
        self.plain.close()
        self.pinned.close()
        self.keyword.close()
        self.house.database.close()


@pytest.fixture
def desk(tmp_path: Path, embedder: Any) -> Any:
    made = Desk(tmp_path, embedder)
    yield made
    made.close()


def happenings(desk: Desk, dice: random.Random) -> list[Callable[[], Any]]:  # noqa: C901
    """What may happen between two queries; what the house refuses has not happened."""
    name, to_index = dice.choice(NAMES), desk.__dict__.setdefault("to_index", [])
    version = dice.choice(desk.versions())
    document = desk.house.document(version)
    begins = desk.house.clock() + timedelta(days=1)
    audience = dice.choice(("public", "internal"))

    def publish() -> None:
        desk.pipeline.ensure_indexed(version)
        desk.house.lifecycle.publish(version)

    def rollback() -> None:
        if behind := desk.house.lifecycle.behind(document):
            desk.pipeline.ensure_indexed(behind)
        desk.house.lifecycle.rollback(document)

    def wait() -> None:
        desk.house.now += timedelta(days=1)

    def move() -> None:
        # Whoever said it has the passages moved later: in between they lie where they lay.
        while to_index:
            desk.pipeline.move(to_index.pop())

    def widen() -> None:
        for section in desk.sections.of(document)[:1]:
            to_index.append(desk.sections.forget(section.id).to_index)

    def unlearn() -> None:
        for entry in desk.glossary.entries()[:1]:
            desk.glossary.remove(entry.id)

    return [
        lambda: desk.upload(name, audience=audience),
        lambda: desk.upload(name, draft=True),
        lambda: desk.upload(name, valid_from=begins),
        lambda: desk.upload(name, valid_to=begins),
        publish,
        rollback,
        lambda: desk.house.lifecycle.withdraw(document),
        wait,
        lambda: desk.applies.set(version, {"model": dice.choice(("X2", "R5", ""))}),
        lambda: to_index.append(desk.narrow(version)),
        widen,
        move,
        lambda: desk.pipeline.reindex([version]),
        lambda: desk.glossary.put(Entry(zh="回充键", en="cleaning", status=Status.APPROVED)),
        unlearn,
    ]


def shown(evidence: Evidence) -> Any:
    return evidence.hits, evidence.expanded


@pytest.mark.parametrize("seed", [1, 2])
def test_the_cache_gives_what_a_search_would_find(desk: Desk, seed: int) -> None:
    dice, saved = random.Random(seed), 0
    for name in NAMES:
        desk.upload(name)
    queries = [(a, s, w) for a in ASKED for s in SCOPES for w in ABOUT]
    for _ in range(25):
        with suppress(CiteDeskError):
            dice.choice(happenings(desk, dice))()
        for asked, scope, about in dice.sample(queries, 4) * 2:
            found, fresh = desk.cached(asked, scope, about)
            plain = desk.plain.search(asked, top=5, audiences=scope, applicability=about)
            assert shown(found) == shown(plain)
            saved += not fresh
    assert saved >= 90


def test_a_change_empties_its_audience_and_no_other(desk: Desk) -> None:
    desk.upload("washer.md")
    robot = desk.upload("robot.md", audience="internal")
    desk.upload("robot.md", audience="internal")
    query = "Mark 制冷温度"

    def searched() -> list[bool]:
        return [desk.cached(query, (audience,))[1] for audience in ("public", "internal")]

    assert searched() == [True, True]
    assert searched() == [False, False]
    desk.house.lifecycle.rollback(desk.house.document(robot))
    assert searched() == [False, True]
    desk.applies.set(robot, {"model": "X2"})
    assert searched() == [False, True]
    desk.upload("冷柜.md", draft=True)
    assert searched() == [True, False]
    washer = desk.upload("washer.md", valid_to=desk.house.clock() + timedelta(days=1))
    assert searched() == [True, False]
    desk.house.now += timedelta(days=2)
    assert searched() == [True, False]
    washer = desk.upload("washer.md")
    searched()
    moved = desk.narrow(washer)
    assert searched() == [True, True]
    desk.pipeline.move(moved)
    assert searched() == [True, True]
    desk.glossary.put(Entry(zh="回充键", en="cleaning", status=Status.APPROVED))
    assert searched() == [False, False]
    desk.glossary.put(Entry(zh="制冷", en="cooling", status=Status.APPROVED))
    assert searched() == [True, True]


def test_what_a_search_found_that_a_cutover_overtook_is_not_given_after_it(desk: Desk) -> None:
    old = desk.upload("robot.md")
    new = desk.upload("robot.md", draft=True)
    scope, key = ("public",), desk.key("Mark", ("public",))
    begun, cut = threading.Event(), threading.Event()
    found: list[Evidence] = []

    def overtaken() -> None:
        moment = desk.watch.now(scope)
        desk.moments.live = moment.live

        def search() -> Evidence:
            begun.set()
            cut.wait()
            return desk.pinned.search("Mark", top=5, audiences=scope)

        found.append(desk.cache.fetch(key, moment.state, search)[0])

    asker = threading.Thread(target=overtaken)
    asker.start()
    begun.wait()
    desk.house.lifecycle.publish(new)
    desk.pipeline.forget("public", old)
    cut.set()
    asker.join()
    assert found[0].hits == ()
    assert {h.chunk.version_id for h in desk.cached("Mark", scope)[0].hits} == {new}
    desk.pipeline.reindex([old])
    desk.house.lifecycle.rollback(desk.house.document(old))
    assert {h.chunk.version_id for h in desk.cached("Mark", scope)[0].hits} == {old}
