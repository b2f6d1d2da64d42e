"""New indexes, for another embedding model or for the same: built beside those that serve."""

from __future__ import annotations

import json
import logging
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.ports import Progress
from retrieval.derived import RULES
from service.lock import write_private
from service.settings import Settings

if TYPE_CHECKING:
    from retrieval.indexer import ChunkIndexer
    from retrieval.interaction.index import TokenIndex
    from retrieval.keyword.base import KeywordIndex
    from retrieval.questions import QuestionIndex
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
    questions: int = RULES
    """By which rules all that passages answer was derived; 0 where not all of it is indexed."""
    tokens: str | None = ""
    """By what all passages' tokens were made; empty where they were not, None in a new house."""

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
        return Serving(
            str(noted["embedding_model"]),
            int(noted.get("build", 0)),
            int(noted.get("questions", 0)),
            str(noted.get("tokens") or ""),
        )
    except FileNotFoundError:
        return Serving(settings.embedding_model, tokens=None)
    except (OSError, ValueError, KeyError, TypeError):
        return Serving(settings.embedding_model, questions=0)


def serving_model(settings: Settings) -> str:
    """Return the model that the present indexes were built with, else the settings' one."""
    return serving(settings).model


def remember(settings: Settings, now: Serving) -> None:
    """Note which indexes serve from now on."""
    folder = settings.home / "index"
    folder.mkdir(parents=True, exist_ok=True)
    noted = {
        "embedding_model": now.model,
        "build": now.build,
        "questions": now.questions,
        "tokens": now.tokens,
    }
    write_private(folder / _FILE, json.dumps(noted))


def whole(now: Serving, fingerprint: str) -> Serving:
    """Return it as it is when everything is indexed that this release indexes."""
    from retrieval.interaction.index import mark
    from retrieval.interaction.model import default_interaction

    return replace(now, questions=RULES, tokens=mark(default_interaction(fingerprint)))


def settled(now: Serving, fingerprint: str) -> Serving:
    """Return it as it is to be noted: what a new house will have is all indexed from the start."""
    return whole(now, fingerprint) if now.tokens is None else now


def tokens_folder(settings: Settings, name: str) -> Path:
    """Return where the tokens lie beside the vectors that go by a name."""
    return settings.home / "index" / "tokens" / name


def is_due(desk: Desk) -> bool:
    """Say whether the settings ask for another model than the one that serves."""
    return serving_model(desk.settings) != desk.settings.embedding_model


def lacks_questions(settings: Settings) -> bool:
    """Say whether what passages answer is not all indexed, as in a house from before that was."""
    return serving(settings).questions != RULES


def lacks_tokens(desk: Desk) -> bool:
    """Say whether passages' tokens are not all there, as in a house from before they were kept."""
    fingerprint = desk.embedder.fingerprint
    now = settled(serving(desk.settings), fingerprint)
    return now.tokens != whole(now, fingerprint).tokens


def complete_indexes(desk: Desk, progress: Progress) -> None:
    """Index what an earlier release did not; safe to repeat, and what was done is not done again.

    The passages are found meanwhile by what is indexed of them.
    """
    from retrieval.questions import store_name

    fingerprint = desk.embedder.fingerprint
    now = settled(serving(desk.settings), fingerprint)
    then = whole(now, fingerprint)
    if now == then:
        return
    name = desk.indexer.fingerprint
    versions = desk.records.indexed_versions(name)
    for number, version_id in enumerate(versions):
        desk.pipeline.complete(version_id)
        progress("reindex", (number + 1) / len(versions))
    remember(desk.settings, then)
    if now.questions not in (0, RULES):
        _drop(desk.open_store(store_name(name, now.questions)))
    if now.tokens and now.tokens != then.tokens:
        shutil.rmtree(tokens_folder(desk.settings, name) / now.tokens, ignore_errors=True)


def change_model(desk: Desk, progress: Progress) -> None:
    """Index everything with the settings' model, then let it serve; safe to repeat.

    With the same model, only what an earlier release did not index is. Until the
    last step nothing that serves is touched, so a failure leaves the old model serving.
    The keyword indexes do not depend on the model; putting the same passages in again is harmless.

    Raises:
        ModelMissing, ModelInvalid: the new model cannot be loaded.
    """
    from retrieval.embedding import load_embedder
    from retrieval.indexer import ChunkIndexer

    if not is_due(desk):
        complete_indexes(desk, progress)
        return
    now = replace(serving(desk.settings), model=desk.settings.embedding_model)
    embedder = load_embedder(desk.settings.models_folder(), now.model)
    now = whole(now, embedder.fingerprint)
    name = now.name(embedder.fingerprint)
    store, questions = desk.open_store(name), desk.open_questions(name, embedder)
    tokens = desk.open_tokens(name, embedder)
    indexer = ChunkIndexer(embedder, store, desk.keyword, name, questions, tokens)
    old_fingerprint = desk.indexer.fingerprint
    old_store, old_questions, old_tokens = desk.store, desk.questions, desk.tokens
    versions = desk.records.indexed_versions(old_fingerprint)
    for number, version_id in enumerate(versions):
        indexer.add(desk.records.version_chunks(version_id))
        progress("reindex", (number + 1) / len(versions))
    desk.records.move_index(old_fingerprint, indexer.fingerprint)
    remember(desk.settings, now)
    desk.serve_with(embedder, store, desk.keyword, questions, tokens)
    log.info("the index of %s serves now", indexer.fingerprint)
    if old_fingerprint != indexer.fingerprint:
        time.sleep(GRACE_S)
        _drop(old_store, old_questions, old_tokens)
    _close(old_tokens)


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
    now = whole(replace(old, build=old.build + 1), desk.embedder.fingerprint)
    old_store, old_keyword = desk.store, desk.keyword
    old_questions, old_tokens = desk.questions, desk.tokens
    name = now.name(desk.embedder.fingerprint)
    store, keyword = desk.open_store(name), desk.open_keyword(now)
    questions = desk.open_questions(name, desk.embedder)
    tokens = desk.open_tokens(name, desk.embedder)
    # What a build that was killed left behind.
    _drop(store, keyword, questions, tokens)
    try:
        indexer = ChunkIndexer(desk.embedder, store, keyword, name, questions, tokens)
        done = _built(desk, indexer, progress)
    except BaseException:
        _drop(store, keyword, questions, tokens)
        _close(keyword, tokens)
        raise
    desk.records.mark_rebuilt(done, name)
    remember(desk.settings, now)
    desk.serve_with(desk.embedder, store, keyword, questions, tokens)
    log.info("the indexes %s serve now", name)
    time.sleep(grace_s)
    # What was indexed for the old ones after they had been read.
    desk.pipeline.reindex(desk.outdated())
    _drop(old_store, old_keyword, old_questions, old_tokens)
    _close(old_keyword, old_tokens)
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


def _drop(*indexes: VectorStore | KeywordIndex | QuestionIndex | TokenIndex | None) -> None:
    for index in indexes:
        if index:
            for audience in index.audiences():
                index.drop(audience)


def _close(*indexes: KeywordIndex | TokenIndex | None) -> None:
    for index in indexes:
        if index:
            index.close()
