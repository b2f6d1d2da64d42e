"""Chunks that read as before keep their vectors and are never embedded again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.types import Chunk
from retrieval.indexer import ChunkIndexer
from retrieval.keyword.base import KEYWORD_INDEXES
from retrieval.stores.base import STORES


class Watched:
    """The real embedder, with a note of what it embedded."""

    def __init__(self, embedder: Any) -> None:
        self._embedder = embedder
        self.embedded: list[str] = []

    def embed_passages(self, texts: Sequence[str], *progress: Any) -> Any:
        self.embedded += texts
        return self._embedder.embed_passages(texts, *progress)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)


def chunk(version: str, ordinal: int, text: str, audience: str = "public") -> Chunk:
    return Chunk(f"{version}-{ordinal}", "d", version, ordinal, text, "手册", audience=audience)


def test_only_what_is_new_is_embedded(tmp_path: Path, embedder: Any) -> None:
    watched: Any = Watched(embedder)
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
    watched: Any = Watched(embedder)
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
