"""Another embedding model: its index is built beside the present one, which serves until then."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING

from core.ports import Progress
from service.lock import write_private
from service.settings import Settings

if TYPE_CHECKING:
    from service.desk import Desk

log = logging.getLogger("citedesk.model")

_FILE = "model.json"
_GRACE_S = 5.0
"""How long a question that began on the old index may take to end there."""


def serving_model(settings: Settings) -> str:
    """Return the model that the present indexes were built with, else the settings' one."""
    path = settings.home / "index" / _FILE
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["embedding_model"])
    except (OSError, ValueError, KeyError):
        return settings.embedding_model


def remember_model(settings: Settings, model: str) -> None:
    """Note which model the indexes are built with from now on."""
    folder = settings.home / "index"
    folder.mkdir(parents=True, exist_ok=True)
    write_private(folder / _FILE, json.dumps({"embedding_model": model}))


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
    wanted = desk.settings.embedding_model
    embedder = load_embedder(desk.settings.models_folder(), wanted)
    store = desk.open_store(embedder.fingerprint)
    indexer = ChunkIndexer(embedder, store, desk.keyword)
    old_store, old_fingerprint = desk.store, desk.indexer.fingerprint
    versions = desk.records.indexed_versions(old_fingerprint)
    for number, version_id in enumerate(versions):
        indexer.add(desk.records.version_chunks(version_id))
        progress("reindex", (number + 1) / len(versions))
    desk.records.move_index(old_fingerprint, embedder.fingerprint)
    remember_model(desk.settings, wanted)
    desk.serve_with(embedder, store)
    log.info("the index of %s serves now", embedder.fingerprint)
    if old_fingerprint != embedder.fingerprint:
        time.sleep(_GRACE_S)
        for audience in old_store.audiences():
            old_store.drop(audience)
