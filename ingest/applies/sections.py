"""Sections that are about some of a document's models only.

Only what a section says plainly counts, for who asks about another model does not see it: a
heading that is a model's name, begins with it or ends with "(X2 Pro only)"; a first line such as
"This section applies to the X2 Pro"; a table whose column of models names it in every row. A
heading that compares two models narrows nothing, nor does a table with a column for each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from core.applies import Name, model_key, names_of
from core.text.normalize import fold
from core.types import Applicability, Element, ElementKind
from ingest.applies.names import Found, models_in, subset_of
from ingest.applies.phrases import contracts_in, firmware_in, regions_in

_NUMBER = re.compile(
    r"^\s*(?:第\s*[\d一二三四五六七八九十]+\s*[章节条部分]+|[\d]+(?:\.[\d]+)*[.、)）]?|"
    r"[一二三四五六七八九十]+、|[（(][\d一二三四五六七八九十]+[)）]|[A-Z]\.)\s+|^\s*[\d.]+(?=[^\d.\sA-Za-z])"
)
_COMPARES = re.compile(
    r"区别|差异|不同|对比|比较|相比|升级|替换|更换为|兼容|与.{1,12}(?:相同|一样)|之外|除.{1,16}外|不适用|"
    r"\b(?:differ\w*|compar\w+|versus|vs\.?|upgrad\w+|from|replac\w+|compatib\w+|unlike|except|"
    r"other than|not|than|instead)\b"
)
_ONLY = re.compile(
    r"仅限?|只(?:限|适用)|适用于|适用型号|专用|\bonly\b|\bfor\b|\bappl(?:y|ies) to|\bmodels?\b"
)
_AFTER = re.compile(r"^\s*(?:$|[:：,，;；、/&()（）\-–—|]|的|系列|款|型|版|机型|only\b|series\b)")
_JOINS = re.compile(r"^[\s,，、/&和与及]*(?:(?:and|or|the)\s*)*$")
_FIRST_LINE = re.compile(
    r"^(?:注[:：]|note:)?\s*(?:(?:本|此|以下)(?:节|章|条|部分|小节|内容|步骤|功能)?(?:内容)?)?\s*"
    r"(?:仅|只)?\s*(?:适用(?:于|型号|机型)?|限(?:于)?)\s*[:：]?"
    r"|^(?:(?:this|the following) (?:section|chapter|part|procedure|feature|function|steps?)\s+)?"
    r"(?:(?:only )?appl(?:y|ies) (?:only )?to|(?:is|are) (?:only )?for|for models?|for the"
    r"|models?:)"
)
_LONGEST_FIRST_LINE = 90
_MODEL_COLUMN = re.compile(
    r"^(?:适用)?(?:产品)?(?:型号|机型)$|^适用(?:产品|于)?$|^(?:applicable )?models?$|^for models?$"
    r"|^applies to$"
)

Path = tuple[str, ...]


@dataclass
class Narrowing:
    """Says of the elements of a passage to what their section narrows the document."""

    model: str
    """The models that the document is about, as an applicability writes them."""
    elements: Sequence[Element] = ()
    _known: tuple[Name, ...] = ()
    _first_lines: dict[Path, Applicability] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._known = names_of(self.model)
        seen: set[Path] = set()
        for element in self.elements:
            path = _path(element)
            if element.kind is ElementKind.TITLE or path in seen:
                continue
            seen.add(path)
            said = self._of_first_line(element.text)
            if path and said != Applicability():
                self._first_lines[path] = said

    def __call__(self, elements: Sequence[Element]) -> Applicability:
        """Return what the section of these elements says; empty where it narrows nothing."""
        if not elements:
            return Applicability()
        path = _path(elements[0])
        said: dict[str, str] = {}
        for depth in range(1, len(path) + 1):
            for narrower in (
                self._of_heading(path[depth - 1]),
                self._first_lines.get(path[:depth], Applicability()),
            ):
                said |= {n: v for n in _FIELDS if (v := getattr(narrower, n))}
        if model := self._of_rows(elements):
            said["model"] = model
        if said.get("model") and self._names_another(elements, said["model"]):
            # "The X2 has none" answers who asks about the X2, whatever the heading.
            del said["model"]
        return Applicability(**said)

    def _names_another(self, elements: Sequence[Element], model: str) -> bool:
        """Say whether a passage names a model of the document besides those it is narrowed to."""
        mine = frozenset[str]().union(*(name.keys for name in names_of(model)))
        others = frozenset[str]().union(*(name.keys for name in self._known)) - mine
        return any(model_key(f.written) in others for e in elements for f in models_in(e.text))

    def _of_heading(self, heading: str) -> Applicability:
        text = _NUMBER.sub("", heading)
        folded = fold(text)
        if _COMPARES.search(folded):
            return Applicability()
        return self._said(text, folded, plain=self._plainly(text, models_in(text)))

    def _of_first_line(self, text: str) -> Applicability:
        line = text.strip().splitlines()[0] if text.strip() else ""
        folded = fold(line)
        match = _FIRST_LINE.match(folded)
        if match is None or len(line) > _LONGEST_FIRST_LINE or _COMPARES.search(folded):
            return Applicability()
        return self._said(line, folded, plain=True)

    def _said(self, text: str, folded: str, *, plain: bool) -> Applicability:
        limited = bool(_ONLY.search(folded) or re.search(r"[(（].*[)）]", text))
        first, last = contracts_in(text)
        regions = regions_in(text) if limited else []
        return Applicability(
            model=self._narrowed(models_in(text)) if plain else "",
            region=", ".join(regions),
            firmware=firmware_in(text) if limited else "",
            contract_from=first,
            contract_to=last,
        )

    def _narrowed(self, found: Sequence[Found]) -> str:
        """The models that are named, where they are some of the document's and not all."""
        named = subset_of(found, self._known)
        if not named or len(named) >= len(self._known):
            return ""
        return ", ".join(name.text for name in self._known if name in named)

    def _plainly(self, text: str, found: Sequence[Found]) -> bool:
        if not found:
            return False
        first, last = found[0], found[-1]
        between = all(_JOINS.match(text[a.end : b.start]) for a, b in pairwise(found))
        before, after = text[: first.start].strip(), text[last.end :]
        if not between:
            return False
        if not before:
            return bool(_AFTER.match(after)) or bool(re.match(r"\s*[\u4e00-\u9fff]", after))
        closed = not after.strip(" )）.。") or bool(re.match(r"\s*(?:only|专用)", fold(after)))
        return closed and (
            before.endswith(("(", "（", ":", "：", "-", "–", "—")) or _limits(before)
        )

    def _of_rows(self, elements: Sequence[Element]) -> str:
        """The models in the column of models, where a passage holds rows of one table."""
        tables = [e.table for e in elements]
        table = tables[0]
        if table is None or any(t is not table for t in tables) or not table.header_rows:
            return ""
        header = table.rows[table.header_rows - 1]
        columns = [i for i, c in enumerate(header) if _MODEL_COLUMN.match(fold(c).strip())]
        if len(columns) != 1:
            return ""
        found: list[Found] = []
        for row in table.rows[table.header_rows :]:
            named = models_in(row[columns[0]])
            if not named:
                return ""
            found += named
        return self._narrowed(found)


_FIELDS = ("model", "region", "firmware", "contract_from", "contract_to")


def _path(element: Element) -> Path:
    title = element.kind is ElementKind.TITLE
    return (*element.headings, element.text) if title else element.headings


def _limits(before: str) -> bool:
    return bool(re.search(r"(?:仅限?|只限|适用于|适用型号|for(?: the)?|only)\s*$", fold(before)))
