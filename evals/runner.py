"""Running a suite of cases through the whole product."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from core.database import new_id, utc_now
from core.errors import CiteDeskError, InternalError, OptionInvalid, RunCancelled
from core.explanation import Explanation
from core.ports import Progress, silent
from core.types import Draft, EvalCase, Evidence, RunReport
from evals.judging.base import Judge
from evals.metrics.base import CaseOutcome, Metric, Tools, chosen
from evals.outcomes import observe
from evals.records import CaseRecord, case_mark, failed, scored, stale, summarise
from evals.reuse import Base, SameAsBefore, Watching

log = logging.getLogger(__name__)


class Seen(Protocol):
    """Hears what was found before the draft is written, and may raise to do without the draft."""

    def __call__(self, evidence: Evidence) -> None:
        """Hear what was found."""
        ...

    def explained(self, explanations: tuple[Explanation, ...]) -> None:
        """Hear why each search found what it found."""
        ...


class SystemUnderTest(Protocol):
    """The product as an evaluation sees it; asked by several threads at once."""

    def ask(self, case: EvalCase, seen: Seen) -> tuple[Draft, Evidence]:
        """Return the draft for a case's question and the evidence it was made from."""
        ...

    def document_key(self, document_id: str) -> str:
        """Return the key by which cases name a document."""
        ...

    def embed(self, texts: Sequence[str]) -> Any:
        """Return one vector of length 1 per text, as rows of an array."""
        ...


def _nobody() -> bool:
    return False


def _forget(_record: CaseRecord) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run goes."""

    workers: int = 1
    """How many cases are asked at once."""
    run_id: str = ""
    """Empty makes a new one."""
    done: Mapping[str, CaseRecord] = field(default_factory=dict)
    """What an earlier start of this run finished, by case."""
    base: Base | None = None
    """An earlier run whose records stand where nothing else is found now."""
    stale: Collection[str] = ()
    """Ids of cases whose passages are gone; they are not asked."""
    keep: Callable[[CaseRecord], None] = _forget
    """Is handed each record as its case ends, one at a time."""
    cancelled: Callable[[], bool] = _nobody
    judge: Judge | None = None
    """Gives scores that only a language model can; without one they are left out."""


def run_suite(
    cases: Sequence[EvalCase],
    system: SystemUnderTest,
    metrics: Sequence[str] = (),
    *,
    suite: str,
    fingerprint: Mapping[str, str],
    progress: Progress = silent,
    plan: Plan | None = None,
) -> RunReport:
    """Ask every case's question, score what comes back, and return the report.

    A case that fails is recorded with its error and has no scores; the others go on. Without
    names of metrics, all that can be computed are. The report's cases are in the suite's order,
    whatever order they ended in.

    Raises:
        OptionInvalid: there are no cases, or a metric's name is unknown.
        RunCancelled: it was cancelled; what was finished has been kept.
    """
    if not cases:
        raise OptionInvalid("There is no case to run.", "Choose a suite that holds some.")
    plan = plan or Plan()
    tools = Tools(embed=system.embed, judge=plan.judge)
    asking = _Asking(system, chosen(metrics, tools), tools, plan)
    started_at, start = utc_now(), time.perf_counter()
    found = _all(cases, asking, plan, progress)
    records = tuple(found[case.id] for case in cases)
    return RunReport(
        id=plan.run_id or new_id("run"),
        suite=suite,
        fingerprint=dict(fingerprint),
        cases=records,
        metrics=summarise(records),
        started_at=started_at,
        seconds=time.perf_counter() - start,
    )


def _all(
    cases: Sequence[EvalCase], asking: _Asking, plan: Plan, progress: Progress
) -> dict[str, CaseRecord]:
    """The records of all cases by id; each is kept as it ends."""
    found = {
        case.id: plan.done[case.id]
        for case in cases
        if case.id in plan.done and plan.done[case.id].get("case") == case_mark(case)
    }
    progress("cases", len(found) / len(cases))
    left = iter([case for case in cases if case.id not in found])
    with ThreadPoolExecutor(plan.workers, "eval") as pool:
        for record in _ended(pool, left, asking, plan):
            plan.keep(record)
            found[str(record["id"])] = record
            progress("cases", len(found) / len(cases))
    return found


def _ended(
    pool: ThreadPoolExecutor, left: Iterator[EvalCase], asking: _Asking, plan: Plan
) -> Iterator[CaseRecord]:
    """Yield records as they end, with no more cases in work than there are workers."""
    waiting: set[Future[CaseRecord]] = set()
    while True:
        if plan.cancelled():
            raise RunCancelled(
                "The run was cancelled.",
                "citedesk eval run --resume with its id goes on where it stopped.",
            )
        waiting |= {
            pool.submit(asking.record, case) for case in islice(left, plan.workers - len(waiting))
        }
        if not waiting:
            return
        ended, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for future in ended:
            yield future.result()


class _Asking:
    """What asking one case takes."""

    def __init__(
        self, system: SystemUnderTest, metrics: Sequence[Metric], tools: Tools, plan: Plan
    ) -> None:
        self._system = system
        self._metrics = metrics
        self._tools = tools
        self._plan = plan

    def record(self, case: EvalCase) -> CaseRecord:
        """Return what became of a case."""
        if case.id in self._plan.stale:
            return stale(case)
        base = self._plan.base
        seen = Watching(base.record(case) if base is not None else None)
        try:
            start = time.perf_counter()
            draft, evidence = self._system.ask(case, seen)
            seconds = time.perf_counter() - start
            outcome = observe(case, draft, evidence, seconds, self._system.document_key)
        except SameAsBefore as same:
            return same.record
        except Exception as exc:  # noqa: BLE001 - whatever breaks one case must not stop the run
            return failed(case, _error(exc, f"case {case.id}"))
        return self._scored(case, outcome, seen.explanations)

    def _scored(
        self, case: EvalCase, outcome: CaseOutcome, explanations: tuple[Explanation, ...]
    ) -> CaseRecord:
        scores: dict[str, float] = {}
        unscored: dict[str, str] = {}
        for metric in self._metrics:
            try:
                value = _finite(metric, outcome, self._tools)
            except Exception as exc:  # noqa: BLE001 - a metric that breaks leaves it unscored
                where = f"{metric.name} on case {case.id}"
                unscored[metric.name] = _error(exc, where)["message"]
            else:
                if value is not None:
                    scores[metric.name] = value
        return scored(outcome, scores, unscored, explanations)


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
