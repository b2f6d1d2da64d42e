"""How long a cutover takes, with what every process then reads anew, in small and big houses."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import cycle
from pathlib import Path

from core.database import Database, utc_now
from corpus.documents import VersionState
from corpus.lifecycle import Lifecycle
from corpus.live import LiveTable, touch
from corpus.tables import DocumentRow, ReleaseRow, VersionRow

SIZES = (100, 10_000)
_MOVES = 20


def cutovers(folder: Path, sizes: tuple[int, ...] = SIZES) -> dict[str, float]:
    """Return the median milliseconds of a move and the renewal after it, by how many documents."""
    found = {}
    for size in sizes:
        database = Database(f"sqlite:///{folder}/house-{size}.db")
        try:
            database.upgrade()
            document, newest = _fill(database, size)
            lifecycle, live = Lifecycle(database), LiveTable(database)
            live.current()
            back, there = partial(lifecycle.rollback, document), partial(lifecycle.publish, newest)
            found[f"cutover_{size}_ms"] = median_ms(back, there, live.current)
        finally:
            database.close()
    return found


def median_ms(
    back: Callable[[], object], there: Callable[[], object], renew: Callable[[], object]
) -> float:
    """Return the median milliseconds of moving back and there by turns, renewing after each."""
    spent = []
    for move, _ in zip(cycle((back, there)), range(_MOVES), strict=False):
        start = time.perf_counter()
        move()
        renew()
        spent.append(time.perf_counter() - start)
    return round(statistics.median(spent) * 1000, 1)


def _fill(database: Database, size: int) -> tuple[str, str]:
    """Write so many documents of two versions each; return one with its newest version."""
    then = utc_now() - timedelta(days=1)
    with database.begin() as session:
        touch(session)
        for number in range(size):
            document = f"doc_{number}"
            session.add(
                DocumentRow(id=document, key=document, title=f"Manual {number}", created_at=then)
            )
            for turn in (1, 2):
                version = f"{document}_{turn}"
                session.add(
                    VersionRow(
                        id=version,
                        document_id=document,
                        number=turn,
                        state=VersionState.PUBLISHED,
                        sha256=version,
                        file_name="manual.md",
                        media_type="text/markdown",
                        size=1,
                        chunk_count=1,
                        audience="public",
                        indexed_with="index",
                        created_at=then,
                    )
                )
        session.flush()
        for number in range(size):
            for turn in (1, 2):
                session.add(
                    ReleaseRow(
                        document_id=f"doc_{number}",
                        version_id=f"doc_{number}_{turn}",
                        action="publish",
                        valid_from=then,
                        at=then,
                    )
                )
    return "doc_0", "doc_0_2"
