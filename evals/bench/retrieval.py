"""Retrieval on many sets in one run: ours beside its parts, plain fusion and a stock pipeline.

``python -m evals.bench.retrieval --data DIR`` runs every configuration below on the sets under
DIR, and ``--also`` any further ones; each corpus is embedded once, whoever asks. Means come with
95 % bootstrap intervals, and ours is compared with plain fusion and with the stock pipeline
(:mod:`evals.bench.stock`) on the same queries by a paired bootstrap test. The first 400 queries
are the reported ones, and nothing may be fitted on them: use ``--skip 400`` for that.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench.beir import RetrievalSet, read_set
from evals.bench.remembered import RememberingEmbedder
from evals.metrics.ranking import MEASURES, mean_measures
from evals.retrieval_bench import OURS, ROUTES, Indexed, ask, indexed, intervals, paired
from retrieval.embedding.base import Embedder

STOCK = "stock"
SYSTEMS = (OURS, *ROUTES, STOCK)
_AGAINST = ("rrf", STOCK)
_CONFIGURATIONS = {
    "esp_faq_zh": ("esp_faq_zh", "esp_faq_zh"),
    "esp_faq_en": ("esp_faq_en", "esp_faq_en"),
    "esp_faq zh>en": ("esp_faq_zh", "esp_faq_en"),
    "esp_faq en>zh": ("esp_faq_en", "esp_faq_zh"),
    "cmrc2018": ("cmrc2018", "cmrc2018"),
    "xquad zh>en": ("xquad_zh", "xquad_en"),
    "xquad en>zh": ("xquad_en", "xquad_zh"),
    "dstc11_faq": ("dstc11_faq", "dstc11_faq"),
}


@dataclass(frozen=True, slots=True)
class Configuration:
    """Queries of one folder over the corpus of another, or of the same."""

    name: str
    queries: Path
    corpus: Path


def configurations(
    data: Path | None, also: Sequence[Path], names: Sequence[str]
) -> list[Configuration]:
    """Return what is to be run: the known sets under a folder, then further folders."""
    known = [
        Configuration(name, data / asks, data / answers)
        for name, (asks, answers) in _CONFIGURATIONS.items()
        if data is not None and (not names or name in names)
    ]
    return [*known, *(Configuration(folder.name, folder, folder) for folder in also)]


@dataclass(frozen=True, slots=True)
class Options:
    """What every configuration of a run shares."""

    queries: int = 400
    skip: int = 0
    systems: Sequence[str] = SYSTEMS
    cache: Path | None = None


def measure(
    chosen: Sequence[Configuration], embedder: Embedder, options: Options
) -> dict[str, dict[str, Any]]:
    """Return the report of every configuration by its name, in the order they were given."""
    reports: dict[str, dict[str, Any]] = {}
    by_corpus = sorted(chosen, key=lambda c: c.corpus)
    for _, group in groupby(by_corpus, key=lambda c: c.corpus):
        members = [(c, read_set(c.queries, c.corpus, options.queries, options.skip)) for c in group]
        with indexed(members[0][1].passages, embedder) as corpus:
            for configuration, data in members:
                print(f"{configuration.name}: {len(data.questions)} queries", file=sys.stderr)
                reports[configuration.name] = _report(data, corpus, embedder, options)
    return {c.name: reports[c.name] for c in chosen}


def _report(
    data: RetrievalSet, corpus: Indexed, embedder: Embedder, options: Options
) -> dict[str, Any]:
    routes = any(name in ROUTES for name in options.systems)
    answers = ask(corpus, data.questions, routes=routes)
    rankings = {n: r for n, r in answers.rankings.items() if n == OURS or n in options.systems}
    if STOCK in options.systems:
        from evals.bench.stock import stock_rankings

        rankings[STOCK] = stock_rankings(
            data.passages, data.questions, embedder, cache=options.cache
        )
    relevance = [data.relevance[question.id] for question in data.questions]
    return {
        "passages": len(data.passages),
        "queries": len(data.questions),
        "means": {
            name: mean_measures(list(zip(ranked, relevance, strict=True)))
            for name, ranked in rankings.items()
        },
        "intervals": intervals(rankings, relevance),
        "paired": {n: paired(rankings, relevance, n) for n in _AGAINST if n in rankings},
        "query_ms": {
            f"p{q}": round(float(np.percentile(answers.times_ms, q)), 2) for q in (50, 95)
        },
    }


def as_markdown(reports: dict[str, dict[str, Any]]) -> str:
    """Return the reports as one table, a row for each set and system."""
    heads = ["set", "system", *MEASURES, "nDCG@10, ours ahead by (95 %, p)"]
    rows = [row for name, report in reports.items() for row in _rows(name, report)]
    lines = [" | ".join(cells) for cells in (heads, ["---"] * len(heads), *rows)]
    return "\n".join(f"| {line} |" for line in lines)


def _rows(name: str, report: dict[str, Any]) -> Iterator[list[str]]:
    label = f"{name} ({report['queries']} of {report['passages']})"
    for system, means in report["means"].items():
        low, high = report["intervals"][system]["ndcg@10"]
        ahead = ""
        if against := report["paired"].get(system):
            found = against["ndcg@10"]
            ahead = f"{found['mean']:+.3f} ({found['low']:+.3f} to {found['high']:+.3f}, "
            ahead += f"p {found['p']:.4f})"
        first = f"{means['ndcg@10']:.3f} ({low:.3f} to {high:.3f})"
        rest = [f"{means[measure]:.3f}" for measure in MEASURES if measure != "ndcg@10"]
        yield [label if system == OURS else "", system, first, *rest, ahead]


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with the known sets")
    parser.add_argument("--sets", nargs="*", default=[], choices=_CONFIGURATIONS, metavar="SET")
    parser.add_argument("--also", type=Path, nargs="*", default=[], help="further sets")
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--skip", type=int, default=0, help="leave out the first so many queries")
    parser.add_argument("--only", nargs="+", choices=SYSTEMS, default=SYSTEMS)
    parser.add_argument("--cache", type=Path, help="folder that keeps vectors and stock results")
    parser.add_argument("--models", type=Path, default=Path(".models"))
    parser.add_argument("--json", type=Path, help="file to write the whole report to")
    return parser.parse_args()


def main() -> int:
    """Run and print the table."""
    options = _parsed()
    from retrieval.embedding import load_embedder

    embedder: Embedder = load_embedder(options.models)
    if options.cache:
        embedder = RememberingEmbedder(embedder, options.cache)
    reports = measure(
        configurations(options.data, options.also, options.sets),
        embedder,
        Options(options.queries, options.skip, options.only, options.cache),
    )
    if options.json:
        options.json.write_text(json.dumps(reports, ensure_ascii=False, indent=1), encoding="utf-8")
    print(as_markdown(reports))
    return 0


if __name__ == "__main__":
    sys.exit(main())
