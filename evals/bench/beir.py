"""Retrieval sets in BEIR layout: read, written, their passages cut to what an embedder takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from core.errors import DataInvalid, FileUnreadable, PathNotFound
from core.ports import TokenCounter
from core.text import language_of, split_clauses, split_sentences
from core.types import Chunk

_CORPUS, _QUERIES, _QRELS = "corpus.jsonl", "queries.jsonl", "qrels.tsv"
_LAST_TURNS = 4
_SPEAKERS = ("user", "agent", "customer", "assistant", "system", "客户", "客服", "用户")


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a set; its heading is used only when asked for."""

    id: str
    title: str
    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A query with the turns before it, oldest first."""

    id: str
    text: str
    history: tuple[str, ...] = ()

    def search_text(self) -> str:
        """What is searched: the last turns of the conversation, the question at the end.

        Four turns in all, the agent's words too, because they name what "it" is.
        """
        turns = [spoken(turn)[1] for turn in self.history[1 - _LAST_TURNS :]]
        return "\n".join([*turns, self.text])


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """A corpus, queries, and for each query the relevance of its passages."""

    passages: tuple[Passage, ...]
    questions: tuple[Question, ...]
    relevance: Mapping[str, Mapping[str, int]]


def read_set(
    set_dir: Path, corpus_from: Path | None = None, queries: int | None = None, skip: int = 0
) -> RetrievalSet:
    """Read a set; with ``corpus_from``, corpus and judgements come from there (cross-lingual).

    Questions that no judgement names are left out, then the first ``queries`` after the first
    ``skip`` are kept.

    Raises:
        PathNotFound: a folder or one of its three files is missing.
        DataInvalid: a line is not what the layout asks for; the message names file and line.
    """
    corpus_dir = corpus_from or set_dir
    for folder in (set_dir, corpus_dir):
        if not folder.is_dir():
            raise PathNotFound(f"There is no folder {folder}.", "Name a set in BEIR layout.")
    passages = tuple(_passages(corpus_dir / _CORPUS))
    asked = tuple(_questions(set_dir / _QUERIES))
    # Judgements may name queries that only the other language has; passages must all be there.
    known = {question.id for question in asked} if corpus_from is None else None
    judgements = _judgements(corpus_dir)
    relevance = _relevance(judgements, {p.id for p in passages}, known)
    judged = [q for q in asked if any(relevance.get(q.id, {}).values())]
    questions = tuple(judged[skip:][:queries])
    if not judged:
        raise DataInvalid(
            f"No query of {set_dir / _QUERIES} has a relevant passage in {judgements}.",
            "Check that both use the same query ids.",
        )
    if not questions:
        raise DataInvalid(
            f"{set_dir / _QUERIES} has {len(judged)} queries; none is left after {skip}.",
            "Skip fewer.",
        )
    return RetrievalSet(passages, questions, relevance)


def write_set(data: RetrievalSet, folder: Path) -> None:
    """Write a set so that :func:`read_set` reads it; the folder is made."""
    folder.mkdir(parents=True, exist_ok=True)
    corpus = [
        {"id": p.id, "title": p.title, "text": p.text}
        | ({"heading": p.heading} if p.heading else {})
        for p in data.passages
    ]
    queries = [
        {"id": q.id, "text": q.text, **({"history": q.history} if q.history else {})}
        for q in data.questions
    ]
    for name, rows in ((_CORPUS, corpus), (_QUERIES, queries)):
        lines = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
        (folder / name).write_text(lines, encoding="utf-8")
    judged = (
        f"{question.id}\t{passage}\t{grade}\n"
        for question in data.questions
        for passage, grade in data.relevance[question.id].items()
    )
    (folder / _QRELS).write_text(
        "".join(("query\tpassage\trelevance\n", *judged)), encoding="utf-8"
    )


def _passages(path: Path) -> Iterator[Passage]:
    for fields in _records(path, ("id", "text")):
        yield Passage(
            fields["id"],
            str(fields.get("title") or ""),
            fields["text"],
            str(fields.get("heading") or ""),
        )


def _questions(path: Path) -> Iterator[Question]:
    for fields in _records(path, ("id", "text")):
        # BEIR's own files have such things in metadata.
        about = fields.get("metadata")
        turns = fields.get("history") or (about.get("history") if isinstance(about, dict) else ())
        yield Question(fields["id"], fields["text"], tuple(map(str, turns or ())))


def _judgements(folder: Path) -> Path:
    """The file of judgements: BEIR's own sets have it one folder down."""
    beside, below = folder / _QRELS, folder / "qrels" / "test.tsv"
    return below if below.is_file() and not beside.is_file() else beside


def _records(path: Path, required: Sequence[str]) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for number, line in _lines(path):
        try:
            fields = json.loads(line)
        except ValueError as exc:
            raise _wrong(path, number, "is not JSON") from exc
        if not isinstance(fields, dict):
            raise _wrong(path, number, "is not a JSON object")
        # BEIR's own files call it _id.
        fields.setdefault("id", fields.get("_id"))
        for name in required:
            if not isinstance(fields.get(name), str):
                raise _wrong(path, number, f'has no text in "{name}"')
        if fields["id"] in seen:
            raise _wrong(path, number, f'repeats the id "{fields["id"]}"')
        seen.add(fields["id"])
        yield fields


def _relevance(
    path: Path, passages: set[str], questions: set[str] | None
) -> dict[str, dict[str, int]]:
    relevance: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        columns = line.split("\t")
        if number == 1 and not columns[-1].lstrip("-").isdigit():
            continue
        if len(columns) != 3 or not columns[2].lstrip("-").isdigit():
            raise _wrong(path, number, "is not: query id, tab, passage id, tab, whole number")
        query, passage, grade = columns[0], columns[1], int(columns[2])
        if passage not in passages:
            raise _wrong(path, number, f'names the unknown passage "{passage}"')
        if questions is not None and query not in questions:
            raise _wrong(path, number, f'names the unknown query "{query}"')
        relevance.setdefault(query, {})[passage] = grade
    return relevance


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as exc:
        raise PathNotFound(
            f"The set has no file {path}.",
            f"A set in BEIR layout holds {_CORPUS}, {_QUERIES} and {_QRELS}.",
        ) from exc
    except UnicodeDecodeError as exc:
        raise DataInvalid(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from exc
    except OSError as exc:
        raise FileUnreadable(f"{path} cannot be read: {exc.strerror}.") from exc
    # Not splitlines(): texts may hold U+2028, which ends no line of JSON.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line.rstrip("\r")


def _wrong(path: Path, number: int, what: str) -> DataInvalid:
    return DataInvalid(f"{path}, line {number}, {what}.", "Correct the line and run again.")


def spoken(turn: str) -> tuple[str, str]:
    """Return who speaks, in lower case or empty where nobody is named, and the words."""
    speaker, colon, words = turn.partition(":")
    name = speaker.strip().lower()
    return (name, words.strip()) if colon and name in _SPEAKERS else ("", turn)


def chunks_of(
    passages: Sequence[Passage], counter: TokenCounter, *, heading: bool, audience: str
) -> tuple[list[Chunk], dict[str, str]]:
    """Return the passages as chunks that fit the embedder, and the passage of each chunk id.

    Every passage is a document with one live version of its own.
    """
    whole = [_chunk(number, passage, heading, audience) for number, passage in enumerate(passages)]
    sizes = counter.count([chunk.embedding_text() for chunk in whole])
    chunks: list[Chunk] = []
    owner: dict[str, str] = {}
    for chunk, passage, size in zip(whole, passages, sizes, strict=True):
        pieces = [chunk] if size <= counter.limit else _split(chunk, counter)
        chunks.extend(pieces)
        owner.update((piece.id, passage.id) for piece in pieces)
    return chunks, owner


def _chunk(number: int, passage: Passage, heading: bool, audience: str) -> Chunk:
    return Chunk(
        id=f"p{number}.0",
        document_id=f"d{number}",
        version_id=f"v{number}",
        ordinal=0,
        text=passage.text,
        title=passage.title,
        headings=(passage.heading,) if heading and passage.heading else (),
        language=language_of(passage.text),
        audience=audience,
    )


def _split(chunk: Chunk, counter: TokenCounter) -> list[Chunk]:
    """Cut at sentence ends, at commas where a sentence is too long, by length where all fail."""
    room = counter.limit - counter.count([_with_text(chunk, 0, "").embedding_text()])[0]
    units = _units(chunk.text, counter, max(16, room))
    pieces: list[str] = []
    held, size = "", 0
    for text, tokens in units:
        if held and size + tokens > room:
            pieces.append(held)
            held, size = "", 0
        held, size = f"{held}{text}", size + tokens
    pieces.append(held)
    return [_with_text(chunk, number, piece.strip()) for number, piece in enumerate(pieces)]


def _with_text(chunk: Chunk, number: int, text: str) -> Chunk:
    return replace(chunk, id=f"{chunk.id.rsplit('.', 1)[0]}.{number}", ordinal=number, text=text)


def _units(text: str, counter: TokenCounter, room: int) -> list[tuple[str, int]]:
    cutters: list[Callable[[str], list[str]]] = [
        lambda whole: _cut_at(whole, [span.end for span in split_sentences(whole)]),
        lambda whole: _cut_at(whole, [span.end for span in split_clauses(whole)]),
        lambda whole: [whole[i : i + room // 2] for i in range(0, len(whole), room // 2)],
    ]
    units = [text]
    for cutter in cutters:
        sizes = counter.count(units)
        units = [
            part
            for unit, size in zip(units, sizes, strict=True)
            for part in (cutter(unit) if size > room or unit is text else [unit])
        ]
    return list(zip(units, counter.count(units), strict=True))


def _cut_at(text: str, ends: list[int]) -> list[str]:
    edges = [0, *[end for end in ends if 0 < end < len(text)], len(text)]
    return [text[a:b] for a, b in pairwise(edges) if text[a:b]]
