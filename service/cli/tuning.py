"""The command that fits the search to the house's own approved questions."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import CiteDeskError, error_of
from service.cli.output import emit_json, say, short, tell
from service.cli.session import backend

if TYPE_CHECKING:
    from service.backend import Backend

_LOOK_S = 1.0


def attach(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(tune)


def tune(
    adapter: Annotated[
        bool, typer.Option("--adapter", help="Fit how questions are embedded, too.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the gain and change nothing.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Search as before the last tuning instead.")
    ] = False,
    suite: Annotated[
        str, typer.Option(help="Cases of this suite or .jsonl file alone, beside approved answers.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Fit the search to approved questions; taken over only where left-out ones gain by it."""
    with backend() as house:
        if undo:
            done = house.call("DELETE", "/v1/tune")
        else:
            named = str(Path(suite).resolve()) if suite.endswith(".jsonl") else suite
            body = {"adapter": adapter, "dry_run": dry_run, "suite": named}
            done = _tuned(house, body)
    if as_json:
        emit_json(done)
    elif undo:
        version = done["version"]
        say(f"Version {version} serves again." if version else "The product's own search serves.")
    else:
        for line in _told(done):
            say(line)


def _tuned(house: Backend, body: Mapping[str, Any]) -> dict[str, Any]:
    with _watched(house):
        job_id = house.call("POST", "/v1/tune", json=dict(body))["job_id"]
        while (job := _job(house))["state"] not in ("done", "failed"):
            time.sleep(_LOOK_S)
    if job["state"] == "failed":
        error = job["error"]
        raise error_of(error["code"], error["message"], error["hint"])
    return {"job_id": job_id, **job["result"]}


def _job(house: Backend) -> dict[str, Any]:
    found: dict[str, Any] = house.call("GET", "/v1/tune/progress")["job"]
    return found


@contextmanager
def _watched(house: Backend) -> Iterator[None]:
    """Say on stderr how far the work is, while it is waited for."""
    ended = Event()

    def watch() -> None:
        told = ""
        while not ended.wait(_LOOK_S):
            # The answer itself will tell of an error.
            with suppress(CiteDeskError):
                job = house.call("GET", "/v1/tune/progress")["job"]
                if not job or job["state"] != "running":
                    continue
                said = f"{job['stage']} {job['progress']:.0%}".strip()
                if said != told:
                    told = said
                    tell(said)

    watching = Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()


def _told(done: Mapping[str, Any]) -> Iterator[str]:
    gain = done["gain"]
    yield f"{gain['cases']} questions about {gain['groups']} different passages."
    yield (
        f"Left-out nDCG@10 {gain['before']:.3f} -> {gain['after']:.3f}, difference "
        f"{gain['difference']:+.3f} (95 % between {gain['low']:+.3f} and {gain['high']:+.3f})."
    )
    before, after = done["weights_before"], done["weights_after"]
    moved = [f"{n} {before[n]:g} -> {after[n]:g}" for n in after if after[n] != before[n]]
    if moved:
        yield f"Weights: {', '.join(moved)}."
    yield from _gated(done.get("gate"))
    if done["taken_over"]:
        yield f"Taken over as version {done['version']}; citedesk tune --undo goes back."
    elif done["real"] and not done["gate"]["passed"]:
        yield "A real gain, but the gate does not let it pass: nothing was changed."
    elif done["real"]:
        yield "A real gain; without --dry-run it is taken over."
    else:
        yield "No real gain: nothing was changed."


def _gated(gate: Mapping[str, Any] | None) -> Iterator[str]:
    """Say what the gate said of it, naming the cases."""
    if gate is None:
        return
    said = "holds" if gate["passed"] else "does not hold"
    yield f"The gate {said}: {gate['cases']} cases were asked of both searches."
    for failure in gate["failures"]:
        yield f"FAILED  {failure['message']}"
        if failure["cases"]:
            yield f"        {' '.join(failure['cases'])}"
    for case in gate["worse"]:
        yield f"worse   {case['id']}  {short(case['question'])}"
