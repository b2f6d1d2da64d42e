"""What a procedure says of calling a customer back: within how many hours, and since when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from core.text import fold, split_sentences

_CALLS = re.compile(
    r"回访|回电|电话跟进|致电(?:客户|顾客)"
    r"|\bcall(?:s|ed|ing)?[- ]?back|\bcall(?:s|ed|ing)? (?:the )?(?:customer|them|him|her)s? back"
    r"|\bfollow-?up call|\b(?:phone|ring|call) the customer\b"
)
_NUMBERS = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2}
_WORDS = {
    word: n
    for n, word in enumerate("zero one two three four five six seven eight nine ten".split())
}
_WITHIN = re.compile(
    r"(?P<zh>\d{1,3}|[一二两三四五六七八九十])\s*(?:个)?(?P<unit>小时|工作日|天|日)(?:以?内|之内|后|左右)?"
    rf"|(?P<en>\d{{1,3}}|{'|'.join(_WORDS)})[- ]?(?:working |business )?(?P<en_unit>hour|day)s?"
    r"|(?P<next>次日|第二天|the next day|next working day)"
)
_NEVER = re.compile(r"不(?:需要?|用|必|再)回访|无需回访|\b(?:do|need) not call\b|\bno call-?back\b")
_AFTER_CLOSING = re.compile(
    r"办结|结案|关闭|处理完|解决后|完成后|closed|closing|closure|resolved|resolution|completed|settled"
)
_LEVELS = re.compile(r"([一二三123])\s*级|\blevels?\s*([123]|i{1,3})(?![a-z0-9])")
_LEVEL_OF = {"一": 1, "二": 2, "三": 3, "1": 1, "2": 2, "3": 3, "i": 1, "ii": 2, "iii": 3}


def call_back(passages: Iterable[Mapping[str, Any]], level: int) -> dict[str, Any] | None:
    """Return the first call-back that a passage asks for at this level of escalation.

    Args:
        passages: with ``text``, and what tells where they stand.
        level: of the escalation, 0 where there is none; a rule for certain levels is for them.

    Returns:
        ``hours``, ``from`` (start or closing) and the passage it stands in with its words.
    """
    for passage in passages:
        text = str(passage.get("text") or "")
        for span in split_sentences(text):
            hours = _hours(fold(span.text), level)
            if hours is not None:
                after = _AFTER_CLOSING.search(fold(span.text))
                return {
                    "hours": hours,
                    "from": "closing" if after else "start",
                    "quote": span.text,
                    **{
                        name: passage.get(name)
                        for name in ("chunk_id", "document_id", "version_id", "title", "page")
                    },
                }
    return None


def _hours(said: str, level: int) -> float | None:
    called = _CALLS.search(said)
    if called is None or _NEVER.search(said):
        return None
    levels = {_LEVEL_OF[one or two] for one, two in _LEVELS.findall(said)}
    if levels and level not in levels:
        return None
    times = list(_WITHIN.finditer(said))
    if not times:
        return None
    # Of several times in a sentence, the one next to the call is its own.
    match = min(
        times, key=lambda m: min(abs(m.start() - called.end()), abs(called.start() - m.end()))
    )
    if match["next"]:
        return 24.0
    number, unit = match["zh"] or match["en"], match["unit"] or match["en_unit"]
    count = int(number) if number.isdecimal() else _NUMBERS.get(number) or _WORDS.get(number, 1)
    return float(count) if unit in ("小时", "hour") else 24.0 * count
