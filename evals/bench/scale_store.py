"""A house of any number of passages: real records, both indexes, built once and kept."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
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
from retrieval.keyword import KEYWORD_INDEXES
from retrieval.stores import STORES, StoredVector

_A_DOCUMENT = 100
"""Passages of one document."""
_INTERNAL_EVERY = 3
"""Every third document is internal; questions are asked as an agent's, over both."""
_BATCH = 5000
_NOTE = "built.json"

Rows = list[tuple[Chunk, StoredVector]]


def records_at(folder: Path) -> Database:
    """Open the records of a built house."""
    return Database(f"sqlite:///{folder / 'records.db'}")


def build(folder: Path, base: Base, size: int, fingerprint: str) -> dict[str, Any]:
    """Build a house of so many passages in a folder unless it is there; return what it took."""
    note = folder / _NOTE
    if note.is_file():
        return dict(json.loads(note.read_text(encoding="utf-8")))
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
    note.write_text(json.dumps(report), encoding="utf-8")
    return report


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
