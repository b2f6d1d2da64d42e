"""New indexes, for another embedding model or for the same: built beside those that serve."""

from __future__ import annotations

import json
import logging
import shutil
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.ports import Progress
from service.lock import write_private
from service.settings import Settings

if TYPE_CHECKING:
    from retrieval.indexer import ChunkIndexer
    from retrieval.keyword.base import KeywordIndex
    from retrieval.stores.base import VectorStore
    from service.desk import Desk

log = logging.getLogger("citedesk.model")

_FILE = "model.json"
GRACE_S = 5.0
"""How long a question that began on the old index may take to end there."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Which indexes serve: of which model, and the how-manieth that were built for it."""

    model: str
    build: int = 0

    def name(self, fingerprint: str) -> str:
        """Return what the indexes of an embedder are called."""
        return f"{fingerprint}-b{self.build}" if self.build else fingerprint

    def keyword_folder(self) -> str:
        """Return the name of the folder of the words."""
        return f"keyword-{self.build}" if self.build else "keyword"


def serving(settings: Settings) -> Serving:
    """Return what was noted last, else the settings' model."""
    path = settings.home / "index" / _FILE
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
        return Serving(str(noted["embedding_model"]), int(noted.get("build", 0)))
    except (OSError, ValueError, KeyError, TypeError):
        return Serving(settings.embedding_model)


def serving_model(settings: Settings) -> str:
    """Return the model that the present indexes were built with, else the settings' one."""
    return serving(settings).model


def remember(settings: Settings, now: Serving) -> None:
    """Note which indexes serve from now on."""
    folder = settings.home / "index"
    folder.mkdir(parents=True, exist_ok=True)
    noted = {"embedding_model": now.model, "build": now.build}
    write_private(folder / _FILE, json.dumps(noted))


def is_due(desk: Desk) -> bool:
    """Say whether the settings ask for another model than the one that serves."""
    return serving_model(desk.settings) != desk.settings.embedding_model


def change_model(desk: Desk, progress: Progress) -> None:
    """Index everything with the settings' model, then let it serve; safe to repeat.

    Until the last step nothing that serves is touched, so a failure leaves the old model serving.
    The keyword indexes do not depend on the model; putting the same passages in again is harmless.

    Raises:
        ModelMissing, ModelInvalid: the new model cannot be loaded.
    """
    from retrieval.embedding import load_embedder
    from retrieval.indexer import ChunkIndexer

    if not is_due(desk):
        return
    now = replace(serving(desk.settings), model=desk.settings.embedding_model)
    embedder = load_embedder(desk.settings.models_folder(), now.model)
    store = desk.open_store(now.name(embedder.fingerprint))
    indexer = ChunkIndexer(embedder, store, desk.keyword, now.name(embedder.fingerprint))
    old_store, old_fingerprint = desk.store, desk.indexer.fingerprint
    versions = desk.records.indexed_versions(old_fingerprint)
    for number, version_id in enumerate(versions):
        indexer.add(desk.records.version_chunks(version_id))
        progress("reindex", (number + 1) / len(versions))
    desk.records.move_index(old_fingerprint, indexer.fingerprint)
    remember(desk.settings, now)
    desk.serve_with(embedder, store, desk.keyword)
    log.info("the index of %s serves now", indexer.fingerprint)
    if old_fingerprint != indexer.fingerprint:
        time.sleep(GRACE_S)
        for audience in old_store.audiences():
            old_store.drop(audience)


def rebuild(desk: Desk, progress: Progress, grace_s: float = GRACE_S) -> int:
    """Build the indexes of what is live anew, then let them serve; return how many versions.

    Until the last step nothing that serves is touched, so questions are answered all the while
    and a failure leaves the old indexes serving. What is not live is indexed again when it is
    published or gone back to.

    Args:
        desk: the house.
        progress: told how far it is.
        grace_s: how long questions that began on the old indexes may take to end there.
    """
    from retrieval.indexer import ChunkIndexer

    old = serving(desk.settings)
    now = replace(old, build=old.build + 1)
    old_store, old_keyword = desk.store, desk.keyword
    name = now.name(desk.embedder.fingerprint)
    store, keyword = desk.open_store(name), desk.open_keyword(now)
    # What a build that was killed left behind.
    _drop(store, keyword)
    try:
        done = _built(desk, ChunkIndexer(desk.embedder, store, keyword, name), progress)
    except BaseException:
        _drop(store, keyword)
        keyword.close()
        raise
    desk.records.mark_rebuilt(done, name)
    remember(desk.settings, now)
    desk.serve_with(desk.embedder, store, keyword)
    log.info("the indexes %s serve now", name)
    time.sleep(grace_s)
    # What was indexed for the old ones after they had been read.
    desk.pipeline.reindex(desk.outdated())
    _drop(old_store, old_keyword)
    old_keyword.close()
    shutil.rmtree(desk.settings.home / "index" / old.keyword_folder(), ignore_errors=True)
    return len(done)


def _built(desk: Desk, indexer: ChunkIndexer, progress: Progress) -> list[str]:
    """Index what is live, and what goes live meanwhile."""
    done: dict[str, None] = {}
    while missing := [v for v in desk.live.current().versions if v not in done]:
        total = len(done) + len(missing)
        for version_id in missing:
            indexer.add(desk.records.version_chunks(version_id))
            done[version_id] = None
            progress("reindex", len(done) / total)
    return list(done)


def _drop(store: VectorStore, keyword: KeywordIndex) -> None:
    for index in (store, keyword):
        for audience in index.audiences():
            index.drop(audience)
