"""Retrieval with the real embedder, Chroma and tantivy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import DataInvalid, OptionInvalid, PathNotFound, QueryInvalid
from core.types import Applicability, Chunk
from corpus.live import LiveSet, LiveVersion
from evals.retrieval_bench import HeldChunks, bench_retrieval
from retrieval.indexer import ChunkIndexer
from retrieval.keyword import KEYWORD_INDEXES
from retrieval.retriever import Retriever
from retrieval.stores import STORES


def passage(
    number: int, text: str, heading: str, version: str = "x2-1", audience: str = "public"
) -> Chunk:
    document = version.rsplit("-", 1)[0]
    chunk_id = f"{version}.{number}"
    return Chunk(chunk_id, document, version, number, text, document, (heading,), audience=audience)


CHUNKS = [
    passage(0, "长按电源键 5 秒，指示灯闪烁后设备重启。", "恢复出厂设置"),
    passage(1, "然后松开按键，等待指示灯变绿，恢复出厂设置完成。", "恢复出厂设置"),
    passage(2, "Error E-0x51 means that the battery is too hot. Let it cool down.", "Error codes"),
    passage(3, "The warranty lasts two years and does not cover water damage.", "Warranty"),
    passage(4, "Connect the speaker to Wi-Fi in the app under Settings.", "Network"),
    passage(0, "The warranty of the R5 lasts five years.", "Warranty", "r5-1"),
    passage(
        0,
        "Agents may grant a refund of up to 200 EUR on their own.",
        "Refunds",
        "sop-1",
        "internal",
    ),
    passage(0, "Hold the power button for 9 seconds to reset.", "Reset", "x2-2"),
]
APPLIES = {"x2-1": Applicability(model="X2"), "r5-1": Applicability(model="R5")}


class Releases:
    """What is live, as a test sets it."""

    def __init__(self, *versions: str) -> None:
        self.versions = versions

    def current(self) -> LiveSet:
        audience = {chunk.version_id: chunk.audience for chunk in CHUNKS}
        return LiveSet(
            1,
            {
                v: LiveVersion(v, v.rsplit("-", 1)[0], audience[v], APPLIES.get(v, Applicability()))
                for v in self.versions
            },
        )


class House:
    """The real parts, put together."""

    def __init__(self, embedder: Any, folder: Path) -> None:
        self.store = STORES.get("chroma").open(folder / "vectors", embedder.fingerprint)
        self.keyword = KEYWORD_INDEXES.get("tantivy").open(folder / "words")
        self.indexer = ChunkIndexer(embedder, self.store, self.keyword)
        self.live = Releases("x2-1", "r5-1", "sop-1")
        self.retriever = Retriever(
            embedder, self.store, self.keyword, HeldChunks(CHUNKS), self.live
        )

    def ids(self, query: str, *audiences: str, top: int = 3, **more: Any) -> list[str]:
        found = self.retriever.search(query, top=top, audiences=audiences or ("public",), **more)
        return [hit.chunk.id for hit in found.hits]


@pytest.fixture(scope="module")
def house(embedder: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    built = House(embedder, tmp_path_factory.mktemp("house"))
    built.indexer.add(CHUNKS)
    yield built
    built.retriever.close()
    built.store.close()
    built.keyword.close()


@pytest.fixture(autouse=True)
def _first_releases(house: House) -> None:
    house.live.versions = ("x2-1", "r5-1", "sop-1")


def test_a_question_finds_its_passage_with_the_rank_and_score_of_each_route(house: House) -> None:
    evidence = house.retriever.search("What does E-0x51 mean?", audiences=["public"])
    best = evidence.hits[0]
    assert best.chunk.id == "x2-1.2"
    assert (best.routes["dense"].rank, best.routes["keyword"].rank) == (1, 1)
    assert 0.4 < best.score <= 1.0
    stages = {"embed", "dense", "questions", "keyword", "fuse", "join", "rerank", "total"}
    assert set(evidence.timings_ms) == stages


def test_a_chinese_question_finds_an_english_passage(house: House) -> None:
    assert house.ids("出现错误 E-0x51 是什么意思？")[0] == "x2-1.2"
    assert "x2-1.3" in house.ids("保修包括进水损坏吗？")


def test_two_steps_of_one_section_come_as_one_hit_in_reading_order(house: House) -> None:
    hit = house.retriever.search("如何恢复出厂设置", audiences=["public"]).hits[0]
    assert [chunk.id for chunk in hit.passages()] == ["x2-1.0", "x2-1.1"]


def test_a_customer_never_finds_an_internal_sop(house: House) -> None:
    asked = "How much refund may an agent grant?"
    assert "sop-1.0" not in house.ids(asked, "public", top=50)
    assert house.ids(asked, "public", "internal")[0] == "sop-1.0"
    assert house.ids(asked, "internal", top=50) == ["sop-1.0"]


def test_only_live_versions_are_found_and_a_cutover_shows_at_once(house: House) -> None:
    asked = "hold the power button to reset"
    assert "x2-2.0" not in house.ids(asked, top=50)
    house.live.versions = ("x2-2",)
    assert house.ids(asked, top=50) == ["x2-2.0"]
    house.live.versions = ()
    assert house.ids(asked, top=50) == []


def test_what_is_live_is_found_behind_hundreds_of_passages_that_are_not(
    embedder: Any, tmp_path: Path
) -> None:
    house = House(embedder, tmp_path)
    chunks = HeldChunks(CHUNKS)
    old = [
        replace(CHUNKS[3], id=f"old.{n}", version_id="x2-0", ordinal=n, text=f"warranty {n} years")
        for n in range(300)
    ]
    house.indexer.add([*old, CHUNKS[3]])
    assert chunks.chunks(["old.1"]) == {}
    assert house.ids("warranty years") == ["x2-1.3"]
    house.retriever.close()


def test_a_model_narrows_to_what_applies_to_it(house: House) -> None:
    asked = "How long is the warranty?"
    for model, expected in (("x2", "x2-1.3"), ("R5", "r5-1.0")):
        found = house.ids(asked, applicability=Applicability(model=model), top=50)
        assert found[0] == expected
        assert {i.split("-")[0] for i in found} == {model.lower()}
    assert house.ids(asked, applicability=Applicability(model="Z9")) == []


@pytest.mark.parametrize("query", ["", "   \n\t", "\x00\x01", "\u200b\u200b"])
def test_an_empty_question_is_refused(house: House, query: str) -> None:
    with pytest.raises(QueryInvalid):
        house.ids(query)


@pytest.mark.parametrize("query", ["？！……", "👍👍", "***", "-- ;", "()"])
def test_a_question_without_a_word_finds_nothing(house: House, query: str) -> None:
    assert house.ids(query) == []


@pytest.mark.parametrize(
    "query",
    [
        "保修" * 5000,
        "warranty\x00\x07\x1b[31m",
        'title:"x" AND (warranty OR *)',
        "x",
        "'; DROP TABLE documents; --",
        "\ud83d warranty",
        "保修 warranty гарантия ضمان",
    ],
)
def test_a_strange_question_gets_a_sensible_result(house: House, query: str) -> None:
    found = house.ids(query, top=5)
    assert 0 < len(found) <= 5
    if "warranty" in query or "保修" in query:
        assert {"x2-1.3", "r5-1.0"} & set(found)


@pytest.mark.parametrize("top", [0, -1, 1001])
def test_a_number_of_hits_out_of_bounds_is_refused(house: House, top: int) -> None:
    with pytest.raises(OptionInvalid):
        house.ids("warranty", top=top)


def test_a_removed_version_is_gone_from_both_indexes_and_can_come_back(house: House) -> None:
    counts = house.indexer.indexed("public")
    house.indexer.remove("public", "r5-1")
    assert house.indexer.indexed("public") == (counts[0] - 1, counts[1] - 1)
    assert "r5-1" not in house.indexer.versions("public")
    seen: list[tuple[str, float]] = []
    house.indexer.add([CHUNKS[5]], lambda stage, fraction: seen.append((stage, fraction)))
    assert house.indexer.indexed("public") == counts
    assert seen[-1] == ("indexing", 1.0)


def test_llama_index_reaches_our_retrieval_through_its_own_interfaces(house: House) -> None:
    from llama_index.core.vector_stores.types import VectorStoreQuery

    from retrieval import llama

    nodes = llama.CiteDeskRetriever(house.retriever, ["public"], top=3).retrieve("E-0x51")
    assert nodes[0].node.node_id == "x2-1.2"
    assert nodes[0].metadata["headings"] == "Error codes"
    # Found, a chunk knows what its version applies to.
    assert llama.chunk_of(nodes[0].node) == replace(CHUNKS[2], applicability=APPLIES["x2-1"])
    merged = llama.NeighbourPostprocessor(top=1).postprocess_nodes(
        [llama._scored(h) for h in house.retriever.search("复位", audiences=["public"]).hits]
    )
    assert len(merged) == 1
    store = llama.CiteDeskVectorStore(house.store, "trial")
    node = llama.node_of(CHUNKS[2])
    node.embedding = [1.0] + [0.0] * 383
    assert store.add([node]) == ["x2-1.2"]
    answer = store.query(VectorStoreQuery(query_embedding=node.embedding, similarity_top_k=1))
    assert answer.ids == ["x2-1.2"]
    store.delete("x2-1")
    assert house.store.count("trial") == 0


def small_set(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    rows = {
        "corpus.jsonl": [
            {"id": "a", "title": "X2", "text": "The battery lasts ten hours. " * 120},
            {"id": "b", "title": "X2", "text": "保修期为两年。", "heading": "保修"},
        ],
        "queries.jsonl": [
            {"id": "q1", "text": "How long does the battery last?"},
            {"id": "q2", "text": "多久？", "history": ["User: 保修期是多久"]},
        ],
    }
    for name, records in rows.items():
        lines = [json.dumps(record, ensure_ascii=False) for record in records]
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
    (folder / "qrels.tsv").write_text(
        "query-id\tdoc-id\trelevance\nq1\ta\t1\nq2\tb\t1\n", encoding="utf-8"
    )
    return folder


def test_the_benchmark_reports_every_route_beside_ours(embedder: Any, tmp_path: Path) -> None:
    report = bench_retrieval(small_set(tmp_path / "set"), embedder)
    assert (report["passages"], report["queries"]) == (2, 2)
    assert report["metrics"] == {
        "ndcg@10": 1.0,
        "recall@1": 1.0,
        "recall@5": 1.0,
        "recall@10": 1.0,
        "mrr@10": 1.0,
    }
    assert set(report["routes"]) == {"dense", "keyword", "rrf"}
    assert all(set(route) == set(report["metrics"]) for route in report["routes"].values())
    assert report["index_seconds"] > 0
    assert report["query_ms"]["p50"] <= report["query_ms"]["p95"]
    one = bench_retrieval(tmp_path / "set", embedder, queries=1, heading=True, store="memory")
    assert one["queries"] == 1


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("corpus.jsonl", '{"id": "a", "text": "x"}\n{"id": ', "corpus.jsonl, line 2, is not JSON"),
        ("corpus.jsonl", '{"id": "a", "title": "x"}', 'line 1, has no text in "text"'),
        ("corpus.jsonl", '{"id":"a","text":"x"}\n{"id":"a","text":"y"}', 'repeats the id "a"'),
        ("queries.jsonl", "[1]", "queries.jsonl, line 1, is not a JSON object"),
        ("qrels.tsv", "query-id\tdoc-id\trelevance\nq1\tzzz\t1", 'unknown passage "zzz"'),
        ("qrels.tsv", "q9\ta\t1", 'line 1, names the unknown query "q9"'),
        ("qrels.tsv", "h\nq1 a 1", "line 2, is not: query id"),
        ("qrels.tsv", "", "has a relevant passage"),
    ],
)
def test_a_wrong_set_names_file_and_line(
    embedder: Any, tmp_path: Path, name: str, text: str, said: str
) -> None:
    folder = small_set(tmp_path / "set")
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(DataInvalid) as caught:
        bench_retrieval(folder, embedder)
    assert said in caught.value.message


def test_a_missing_set_or_file_is_named(embedder: Any, tmp_path: Path) -> None:
    with pytest.raises(PathNotFound, match="nowhere"):
        bench_retrieval(tmp_path / "nowhere", embedder)
    folder = small_set(tmp_path / "set")
    (folder / "qrels.tsv").unlink()
    with pytest.raises(PathNotFound, match=r"qrels\.tsv"):
        bench_retrieval(folder, embedder)
