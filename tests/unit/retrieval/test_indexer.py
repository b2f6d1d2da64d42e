"""Chunks that read as before keep their vectors and are never embedded again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lineage import House
from watching import WatchedEmbedder

from core.types import Chunk
from corpus.blobs import Blobs
from corpus.documents import IngestOptions
from ingest.parse import parse_file
from ingest.pipeline import IngestPipeline
from retrieval.indexer import ChunkIndexer
from retrieval.keyword.base import KEYWORD_INDEXES
from retrieval.questions import QuestionIndex, counted
from retrieval.stores.base import STORES


def chunk(
    version: str, ordinal: int, text: str, audience: str = "public", heading: str = ""
) -> Chunk:
    headings = (heading,) if heading else ()
    return Chunk(
        f"{version}-{ordinal}", "d", version, ordinal, text, "手册", headings, audience=audience
    )


def test_only_what_is_new_is_embedded(tmp_path: Path, embedder: Any) -> None:
    watched: Any = WatchedEmbedder(embedder)
    store = STORES.get("memory").open(tmp_path, "model-4")
    keyword = KEYWORD_INDEXES.get("tantivy").open(tmp_path / "keyword")
    indexer = ChunkIndexer(watched, store, keyword)
    old = [chunk("v1", 0, "每周清洁主刷。"), chunk("v1", 1, "每月更换滤网。")]
    new = [
        chunk("v2", 0, "每月更换滤网。"),
        chunk("v2", 1, "每天清空尘盒。"),
        chunk("v2", 2, "每天清空尘盒。"),
    ]
    indexer.add(old)
    watched.embedded.clear()
    indexer.add(new, like=old)
    assert [text.split("\n")[1] for text in watched.embedded] == ["每天清空尘盒。"]
    held = store.vectors("public", ["v1-1", "v2-0", "v2-1"])
    assert np.array_equal(held["v1-1"], held["v2-0"])
    assert not np.array_equal(held["v2-0"], held["v2-1"])
    assert indexer.indexed("public") == (5, 5)
    keyword.close()


def test_a_vector_is_found_in_the_audience_where_it_lies(tmp_path: Path, embedder: Any) -> None:
    watched: Any = WatchedEmbedder(embedder)
    store = STORES.get("memory").open(tmp_path / "b", "model-4")
    keyword = KEYWORD_INDEXES.get("tantivy").open(tmp_path / "keyword")
    indexer = ChunkIndexer(watched, store, keyword)
    old = [chunk("v1", 0, "每周清洁主刷。", "internal")]
    indexer.add(old)
    watched.embedded.clear()
    indexer.add([chunk("v2", 0, "每周清洁主刷。")], like=old)
    assert watched.embedded == []
    assert indexer.indexed("public") == (1, 1)
    keyword.close()


def test_a_revised_file_has_its_changed_section_embedded_and_no_other(
    tmp_path: Path, embedder: Any
) -> None:
    watched: Any = WatchedEmbedder(embedder)
    house = House(tmp_path)
    keyword = KEYWORD_INDEXES.get("tantivy").open(tmp_path / "keyword")
    indexer = ChunkIndexer(watched, STORES.get("memory").open(tmp_path / "b", "model-4"), keyword)
    pipeline = IngestPipeline(
        house.records,
        house.lifecycle,
        Blobs(tmp_path / "files"),
        indexer,
        embedder,
        indexer.fingerprint,
        parse_file,
    )
    sections = [f"## 部件 {n}\n\n部件 {n} 每 {n} 周清洁一次。\n" for n in range(1, 13)]
    for text in ("".join(sections), "".join(sections).replace("每 7 周", "每 9 周")):
        path = tmp_path / "r5.md"
        path.write_text(f"# 手册\n\n{text}", encoding="utf-8")
        watched.embedded.clear()
        version = pipeline.process(pipeline.receive(path, IngestOptions(), source="r5").version_id)
    assert len(house.records.version_chunks(version.id)) == 12
    (embedded,) = watched.embedded
    assert "每 9 周" in embedded
    keyword.close()


@dataclass
class Asked:
    """An indexer with an index of questions, and the embedder that it uses."""

    indexer: ChunkIndexer
    questions: QuestionIndex
    embedder: Any

    def found(self, audience: str, question: str, top: int = 5) -> list[str]:
        """Return the ids of the chunks that answer a question."""
        vector = self.embedder.embed_query(question)
        return [found.chunk_id for found in self.questions.search(audience, vector, top)]


@pytest.fixture
def asked(tmp_path: Path, embedder: Any) -> Iterator[Asked]:
    watched: Any = WatchedEmbedder(embedder)
    stores, folder = STORES.get("memory"), tmp_path / "vectors"
    keyword = KEYWORD_INDEXES.get("tantivy").open(tmp_path / "keyword")
    questions = QuestionIndex(watched, stores.open(folder, "model-q1"))
    store = stores.open(folder, "model")
    yield Asked(ChunkIndexer(watched, store, keyword, "", questions), questions, watched)
    keyword.close()


CARE = chunk("v1", 0, "每周一次。", heading="主刷清洁")
TANK = chunk("v1", 1, "水箱多大？\n1.2 升。\n可以加热水吗？\n不可以。", heading="水箱")
PLAIN = chunk("v1", 2, "本页无标题。")


def test_a_chunk_is_found_by_what_it_answers_once_and_by_its_best_question(asked: Asked) -> None:
    asked.indexer.add([CARE, TANK, PLAIN])
    assert asked.found("public", "水箱能加热水吗") == ["v1-1", "v1-0"]
    vector = asked.embedder.embed_query("水箱能加热水吗")
    best = asked.questions.search("public", vector, 1)
    assert [found.chunk_id for found in best] == ["v1-1"]
    exact = asked.embedder.embed_queries(["手册 > 可以加热水吗？"])[0]
    assert abs(best[0].score - float(exact @ vector)) < 1e-3
    assert best[0].version_id == "v1"
    assert asked.questions.search("nobody", vector, 5) == []
    assert asked.indexer.holdings("public") == ({"v1": 3}, {"v1": 3}, {"v1": 4}, {})
    assert counted([CARE, TANK, PLAIN]) == {"public": 4}


def test_enough_chunks_are_found_where_one_has_many_questions(asked: Asked) -> None:
    lines = "\n".join(f"水箱怎么装第 {n} 步？\n拧紧。" for n in range(6))
    asked.indexer.add([chunk("v1", 0, lines), CARE, chunk("v1", 3, "升。", heading="尘盒")])
    assert asked.found("public", "水箱怎么装第 1 步", 2)[0] == "v1-0"
    assert len(asked.found("public", "水箱怎么装第 1 步", 2)) == 2


def test_a_question_that_was_asked_before_is_not_embedded_again(asked: Asked) -> None:
    asked.indexer.add([CARE, TANK])
    asked.embedder.asked.clear()
    new = [
        chunk("v2", 0, "每月一次。", heading="主刷清洁"),
        chunk("v2", 1, "拧紧。", heading="滤网"),
        chunk("v2", 2, "再拧紧。", heading="滤网"),
    ]
    asked.indexer.add(new, like=[CARE, TANK])
    assert asked.embedder.asked == ["手册 > 滤网"]
    assert asked.questions.holdings("public") == {"v1": 4, "v2": 3}


def test_adding_again_replaces_and_removing_leaves_nothing(asked: Asked) -> None:
    asked.indexer.add([CARE, TANK])
    asked.indexer.add([CARE, chunk("v1", 1, "1.2 升。", heading="水箱")])
    assert asked.questions.holdings("public") == {"v1": 2}
    assert len(asked.found("public", "可以加热水吗")) == 2
    asked.indexer.remove("public", "v1")
    assert asked.questions.holdings("public") == {}
    assert asked.indexer.versions("public") == set()


def test_what_a_chunk_answers_moves_with_it_and_nothing_stays_behind(asked: Asked) -> None:
    asked.indexer.add([CARE, TANK])
    asked.embedder.asked.clear()
    hidden = replace(TANK, audience="lab")
    for _ in range(2):
        asked.indexer.move([CARE, hidden], ["public", "lab"])
        assert asked.questions.holdings("public") == {"v1": 1}
        assert asked.questions.holdings("lab") == {"v1": 3}
    assert asked.found("public", "水箱多大") == ["v1-0"]
    assert asked.found("lab", "水箱多大") == ["v1-1"]
    assert asked.embedder.asked == []
    # What an index lost is made again.
    asked.questions.remove("lab", "v1")
    asked.indexer.move([CARE, TANK], ["public", "lab"])
    assert asked.questions.holdings("public") == {"v1": 4}
    assert len(asked.embedder.asked) == 3


def test_what_an_earlier_release_did_not_index_is_completed(asked: Asked) -> None:
    asked.indexer.add([CARE, TANK])
    asked.questions.drop("public")
    asked.embedder.embedded.clear()
    asked.indexer.complete([CARE, TANK])
    assert asked.questions.holdings("public") == {"v1": 4}
    assert asked.embedder.embedded == []
