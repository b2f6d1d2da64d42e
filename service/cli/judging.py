"""Commands for what people say of the judge."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli.output import emit_json, say, table
from service.cli.session import backend
from service.cli.suites import read_text, write

JSON = typer.Option("--json", help="Print one JSON object.")


def attach(group: typer.Typer) -> None:
    """Add these commands."""
    group.command("label")(label)
    labels = typer.Typer(help="What people say of judged drafts.", no_args_is_help=True)
    labels.command("import")(import_labels)
    group.add_typer(labels, name="labels")
    group.command("calibration")(calibration)
    group.command("synthesize")(synthesize)
    group.command("promote")(promote)
    group.command("drop")(drop)


def label(
    run_id: Annotated[str, typer.Argument(help="Id of a run with a judge.")],
    case_id: Annotated[str, typer.Argument(help="Id of one of its cases.")],
    metric: Annotated[str, typer.Argument(help="A judged metric, such as ragas_faithfulness.")],
    value: Annotated[float, typer.Argument(min=0, max=1, help="1 is right, 0 is wrong.")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Say of a judged draft whether it is right, so that the judge can be held against people."""
    said = {"run": run_id, "case": case_id, "metric": metric, "value": value}
    with backend() as house:
        done = house.call("POST", "/v1/evals/labels", json={"labels": [said]})
    _taken(done, as_json)


def import_labels(
    file: Annotated[Path, typer.Argument(help="JSON lines: run, case, metric, value, by.")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Take labels from a file; where one line is wrong, none is taken."""
    body = {"text": read_text(file), "name": file.name}
    with backend() as house:
        done = house.call("POST", "/v1/evals/labels", json=body)
    _taken(done, as_json)


def calibration(
    metric: Annotated[str, typer.Option(help="Set the threshold of this metric.")] = "",
    threshold: Annotated[
        float, typer.Option(min=0, max=1, help="From this score on a draft counts as right.")
    ] = 0.5,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show how far the judge agrees with people, and whether its metrics may gate."""
    with backend() as house:
        if metric:
            path, body = f"/v1/evals/calibration/{metric}", {"threshold": threshold}
            found = house.call("PUT", path, json=body)
        else:
            found = house.call("GET", "/v1/evals/calibration")
    if as_json:
        emit_json(found)
        return
    say(f"judge: {found['judge'] or 'none is set'}")
    rows = [
        (
            one["metric"],
            str(one["n"]),
            " ".join(f"{name} {count}" for name, count in one["languages"].items()),
            f"{one['threshold']:g}",
            "" if one["agreed"] is None else f"{one['agreed']['mean']:.3f}",
            _kappa(one),
            "" if one["correlation"] is None else f"{one['correlation']:.3f}",
            "may gate" if one["calibrated"] else "may not",
        )
        for one in found["metrics"]
    ]
    table(
        rows, ("metric", "labels", "of these", "right from", "agreed", "kappa", "correlation", "")
    )
    for one in found["metrics"]:
        if one["why_not"]:
            say(one["why_not"])


def synthesize(
    documents: Annotated[
        list[str] | None, typer.Option(help="Only of these documents, by key or id.")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="Only these: cell, faq, heading, step, unknown.")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="So many at most; 0 is all.")] = 0,
    seed: Annotated[str, typer.Option(help="Decides which cases a limit leaves.")] = "",
    model: Annotated[
        bool, typer.Option("--model", help="Have the language model write the questions.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Write them to this file, too.")] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Make cases from the live documents, in a suite of their own called synthetic."""
    body = {
        "documents": documents or [],
        "kinds": kind or [],
        "limit": limit,
        "seed": seed,
        "model": model,
    }
    with backend() as house:
        made = house.call("POST", "/v1/evals/synthetic", json=body)
    if out is not None:
        lines = [{name: v for name, v in case.items() if name != "kind"} for case in made["cases"]]
        write(out, "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines))
    if as_json:
        emit_json(made)
        return
    table([(name, str(count)) for name, count in made["counts"].items()], ("kind", "cases"))
    for why, count in made["rejected"].items():
        say(f"{count} rejected: {why}")
    say(f"{len(made['cases'])} cases of {made['documents']} documents in the suite synthetic")


def promote(
    case_id: Annotated[str, typer.Argument(help="Id of a synthetic case.")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Approve a synthetic case by hand: it counts from then on among those of people."""
    with backend() as house:
        done = house.call("POST", f"/v1/evals/synthetic/{case_id}/promote")
    if as_json:
        emit_json(done)
    else:
        say(f"{done['id']} is {done['status']}.")


def drop(
    case_id: Annotated[str, typer.Argument(help="Id of a synthetic case.")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Take a synthetic case that is no good out of its suite; it is not made again."""
    with backend() as house:
        done = house.call("DELETE", f"/v1/evals/synthetic/{case_id}")
    if as_json:
        emit_json(done)
    else:
        say(f"{done['id']} is dropped.")


def agreement_lines(metrics: Mapping[str, Any]) -> list[str]:
    """Return what to say of the judged metrics of a report."""
    lines = []
    for name, metric in sorted(metrics.items()):
        if found := metric.get("agreement"):
            judged = f"{name} is judged by {found['judge']}"
            with_people = f"kappa with people {_kappa(found) or '-'} on {found['n']} drafts"
            may = "it may gate" if found["calibrated"] else "it may not gate"
            lines.append(f"{judged}; {with_people}: {may}")
    return lines


def _kappa(one: Mapping[str, Any]) -> str:
    if one["kappa"] is None:
        return ""
    if one["kappa_low"] is None:
        return f"{one['kappa']:.3f}"
    return f"{one['kappa']:.3f} ({one['kappa_low']:.3f} to {one['kappa_high']:.3f})"


def _taken(done: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        emit_json(dict(done))
    else:
        say(f"{done['labels']} labels taken")
