"""Which questions lose their answer, and that the others keep all of it."""

from __future__ import annotations

from typing import Any

from evals.bench.beir import Passage, Question, RetrievalSet
from evals.bench.withheld import trials, withhold


def a_set(relevance: dict[str, dict[str, int]]) -> RetrievalSet:
    passages = sorted({p for grades in relevance.values() for p in grades} | {"other"})
    return RetrievalSet(
        tuple(Passage(p, "", f"text of {p}") for p in passages),
        tuple(Question(q, f"question {q}") for q in relevance),
        relevance,
    )


def test_half_of_the_queries_lose_every_passage_and_the_others_none() -> None:
    data = a_set({f"q{n}": {f"p{n}": 1, f"p{n}b": 2} for n in range(20)})
    left, lost = withhold(data)
    held = {passage.id for passage in left.passages}
    assert len(lost) == 10
    for query, gold in data.relevance.items():
        assert held.isdisjoint(gold) if query in lost else set(gold) <= held
    assert "other" in held
    assert left.questions == data.questions


def test_queries_that_share_a_passage_go_together() -> None:
    chain = {"a": {"1": 1, "2": 1}, "b": {"2": 1, "3": 1}, "c": {"3": 1}}
    apart = {f"q{n}": {f"p{n}": 1} for n in range(5)}
    for seed in range(10):
        _, lost = withhold(a_set(chain | apart), seed)
        assert {"a", "b", "c"} <= lost or {"a", "b", "c"}.isdisjoint(lost)


def test_a_passage_judged_irrelevant_stays() -> None:
    data = a_set({"a": {"1": 1, "bad": 0}, "b": {"2": 1}})
    assert all("bad" in {p.id for p in withhold(data, seed)[0].passages} for seed in range(5))


def test_the_draw_is_the_same_every_time_and_another_for_another_seed() -> None:
    data = a_set({f"q{n}": {f"p{n}": 1} for n in range(40)})
    assert withhold(data) == withhold(data)
    assert withhold(data, 1)[1] != withhold(data, 2)[1]


def test_a_trial_says_whether_the_answer_was_there_and_whether_it_was_found(embedder: Any) -> None:
    texts = {"p1": "The battery lasts ten hours.", "p2": "保修期为两年。"}
    data = RetrievalSet(
        tuple(Passage(name, "", text) for name, text in texts.items()),
        (Question("q1", "How long does the battery last?"), Question("q2", "保修期多长？")),
        {"q1": {"p1": 1}, "q2": {"p2": 1}},
    )
    found = list(trials(data, embedder))
    assert sorted(t.answerable for t in found) == [False, True]
    assert [t.found for t in found] == [t.answerable for t in found]
    assert all(len(t.evidence.hits) == 1 for t in found)
