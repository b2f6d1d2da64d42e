"""Queries at full speed across a hundred cutovers: each sees exactly one version of a document."""

import threading
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from lineage import House
from remembering import RememberingEmbedder

from corpus.blobs import Blobs
from corpus.documents import IngestOptions
from ingest.parse import parse_file
from ingest.pipeline import IngestPipeline
from retrieval.indexer import ChunkIndexer
from retrieval.keyword.tantivy_index import TantivyIndex
from retrieval.retriever import Retriever
from retrieval.stores.base import STORES

CUTOVERS = 100
QUERY = "FZ-1 制冷温度"
TEXT = "# 冷柜 FZ-1\n\nFZ-1 的制冷温度最低为 {n} ℃。\n\n## 清洁\n\nFZ-1 每 {n} 天清洁一次。\n"


def died(askers: list[threading.Thread]) -> bool:
    """Say whether one met an error and ended, so that it would be waited for in vain."""
    return not all(asker.is_alive() for asker in askers)


@pytest.mark.parametrize("how", ["publish", "update"])
def test_no_query_sees_zero_or_two_versions(tmp_path: Path, embedder: Any, how: str):
    house, quick = House(tmp_path), RememberingEmbedder(embedder)
    store = STORES.get("chroma").open(tmp_path / "vectors", embedder.fingerprint)
    keyword = TantivyIndex(tmp_path / "keyword")
    indexer = ChunkIndexer(quick, store, keyword)  # type: ignore[arg-type]
    pipeline = IngestPipeline(
        house.records,
        house.lifecycle,
        Blobs(tmp_path / "files"),
        indexer,
        embedder,
        indexer.fingerprint,
        parse_file,
    )
    retriever = Retriever(quick, store, keyword, house.records, house.live)  # type: ignore[arg-type]

    def bring_in(number: int, *, draft: bool = False) -> str:
        path = tmp_path / "fz1.md"
        path.write_text(TEXT.format(n=number), encoding="utf-8")
        staged = pipeline.receive(path, IngestOptions(draft=draft), source="fz1")
        return pipeline.process(staged.version_id).id

    first = bring_in(1)
    second = bring_in(2, draft=True)
    passages = {v: {c.id for c in house.records.version_chunks(v)} for v in (first, second)}
    over, wrong, seen = threading.Event(), [], []

    def ask() -> None:
        while not over.is_set():
            found = retriever.routes(QUERY, top=50, audiences=("public",))
            dense, words = ({i for i, _ in found[route]} for route in ("dense", "keyword"))
            chunks = house.records.chunks(list(dense | words)).values()
            versions = {c.version_id for c in chunks}
            whole = [v for v in versions if passages.get(v, dense) == dense]
            if len(versions) != 1 or dense != words or len(dense) != 2 or not whole:
                wrong.append((versions, dense, words))
            seen.append(versions)

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    try:
        for number in count():
            if min(number, len(seen)) >= CUTOVERS or died(askers):
                break
            if how == "publish":
                house.lifecycle.publish((second, first)[number % 2])
            else:
                bring_in(number + 3)
    finally:
        over.set()
        for asker in askers:
            asker.join()
        retriever.close()
        keyword.close()
        store.close()
    assert wrong == []
    assert len({v for versions in seen for v in versions}) > 1
