"""Commands for evaluation runs, their comparison and the gate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli import benchmarks, judging, suites
from service.cli.output import emit_json, say, short, table, tell
from service.cli.session import backend

if TYPE_CHECKING:
    from core.ports import Progress

JSON = typer.Option("--json", help="Print one JSON object.")
_SHOWN = 8


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(help="Run evaluation suites, compare runs, gate.", no_args_is_help=True)
    group.command("run")(run)
    group.command("runs")(runs)
    group.command("show")(show)
    group.command("cancel")(cancel)
    group.command("compare")(compare)
    group.command("gate")(gate)
    suites.attach(group)
    judging.attach(group)
    app.add_typer(group, name="eval")
    benchmarks.attach(app)


def run(
    suite: Annotated[str, typer.Option(help="Name of a suite, or a .jsonl file.")] = "samples",
    workers: Annotated[
        int, typer.Option(min=0, max=64, help="Cases asked at once; 0 is as the settings say.")
    ] = 0,
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="Draft every case anew, though nothing else is found."),
    ] = False,
    since: Annotated[
        str, typer.Option(help="Run whose drafts may stand; else the last that can be.")
    ] = "",
    resume: Annotated[str, typer.Option(help="Go on with this unfinished run.")] = "",
    by: Annotated[
        str, typer.Option(help="Show means split by: language, product, channel, ..., tag.")
    ] = "language",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Run a suite over the corpus and settings as they are."""
    asked: dict[str, Any] = {"resume": resume}
    if not resume:
        named = str(Path(suite).resolve()) if suite.endswith(".jsonl") else suite
        asked = {"suite": named, "workers": workers, "fresh": fresh, "since": since}
    with backend() as house:
        report = house.run_suite(asked, _telling())
    if as_json:
        emit_json(report)
    else:
        _print_report(report, by)
    if len(report["failed"]) == len(report["cases"]):
        raise typer.Exit(1)


def runs(
    suite: Annotated[str, typer.Option(help="Only runs of this suite.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List runs, the newest first."""
    with backend() as house:
        found = house.call("GET", "/v1/evals/runs", params={"suite": suite})
    if as_json:
        emit_json(found)
        return
    table(
        [
            (r["id"], r["suite"], r["state"], r["started_at"][:16], f"{r['seconds']:.1f}")
            for r in found["runs"]
        ],
        ("id", "suite", "state", "begun", "seconds"),
    )


def show(
    run_id: Annotated[str, typer.Argument(help="Id of a run.")],
    by: Annotated[
        str, typer.Option(help="Show means split by: language, product, channel, ..., tag.")
    ] = "language",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show the report of a run."""
    with backend() as house:
        report = house.call("GET", f"/v1/evals/runs/{run_id}")
    if as_json:
        emit_json(report)
    else:
        _print_report(report, by)


def cancel(run_id: Annotated[str, typer.Argument(help="Id of a run that goes on.")]) -> None:
    """Have a run end early; what it has finished is kept."""
    with backend() as house:
        left = house.call("DELETE", f"/v1/evals/runs/{run_id}")
    say(f"{run_id} ends at {left['progress']:.0%}; citedesk eval run --resume goes on with it.")


def compare(
    a: Annotated[str, typer.Argument(help="Id of a run.")],
    b: Annotated[str, typer.Argument(help="Id of another.")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Compare two runs metric by metric and case by case."""
    with backend() as house:
        found = house.compare_runs(a, b)
    if as_json:
        emit_json(found)
    else:
        _print_comparison(found)


def gate(
    file: Annotated[Path, typer.Argument(help="A gate file, such as evals/gates/release.yaml.")],
    run_id: Annotated[
        str, typer.Option("--run", help="Judge this run; else the suite is run now.")
    ] = "",
    against: Annotated[
        str, typer.Option(help="Compare with this run; else with the suite's last one before.")
    ] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Say whether what may not get worse has not; ends with 1 and names the cases if it has."""
    from evals.gate import read_gate

    text = suites.read_text(file)
    rules = read_gate(text, file.name)
    with backend() as house:
        judged = run_id or house.run_suite({"suite": rules.suite}, _telling())["id"]
        body = {"gate": text, "name": file.name, "run": judged, "against": against}
        found = house.call("POST", "/v1/evals/gate", json=body)
    if as_json:
        emit_json(found)
    else:
        _print_gate(found)
    if not found["passed"]:
        raise typer.Exit(1)


def _telling() -> Progress:
    """Return what tells on stderr which run it is, and each tenth of it that is done."""
    told = 0

    def report(stage: str, done: float) -> None:
        nonlocal told
        if stage.startswith("run_"):
            tell(f"run {stage}")
        elif int(done * 10) > told:
            told = int(done * 10)
            tell(f"cases {told * 10} %")

    return report


def _print_report(report: Mapping[str, Any], by: str) -> None:
    splits = _splits(report, by)
    rows = []
    for name, metric in sorted(report["metrics"].items()):
        split = metric["by"]
        rows.append(
            (
                name,
                f"{metric['mean']:.3f}",
                f"{metric['low']:.3f} to {metric['high']:.3f}",
                str(metric["cases"]),
                *(f"{split[x]['mean']:.3f}" if x in split else "" for x in splits),
            )
        )
    table(rows, ("metric", "mean", "95 % interval", "cases", *splits))
    for case in report["failed"]:
        say(f"{case} failed and counts nowhere")
    if report["stale"]:
        say(f"stale, since their passages are gone: {' '.join(report['stale'])}")
    for name, count in report["unscored"].items():
        say(f"{name} could not be computed on {count} cases")
    for key in report["never_found"]:
        say(f"nothing was ever found in {key}: is it in the corpus?")
    for line in (*judging.agreement_lines(report["metrics"]), *_told(report)):
        say(line)
    say(f"run {report['id']}: {len(report['cases'])} cases in {report['seconds']:.1f} s")


def _told(report: Mapping[str, Any]) -> list[str]:
    """How much of a run was done now, and whether the house stood still meanwhile."""
    lines = []
    taken = sum(report["taken_over"].values())
    if taken:
        anew = len(report["cases"]) - taken - len(report["stale"])
        names = ", ".join(report["taken_over"])
        lines.append(
            f"{anew} cases drafted anew; for {taken} the search found the same passages in the "
            f"same order as in {names}, and they stand as they were (--fresh drafts all)"
        )
    if moved := report["about"].get("moved"):
        lines.append(f"while it went on, these changed: {', '.join(moved)}")
    if report["state"] != "done":
        lines.append(f"{report['state']}; citedesk eval run --resume {report['id']} goes on")
    return lines


def _splits(report: Mapping[str, Any], by: str) -> list[str]:
    if by == "language":
        return ["zh", "en"]
    found = {x for metric in report["metrics"].values() for x in metric["by"]}
    return sorted(x for x in found if x.startswith(f"{by}="))


def _print_comparison(found: Mapping[str, Any]) -> None:
    rows = [
        (
            name,
            f"{metric['before']:.3f}",
            f"{metric['after']:.3f}",
            f"{metric['difference']:+.3f} ({metric['low']:+.3f} to {metric['high']:+.3f})",
            " ".join(case["id"] for case in metric["worse"][:_SHOWN]),
            " ".join(case["id"] for case in metric["better"][:_SHOWN]),
        )
        for name, metric in sorted(found["metrics"].items())
    ]
    table(rows, ("metric", "before", "after", "difference, 95 % interval", "worse", "better"))
    for name, (before, after) in found["fingerprint"].items():
        say(f"{name}: {short(before) or '-'} -> {short(after) or '-'}")


def _print_gate(found: Mapping[str, Any]) -> None:
    for failure in found["failures"]:
        say(f"FAILED  {failure['message']}")
        if failure["cases"]:
            say(f"        {' '.join(failure['cases'])}")
    for note in found["notes"]:
        say(f"note    {note['message']}")
    against = f" against {found['against']}" if found["against"] else ""
    say(f"{'passed' if found['passed'] else 'failed'}: {found['run']}{against}")
