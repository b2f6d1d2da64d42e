"""Where the time of an ingest goes, stage by stage, and what it takes in memory.

``python -m evals.bench.ingest FOLDER_OR_FILES`` brings files in through the real pipeline, in a
temporary data directory. Without a name it makes a manual of 300 pages and brings that in.
``--parse-only`` stops after the chunks; ``--json`` prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import CiteDeskError
from core.types import RawFile
from evals.bench.stages import Padding, Peaks, Stages, timed, timed_parse

_AIM_PADDING = 0.10
_AIM_PAGES_PER_S = 30.0
_AIM_LIVE_S = 60.0
_AIM_PARSER_MB = 1500.0
_MADE_PAGES = 300
_PDF = "application/pdf"


@dataclass
class Measured:
    """What became of one file."""

    name: str
    pages: int | None = None
    chunks: int = 0
    seconds: float = 0.0
    error: str = ""
    parse_s: float = 0.0
    ocr_s: float = 0.0
    parse_cpu_s: float = 0.0
    is_text_pdf: bool = False


@dataclass
class Run:
    """One run over all files: its clocks, and the figures that are no times."""

    stages: Stages = field(default_factory=Stages)
    padding: Padding = field(default_factory=Padding)
    files: list[Measured] = field(default_factory=list)


def measure(
    paths: Sequence[Path], models_dir: Path, *, parse_only: bool = False, made_pages: int = 0
) -> dict[str, Any]:
    """Bring files in, and return seconds and shares of the stages with everything else measured.

    Args:
        paths: Files and folders.
        models_dir: Where the embedding model lies.
        parse_only: Stop after the chunks.
        made_pages: Pages of a made manual that is brought in besides; 0 makes none.
    """
    from ingest.pipeline import expand

    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="citedesk-ingest-")))
        files = list(expand(paths))
        if made_pages:
            from evals.bench.manual import write_manual

            files.append(home / f"manual-{made_pages}p.pdf")
            write_manual(files[-1], made_pages)
        load = os.getloadavg()
        run = Run()
        peaks = stack.enter_context(Peaks())
        bring_in = (
            _parser(run, stack, models_dir) if parse_only else _house(run, stack, home, models_dir)
        )
        for path in files:
            run.files.append(_one(run, peaks, path, bring_in))
    return _report(run, peaks, load, parse_only=parse_only, made=bool(made_pages))


def _one(run: Run, peaks: Peaks, path: Path, bring_in: Any) -> Measured:
    found = Measured(path.name)
    before, cpu = dict(run.stages.seconds), peaks.children_cpu()
    start = time.perf_counter()
    try:
        found.pages, found.chunks, media_type = bring_in(path)
    except CiteDeskError as error:
        found.error, media_type = error.code, ""
    found.seconds = time.perf_counter() - start
    found.parse_cpu_s = peaks.children_cpu() - cpu
    spent = {name: s - before.get(name, 0.0) for name, s in run.stages.seconds.items()}
    found.parse_s, found.ocr_s = spent.get("parse", 0.0), spent.get("OCR", 0.0)
    found.is_text_pdf = media_type == _PDF and not found.ocr_s
    # What no clock of a stage saw: the records, and moving what is live.
    run.stages.add("commit", found.seconds - sum(spent.values()))
    return found


def _house(run: Run, stack: ExitStack, home: Path, models_dir: Path) -> Any:
    """Return what brings a file in as the service does, every part real and timed."""
    from core.database import Database
    from corpus.blobs import Blobs
    from corpus.documents import IngestOptions
    from corpus.lifecycle import Lifecycle
    from corpus.records import Records
    from ingest.pipeline import IngestPipeline
    from retrieval.embedding import load_embedder
    from retrieval.indexer import ChunkIndexer
    from retrieval.keyword import KEYWORD_INDEXES
    from retrieval.stores import STORES

    parsers = _parsers(stack)
    embedder = load_embedder(models_dir)
    run.padding.watch(embedder)
    database = Database(f"sqlite:///{home}/records.db")
    database.upgrade()
    stack.callback(database.close)
    store = STORES.get("chroma").open(home / "vectors", embedder.fingerprint)
    stack.callback(store.close)
    keyword = KEYWORD_INDEXES.get("tantivy").open(home / "words")
    stack.callback(keyword.close)
    clock = run.stages
    indexer = ChunkIndexer(
        timed(embedder, clock, {"embed_passages": "embed"}),
        timed(store, clock, {"put": "vector index", "remove_version": "vector index"}),
        timed(keyword, clock, {"put": "keyword index", "remove_version": "keyword index"}),
    )
    records = Records(database)
    pipeline = IngestPipeline(
        # Chunks are cut between the parser's end and their way into the records.
        timed(records, clock, {}, ends={"fill": "chunk"}),
        Lifecycle(database),
        Blobs(home / "files"),
        indexer,
        embedder,
        indexer.fingerprint,
        timed_parse(parsers.parse, clock),
    )
    embedder.embed_passages(["warm-up 预热"])
    run.padding.forget()

    def bring_in(path: Path) -> tuple[int | None, int, str]:
        with clock.of("receive"):
            staged = pipeline.receive(path, IngestOptions())
        version = pipeline.process(staged.version_id, progress=clock.progress)
        return version.pages, version.chunk_count, version.media_type

    return bring_in


def _parser(run: Run, stack: ExitStack, models_dir: Path) -> Any:
    """Return what parses a file and cuts it into chunks, and no more."""
    from ingest.chunker import chunk
    from ingest.detect import media_type_of
    from retrieval.embedding import load_embedder

    parse = timed_parse(_parsers(stack).parse, run.stages)
    counter = load_embedder(models_dir)
    counter.count(["warm-up 预热"])

    def bring_in(path: Path) -> tuple[int | None, int, str]:
        with run.stages.of("receive"):
            media_type = media_type_of(path)
        parsed = parse(RawFile(path.name, media_type, "", path))
        with run.stages.of("chunk"):
            chunks = chunk(parsed, document_id="bench", version_id="bench", counter=counter)
        return parsed.pages, len(chunks), media_type

    return bring_in


def _parsers(stack: ExitStack) -> Any:
    from ingest.isolation.pool import ParserPool

    # As in the service: one process, warm before the first file.
    parsers = ParserPool(workers=1)
    stack.callback(parsers.close)
    parsers.warm()
    return parsers


def _report(
    run: Run, peaks: Peaks, load: tuple[float, float, float], *, parse_only: bool, made: bool
) -> dict[str, Any]:
    total = sum(file.seconds for file in run.files)
    texts = [file for file in run.files if file.is_text_pdf and file.pages]
    pages = sum(file.pages or 0 for file in texts)
    wall, cpu = sum(f.parse_s for f in texts), sum(f.parse_cpu_s for f in texts)
    aims = {
        "padding": (
            "< 10 %",
            run.padding.batches > 0 and run.padding.share < _AIM_PADDING,
            parse_only,
        ),
        "pages_per_second": (">= 30", bool(wall) and pages / wall >= _AIM_PAGES_PER_S, not texts),
        "parser_mb": ("< 1500", peaks.children_mb < _AIM_PARSER_MB, False),
        "live_s": (
            "< 60 for the made manual",
            bool(run.files) and run.files[-1].seconds < _AIM_LIVE_S,
            parse_only or not made,
        ),
    }
    return {
        "machine": {"cores": os.cpu_count(), "load_before": [round(part, 2) for part in load]},
        "files": [vars(file) for file in run.files],
        "stages": {
            name: {"seconds": seconds, "share": seconds / total if total else 0.0}
            for name, seconds in run.stages.seconds.items()
        },
        "total_s": total,
        "text_pdf": {
            "pages": pages,
            "pages_per_second": pages / wall if wall else None,
            "pages_per_cpu_second": pages / cpu if cpu else None,
        },
        "padding": {
            "share": run.padding.share,
            "batches": run.padding.batches,
            "tokens": run.padding.tokens,
        },
        "memory_mb": {"parser": peaks.children_mb, "main": peaks.own_mb()},
        # An aim that this run had nothing to say about is left out.
        "aims": {n: {"aim": aim, "met": met} for n, (aim, met, moot) in aims.items() if not moot},
    }


def _print(report: dict[str, Any]) -> None:
    for file in report["files"]:
        said = file["error"] or f"{file['pages'] or '-'} pages, {file['chunks']} passages"
        print(f"{file['seconds']:8.2f} s  {file['name']}: {said}")
    print(f"\n{'stage':<14} {'seconds':>9} {'share':>7}")
    for name, of in report["stages"].items():
        print(f"{name:<14} {of['seconds']:>9.2f} {of['share']:>7.1%}")
    print(f"{'total':<14} {report['total_s']:>9.2f}")
    text, padding, memory = report["text_pdf"], report["padding"], report["memory_mb"]
    if text["pages_per_second"]:
        print(
            f"\ntext PDF: {text['pages_per_second']:.0f} pages a second, "
            f"{text['pages_per_cpu_second'] or 0:.0f} a second of processor"
        )
    if padding["batches"]:
        print(f"padding: {padding['share']:.1%} of the tokens of {padding['batches']} batches")
    print(f"peak memory: parser {memory['parser']:.0f} MB, this process {memory['main']:.0f} MB")
    machine = report["machine"]
    print(f"{machine['cores']} cores, load before the run {machine['load_before']}")
    for name, of in report["aims"].items():
        print(f"{name}: aim {of['aim']}: {'met' if of['met'] else 'MISSED'}")


def main() -> int:
    """Measure and print; the exit code is 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, metavar="FOLDER_OR_FILES")
    parser.add_argument("--models", type=Path, default=Path(".models"))
    parser.add_argument("--pages", type=int, help="bring in a made manual of so many pages too")
    parser.add_argument("--parse-only", action="store_true", help="stop after the chunks")
    parser.add_argument("--json", action="store_true", help="one JSON object and nothing else")
    options = parser.parse_args()
    logging.getLogger("citedesk").setLevel(logging.ERROR)
    pages = options.pages if options.pages is not None else 0 if options.paths else _MADE_PAGES
    report = measure(options.paths, options.models, parse_only=options.parse_only, made_pages=pages)
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        _print(report)
    return 0 if all(aim["met"] for aim in report["aims"].values()) else 1


if __name__ == "__main__":
    sys.exit(main())
