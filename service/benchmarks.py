"""Benchmarks as a command runs them: the settings' model, a temporary store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from service.cli.output import tell
from service.settings import load_settings


def bench_retrieval(
    set_dir: Path, corpus_from: Path | None, queries: int, heading: bool
) -> dict[str, Any]:
    """Measure the real retriever on a set in BEIR layout; the data directory is not touched.

    Raises:
        PathNotFound, DataInvalid: the set is not there, or not in that layout.
        ModelMissing: there is no embedding model.
    """
    from evals.retrieval_bench import bench_retrieval as bench
    from retrieval.embedding import load_embedder

    settings, _ = load_settings()
    last = ""

    def progress(stage: str, fraction: float) -> None:
        nonlocal last
        line = f"{stage} {fraction:.0%}"
        if line != last:
            last = line
            tell(line)

    return bench(
        set_dir,
        load_embedder(settings.models_folder(), settings.embedding_model),
        corpus_from=corpus_from,
        queries=queries or None,
        heading=heading,
        progress=progress,
    )
