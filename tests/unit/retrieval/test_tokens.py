"""Passages' tokens: stored whole, kept beside their vectors, made in the same pass."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from interacting import interaction
from watching import WatchedEmbedder

from answer.extractive.vectors import VectorCache
from core.errors import DiskFull, IndexCorrupt
from core.types import Chunk
from retrieval.indexer import ChunkIndexer
from retrieval.interaction.index import TokenIndex, mark
from retrieval.interaction.model import Tokens
from retrieval.interaction.store import StoredTokens, TokenStore
from retrieval.keyword.base import KEYWORD_INDEXES
from retrieval.stores.base import STORES


def tokens_of(first: int, count: int = 3) -> Tokens:
    return np.arange(first, first + count * 4, dtype=np.int8).reshape(count, 4)


def row(chunk_id: str, version: str = "v1", first: int = 0, count: int = 3) -> StoredTokens:
    return StoredTokens(chunk_id, version, tokens_of(first, count))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TokenStore]:
    held = TokenStore(tmp_path / "tokens")
    yield held
    held.close()


def test_tokens_come_back_as_they_were_put_and_only_for_their_audience(store: TokenStore) -> None:
    store.put("public", [row("a", first=-100), row("b", "v2", 1, 1)])
    store.put("售后 Lab", [row("c")])
    found = store.tokens("public", ["a", "b", "c", "none"])
    assert found.keys() == {"a", "b"}
    assert np.array_equal(found["a"], tokens_of(-100))
    assert (found["b"].dtype, found["b"].shape) == (np.int8, (1, 4))
    assert store.having("public", ["b", "c"]) == {"b"}
    assert store.audiences() == {"public", "售后 Lab"}
    assert (store.count("public"), store.holdings("public")) == (2, {"v1": 1, "v2": 1})
    assert (store.tokens("nobody", ["a"]), store.count("nobody")) == ({}, 0)
    assert not (store._folder / "nobody").exists()


def test_putting_again_replaces_and_every_write_counts(store: TokenStore) -> None:
    store.put("public", [row("a"), row("b")])
    before = store.generation("public")
    store.put("public", [row("a", "v2", 7)])
    assert np.array_equal(store.tokens("public", ["a"])["a"], tokens_of(7))
    assert store.holdings("public") == {"v1": 1, "v2": 1}
    store.remove_version("public", "v2")
    store.remove_chunks("public", ["b", "none"])
    store.remove_chunks("nobody", ["b"])
    assert store.count("public") == 0
    assert store.generation("public") == before + 3


def test_a_dropped_audience_is_forgotten_and_can_be_filled_again(store: TokenStore) -> None:
    store.put("public", [row("a")])
    store.drop("public")
    assert (store.audiences(), store.tokens("public", ["a"])) == (set(), {})
    assert not store._folder.exists()
    store.put("public", [row("b")])
    assert store.having("public", ["a", "b"]) == {"b"}


def test_threads_read_whole_tokens_while_others_write(store: TokenStore) -> None:
    store.put("public", [row("a", count=1)])
    wrong: list[object] = []

    def write() -> None:
        for number in range(40):
            store.put("public", [row("a", count=1 + number % 5), row(f"x{number}")])

    def read() -> None:
        for _ in range(80):
            found = store.tokens("public", ["a"])["a"]
            if not np.array_equal(found, tokens_of(0, len(found))):
                wrong.append(found)

    threads = [threading.Thread(target=job) for job in (write, write, read, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert store.count("public") == 41


def test_what_was_written_before_a_kill_is_there_after(tmp_path: Path) -> None:
    script = (
        "import sys, os, signal, numpy as np\n"
        "from pathlib import Path\n"
        "from retrieval.interaction.store import *\n"
        "store = TokenStore(Path(sys.argv[1]))\n"
        "rows = lambda of: [StoredTokens(f'{of}{n}', of, np.full((9, 96), n, np.int8))"
        " for n in range(99)]\n"
        "store.put('public', rows('whole'))\n"
        "with store._shelf('public').writing() as connection:\n"
        "    connection.execute('DELETE FROM tokens')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "t")],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    after = TokenStore(tmp_path / "t")
    assert after.holdings("public") == {"whole": 99}
    assert np.array_equal(after.tokens("public", ["whole7"])["whole7"], np.full((9, 96), 7))
    after.close()


def test_a_damaged_store_says_to_reindex_and_can_be_dropped(tmp_path: Path) -> None:
    first = TokenStore(tmp_path / "t")
    first.put("public", [row("a")])
    first.close()
    (path,) = (tmp_path / "t").rglob("*.sqlite3")
    path.write_bytes(b"nonsense" * 4096)
    second = TokenStore(tmp_path / "t")
    with pytest.raises(IndexCorrupt) as caught:
        second.tokens("public", ["a"])
    assert "citedesk reindex" in caught.value.hint
    second.drop("public")
    second.put("public", [row("b")])
    assert second.count("public") == 1
    second.close()


def test_a_full_disk_is_called_that_and_leaves_what_was_there(store: TokenStore) -> None:
    store.put("public", [row("a")])
    shelf = store._shelf("public")
    assert shelf is not None
    with shelf.connection() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull):
        store.put("public", [StoredTokens("b", "v1", np.zeros((999, 96), np.int8))])
    assert store.having("public", ["a", "b"]) == {"a"}
    store.put("public", [row("c")])
    assert store.count("public") == 2


def chunk(version: str, ordinal: int, text: str, audience: str = "public") -> Chunk:
    return Chunk(f"{version}-{ordinal}", "d", version, ordinal, text, "手册", audience=audience)


@dataclass
class House:
    """An indexer with an index of tokens, and the embedder that it uses."""

    indexer: ChunkIndexer
    index: TokenIndex
    embedder: Any

    def expected(self, of: Chunk) -> Tokens:
        """Return the tokens of a chunk, made by themselves."""
        states: list[Any] = []
        self.embedder.embed_passages(
            [of.embedding_text()], states=lambda _, found: states.append(found)
        )
        self.embedder.embedded.pop()
        return self.index.model.passage_tokens(states[0])

    def holds(self, *chunks: Chunk) -> bool:
        """Say whether these chunks have their own tokens where they belong."""
        return all(
            # Padding and batches move the last bit.
            np.abs(found.astype(int) - self.expected(one)).max() <= 3
            for one in chunks
            for found in [self.index.tokens(one.audience, [one.id])[one.id]]
        )


@pytest.fixture
def house(tmp_path: Path, embedder: Any) -> Iterator[House]:
    watched: Any = WatchedEmbedder(embedder)
    keyword = KEYWORD_INDEXES.get("tantivy").open(tmp_path / "keyword")
    index = TokenIndex(interaction(embedder.fingerprint), TokenStore(tmp_path / "tokens"))
    store = STORES.get("memory").open(tmp_path / "vectors", "model")
    yield House(ChunkIndexer(watched, store, keyword, tokens=index), index, watched)
    keyword.close()
    index.close()


BRUSH, TANK = chunk("v1", 0, "每周清洁主刷。"), chunk("v1", 1, "水箱可装 1.2 升 water。")


def test_tokens_are_stored_with_the_vectors_in_one_pass_and_go_with_them(house: House) -> None:
    twin = chunk("v1", 2, BRUSH.text)
    house.indexer.add([BRUSH, TANK, twin])
    assert len(house.embedder.embedded) == 2
    assert house.holds(BRUSH, TANK, twin)
    assert not np.array_equal(*(house.expected(one)[:5] for one in (BRUSH, TANK)))
    assert house.indexer.holdings("public") == ({"v1": 3}, {"v1": 3}, {}, {"v1": 3})
    house.indexer.remove("public", "v1")
    assert house.indexer.versions("public") == set()


def test_what_reads_as_before_gets_its_tokens_without_a_pass(house: House) -> None:
    house.indexer.add([BRUSH, TANK])
    house.embedder.embedded.clear()
    same, new = chunk("v2", 0, TANK.text, "lab"), chunk("v2", 1, "拧紧。")
    house.indexer.add([same, new], like=[BRUSH, TANK])
    assert house.embedder.embedded == [new.embedding_text()]
    assert house.holds(same, new)
    house.indexer.add([BRUSH, TANK], like=[BRUSH, TANK])
    assert len(house.embedder.embedded) == 1
    changed = replace(BRUSH, text="每月清洁主刷。")
    house.indexer.add([changed])
    assert house.holds(changed)


def test_what_has_a_vector_but_no_tokens_is_embedded_for_them(house: House) -> None:
    house.indexer.add([BRUSH, TANK])
    house.index.remove("public", "v1")
    copy = chunk("v2", 0, TANK.text)
    house.indexer.add([copy], like=[BRUSH, TANK])
    assert house.holds(copy)


def test_tokens_move_with_their_chunk_and_lost_ones_are_made_again(house: House) -> None:
    house.indexer.add([BRUSH, TANK])
    house.embedder.embedded.clear()
    hidden = replace(TANK, audience="lab")
    for _ in range(2):
        house.indexer.move([BRUSH, hidden], ["public", "lab"])
        assert house.index.holdings("public") == {"v1": 1}
        assert house.index.holdings("lab") == {"v1": 1}
    assert house.embedder.embedded == []
    assert house.holds(BRUSH, hidden)
    house.index.remove("lab", "v1")
    house.indexer.move([BRUSH, TANK], ["public", "lab"])
    assert house.embedder.embedded == [TANK.embedding_text()]
    assert house.holds(BRUSH, TANK)
    assert house.index.holdings("lab") == {}


def test_an_older_house_is_completed_from_where_it_stopped(house: House) -> None:
    house.indexer.add([BRUSH, TANK])
    house.index.drop("public")
    house.indexer.complete([TANK])
    house.embedder.embedded.clear()
    house.indexer.complete([BRUSH, TANK])
    house.indexer.complete([BRUSH, TANK])
    assert house.embedder.embedded == [BRUSH.embedding_text()]
    assert house.holds(BRUSH, TANK)


def test_tokens_are_written_while_a_large_document_is_embedded(house: House) -> None:
    chunks = [chunk("v1", number, f"{number}") for number in range(300)]
    states = np.ones((2, 384), np.float32)
    texts = [one.embedding_text() for one in chunks]
    with house.index.taking(chunks, texts) as take:
        for place in range(299):
            take(place, states)
        held = house.index.holdings("public")
        take(299, states)
    assert held == {"v1": 256}
    assert house.index.holdings("public") == {"v1": 300}


def test_another_training_of_passages_has_another_mark_and_one_of_questions_has_not(
    embedder: Any,
) -> None:
    model = interaction(embedder.fingerprint)
    assert mark(model) == mark(replace(model, query=model.passage, bias=3.0))
    assert mark(model) != mark(replace(model, passage=model.query))
    assert mark(model).startswith("t8-")
    assert mark(None) == ""


TEXTS = ["short", "如何清洁主刷？ " * 30, "水箱"]


def test_a_passage_gives_the_states_of_its_own_tokens_without_padding(embedder: Any) -> None:
    import torch

    found: dict[int, Any] = {}
    vectors = embedder.embed_passages(TEXTS, states=found.__setitem__)
    assert np.array_equal(vectors, embedder.embed_passages(TEXTS))
    assert [len(found[n]) for n in range(3)] == embedder.count(TEXTS)
    with torch.inference_mode():
        features = embedder._model.preprocess(["passage: 水箱"])
        direct = embedder._model.forward(features)["token_embeddings"][0].float().numpy()
    assert found[2].dtype == np.float32
    assert (found[2] * direct).sum(1) / np.linalg.norm(found[2], axis=1) / np.linalg.norm(
        direct, axis=1
    ) == pytest.approx(np.ones(len(direct)), abs=1e-3)


def test_a_question_costs_one_pass_for_its_vector_and_its_states(
    embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    question = "水箱能装多少 water?"
    passes: list[str] = []
    encode = embedder._encode

    def counted(texts: list[str], **named: Any) -> Any:
        passes.extend(texts)
        return encode(texts, **named)

    monkeypatch.setattr(embedder, "_encode", counted)
    cache = VectorCache(embedder)
    vector, states = cache.embed_query(question), cache.query_states(question)
    assert passes == [f"query: {question}"]
    with torch.inference_mode():
        made = embedder._model.forward(embedder._model.preprocess(passes))
    assert np.array_equal(states, made["token_embeddings"][0].float().numpy())
    unit = torch.nn.functional.normalize(made["sentence_embedding"].float()).numpy()[0]
    assert np.array_equal(vector, unit)
    # Kept for a while only: then the states cost a pass of their own, and the vector none.
    monkeypatch.setattr(embedder, "_passes", type(embedder._passes)())
    for _ in range(2):
        cache.embed_query(question)
        assert np.array_equal(cache.query_states(question), states)
    assert len(passes) == 2


def test_a_model_that_tells_no_states_has_none(
    embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    forward = embedder._model.forward

    def silently(features: Any) -> Any:
        return {"sentence_embedding": forward(features)["sentence_embedding"]}

    monkeypatch.setattr(embedder._model, "forward", silently)
    monkeypatch.setattr(embedder, "_passes", type(embedder._passes)())
    told: list[int] = []
    assert embedder.embed_passages(["a"], states=lambda n, _: told.append(n)).shape == (1, 384)
    assert told == []
    assert embedder.query_states("a").shape == (0, 384)
