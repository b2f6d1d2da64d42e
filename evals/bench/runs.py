"""How long a run over many cases takes, what memory it needs, and what a change costs to run again.

``python -m evals.bench.runs SET [SET ...] --json OUT`` writes the passages of sets in BEIR layout
as documents, brings them into a temporary house by the product's own commands, makes cases of the
sets' questions and runs them three times: anew, unchanged, and after one document was revised.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from core.text import language_of, split_sentences
from evals.bench.beir import Passage, RetrievalSet, read_set

_CASES = 1000
_PER_DOCUMENT = 20
_AIM_S, _AIM_GB = 300.0, 1.5


def measure(sets: Sequence[Path], cases: int = _CASES, workers: int = 0) -> dict[str, Any]:
    """Return seconds, gigabytes at the most and how many cases were taken over, of each run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        house = _House(folder / "home")
        documents = _documents(sets, folder / "documents")
        house.call("ingest", str(folder / "documents"))
        suite = _suite(sets, documents, cases, folder / "many.jsonl")
        asked = ["eval", "run", "--suite", str(suite), "--workers", str(workers)]
        found = {"anew": house.run(asked), "unchanged": house.run(asked)}
        revised = Path(documents[_middle(documents)])
        text = revised.read_text(encoding="utf-8")
        revised.write_text(f"{text}\n\nThis document was revised in May.\n", encoding="utf-8")
        house.call("ingest", str(revised))
        found["one_document_revised"] = house.run(asked)
    first = found["anew"]
    met = first["seconds"] < _AIM_S and first["peak_gb"] < _AIM_GB
    return {**found, "aims": {"seconds": _AIM_S, "peak_gb": _AIM_GB}, "met": met}


class _House:
    """The product in a data directory of its own, used by its commands."""

    def __init__(self, home: Path) -> None:
        self._env = {**os.environ, "CITEDESK_HOME": str(home)}

    def call(self, *arguments: str) -> dict[str, Any]:
        """Run a command and return what it prints as JSON."""
        return self._finished(arguments)[0]

    def run(self, arguments: Sequence[str]) -> dict[str, Any]:
        """Run a command; return what it says of the run, with its seconds and its peak memory."""
        report, seconds, peak = self._finished(arguments)
        cases = report["cases"]
        return {
            "cases": len(cases),
            "taken_over": sum(1 for case in cases if case.get("taken_from")),
            "stale": sum(1 for case in cases if case.get("stale")),
            "failed": sum(1 for case in cases if case.get("error")),
            "run_seconds": round(report["seconds"], 1),
            "seconds": round(seconds, 1),
            "peak_gb": round(peak, 2),
            "hit@5": report["metrics"].get("hit@5", {}).get("mean"),
        }

    def _finished(self, arguments: Sequence[str]) -> tuple[dict[str, Any], float, float]:
        command = [sys.executable, "-m", "service.cli.main", *arguments, "--json"]
        start = time.perf_counter()
        with (
            tempfile.TemporaryFile() as out,
            subprocess.Popen(command, env=self._env, stdout=out) as process,  # noqa: S603
        ):
            # Of this child alone: what its siblings needed before is not counted.
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            seconds = time.perf_counter() - start
            out.seek(0)
            said = out.read().decode("utf-8")
        if process.returncode:
            raise SystemExit(f"citedesk {' '.join(arguments[:2])} ended with {process.returncode}")
        return json.loads(said), seconds, usage.ru_maxrss * 1024 / 1e9


def _documents(sets: Sequence[Path], folder: Path) -> dict[tuple[str, str], str]:
    """Write the sets' passages as documents; by set and passage, the path of its document."""
    folder.mkdir()
    named = {}
    for path in sets:
        passages = read_set(path).passages
        for start in range(0, len(passages), _PER_DOCUMENT):
            some = passages[start : start + _PER_DOCUMENT]
            name = f"{path.name}-{start // _PER_DOCUMENT:03}"
            text = "\n\n".join(filter(None, chain.from_iterable((p.title, p.text) for p in some)))
            (folder / f"{name}.txt").write_text(f"{name}\n\n{text}\n", encoding="utf-8")
            named.update({(path.name, passage.id): str(folder / f"{name}.txt") for passage in some})
    return named


def _suite(
    sets: Sequence[Path], documents: dict[tuple[str, str], str], most: int, path: Path
) -> Path:
    read = [_cases(one.name, read_set(one), documents) for one in sets]
    # By turns, so that every set has its part however many cases are wanted.
    mixed = [case for row in zip_longest(*read) for case in row if case is not None][:most]
    lines = (json.dumps(case, ensure_ascii=False) for case in mixed)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _cases(
    name: str, held: RetrievalSet, documents: dict[tuple[str, str], str]
) -> Iterator[dict[str, Any]]:
    passages: dict[str, Passage] = {passage.id: passage for passage in held.passages}
    for question in held.questions:
        right = [i for i, grade in held.relevance.get(question.id, {}).items() if grade > 0]
        if not right or question.history:
            continue
        quote = split_sentences(passages[right[0]].text)[0].text
        yield {
            "id": f"{name}-{question.id}",
            "question": question.text,
            "language": "zh" if language_of(question.text).startswith("zh") else "en",
            "audience": "public",
            "state": "answered",
            "reference": quote,
            "expected": [{"document": documents[name, right[0]], "quote": quote}],
        }


def _middle(documents: dict[tuple[str, str], str]) -> tuple[str, str]:
    keys = list(documents)
    return keys[len(keys) // 2]


def main() -> None:
    """Print the figures, or write them."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.runs")
    parser.add_argument("sets", nargs="+", type=Path, help="folders in BEIR layout")
    parser.add_argument("--cases", type=int, default=_CASES)
    parser.add_argument("--workers", type=int, default=0, help="cases asked at once")
    parser.add_argument("--json", type=Path, help="write the figures there")
    chosen = parser.parse_args()
    text = json.dumps(measure(chosen.sets, chosen.cases, chosen.workers), indent=2)
    if chosen.json:
        chosen.json.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
