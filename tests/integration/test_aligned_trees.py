"""A manual and its translation are the same tree: headings, tables, steps and list items."""

from __future__ import annotations

import hashlib
from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

import pytest

from core.types import ElementKind, RawFile
from ingest.detect import media_type_of
from ingest.parse import parse_file
from ingest.parsers.base import Parsed

MARKDOWN = """backup-restore-overview.md chatbot.mdx deploy-failures.md development-board.rst
    embedding-in-websites.mdx exceptions.md faq.md http-request.mdx human-input.mdx index.rst
    interface-usage.md introduction.md maintain-knowledge-documents.mdx metadata.mdx quick-start.md
    quickly-start.md quickly_start.md setting-indexing-methods.mdx tips.md
    upgrade-a-tidb-cluster.md""".split()
HTML = "directives documenting handler mpm quickreference".split()
PAIRS = [(f"aligned_md/zh/{name}", f"aligned_md/en/{name}") for name in MARKDOWN] + [
    (f"html/{name}.zh-cn.html", f"html/{name}.en.html") for name in HTML
]

# The files themselves differ here: how many headings have another place, and why.
OTHER_TREES = {
    "http-request.mdx": (
        1,
        "in Chinese one heading has run into the line before it, and a last section is added",
    ),
    "introduction.md": (
        5,
        "the five features are of the third level in Chinese and of the second in English",
    ),
}
# The same for the numbers of tables, steps and list items.
OTHER_COUNTS = {
    "exceptions.md": ({"list_item": 2}, "two list items are one paragraph in Chinese"),
    "metadata.mdx": (
        {"step": 2, "list_item": 8},
        "the Chinese file is longer: lists within its steps, and two more steps",
    ),
    "mpm": ({"step": 2}, "two questions of the English page are not translated"),
    "quickly_start.md": ({"list_item": 1}, "one list item has lost its mark in Chinese"),
}
COUNTED = (ElementKind.TABLE, ElementKind.STEP, ElementKind.LIST_ITEM)


def _name(pair: tuple[str, str]) -> str:
    return pair[1].rsplit("/", 1)[1].removesuffix(".en.html")


@lru_cache(maxsize=64)
def _read(path: Path) -> Parsed:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return parse_file(RawFile(path.name, media_type_of(path), digest, path, str(path)))


def _shape(parsed: Parsed) -> list[int]:
    return [len(e.headings) + 1 for e in parsed.elements if e.kind is ElementKind.TITLE]


def _differing(one: list[int], other: list[int]) -> int:
    same = sum(
        block.size for block in SequenceMatcher(None, one, other, False).get_matching_blocks()
    )
    return max(len(one), len(other)) - same


@pytest.mark.parametrize("pair", PAIRS, ids=_name)
def test_a_document_and_its_translation_have_heading_trees_of_one_shape(
    pair: tuple[str, str], shared_data: Path
) -> None:
    chinese, english = (_shape(_read(shared_data / "documents" / name)) for name in pair)
    allowed, _ = OTHER_TREES.get(_name(pair), (0, ""))
    assert min(len(chinese), len(english)) > 0
    assert _differing(chinese, english) == allowed, f"\n{chinese}\n{english}"


@pytest.mark.parametrize("pair", PAIRS, ids=_name)
def test_a_document_and_its_translation_have_the_same_tables_steps_and_list_items(
    pair: tuple[str, str], shared_data: Path
) -> None:
    chinese, english = (
        Counter(e.kind for e in _read(shared_data / "documents" / name).elements) for name in pair
    )
    allowed, _ = OTHER_COUNTS.get(_name(pair), ({}, ""))
    found = {
        kind.value: abs(chinese[kind] - english[kind])
        for kind in COUNTED
        if chinese[kind] != english[kind]
    }
    assert found == allowed


def test_tables_of_a_document_and_its_translation_have_the_same_rows_and_columns(
    shared_data: Path,
) -> None:
    differing = []
    for pair in PAIRS:
        sizes = [
            [
                (len(e.table.rows), len(e.table.rows[0]), e.table.header_rows)
                for e in _read(shared_data / "documents" / name).elements
                if e.table is not None
            ]
            for name in pair
        ]
        if sizes[0] != sizes[1]:
            differing.append((pair[1], sizes))
    # The legend of the English page has two more rows.
    assert [name for name, _ in differing] == ["html/quickreference.en.html"], differing
