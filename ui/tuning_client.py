"""Tuning the search to the house, as the screens see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ui.client import Client, Failure


@dataclass(frozen=True, slots=True)
class Gain:
    """What questions that were left out of the fit gained by it, as nDCG@10."""

    before: float
    after: float
    difference: float
    low: float
    high: float
    cases: int


@dataclass(frozen=True, slots=True)
class Job:
    """The last tuning."""

    state: str
    progress: float
    taken_over: bool
    real: bool
    held: bool
    """Whether the gate lets it pass, where it came to that."""
    worse: tuple[str, ...]
    """The questions of the cases that would get worse."""
    gain: Gain | None
    code: str
    """Of the error, where it failed."""

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.state in {"done", "failed"}


@dataclass(frozen=True, slots=True)
class Tuning:
    """By how many questions the search can be tuned, and what became of the last tuning."""

    cases: int
    groups: int
    least_cases: int
    least_groups: int
    version: int
    """Of what serves; 0 is the product's own."""
    stale: bool
    """Whether what was tuned does not fit any more and is not used."""
    job: Job | None

    @property
    def enough(self) -> bool:
        """Whether there are questions enough."""
        return self.cases >= self.least_cases and self.groups >= self.least_groups


class TuningClient(Client):
    """The calls that tune the search."""

    def state(self) -> Tuning:
        """Fetch what there is to tune by."""
        return _checked(self._json("GET", "/v1/tune"))

    def progress(self) -> Job | None:
        """Fetch how far the last tuning is."""
        data = self._json("GET", "/v1/tune/progress")
        try:
            return _job(data["job"])
        except (KeyError, TypeError, ValueError) as exc:
            raise Failure("BAD_ANSWER") from exc

    def start(self, *, adapter: bool) -> None:
        """Have the search tuned."""
        self._json("POST", "/v1/tune", {"adapter": adapter})

    def undo(self) -> None:
        """Search as before the last tuning."""
        self._json("DELETE", "/v1/tune")


def _checked(data: dict[str, Any]) -> Tuning:
    try:
        serving = data["serving"] or {}
        return Tuning(
            cases=int(data["cases"]),
            groups=int(data["groups"]),
            least_cases=int(data["least_cases"]),
            least_groups=int(data["least_groups"]),
            version=int(serving.get("version", 0)),
            stale=bool(serving.get("stale")),
            job=_job(data["job"]),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise Failure("BAD_ANSWER") from exc


def _job(data: dict[str, Any] | None) -> Job | None:
    if data is None:
        return None
    result = data["result"] or {}
    gate = result.get("gate") or {}
    return Job(
        state=str(data["state"]),
        progress=float(data["progress"]),
        taken_over=bool(result.get("taken_over")),
        real=bool(result.get("real")),
        held=bool(gate.get("passed", True)),
        worse=tuple(str(one["question"]) for one in gate.get("worse") or ()),
        gain=_gain(result["gain"]) if "gain" in result else None,
        code=str((data["error"] or {}).get("code", "")),
    )


def _gain(data: dict[str, Any]) -> Gain:
    return Gain(
        before=float(data["before"]),
        after=float(data["after"]),
        difference=float(data["difference"]),
        low=float(data["low"]),
        high=float(data["high"]),
        cases=int(data["cases"]),
    )
