"""What a paragraph of a Word document says: accepted changes, notes, text boxes, pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.clean import clean_line
from ingest.wordlists import written_number

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_V = "{urn:schemas-microsoft-com:vml}"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_DEEPEST = 60
_UNREADABLE_HALF_POINTS = 3
_DROPPED = frozenset(
    f"{W}{name}"
    # The reading beside a Chinese character (rt) would stand in the middle of its word.
    for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "rt")
)
_SPACES = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}


def is_on(switch: Any) -> bool:
    """Say whether a property that is either on or off is on."""
    return switch is not None and switch.get(f"{W}val", "true") not in ("0", "false", "off")


@dataclass(slots=True)
class Words:
    """A paragraph as it is read."""

    text: str
    notes: list[str] = field(default_factory=list)
    """Its footnotes and endnotes, each with its mark."""
    boxes: list[Any] = field(default_factory=list)
    """The text boxes that are anchored in it."""
    pictures: list[str] = field(default_factory=list)
    """The relationships of the pictures in it."""
    charts: list[str] = field(default_factory=list)
    """The relationships of the charts in it."""


class Notes:
    """The footnotes and endnotes of a document, numbered as they are first met."""

    def __init__(self, document: Any) -> None:
        self._texts = {kind: _note_texts(document, kind) for kind in ("footnote", "endnote")}
        self._numbers: dict[tuple[str, str], int] = {}

    def meet(self, kind: str, identity: str) -> tuple[str, str]:
        """Return the mark of a note and what it says; nothing for one that is not there."""
        text = self._texts[kind].get(identity, "")
        if not text:
            return "", ""
        met = sum(known == kind for known, _ in self._numbers)
        number = self._numbers.setdefault((kind, identity), met + 1)
        form = "decimal" if kind == "footnote" else "lowerRoman"
        return f"[{written_number(number, form)}]", text


def _note_texts(document: Any, kind: str) -> dict[str, str]:
    root = related_xml(document, f"{kind}s")
    found = {}
    for note in () if root is None else root.iterfind(f"{W}{kind}"):
        # The lines between text and notes are stored as notes too.
        if note.get(f"{W}type", "normal") == "normal":
            parts = [clean_line(plain_text(p)) for p in note.iter(f"{W}p")]
            found[note.get(f"{W}id", "")] = " ".join(part for part in parts if part)
    return found


def related_xml(document: Any, name: str) -> Any:
    """Return the root of a part that belongs to the document, or None where there is none."""
    try:
        part = document.part.part_related_by(_RELATED + name)
    except KeyError:
        return None
    return parse_part(part.blob)


def parse_part(data: bytes) -> Any:
    """Return the root of a part's XML; nothing outside of it is ever fetched."""
    from lxml import etree  # type: ignore[import-untyped]

    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def read_paragraph(paragraph: Any, notes: Notes) -> Words:
    """Read a paragraph with its notes; what was deleted or hidden is not in it."""
    words = Words("")
    words.text = "".join(_parts(paragraph, words, notes, 0)).replace("\t", " ")
    return words


def plain_text(paragraph: Any, *, tab: str = " ") -> str:
    """Return the text of a paragraph, without the marks of its notes."""
    return "".join(_parts(paragraph, Words(""), None, 0)).replace("\t", tab)


def _parts(node: Any, words: Words, notes: Notes | None, depth: int) -> Iterator[str]:
    for child in node:
        tag = child.tag
        if not isinstance(tag, str) or tag in _DROPPED or _is_hidden(child):
            continue
        if tag == f"{W}txbxContent":
            words.boxes.append(child)
        elif tag in (f"{_A}blip", f"{_V}imagedata"):
            words.pictures.append(child.get(f"{R}embed") or child.get(f"{R}id") or "")
        elif tag == f"{_C}chart":
            words.charts.append(child.get(f"{R}id") or "")
        elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            yield _mark(child, words, notes)
        elif len(child) and depth < _DEEPEST:
            inner = _alternative(child) if tag == f"{_MC}AlternateContent" else child
            yield from _parts(inner, words, notes, depth + 1)
        else:
            yield _characters(child)


def _is_hidden(node: Any) -> bool:
    if node.tag != f"{W}r":
        return False
    look = node.find(f"{W}rPr")
    return look is not None and (is_on(look.find(f"{W}vanish")) or _is_unseen(node, look))


def _is_unseen(run: Any, look: Any) -> bool:
    """Say whether a run is too small to be read, or white where nothing dark stands behind it."""
    size = look.find(f"{W}sz")
    tall = size.get(f"{W}val", "") if size is not None else ""
    if tall.isdigit() and int(tall) <= _UNREADABLE_HALF_POINTS:
        return True
    colour = look.find(f"{W}color")
    if colour is None or colour.get(f"{W}val", "").upper() != "FFFFFF":
        return False
    if any(look.find(f"{W}{name}") is not None for name in ("shd", "highlight")):
        return False
    # Tables, boxes and shaded paragraphs have a ground of their own.
    grounds = (f"{W}tc", f"{W}txbxContent")
    above = list(run.iterancestors())
    return not any(each.tag in grounds for each in above) and not any(
        each.find(f"{W}pPr/{W}shd") is not None for each in above if each.tag == f"{W}p"
    )


def _characters(node: Any) -> str:
    if node.tag in (f"{W}t", f"{_MATH}t"):
        return node.text or ""
    if node.tag == f"{W}sym":
        return _symbol(node.get(f"{W}char", ""))
    return _SPACES.get(node.tag, "")


def _alternative(node: Any) -> Any:
    """Return the first of several forms of one drawing: the others say the same again."""
    chosen = node.find(f"{_MC}Choice")
    return node if chosen is None else chosen


def _mark(reference: Any, words: Words, notes: Notes | None) -> str:
    if notes is None:
        return ""
    kind = "footnote" if reference.tag == f"{W}footnoteReference" else "endnote"
    mark, text = notes.meet(kind, reference.get(f"{W}id", ""))
    if mark:
        words.notes.append(f"{mark} {text}")
    return mark


def _symbol(code: str) -> str:
    try:
        return chr(int(code, 16))
    except ValueError:
        return ""
