"""Insights: shares and their differences, falls and their suspects, gaps, coverage."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy.stats import binomtest, false_discovery_control, fisher_exact

from evals.insights.clusters import centre, clusters
from evals.insights.counts import Count
from evals.insights.falls import falls
from evals.insights.gaps import frequencies, terms_of
from evals.insights.outline import outline
from evals.insights.periods import Step, gathered, periods
from evals.insights.shares import adjusted, differ, wilson
from retrieval.embedding.base import Embedder


@pytest.mark.parametrize(("count", "of"), [(0, 1), (1, 1), (3, 7), (0, 40), (181, 240), (9, 9_000)])
def test_the_interval_of_a_share_is_wilsons(count: int, of: int) -> None:
    reference = binomtest(count, of).proportion_ci(0.95, method="wilson")
    assert wilson(count, of) == pytest.approx((reference.low, reference.high), abs=1e-9)


def test_a_share_of_nothing_can_be_anything_and_a_part_no_more_than_the_whole() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="part of a whole"):
        wilson(3, 2)


def test_chances_are_adjusted_for_how_many_were_looked_at() -> None:
    chances = [0.04, 0.001, 0.03, 0.5, 0.001, 0.9]
    assert adjusted(chances) == pytest.approx(list(false_discovery_control(chances)), abs=1e-9)
    assert adjusted([]) == []
    assert differ(3, 40, 18, 35) == pytest.approx(fisher_exact([[3, 37], [18, 17]]).pvalue)
    assert differ(0, 0, 1, 4) == 1.0


def test_weeks_are_those_of_the_calendar_even_over_new_year() -> None:
    two = periods(Step.WEEK, date(2027, 1, 1), 2)
    assert [one.label for one in two] == ["2026-W52", "2026-W53"]
    assert (two[-1].start, two[-1].end) == (date(2026, 12, 28), date(2027, 1, 3))
    (day,) = periods(Step.DAY, date(2026, 3, 1), 1)
    assert day.label == "2026-03-01"


def week(accepted: int, edited: int, flagged: int, refused: int = 0) -> Count:
    judged = accepted + edited + flagged
    return Count(judged + refused, refused, 0, accepted, edited, flagged)


def series(*weeks: Count) -> dict[str, list[object]]:
    over = periods(Step.WEEK, date(2026, 3, 1), len(weeks))
    days = {(one.start.isoformat(), ""): count for one, count in zip(over, weeks, strict=True)}
    return gathered(days, over)  # type: ignore[return-value]


def test_a_fall_is_found_where_it_began_and_chance_is_none() -> None:
    good, bad = week(80, 15, 5), week(50, 20, 30)
    (fall,) = falls(series(good, good, week(77, 16, 7), bad, bad))  # type: ignore[arg-type]
    assert (fall.good.label, fall.period.label) == ("2026-W07", "2026-W08")
    moved = {one.measure: (one.before, one.after) for one in fall.moved}
    assert moved == {"accepted": ((237, 300), (50, 100)), "flagged": ((17, 300), (30, 100))}
    # Seven of ten and four of ten: with so few that is nothing yet.
    assert falls(series(week(7, 3, 0), week(4, 5, 1))) == []  # type: ignore[arg-type]
    assert falls(series(bad, good, good)) == [], "what becomes better is no fall"  # type: ignore[arg-type]


CARPET = ("R5 可以在地毯上拖地吗？", "R5 能不能在地毯上拖地呀", "Can the R5 mop on carpet?")
CATS = ("Is the H1 safe for cats?", "Is the H1 humidifier safe for my cat?")
OTHER = ("发票抬头写错了怎么改", "How do I reset my password?")


def test_questions_that_ask_the_same_go_together_across_languages(embedder: Embedder) -> None:
    asked = [*CARPET, *CATS, *OTHER]
    vectors = np.stack([embedder.embed_query(text) for text in asked])
    languages = ["en" if text.isascii() else "zh" for text in asked]
    assert clusters(languages, vectors) == [[0, 1, 2], [3, 4], [5], [6]]
    assert clusters([], vectors[:0]) == []
    assert centre([0, 1, 2], vectors) in (0, 1)


def test_a_gap_is_named_by_what_tells_it_from_others() -> None:
    common = frequencies([*CARPET, *CATS, *OTHER])
    assert "地毯" in terms_of(CARPET[:2], common)
    assert "cats" in terms_of(CATS, common)
    assert "R5" in terms_of(["R5 能拖地毯吗？"], {})
    assert terms_of(["滤芯"], {}) == ["滤芯"], "what is masked stands in no other question"


def test_an_outline_says_first_what_it_is_and_stands_beside_what_is_nearest() -> None:
    near = [
        {"document_id": "a", "title": "手册", "headings": ["清洁"]},
        {"document_id": "b", "title": "培训", "headings": ["考核"]},
        {"document_id": "b", "title": "培训", "headings": ["变更"]},
    ]
    found = outline(["滤芯怎么清洗？", "滤芯多少钱？", "滤芯"], near)
    assert [point.aspect for point in found.points] == ["price", "procedure", "other"]
    assert (found.document_id, found.headings) == ("a", ("清洁",))
    assert outline(["滤芯多少钱？"], []).document_id == ""
