"""Asking back: where variants differ and nobody said which, and only there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.types import Applicability, Turn
from corpus.documents import IngestOptions
from corpus.glossary import Entry
from service.desk import Desk
from service.settings import load_settings

TABLE: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("asking_cases.toml").read_text(encoding="utf-8")
)
PAIRS = (
    Entry(zh="电水壶", en="kettle"),
    Entry(zh="取暖器", en="heater", synonyms_zh=("暖风机",)),
)


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, embedder: Any
) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("asking")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CITEDESK_HOME", str(folder / "home"))
        patch.setenv("CITEDESK_MODELS_DIR", str(models_dir))
        desk = Desk(load_settings()[0])
        desk.__dict__["embedder"] = embedder
        for entry in PAIRS:
            desk.glossary.put(entry, "li")
        for document in TABLE["document"]:
            path = folder / document["file"]
            path.write_text(document["text"], encoding="utf-8")
            options = IngestOptions(applicability=Applicability(**document["applies"]), by="li")
            assert desk.ingest(path, options)["error"] is None
        yield desk
        desk.close()


def _ask(house: Desk, turns: list[str]) -> dict[str, Any]:
    roles = ("customer", "agent")
    return house.ask([Turn(roles[i % 2], text) for i, text in enumerate(turns)], ("public",))


@pytest.mark.parametrize("case", TABLE["case"], ids=lambda case: case["turns"][-1][:50])
def test_it_asks_which_variant_only_where_that_is_open(house: Desk, case: dict[str, Any]) -> None:
    draft = _ask(house, case["turns"])
    if "options" in case:
        assert draft["state"] == "clarify", draft["answer"]
        assert sorted(draft["clarify"]["options"]) == case["options"]
    else:
        assert draft["state"] == "answered", draft["answer"]
        assert case["says"] in draft["answer"]
        assert "never" not in case or case["never"] not in draft["answer"]


@pytest.mark.parametrize(
    ("turns", "name", "known"),
    [
        (["How many litres does the water tank of the K7 coffee machine hold?"], "K7", "K1"),
        (["I have a K7.", "How can I help?", "How often should I descale it?"], "K7", "K1"),
        (["C3 Pro 电饭煲的密封圈多久更换？"], "C3 Pro", "C3"),
    ],
)
def test_a_model_that_no_document_knows_gets_no_answer_of_another(
    house: Desk, turns: list[str], name: str, known: str
) -> None:
    draft = _ask(house, turns)
    assert draft["state"] == "no_evidence", draft["answer"]
    assert name in draft["answer"]
    told = next(note for note in draft["missing"] if "know no" in note or "没有型号" in note)
    assert known in told.replace(name, "")
