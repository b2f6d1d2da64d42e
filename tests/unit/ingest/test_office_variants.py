"""Templates, slide shows and files with macros: their plain siblings under other names."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest

from core.errors import FileCorrupt
from core.types import RawFile
from ingest.detect import DOCX, PPTX, XLSX, media_type_of
from ingest.parse import parse_file
from ingest.parsers.base import Parsed, supported_extensions

PLAIN = {
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}


def parsed(path: Path) -> Parsed:
    return parse_file(RawFile(path.name, "", "", path))


def plain_file(media_type: str, path: Path) -> Path:
    if media_type == PPTX:
        deck = pptx.Presentation()
        deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "Keep the box."
        deck.save(path)
    elif media_type == XLSX:
        book = openpyxl.Workbook()
        book.active.append(["Keep the box."])
        book.save(path)
    else:
        document = docx.Document()
        document.add_paragraph("Keep the box.")
        document.save(str(path))
    return path


@pytest.mark.parametrize(
    ("extension", "plain", "content_type"),
    [
        (".docm", DOCX, "ms-word.document.macroEnabled"),
        (".dotx", DOCX, "openxmlformats-officedocument.wordprocessingml.template"),
        (".dotm", DOCX, "ms-word.template.macroEnabledTemplate"),
        (".pptm", PPTX, "ms-powerpoint.presentation.macroEnabled"),
        (".ppsx", PPTX, "openxmlformats-officedocument.presentationml.slideshow"),
        (".ppsm", PPTX, "ms-powerpoint.slideshow.macroEnabled"),
        (".potx", PPTX, "openxmlformats-officedocument.presentationml.template"),
        (".potm", PPTX, "ms-powerpoint.template.macroEnabled"),
        (".xlsm", XLSX, "ms-excel.sheet.macroEnabled"),
        (".xltx", XLSX, "openxmlformats-officedocument.spreadsheetml.template"),
        (".xltm", XLSX, "ms-excel.template.macroEnabled"),
    ],
)
def test_templates_shows_and_files_with_macros_read_as_their_plain_sibling(
    extension: str, plain: str, content_type: str, tmp_path: Path
) -> None:
    source = plain_file(plain, tmp_path / "a.plain")
    path = tmp_path / f"a{extension}"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "[Content_Types].xml":
                assert PLAIN[plain].encode() in data
                kind = f"application/vnd.{content_type}.main+xml"
                data = data.replace(PLAIN[plain].encode(), kind.encode())
            new.writestr(name, data)
        new.writestr("vbaProject.bin", b"\xff")
    before = path.read_bytes()
    assert media_type_of(path) == plain
    assert parsed(path) == parsed(source)
    assert path.read_bytes() == before
    assert extension in supported_extensions()


@pytest.mark.parametrize("extension", [".docm", ".dotx", ".potx", ".ppsx", ".xltx"])
def test_what_only_bears_the_name_of_a_template_is_called_damaged(
    extension: str, tmp_path: Path
) -> None:
    (tmp_path / f"a{extension}").write_bytes(b"plain text")
    with pytest.raises(FileCorrupt):
        media_type_of(tmp_path / f"a{extension}")
