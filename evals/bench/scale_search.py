"""Searching a built house in a process of its own, so that building it counts for nothing.

``python -m evals.bench.scale_search HOUSE QUESTIONS`` prints one JSON object. The retriever has
what the product's own has, as far as the house has it. Questions are asked as an agent's, over
public and internal passages; no question is asked twice but where a repeat is what is measured.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.types import INTERNAL, PUBLIC, Evidence

if TYPE_CHECKING:
    from retrieval.retriever import Retriever

_BOTH = (PUBLIC, INTERNAL)
_TOP = 10
_WARM = 20
_CALLERS = (1, 2, 4)
_REPEATED = 200
_IN_TURN = ("embed", "dense", "fuse", "join", "rerank")
"""Stages that follow each other; words and questions are looked up beside the dense route."""


@dataclass(frozen=True, slots=True)
class House:
    """A house of passages that is open for searching."""

    retriever: Retriever
    embedder: Any
    live: Any
    glossary: Any

    def search(self, question: str) -> Evidence:
        """Return what is found for a question."""
        return self.retriever.search(question, top=_TOP, audiences=_BOTH)


def measure(
    folder: Path, questions: Sequence[str], models_dir: Path, threads: int = 0
) -> dict[str, Any]:
    """Return times in milliseconds, searches a second and memory of a house in a folder.

    Args:
        folder: where it was built.
        questions: all different; the latter three fifths are asked by several callers at once.
        models_dir: where the embedding model lies.
        threads: how many torch takes for a query; 0 leaves it to torch.
    """
    import torch

    from evals.bench.scale_store import noted

    if threads:
        torch.set_num_threads(threads)
    asked = iter(questions)
    alone = len(questions) * 2 // 5
    share = (len(questions) - alone) // len(_CALLERS)
    with opened(folder, models_dir) as house:
        start = time.perf_counter()
        house.search(next(asked))
        first_s = time.perf_counter() - start
        for _ in range(min(_WARM, alone // 4)):
            house.search(next(asked))
        one_by_one = _times(house, [next(asked) for _ in range(alone - min(_WARM, alone // 4) - 1)])
        at_once = {
            str(n): _at_once(house, [next(asked) for _ in range(share)], n) for n in _CALLERS
        }
        cached = _cached(house, questions[:_REPEATED])
    return {
        "torch_threads": torch.get_num_threads(),
        "parts": sorted((noted(folder) or {"disk_mb": ()})["disk_mb"]),
        "first_query_s": round(first_s, 3),
        "fresh_ms": one_by_one,
        "callers": at_once,
        "cached_ms": cached,
        "memory_mb": _memory(),
    }


@contextmanager
def opened(folder: Path, models_dir: Path) -> Iterator[House]:
    """Open the house that lies in a folder, with all parts of the search."""
    from corpus.glossary import Glossary
    from corpus.live import LiveTable
    from corpus.records import Records
    from corpus.titles import LiveTitles
    from evals.bench.scale_store import noted, records_at
    from retrieval.cache import SearchCache
    from retrieval.embedding import load_embedder
    from retrieval.keyword import KEYWORD_INDEXES
    from retrieval.questions import QuestionIndex
    from retrieval.retriever import Retriever
    from retrieval.standard import Helpers, default_learnt, open_tokens, standard
    from retrieval.stores import STORES

    embedder = load_embedder(models_dir)
    mark = embedder.fingerprint
    built = (noted(folder) or {"disk_mb": ()})["disk_mb"]
    with ExitStack() as stack:
        database = records_at(folder)
        stack.callback(database.close)
        store = STORES.get("chroma").open(folder / "vectors", mark)
        stack.callback(store.close)
        words = KEYWORD_INDEXES.get("tantivy").open(folder / "words")
        stack.callback(words.close)
        questions, tokens = None, None
        if "questions" in built:
            opened = STORES.get("chroma").open(folder / "questions", mark)
            questions = QuestionIndex(embedder, opened)
            stack.callback(questions.close)
        if "tokens" in built and (tokens := open_tokens(folder / "tokens", mark)) is not None:
            stack.callback(tokens.close)
        live, glossary = LiveTable(database), Glossary(database)
        extras = standard(
            Helpers(questions, tokens, LiveTitles(database, live), glossary),
            default_learnt(mark),
            embedder,
            cache=SearchCache(),
        )
        retriever = Retriever(embedder, store, words, Records(database), live, None, extras)
        stack.callback(retriever.close)
        yield House(retriever, embedder, live, glossary)


def _times(house: House, questions: Sequence[str]) -> dict[str, dict[str, float]]:
    """Quantiles of the whole and of each stage.

    "total" is what the retriever says that it took, "whole" is that as its caller sees it, and
    "evidence" is the whole without "rerank", which has a budget of its own. "other" is what no
    stage accounts for: reading the question, what is live, the cache, and waiting for words or
    questions where the dense route was done before them.
    """
    runs: list[dict[str, float]] = []
    for question in questions:
        start = time.perf_counter()
        stages = dict(house.search(question).timings_ms)
        whole = (time.perf_counter() - start) * 1000.0
        stages["other"] = whole - sum(stages[name] for name in _IN_TURN if name in stages)
        stages["evidence"] = whole - stages.get("rerank", 0.0)
        stages["whole"] = whole
        runs.append(stages)
    names = dict.fromkeys(name for run in runs for name in run)
    return {name: _quantiles([run.get(name, 0.0) for run in runs]) for name in names}


def _at_once(house: House, questions: Sequence[str], callers: int) -> dict[str, float]:
    def timed(question: str) -> float:
        start = time.perf_counter()
        house.search(question)
        return (time.perf_counter() - start) * 1000.0

    start = time.perf_counter()
    with ThreadPoolExecutor(callers) as pool:
        times = list(pool.map(timed, questions))
    per_second = len(questions) / (time.perf_counter() - start)
    return {"per_second": round(per_second, 1)} | _quantiles(times)


def _cached(house: House, questions: Sequence[str]) -> dict[str, float]:
    for question in questions:
        house.search(question)
    times = []
    for question in questions:
        start = time.perf_counter()
        found = house.search(question)
        times.append((time.perf_counter() - start) * 1000.0)
        assert "cache" in found.timings_ms, "a repeated question was searched for again"
    return _quantiles(times)


def _quantiles(times: Sequence[float]) -> dict[str, float]:
    return {f"p{p}": round(float(np.percentile(times, p)), 3) for p in (50, 95, 99)}


def _memory() -> dict[str, float]:
    """Peak and present resident memory of this process, and the part of it no file backs."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    names = {"peak": "VmHWM", "now": "VmRSS", "own": "RssAnon"}
    return {name: round(int(fields[field].split()[0]) / 1e3, 1) for name, field in names.items()}


def main() -> int:
    """Measure and print."""
    # As the product's own process has it.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("house", type=Path)
    parser.add_argument("questions", type=Path, help="a JSON list")
    parser.add_argument("--models", type=Path, default=Path(".models"))
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args()
    questions = json.loads(options.questions.read_text(encoding="utf-8"))
    load = os.getloadavg()[0]
    report = measure(options.house, questions, options.models, options.threads)
    print(json.dumps(report | {"load_before": load}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
