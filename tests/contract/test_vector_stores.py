"""What every registered vector store promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.errors import IndexCorrupt, OptionInvalid, ServiceUnreachable, SettingInvalid
from retrieval.stores import STORES, StoredVector, VectorStore

AXES = np.eye(4, dtype=np.float32)


def stored(chunk: str, axis: int, version: str = "v1") -> StoredVector:
    return StoredVector(chunk, version, "d1", AXES[axis])


@pytest.fixture(params=STORES.names())
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(kind: str, tmp_path: Path) -> Iterator[VectorStore]:
    opened = STORES.get(kind).open(tmp_path / "vectors", "model-4-abc")
    yield opened
    opened.close()


def ids(store: VectorStore, audience: str, axis: int = 0, top: int = 10) -> list[str]:
    return [found.chunk_id for found in store.search(audience, AXES[axis], top)]


def test_the_nearest_passage_comes_first_with_its_cosine(store: VectorStore) -> None:
    half = np.array([1, 1, 0, 0], np.float32) / np.sqrt(2, dtype=np.float32)
    store.put("public", [stored("a", 0), stored("b", 1), StoredVector("ab", "v1", "d1", half)])
    found = store.search("public", AXES[1], 2)
    assert [(f.chunk_id, f.version_id) for f in found] == [("b", "v1"), ("ab", "v1")]
    assert [f.score for f in found] == pytest.approx([1.0, 0.5**0.5], abs=1e-5)


def test_storing_an_id_again_replaces_its_vector_and_its_version(store: VectorStore) -> None:
    store.put("public", [stored("a", 0), stored("b", 1)])
    store.put("public", [stored("a", 2, "v2")])
    assert store.count("public") == 2
    best = store.search("public", AXES[2], 1)[0]
    assert (best.chunk_id, best.version_id) == ("a", "v2")
    assert store.versions("public") == {"v1", "v2"}
    assert store.holdings("public") == {"v1": 1, "v2": 1}
    assert store.holdings("internal") == {}


def test_an_id_twice_in_one_batch_keeps_the_last(store: VectorStore) -> None:
    store.put("public", [stored("a", 0), stored("a", 3)])
    assert store.count("public") == 1
    assert store.search("public", AXES[3], 1)[0].score == pytest.approx(1.0, abs=1e-5)


def test_removing_a_version_leaves_the_others_findable(store: VectorStore) -> None:
    store.put("public", [stored("a", 0, "v1"), stored("b", 1, "v1"), stored("c", 2, "v2")])
    store.remove_version("public", "v1")
    store.remove_version("public", "never stored")
    store.remove_version("nobody", "v1")
    assert ids(store, "public") == ["c"]
    assert store.count("public") == 1


def test_single_passages_can_be_forgotten(store: VectorStore) -> None:
    store.put("public", [stored("a", 0), stored("b", 1)])
    store.remove_chunks("public", ["a", "no such passage"])
    store.remove_chunks("no-such-audience", ["b"])
    assert set(store.vectors("public", ["a", "b"])) == {"b"}
    assert store.count("public") == 1


def test_one_audience_never_finds_what_another_may_see(store: VectorStore) -> None:
    store.put("public", [stored("a", 0)])
    store.put("internal", [stored("b", 0)])
    store.put("售后 主管", [stored("c", 0)])
    store.put("售后 主管2", [stored("d", 0)])
    assert ids(store, "public") == ["a"]
    assert ids(store, "internal") == ["b"]
    assert ids(store, "售后 主管") == ["c"]
    assert store.audiences() == {"public", "internal", "售后 主管", "售后 主管2"}


def test_an_audience_without_passages_finds_nothing(store: VectorStore) -> None:
    assert ids(store, "public") == []
    assert (store.count("public"), store.versions("public")) == (0, set())
    assert store.audiences() == set()


def test_dropping_an_audience_forgets_it_and_it_can_be_filled_again(store: VectorStore) -> None:
    store.put("public", [stored("a", 0)])
    store.put("internal", [stored("b", 0)])
    store.drop("public")
    assert (store.count("public"), store.count("internal")) == (0, 1)
    store.put("public", [stored("c", 0)])
    assert ids(store, "public") == ["c"]


def test_what_was_stored_is_there_when_the_store_is_opened_again(kind: str, tmp_path: Path) -> None:
    first = STORES.get(kind).open(tmp_path / "again", "model-4-abc")
    first.put("public", [stored("a", 0), stored("b", 1)])
    first.close()
    second = STORES.get(kind).open(tmp_path / "again", "model-4-abc")
    assert ids(second, "public") == ["a", "b"]
    second.put("public", [stored("c", 2)])
    assert second.count("public") == 3
    second.close()


def test_vectors_of_another_embedder_are_kept_apart(kind: str, tmp_path: Path) -> None:
    old = STORES.get(kind).open(tmp_path / "two", "model-4-abc")
    new = STORES.get(kind).open(tmp_path / "two", "model-4-def")
    old.put("public", [stored("a", 0)])
    assert (old.count("public"), new.count("public")) == (1, 0)
    assert new.audiences() == set()
    old.close()
    new.close()


def test_more_vectors_than_one_batch_are_all_stored(store: VectorStore) -> None:
    many = [stored(f"c{n}", n % 4) for n in range(6001)]
    store.put("public", many)
    assert store.count("public") == 6001


def test_a_damaged_chroma_store_says_to_reindex(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"this is no database" * 100)
    with pytest.raises(IndexCorrupt) as caught:
        STORES.get("chroma").open(tmp_path, "model-4-abc").put("public", [stored("a", 0)])
    assert "citedesk reindex" in caught.value.hint


def test_a_chroma_server_that_does_not_answer_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(ServiceUnreachable):
        STORES.get("chroma").open(tmp_path, "m", url="http://127.0.0.1:1")


def test_a_chroma_url_that_is_none_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid):
        STORES.get("chroma").open(tmp_path, "m", url="localhost:8000")


def test_an_unknown_store_names_the_known_ones() -> None:
    with pytest.raises(OptionInvalid, match="chroma, memory"):
        STORES.get("pinecone")


def test_stored_vectors_can_be_had_again_by_chunk(store: VectorStore) -> None:
    one, two = stored("a", 0), stored("b", 1)
    store.put("public", [one, two])
    found = store.vectors("public", ["b", "none"])
    assert list(found) == ["b"]
    assert np.allclose(found["b"], two.vector)
    assert store.vectors("internal", ["b"]) == {}
