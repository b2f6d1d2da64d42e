"""What happened: serial numbers, releases, days, error codes, what was tried, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from answer.record.days import days_in
from answer.record.fields import words
from answer.record.people import Piece
from answer.told import releases_told
from core.text import split_sentences

_SAID_CODE = re.compile(
    r"(?:(?:错误|故障|报错|异常)(?:代?码|提示)?|报错?|代码|显示|提示"
    r"|\berrors?(?: codes?)?|\bfault(?: codes?)?|\bcodes?)"
    r"\s*(?:is|of|says|shows|是|为|了|[:：#])?\s*[\"'“”]?"
    r"(?P<code>(?:[a-z]{1,6}[- ]?)?(?:0x[0-9a-f]{1,8}|\d{1,6})(?:[-.]\d{1,4})?)"
    r"(?![a-z0-9.%]|天|年|个|次|月|小时|分钟|元|度|点|日|号|台)"
)
_CODE = re.compile(
    r"(?<![a-z0-9-])(?:(?:e|er|err|f|h|p|u)-?\d{1,4}|e-?0x[0-9a-f]{1,6}|0x[0-9a-f]{2,8}"
    r"|(?:http|error|err) ?\d{3,5})(?![a-z0-9-])"
)
_BOUGHT = re.compile(
    r"买|购|下单|签(?:收|的|了)|入手|收到货|\b(?:bought|purchas\w*|ordered|received|delivered|signed)\b"
)
_AHEAD = re.compile(r"(?:before|by|until|till|之前|以前|截至|截止)\s*$")
_PLACE = r"(?:(?![我在住到是于])[\u4e00-\u9fff])"
_STREET = re.compile(
    r"(?:(?:地址|住址|住在|寄到|送到|上门到)\s*(?:是|为|在|[:：])?\s*)?"
    rf"(?P<cn>(?:{_PLACE}{{2,8}}(?:省|自治区))?{_PLACE}{{2,8}}(?:市|州|盟)"
    r"[\u4e00-\u9fff0-9]{0,12}?(?:区|县|镇|路|街|道|巷|大道)[\u4e00-\u9fffA-Za-z0-9#-]{0,40}"
    rf"|{_PLACE}{{2,8}}(?:路|街|大道|巷)\d{{1,5}}[号弄][\u4e00-\u9fffA-Za-z0-9#-]{{0,30}})"
    r"|\b(?P<en>\d{1,5}[A-Za-z]? (?:[A-Z][\w.'-]* ){1,4}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Square|Sq|Place|Pl)\b\.?"
    r"(?:,? (?:[A-Z0-9][\w'-]*,? ?){1,6})?)"
)
_CALLED_PLACE = re.compile(
    r"(?:地址|住址)\s*(?:是|为|[:：])\s*(?P<cn>[^，。；;\n]{4,60})"
    r"|\baddress(?: is|:)\s+(?P<en>[^.;\n]{6,80})",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[^，,；;]+")
_RESULT = re.compile(
    r"[，；;,]?\s*(?:但是?|可是?|but|and)?\s*(?:it )?"
    r"(?:还是|仍然?|依然|没用|没有用|也不|不行|无效|still|no luck|nothing)[^，,；;。.!！]*"
)
_TRIM = " \t\n，,；;。.!！"
_LONGEST_TRIED = 160
_MOST_TRIED = 3


def codes(folded: str) -> Iterator[Piece]:
    """Yield error codes."""
    for pattern in (_CODE, _SAID_CODE):
        for match in pattern.finditer(folded):
            start, end = match.span("code") if pattern is _SAID_CODE else match.span()
            yield Piece(folded[start:end].strip(), start, end)


def happened(folded: str, today: date) -> Iterator[Piece]:
    """Yield the days on which something happened, not those of a purchase or to come."""
    for day in days_in(folded, today):
        start, end = _clause(folded, day.start, day.end)
        if _BOUGHT.search(folded[start:end]) or _AHEAD.search(folded[start : day.start]):
            continue
        yield Piece(day.value, day.start, day.end)


def any_day(folded: str, today: date) -> Iterator[Piece]:
    """Yield every day that a text names, for an answer to the question when it was."""
    for day in days_in(folded, today):
        yield Piece(day.value, day.start, day.end)


def tried(text: str, folded: str) -> Iterator[Piece]:
    """Yield what the customer says they have tried: the clauses, and what came of it."""
    count = 0
    for span in split_sentences(text):
        said = folded[span.start : span.end]
        if said.endswith("?"):
            continue
        for match in _CLAUSES.finditer(said):
            if not _tells(match.group()):
                continue
            after = _RESULT.match(said, match.end())
            start, end = match.start(), after.end() if after else match.end()
            piece = said[start:end].strip(_TRIM)
            start += said[start:end].index(piece)
            start, end = span.start + start, span.start + start + min(len(piece), _LONGEST_TRIED)
            yield Piece(text[start:end], start, end)
            count += 1
            if count == _MOST_TRIED:
                return


def places(text: str) -> Iterator[Piece]:
    """Yield addresses."""
    for pattern in (_STREET, _CALLED_PLACE):
        for match in pattern.finditer(text):
            group = "cn" if match["cn"] else "en"
            value = match[group].rstrip(" ,")
            yield Piece(value, match.start(group), match.start(group) + len(value))


def releases(text: str, folded: str, asked: str) -> Iterator[Piece]:
    """Yield the firmware that a text names."""
    value = releases_told(text, asked)
    if value:
        first = value.split(",")[0].lstrip("<>=").strip()
        start = folded.find(first)
        if start >= 0:
            yield Piece(value, start, start + len(first))


def _tells(clause: str) -> bool:
    """Whether a clause says that something was tried, and does not ask or deny it."""
    match = words().tried.search(clause)
    denied = words().not_tried.search(clause)
    return match is not None and (denied is None or denied.start() > match.start())


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    marks = "，。！？；,.!?;\n"
    first = max((text.rfind(mark, 0, start) for mark in marks), default=-1) + 1
    ends = [place for mark in marks if (place := text.find(mark, end)) >= 0]
    return first, min(ends, default=len(text))
