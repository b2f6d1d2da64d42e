"""Fusion of the routes, and when it doubts one."""

from __future__ import annotations

import pytest

from core.errors import DataInvalid
from core.types import RouteScore
from retrieval.fusion import Fused, RouteFound, Weights, reciprocal_ranks
from retrieval.fusion import fuse as fuse_found
from retrieval.stores import Found


def route(*scores: tuple[str, float]) -> list[Found]:
    return [Found(chunk_id, "v1", score) for chunk_id, score in scores]


def fuse(dense: list[Found], keyword: list[Found], ideal: float) -> list[Fused]:
    return fuse_found(RouteFound((dense,), keyword, ideal))


def flat(count: int, score: float = 0.80) -> list[tuple[str, float]]:
    return [(f"x{n}", score - n * 0.0001) for n in range(count)]


def test_plain_reciprocal_ranks_are_one_over_sixty_plus_rank() -> None:
    fused = reciprocal_ranks([["a", "b"], ["b", "c"]])
    assert [name for name, _ in fused] == ["b", "a", "c"]
    assert fused[0][1] == pytest.approx(1 / 62 + 1 / 61)


def test_nothing_found_fuses_to_nothing() -> None:
    assert fuse([], [], 0.0) == []


def test_a_passage_that_both_routes_put_first_is_first_with_both_scores() -> None:
    dense = route(("a", 0.92), ("b", 0.85), ("c", 0.84))
    fused = fuse(dense, route(("a", 9.0), ("c", 2.0)), 10.0)
    assert [f.chunk_id for f in fused] == ["a", "c", "b"]
    assert fused[0].routes == {"dense": RouteScore(1, 0.92), "keyword": RouteScore(1, 9.0)}
    assert set(fused[2].routes) == {"dense"}


def test_a_keyword_route_without_the_rare_words_does_not_overrule_the_dense_one() -> None:
    dense = route(("right", 0.92), *flat(30))
    keyword = route(("wrong", 1.0), ("x3", 0.9))
    assert fuse(dense, keyword, 30.0)[0].chunk_id == "right"


def test_a_dense_route_that_sees_no_difference_gives_way_to_a_full_keyword_match() -> None:
    fused = fuse(route(*flat(40)), route(("x39", 10.0), ("x20", 2.0)), 11.0)
    assert fused[0].chunk_id == "x39"


def test_one_route_alone_keeps_its_order() -> None:
    dense = route(("a", 0.9), ("b", 0.8), ("c", 0.7))
    assert [f.chunk_id for f in fuse(dense, [], 0.0)] == ["a", "b", "c"]
    keyword = route(("a", 9.0), ("b", 8.0), ("c", 1.0))
    assert [f.chunk_id for f in fuse([], keyword, 9.0)] == ["a", "b", "c"]


def test_scores_lie_between_nought_and_one_and_fall_with_the_rank() -> None:
    fused = fuse(route(("a", 1.0), *flat(49)), route(("a", 500.0), ("x1", 3.0)), 10.0)
    scores = [f.score for f in fused]
    assert scores == sorted(scores, reverse=True)
    assert 0.0 <= scores[-1] < scores[0] <= 1.0


def test_evidence_of_any_size_gives_a_score() -> None:
    assert fuse(route(("a", -1.0)), route(("a", 1e9)), 1e-6)[0].score == 1.0


def test_of_two_forms_of_a_question_the_one_that_a_passage_answers_better_counts() -> None:
    alone = route(("general", 0.90), *flat(30))
    titled = route(("own", 0.95), *flat(30))
    fused = fuse_found(RouteFound((alone, titled)))
    assert [one.chunk_id for one in fused[:2]] == ["own", "general"]
    assert fused[0].routes["dense"] == RouteScore(1, 0.95)


def test_a_passage_of_the_document_that_is_named_goes_before_its_likes() -> None:
    dense = [Found("theirs", "v1", 0.90), Found("ours", "v2", 0.899)]
    plain = fuse_found(RouteFound((dense,)))
    named = fuse_found(RouteFound((dense,), titled={"v2": 0.9}))
    assert [one.chunk_id for one in plain] == ["theirs", "ours"]
    assert [one.chunk_id for one in named] == ["ours", "theirs"]
    assert named[0].parts["title"] > 0
    assert "title" not in named[1].parts


def test_a_question_that_stands_out_adds_and_one_that_does_not_takes_nothing_away() -> None:
    dense = route(("a", 0.90), ("b", 0.899), ("c", 0.898))
    asked = route(("b", 0.97), *flat(30), ("a", 0.70))
    fused = fuse_found(RouteFound((dense,), questions=asked))
    assert fused[0].chunk_id == "b"
    parts = {one.chunk_id: one.parts for one in fused}
    assert "questions" not in parts["a"]


def test_what_the_routes_add_is_the_whole_of_the_evidence() -> None:
    found = RouteFound((route(("a", 0.9), ("b", 0.8)),), route(("b", 3.0)), 5.0)
    for one in fuse_found(found):
        assert sum(one.parts.values()) == pytest.approx(one.evidence)


@pytest.mark.parametrize("wrong", [{}, {"dense": "much"}, {"dense": 1.0, "unheard_of": 2.0}])
def test_weights_that_are_none_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(DataInvalid):
        Weights.of(wrong)
