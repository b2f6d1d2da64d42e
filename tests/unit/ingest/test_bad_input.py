"""Files that lie about what they are, and files made to burst whoever opens them."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import CiteDeskError, FileTooLarge
from core.types import RawFile
from ingest.detect import media_type_of
from ingest.isolation.pool import ParserPool
from ingest.isolation.process import ParseLimits
from ingest.parse import parse_file

SAMPLES = Path(__file__).parents[3] / "corpus" / "samples"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha ha ha ha ha ha ha ha ha ha">'
    + "".join(f'<!ENTITY {c} "{f"&{b};" * 10}">' for b, c in zip("abcdefgh", "bcdefghi"))  # noqa: B905
    + "]>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>'
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    environment = {"PATH": os.environ["PATH"]}
    pool = ParserPool(ParseLimits(timeout_s=60.0, memory_mb=1500, environment=environment))
    yield pool
    pool.close()


def outcome(pool: ParserPool, path: Path) -> str:
    """Return the text of a file, or the code of why there is none."""
    try:
        parsed = pool.parse(RawFile(path.name, media_type_of(path), "", path))
    except CiteDeskError as error:
        return error.code
    return "\n".join(element.text for element in parsed.elements)


def changed(source: Path, target: Path, member: str, data: str) -> Path:
    """Copy an Office file with one of its parts replaced."""
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, data if name == member else old.read(name))
    return target


@pytest.mark.parametrize(
    ("sample", "name"),
    [
        ("x2-manual-en.pdf", "a.docx"),
        ("x2-manual-en.pdf", "a.txt"),
        ("warranty-policy-en.docx", "a.pdf"),
        ("warranty-policy-en.docx", "a.xlsx"),
        ("parts-prices-internal.xlsx", "a.md"),
        ("faq-en.html", "a.txt"),
        ("faq-en.html", "a.doc"),
    ],
)
def test_a_file_under_a_wrong_extension_comes_in_by_its_content(
    pool: ParserPool, tmp_path: Path, sample: str, name: str
) -> None:
    (tmp_path / name).write_bytes((SAMPLES / sample).read_bytes())
    assert len(outcome(pool, tmp_path / name)) > 500


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"<!doctype html><p>The lid is blue.</p>", "a.pdf", "FILE_CORRUPT"),
        (b"The lid is blue.", "a.png", "FILE_CORRUPT"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "a.txt", "FILE_CORRUPT"),
        (b"MZ" + bytes(range(256)) * 20, "a.pdf", "FILE_CORRUPT"),
    ],
)
def test_a_file_that_is_not_what_its_name_promises_has_a_code(
    pool: ParserPool, tmp_path: Path, data: bytes, name: str, code: str
) -> None:
    (tmp_path / name).write_bytes(data)
    assert outcome(pool, tmp_path / name) == code


def test_entities_are_neither_multiplied_nor_fetched(pool: ParserPool, tmp_path: Path) -> None:
    said = {}
    for what, head, name in (("laughs", LAUGHS, "i"), ("outside", OUTSIDE, "i")):
        body = f"<w:body><w:p><w:r><w:t>X &{name}; Y</w:t></w:r></w:p></w:body>"
        said[f"{what}.docx"] = outcome(
            pool,
            changed(
                SAMPLES / "warranty-policy-en.docx",
                tmp_path / f"{what}.docx",
                "word/document.xml",
                f'{head}<w:document xmlns:w="{WORD}">{body}</w:document>',
            ),
        )
        row = f'<row r="1"><c r="A1" t="inlineStr"><is><t>X &{name}; Y</t></is></c></row>'
        said[f"{what}.xlsx"] = outcome(
            pool,
            changed(
                SAMPLES / "parts-prices-internal.xlsx",
                tmp_path / f"{what}.xlsx",
                "xl/worksheets/sheet1.xml",
                f'{head}<worksheet xmlns="{SHEET}"><sheetData>{row}</sheetData></worksheet>',
            ),
        )
        page = tmp_path / f"{what}.xhtml"
        page.write_text(f"{head}<html><body><p>X &{name}; Y</p></body></html>")
        said[page.name] = outcome(pool, page)
    assert all(len(text) < 100_000 and "root:" not in text for text in said.values()), said
    assert not {"INTERNAL", "PARSE_CRASHED", "PARSE_TIMEOUT"} & set(said.values()), said


def test_an_office_file_that_unpacks_to_gigabytes_ends_with_a_code(
    pool: ParserPool, tmp_path: Path
) -> None:
    words = "<w:p><w:r><w:t>" + "ha " * 5_000_000 + "</w:t></w:r></w:p>"
    path = changed(
        SAMPLES / "warranty-policy-en.docx",
        tmp_path / "a.docx",
        "word/document.xml",
        f'<w:document xmlns:w="{WORD}"><w:body>{words * 20}</w:body></w:document>',
    )
    assert path.stat().st_size < 2 << 20
    assert outcome(pool, path) in ("FILE_TOO_LARGE", "PARSE_MEMORY")


def test_a_file_of_too_many_pages_is_refused_before_it_is_read(tmp_path: Path) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    for _ in range(30):
        document.new_page(100, 100)
    document.save(tmp_path / "a.pdf")
    document.close()
    seen: list[str] = []
    raw = RawFile("a.pdf", "", "", tmp_path / "a.pdf")
    with pytest.raises(FileTooLarge, match="has 30 pages; the limit is 29") as caught:
        parse_file(raw, max_pages=29, progress=lambda stage, _: seen.append(stage))
    assert "CITEDESK_MAX_PAGES" in caught.value.hint
    assert seen == []
