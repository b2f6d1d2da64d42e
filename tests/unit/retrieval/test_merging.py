"""Duplicates and neighbours."""

from __future__ import annotations

from core.types import Applicability, Chunk, Hit
from retrieval.merging import merge


def hit(ordinal: int, text: str, score: float, heading: str = "Reset", **more: object) -> Hit:
    chunk = Chunk(
        f"c{ordinal}",
        "d",
        "v1",
        ordinal,
        text,
        "X2",
        (heading,),
        **more,  # type: ignore[arg-type]
    )
    return Hit(chunk, score)


def shown(hits: list[Hit]) -> list[list[str]]:
    return [[chunk.id for chunk in found.passages()] for found in hits]


def test_the_next_passage_of_a_section_joins_the_better_hit_in_reading_order() -> None:
    hits = [hit(4, "then this", 0.9), hit(8, "else", 0.8, "Other"), hit(3, "first this", 0.7)]
    merged = merge(hits, 10)
    assert shown(merged) == [["c3", "c4"], ["c8"]]
    assert merged[0].chunk.id == "c4"
    assert merged[0].score == 0.9


def test_passages_next_to_each_other_in_two_sections_stay_apart() -> None:
    assert shown(merge([hit(1, "a", 0.9, "One"), hit(2, "b", 0.8, "Two")], 10)) == [["c1"], ["c2"]]


def test_a_long_section_does_not_swallow_the_list() -> None:
    merged = merge([hit(n, f"step {n}", 1 - n / 10) for n in range(6)], 10)
    assert shown(merged) == [["c0", "c1", "c2", "c3"], ["c4", "c5"]]


def test_the_same_words_are_shown_once_whatever_their_script_and_spacing() -> None:
    hits = [hit(1, "保修期为两年。", 0.9), hit(9, " 保修期 為兩年。", 0.8)]
    assert shown(merge(hits, 10)) == [["c1"]]


def test_the_same_words_for_two_models_are_two_answers() -> None:
    hits = [
        hit(1, "5 years", 0.9, applicability=Applicability(model="X2")),
        hit(9, "5 years", 0.8, applicability=Applicability(model="R5")),
    ]
    assert shown(merge(hits, 10)) == [["c1"], ["c9"]]


def test_the_same_short_answer_under_two_headings_is_two_answers() -> None:
    assert shown(merge([hit(1, "Yes.", 0.9, "Wi-Fi?"), hit(9, "Yes.", 0.8, "LTE?")], 10)) == [
        ["c1"],
        ["c9"],
    ]


def test_a_neighbour_found_after_the_list_is_full_still_joins() -> None:
    hits = [hit(1, "a", 0.9), hit(9, "b", 0.8, "Other"), hit(2, "c", 0.7)]
    assert shown(merge(hits, 1)) == [["c1", "c2"]]
