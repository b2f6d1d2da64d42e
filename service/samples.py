"""The sample corpus that comes with the product, so that a first question has an answer."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import Any

import corpus
from core.types import Applicability
from corpus.documents import IngestOptions

SAMPLES = Path(corpus.__file__).with_name("samples")
GLOSSARY = SAMPLES / "glossary.csv"
SAMPLE_QUESTION = "净化器显示 E-0x51 怎么办？"


def bring_in(
    known: Callable[[str], bool], ingest: Callable[[Path, IngestOptions], dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Ingest the sample documents whose identity is not known yet; yield each one's entry.

    Args:
        known: Whether a document with this key exists; it is then left as its owner made it.
        ingest: Brings one file in.
    """
    wanted = [entry for entry in _manifest() if not known(entry["key"])]
    for entry in wanted:
        if not _readable(entry["file"]):
            continue
        options = IngestOptions(
            audience=entry["audience"],
            applicability=Applicability(entry.get("product", ""), entry.get("model", "")),
            document=entry["key"],
            by="samples",
        )
        yield ingest(SAMPLES / entry["file"], options)


def pairs_among(brought: Container[str]) -> list[tuple[str, str]]:
    """Return the keys of sample documents that are translations of each other, each pair once.

    Only those of which one is among ``brought``: what an owner ended stays ended.
    """
    found = {tuple(sorted((e["key"], e["pair"]))) for e in _manifest() if e.get("pair")}
    return sorted((a, b) for a, b in found if a in brought or b in brought)


def _manifest() -> list[dict[str, str]]:
    text = (SAMPLES / "manifest.toml").read_text(encoding="utf-8")
    listed: list[dict[str, str]] = tomllib.loads(text)["document"]
    return listed


def _readable(file: str) -> bool:
    """Whether a parser is registered for the format; the samples hold formats of later releases."""
    from ingest.parsers.base import PARSERS

    suffix = Path(file).suffix.lower()
    return any(suffix in parser.extensions for _, parser in PARSERS)
