"""Ranking measures, against hand-worked values and against ir_measures."""

from __future__ import annotations

import random

import pytest

from evals.metrics.ranking import MEASURES, mean_measures, mrr_at, ndcg_at, recall_at


def test_the_only_relevant_passage_first_is_perfect() -> None:
    assert mean_measures([(["a", "b"], {"a": 1})]) == dict.fromkeys(MEASURES, 1.0)


def test_the_only_relevant_passage_second_loses_what_the_discount_says() -> None:
    assert ndcg_at(10, ["x", "a"], {"a": 1}) == pytest.approx(0.6309297535714575)
    assert mrr_at(10, ["x", "a"], {"a": 1}) == 0.5
    assert recall_at(1, ["x", "a"], {"a": 1}) == 0.0


def test_a_passage_below_the_cut_counts_nothing() -> None:
    ranking = [f"x{n}" for n in range(10)] + ["a"]
    assert [measure(ranking, {"a": 2}) for measure in MEASURES.values()] == [0.0] * 5


def test_a_query_without_relevant_passages_scores_zero() -> None:
    assert [measure(["a"], {"a": 0}) for measure in MEASURES.values()] == [0.0] * 5


def test_the_mean_of_no_queries_is_zero() -> None:
    assert mean_measures([]) == dict.fromkeys(MEASURES, 0.0)


@pytest.mark.filterwarnings("ignore")
def test_every_measure_agrees_with_ir_measures_on_graded_rankings() -> None:
    import ir_measures

    theirs = {
        "ndcg@10": ir_measures.nDCG @ 10,
        "recall@1": ir_measures.R @ 1,
        "recall@5": ir_measures.R @ 5,
        "recall@10": ir_measures.R @ 10,
        "mrr@10": ir_measures.RR @ 10,
    }
    chance = random.Random(20)
    qrels: dict[str, dict[str, int]] = {}
    run: dict[str, dict[str, float]] = {}
    for number in range(60):
        query = f"q{number}"
        qrels[query] = {
            f"p{n}": chance.choice([0, 1, 1, 2, 3]) for n in range(chance.randint(1, 9))
        }
        qrels[query]["always"] = 1
        pool = [*qrels[query], *(f"x{n}" for n in range(15))]
        ranking = chance.sample(pool, chance.randint(1, len(pool)))
        run[query] = {passage: float(-rank) for rank, passage in enumerate(ranking)}
    expected = ir_measures.iter_calc(list(theirs.values()), qrels, run)
    compared = 0
    for value in expected:
        name = next(n for n, measure in theirs.items() if str(measure) == str(value.measure))
        ranking = sorted(run[value.query_id], key=lambda p: -run[value.query_id][p])
        ours = MEASURES[name](ranking, qrels[value.query_id])
        assert ours == pytest.approx(value.value, abs=1e-9), (name, value.query_id)
        compared += 1
    assert compared == 300
