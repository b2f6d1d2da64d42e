"""How long the knowledge lifecycle takes: a small change live, the cutover, the diff, the gate.

``python -m evals.bench.lifecycle`` makes its own manuals, in a temporary data directory;
``--json`` prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.types import PUBLIC, Chunk, Citation
from evals.bench.cutover import SIZES, cutovers, median_ms

if TYPE_CHECKING:
    from answer.engine import AnswerEngine
    from answer.ports import UnitEmbedder
    from retrieval.narrowing import Live
    from retrieval.retriever import Retriever

_PAGES = 300
_DIFF_PAGES = 500
_CASES = 1000
_AIMS = {
    "change_live_s": 3.0,
    "cutover_ms": 50.0,
    **{f"cutover_{size}_ms": 50.0 for size in SIZES},
    "diff_s": 5.0,
    "impact_fifth_s": 60.0,
    "impact_all_s": 60.0,
}


def measure(
    models_dir: Path,
    *,
    pages: int = _PAGES,
    cases: int = _CASES,
    houses: tuple[int, ...] = SIZES,
) -> dict[str, Any]:
    """Return the seconds of each move, with the aims and the machine's load before the run."""
    load = os.getloadavg()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="citedesk-cycle-")))
        house = _House(home, models_dir, stack)
        found = {
            "pages": pages,
            **house.change(pages),
            "cutover_ms": house.cutover(),
            **cutovers(home, houses),
            "cases": cases,
            **house.impact(cases, "fifth", every=5),
            **house.impact(cases, "all", every=1),
            "diff_pages": _DIFF_PAGES * pages // _PAGES,
            "diff_s": _diff(home, _DIFF_PAGES * pages // _PAGES),
        }
    met = {name: found[name] <= aim for name, aim in _AIMS.items() if name in found}
    return {**found, "aims": _AIMS, "met": met, "load": load, "cores": os.cpu_count()}


class _House:
    """Records, indexes and pipeline as the service puts them together."""

    def __init__(self, home: Path, models_dir: Path, stack: ExitStack) -> None:
        from core.database import Database
        from corpus.blobs import Blobs
        from corpus.lifecycle import Lifecycle
        from corpus.live import LiveTable
        from corpus.records import Records
        from ingest.parse import parse_file
        from ingest.pipeline import IngestPipeline
        from retrieval.embedding import load_embedder
        from retrieval.indexer import ChunkIndexer
        from retrieval.keyword import KEYWORD_INDEXES
        from retrieval.stores import STORES

        self.home = home
        self.embedder = load_embedder(models_dir)
        database = Database(f"sqlite:///{home}/records.db")
        database.upgrade()
        stack.callback(database.close)
        self.store = STORES.get("chroma").open(home / "vectors", self.embedder.fingerprint)
        stack.callback(self.store.close)
        self.keyword = KEYWORD_INDEXES.get("tantivy").open(home / "words")
        stack.callback(self.keyword.close)
        indexer = ChunkIndexer(self.embedder, self.store, self.keyword)
        self.records, self.lifecycle = Records(database), Lifecycle(database)
        self.live = LiveTable(database)
        self.pipeline = IngestPipeline(
            self.records,
            self.lifecycle,
            Blobs(home / "files"),
            indexer,
            self.embedder,
            indexer.fingerprint,
            parse_file,
        )
        self.versions: list[str] = []

    def change(self, pages: int) -> dict[str, float]:
        """Bring a manual in, then the same with one page changed; return the seconds of each."""
        first = self._live(_markdown(self.home / "manual.md", pages))
        changed = self._live(_markdown(self.home / "manual.md", pages, changed=pages // 2))
        return {"first_live_s": first, "change_live_s": changed}

    def cutover(self) -> float:
        """Return the median milliseconds of moving what is live, there and back."""
        document = self.records.version(self.versions[0]).document_id
        back = partial(self.lifecycle.rollback, document)
        there = partial(self.lifecycle.publish, self.versions[-1])
        return median_ms(back, there, self.live.current)

    def impact(self, cases: int, name: str, *, every: int) -> dict[str, float]:
        """Return the seconds of judging so many questions, and how many of them are affected.

        Every so many passages are changed.
        """
        from answer.base import DRAFTERS, DrafterParts
        from answer.engine import AnswerEngine
        from corpus.diff import compare
        from evals.impact import Indexes, Sides, Supposed, analyse

        now = self.live.current()
        newest = self.records.version(self.versions[-1])
        before = self.records.version_chunks(self.versions[0])
        after = _revised(self.records.version_chunks(newest.id), every)

        def build(retriever: Retriever, embedder: UnitEmbedder, _: Live) -> AnswerEngine:
            drafter = DRAFTERS.get("extractive")(DrafterParts(embedder=embedder))
            return AnswerEngine(retriever, {"extractive": drafter})

        older = self.records.version(self.versions[0])
        lives = (Supposed(now, newest.document_id, v) for v in (older, newest))
        indexes = Indexes(self.embedder, self.store, self.keyword, self.records)
        with closing(Sides(indexes, build, lambda audience: (audience,), *lives)) as sides:
            resting = _resting(before, cases)
            diff = compare(before, after)
            start = time.perf_counter()
            found = analyse(
                resting, diff, before, after, sides.now, sides.then, prepare=sides.prepare
            )
            took = round(time.perf_counter() - start, 2)
        return {f"impact_{name}_s": took, f"affected_{name}": len(found.affected)}

    def _live(self, path: Path) -> float:
        from corpus.documents import IngestOptions

        start = time.perf_counter()
        staged = self.pipeline.receive(path, IngestOptions(document="manual"))
        self.versions.append(self.pipeline.process(staged.version_id).id)
        return round(time.perf_counter() - start, 2)


def _resting(chunks: Sequence[Chunk], count: int) -> list[Any]:
    from evals.impact import Resting

    found = []
    for number in range(count):
        chunk = chunks[number % len(chunks)]
        line = chunk.text.split("\n")[0]
        quote = Citation.of(chunk, 0, len(line), marker=1)
        question = f"{chunk.headings[-1]} {number}?"
        found.append(Resting("case", f"case-{number}", question, PUBLIC, line, (quote,)))
    return found


def _diff(home: Path, pages: int) -> float:
    """Return the seconds of comparing two manuals that differ in one sentence of every fifth."""
    from core.types import RawFile
    from corpus.diff import compare
    from ingest.chunker import chunk
    from ingest.detect import media_type_of
    from ingest.parse import parse_file

    path = _markdown(home / "long.md", pages)
    parsed = parse_file(RawFile(path.name, media_type_of(path), "", path))
    before = chunk(parsed, document_id="d", version_id="v1", counter=_Letters())
    after = _revised(before)
    return _seconds(lambda: compare(before, after))


def _revised(chunks: Sequence[Chunk], every: int = 5) -> list[Chunk]:
    """Every fifth chunk, or as many as is said, with another number in its first line."""
    return [
        replace(c, text=re.sub(r"\d+", "7", c.text, count=1)) if n % every == 0 else c
        for n, c in enumerate(chunks)
    ]


class _Letters:
    """Counts half of a text's letters; cutting needs no exact number here."""

    limit = 512

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return a rough number of tokens for each text."""
        return [1 + len(text) // 2 for text in texts]


def _markdown(path: Path, pages: int, changed: int = -1) -> Path:
    """Write a manual of so many pages' text, in English and in Chinese by turns."""
    from evals.bench.manual import page_lines

    lines = ["# Vega manual", ""]
    for page in range(pages):
        heading, paragraphs = page_lines(page)
        lines += [f"## {heading}", ""]
        for number, paragraph in enumerate(paragraphs):
            more = " Call service first. 请先联系售后。" if page == changed and not number else ""
            lines += [paragraph + more, ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return round(time.perf_counter() - start, 2)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path(".models"))
    parser.add_argument("--pages", type=int, default=_PAGES)
    parser.add_argument("--cases", type=int, default=_CASES)
    parser.add_argument("--json", action="store_true", help="one JSON object and nothing else")
    chosen = parser.parse_args()
    found = measure(chosen.models, pages=chosen.pages, cases=chosen.cases)
    if chosen.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        if name in _AIMS:
            print(f"{name:16}{value:10}   aim <= {_AIMS[name]:g}: {found['met'][name]}")
        elif name not in ("aims", "met"):
            print(f"{name:16}{value!s:>10}")


if __name__ == "__main__":
    main()
