"""Speed as ratios of what one run measures: machines differ, ratios carry over.

``python -m evals.bench.speed --json`` prints one JSON object; ``--models DIR`` says where the
embedding model lies.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import corpus
from core.types import PUBLIC, Chunk, Turn

_PASSAGES = 2000
_EMBEDDED = 48
_QUERIES = 60
_QUESTIONS = 40
_SAMPLES = Path(corpus.__file__).with_name("samples")
_EN = (
    "Press and hold the power button of model CH{n} for {s} seconds until the light turns green. "
    "Then release it and wait for the tone. If error E-{n} appears, remove the battery, wait two "
    "minutes and start again; the warranty of {s} months does not cover damage by liquids. "
)
_ZH = (
    "长按 CH{n} 型号的电源键 {s} 秒，直到指示灯变绿，然后松开并等待提示音。如果出现错误 E-{n}，"
    "请取下电池，等待两分钟后重新启动；{s} 个月的保修不包括液体造成的损坏。请联系客服中心。"
)


def measure(models_dir: Path) -> dict[str, Any]:
    """Return every figure with its aim: rates in passages a second, times in milliseconds."""
    return {
        "embedding": _embedding(models_dir),
        "retrieval": _retrieval(models_dir),
        "draft": _draft(models_dir),
        "help": _help(),
    }


def _embedding(models_dir: Path) -> dict[str, Any]:
    """Passages a second in both precisions; the aim is 2 where the processor has bf16."""
    from retrieval.embedding.locate import locate
    from retrieval.embedding.precision import prefers_bf16
    from retrieval.embedding.sentence_transformer import SentenceTransformerEmbedder

    folder = locate("", models_dir)
    texts = [_text(n) * 3 for n in range(_EMBEDDED)]
    embedders = {
        name: SentenceTransformerEmbedder(folder, bf16=name == "bf16") for name in ("fp32", "bf16")
    }
    # Turn about, and the best of three, so that another program's burst hits neither alone.
    best = dict.fromkeys(embedders, float("inf"))
    for embedder in embedders.values():
        embedder.embed_passages(texts[:4])
    for _ in range(3):
        for name, embedder in embedders.items():
            seconds = _seconds(lambda e=embedder: e.embed_passages(texts))  # type: ignore[misc]
            best[name] = min(best[name], seconds)
    rates = {name: _EMBEDDED / seconds for name, seconds in best.items()}
    ratio = rates["bf16"] / rates["fp32"]
    return {
        "passage_tokens": statistics.mean(embedders["fp32"].count(texts)),
        "fp32_per_second": rates["fp32"],
        "bf16_per_second": rates["bf16"],
        "bf16_is_used": prefers_bf16(models_dir),
        "ratio": ratio,
        "aim": ">= 2 where bf16 is used",
        "met": ratio >= 2.0 or not prefers_bf16(models_dir),
    }


def _retrieval(models_dir: Path) -> dict[str, Any]:
    """Time of a whole search against that of embedding its query; the aim is at most 3."""
    from retrieval.embedding import load_embedder

    embedder = load_embedder(models_dir)
    chunks = [_chunk(n) for n in range(_PASSAGES)]
    with ExitStack() as stack:
        retriever = _retriever(stack, embedder, chunks)
        runs = []
        for n in range(_QUERIES):
            asked = f"E-{n} 错误怎么处理？" if n % 2 else f"What does error E-{n} of CH{n} mean?"
            runs.append(retriever.search(asked, audiences=[PUBLIC]).timings_ms)
    # The first queries pay for what is loaded on demand.
    parts = {
        name: statistics.median(run[name] for run in runs[5:])
        for name in ("embed", "dense", "keyword", "fuse", "join", "total")
    }
    ratio = statistics.median(run["total"] / run["embed"] for run in runs[5:])
    return {
        "passages": _PASSAGES,
        "median_ms": parts,
        "ratio": ratio,
        "aim": "<= 3",
        "met": ratio <= 3.0,
    }


def _retriever(stack: ExitStack, embedder: Any, chunks: list[Chunk]) -> Any:
    """The real retriever over chunks in a temporary store, which the stack closes."""
    from evals.retrieval_bench import AllLive, HeldChunks
    from retrieval.indexer import ChunkIndexer
    from retrieval.keyword import KEYWORD_INDEXES
    from retrieval.retriever import Retriever
    from retrieval.stores import STORES

    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="citedesk-speed-")))
    store = STORES.get("chroma").open(folder / "vectors", embedder.fingerprint)
    stack.callback(store.close)
    keyword = KEYWORD_INDEXES.get("tantivy").open(folder / "words")
    stack.callback(keyword.close)
    ChunkIndexer(embedder, store, keyword).add(chunks)
    retriever = Retriever(embedder, store, keyword, HeldChunks(chunks), AllLive(chunks))
    stack.callback(retriever.close)
    return retriever


def _draft(models_dir: Path) -> dict[str, Any]:
    """Time of writing and checking an extractive draft over real manuals, against embedding.

    The aim is at most 10 times the embedding of the query, which is the stricter reading of "10
    times that"; the ratio to the whole retrieval stands beside it. Each question is asked once
    cold (its passages' sentences are embedded) and once warm (they are remembered).
    """
    from answer.base import DRAFTERS, DrafterParts
    from answer.engine import AnswerEngine
    from evals.cases import load_suite
    from retrieval.embedding import load_embedder

    embedder = load_embedder(models_dir)
    chunks = [c for path in sorted(_SAMPLES.glob("*-manual-*.pdf")) for c in _cut(path, embedder)]
    cases = load_suite("samples")[:_QUESTIONS]
    with ExitStack() as stack:
        retriever = _retriever(stack, embedder, chunks)
        parts = DrafterParts(embedder=embedder)
        engine = AnswerEngine(retriever, {name: make(parts) for name, make in DRAFTERS})
        engine.answer([Turn("customer", "预热 warm-up")], audiences=[PUBLIC], draft_id="warm")
        rounds = [[_asked(engine, case.question) for case in cases] for _ in range(2)]
    cold, warm = (_medians(answers) for answers in rounds)
    return {
        "passages": len(chunks),
        "questions": len(cases),
        "cold_median_ms": cold,
        "warm_median_ms": warm,
        "ratio_to_retrieval": cold["draft"] / cold["retrieve"],
        "ratio": cold["draft"] / cold["embed"],
        "aim": "<= 10",
        "met": cold["draft"] <= 10 * cold["embed"],
    }


def _asked(engine: Any, question: str) -> dict[str, float]:
    draft, evidence = engine.answer(
        [Turn("customer", question)], audiences=[PUBLIC], draft_id="speed"
    )
    times = draft.timings_ms
    return {
        # Small talk and refusals on sight search nothing, so there may be nothing embedded.
        "embed": evidence.timings_ms.get("embed", 0.0),
        "retrieve": times["retrieve"],
        "draft": times["draft"] + times["check"],
        "total": times["total"],
    }


def _medians(answers: list[dict[str, float]]) -> dict[str, float]:
    answered = [answer for answer in answers if answer["embed"]]
    return {name: statistics.median(a[name] for a in answered) for name in answered[0]}


def _cut(path: Path, counter: Any) -> list[Chunk]:
    from core.types import RawFile
    from ingest.chunker import chunk
    from ingest.detect import media_type_of
    from ingest.parse import parse_file

    raw = RawFile(path.name, media_type_of(path), "", path)
    return chunk(parse_file(raw), document_id=path.stem, version_id=path.stem, counter=counter)


def _help() -> dict[str, Any]:
    """Seconds of ``citedesk --help``, the best of five; the aim is under 0.5 s."""
    command = [sys.executable, "-m", "service.cli.main", "--help"]
    seconds = min(
        _seconds(lambda: subprocess.run(command, check=True, capture_output=True))  # noqa: S603
        for _ in range(5)
    )
    return {"seconds": seconds, "ratio": seconds / 0.5, "aim": "< 1 (0.5 s)", "met": seconds < 0.5}


def _chunk(number: int) -> Chunk:
    return Chunk(
        id=f"c{number}",
        document_id="speed",
        version_id="speed-1",
        ordinal=number * 2,
        text=_text(number),
        title="Speed",
        headings=(f"Section {number}",),
    )


def _text(number: int) -> str:
    return (_ZH if number % 2 else _EN).format(n=number, s=number % 37 + 2)


def _seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> int:
    """Measure and print; the exit code is 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path(".models"))
    parser.add_argument("--json", action="store_true", help="one JSON object and nothing else")
    options = parser.parse_args()
    report = measure(options.models)
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        for name, figures in report.items():
            verdict = "met" if figures["met"] else "MISSED"
            print(f"{name}: ratio {figures['ratio']:.2f} (aim {figures['aim']}): {verdict}")
    return 0 if all(figures["met"] for figures in report.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
