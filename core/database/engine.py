"""SQLAlchemy on SQLite (WAL) or PostgreSQL; the schema is brought up to date by Alembic."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, DateTime, Engine, create_engine, event, inspect
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from core.database.errors import mapped, parse_url
from core.database.typed import Way, watch

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time, always aware and always UTC, on databases that forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """Refuse naive times and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must have a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """Give back what SQLite stored as UTC with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every table of every room."""

    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 - SQLAlchemy reads it as declared


def utc_now() -> datetime:
    """Return the present time, in UTC."""
    return datetime.now(UTC)


def new_id(prefix: str) -> str:
    """Return an identifier that sorts by time of creation: prefix, milliseconds, 50 random bits."""
    stamp, encoded = int(time.time() * 1000), ""
    for _ in range(9):
        stamp, digit = divmod(stamp, 32)
        encoded = _ALPHABET[digit] + encoded
    return f"{prefix}_{encoded}{''.join(secrets.choice(_ALPHABET) for _ in range(10))}"


class Database:
    """The records' database, opened and at this release's schema."""

    def __init__(self, url: str, typed: Way | None = None) -> None:
        """``typed`` is what becomes of text that people typed before it is stored."""
        self.url = parse_url(url)
        with mapped(self.url):
            self.engine = _engine(self.url)
        self._readers = sessionmaker(self.engine, expire_on_commit=False)
        self._writers = sessionmaker(
            self.engine.execution_options(citedesk_write=True), expire_on_commit=False
        )
        if typed is not None:
            watch(self._writers, typed)

    def upgrade(self) -> None:
        """Bring the schema up to this release; does nothing when it is already there.

        Raises:
            DatabaseCorrupt, DatabaseNewer, DatabaseUnreachable: it cannot be used as it is.
        """
        from core.database.schema import upgrade

        with mapped(self.url):
            upgrade(self.engine)

    def is_behind(self) -> bool:
        """Say whether :meth:`upgrade` has anything to do.

        Raises:
            DatabaseCorrupt, DatabaseNewer, DatabaseUnreachable: it cannot be used as it is.
        """
        from core.database.schema import pending

        with mapped(self.url):
            return pending(self.engine)

    def is_empty(self) -> bool:
        """Say whether nothing was ever stored here."""
        with mapped(self.url):
            return not inspect(self.engine).get_table_names()

    def damage(self) -> list[str]:
        """Return what the database's own check of itself finds; a server checks itself."""
        if self.url.get_backend_name() != "sqlite":
            return []
        with mapped(self.url), self.engine.connect() as connection:
            found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check")]
            crossed = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        damage = [line for line in found if line != "ok"]
        return damage + [f"a row of {row[0]} refers to nothing" for row in crossed]

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """Open a session in one transaction: committed at the end, rolled back on any error."""
        with mapped(self.url), self._writers.begin() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session for reading; nothing is committed."""
        with mapped(self.url), self._readers() as session:
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 15, "check_same_thread": False})
    event.listen(engine, "connect", _sqlite_pragmas)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling begins too late for consistent reads (see the
    # SQLAlchemy notes on pysqlite), so it is switched off and BEGIN is ours.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        # FULL, so that what was acknowledged survives a power cut, not only a killed process.
        "synchronous=FULL",
        "cache_size=-32000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Any) -> None:
    # A writer takes its lock at once and waits for it; one that begins as a reader and writes
    # later is refused without waiting when somebody else wrote in between.
    write = connection.get_execution_options().get("citedesk_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
