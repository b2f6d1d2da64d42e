"""The bench of refusals counts what it says it counts."""

from __future__ import annotations

import numpy as np

from answer.extractive.gate import names_for
from core.types import DraftState
from evals.bench.refusal import Outcome, area, refused_at, report
from evals.bench.refusal_fit import Row, fit


def test_the_area_is_how_often_the_answerable_is_surer() -> None:
    assert area(np.array([0.9, 0.4]), np.array([0.5, 0.4])) == (2 + 0 + 0.5) / 4


def test_what_is_refused_at_a_price_lies_under_that_quantile_of_the_answerable() -> None:
    good, bad = np.arange(1, 101) / 100, np.array([0.01, 0.05, 0.5, 0.9])
    assert refused_at(good, bad, 0.05) == 0.5


def test_sets_of_near_duplicates_are_no_part_of_the_pooled_line() -> None:
    refused, answered = DraftState.NO_EVIDENCE, DraftState.ANSWERED
    lines = report(
        [
            Outcome("cmrc2018", False, False, refused, 0.1),
            Outcome("cmrc2018", True, True, answered, 0.9),
            Outcome("esp_faq_zh", False, False, answered, 0.9),
        ]
    ).splitlines()
    assert lines[-2].startswith("| pooled | 2 | 1.000 | 0.000 | 0.000 |")
    assert lines[-1].startswith("| all | 3 | 0.500 | 0.000 | 0.000 |")


def test_the_threshold_refuses_one_in_twenty_of_what_was_asked_in_own_words() -> None:
    rows = [
        _row(name, place, found)
        for name in ("esp_faq_zh", "xquad_en")
        for place in range(100)
        for found in (True, False)
    ]
    fitted = fit(rows, "plain_sure")
    line = fitted["weights"]["best"]
    own = [
        1 / (1 + np.exp(-(fitted["bias"] + line * row.features["plain_sure"]["best"])))
        for row in rows
        if row.name == "esp_faq_zh" and row.answerable
    ]
    assert sum(chance < fitted["threshold"] for chance in own) == 5


def _row(name: str, place: int, found: bool) -> Row:
    # Questions written beside their passage look surer than others.
    best = place / 50 + 2 * found + 3 * (name == "xquad_en")
    features = {**dict.fromkeys(names_for("plain_sure"), 0.0), "best": best}
    return Row(name, "en", found, found, {"plain_sure": features})
