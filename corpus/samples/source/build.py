"""Build the sample documents that are not written by hand.

    python corpus/samples/source/build.py [--font PATH]

The same sources give the same bytes: dates are those of the documents, and the archives
of the office formats are rewritten with fixed times.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2]))

from corpus.samples.source import (  # noqa: E402 (the path above must come first)
    render_docx,
    render_html,
    render_office,
    render_pdf,
)
from corpus.samples.source.markup import Document, load  # noqa: E402

FONT = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
TARGET = HERE.parent
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def main(arguments: list[str] | None = None) -> int:
    """Build every document and print the names of the files written."""
    parser = argparse.ArgumentParser(description="Build the sample documents.")
    parser.add_argument("--font", type=Path, default=FONT, help="TrueType CJK font to embed")
    options = parser.parse_args(arguments)
    if not options.font.is_file():
        print(f"no font at {options.font}: install fonts-wqy-microhei or pass --font")
        return 1
    render_pdf.register_font(options.font)
    for path in sorted((HERE / "content").glob("*.md")):
        for document in load(path):
            _render(document)
    for path in sorted((HERE / "content").glob("*.toml")):
        _render_office(path)
    return 0


def _render(document: Document) -> None:
    target = TARGET / document.file
    match document.meta["kind"]:
        case "pdf":
            render_pdf.render(document, target)
        case "docx":
            render_docx.render(document, target)
            fix_archive(target, document.date.isoformat())
        case "html":
            render_html.render(document, target)
        case kind:
            raise ValueError(f"{document.file}: no renderer for {kind!r}")
    print(target.name)


def _render_office(path: Path) -> None:
    source = tomllib.loads(path.read_text(encoding="utf-8"))
    target = TARGET / source["file"]
    if source["kind"] == "xlsx":
        render_office.render_workbook(source, target)
    else:
        render_office.render_deck(source, target)
    fix_archive(target, source["date"])
    print(target.name)


def fix_archive(path: Path, date: str) -> None:
    """Rewrite an office file so that neither its entries nor its properties carry today's time."""
    with zipfile.ZipFile(path) as archive:
        entries = [(info.filename, archive.read(info)) for info in archive.infolist()]
    stamp = f"{date}T09:00:00Z".encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)


if __name__ == "__main__":
    raise SystemExit(main())
