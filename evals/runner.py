"""Running a suite of cases through the whole product."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from core.database import new_id, utc_now
from core.errors import CiteDeskError, InternalError, OptionInvalid
from core.ports import Progress, silent
from core.types import Draft, EvalCase, Evidence, RunReport
from evals.metrics.base import CaseOutcome, Metric, Tools, chosen
from evals.outcomes import observe
from evals.records import failed, scored, summarise

log = logging.getLogger(__name__)

_CHANNEL = "im"


class SystemUnderTest(Protocol):
    """The product as an evaluation sees it."""

    def ask(self, question: str, *, audience: str, channel: str) -> tuple[Draft, Evidence]:
        """Return the draft for a question and the evidence it was made from."""
        ...

    def document_key(self, document_id: str) -> str:
        """Return the key by which cases name a document."""
        ...

    def embed(self, texts: Sequence[str]) -> Any:
        """Return one vector of length 1 per text, as rows of an array."""
        ...


def run_suite(
    cases: Sequence[EvalCase],
    system: SystemUnderTest,
    metrics: Sequence[str] = (),
    *,
    suite: str,
    fingerprint: Mapping[str, str],
    progress: Progress = silent,
) -> RunReport:
    """Ask every case's question, score what comes back, and return the report.

    A case that fails is recorded with its error and has no scores; the others go on. Without
    names of metrics, all that can be computed are.

    Raises:
        OptionInvalid: there are no cases, or a metric's name is unknown.
    """
    if not cases:
        raise OptionInvalid("There is no case to run.", "Choose a suite that holds some.")
    tools = Tools(embed=system.embed)
    parts = chosen(metrics, tools)
    started_at, start = utc_now(), time.perf_counter()
    records = []
    for done, case in enumerate(cases):
        progress("cases", done / len(cases))
        records.append(_record(case, system, parts, tools))
    progress("cases", 1.0)
    return RunReport(
        id=new_id("run"),
        suite=suite,
        fingerprint=dict(fingerprint),
        cases=tuple(records),
        metrics=summarise(records),
        started_at=started_at,
        seconds=time.perf_counter() - start,
    )


def _record(
    case: EvalCase, system: SystemUnderTest, metrics: Sequence[Metric], tools: Tools
) -> dict[str, object]:
    try:
        start = time.perf_counter()
        draft, evidence = system.ask(case.question, audience=case.audience, channel=_CHANNEL)
        seconds = time.perf_counter() - start
        outcome = observe(case, draft, evidence, seconds, system.document_key)
    except Exception as exc:  # noqa: BLE001 - whatever breaks one case must not stop the run
        return failed(case, _error(exc, f"case {case.id}"))
    scores: dict[str, float] = {}
    unscored: dict[str, str] = {}
    for metric in metrics:
        try:
            value = _finite(metric, outcome, tools)
        except Exception as exc:  # noqa: BLE001 - a metric that breaks leaves its case unscored
            unscored[metric.name] = _error(exc, f"{metric.name} on case {case.id}")["message"]
        else:
            if value is not None:
                scores[metric.name] = value
    return scored(outcome, scores, unscored)


def _finite(metric: Metric, outcome: CaseOutcome, tools: Tools) -> float | None:
    value = metric.score(outcome, tools)
    if value is not None and not math.isfinite(value):
        raise InternalError(f"The metric {metric.name} gave {value}.")
    return value


def _error(error: Exception, where: str) -> dict[str, str]:
    if isinstance(error, CiteDeskError):
        return error.as_dict()
    # A foreign error's words may hold a document's text: they go to the log, its kind is shown.
    log.error("%s failed", where, exc_info=error)
    return InternalError(f"{type(error).__name__}.", "The log says more.").as_dict()
