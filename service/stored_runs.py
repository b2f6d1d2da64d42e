"""Evaluation runs that are stored, read, compared and held against gates, and their suites."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.errors import NotFound, OptionInvalid
from core.types import EvalCase, RunReport
from service.audiences import EVERYTHING
from service.synthetic import SYNTHETIC

if TYPE_CHECKING:
    from evals.compare import Comparison
    from evals.reports import Reports
    from service.parts import Parts


class StoredRuns:
    """The runs of a house as they were stored."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @property
    def _reports(self) -> Reports:
        from evals.reports import Reports

        return Reports(self._parts.database)

    def cases(self, suite: str) -> tuple[EvalCase, ...]:
        """Return a suite's approved cases.

        Raises:
            OptionInvalid, PathNotFound, DataInvalid: there is no such suite, or it is wrong.
        """
        from evals.cases import load_suite

        if suite == SYNTHETIC:
            return self._parts.synthetic.cases()
        return load_suite(suite, known=self._parts.public_values, book=self._parts.casebook)

    def kept(self, run_id: str) -> Sequence[Mapping[str, Any]]:
        """Return what a run has recorded of each case so far.

        Raises:
            NotFound
        """
        return self._reports.get(run_id).cases

    def named_for(
        self, sight: Container[str], runs: Iterable[str], body: dict[str, Any]
    ) -> dict[str, Any]:
        """Return what is told of some runs, without the names of cases that somebody may not see.

        Raises:
            NotFound: there is no such run.
        """
        from service import run_views

        if sight is EVERYTHING:
            return body
        hidden = [run_views.hidden_ids(self.kept(run), sight) for run in runs if run]
        shown: dict[str, Any] = run_views.without(frozenset[str]().union(*hidden), body)
        return shown

    def records(self, run_id: str) -> Sequence[Mapping[str, Any]]:
        """Return what a run that is done recorded of each case.

        Raises:
            NotFound, Conflict: there is none, or it is not done.
        """
        return self._reports.finished(run_id).cases

    def listed(self, suite: str = "", limit: int = 50) -> list[dict[str, Any]]:
        """Return runs without their cases, the newest first."""
        from evals.reports import header_json

        return [header_json(run) for run in self._reports.list(suite, limit)]

    def compared(self, a: str, b: str) -> Comparison:
        """Compare run ``b`` with run ``a``.

        Raises:
            NotFound, Conflict, OptionInvalid: they cannot be compared.
        """
        from evals.compare import compare

        return compare(self._reports.finished(a), self._reports.finished(b))

    def gate(self, text: str, name: str, run: str, against: str = "") -> dict[str, Any]:
        """Hold a gate file against a run, and against the one to compare it with.

        Args:
            text: of the gate file.
            name: what errors call it.
            run: id of a run that is done.
            against: id of another; empty is the one that the file names, else the suite's last
                run before.

        Raises:
            DataInvalid: the file is wrong.
            NotFound, Conflict, OptionInvalid: of the runs.
        """
        from core.serial import to_json
        from evals.gate import judge, read_gate

        rules = read_gate(text, name)
        reports = self._reports
        found = reports.finished(run)
        chosen = against or rules.against or self._before(found)
        before = reports.finished(chosen) if chosen else None
        why_not = self._parts.judging.why_not(found.fingerprint.get("judge", ""))
        result = judge(rules, found, before, why_not)
        body: dict[str, Any] = to_json(result)
        return body

    def last(self, text: str, name: str) -> str:
        """Return the id of the last run of a gate's suite that is done.

        Raises:
            DataInvalid: the gate file is wrong.
            NotFound: there is no such run.
        """
        from evals.gate import read_gate

        suite = read_gate(text, name).suite
        for run in self._reports.list(suite, limit=500):
            if run.state == "done":
                return run.id
        raise NotFound(f"The suite {suite} was never run to its end.", "Run it first.")

    def _before(self, run: RunReport) -> str:
        """The last run of the same suite that was done before this one; empty where none was."""
        earlier = [
            one.id
            for one in self._reports.list(run.suite, limit=500)
            if one.state == "done" and one.id < run.id
        ]
        return earlier[0] if earlier else ""


def suites_here() -> Sequence[str]:
    """Return the names of the suites that anybody who evaluates may run."""
    from evals.cases import APPROVED, suite_names

    return [*suite_names(), APPROVED, SYNTHETIC]


def gate_text(name: str) -> str:
    """Return the text of a gate that comes with the product.

    Raises:
        OptionInvalid: there is none of this name.
    """
    from evals.gate import GATES, gate_names

    if name not in gate_names():
        raise OptionInvalid(
            f"There is no gate called {name[:80]!r}.", f"Choose one of: {', '.join(gate_names())}."
        )
    return (GATES / f"{name}.yaml").read_text(encoding="utf-8")
