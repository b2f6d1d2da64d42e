"""ZIP archives: what is in them comes in under its right name, and nothing climbs out."""

from __future__ import annotations

import os
import random
import stat
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from core.errors import (
    ArchiveNested,
    ArchiveTooLarge,
    ArchiveUnsafe,
    CiteDeskError,
    DiskFull,
    FileCorrupt,
    FileEmpty,
    FileEncrypted,
    FileTooLarge,
    FormatUnsupported,
    OptionInvalid,
)
from corpus.documents import IngestOptions
from ingest.archive import directory
from ingest.archive.directory import ArchiveLimits, climbs, open_zip
from ingest.archive.names import file_name
from ingest.archive.reader import Archive
from ingest.detect import DOCX, is_archive, media_type_of
from ingest.incoming import incoming

PASSWORD = "Geheim-7"


def packed(
    path: Path, files: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED
) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def named(path: Path, names: list[bytes]) -> Path:
    """Write an archive whose names are these bytes, as other programs write them."""
    stand_ins = [f"{number:03d}".ljust(len(name), "x") for number, name in enumerate(names)]
    packed(path, dict.fromkeys(stand_ins, b"words"), zipfile.ZIP_STORED)
    data = path.read_bytes()
    for stand_in, name in zip(stand_ins, names, strict=True):
        data = data.replace(stand_in.encode(), name)
    path.write_bytes(data)
    return path


def paths(path: Path, **more: object) -> list[str]:
    with Archive(path, **more) as archive:  # type: ignore[arg-type]
        return [member.path for member in archive.members]


def contents(path: Path, folder: Path, **more: object) -> dict[str, bytes | str]:
    """Return what each member holds, or the code of what is wrong with it."""
    found: dict[str, bytes | str] = {}
    folder.mkdir(exist_ok=True)
    with Archive(path, **more) as archive:  # type: ignore[arg-type]
        for member in archive.members:
            try:
                with archive.unpacked(member, folder) as unpacked:
                    found[member.path] = unpacked.read_bytes()
            except CiteDeskError as error:
                found[member.path] = error.code
    assert list(folder.iterdir()) == []
    return found


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (["说明书/X2 使用说明.pdf", "常见问题.md"], "gb18030"),
        (["手册.pdf"], "gb18030"),
        (["說明書/安全注意事項.pdf", "常見問題.md"], "big5"),
        (["取扱説明書.pdf", "よくある質問/バッテリー.md"], "cp932"),
        (["マニュアル.pdf"], "cp932"),
        (["résumé für Größe.pdf", "café.txt"], "cp437"),
        (["Größe.pdf"], "cp437"),
        (["说明书/X2 使用说明.pdf", "résumé.pdf"], "utf-8"),
        (["manual.pdf", "a/b.md"], "ascii"),
    ],
)
def test_names_are_read_in_the_encoding_they_were_written_in(
    tmp_path: Path, names: list[str], encoding: str
) -> None:
    path = named(tmp_path / "a.zip", [name.encode(encoding) for name in names])
    assert paths(path) == names


def test_a_name_marked_as_utf8_is_utf8_beside_others_that_are_not(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    # Python marks what is not ASCII.
    packed(path, {"说明.md": "x", "00xx.md": "y"})
    path.write_bytes(path.read_bytes().replace(b"00xx.md", "手册".encode("gbk") + b".md"))
    assert paths(path) == ["说明.md", "手册.md"]


def test_the_unicode_name_that_info_zip_adds_counts_if_it_belongs_to_the_name(
    tmp_path: Path,
) -> None:
    told = "说明.md".encode()
    for name, expected in ((b"a.md", "说明.md"), (b"b.md", "a.md")):
        body = struct.pack("<BL", 1, zlib.crc32(name)) + told
        info = zipfile.ZipInfo("a.md")
        info.extra = struct.pack("<HH", 0x7075, len(body)) + body
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr(info, "x")
        assert paths(tmp_path / "a.zip") == [expected]


def test_hidden_files_and_what_systems_add_are_left_out(tmp_path: Path) -> None:
    files = {
        "docs/": "",
        "docs/a.md": "x",
        "docs/.DS_Store": "x",
        "__MACOSX/docs/._a.md": "x",
        ".git/config": "x",
        "docs/~$a.docx": "x",
        "docs/Thumbs.db": "x",
        "docs/desktop.ini": "x",
        "docs/.hidden/b.md": "x",
    }
    assert paths(packed(tmp_path / "a.zip", files)) == ["docs/a.md"]


def test_of_two_entries_of_one_name_the_later_counts(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.md", "old")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.md", "new")
    assert contents(tmp_path / "a.zip", tmp_path / "out") == {"a.md": b"new"}


@pytest.mark.parametrize(
    "path",
    [
        "../a.md",
        "docs/../../a.md",
        "/etc/a.md",
        "C:/a.md",
        "c:a.md",
        "..\\a.md",
        "docs\\..\\..\\a.md",
        "\\\\server\\a.md",
        "..",
    ],
)
def test_an_archive_that_climbs_out_is_refused_whole(tmp_path: Path, path: str) -> None:
    packed(tmp_path / "a.zip", {"good.md": "words", path: "words"})
    with pytest.raises(ArchiveUnsafe, match="a.zip names files outside itself"):
        Archive(tmp_path / "a.zip")
    assert climbs(path)
    assert not climbs("docs/a..b/c...md")


@pytest.mark.parametrize(
    ("target", "refused"),
    [("../../etc/passwd", True), ("/etc/passwd", True), ("a.md", False), ("../docs/a.md", False)],
)
def test_a_link_is_never_followed_and_one_that_climbs_refuses_the_archive(
    tmp_path: Path, target: str, refused: bool
) -> None:
    link = zipfile.ZipInfo("docs/link.md")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("docs/a.md", "words")
        archive.writestr(link, target)
    if refused:
        with pytest.raises(ArchiveUnsafe):
            Archive(tmp_path / "a.zip")
    else:
        assert paths(tmp_path / "a.zip") == ["docs/a.md"]


def test_windows_separators_are_folders(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"docs\\zh\\a.md": "words"})
    assert contents(path, tmp_path / "out") == {"docs/zh/a.md": b"words"}


def test_bombs_are_refused_before_anything_is_unpacked(tmp_path: Path) -> None:
    zeros = bytes(11 << 20)
    one = packed(tmp_path / "one.zip", {"a.txt": zeros})
    with pytest.raises(ArchiveTooLarge, match="more than 200 times") as caught:
        Archive(one)
    assert "CITEDESK_MAX_ARCHIVE_RATIO" in caught.value.hint
    with pytest.raises(ArchiveTooLarge, match="unpacks to 11 MB; the limit is 10 MB"):
        Archive(one, limits=ArchiveLimits(total_mb=10, ratio=2000))
    spread = packed(tmp_path / "spread.zip", {f"{n}.txt": bytes(1 << 20) for n in range(12)})
    with pytest.raises(ArchiveTooLarge, match="more than 200 times"):
        Archive(spread)
    many = packed(tmp_path / "many.zip", {f"{n}.txt": "x" for n in range(11)})
    with pytest.raises(ArchiveTooLarge, match="holds 11 files; the limit is 10"):
        Archive(many, limits=ArchiveLimits(files=10))
    # What is small is harmless at any ratio.
    assert paths(packed(tmp_path / "small.zip", {"a.txt": bytes(1 << 20)})) == ["a.txt"]


def test_a_list_of_contents_beyond_reason_is_not_even_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = packed(tmp_path / "a.zip", {f"{n}.txt": "x" for n in range(100)})
    monkeypatch.setattr(directory, "_LARGEST_DIRECTORY", 1000)
    with pytest.raises(ArchiveTooLarge):
        open_zip(path)
    # Beyond 4 GB its size stands in another record.
    data = path.read_bytes()
    at = data.rindex(b"PK\x05\x06")
    told = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 100, 100, 5000, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end = data[at : at + 12] + struct.pack("<LL", 0xFFFFFFFF, 0) + data[at + 20 :]
    path.write_bytes(data[:at] + told + locator + end)
    with pytest.raises(ArchiveTooLarge):
        open_zip(path)


def test_entries_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.txt": os.urandom(999), "b.txt": os.urandom(999)})
    data = bytearray(path.read_bytes())
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = struct.pack("<L", 0)
    path.write_bytes(data)
    with pytest.raises(FileCorrupt, match="overlap"):
        Archive(path)


@pytest.mark.parametrize("declared", [10, 5000, 0xFFFFFF])
def test_an_entry_that_lies_on_its_size_fails_alone(tmp_path: Path, declared: int) -> None:
    path = packed(tmp_path / "a.zip", {"a.txt": os.urandom(2000), "b.txt": "words"})
    data = bytearray(path.read_bytes())
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<L", declared)
    path.write_bytes(data)
    limits = ArchiveLimits(ratio=100_000)
    assert contents(path, tmp_path / "out", limits=limits) == {
        "a.txt": "FILE_CORRUPT",
        "b.txt": b"words",
    }


def test_a_damaged_entry_fails_alone(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.txt": os.urandom(2000), "b.txt": "words"})
    data = bytearray(path.read_bytes())
    data[500:510] = bytes(10)
    path.write_bytes(data)
    assert contents(path, tmp_path / "out") == {"a.txt": "FILE_CORRUPT", "b.txt": b"words"}


@pytest.mark.parametrize("left", [0.1, 0.5, 0.95])
def test_a_truncated_archive_is_refused_as_damaged(tmp_path: Path, left: float) -> None:
    path = packed(tmp_path / "a.zip", {"a.txt": os.urandom(2000), "b.txt": os.urandom(2000)})
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * left)])
    assert is_archive(path)
    with pytest.raises(FileCorrupt):
        Archive(path)


def test_an_archive_that_is_damaged_anywhere_ends_in_an_error_of_ours(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"docs/a.txt": os.urandom(300), "b.txt": "words " * 50})
    sound, chance = path.read_bytes(), random.Random(7)
    for _ in range(300):
        data = bytearray(sound)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        # Whatever else is raised ends this test.
        with suppress(CiteDeskError):
            contents(path, tmp_path / "out")


def test_an_archive_without_documents_is_empty(tmp_path: Path) -> None:
    for files in ({}, {"docs/": ""}, {".DS_Store": "x"}):
        path = packed(tmp_path / "a.zip", files)
        assert is_archive(path)
        with pytest.raises(FileEmpty):
            Archive(path)


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_every_method_of_packing_is_read(tmp_path: Path, method: int) -> None:
    data = random.Random(1).randbytes(100_000)
    path = packed(tmp_path / "a.zip", {"a.txt": data}, method)
    assert contents(path, tmp_path / "out") == {"a.txt": data}


def test_an_unknown_method_a_large_file_and_an_archive_inside_fail_alone(tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.zip", {"a.txt": "x"}).read_bytes()
    files = {"odd.txt": "odd", "big.txt": os.urandom(2 << 20), "in.zip": inner, "good.txt": "good"}
    path = packed(tmp_path / "a.zip", files)
    data = bytearray(path.read_bytes())
    entry = data.index(b"PK\x01\x02")
    data[entry + 10 : entry + 12] = struct.pack("<H", 9)
    path.write_bytes(data)
    assert contents(path, tmp_path / "out", limits=ArchiveLimits(file_mb=1)) == {
        "odd.txt": FormatUnsupported.code,
        "big.txt": FileTooLarge.code,
        "in.zip": ArchiveNested.code,
        "good.txt": b"good",
    }


def locked(path: Path, files: Mapping[str, str], password: str) -> Path:
    """Write an archive in the old encryption, which Python itself only reads."""
    folder = path.parent / "to-lock"
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    body, listed = b"", b""
    for name, text in files.items():
        data = text.encode()
        crc, deflate = zlib.crc32(data), zlib.compressobj(9, zlib.DEFLATED, -15)
        plain = os.urandom(11) + bytes([crc >> 24]) + deflate.compress(data) + deflate.flush()
        cipher = encrypted(plain, password.encode())
        head = struct.pack(
            "<HHHHHLLLHH", 20, 1, 8, 0, 33, crc, len(cipher), len(data), len(name), 0
        )
        listed += b"PK\x01\x02" + struct.pack("<H", 20) + head
        listed += struct.pack("<HHHLL", 0, 0, 0, 0, len(body)) + name.encode()
        body += b"PK\x03\x04" + head + name.encode() + cipher
    count = len(files)
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, count, count, len(listed), len(body), 0)
    path.write_bytes(body + listed + end)
    return path


def encrypted(data: bytes, password: bytes) -> bytes:
    table = []
    for n in range(256):
        for _ in range(8):
            n = (n >> 1) ^ 0xEDB88320 if n & 1 else n >> 1
        table.append(n)
    keys = [0x12345678, 0x23456789, 0x34567890]

    def update(byte: int) -> None:
        keys[0] = table[(keys[0] ^ byte) & 255] ^ (keys[0] >> 8)
        keys[1] = ((keys[1] + (keys[0] & 255)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = table[(keys[2] ^ (keys[1] >> 24)) & 255] ^ (keys[2] >> 8)

    for byte in password:
        update(byte)
    out = bytearray()
    for byte in data:
        mixed = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ ((mixed * (mixed ^ 1)) >> 8) & 255)
        update(byte)
    return bytes(out)


@pytest.mark.parametrize("password", [PASSWORD, "密码", "a"])
def test_a_locked_archive_opens_with_its_password_alone(tmp_path: Path, password: str) -> None:
    path = locked(tmp_path / "a.zip", {f"{n}.md": f"words {n}" for n in range(4)}, password)
    with pytest.raises(FileEncrypted, match="Give the password with the file"):
        Archive(path)
    with pytest.raises(FileEncrypted, match="Check the password"):
        Archive(path, password="wrong")
    found = contents(path, tmp_path / "out", password=password)
    assert found == {f"{n}.md": f"words {n}".encode() for n in range(4)}


def test_an_archive_locked_with_aes_says_what_to_do(tmp_path: Path) -> None:
    path = locked(tmp_path / "a.zip", {"a.md": "words"}, PASSWORD)
    data = path.read_bytes().replace(struct.pack("<HHH", 20, 1, 8), struct.pack("<HHH", 51, 1, 99))
    path.write_bytes(data)
    with pytest.raises(FileEncrypted, match="AES") as caught:
        Archive(path, password=PASSWORD)
    assert caught.value.hint == "Unpack it with its password and add the folder."


@pytest.mark.parametrize(
    ("files", "media_type"),
    [
        ({"[Content_Types].xml": "x", "word/document.xml": "x"}, DOCX),
        ({"META-INF/container.xml": "x", "mimetype": "application/epub+zip"}, ""),
        ({"META-INF/MANIFEST.MF": "x", "a.class": "x"}, ""),
        ({"[Content_Types].xml": "x", "visio/document.xml": "x"}, ""),
        ({"mimetype": "application/vnd.oasis.opendocument.text"}, ""),
    ],
)
def test_an_office_file_a_book_and_a_program_are_no_archives(
    tmp_path: Path, files: dict[str, str], media_type: str
) -> None:
    path = packed(tmp_path / "a.zip", files)
    assert not is_archive(path)
    if media_type:
        assert media_type_of(path) == media_type


def test_an_archive_with_folders_named_as_in_an_office_file_is_one(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"word/a.md": "x", "ppt/b.md": "x", "xl/c.md": "x"})
    assert is_archive(path)
    assert not is_archive(packed(tmp_path / "a.docx", {"a.md": "x"}))
    with pytest.raises(FileCorrupt):
        media_type_of(tmp_path / "a.docx")


def test_a_text_that_begins_like_an_archive_is_a_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("PK is a short name for primary key.")
    assert not is_archive(path)
    assert media_type_of(path) == "text/plain"


def test_files_and_the_documents_of_archives_are_listed_with_identities_of_their_own(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.md").write_text("words")
    packed(tmp_path / "all.zip", {"zh/手册.md": "words", "en/a.md": "words"})
    packed(tmp_path / "bad.zip", {"../a.md": "words"})
    given = [tmp_path / name for name in ("a.md", "all.zip", "bad.zip", "gone.md")]
    with incoming(given, IngestOptions()) as items:
        assert [item.path for item in items] == [
            str(tmp_path / "a.md"),
            f"{tmp_path}/all.zip/zh/手册.md",
            f"{tmp_path}/all.zip/en/a.md",
            str(tmp_path / "bad.zip"),
            str(tmp_path / "gone.md"),
        ]
        assert [item.source for item in items] == [item.path for item in items]
        with pytest.raises(ArchiveUnsafe):
            items[3].opened(tmp_path)
    with incoming([tmp_path / "all.zip"], IngestOptions(document="one")) as items:
        assert [(i.path, type(i.error)) for i in items] == [
            (str(tmp_path / "all.zip"), OptionInvalid)
        ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/b/手册.pdf", "手册.pdf"),
        ("C:\\docs\\a.pdf", "a.pdf"),
        ("a\x00b\n.md", "a_b_.md"),
        ("..", "upload"),
        ("", "upload"),
        ("长" * 300 + ".pdf", "长" * 65 + ".pdf"),
    ],
)
def test_a_name_is_one_that_a_disk_takes(tmp_path: Path, name: str, expected: str) -> None:
    assert file_name(name) == expected
    (tmp_path / file_name(name)).touch()


def test_a_disk_that_is_too_small_for_a_document_is_full(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        path = packed(tmp_path / "a.zip", {"big.txt": os.urandom(2 << 20), "good.txt": "good"})
        found = contents(path, small)
    finally:
        subprocess.run(["umount", str(small)], check=True)
    assert found == {"big.txt": DiskFull.code, "good.txt": b"good"}
