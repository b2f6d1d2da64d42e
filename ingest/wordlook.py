"""How the text of a Word document looks: its size beside body text, bold, centred."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ingest.wordtext import W, is_on

_DEFAULT_SIZE = 20
_DEEPEST_STYLE = 10
_SIZE_STEP = 1.06


@dataclass(frozen=True, slots=True)
class Look:
    """What a reader sees of a paragraph before reading it."""

    size: float
    """Its smallest type beside that of body text."""
    bold: bool
    centred: bool

    @property
    def apart(self) -> bool:
        """Whether it is set apart from body text."""
        return self.bold or self.size > _SIZE_STEP


class Looks:
    """Finds the look of paragraphs from what they, their styles and the document say."""

    def __init__(self, document: Any, styles: dict[str, Any], paragraphs: Iterable[Any]) -> None:
        self._styles = styles
        self._known: dict[tuple[str, str], Any] = {}
        self._default = self._document_size(document)
        letters: Counter[int] = Counter()
        for paragraph in paragraphs:
            for run, length in _runs(paragraph):
                letters[self._size(run, paragraph)] += length
        self._body = letters.most_common(1)[0][0] if letters else self._default

    def of(self, paragraph: Any) -> Look:
        """Return the look of a paragraph."""
        runs = [run for run, _ in _runs(paragraph)]
        sizes = [self._size(run, paragraph) for run in runs]
        aligned = paragraph.find(f"{W}pPr/{W}jc")
        if aligned is None:
            aligned = self._told(_style_of(paragraph, f"pPr/{W}pStyle"), f"{W}pPr/{W}jc")
        return Look(
            size=min(sizes, default=self._body) / self._body,
            bold=bool(runs) and all(self._is_bold(run, paragraph) for run in runs),
            centred=aligned is not None and aligned.get(f"{W}val") == "center",
        )

    def _size(self, run: Any, paragraph: Any) -> int:
        found = self._property(run, paragraph, "sz")
        written = "" if found is None else str(found.get(f"{W}val", ""))
        return int(written) if written.isdigit() and int(written) else self._default

    def _is_bold(self, run: Any, paragraph: Any) -> bool:
        return is_on(self._property(run, paragraph, "b"))

    def _property(self, run: Any, paragraph: Any, name: str) -> Any:
        own = run.find(f"{W}rPr/{W}{name}")
        if own is not None:
            return own
        for style in (
            _style_of(run, f"rPr/{W}rStyle"),
            _style_of(paragraph, f"pPr/{W}pStyle"),
        ):
            found = self._told(style, f"{W}rPr/{W}{name}")
            if found is not None:
                return found
        return None

    def _told(self, name: str, path: str) -> Any:
        """Return what a style, or one that it is based on, says; None where none does."""
        if (name, path) not in self._known:
            style, depth, found = self._styles.get(name), 0, None
            while style is not None and found is None and depth < _DEEPEST_STYLE:
                found = style.element.find(path)
                style, depth = style.base_style, depth + 1
            self._known[name, path] = found
        return self._known[name, path]

    def _document_size(self, document: Any) -> int:
        root = document.styles.element
        told = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}sz")
        normal = next(
            (
                style.find(f"{W}rPr/{W}sz")
                for style in root.iterfind(f"{W}style")
                if style.get(f"{W}default") == "1" and style.get(f"{W}type") == "paragraph"
            ),
            None,
        )
        written = [str(n.get(f"{W}val", "")) for n in (normal, told) if n is not None]
        return next((int(w) for w in written if w.isdigit() and int(w)), _DEFAULT_SIZE)


def _runs(paragraph: Any) -> list[tuple[Any, int]]:
    """Return the runs of a paragraph that say something, and how long each is."""
    found = []
    for run in paragraph.iter(f"{W}r"):
        length = sum(len((t.text or "").strip()) for t in run.iterfind(f"{W}t"))
        if length:
            found.append((run, length))
    return found


def _style_of(node: Any, path: str) -> str:
    found = node.find(f"{W}{path}")
    return "" if found is None else str(found.get(f"{W}val", ""))
