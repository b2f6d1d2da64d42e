"""The bench of routing weighs questions that nothing answers as it says it does."""

from __future__ import annotations

import pytest

from evals.bench.routing import Reply, Shares, shares


def test_shares_are_reckoned_for_the_proportion_of_unanswerable_questions_that_is_asked() -> None:
    replies = [
        Reply("a", answerable=True, answered=True, confidence=0.9, right=True),
        Reply("a", answerable=True, answered=True, confidence=0.3, right=False),
        Reply("a", answerable=False, answered=True, confidence=0.6, right=False),
    ]
    found = shares(replies, 0.5, 0.2)
    assert found.alone == pytest.approx(0.6)
    assert found.wrong == pytest.approx(1 / 3)
    assert shares(replies, 0.95, 0.2) == Shares(0.0, 0.0)
