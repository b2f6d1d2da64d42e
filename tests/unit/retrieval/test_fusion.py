"""Fusion of two routes, and when it doubts one."""

from __future__ import annotations

import pytest

from core.types import RouteScore
from retrieval.fusion import fuse, reciprocal_ranks
from retrieval.stores import Found


def route(*scores: tuple[str, float]) -> list[Found]:
    return [Found(chunk_id, "v1", score) for chunk_id, score in scores]


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
