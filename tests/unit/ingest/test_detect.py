"""What kind of file it is, by its content first."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from core.errors import (
    CiteDeskError,
    FileCorrupt,
    FileEmpty,
    FileEncrypted,
    FileUnreadable,
    FormatUnsupported,
    PathNotFound,
)
from ingest.detect import DOCX, HTML, MARKDOWN, PDF, TEXT, media_type_of
from ingest.encoding import NotText, decode_text

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
CHINESE = "请先关闭电源，拔下插头，再打开水箱盖。设备冷却之后才能清洗，不要用水冲洗机身。"
TRADITIONAL = "請先關閉電源，拔下插頭，再打開水箱蓋。設備冷卻之後才能清洗，不要用水沖洗機身。"
JAPANESE = "電源を切ってプラグを抜いてから、タンクのふたを開けてください。水で洗わないでください。"


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def zipped(folder: Path, name: str, member: str) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "<x/>")
    return path


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("manual.txt", b"%PDF-1.7\n...", PDF),
        ("a.md", "# 标题\n".encode(), MARKDOWN),
        ("about.md", b"A PDF begins with %PDF-1.7.", MARKDOWN),
        ("a.mdx", b"# Title", MARKDOWN),
        ("a.txt", CHINESE.encode("gb18030"), TEXT),
        ("README", b"Plain words", TEXT),
        ("a.txt", b"<!DOCTYPE html><html><body>x</body></html>", HTML),
        ("a.htm", b"<p>x</p>", HTML),
    ],
)
def test_content_decides_before_the_extension(
    tmp_path: Path, name: str, data: bytes, expected: str
) -> None:
    assert media_type_of(written(tmp_path, name, data)) == expected


def test_a_word_file_is_known_by_what_the_zip_holds(tmp_path: Path) -> None:
    assert media_type_of(zipped(tmp_path, "a.bin", "word/document.xml")) == DOCX


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.pdf", b"", FileEmpty),
        ("a.md", b" \r\n\t ", FileEmpty),
        ("a.pdf", b"this is not a PDF", FileCorrupt),
        ("a.docx", b"PK\x03\x04 cut off", FileCorrupt),
        ("a.docx", b"plain text", FileCorrupt),
        ("a.txt", bytes(range(256)) * 20, FileCorrupt),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), FileEncrypted),
        ("a.doc", OLE + "WordDocument".encode("utf-16-le"), FormatUnsupported),
        ("a.gif", b"GIF89a....", FormatUnsupported),
        ("a.exe", bytes(range(256)) * 20, FormatUnsupported),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    data: bytes,
    error: type[CiteDeskError],
) -> None:
    # As on a machine without LibreOffice.
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(error) as caught:
        media_type_of(written(tmp_path, name, data))
    assert name in caught.value.message
    assert caught.value.hint


def test_the_refusal_of_a_format_names_those_that_can_be_read(tmp_path: Path) -> None:
    with pytest.raises(FormatUnsupported) as caught:
        media_type_of(zipped(tmp_path, "book.epub", "META-INF/container.xml"))
    for extension in (".docx", ".html", ".md", ".pdf", ".txt"):
        assert extension in caught.value.message


def test_a_path_that_is_not_there_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(PathNotFound):
        media_type_of(tmp_path / "gone.pdf")
    with pytest.raises(FileUnreadable):
        media_type_of(tmp_path)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "utf-8-sig"),
        (CHINESE, "utf-16"),
        (CHINESE + " model X2", "utf-16-le"),
        (CHINESE, "gb18030"),
        (TRADITIONAL, "big5"),
        (JAPANESE, "cp932"),
        ("Le café est à côté de l'hôtel.", "cp1252"),
    ],
)
def test_the_encoding_of_a_text_is_found_from_its_bytes(text: str, encoding: str) -> None:
    assert decode_text(text.encode(encoding)) == text


def test_a_utf8_text_that_was_cut_inside_a_character_is_still_read() -> None:
    assert decode_text(CHINESE.encode()[:-1]).startswith(CHINESE[:-1])


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(NotText):
        decode_text(bytes(range(256)))
