"""Writes the OLE files that old Office and Outlook use; no library in the product can."""

from __future__ import annotations

import struct
from pathlib import Path

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SMALLEST = 4096

Folder = dict[str, "bytes | Folder"]


def write_ole(path: Path, root: Folder) -> Path:
    """Write an OLE file; every stream goes into whole sectors, as large ones do."""
    entries: list[tuple[str, int, bytes, int, int]] = []
    _enter(entries, "Root Entry", root, 5)
    sectors: list[bytes] = []
    chains: list[int] = []
    placed = []
    for name, kind, data, child, right in entries:
        start, size = _END, 0
        if kind == 2:
            # Shorter streams would belong into a mini stream; white space makes them long enough.
            size = max(len(data), _SMALLEST)
            start = _append(sectors, chains, data.ljust(size, b"\x00"))
        placed.append(_entry(name, kind, child, right, start, size))
    listing = b"".join(placed)
    listing += _entry("", 0, _FREE, _FREE, 0, 0) * (-len(placed) % 4)
    directory = _append(sectors, chains, listing)
    count = 1
    while count * 128 < len(chains) + count:
        count += 1
    first = len(chains)
    table = chains + [_FAT] * count
    table += [_FREE] * (count * 128 - len(table))
    sectors.append(struct.pack(f"<{count * 128}I", *table))
    places = [first + i for i in range(count)] + [_FREE] * (109 - count)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory, 0,
                          _SMALLEST, _END, 0, _END, 0, places[0])  # fmt: skip
    header += struct.pack("<108I", *places[1:])
    path.write_bytes(header + b"".join(sectors))
    return path


def _enter(
    entries: list[tuple[str, int, bytes, int, int]], name: str, held: Folder, kind: int
) -> int:
    index = len(entries)
    entries.append((name, kind, b"", _FREE, _FREE))
    last = _FREE
    for key, value in reversed(held.items()):
        if isinstance(value, dict):
            place = _enter(entries, key, value, 1)
        else:
            place = len(entries)
            entries.append((key, 2, value, _FREE, _FREE))
        told = entries[place]
        entries[place] = (*told[:4], last)
        last = place
    entries[index] = (name, kind, b"", last, _FREE)
    return index


def _append(sectors: list[bytes], chains: list[int], data: bytes) -> int:
    start = len(chains)
    data += bytes(-len(data) % _SECTOR)
    count = len(data) // _SECTOR
    sectors.append(data)
    chains.extend([*range(start + 1, start + count), _END])
    return start


def _entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
    wide = (name.encode("utf-16-le") + b"\x00\x00") if name else b""
    return struct.pack(
        "<64sHBBIII36xIQ", wide, len(wide), kind, 1, _FREE, right, child, start, size
    )


def message(
    subject: str,
    *,
    html: str = "",
    text: str = "",
    attachments: tuple[tuple[str, bytes | Folder], ...] = (),
    codepage: int = 0,
    nested: bool = False,
    **streams: bytes,
) -> Folder:
    """Return what an Outlook message holds; with a codepage its words are in that, else Unicode."""

    def words(tag: str, value: str, encoding: str = "") -> Folder:
        if encoding:
            return {f"__substg1.0_{tag}001E": value.encode(encoding)}
        # White space instead of zero bytes: the length of a real stream is exact.
        return {f"__substg1.0_{tag}001F": value.ljust(_SMALLEST // 2).encode("utf-16-le")}

    encoding = f"cp{codepage}" if codepage else ""
    held: Folder = {**words("0037", subject, encoding), **streams}
    if html:
        held["__substg1.0_10130102"] = html.encode(encoding or "utf-8").ljust(_SMALLEST)
        codepage = codepage or 65001
    if text:
        held.update(words("1000", text, encoding))
    fixed = struct.pack("<HHIII", 3, 0x3FDE, 6, codepage, 0) if codepage else b""
    held["__properties_version1.0"] = bytes(24 if nested else 32) + fixed
    for number, (name, value) in enumerate(attachments):
        kind = "000D" if isinstance(value, dict) else "0102"
        part: Folder = {**words("3707", name), f"__substg1.0_3701{kind}": value}
        held[f"__attach_version1.0_#{number:08X}"] = part
    return held
