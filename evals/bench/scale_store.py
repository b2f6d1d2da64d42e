"""A house of any number of passages: real records and every index, built once and kept.

The parts that help a search, tokens and questions, are built last: a house that has none yet gets
them without being built again.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert

from core.database import Database, utc_now
from core.types import INTERNAL, PUBLIC, Chunk
from corpus.documents import VersionState
from corpus.live import touch
from corpus.rows import chunk_values
from corpus.tables import ChunkRow, DocumentRow, ReleaseRow, VersionRow
from evals.bench.copies import changed, vocabulary_of
from evals.bench.scale_base import Base
from evals.bench.scale_helping import put_answers, put_tokens
from retrieval.interaction.index import mark
from retrieval.interaction.model import default_interaction
from retrieval.interaction.store import TokenStore
from retrieval.keyword import KEYWORD_INDEXES
from retrieval.stores import STORES, StoredVector
from retrieval.stores.base import VectorStore

_A_DOCUMENT = 100
"""Passages of one document."""
_INTERNAL_EVERY = 3
"""Every third document is internal; questions are asked as an agent's, over both."""
_BATCH = 5000
_NOTE = "built.json"
HELPING = ("tokens", "questions")
"""The parts that help a search; the others are needed for one."""

Rows = list[tuple[Chunk, StoredVector]]


def records_at(folder: Path) -> Database:
    """Open the records of a built house."""
    return Database(f"sqlite:///{folder / 'records.db'}")


def build(
    folder: Path, base: Base, size: int, fingerprint: str, *, plain: bool = False
) -> dict[str, Any]:
    """Build what a house of so many passages lacks in a folder; return what each part took.

    Args:
        folder: where it is, or will be.
        base: what its passages are, or are copies of.
        size: how many passages it has.
        fingerprint: names the embedder.
        plain: leave out tokens and questions.
    """
    report = noted(folder) or _built(folder, base, size, fingerprint)
    for part in () if plain else HELPING:
        if part in report["disk_mb"] or (part == "tokens" and not base.helping.tokens):
            continue
        shutil.rmtree(folder / part, ignore_errors=True)
        start = time.perf_counter()
        _help(folder, part, base, size, fingerprint)
        report["build_s"][f"{part}_s"] = round(time.perf_counter() - start, 1)
        report["disk_mb"][part] = _megabytes(folder, part)
        _note(folder, report)
    return report


def noted(folder: Path) -> dict[str, Any] | None:
    """Return what building a house took, part by part; None where it is not built."""
    note = folder / _NOTE
    return dict(json.loads(note.read_text(encoding="utf-8"))) if note.is_file() else None


def _note(folder: Path, report: dict[str, Any]) -> None:
    (folder / _NOTE).write_text(json.dumps(report), encoding="utf-8")


def _built(folder: Path, base: Base, size: int, fingerprint: str) -> dict[str, Any]:
    """Build records, vectors and words anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    spent = {"change_s": 0.0, "records_s": 0.0, "vectors_s": 0.0, "words_s": 0.0}
    database = records_at(folder)
    store = STORES.get("chroma").open(folder / "vectors", fingerprint)
    words = KEYWORD_INDEXES.get("tantivy").open(folder / "words")
    try:
        database.upgrade()
        made = _made(base, size)
        while rows := _clocked(spent, "change_s", lambda: next(made, [])):
            chunks = [chunk for chunk, _ in rows]
            _clocked(spent, "records_s", lambda: _record(database, chunks, fingerprint))  # noqa: B023
            for audience in (PUBLIC, INTERNAL):
                here = [row for row in rows if row[0].audience == audience]
                vectors = [vector for _, vector in here]
                texts = [chunk for chunk, _ in here]
                _clocked(spent, "vectors_s", lambda: store.put(audience, vectors))  # noqa: B023
                _clocked(spent, "words_s", lambda: words.put(audience, texts))  # noqa: B023
    finally:
        words.close()
        store.close()
        database.close()
    report = {
        "build_s": {name: round(seconds, 1) for name, seconds in spent.items()},
        "disk_mb": {part: _megabytes(folder, part) for part in ("records", "vectors", "words")},
    }
    _note(folder, report)
    return report


def _help(folder: Path, part: str, base: Base, size: int, fingerprint: str) -> None:
    with closing(_opened(folder, part, fingerprint)) as store:
        for start in range(0, size, _BATCH):
            numbers = range(start, min(start + _BATCH, size))
            places = [(number, number % len(base.chunks)) for number in numbers]
            placed = [(_placed(base.chunks[place], number), place) for number, place in places]
            for audience in (PUBLIC, INTERNAL):
                here = [row for row in placed if row[0].audience == audience]
                if isinstance(store, VectorStore):
                    put_answers(store, base.helping, audience, here)
                else:
                    put_tokens(store, base.helping, audience, here)


def _opened(folder: Path, part: str, fingerprint: str) -> VectorStore | TokenStore:
    if part == "questions":
        return STORES.get("chroma").open(folder / part, fingerprint)
    return TokenStore(folder / part / mark(default_interaction(fingerprint)))


def _made(base: Base, size: int) -> Iterator[Rows]:
    """The passages with their vectors: first the real ones, then changed copies of them in turn."""
    dice = np.random.default_rng(11)
    vocabulary = vocabulary_of(base.chunks)
    for start in range(0, size, _BATCH):
        numbers = range(start, min(start + _BATCH, size))
        places = [number % len(base.chunks) for number in numbers]
        vectors = base.vectors[places]
        copies = [number >= len(base.chunks) for number in numbers]
        if any(copies):
            vectors = np.where(np.array(copies)[:, None], base.moves.draw(vectors, dice), vectors)
        rows: Rows = []
        for number, place, vector in zip(numbers, places, vectors, strict=True):
            chunk = base.chunks[place]
            if number >= len(base.chunks):
                chunk = changed(chunk, vocabulary, number)
            placed = _placed(chunk, number)
            rows.append(
                (placed, StoredVector(placed.id, placed.version_id, placed.document_id, vector))
            )
        yield rows


def _placed(chunk: Chunk, number: int) -> Chunk:
    """A passage where it stands in the house: passages in a row are a document."""
    document, ordinal = divmod(number, _A_DOCUMENT)
    return replace(
        chunk,
        id=f"chk_{number:08}",
        document_id=f"doc_{document:06}",
        version_id=f"ver_{document:06}",
        ordinal=ordinal,
        audience=PUBLIC if document % _INTERNAL_EVERY else INTERNAL,
    )


def _record(database: Database, chunks: list[Chunk], fingerprint: str) -> None:
    """Write passages with their documents, published; a batch holds whole documents."""
    then = utc_now() - timedelta(days=1)
    firsts = {chunk.document_id: chunk for chunk in reversed(chunks)}
    counts = dict.fromkeys(firsts, 0)
    for chunk in chunks:
        counts[chunk.document_id] += 1
    with database.begin() as session:
        touch(session)
        session.execute(
            insert(DocumentRow),
            [{"id": d, "key": d, "title": c.title, "created_at": then} for d, c in firsts.items()],
        )
        session.execute(
            insert(VersionRow),
            [_version(c, counts[d], fingerprint) | {"created_at": then} for d, c in firsts.items()],
        )
        session.execute(
            insert(ReleaseRow),
            [
                {"document_id": d, "version_id": c.version_id, "action": "publish"}
                | {"valid_from": then, "at": then}
                for d, c in firsts.items()
            ],
        )
        session.execute(insert(ChunkRow), [chunk_values(chunk) for chunk in chunks])


def _version(chunk: Chunk, count: int, fingerprint: str) -> dict[str, Any]:
    return {
        "id": chunk.version_id,
        "document_id": chunk.document_id,
        "number": 1,
        "state": VersionState.PUBLISHED,
        "sha256": chunk.version_id,
        "file_name": f"{chunk.document_id}.md",
        "media_type": "text/markdown",
        "size": 1,
        "title": chunk.title,
        "chunk_count": count,
        "audience": chunk.audience,
        "indexed_with": fingerprint,
    }


def _clocked(spent: dict[str, float], name: str, work: Any) -> Any:
    start = time.perf_counter()
    try:
        return work()
    finally:
        spent[name] += time.perf_counter() - start


def _megabytes(folder: Path, part: str) -> float:
    files = [path for path in folder.rglob("*") if path.is_file()]
    sizes = [
        path.stat().st_size
        for path in files
        if path.relative_to(folder).as_posix().startswith(part)
    ]
    return round(sum(sizes) / 1e6, 1)
