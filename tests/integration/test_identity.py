"""A revision that comes in under another name: proposed, joined, published; and nothing else is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from core.errors import Conflict, GateClosed, NotFound
from core.types import Applicability, Chunk, RawFile
from corpus.documents import IngestOptions
from corpus.identity.joining import one_language
from corpus.identity.likeness import Text, alike
from service.desk import Desk
from service.samples import SAMPLES
from service.settings import load_settings
from service.within import call

OLD, NEW = "r5-manual-zh-v1.3.pdf", "r5-manual-zh-v2.0.pdf"
QUESTION = "R5 最多能存几张地图？"


class Letters:
    """Counts letters; nothing here is embedded."""

    limit = 512

    def count(self, texts: list[str]) -> list[int]:
        return [len(text) // 2 for text in texts]


def _read(path: Path, number: int) -> tuple[Text, str]:
    """A sample under a name that says nothing."""
    from core.text import language_of
    from ingest.applies import Narrowing, read_applicability
    from ingest.chunker import chunk
    from ingest.detect import media_type_of
    from ingest.parse import parse_file

    parsed = parse_file(RawFile(path.name, media_type_of(path), "", path))
    read = read_applicability(parsed)
    model = read.applicability.model if read else ""
    found: list[Chunk] = chunk(
        parsed,
        document_id=path.name,
        version_id=path.name,
        counter=Letters(),
        narrow=Narrowing(model, parsed.elements),
    )
    name = f"upload {number}{path.suffix}"
    language = language_of(" ".join(c.text for c in found))
    return Text(name, parsed.title, found, Applicability(model=model)), language


def test_of_the_samples_only_the_two_revisions_look_like_one_document() -> None:
    # Slides load a large library and are no one's revision.
    kinds = {".pdf", ".html", ".md", ".txt", ".docx"}
    paths = [p for p in sorted(SAMPLES.iterdir()) if p.suffix in kinds and p.stem != "README"]
    read = {path.name: _read(path, number) for number, path in enumerate(paths)}
    met = {
        (one, other)
        for one, other in permutations(read, 2)
        if one_language(read[one][1], read[other][1])
        and (found := alike(read[one][0], read[other][0]))
        and found.enough
    }
    assert met == {(OLD, NEW), (NEW, OLD)}


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, embedder: Any
) -> Iterator[Desk]:
    settings, _ = load_settings({}, home=tmp_path_factory.mktemp("home"), models_dir=models_dir)
    desk = Desk(settings)
    _ = embedder
    yield desk
    desk.close()


def _brought(desk: Desk, folder: Path, sample: str, name: str) -> dict[str, Any]:
    shutil.copy(SAMPLES / sample, folder / name)
    entry = desk.ingest(folder / name, IngestOptions(by="li"))
    assert entry["error"] is None
    return entry


def _serves(desk: Desk) -> set[str]:
    return set(desk.live.current().versions)


def test_a_published_revision_under_another_name_is_told_joined_and_goes_live_in_its_place(
    desk: Desk, tmp_path: Path
) -> None:
    old = _brought(desk, tmp_path, OLD, "upload.pdf")
    sop = _brought(desk, tmp_path, "hotline-script-zh.txt", "notes.txt")
    new = _brought(desk, tmp_path, NEW, "scan 17.pdf")
    assert old["looks_like"] == sop["looks_like"] == []
    assert new["status"] == "published"
    (like,) = new["looks_like"]
    assert (like["document_id"], like["live"], like["passages"]) == (old["document_id"], True, 26)
    assert (like["same_name"], like["same_title"]) == (False, True)
    assert 10 <= like["same_passages"] < 26
    hits = desk.search(QUESTION, ("public",), top=5)["hits"]
    cited = [h["chunk_id"] for h in hits if h["version_id"] == new["version_id"]]
    answer = "最多保存 4 张楼层地图，每张地图最多设置 10 个禁区。"
    approved = desk.approvals.approve(QUESTION, answer, cited, by="wang")

    path, said = f"/v1/versions/{new['version_id']}/join", {"document_id": old["document_id"]}
    with pytest.raises(NotFound):
        call(desk, "POST", path, json={"document_id": "no-such-document"})
    with pytest.raises(Conflict):
        call(desk, "POST", path, json={**said, "expected": 9_999, "force": True, "reason": "v2"})
    # Answers rest on it while it is live on its own, and joining takes it from what is live.
    with pytest.raises(GateClosed):
        call(desk, "POST", path, json=said)
    assert _serves(desk) == {old["version_id"], sop["version_id"], new["version_id"]}
    joined = call(desk, "POST", path, json={**said, "force": True, "reason": "it is v2.0"})
    assert (joined["document_id"], joined["number"]) == (old["document_id"], 2)
    assert (joined["state"], joined["live"]) == ("draft", False)
    assert _serves(desk) == {old["version_id"], sop["version_id"]}
    assert desk.approved_answers.get(approved["id"]).state == "stale"

    again = desk.ingest(tmp_path / "scan 17.pdf", IngestOptions(by="li", draft=True))
    assert (again["status"], again["version_id"]) == ("unchanged", new["version_id"])
    call(desk, "POST", f"/v1/versions/{new['version_id']}/publish", json={"reason": "v2.0"})
    assert _serves(desk) == {new["version_id"], sop["version_id"]}
    hits = desk.search(QUESTION, ("public",), top=5)["hits"]
    assert {h["document_id"] for h in hits} <= {old["document_id"], sop["document_id"]}
    assert desk.approved_answers.get(approved["id"]).state == "approved"
    # The indexes hold it under the document that it is a version of, and nothing disagrees.
    stored = desk.store._collection("public").get(where={"document_id": old["document_id"]})  # type: ignore[attr-defined]
    assert len(stored["ids"]) == old["chunks"] + new["chunks"]
    assert call(desk, "POST", "/v1/doctor")["findings"] == []
