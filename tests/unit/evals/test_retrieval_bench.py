"""The run over many sets: what is compared, with real parts, and how it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evals.bench.beir import Passage, Question, RetrievalSet, write_set
from evals.bench.remembered import RememberingEmbedder
from evals.bench.retrieval import Configuration, Options, as_markdown, configurations, measure
from evals.bench.stock import stock_rankings

DATA = RetrievalSet(
    (
        Passage("a", "X2", "The battery lasts ten hours."),
        Passage("b", "X2", "保修期为两年。"),
        Passage("long", "X2", "Hold the button to pair a speaker. " * 300),
    ),
    (
        Question("q1", "How long does the battery last?"),
        Question("q2", "多久？", ("User: 保修期是多久",)),
        Question("q3", "How do I pair a speaker?"),
    ),
    {"q1": {"a": 1}, "q2": {"b": 1}, "q3": {"long": 1}},
)


@pytest.fixture
def counting(embedder: Any) -> Any:
    class Counting:
        def __init__(self) -> None:
            self.passages = 0

        def __getattr__(self, name: str) -> Any:
            return getattr(embedder, name)

        def embed_passages(self, texts: Any, *more: Any) -> Any:
            self.passages += len(texts)
            return embedder.embed_passages(texts, *more)

    return Counting()


def test_ours_stands_beside_its_parts_and_a_stock_pipeline_and_is_cached(
    counting: Any, tmp_path: Path
) -> None:
    write_set(DATA, tmp_path / "set")
    chosen = configurations(None, [tmp_path / "set"], [])
    remembering = RememberingEmbedder(counting, tmp_path / "cache")
    options = Options(cache=tmp_path / "cache")
    report = measure(chosen, remembering, options)["set"]
    assert set(report["means"]) == {"ours", "dense", "keyword", "rrf", "stock"}
    assert report["means"]["ours"]["recall@1"] == 1.0
    assert report["means"]["stock"]["recall@1"] == 1.0
    assert report["intervals"]["ours"]["ndcg@10"] == [1.0, 1.0]
    assert report["paired"]["stock"]["ndcg@10"]["p"] == 1.0
    assert (report["queries"], report["passages"]) == (3, 3)
    embedded = counting.passages
    again = measure(chosen, remembering, options)["set"]
    # States are too many to keep, so ours embeds once more; the stock pipeline does not.
    assert embedded < counting.passages < 2 * embedded
    assert again["means"] == report["means"]
    remembering.close()


def test_a_passage_of_several_nodes_ranks_once_in_the_stock_pipeline(embedder: Any) -> None:
    rankings = stock_rankings(DATA.passages, DATA.questions, embedder)
    assert [sorted(ranking) for ranking in rankings] == [["a", "b", "long"]] * 3
    assert [ranking[0] for ranking in rankings] == ["a", "b", "long"]


def test_known_sets_are_asked_across_languages_and_further_ones_follow(tmp_path: Path) -> None:
    found = configurations(tmp_path, [tmp_path / "mine"], ["xquad zh>en"])
    assert found == [
        Configuration("xquad zh>en", tmp_path / "xquad_zh", tmp_path / "xquad_en"),
        Configuration("mine", tmp_path / "mine", tmp_path / "mine"),
    ]


def test_the_table_says_by_how_much_ours_is_ahead() -> None:
    means = {"ndcg@10": 0.8, "recall@1": 0.7, "recall@5": 0.85, "recall@10": 0.9, "mrr@10": 0.75}
    ahead = {"ndcg@10": {"mean": 0.1, "low": 0.05, "high": 0.15, "p": 0.0002}}
    interval = {"ndcg@10": [0.75, 0.85]}
    report = {
        "passages": 9,
        "queries": 4,
        "means": {"ours": means, "rrf": means},
        "intervals": {"ours": interval, "rrf": interval},
        "paired": {"rrf": ahead},
    }
    rows = as_markdown({"faq": report}).splitlines()
    assert rows[2] == (
        "| faq (4 of 9) | ours | 0.800 (0.750 to 0.850) | 0.700 | 0.850 | 0.900 | 0.750 |  |"
    )
    assert rows[3].endswith("| +0.100 (+0.050 to +0.150, p 0.0002) |")
