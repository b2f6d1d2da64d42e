"""Retrieval sets in BEIR layout, less the queries that reports are made on.

The first queries of every set belong to the reports: nothing is learnt from them. Sets that share
query ids are one set in several languages, and a query is left out of all of them as soon as one
of its wordings is reported, in any direction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from core.errors import DataInvalid, PathNotFound
from core.ports import TokenCounter
from core.text import language_of, split_sentences
from core.text.normalize import fold
from core.types import PUBLIC, Chunk

REPORTED = 400
"""So many queries of every set, from its first on, belong to the reports."""
_CORPUS, _QUERIES, _QRELS = "corpus.jsonl", "queries.jsonl", "qrels.tsv"
_KIN = 0.5
"""The share of the smaller set's query ids that makes two sets one in two languages."""
_HINT = "A set in BEIR layout holds corpus.jsonl, queries.jsonl and qrels.tsv."

Grades = Mapping[str, Mapping[str, int]]
"""Query -> passage -> relevance."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query with the turns before it, oldest first and without the speakers' names."""

    id: str
    text: str
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a set."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Direction:
    """Queries of one set over the passages of one, which may be in another language."""

    queries_from: str
    corpus: str
    queries: tuple[Query, ...]
    """In the set's order, without those that are reported."""
    held_out: frozenset[str]
    """The ids of those that choose nothing and tell how well it went."""
    relevance: Grades

    @property
    def name(self) -> str:
        """What a table calls it."""
        crossed = f" over {self.corpus}" if self.corpus != self.queries_from else ""
        return f"{self.queries_from}{crossed}"


@dataclass(frozen=True, slots=True)
class Sets:
    """Every direction of some sets, and the passages of each."""

    directions: tuple[Direction, ...]
    passages: Mapping[str, tuple[Passage, ...]]


def read_training(
    root: Path, reported: int = REPORTED, held_out: int = 200, without: Sequence[str] = ()
) -> Sets:
    """Read every set in a folder in every direction, without the queries that are reported.

    Raises:
        PathNotFound: there is no such folder, or no set in it.
        DataInvalid: a file of a set is not what the layout asks for.
    """
    folders = [f.parent for f in sorted(root.glob(f"*/{_QUERIES}")) if f.parent.name not in without]
    if not folders:
        raise PathNotFound(f"There is no retrieval set in {root}.", _HINT)
    queries = {folder.name: tuple(_queries(folder)) for folder in folders}
    passages = {folder.name: tuple(_passages(folder)) for folder in folders}
    grades = {folder.name: _grades(folder) for folder in folders}
    directions: list[Direction] = []
    for kin in _families(queries):
        asked = {pair: _judged(queries[pair[0]], grades[pair[1]]) for pair in product(kin, kin)}
        first = _first_ids(asked.values(), reported)
        held = _first_ids(asked.values(), reported + held_out) - first
        for (own, corpus), judged in asked.items():
            directions.append(
                Direction(
                    own,
                    corpus,
                    tuple(q for q in judged if q.id not in first and _asks(q)),
                    held,
                    grades[corpus],
                )
            )
    return Sets(tuple(directions), passages)


def read_elsewhere(folders: Sequence[Path], most: int = 400) -> Sets:
    """Read sets that nothing is learnt from; they tell what carries over."""
    directions, passages = [], {}
    for folder in folders:
        name, grades = folder.name, _grades(folder)
        passages[name] = tuple(_passages(folder))
        judged = tuple(filter(_asks, _judged(tuple(_queries(folder)), grades)))[:most]
        every = frozenset(query.id for query in judged)
        directions.append(Direction(name, name, judged, every, grades))
    return Sets(tuple(directions), passages)


def pieces_of(
    passages: Sequence[Passage], counter: TokenCounter
) -> tuple[list[Chunk], dict[str, str]]:
    """Return passages as chunks that fit the embedder, and the passage of each chunk."""
    whole = [_chunk(number, 0, passage, passage.text) for number, passage in enumerate(passages)]
    sizes = counter.count([chunk.embedding_text() for chunk in whole])
    pieces: list[Chunk] = []
    owner: dict[str, str] = {}
    for number, (chunk, passage, size) in enumerate(zip(whole, passages, sizes, strict=True)):
        texts = [chunk.text] if size <= counter.limit else _cut(chunk, counter)
        cut = [_chunk(number, place, passage, text) for place, text in enumerate(texts)]
        pieces += cut
        owner.update((piece.id, passage.id) for piece in cut)
    return pieces, owner


def _cut(chunk: Chunk, counter: TokenCounter) -> list[str]:
    """A passage in pieces of whole sentences; a sentence that is too long is left to be cut."""
    spans = split_sentences(chunk.text)
    room = counter.limit - counter.count([chunk.context()])[0]
    pieces: list[tuple[int, int]] = []
    held = 0
    for span, size in zip(spans, counter.count([span.text for span in spans]), strict=True):
        if pieces and held + size <= room:
            pieces[-1] = pieces[-1][0], span.end
            held += size
        else:
            pieces.append((span.start, span.end))
            held = size
    return [chunk.text[start:end] for start, end in pieces]


def _chunk(number: int, place: int, passage: Passage, text: str) -> Chunk:
    return Chunk(
        id=f"p{number}.{place}",
        document_id=f"d{number}",
        version_id=f"v{number}",
        ordinal=place,
        text=text,
        title=passage.title,
        language=language_of(text),
        audience=PUBLIC,
    )


def _families(queries: Mapping[str, Sequence[Query]]) -> list[list[str]]:
    """The names of sets, those that share their query ids together."""
    ids = {name: {query.id for query in asked} for name, asked in queries.items()}
    families: list[list[str]] = []
    for name, own in ids.items():
        for family in families:
            other = ids[family[0]]
            if len(own & other) > _KIN * min(len(own), len(other)):
                family.append(name)
                break
        else:
            families.append([name])
    return families


def _judged(queries: Sequence[Query], grades: Grades) -> tuple[Query, ...]:
    return tuple(query for query in queries if any(grades.get(query.id, {}).values()))


def _asks(query: Query) -> bool:
    return bool(fold(query.text).strip())


def _first_ids(asked: Iterable[tuple[Query, ...]], count: int) -> frozenset[str]:
    return frozenset(query.id for queries in asked for query in queries[:count])


def _queries(folder: Path) -> Iterator[Query]:
    for row in _rows(folder / _QUERIES):
        history = tuple(_words(str(turn)) for turn in row.get("history") or ())
        yield Query(row["id"], row["text"], history)


def _words(turn: str) -> str:
    speaker, colon, words = turn.partition(": ")
    return words if colon and speaker.isalpha() else turn


def _passages(folder: Path) -> Iterator[Passage]:
    for row in _rows(folder / _CORPUS):
        yield Passage(row["id"], str(row.get("title") or ""), row["text"])


def _grades(folder: Path) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_lines(folder / _QRELS), 1):
        columns = line.split("\t")
        if number == 1 and not columns[-1].isdigit():
            continue
        if len(columns) != 3 or not columns[2].isdigit():
            raise _wrong(folder / _QRELS, number)
        grades.setdefault(columns[0], {})[columns[1]] = int(columns[2])
    return grades


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(path), 1):
        try:
            row = json.loads(line)
            if not (isinstance(row["id"], str) and isinstance(row["text"], str)):
                raise TypeError
        except (ValueError, KeyError, TypeError) as exc:
            raise _wrong(path, number) from exc
        yield row


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as exc:
        raise PathNotFound(f"The set has no file {path}.", _HINT) from exc
    except UnicodeDecodeError as exc:
        raise DataInvalid(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from exc
    # Not splitlines(): texts may hold U+2028, which ends no line of JSON.
    return [line.rstrip("\r") for line in text.split("\n") if line.strip()]


def _wrong(path: Path, number: int) -> DataInvalid:
    return DataInvalid(f"{path}, line {number}, is not as the layout asks.", _HINT)
