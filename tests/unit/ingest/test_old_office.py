"""What LibreOffice has to convert."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest
from ole import message as outlook
from ole import write_ole
from parsed import read
from soffice import put_on_path

from core.errors import FileCorrupt, FileEncrypted, FormatUnsupported
from ingest import libreoffice


def old_word(path: Path, flags: int = 0) -> Path:
    head = bytes(10) + flags.to_bytes(2, "little")
    return write_ole(path, {"WordDocument": head.ljust(4096, b"\x00")})


@pytest.fixture
def no_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nothing").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))


@pytest.mark.usefixtures("no_libreoffice")
@pytest.mark.parametrize("name", ["a.doc", "a.rtf", "a.odt"])
def test_without_libreoffice_an_old_file_is_refused_with_what_to_do(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    if name == "a.doc":
        old_word(path)
    elif name == "a.rtf":
        path.write_bytes(b"{\\rtf1 words}")
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
            archive.writestr("content.xml", "<x/>")
    with pytest.raises(FormatUnsupported) as caught:
        read(path)
    assert "LibreOffice" in caught.value.hint
    assert ".doc," not in caught.value.message


def test_an_old_file_is_converted_with_a_profile_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import docx

    monkeypatch.setenv("CITEDESK_SECRET", "the secret")
    (tmp_path / "bin").mkdir()
    leak = "assert 'CITEDESK_SECRET' not in __import__('os').environ"
    log = put_on_path(tmp_path / "bin", monkeypatch, before=leak)
    document = docx.Document()
    document.add_heading("退货", 1)
    document.add_paragraph("七天内寄回。")
    document.save(str(tmp_path / "new.docx"))
    new = (tmp_path / "new.docx").read_bytes()
    path = write_ole(tmp_path / "旧 文件.doc", {"WordDocument": bytes(4096), "Data": new})
    found = read(path)
    assert [(e.text, e.headings) for e in found.elements] == [
        ("退货", ()),
        ("七天内寄回。", ("退货",)),
    ]
    arguments = log.read_text().splitlines()
    assert arguments[:1] == ["--headless"]
    assert any(a.startswith("-env:UserInstallation=file:///") for a in arguments)
    folder = Path(arguments[-1]).parent
    assert not folder.exists()


def test_a_conversion_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    mark = tmp_path / "alive"
    child = f"import time; time.sleep(2); open({str(mark)!r}, 'w')"
    before = (
        f"import subprocess; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    )
    put_on_path(tmp_path / "bin", monkeypatch, before=before)
    monkeypatch.setattr(libreoffice, "LONGEST_SECONDS", 0.7)
    with pytest.raises(FileCorrupt):
        read(old_word(tmp_path / "a.doc"))
    time.sleep(2.2)
    assert not mark.exists()


def test_what_libreoffice_cannot_read_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    put_on_path(tmp_path / "bin", monkeypatch)
    with pytest.raises(FileCorrupt):
        read(old_word(tmp_path / "a.doc"))


@pytest.mark.usefixtures("no_libreoffice")
def test_a_locked_old_file_asks_for_a_copy_without_a_password(tmp_path: Path) -> None:
    word = old_word(tmp_path / "a.doc", 0x0100)
    slides = write_ole(
        tmp_path / "a.ppt",
        {"PowerPoint Document": b"x", "Current User": bytes(12) + bytes.fromhex("dfc4d1f3")},
    )
    book = write_ole(
        tmp_path / "a.xls", {"Workbook": bytes.fromhex("0908080000060500000000002f000600")}
    )
    text = tmp_path / "a.odt"
    with zipfile.ZipFile(text, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    for path in (word, slides, book, text):
        with pytest.raises(FileEncrypted):
            read(path)


def test_a_message_with_an_old_document_attached_is_still_a_message(tmp_path: Path) -> None:
    attached = old_word(tmp_path / "x.doc").read_bytes()
    held = outlook("退货", text="见附件。", attachments=(("旧.doc", attached),))
    found = read(write_ole(tmp_path / "a.msg", held))
    assert found.title == "退货"
    assert [warning.split(" (")[0] for warning in found.warnings] == ["Attachment not read: 旧.doc"]


def test_an_archive_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("a.txt", "words")
    with pytest.raises(FormatUnsupported) as caught:
        read(tmp_path / "all.zip")
    assert caught.value.hint == "Unpack it and add the folder."
