"""Evaluation runs over the house as it is put together here."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

from core.database import new_id, utc_now
from core.errors import Conflict, OptionInvalid, RunCancelled
from core.ports import Progress, silent
from core.types import RunReport
from service.audiences import EVERYTHING
from service.fingerprint import fingerprint
from service.judging import judge_for_run
from service.stored_runs import StoredRuns
from service.under_test import HouseUnderTest, gone

if TYPE_CHECKING:
    from evals.reuse import Base
    from service.parts import Parts

MOST_WORKERS = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """How a run is asked for."""

    suite: str = "samples"
    """Name of a suite, or the path of a .jsonl file."""
    workers: int = 0
    """How many cases are asked at once; 0 is as the settings say."""
    fresh: bool = False
    """Whether every case is drafted anew, though nothing else is found than before."""
    since: str = ""
    """Id of the run whose records may stand; empty is the last that can be."""


@dataclass
class _Going:
    """A run that goes on in this process."""

    cancel: Event


class Evaluations(StoredRuns):
    """The runs of a house: begun, gone on with, cancelled, compared."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._lock = Lock()
        self._going: dict[str, _Going] = {}
        self._closed = False

    def begin(self, asked: Asked) -> str:
        """Store a run that has not started, and return its id.

        Raises:
            OptionInvalid, DataInvalid, PathNotFound: of the suite, or of what is asked.
        """
        from evals.cases import suite_label

        if not 0 <= asked.workers <= MOST_WORKERS:
            raise OptionInvalid(
                f"{asked.workers} cases at once cannot be asked.", f"Give 1 to {MOST_WORKERS}."
            )
        path = Path(asked.suite).expanduser()
        suite = str(path.resolve()) if path.suffix == ".jsonl" else asked.suite
        cases = self.cases(suite)
        if asked.since:
            self._reports.finished(asked.since)
        run_id = new_id("run")
        self._reports.begin(
            RunReport(
                id=run_id,
                suite=suite_label(asked.suite),
                fingerprint={},
                cases=(),
                metrics={},
                started_at=utc_now(),
                seconds=0.0,
                about={"asked": asdict(replace(asked, suite=suite)), "total": len(cases)},
            )
        )
        return run_id

    def go(self, run_id: str, progress: Progress = silent) -> RunReport:
        """Do what is left of a run and return its report.

        Raises:
            NotFound, or Conflict: it goes on already, or the house is another than when it began.
            RunCancelled: it was cancelled; what it finished is kept.
        """
        report = self._reports.get(run_id)
        if report.state == "done":
            return report
        with self._registered(run_id) as going:
            try:
                return self._gone(report, going, progress)
            except RunCancelled:
                # One that ends with the service goes on at its next start.
                self._reports.mark(run_id, "running" if self._closed else "cancelled")
                raise

    def cancel(self, run_id: str) -> None:
        """Have a run end early; what it has finished is kept.

        Raises:
            NotFound, or Conflict: it is done.
        """
        if self._reports.get(run_id).state == "done":
            raise Conflict(f"The run {run_id[:60]} is done already.", "There is nothing to stop.")
        self._reports.mark(run_id, "cancelled")
        with self._lock:
            if going := self._going.get(run_id):
                going.cancel.set()

    def close(self) -> None:
        """Let what goes on end early; it can be gone on with."""
        self._closed = True
        with self._lock:
            for going in self._going.values():
                going.cancel.set()

    def resumable(self, run_id: str) -> None:
        """Make sure that a run can be gone on with.

        Raises:
            NotFound, or Conflict: it is done, or goes on already.
        """
        if self._reports.get(run_id).state == "done":
            raise Conflict(f"The run {run_id[:60]} is done.", "Begin a new one.")
        with self._lock:
            if run_id in self._going:
                raise Conflict(f"The run {run_id[:60]} goes on already.", "Wait for its end.")
        self._reports.mark(run_id, "running")

    def state(
        self, run_id: str, sight: Container[str] = EVERYTHING, *, cases: bool = True
    ) -> dict[str, Any]:
        """Return the report of a run, as far as it is, for somebody who sees these audiences.

        Raises:
            NotFound
        """
        from evals.reports import report_json
        from service import run_views

        whole = self._reports.get(run_id)
        seen = tuple(run_views.seen_cases(whole.cases, sight))
        if cases:
            seen = run_views.told(self._parts, seen, sight)
        body = {**report_json(replace(whole, cases=seen)), **self.progress(run_id)}
        body["hidden"] = len(whole.cases) - len(seen)
        body = self._parts.judging.beside(body)
        if not cases:
            body["total"] = len(body.pop("cases"))
        return body

    def progress(self, run_id: str) -> dict[str, Any]:
        """Return how far a run is, without its cases.

        Raises:
            NotFound
        """
        state, about, kept = self._reports.standing(run_id)
        with self._lock:
            going = self._going.get(run_id)
        total = int(about.get("total") or 0)
        done = kept / total if total else 0.0
        return {
            "id": run_id,
            "state": state,
            "going": going is not None,
            "progress": 1.0 if state == "done" else round(done, 4),
        }

    def _gone(self, report: RunReport, going: _Going, progress: Progress) -> RunReport:
        from evals.runner import Plan, run_suite

        parts, reports = self._parts, self._reports
        asked = Asked(**dict(report.about["asked"]))  # type: ignore[call-overload]
        before = self._settled(report)
        cases = self.cases(asked.suite)

        with HouseUnderTest(parts) as house:
            base = None if asked.fresh else self._base(asked, report, before)
            plan = Plan(
                workers=self._workers(asked),
                run_id=report.id,
                done={str(record["id"]): record for record in report.cases},
                base=base,
                stale=gone(parts, cases),
                # What people wrote must not lie there as it is, not even for a while.
                keep=lambda record: reports.keep(report.id, parts.privacy.body(record)),
                cancelled=going.cancel.is_set,
                judge=judge_for_run(parts, house.embed),
            )
            found = run_suite(
                cases, house, suite=report.suite, fingerprint=before, progress=progress, plan=plan
            )
        after = fingerprint(parts)
        about = {
            **report.about,
            "base": base.run_id if base else "",
            "resumed": len(plan.done),
            "workers": plan.workers,
            # Cases asked before and after such a change were not asked the same house.
            "moved": sorted(name for name in after if after[name] != before.get(name)),
        }
        ended = replace(
            found,
            cases=tuple(map(parts.privacy.body, found.cases)),
            started_at=report.started_at,
            about=about,
        )
        reports.save(ended)
        return ended

    def _settled(self, report: RunReport) -> Mapping[str, str]:
        """The house's fingerprint; a run that has finished cases goes on with the same alone."""
        now = fingerprint(self._parts)
        if not report.cases or not report.fingerprint:
            self._reports.save(replace(report, fingerprint=now, state="running"))
            return now
        names = sorted(
            name
            for name in now.keys() | report.fingerprint.keys()
            if now.get(name) != report.fingerprint.get(name)
        )
        if names:
            raise Conflict(
                f"Since the run began, these have changed: {', '.join(names)}.",
                "Begin a new one with citedesk eval run.",
            )
        self._reports.mark(report.id, "running")
        return now

    def _base(self, asked: Asked, report: RunReport, now: Mapping[str, str]) -> Base | None:
        """The run whose records may stand: the one that is named, or the last that can."""
        from evals.reuse import Base, unlike

        reports = self._reports
        chosen = asked.since
        if chosen:
            if names := unlike(reports.finished(chosen).fingerprint, now):
                raise Conflict(
                    f"Nothing of that run can stand: {', '.join(names)} changed since.",
                    "Leave out --since, and every case is drafted anew.",
                )
        else:
            able = [
                run.id
                for run in reports.list(report.suite)
                if run.state == "done" and not run.about.get("moved") and run.about.get("asked")
                if not unlike(run.fingerprint, now)
            ]
            if not able:
                return None
            chosen = able[0]
        return Base(chosen, {str(r["id"]): r for r in reports.finished(chosen).cases})

    def _workers(self, asked: Asked) -> int:
        settings = self._parts.settings
        wanted = asked.workers or settings.eval_workers
        # More at once than the model may have would be answered without it.
        return min(wanted, settings.llm_concurrency) if settings.llm_base_url else wanted

    @contextmanager
    def _registered(self, run_id: str) -> Iterator[_Going]:
        going = _Going(Event())
        with self._lock:
            if run_id in self._going:
                raise Conflict(f"The run {run_id[:60]} goes on already.", "Wait for its end.")
            self._going[run_id] = going
        try:
            yield going
        finally:
            with self._lock:
                del self._going[run_id]


def run_suite(parts: Parts, suite: str, progress: Progress = silent) -> dict[str, Any]:
    """Run a suite, store its report and return it."""
    from evals.reports import report_json

    run = parts.evaluations.go(parts.evaluations.begin(Asked(suite)), progress)
    return parts.judging.beside(report_json(run))
