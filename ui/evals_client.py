"""The service's evaluation runs as the screens see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from ui import evals_case_shapes as case_shapes
from ui import evals_compare_shapes as compare_shapes
from ui import evals_shapes as shapes
from ui import evals_synthetic_shapes as synthetic_shapes
from ui.client import Client, Failure

MOST_RUNS = 60
_MAKING_SECONDS = 600.0
"""Cases of a large corpus are not made in a moment, least of all by a language model."""
T = TypeVar("T")


_AT_WORK = ("queued", "running")


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a run is."""

    state: str
    progress: float
    at_work: bool
    """Whether it is worked on, or will be as soon as its turn comes."""
    trouble: Failure | None
    """Why it could not go on."""


class EvalsClient(Client):
    """The calls that the screen of runs makes."""

    def runs(self) -> tuple[shapes.Run, ...]:
        """List runs, the newest first."""
        data = self._json("GET", f"/v1/evals/runs?metrics=false&limit={MOST_RUNS}")
        return _made(lambda: tuple(shapes.read_run(one) for one in data["runs"]))

    def suites(self) -> tuple[str, ...]:
        """List the suites that can be run."""
        data = self._json("GET", "/v1/evals/suites")
        return _made(lambda: tuple(str(name) for name in data["suites"]))

    def directions(self) -> dict[str, bool]:
        """Say of each metric whether more of it is better."""
        data = self._json("GET", "/v1/evals/metrics")
        return _made(lambda: {m["name"]: bool(m["higher_is_better"]) for m in data["metrics"]})

    def gates(self) -> dict[str, str]:
        """List the gates, each with its suite."""
        data = self._json("GET", "/v1/evals/gates")
        return _made(lambda: {str(g["name"]): str(g["suite"]) for g in data["gates"]})

    def start(self, suite: str, workers: int, *, fresh: bool) -> str:
        """Begin a run and return its id."""
        return self._begun({"suite": suite, "workers": workers, "fresh": fresh, "wait": False})

    def go_on(self, run_id: str) -> str:
        """Go on with a run that stopped before its end."""
        return self._begun({"resume": run_id, "wait": False})

    def cancel(self, run_id: str) -> None:
        """Have a run end early."""
        self._send("DELETE", f"/v1/evals/runs/{quote(run_id, safe='')}")

    def progress(self, run_id: str) -> Standing:
        """Say how far a run is."""
        data = self._json("GET", f"/v1/evals/runs/{quote(run_id, safe='')}/progress")
        return _made(
            lambda: Standing(
                str(data["state"]),
                float(data["progress"]),
                bool(data["going"]) or data.get("job") in _AT_WORK,
                _trouble(data.get("error") or {}) if data.get("job") == "failed" else None,
            )
        )

    def report(self, run_id: str) -> shapes.Report:
        """Fetch what a run found."""
        data = self._json("GET", f"/v1/evals/runs/{quote(run_id, safe='')}?cases=false")
        return _made(lambda: shapes.read_report(data))

    def cases(self, run_id: str) -> tuple[shapes.Brief, ...]:
        """List a run's cases."""
        data = self._json("GET", f"/v1/evals/runs/{quote(run_id, safe='')}/cases")
        return _made(lambda: tuple(shapes.read_brief(one) for one in data["cases"]))

    def case(self, run_id: str, case_id: str) -> case_shapes.Pair:
        """Fetch a case of one run."""
        path = f"/v1/evals/runs/{quote(run_id, safe='')}/cases/{quote(case_id, safe='')}"
        data = self._json("GET", path)
        return _made(lambda: case_shapes.read_pair(data))

    def compare(self, a: str, b: str) -> compare_shapes.Comparison:
        """Compare a run with an earlier one."""
        data = self._json("GET", f"/v1/evals/compare?{urlencode({'a': a, 'b': b})}")
        return _made(lambda: compare_shapes.read_comparison(data))

    def pair(self, a: str, b: str, case_id: str) -> case_shapes.Pair:
        """Fetch a case as two runs drafted it."""
        asked = urlencode({"a": a, "b": b})
        data = self._json("GET", f"/v1/evals/compare/{quote(case_id, safe='')}?{asked}")
        return _made(lambda: case_shapes.read_pair(data))

    def gate(self, name: str, run: str, against: str) -> shapes.Verdict:
        """Hold a gate against a run."""
        body = {"name": name, "run": run, "against": against}
        data = self._json("POST", "/v1/evals/gate", body)
        return _made(lambda: shapes.read_verdict(data))

    def label(self, run_id: str, case_id: str, metric: str, *, right: bool) -> None:
        """Say whether a draft is right by a metric that a language model judges."""
        said = {"run": run_id, "case": case_id, "metric": metric, "value": float(right)}
        self._send("POST", "/v1/evals/labels", {"labels": [said]})

    def synthetic(self) -> synthetic_shapes.Shelf:
        """List the cases that were made from documents."""
        data = self._json("GET", "/v1/evals/synthetic")
        return _made(lambda: synthetic_shapes.read_shelf(data))

    def make(self, kinds: Sequence[str], limit: int, *, model: bool) -> synthetic_shapes.Made:
        """Make cases of the live documents in the place of those of these kinds."""
        body = {"kinds": list(kinds), "limit": limit, "model": model}
        sent = self._send("POST", "/v1/evals/synthetic", body, timeout=_MAKING_SECONDS)
        return _made(lambda: synthetic_shapes.read_made(sent.json()))

    def promote(self, case_id: str) -> None:
        """Make a person's case of a synthetic one."""
        self._send("POST", f"/v1/evals/synthetic/{quote(case_id, safe='')}/promote")

    def drop(self, case_id: str) -> None:
        """Take a synthetic case that is no good out of its suite."""
        self._send("DELETE", f"/v1/evals/synthetic/{quote(case_id, safe='')}")

    def _begun(self, body: dict[str, Any]) -> str:
        data = self._json("POST", "/v1/evals/runs", body)
        return _made(lambda: str(data["run_id"]))


def _trouble(error: Mapping[str, Any]) -> Failure:
    return Failure(
        str(error.get("code") or "INTERNAL"),
        detail=str(error.get("message") or ""),
        hint=str(error.get("hint") or ""),
    )


def _made(make: Callable[[], T]) -> T:
    try:
        return make()
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise Failure("BAD_ANSWER") from exc
