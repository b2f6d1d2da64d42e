"""Whether an amount is an upper or a lower limit, read from the words beside it."""

from __future__ import annotations

import re

from core.text.amounts import Amount

_NOT_UP = r"不(?:得|能|应当|应|可|要|会|许|宜)?[^，,。不\d]{0,3}?"
_MOST_BEFORE = re.compile(
    rf"(?:{_NOT_UP}(?:超过|超出|大于|高于|多于|晚于|迟于)|(?<!不)(?<!不得)(?<!不应)(?<!不能)(?<!不可)(?:低于|小于|少于|不足|不满|未满|未到|不到|早于)"
    r"|最多|至多|最高|最大|最长|上限|限(?:速|重|高|长|时|制)?|最早可?以?提前|[≤<]"
    r"|at most|(?:no|not) (?:more|later|longer|higher|greater|faster) than|(?:no|not) exceed\w*"
    r"|not (?:be )?(?:above|over)"
    r"|(?:do not|don['’]t|never|not) (?:\w+ ){0,5}(?:more|faster|longer|higher|later) than"
    r"|never exceed|up to"
    r"|(?<!no )(?<!not )(?:less|fewer|lower|lighter|shorter|younger|earlier) than|below|under"
    r"|maximum(?: of)?|limit (?:is|of)|within|until)"
    r"[\s\w个约为是:：,$¥（(]{0,9}$"
)
_LEAST_BEFORE = re.compile(
    rf"(?:{_NOT_UP}(?:少于|小于|低于|短于|早于)"
    r"|(?<!不)(?<!不得)(?<!不应)(?<!不能)(?<!不可)(?<!不要)(?:超过|超出|大于|高于|多于|晚于)|(?<![不未])年?满|至少|最少|最低|最小|最短|下限|[≥>]"
    r"|(?:do not|don['’]t|never|not) (?:\w+ ){0,5}(?:less|fewer|slower|lower|shorter) than"
    r"|at least|(?:no|not) (?:less|fewer|lower|shorter) than"
    r"|(?<!no )(?<!not )(?:more|longer|higher|greater|faster|older|heavier|later) than|above|over"
    r"|exceed\w*|minimum(?: of)?)"
    r"[\s\w个约为是:：,$¥（(]{0,9}$"
)
_MOST_BEHIND = re.compile(
    r"^\s*[人个名位次台件岁条项]?(?:的?(?:以内|之内|以下|内(?![部容置存])))|^ or (?:less|fewer"
    r"|under)|^(?: (?:a|per|each) \w+)? at (?:the )?most"
)
_LEAST_BEHIND = re.compile(
    r"^\s*[人个名位次台件岁条项]?(?:的?(?:以上|起售|及以上))|^ (?:or (?:more|over|older)"
    r"|and over)|^(?: (?:a|per|each) \w+)? at least"
)
_NEAR = 40
_WORD = re.compile(
    r"超过|超出|大于|小于|高于|低于|多于|少于|以内|之内|以下|以上|最多|最少|至多|至少|最高|最低|最大|最小|最长|最短|上限|下限"
    r"|maximum|minimum|exceed\w*|least|most|within|below|above|under|over"
)

MOST, LEAST = "most", "least"


def bound(folded: str, amount: Amount) -> str:
    """Return what an amount of a folded text is: :data:`MOST`, :data:`LEAST` or neither."""
    before = folded[max(0, amount.start - _NEAR) : amount.start]
    # What stands before another number speaks of that one.
    before = re.split(r"\d|[，,；;。]", before)[-1]
    behind = folded[amount.end : amount.end + 12]
    if _LEAST_BEHIND.search(behind):
        return LEAST
    if _MOST_BEHIND.search(behind):
        return MOST
    least, most = _LEAST_BEFORE.search(before), _MOST_BEFORE.search(before)
    if least and most:
        # "not more than" holds "more than": the longer one is meant.
        return LEAST if least.start() < most.start() else MOST
    return LEAST if least else MOST if most else ""


def is_bound_word(term: str) -> bool:
    """Say whether a word does nothing but set a limit."""
    return bool(_WORD.fullmatch(term))
