"""Times of day: "2 pm", "14:00" and "下午两点" are one, and are compared as one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_HAN = {d: n for n, d in enumerate("零一二三四五六七八九十")} | {"两": 2, "十一": 11, "十二": 12}
_WORDS = {
    word: n
    for n, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), 1
    )
}
_HOUR = r"\d{1,2}|十[一二]|[一二两三四五六七八九十]"
_LATE = r"下午|傍晚|晚上|夜里|夜间|晚间|今晚|当晚"
_EARLY = r"凌晨|清晨|早上|早晨|上午"
_TIME = re.compile(
    rf"(?P<part>{_LATE}|{_EARLY}|中午)?\s*(?P<han>{_HOUR})\s*点(?:钟|整|(?P<half>半)"
    r"|(?P<minute>[0-5]?\d)分)?(?(part)|(?=\s*(?:[前后起到至的之以开，,。；;～~-]|就|才|为止|截止|$)))"
    r"|(?P<en>\d{1,2}|"
    + "|".join(_WORDS)
    + r")(?:[:.](?P<en_minute>[0-5]\d))?\s*(?:(?P<ap>[ap])\.?m\b\.?|o.clock\b"
    r"(?: in the (?P<said>morning|afternoon|evening))?|in the (?P<day>morning|afternoon|evening))"
    rf"|(?:(?P<when>{_LATE}|{_EARLY})\s*)?(?<![\d:.])(?P<hour>[01]?\d|2[0-4])[:：](?P<rest>[0-5]\d)(?!\d|[:：]\d)",
    re.IGNORECASE,
)


_WIDE = str.maketrans("０１２３４５６７８９：", "0123456789:")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of day in a text: ``text[start:end]``."""

    minutes: int
    """Since midnight."""
    certain: bool
    """Whether morning or afternoon is told."""
    start: int
    end: int
    text: str

    def same(self, other: Moment) -> bool:
        """Say whether two may be one: "9 点" and "21:00", where one does not tell which half."""
        if self.certain and other.certain:
            return self.minutes == other.minutes
        return self.minutes % 720 == other.minutes % 720


@lru_cache(maxsize=4_000)
def moments(text: str) -> tuple[Moment, ...]:
    """Return the times of day of a text in order."""
    return tuple(_moments(text))


def without_moments(said: str, held: str) -> tuple[str, str, str]:
    """Return both texts less their times of day, and a time of the first that the other lacks.

    Where the second tells no time of day, nothing is taken away: its numbers are all there is.
    """
    theirs = moments(held)
    if not theirs:
        return said, held, ""
    strange = [m for m in moments(said) if not any(m.same(other) for other in theirs)]
    return _less(said), _less(held), strange[0].text.strip() if strange else ""


def _less(text: str) -> str:
    for moment in reversed(moments(text)):
        text = f"{text[: moment.start]} {text[moment.end :]}"
    return text


def _moments(text: str) -> Iterator[Moment]:
    for match in _TIME.finditer(text.translate(_WIDE)):
        hour, minute, late, certain = _read(match)
        if not 0 <= hour <= 24:
            continue
        if late and hour < 12:
            hour += 12
        elif late is False and hour == 12:
            hour = 0
        yield Moment(hour * 60 + minute, certain, match.start(), match.end(), match.group())


def _read(match: re.Match[str]) -> tuple[int, int, bool | None, bool]:
    """Hour, minute, whether it is past noon where that is told, and whether that is certain."""
    if match["han"]:
        part = match["part"] or ""
        hour = int(match["han"]) if match["han"].isdigit() else _HAN[match["han"]]
        minute = 30 if match["half"] else int(match["minute"] or 0)
        late = bool(re.match(_LATE, part)) if part and part != "中午" else None
        return hour, minute, late, bool(part) or hour > 12
    if match["en"]:
        word = match["en"].lower()
        hour = int(word) if word.isdigit() else _WORDS[word]
        told = (match["ap"] or match["said"] or match["day"] or "").lower()
        late = told not in ("a", "morning") if told else None
        return hour, int(match["en_minute"] or 0), late, bool(told) or hour > 12
    hour, when = int(match["hour"]), match["when"]
    certain = bool(when) or hour > 12 or len(match["hour"]) > 1 or hour == 0
    return hour, int(match["rest"]), bool(re.match(_LATE, when)) if when else None, certain
