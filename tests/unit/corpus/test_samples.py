"""The sample corpus and its golden set hold together: files, manifest, revisions, quotes."""

from __future__ import annotations

import functools
import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pdfplumber
import pptx
import pytest
from bs4 import BeautifulSoup

from corpus.samples.source import render_html
from corpus.samples.source.markup import (
    Bullets,
    Callout,
    Document,
    Heading,
    Steps,
    Table,
    Text,
    load,
    parse,
)

SAMPLES = Path(str(resources.files("corpus"))) / "samples"
GOLDEN = Path(__file__).resolve().parents[3] / "evals" / "golden" / "samples.jsonl"
CONTENT = SAMPLES / "source" / "content"
NOT_DOCUMENTS = {"README.md", "manifest.toml", "__init__.py", "glossary.csv"}
TAGS = {
    *("fact", "procedure", "table", "code", "exception", "yesno", "variant", "policy"),
    *("escalation", "cross", "removed", "near_miss", "out_of_scope", "office"),
}


@functools.cache
def manifest() -> list[dict[str, str]]:
    text = (SAMPLES / "manifest.toml").read_text(encoding="utf-8")
    documents: list[dict[str, str]] = tomllib.loads(text)["document"]
    return documents


@functools.cache
def golden() -> list[dict[str, Any]]:
    return [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]


def live_files() -> dict[str, str]:
    """Return the file of the newest revision of each document: the last one listed."""
    return {entry["key"]: entry["file"] for entry in manifest()}


def squeeze(text: str) -> str:
    return "".join(text.split())


@functools.cache
def passages(file: str) -> tuple[str, ...]:
    """Return the passages of a file without their white space."""
    path = SAMPLES / file
    read = {
        ".pdf": _pdf,
        ".docx": _docx,
        ".pptx": _pptx,
        ".xlsx": _xlsx,
        ".html": _html,
        ".md": _lines,
        ".txt": _lines,
    }[path.suffix]
    return tuple(squeeze(passage) for passage in read(path))


def _pdf(path: Path) -> Iterator[str]:
    """Yield the running text without header and footer, then every table cell."""
    text, cells = "", []
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages[1:]:
            margin = 48 if page.height < 700 else 68
            body = page.crop((0, margin - 2, page.width, page.height - margin + 2))
            text += body.extract_text() + "\n"
            cells += [c for t in body.extract_tables() for row in t for c in row if c]
    yield text
    yield from cells


def _docx(path: Path) -> Iterator[str]:
    document = docx.Document(str(path))
    for paragraph in document.paragraphs:
        yield paragraph.text
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield cell.text


def _pptx(path: Path) -> Iterator[str]:
    for slide in pptx.Presentation(str(path)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield from (paragraph.text for paragraph in shape.text_frame.paragraphs)
            if shape.has_table:
                yield from (cell.text for row in shape.table.rows for cell in row.cells)


def _xlsx(path: Path) -> Iterator[str]:
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows(values_only=True):
            yield from (str(value) for value in row if value is not None)


def _html(path: Path) -> Iterator[str]:
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    for element in page.select("article :is(h1, h2, h3, p, li, th, td, .note)"):
        yield element.get_text()


def _lines(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield from line.split("|") if line.startswith("|") else [line]


@functools.cache
def source_blocks(file: str) -> tuple[str, ...]:
    """Return the single passages a PDF was built from."""
    built = [d for path in CONTENT.glob("*.md") for d in load(path) if d.file == file]
    return tuple(squeeze(text) for document in built for text in _texts(document))


def _texts(document: Document) -> Iterator[str]:
    for block in document.blocks:
        match block:
            case Heading(_, text) | Text(text) | Callout(text):
                yield text
            case Bullets(items):
                yield from items
            case Steps(items):
                yield from (text for step in items for text in (step.text, *step.notes))
            case Table(rows):
                yield from (cell for row in rows for cell in row)


def text_of(file: str) -> str:
    return "\n".join(passages(file))


def test_the_manifest_names_exactly_the_files_that_are_there() -> None:
    present = {path.name for path in SAMPLES.iterdir() if path.is_file()} - NOT_DOCUMENTS
    named = [entry["file"] for entry in manifest()]
    assert sorted(named) == sorted(present)


def test_every_entry_of_the_manifest_is_complete() -> None:
    fields = {"file", "key", "title", "audience", "product", "model", "language", "pair"}
    for entry in manifest():
        assert set(entry) == fields, entry["file"]
        assert entry["title"], entry["file"]
        assert entry["audience"] in {"public", "internal"}, entry["file"]
        assert entry["language"] in {"zh", "en"}, entry["file"]


def test_there_are_enough_documents_of_every_kind() -> None:
    suffixes = Counter(Path(entry["file"]).suffix for entry in manifest())
    assert set(suffixes) == {".pdf", ".docx", ".pptx", ".xlsx", ".html", ".md", ".txt"}
    assert len(live_files()) >= 14
    assert {entry["language"] for entry in manifest()} == {"zh", "en"}
    assert {entry["audience"] for entry in manifest()} == {"public", "internal"}


def test_a_translation_names_its_original_and_the_other_way_round() -> None:
    pairs = {entry["key"]: entry["pair"] for entry in manifest() if entry["pair"]}
    assert len(pairs) >= 4
    languages = {entry["key"]: entry["language"] for entry in manifest()}
    for key, pair in pairs.items():
        assert pairs[pair] == key
        assert languages[pair] != languages[key]


def test_the_paired_manuals_have_the_same_structure() -> None:
    zh, en = (load(CONTENT / f"x2-manual.{language}.md")[0] for language in ("zh", "en"))
    assert [type(block) for block in zh.blocks] == [type(block) for block in en.blocks]
    numbers = [
        [b.text.split()[0] for b in document.blocks if isinstance(b, Heading)]
        for document in (zh, en)
    ]
    assert numbers[0] == numbers[1]


def test_the_whole_corpus_is_under_four_megabytes() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < 4_000_000


def test_the_manuals_are_laid_out_over_8_to_16_pages_with_page_numbers() -> None:
    for file in ("x2-manual-zh.pdf", "x2-manual-en.pdf", "r5-manual-zh-v2.0.pdf"):
        with pdfplumber.open(SAMPLES / file) as pdf:
            assert 8 <= len(pdf.pages) <= 16, file
            last = pdf.pages[-1].extract_text()
            number = len(pdf.pages) - 1
            assert f"第 {number} 页" in last or f"Page {number}" in last, file


def robot_manuals() -> tuple[str, str]:
    """Return the text of the older and of the live revision of the robot's manual."""
    old, new = (entry["file"] for entry in manifest() if entry["key"] == "r5-manual-zh")
    assert (old, new) == ("r5-manual-zh-v1.3.pdf", "r5-manual-zh-v2.0.pdf")
    return text_of(old), text_of(new)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("绒长不超过20mm的地毯", "绒长不超过15mm的地毯"),
        ("充电环境温度为0–40°C", "充电环境温度为5–40°C"),
        ("每3个月补充充电一次", "每2个月补充充电一次"),
        ("最多保存3张楼层地图", "最多保存4张楼层地图"),
        ("稀释的中性清洁剂", "稀释的朗屿专用清洁液"),
        ("回充键", "回站键"),
    ],
)
def test_the_revisions_of_the_robot_manual_say_different_things(before: str, after: str) -> None:
    old, new = robot_manuals()
    assert before in old
    assert before not in new
    assert after in new
    assert after not in old


@pytest.mark.parametrize("removed", ["看家", "遥控器", "RC-R5"])
def test_the_live_robot_manual_no_longer_has_what_was_removed(removed: str) -> None:
    old, new = robot_manuals()
    assert removed in old
    assert removed not in new


@pytest.mark.parametrize("added", ["电池鼓包", "含氯消毒液", "E15"])
def test_the_live_robot_manual_has_what_was_added(added: str) -> None:
    old, new = robot_manuals()
    assert added not in old
    assert added in new


def test_one_sop_has_numbered_chinese_headings_and_no_heading_style() -> None:
    document = docx.Document(str(SAMPLES / "sop-returns-refunds-zh.docx"))
    assert {p.style.name for p in document.paragraphs if p.style is not None} == {"Normal"}
    texts = [p.text for p in document.paragraphs]
    assert "三、七天无理由退货" in texts
    assert "（一）受理条件" in texts
    styled = docx.Document(str(SAMPLES / "sop-complaints-zh.docx"))
    assert "Heading 1" in {p.style.name for p in styled.paragraphs if p.style is not None}


def test_the_web_pages_are_what_their_sources_say() -> None:
    built = [d for path in CONTENT.glob("*.md") for d in load(path) if d.meta["kind"] == "html"]
    assert len(built) == 4
    for document in built:
        written = (SAMPLES / document.file).read_text(encoding="utf-8")
        assert written == render_html.page(document), f"rebuild {document.file}"


def test_a_source_keeps_only_the_lines_of_the_edition_that_is_built() -> None:
    body = "a\n<!-- only 1 -->\nb\n<!-- end -->\n<!-- only 2 -->\nc\n<!-- end -->\nd\n"
    assert parse(body, "1") == (Text("a"), Text("b"), Text("d"))
    assert parse(body, "2") == (Text("a"), Text("c"), Text("d"))


def test_a_ragged_table_in_a_source_is_refused() -> None:
    with pytest.raises(ValueError, match="ragged table"):
        parse("| a | b |\n| --- | --- |\n| 1 |\n", "1")


def test_every_golden_question_is_well_formed() -> None:
    fields = {"id", "question", "language", "audience", "state", "reference", "expected", "tags"}
    for case in golden():
        assert set(case) == fields, case["id"]
        assert case["question"], case["id"]
        assert case["reference"], case["id"]
        assert case["language"] in {"zh", "en"}, case["id"]
        assert case["audience"] in {"public", "internal"}, case["id"]
        assert case["state"] in {"answered", "no_evidence"}, case["id"]
        assert bool(case["expected"]) == (case["state"] == "answered"), case["id"]
        assert case["tags"], case["id"]
        assert set(case["tags"]) <= TAGS, case["id"]


def test_golden_ids_and_questions_are_unique() -> None:
    assert len({case["id"] for case in golden()}) == len(golden())
    assert len({case["question"] for case in golden()}) == len(golden())


def test_the_golden_set_has_enough_questions_of_each_kind() -> None:
    core = [case for case in golden() if "office" not in case["tags"]]
    states = Counter(case["state"] for case in core)
    languages = Counter(case["language"] for case in core)
    tags = Counter(tag for case in core for tag in case["tags"])
    assert states["answered"] >= 66
    assert states["no_evidence"] >= 18
    assert min(languages.values()) >= 0.45 * len(core)
    assert len(golden()) - len(core) <= 6
    assert tags["cross"] >= 6
    assert tags["removed"] >= 3
    assert tags["near_miss"] >= 10


def test_a_customers_question_is_answered_from_public_documents_only() -> None:
    audiences = {entry["key"]: entry["audience"] for entry in manifest()}
    for case in golden():
        if case["audience"] == "public":
            assert all(audiences[e["document"]] == "public" for e in case["expected"]), case["id"]


def test_a_question_across_languages_has_no_evidence_in_its_own() -> None:
    languages = {entry["key"]: entry["language"] for entry in manifest()}
    for case in golden():
        found = {languages[expected["document"]] for expected in case["expected"]}
        if "cross" in case["tags"]:
            assert case["language"] not in found, case["id"]
        elif case["state"] == "answered" and "office" not in case["tags"]:
            assert case["language"] in found, case["id"]


def test_only_office_questions_need_the_workbook_or_the_deck() -> None:
    for case in golden():
        files = [live_files()[expected["document"]] for expected in case["expected"]]
        office = any(Path(file).suffix in {".xlsx", ".pptx"} for file in files)
        assert office == ("office" in case["tags"]), case["id"]


@pytest.mark.parametrize("case", golden(), ids=lambda case: str(case["id"]))
def test_every_quote_stands_in_one_passage_of_the_live_document(case: dict[str, Any]) -> None:
    for expected in case["expected"]:
        file, quote = live_files()[expected["document"]], squeeze(expected["quote"])
        assert len(expected["quote"]) <= 100
        inside = [passage for passage in passages(file) if quote in passage]
        assert inside, (file, expected["quote"])
        if len(quote) < 6:
            assert quote in inside, f"a quote this short must be a whole cell: {quote}"
        if file.endswith(".pdf"):
            assert any(quote in block for block in source_blocks(file)), (file, quote)
