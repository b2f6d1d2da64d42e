"""Evaluation runs over the house as it is put together here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.ports import Progress, silent
from core.types import Draft, Evidence, Turn
from service.desk import Desk, audiences_of


class HouseUnderTest:
    """The house as the runner sees it; drafts made for a run are not stored as shown ones."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def ask(self, question: str, *, audience: str, channel: str) -> tuple[Draft, Evidence]:
        """Draft a reply to one question."""
        return self._desk.draft(
            [Turn("customer", question)], audiences_of(audience), channel=channel
        )

    def document_key(self, document_id: str) -> str:
        """Return the identity under which a document is known."""
        return self._desk.records.key_of(document_id)

    def embed(self, texts: Sequence[str]) -> Any:
        """Return one normalised vector per text; sentences are compared as the model's queries."""
        return self._desk.embedder.embed_queries(texts)


def run_suite(desk: Desk, suite: str, progress: Progress = silent) -> dict[str, Any]:
    """Run a suite, store its report and return it."""
    from evals.cases import load_suite, suite_label
    from evals.reports import Reports, report_json
    from evals.runner import run_suite as run

    found = run(
        load_suite(suite, known=desk.public_values),
        HouseUnderTest(desk),
        suite=suite_label(suite),
        fingerprint=fingerprint(desk),
        progress=progress,
    )
    # A case written by hand may be what a customer wrote; its report goes to others.
    report = replace(found, cases=tuple(map(desk.privacy.body, found.cases)))
    Reports(desk.database).save(report)
    return report_json(report)


def report_of(desk: Desk, run_id: str) -> dict[str, Any]:
    """Return a stored report."""
    from evals.reports import Reports, report_json

    return report_json(Reports(desk.database).get(run_id))


def compare_runs(desk: Desk, a: str, b: str) -> dict[str, Any]:
    """Compare two stored runs."""
    from evals.compare import compare, comparison_json
    from evals.reports import Reports

    reports = Reports(desk.database)
    return comparison_json(compare(reports.get(a), reports.get(b)))


def fingerprint(desk: Desk) -> dict[str, str]:
    """Return everything that could change a run's result."""
    from importlib.metadata import version

    return {
        "code": version("citedesk"),
        "corpus": str(desk.live.current().epoch),
        "embedder": desk.embedder.fingerprint,
        "model": desk.settings.llm_model if desk.settings.llm_base_url else "",
    }
