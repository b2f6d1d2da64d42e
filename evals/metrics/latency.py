"""How long the agent waits."""

from __future__ import annotations

from evals.metrics.base import CaseOutcome, Tools, metric


@metric("latency_ms", higher_is_better=False, tolerance=100.0)
def latency_ms(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return the milliseconds from question to draft; a tenth of a second is not noticed."""
    return outcome.seconds * 1000
