"""The real passages and questions that benches of size start from."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

import corpus
from core.errors import CiteDeskError
from core.ports import TokenCounter
from core.serial import from_json, to_json
from core.types import PUBLIC, Chunk, RawFile
from evals.bench.beir import RetrievalSet, chunks_of, read_set
from evals.bench.copies import Moves, measure_moves, vocabulary_of
from evals.bench.scale_helping import Helping, answers_of, embedded, load_rows, save_rows
from evals.cases import load_suite
from retrieval.embedding.base import Embedder, Vectors

_SAMPLES = Path(corpus.__file__).with_name("samples")
_READ = {".md", ".html", ".docx", ".pptx", ".txt"}
"""PDF and pictures take longer to read and add no other kind of passage."""
_MOST_BYTES = 300_000
_REPORTED = 400
"""The first queries of a set are what reports of quality are made of; these benches leave them."""
_QUESTIONS_A_SET = 200


@dataclass(frozen=True, slots=True)
class Base:
    """Really embedded passages, how changes move their vectors, and questions to ask."""

    chunks: tuple[Chunk, ...]
    vectors: Vectors
    moves: Moves
    questions: tuple[str, ...]
    likeness: dict[str, dict[str, float]]
    """Drawn beside real copies, as :func:`evals.bench.copies.likeness` has it."""
    helping: Helping = field(default_factory=Helping)


def base_in(
    keep: Path, embedder: Embedder, sets: Path | None, documents: Path | None, size: int
) -> Base:
    """Return the base that lies in a folder, else make it there.

    Args:
        keep: the folder.
        embedder: embeds the passages and a few changed copies of them.
        sets: a folder of retrieval sets in BEIR layout.
        documents: a folder of documents.
        size: how many passages, taken from all sources in turn.
    """
    path = keep / f"base-{size}-{embedder.fingerprint}"
    if not (path / "base.json").is_file():
        found, questions = _collected(embedder, sets, documents, size)
        vectors, tokens = embedded(found, embedder)
        moves, like = measure_moves(found, vectors, vocabulary_of(found), embedder)
        path.mkdir(parents=True, exist_ok=True)
        np.savez(path / "vectors.npz", vectors=vectors, moves=moves.rows)
        save_rows(path / "tokens.npz", tokens)
        held = {"chunks": to_json(found), "questions": questions, "likeness": like}
        (path / "base.json").write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")
    held = json.loads((path / "base.json").read_text(encoding="utf-8"))
    chunks = [from_json(Chunk, chunk) for chunk in held["chunks"]]
    helping = _helping(path, chunks, embedder)
    with np.load(path / "vectors.npz") as arrays:
        return Base(
            tuple(chunks),
            arrays["vectors"],
            Moves(arrays["moves"]),
            tuple(held["questions"]),
            held["likeness"],
            helping,
        )


def _helping(path: Path, chunks: Sequence[Chunk], embedder: Embedder) -> Helping:
    """What lies in the base's folder, which is made if the base is from before it was kept."""
    tokens, answers = path / "tokens.npz", path / "answers.npz"
    if not tokens.is_file():
        # The vectors stay as they are: houses are built of them.
        save_rows(tokens, embedded(chunks, embedder)[1])
    if not answers.is_file():
        save_rows(answers, answers_of(chunks, embedder))
    return Helping(load_rows(tokens), load_rows(answers))


def _collected(
    counter: TokenCounter, sets: Path | None, documents: Path | None, size: int
) -> tuple[list[Chunk], list[str]]:
    folders = sorted(path.parent for path in sets.glob("*/qrels.tsv")) if sets else []
    held: list[RetrievalSet] = [read_set(folder) for folder in folders]
    sources = [_passages(found, counter) for found in held]
    sources += [_read(folder, counter) for folder in (_SAMPLES, documents) if folder]
    questions = [[q.text for q in found.questions[_REPORTED:]] for found in held]
    questions.append([case.question for case in load_suite("samples")])
    asked = _in_turn([part[:_QUESTIONS_A_SET] for part in questions])
    return list(_in_turn(sources))[:size], list(dict.fromkeys(asked))


def _passages(found: RetrievalSet, counter: TokenCounter) -> list[Chunk]:
    chunks, _ = chunks_of(found.passages, counter, heading=True, audience=PUBLIC)
    return _shuffled(chunks)


def _read(folder: Path, counter: TokenCounter) -> list[Chunk]:
    """The chunks of the documents in a folder that can be read."""
    from ingest.chunker import chunk
    from ingest.detect import media_type_of
    from ingest.parse import parse_file

    found: list[Chunk] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in _READ or path.stat().st_size > _MOST_BYTES:
            continue
        try:
            parsed = parse_file(RawFile(path.name, media_type_of(path), "", path))
        except CiteDeskError:
            continue
        found += chunk(parsed, document_id=path.stem, version_id=path.stem, counter=counter)
    # What a page's boxes say is not searched, and would be most of the records.
    return _shuffled([replace(one, boxes=()) for one in found])


def _shuffled(chunks: list[Chunk]) -> list[Chunk]:
    random.Random(7).shuffle(chunks)  # noqa: S311 - the same order every time, not a secret
    return chunks


def _in_turn(sources: Sequence[Sequence[Any]]) -> Iterator[Any]:
    for row in zip_longest(*sources):
        yield from (each for each in row if each is not None)
