"""Real documents, fact by fact: sentences, cells, steps and headings where a reader saw them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from facts import Fact, facts_of, holds
from parsed import must_have_come_in

from core.types import Chunk, RawFile
from ingest.chunker import chunk
from ingest.detect import media_type_of
from ingest.parse import parse_file
from ingest.parsers.base import Parsed

FACTS = Path(__file__).parents[1] / "facts"
FILES = sorted(FACTS.glob("*.toml"))
WANTED_SHARE = 0.95


@lru_cache(maxsize=256)
def _facts(path: Path) -> tuple[Fact, ...]:
    return tuple(facts_of(path))


def _read(path: Path, counter: Any) -> tuple[Parsed, list[Chunk]]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    raw = RawFile(path.name, media_type_of(path), digest, path, str(path))
    parsed = parse_file(raw)
    return parsed, chunk(parsed, document_id="d", version_id="v", counter=counter)


@pytest.fixture(scope="module")
def missed() -> dict[str, list[Fact]]:
    return {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.timeout(300)
def test_the_facts_of_a_document_are_found_in_their_places(
    path: Path, shared_data: Path, embedder: Any, missed: dict[str, list[Fact]]
) -> None:
    facts = _facts(path)
    parsed, chunks = _read(shared_data / "documents" / facts[0].file, embedder)
    must_have_come_in(parsed)
    missed[path.stem] = [fact for fact in facts if not holds(fact, parsed, chunks)]
    # One of a document's facts may be missed; the share of all of them is what counts below.
    assert len(missed[path.stem]) <= 1, "\n".join(map(str, missed[path.stem]))


def test_enough_facts_are_known_and_nearly_all_are_found(missed: dict[str, list[Fact]]) -> None:
    known = [_facts(path) for path in FILES if path.stem in missed]
    if len(known) < len(FILES):
        pytest.skip("only some of the documents were read in this run")
    assert len({facts[0].file for facts in known}) >= 40
    assert all(len(facts) >= 5 for facts in known)
    lost = [fact for facts in missed.values() for fact in facts]
    share = 1 - len(lost) / sum(map(len, known))
    assert share >= WANTED_SHARE, "\n".join(map(str, lost))


def test_a_fact_that_is_not_there_is_missed(shared_data: Path, embedder: Any) -> None:
    name = "aligned_md/en/tips.md"
    parsed, chunks = _read(shared_data / "documents" / name, embedder)
    for kind, body in (
        ("sentence", {"text": "No document says this."}),
        ("cell", {"value": "5.2 L", "column": "Capacity"}),
        ("step", {"number": 1, "text": "Fold the moon."}),
        ("heading", {"text": "Folding the moon"}),
        ("absent", {"text": parsed.elements[0].text[:10]}),
    ):
        assert not holds(Fact(name, kind, body), parsed, chunks)
