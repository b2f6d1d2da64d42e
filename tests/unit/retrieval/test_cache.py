"""What is kept of what was found, and for how long."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from core.errors import IndexCorrupt
from core.types import Applicability, Chunk, Evidence, Hit
from corpus.live import LiveSet, LiveVersion
from retrieval.cache import Key, SearchCache, Watch
from retrieval.stores.memory import MemoryVectorStore

STATE = ((1, 0, 0),)


def key(asked: str) -> Key:
    return Key(asked, 10, ("public",))


def evidence(asked: str, text: str = "") -> Evidence:
    return Evidence(asked, (Hit(Chunk("c", "d", "v", 0, text, ""), 0.5),))


def test_the_least_recently_used_goes_first() -> None:
    cache = SearchCache(entries=2)
    for asked in ("a", "b"):
        cache.put(key(asked), STATE, evidence(asked))
    cache.get(key("a"), STATE)
    cache.put(key("c"), STATE, evidence("c"))
    assert [cache.get(key(asked), STATE) is not None for asked in "abc"] == [True, False, True]


def test_what_is_kept_stays_within_the_room() -> None:
    cache = SearchCache(size=100_000)
    for number in range(50):
        cache.put(key(str(number)), STATE, evidence("", "字" * 1000))
    assert 10 < len(cache) < 50
    assert cache.size <= 100_000
    cache.put(key("49"), STATE, evidence("", "字" * 100_000))
    assert cache.get(key("49"), STATE) is None
    cache.clear()
    assert (len(cache), cache.size) == (0, 0)


@pytest.mark.parametrize(
    "other",
    [
        Key("b", 10, ("public",)),
        Key("a", 5, ("public",)),
        Key("a", 10, ("public", "internal")),
        Key("a", 10, ("public",), Applicability(model="X2")),
        Key("a", 10, ("public",), None, ("earlier turn",)),
    ],
)
def test_another_question_is_another_entry(other: Key) -> None:
    cache = SearchCache()
    cache.put(key("a"), STATE, evidence("a"))
    assert cache.get(other, STATE) is None


def test_equal_queries_at_one_moment_search_once() -> None:
    cache, searches, go = SearchCache(), [], threading.Event()
    found: list[tuple[Evidence, bool]] = []

    def search() -> Evidence:
        searches.append(1)
        go.wait()
        return evidence("a")

    def ask() -> None:
        found.append(cache.fetch(key("a"), STATE, search))

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    go.set()
    for asker in askers:
        asker.join()
    assert len(searches) == 1
    assert len({id(each) for each, _ in found}) == 1
    assert sorted(fresh for _, fresh in found) == [False, False, False, True]


def test_who_waited_for_a_search_that_failed_searches_too() -> None:
    cache, begun, go = SearchCache(), threading.Event(), threading.Event()
    met: list[Any] = []

    def failing() -> Evidence:
        begun.set()
        go.wait()
        raise IndexCorrupt("The index is damaged.")

    def ask(search: Any) -> None:
        try:
            met.append(cache.fetch(key("a"), STATE, search))
        except IndexCorrupt as exc:
            met.append(exc)

    first = threading.Thread(target=ask, args=(failing,))
    first.start()
    begun.wait()
    second = threading.Thread(target=ask, args=(lambda: evidence("a"),))
    second.start()
    go.set()
    first.join()
    second.join()
    assert {type(each) for each in met} == {IndexCorrupt, tuple}


class Table:
    """A table of what is live that a test sets."""

    def __init__(self, *versions: LiveVersion) -> None:
        self.set(*versions)

    def set(self, *versions: LiveVersion) -> None:
        self.live = LiveSet(1, {v.version_id: v for v in versions})

    def current(self) -> LiveSet:
        return self.live


def test_a_state_is_that_of_what_is_live_however_it_came() -> None:
    a = LiveVersion("a", "d1", "public", Applicability())
    b = LiveVersion("b", "d2", "public", Applicability())
    table, store = Table(a, b), MemoryVectorStore()
    watch = Watch(store, store, table)
    first = watch.now(("public", "internal")).state
    table.set(b)
    assert watch.now(("public", "internal")).state != first
    table.set(b, a)
    assert watch.now(("public", "internal")).state == first
    table.set(
        a, LiveVersion("b", "d2", "public", Applicability(), narrowed=frozenset({"internal"}))
    )
    public, internal = watch.now(("public", "internal")).state
    assert public == first[0]
    assert internal != first[1]
    table.set(a, LiveVersion("b", "d2", "public", Applicability(), number=9))
    assert watch.now(("public", "internal")).state == first
    for changed in (Applicability(model="X2"), Applicability()):
        table.set(
            a, LiveVersion("b", "d2", "public", changed, sectioned=changed == Applicability())
        )
        assert watch.now(("public",)).state[0] != first[0]


def test_a_write_to_an_index_is_another_state_of_its_audience_alone() -> None:
    store, words = MemoryVectorStore(), MemoryVectorStore()
    watch = Watch(store, words, Table())
    before = watch.now(("public", "internal")).state
    words.remove_version("public", "v1")
    after = watch.now(("public", "internal")).state
    assert (before[0] != after[0], before[1] == after[1]) == (True, True)
