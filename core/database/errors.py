"""What the database driver throws, as errors of ours; the one boundary where that happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError

from core.errors import (
    CiteDeskError,
    Conflict,
    DatabaseCorrupt,
    DatabaseUnreachable,
    DiskFull,
    InternalError,
    SettingInvalid,
)

_DAMAGED = ("malformed", "not a database", "file is encrypted", "disk i/o error", "corrupt")
_BUSY = ("database is locked", "database table is locked", "busy")
_FULL = ("database or disk is full", "no space left")


_FORM = "Set CITEDESK_DATABASE_URL to sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME."


def parse_url(text: str) -> URL:
    """Return a database address that we have a driver for.

    Raises:
        SettingInvalid: it is no address, or of another kind of database; it is not repeated,
            because it may hold a password.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        # Not chained: the driver's message repeats the address.
        raise SettingInvalid("The database's address cannot be understood.", _FORM) from None
    kind = url.drivername
    if kind not in ("sqlite", "postgresql+psycopg"):
        raise SettingInvalid(f"There is no driver for a database of kind {kind}.", _FORM)
    if kind != "sqlite" and not find_spec("psycopg"):
        raise SettingInvalid(
            "The driver for PostgreSQL is not installed.", "Run pip install 'citedesk[postgres]'."
        )
    return url


@contextmanager
def mapped(url: URL) -> Iterator[None]:
    """Turn driver errors raised inside into CiteDesk errors, without values or statements."""
    try:
        yield
    except SQLAlchemyError as exc:
        raise translate(exc, url) from exc


def translate(exc: SQLAlchemyError, url: URL) -> CiteDeskError:
    """Return the error of ours that a driver error stands for."""
    where = _where(url)
    if isinstance(exc, IntegrityError):
        return Conflict(
            "Another change to the same thing came first.", "Look at it again, then repeat."
        )
    text = str(exc.orig if isinstance(exc, DBAPIError) else exc).lower()
    if any(sign in text for sign in _FULL):
        return DiskFull(f"No space is left for the database {where}.", "Make room, then repeat.")
    if any(sign in text for sign in _BUSY):
        return DatabaseUnreachable(
            f"The database {where} stayed locked by another program.", "Close it, then repeat."
        )
    if any(sign in text for sign in _DAMAGED):
        return DatabaseCorrupt(
            f"The database {where} is damaged or is not a CiteDesk database.",
            "Nothing was changed. Restore a backup, or move the file away to start afresh.",
        )
    if "no such table" in text or "no such column" in text or "already exists" in text:
        return DatabaseCorrupt(
            f"The database {where} does not have the tables that its version promises.",
            "Nothing was changed. Restore a backup, or move the file away to start afresh.",
        )
    if isinstance(exc, DBAPIError):
        return DatabaseUnreachable(
            f"The database {where} cannot be opened or does not answer.",
            "Check that the path can be written, or that the server runs and lets you in.",
        )
    return InternalError("The records could not be read or written.", "See the log.")


def _where(url: URL) -> str:
    """The address of the database without its password."""
    return str(url.database) if url.get_backend_name() == "sqlite" else repr(url)
