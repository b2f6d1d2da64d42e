"""Commands for evaluation and for the retrieval benchmark."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli.output import emit_json, say, table
from service.cli.session import backend

JSON = typer.Option("--json", help="Print one JSON object.")
_METRICS = ("ndcg@10", "recall@1", "recall@5", "recall@10", "mrr@10")


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    suites = typer.Typer(help="Run evaluation suites and compare runs.", no_args_is_help=True)
    suites.command("run")(run)
    suites.command("compare")(compare)
    suites.command("cases")(cases)
    app.add_typer(suites, name="eval")
    bench = typer.Typer(help="Benchmarks on data in standard layouts.", no_args_is_help=True)
    bench.command("retrieval")(retrieval)
    # A group of one command would otherwise be taken for the command itself.
    bench.callback()(lambda: None)
    app.add_typer(bench, name="bench")


def run(
    suite: Annotated[str, typer.Option(help="Name of a suite, or a .jsonl file.")] = "samples",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Run a suite over the corpus and settings as they are."""
    with backend() as house:
        report = house.run_suite(suite)
    if as_json:
        emit_json(report)
    else:
        _print_report(report)
    if len(report["failed"]) == len(report["cases"]):
        raise typer.Exit(1)


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


def cases(
    suite: Annotated[str, typer.Option(help="Name of a suite, or a .jsonl file.")] = "samples",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List the cases of a suite."""
    from core.serial import to_json
    from evals.cases import load_suite

    found = load_suite(suite)
    if as_json:
        emit_json({"suite": suite, "cases": to_json(found)})
    else:
        table(
            [(c.id, c.language, c.state.value, c.question) for c in found],
            ("id", "language", "expected", "question"),
        )


def retrieval(
    set_dir: Annotated[Path, typer.Argument(help="A set in BEIR layout.")],
    queries: Annotated[int, typer.Option(help="Only the first N queries; 0 is all.")] = 0,
    heading: Annotated[
        bool, typer.Option("--heading", help="Index the passages' headings too.")
    ] = False,
    corpus_from: Annotated[
        Path | None, typer.Option(help="Take corpus and judgements from this set instead.")
    ] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Measure the real retriever on a set, in a temporary store, beside each of its routes."""
    from service.benchmarks import bench_retrieval

    found = bench_retrieval(set_dir, corpus_from, queries, heading)
    if as_json:
        emit_json(found)
        return
    rows = [("ours", found["metrics"]), *found["routes"].items()]
    table(
        [(name, *(f"{values[m]:.3f}" for m in _METRICS)) for name, values in rows],
        ("route", *_METRICS),
    )
    say(
        f"{found['passages']} passages indexed in {found['index_seconds']:.1f} s; "
        f"{found['queries']} queries, p50 {found['query_ms']['p50']:.1f} ms, "
        f"p95 {found['query_ms']['p95']:.1f} ms."
    )


def _print_report(report: dict[str, Any]) -> None:
    rows = []
    for name, metric in sorted(report["metrics"].items()):
        split = metric["by"]
        rows.append(
            (
                name,
                f"{metric['mean']:.3f}",
                f"{metric['low']:.3f} to {metric['high']:.3f}",
                str(metric["cases"]),
                *(f"{split[x]['mean']:.3f}" if x in split else "" for x in ("zh", "en")),
            )
        )
    table(rows, ("metric", "mean", "95 % interval", "cases", "zh", "en"))
    for case in report["failed"]:
        say(f"{case} failed and counts nowhere")
    for name, count in report["unscored"].items():
        say(f"{name} could not be computed on {count} cases")
    for key in report["never_found"]:
        say(f"nothing was ever found in {key}: is it in the corpus?")
    say(f"run {report['id']}: {len(report['cases'])} cases in {report['seconds']:.1f} s")


def _print_comparison(found: dict[str, Any]) -> None:
    rows = [
        (
            name,
            f"{metric['before']:.3f}",
            f"{metric['after']:.3f}",
            f"{metric['difference']:+.3f} ({metric['low']:+.3f} to {metric['high']:+.3f})",
            " ".join(case["id"] for case in metric["worse"][:8]),
        )
        for name, metric in sorted(found["metrics"].items())
    ]
    table(rows, ("metric", "before", "after", "difference, 95 % interval", "worse"))
