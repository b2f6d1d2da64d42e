"""Where passages' tokens lie: one SQLite file per audience, as for their vectors.

A question looks up some fifty passages by their ids and nothing else, which a table with a key
does; there is nothing to search. The service process owns the files.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.disk import is_full
from core.errors import DiskFull, IndexCorrupt
from retrieval.interaction.model import Tokens
from retrieval.stores.names import index_name
from retrieval.writes import Writes

_FILE, _NOTE = "tokens.sqlite3", "audience.txt"
_WAIT_S = 30.0
# A passage fills two pages instead of five; the log does not keep the size of the largest file.
_SET_UP = """
PRAGMA page_size = 16384;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA journal_size_limit = 16777216;
CREATE TABLE IF NOT EXISTS tokens (
    chunk_id TEXT PRIMARY KEY,
    version_id TEXT NOT NULL,
    count INTEGER NOT NULL,
    tokens BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS tokens_of_version ON tokens (version_id);
"""
_HINT = "Run: citedesk reindex"


@dataclass(frozen=True, slots=True, eq=False)
class StoredTokens:
    """A chunk's tokens with what is needed to forget them."""

    chunk_id: str
    version_id: str
    tokens: Tokens


class TokenStore:
    """A folder of tokens by audience, of one embedder and one late interaction.

    Safe to use from several threads. What was written when a process is killed stays, and half
    of a write never does. Every method raises :class:`core.errors.IndexCorrupt` when the store is
    damaged and :class:`core.errors.DiskFull` when it has no room to grow.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._shelves: dict[str, _Shelf] = {}
        self._writes = Writes()

    def put(self, audience: str, rows: Sequence[StoredTokens]) -> None:
        """Store tokens; those of a chunk that has some already replace them."""
        if not rows:
            return
        values = [(r.chunk_id, r.version_id, len(r.tokens), r.tokens.tobytes()) for r in rows]
        with _mapped(audience), self._writes.to(audience):
            if shelf := self._shelf(audience, create=True):
                with shelf.writing() as connection:
                    connection.executemany("REPLACE INTO tokens VALUES (?, ?, ?, ?)", values)

    def remove_version(self, audience: str, version_id: str) -> None:
        """Forget all tokens of a version; one that is not there is no error."""
        self._delete(audience, "DELETE FROM tokens WHERE version_id = ?", version_id)

    def remove_chunks(self, audience: str, chunk_ids: Sequence[str]) -> None:
        """Forget the tokens of these chunks; one that is not there is no error."""
        statement = "DELETE FROM tokens WHERE chunk_id IN (SELECT value FROM json_each(?))"
        self._delete(audience, statement, json.dumps(list(chunk_ids)))

    def tokens(self, audience: str, chunk_ids: Sequence[str]) -> dict[str, Tokens]:
        """Return the tokens of these chunks by id; chunks that have none are left out."""
        found = self._rows(
            audience,
            "SELECT chunk_id, count, tokens FROM tokens"
            " WHERE chunk_id IN (SELECT value FROM json_each(?))",
            json.dumps(list(chunk_ids)),
        )
        with _mapped(audience):
            return {i: np.frombuffer(b, np.int8).reshape(count, -1) for i, count, b in found}

    def having(self, audience: str, chunk_ids: Sequence[str]) -> set[str]:
        """Return which of these chunks have tokens."""
        statement = "SELECT chunk_id FROM tokens WHERE chunk_id IN (SELECT value FROM json_each(?))"
        return {row[0] for row in self._rows(audience, statement, json.dumps(list(chunk_ids)))}

    def count(self, audience: str) -> int:
        """Return how many chunks of an audience have tokens."""
        return sum(int(row[0]) for row in self._rows(audience, "SELECT COUNT(*) FROM tokens"))

    def holdings(self, audience: str) -> dict[str, int]:
        """Return how many chunks of each version have tokens for an audience."""
        return dict(
            self._rows(audience, "SELECT version_id, COUNT(*) FROM tokens GROUP BY version_id")
        )

    def generation(self, audience: str) -> int:
        """Return a number that is another after every write to an audience by this process."""
        return self._writes.of(audience)

    def audiences(self) -> set[str]:
        """Return the audiences that anything was stored for."""
        notes = self._folder.glob(f"*/{_NOTE}")
        return {name for note in notes if (name := note.read_text(encoding="utf-8"))}

    def drop(self, audience: str) -> None:
        """Forget everything of an audience, damaged or not."""
        with self._writes.to(audience), self._lock:
            if shelf := self._shelves.pop(audience, None):
                shelf.close()
            shutil.rmtree(self._folder / index_name(audience), ignore_errors=True)
            with suppress(OSError):
                self._folder.rmdir()

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            for shelf in self._shelves.values():
                shelf.close()
            self._shelves.clear()

    def _delete(self, audience: str, statement: str, value: str) -> None:
        with _mapped(audience), self._writes.to(audience):
            if shelf := self._shelf(audience):
                with shelf.writing() as connection:
                    connection.execute(statement, (value,))

    def _rows(self, audience: str, statement: str, *values: str) -> list[tuple[Any, ...]]:
        with _mapped(audience):
            if not (shelf := self._shelf(audience)):
                return []
            with shelf.connection() as connection:
                return connection.execute(statement, values).fetchall()

    def _shelf(self, audience: str, *, create: bool = False) -> _Shelf | None:
        with self._lock:
            if audience not in self._shelves:
                folder = self._folder / index_name(audience)
                if not create and not folder.is_dir():
                    return None
                self._shelves[audience] = _Shelf(folder, audience)
            return self._shelves[audience]


class _Shelf:
    """The file of one audience; a connection serves one thread at a time, then the next."""

    def __init__(self, folder: Path, audience: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        note = folder / _NOTE
        if not note.is_file() or note.read_text(encoding="utf-8") != audience:
            note.write_text(audience, encoding="utf-8")
        self._path = folder / _FILE
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._closed = False
        self._idle = [self._connect()]

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connect()
        kept = False
        try:
            yield connection
            with self._lock:
                if not self._closed:
                    self._idle.append(connection)
                    kept = True
        finally:
            # After an error nobody knows what it is in the middle of.
            if not kept:
                connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with self._writing, self.connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_WAIT_S, isolation_level=None, check_same_thread=False
        )
        try:
            connection.executescript(_SET_UP)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def _mapped(audience: str) -> Iterator[None]:
    """Turn the errors of SQLite and of the operating system into ours."""
    try:
        yield
    except (sqlite3.Error, OSError, ValueError) as exc:
        if is_full(exc) or "disk is full" in str(exc).lower():
            raise DiskFull("No space is left for the passages' tokens.", "Make room.") from exc
        raise IndexCorrupt(
            f"The passages' tokens of {audience} cannot be used ({type(exc).__name__}).", _HINT
        ) from exc
