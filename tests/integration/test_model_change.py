"""Changing the embedding model: the old index serves until the new one is complete."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from core.errors import DiskFull
from core.types import Applicability
from corpus.documents import IngestOptions
from service.desk import Desk
from service.model_change import change_model, is_due, serving_model
from service.settings import Settings

TEXT = "# 风扇 FN-5\n\nFN-5 的最大风速为 7.2 m/s。\n"


@pytest.fixture
def small_model(models_dir: Path, embedder: Any, tmp_path: Path) -> Path:
    """Another real sentence-transformers model: the default one, projected to 96 dimensions."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Dense, Pooling, Transformer

    del embedder
    torch.manual_seed(7)
    (folder,) = [path.parent for path in models_dir.glob("*/modules.json")]
    words = Transformer(str(folder))
    pooled = Pooling(words.get_embedding_dimension(), "mean")
    made = SentenceTransformer(modules=[words, pooled, Dense(384, 96)], device="cpu")
    made.save(str(tmp_path / "small-model"))
    return tmp_path / "small-model"


def desk_with(home: Path, models_dir: Path, model: str) -> Desk:
    return Desk(Settings(home=home, models_dir=models_dir, embedding_model=model))


def found(desk: Desk) -> list[str]:
    return [hit["text"] for hit in desk.search("FN-5 最大风速", ("public",))["hits"]]


def test_the_old_index_serves_until_the_new_one_is_complete(
    tmp_path: Path, models_dir: Path, small_model: Path
):
    home = tmp_path / "home"
    desk = desk_with(home, models_dir, "")
    path = tmp_path / "fan.md"
    path.write_text(TEXT)
    entry = desk.ingest(path, IngestOptions(applicability=Applicability("风扇")))
    assert entry["error"] is None
    before = found(desk)
    old = desk.embedder.fingerprint
    desk.close()

    desk = desk_with(home, models_dir, str(small_model))
    assert is_due(desk)
    assert desk.embedder.fingerprint == old
    assert found(desk) == before

    seen: list[list[str]] = []
    change_model(desk, lambda stage, done: seen.append(found(desk)))
    assert seen == [before]
    assert desk.embedder.dimension == 96
    assert found(desk) == before
    assert desk.outdated() == []
    assert not is_due(desk)
    desk.close()

    desk = desk_with(home, models_dir, str(small_model))
    assert serving_model(desk.settings) == str(small_model)
    assert found(desk) == before
    desk.close()


def test_a_new_model_that_cannot_be_loaded_leaves_the_old_one_serving(
    tmp_path: Path, models_dir: Path, embedder: Any
):
    from core.errors import ModelMissing

    del embedder
    home = tmp_path / "home"
    desk = desk_with(home, models_dir, "")
    path = tmp_path / "fan.md"
    path.write_text(TEXT)
    desk.ingest(path, IngestOptions())
    before = found(desk)
    desk.close()
    desk = desk_with(home, models_dir, str(tmp_path / "no-model"))
    with pytest.raises(ModelMissing):
        change_model(desk, lambda stage, done: None)
    assert found(desk) == before
    desk.close()


def test_questions_are_answered_all_the_while_the_indexes_are_rebuilt(
    tmp_path: Path, models_dir: Path, embedder: Any
):
    del embedder
    desk = desk_with(tmp_path / "home", models_dir, "")
    for number in range(4):
        path = tmp_path / f"fan{number}.md"
        path.write_text(TEXT.replace("FN-5", f"FN-{number + 5}"))
        assert desk.ingest(path, IngestOptions())["error"] is None
    before = found(desk)
    assert len(before) == 4
    asked: list[list[str]] = []
    ended = Event()

    def ask() -> None:
        while not ended.is_set():
            asked.append(found(desk))

    with ThreadPoolExecutor(1) as pool:
        loop = pool.submit(ask)
        told: list[float] = []
        done = desk.reindex(progress=lambda _, share: told.append(share), grace_s=0.5)
        ended.set()
        loop.result(20)
    assert done == {"versions": 4}
    assert told == [0.25, 0.5, 0.75, 1.0]
    assert len(asked) > 4
    assert all(answer == before for answer in asked)
    assert found(desk) == before
    assert desk.outdated() == []
    fingerprint = desk.indexer.fingerprint
    desk.close()

    desk = desk_with(tmp_path / "home", models_dir, "")
    assert desk.indexer.fingerprint == fingerprint
    assert desk.outdated() == []
    assert found(desk) == before
    assert [f.name for f in (tmp_path / "home" / "index").glob("keyword*")] == ["keyword-1"]
    desk.close()


def test_a_rebuild_that_fails_leaves_the_old_indexes_serving(
    tmp_path: Path, models_dir: Path, embedder: Any
):
    del embedder
    desk = desk_with(tmp_path / "home", models_dir, "")
    path = tmp_path / "fan.md"
    path.write_text(TEXT)
    desk.ingest(path, IngestOptions())
    before, fingerprint = found(desk), desk.indexer.fingerprint

    def full(stage: str, share: float) -> None:
        raise DiskFull("No space is left.", "Make room.")

    with pytest.raises(DiskFull):
        desk.reindex(progress=full)
    assert desk.indexer.fingerprint == fingerprint
    assert found(desk) == before
    assert desk.outdated() == []
    assert desk.reindex() == {"versions": 1}
    assert found(desk) == before
    desk.close()
