"""What a document applies to, read from its cover, its title and what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from core.text.normalize import fold
from core.types import Applicability, Element, ElementKind
from corpus.rows import AppliesRead
from ingest.applies.names import Found, field_of, joined, listed, models_in
from ingest.applies.phrases import contracts_in, firmware_in, regions_in
from ingest.parsers.base import Parsed

_COVER = 30
_READ = 400
_LONGEST_LINE = 240
_MOST_MODELS = 30
_LABEL = re.compile(
    r"^(?:适用(?:的)?(?:产品)?(?:型号|机型|设备|产品)|产品型号|设备型号|机型|型号|适用于"
    r"|for models?|(?:applicable |supported |product )?models?(?: (?:no|numbers?|names?)\.?)?"
    r"|(?:applies|applicable) to(?: models?)?)\s*[:：]\s*(.+)$",
    re.IGNORECASE,
)
_BARE_LABEL = re.compile(
    r"^(?:(?:applicable |supported |product )?models?(?: (?:no|numbers?)\.?)?|for models?"
    r"|applies to(?: models?)?|适用于|仅适用于|适用型号|型号)\s+(?:the )?(?=[A-Za-z0-9-]*\d)(.+)$",
    re.IGNORECASE,
)
_OF_ITSELF = re.compile(
    r"(?:本|此|该)(?:手册|说明书?|文档|文件|指南|政策|规程|规范|协议|公告|通知|版本|教程|资料)[^。；]{0,12}?"
    r"(?:仅)?(?:适用|针对|面向)(?:于)?|"
    r"\bthis (?:\w+ ){0,2}(?:manual|guide|document|policy|procedure|notice|agreement|handbook|"
    r"edition|bulletin)\b[^.]{0,20}?\b(?:applies|is for|is intended for|covers|is valid|describes)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[。；;]|\.(?=\s|$)")
_OF_DOCUMENTS = re.compile(
    r"用户手册|使用手册|使用说明书?|说明书|产品手册|维修手册|安装指南|快速指南|指南|手册|规格书|数据手册|培训|固件|(?i:\bfirmware\b)"
    r"|(?i:\b(?:quick start|user|users|owner|owner's|service|installation|instruction|reference|"
    r"product|data|release)?\s*(?:manual|guide|handbook|sheet|notes|instructions)\b)"
)
_PUNCTUATION = re.compile(r"[\s:：/／|,，、()（）\-–—_·&]+|\b(?:and|the|for|of)\b|[和与及]")


def read_applicability(parsed: Parsed) -> AppliesRead | None:
    """Return what a document says of its product, models, regions, firmware and contracts.

    A proposal: a title or a cover line can be misread, so somebody is to confirm it.
    """
    quotes: dict[str, str] = {}
    cover = list(_cover(parsed))
    said = [line for line in _lines(parsed.elements[:_READ]) if _OF_ITSELF.search(line)]
    titled = models_in(parsed.title)
    sources = [titled, *_labelled(cover, quotes), *_stated(said, quotes)]
    models = joined(sources)[:_MOST_MODELS]
    if titled:
        quotes.setdefault("model", parsed.title)
    product = _product(parsed.title, titled)
    if product:
        quotes["product"] = parsed.title
    own = [parsed.title, *said, *cover]
    firmware = _first(own, firmware_in, quotes, "firmware")
    region = _first(own, lambda line: ", ".join(regions_in(line)), quotes, "region")
    first = last = ""
    for line in own:
        first, last = contracts_in(line)
        if first or last:
            quotes |= dict.fromkeys((["contract_from"] if first else []), line)
            quotes |= dict.fromkeys((["contract_to"] if last else []), line)
            break
    found = Applicability(product, field_of(models), region, firmware, first, last)
    return AppliesRead(found, quotes) if found != Applicability() else None


def _cover(parsed: Parsed) -> Iterator[str]:
    """The lines before the first chapter: a few, and on the first two pages."""
    elements = parsed.elements[:_COVER]
    for index, element in enumerate(elements):
        chapter = element.kind is ElementKind.TITLE and (
            element.level > 1 or bool(element.headings)
        )
        if (chapter and index > 1) or (element.page or 1) > 2:
            return
        yield from _lines([element])


def _lines(elements: list[Element] | tuple[Element, ...]) -> Iterator[str]:
    for element in elements:
        for line in element.text.splitlines():
            if 0 < len(line.strip()) <= _LONGEST_LINE:
                yield line.strip()


def _labelled(lines: list[str], quotes: dict[str, str]) -> Iterator[list[Found]]:
    for line in lines:
        if match := _LABEL.match(line):
            found = listed(_SENTENCE_END.split(match.group(1))[0])
        elif match := _BARE_LABEL.match(line):
            found = models_in(_SENTENCE_END.split(match.group(1))[0])
        else:
            continue
        if found:
            quotes.setdefault("model", line)
            yield found


def _stated(lines: list[str], quotes: dict[str, str]) -> Iterator[list[Found]]:
    for line in lines:
        match = _OF_ITSELF.search(line)
        found = models_in(_SENTENCE_END.split(line[match.end() :])[0]) if match else []
        if found:
            quotes.setdefault("model", line)
            yield found


def _first(lines: list[str], read: Callable[[str], str], quotes: dict[str, str], name: str) -> str:
    for line in lines:
        if value := read(line):
            quotes[name] = line
            return value
    return ""


def _product(title: str, models: list[Found]) -> str:
    """What is left of a title without the models and the kind of document."""
    if not models:
        return ""
    rest = title
    for found in reversed(models):
        rest = f"{rest[: found.start]} {rest[found.end :]}"
    head = _OF_DOCUMENTS.split(rest, maxsplit=1)[0] if _OF_DOCUMENTS.search(rest) else ""
    name = " ".join(_PUNCTUATION.sub(" ", head).split())
    return name if 2 <= len(fold(name)) <= 40 and not any(c.isdigit() for c in name) else ""
