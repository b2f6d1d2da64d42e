"""Damaged copies of real files: each comes in as text or ends with a code of ours, and in time."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import CiteDeskError
from core.types import RawFile
from ingest.detect import media_type_of
from ingest.isolation.pool import ParserPool
from ingest.isolation.process import ParseLimits

FORMATS = ("pdf", "docx", "pptx", "xlsx", "html", "md", "mdx", "rst", "msg", "tif", "jpg")
SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"
MAIL = b"""\
From: a@example.com
Subject: =?utf-8?b?6K+05piO?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=B

--B
Content-Type: text/plain; charset=gb18030
Content-Transfer-Encoding: base64

x+vPyLnYsdW1583Mo6y1xzEwxNM=
--B
Content-Type: text/csv; name="a.csv"
Content-Disposition: attachment; filename="a.csv"

model,volume
X2,5.2 L
--B--
"""
MADE = {
    "a.csv": "型号,容量\nX2,5.2 L\nR5,3.1 L\n".encode("gb18030") * 20,
    "a.eml": MAIL,
    "a.txt": "请先关闭电源，再打开水箱盖。\n".encode("big5", "replace") * 20,
    "a.rtf": rb"{\rtf1\ansi The lid is blue.\par\b Bold\b0 }",
}


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data))]


def flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(max(1, len(data) // 2000)):
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def spliced(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(data)) for _ in range(2))
    at = chance.randrange(len(data))
    return data[:at] + data[start : min(end, start + 4000)] + data[at:]


def blanked(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    end = min(len(data), start + max(1, len(data) // 20))
    return data[:start] + bytes(end - start) + data[end:]


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    truncated,
    flipped,
    spliced,
    blanked,
)


def originals(shared_data: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the smallest real file of each format, and made ones of those that have none."""
    documents = shared_data / "documents"
    for extension in FORMATS:
        found = (p for p in documents.rglob(f"*.{extension}") if "bad_input" not in p.parts)
        smallest = min(found, key=lambda p: (p.stat().st_size, str(p)))
        yield f"a.{extension}", smallest.read_bytes()
    yield from MADE.items()


def outcome(pool: ParserPool, path: Path) -> str:
    try:
        parsed = pool.parse(RawFile(path.name, media_type_of(path), "", path))
    except CiteDeskError as error:
        return error.code
    assert any(element.text.strip() for element in parsed.elements)
    return "text"


@pytest.mark.timeout(240)
def test_a_damaged_file_comes_in_as_text_or_ends_with_a_code_of_its_own(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What LibreOffice makes of them is its own affair, and slow.
    monkeypatch.setenv("PATH", str(tmp_path))
    paths = []
    for name, data in originals(shared_data):
        for mutate in MUTATIONS:
            path = tmp_path / mutate.__name__ / name
            path.parent.mkdir(exist_ok=True)
            seed = zlib.crc32(f"{mutate.__name__} {name}".encode())
            path.write_bytes(mutate(data, random.Random(seed)))
            paths.append(path)
    pool = ParserPool(ParseLimits(timeout_s=30.0, environment={}), workers=2)
    try:
        with ThreadPoolExecutor(2) as threads:
            found = dict(zip(paths, threads.map(lambda p: outcome(pool, p), paths), strict=True))
    finally:
        pool.close()
    assert len(found) == 4 * (len(FORMATS) + len(MADE))
    defects = {"INTERNAL", "PARSE_TIMEOUT", "PARSE_MEMORY", "PARSE_CRASHED", "PARSER_UNAVAILABLE"}
    assert {f"{p.parent.name} {p.name}: {c}" for p, c in found.items() if c in defects} == set()
    # A test that only ever sees refusals, or never one, would say nothing.
    assert 10 < sum(code == "text" for code in found.values()) < len(found)
