"""A process that brings in revision after revision of a document, until somebody ends it.

Imported once by a server of forks, so that each process begins with the model loaded.
"""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from parsing_here import ParserHere

from service.startup import prepare

prepare()

# What an update needs besides: imported once, opened by each process for itself.
import alembic.command  # noqa: E402, F401
import chromadb  # noqa: E402, F401
import tantivy  # noqa: E402, F401
import torch  # noqa: E402

# A pool of threads would not live on in a fork.
torch.set_num_threads(1)

import core.text.words  # noqa: E402
from core.errors import CiteDeskError  # noqa: E402
from core.types import RawFile  # noqa: E402
from corpus.documents import IngestOptions  # noqa: E402
from ingest.parse import parse_file  # noqa: E402
from retrieval.embedding import load_embedder  # noqa: E402
from service.desk import Desk  # noqa: E402
from service.doctor import examine_desk  # noqa: E402
from service.settings import load_settings  # noqa: E402

EMBEDDER = load_embedder(Path(__file__).parents[2] / ".models")
SECTION = "\n## 第{n}节\n\nFZ-1 的第 {n} 档，修订 {number}，每小时耗电 {n} 瓦时。\n"


_SELF = Path(__file__)
parse_file(RawFile("warm-up.txt", "text/plain", "", _SELF))
core.text.language_of("预热 warm-up")
core.text.words.index_terms("预热 warm-up")


def text(number: int) -> str:
    """Return a revision of the document."""
    sections = "".join(SECTION.format(n=n, number=number) for n in range(1, 7))
    return f"# 冷柜 FZ-1\n\n修订 {number}。\n{sections}"


def update(home: Path, number: int, told: Connection) -> None:
    """Say what is seen and what the doctor finds, mend it, and bring the next revision in."""
    Desk.embedder = EMBEDDER  # type: ignore[assignment]
    Desk.parsers = ParserHere()  # type: ignore[assignment]
    settings, _ = load_settings({}, home=home)
    try:
        desk = Desk(settings)
        found = seen(desk)
        before = after = examine_desk(desk)
        if before["findings"]:
            after = examine_desk(desk, fix=True)
        told.send({"seen": found, "before": before, "after": after, "mended": seen(desk)})
        path = home / "fz1.md"
        path.write_text(text(number), encoding="utf-8")
        told.recv()
        entry = desk.ingest(path, IngestOptions(by="updating"), source="fz1")
        told.send(entry)
        desk.close()
    except CiteDeskError as error:
        told.send({"error": str(error)})


def seen(desk: Desk) -> dict[str, Any]:
    """Return the live versions, and of each route the versions and how many passages it finds."""
    live = desk.live.current().versions
    found: dict[str, Any] = {
        "live": [v.number for v in live.values()],
        "passages": sum(len(desk.records.version_chunks(v)) for v in live),
    }
    if live:
        routes = desk.retriever.routes("FZ-1 修订", top=100, audiences=("public",))
        for route in ("dense", "keyword"):
            chunks = desk.records.chunks([chunk_id for chunk_id, _ in routes[route]])
            found[route] = [len(chunks), len({c.version_id for c in chunks.values()})]
    return found
