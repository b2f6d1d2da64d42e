"""Columns that hold what people type: masked, or otherwise changed, on their way in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session, sessionmaker

TYPED: Final = {"typed": True}
"""``mapped_column(..., info=TYPED)``: text that a customer or a colleague typed."""
_WAY = "typed"

Way = Callable[[str], str]


def watch(sessions: sessionmaker[Session], way: Way) -> None:
    """Send what is stored in such columns through ``way``, whoever stores it.

    One place for all of them, so that a new column needs its mark alone. Only what goes by the
    rows is seen: such a column must not be set by a bulk update.
    """
    sessions.configure(info={_WAY: way})
    event.listen(sessions, "before_flush", _changed)


def as_stored(session: Session, text: str) -> str:
    """Return a typed text as this session stores it, to compare with what is stored."""
    way: Way = session.info.get(_WAY, str)
    return way(text)


def _changed(session: Session, _context: Any, _instances: Any) -> None:
    way: Way = session.info[_WAY]
    for row in (*session.new, *session.dirty):
        state = inspect(row)
        for name in typed_columns(type(row)):
            # Masking again changes nothing, but costs as much.
            if name in state.unmodified:
                continue
            value = getattr(row, name)
            if isinstance(value, str):
                setattr(row, name, way(value))


def typed_columns(table: type[Any]) -> tuple[str, ...]:
    """Return the names of a table's columns that hold what people type."""
    columns: Mapping[str, Any] = inspect(table).columns
    return tuple(name for name, column in columns.items() if column.info.get("typed"))
