"""Commands for benchmarks on data in standard layouts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.cli.output import emit_json, say, table

JSON = typer.Option("--json", help="Print one JSON object.")
_METRICS = ("ndcg@10", "recall@1", "recall@5", "recall@10", "mrr@10")


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    bench = typer.Typer(help="Benchmarks on data in standard layouts.", no_args_is_help=True)
    bench.command("retrieval")(retrieval)
    # A group of one command would otherwise be taken for the command itself.
    bench.callback()(lambda: None)
    app.add_typer(bench, name="bench")


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
