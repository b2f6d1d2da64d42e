"""How searching grows with the number of passages: time, memory, disk, several callers.

``python -m evals.bench.scale --sizes 1000,10000,100000 --sets FOLDER --documents FOLDER --keep
FOLDER --json OUT`` builds a house of each size with real records, Chroma and tantivy, and searches
each in a process of its own. The passages are those of the sample documents, of retrieval sets in
BEIR layout and of a folder of documents, repeated with changes (:mod:`evals.bench.copies`): of
most the vectors are drawn, as really embedded changed copies lie, since embedding a million takes
hours; the report has drawn copies beside real ones. What is built in ``--keep`` is not built
again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from evals.bench.scale_base import base_in
from evals.bench.scale_store import build
from retrieval.embedding import load_embedder

_SIZES = "1000,10000,100000"
_BASE = 2000
_PLAIN_ABOVE = 200_000
_MEDIAN_MS, _P95_MS, _TENFOLD, _MEMORY_MB = 20.0, 60.0, 2.0, 2500.0
_AIMED_SIZE = 100_000


def measure(
    keep: Path,
    sizes: Sequence[int],
    models_dir: Path,
    *,
    sets: Path | None = None,
    documents: Path | None = None,
    base_size: int = _BASE,
    threads: int = 0,
    plain_above: int = _PLAIN_ABOVE,
) -> dict[str, Any]:
    """Return what building and searching each size took, with the growth from one to the next.

    Args:
        keep: where the houses are built, and found again.
        sizes: numbers of passages, ascending.
        models_dir: where the embedding model lies.
        sets: a folder of retrieval sets in BEIR layout.
        documents: a folder of documents.
        base_size: how many passages are real and really embedded.
        threads: how many torch takes for a query; 0 leaves it to torch.
        plain_above: houses of more passages have neither tokens nor questions.
    """
    embedder = load_embedder(models_dir)
    base = base_in(keep, embedder, sets, documents, base_size)
    asked = keep / "questions.json"
    asked.write_text(json.dumps(base.questions, ensure_ascii=False), encoding="utf-8")
    found: dict[str, Any] = {}
    for size in sizes:
        folder = keep / f"{size}-of-{len(base.chunks)}"
        built = build(folder, base, size, embedder.fingerprint, plain=size > plain_above)
        found[str(size)] = built | _searched(folder, asked, models_dir, threads)
    return {
        "base": len(base.chunks),
        "questions": len(base.questions),
        "cosines": base.likeness,
        "sizes": found,
        "growth": _growth(found),
        "met": _met(found),
    }


def _searched(folder: Path, asked: Path, models_dir: Path, threads: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "evals.bench.scale_search", str(folder), str(asked)]
    command += ["--models", str(models_dir), "--threads", str(threads)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return dict(json.loads(done.stdout))


def _growth(found: dict[str, Any]) -> dict[str, dict[str, float]]:
    """How many times as long each stage takes at the median, from one size to the next."""
    return {
        f"{small}->{large}": {
            stage: round(times["p50"] / found[small]["fresh_ms"][stage]["p50"], 2)
            for stage, times in found[large]["fresh_ms"].items()
            if found[small]["fresh_ms"].get(stage, {}).get("p50", 0.0) > 0.0
        }
        for small, large in pairwise(found)
    }


def _met(found: dict[str, Any]) -> dict[str, bool]:
    """Whether the aims are met, of those that the sizes allow to be judged."""
    met = {
        f"{name}: {large} passages under {_TENFOLD:g} times the time": times["whole"] < _TENFOLD
        for name, times in _growth(found).items()
        for small, large in [map(int, name.split("->"))]
        if large == 10 * small
    }
    if (aimed := found.get(str(_AIMED_SIZE))) is not None:
        evidence, peak = aimed["fresh_ms"]["evidence"], aimed["memory_mb"]["peak"]
        met[f"evidence median under {_MEDIAN_MS:g} ms"] = evidence["p50"] < _MEDIAN_MS
        met[f"evidence p95 under {_P95_MS:g} ms"] = evidence["p95"] < _P95_MS
        met[f"memory under {_MEMORY_MB:g} MB"] = peak < _MEMORY_MB
    return met


def _print(report: dict[str, Any]) -> None:
    for size, found in report["sizes"].items():
        evidence, whole = found["fresh_ms"]["evidence"], found["fresh_ms"]["whole"]
        memory = found["memory_mb"]
        stages = ", ".join(
            f"{name} {times['p50']:.1f}"
            for name, times in found["fresh_ms"].items()
            if name not in ("whole", "evidence", "total")
        )
        callers = ", ".join(f"{n}: {c['per_second']}" for n, c in found["callers"].items())
        print(
            f"{size} passages with {', '.join(found['parts'])}: "
            f"evidence median {evidence['p50']:.1f} ms, p95 {evidence['p95']:.1f}; "
            f"with reranking {whole['p50']:.1f}, p95 {whole['p95']:.1f}, "
            f"p99 {whole['p99']:.1f} ({stages}); cached {found['cached_ms']['p50']:.2f} ms; "
            f"searches a second by callers {callers}; peak {memory['peak']:.0f} MB; "
            f"first query {found['first_query_s']:.1f} s; on disk {found['disk_mb']}; "
            f"built in {found['build_s']}"
        )
    for aim, met in report["met"].items():
        print(f"{aim}: {'met' if met else 'MISSED'}")


def main() -> int:
    """Measure and print; the exit code is 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=_SIZES, help="numbers of passages, by commas")
    parser.add_argument("--models", type=Path, default=Path(".models"))
    parser.add_argument("--sets", type=Path, help="a folder of retrieval sets in BEIR layout")
    parser.add_argument("--documents", type=Path, help="a folder of documents")
    parser.add_argument("--base", type=int, default=_BASE, help="passages really embedded")
    parser.add_argument("--threads", type=int, default=0, help="torch's threads; 0: its own choice")
    parser.add_argument(
        "--plain-above",
        type=int,
        default=_PLAIN_ABOVE,
        help="houses of more passages have neither tokens nor questions",
    )
    parser.add_argument("--keep", type=Path, help="where to build, and to find it again")
    parser.add_argument("--json", type=Path, help="where to write the whole report")
    options = parser.parse_args()
    sizes = sorted(int(size) for size in options.sizes.split(","))
    with tempfile.TemporaryDirectory(prefix="citedesk-scale-") as temporary:
        keep = options.keep or Path(temporary)
        keep.mkdir(parents=True, exist_ok=True)
        report = measure(
            keep,
            sizes,
            options.models,
            sets=options.sets,
            documents=options.documents,
            base_size=options.base,
            threads=options.threads,
            plain_above=options.plain_above,
        )
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    _print(report)
    return 0 if all(report["met"].values()) else 1


if __name__ == "__main__":
    sys.exit(main())
