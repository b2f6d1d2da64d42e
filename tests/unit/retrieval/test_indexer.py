"""Chunks that read as before keep their vectors and are never embedded again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from lineage import House
from watching import WatchedEmbedder

from core.types import Chunk
from corpus.blobs import Blobs
from corpus.documents import IngestOptions
from ingest.parse import parse_file
from ingest.pipeline import IngestPipeline
from retrieval.indexer import ChunkIndexer
from retrieval.keyword.base import KEYWORD_INDEXES
from retrieval.stores.base import STORES


def chunk(version: str, ordinal: int, text: str, audience: str = "public") -> Chunk:
    return Chunk(f"{version}-{ordinal}", "d", version, ordinal, text, "手册", audience=audience)


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
