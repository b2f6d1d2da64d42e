"""Whether two sentences speak of one thing and one case, or of two that may well differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from core.text import claims, content_terms, fold
from corpus.diff.words import word_changes
from corpus.overlap.values import is_measure_word, is_measured

_EXCEPT = re.compile(
    r"除(?!湿|尘|霜|菌|味|颤|了|去|垢|螨|臭)|例外|另行|但是?|不过"
    r"|\b(?:except|unless|apart from|other than|excluding|save for|but|however)\b"
)
_ONLY_IF = re.compile(
    r"若|如果|如遇|倘|一旦|仅|只有|只限|情况下|情形|(?<!小)时(?=[,，、])|的话"
    r"|\b(?:if|only|in case|provided|whenever|during|while)\b"
)
_TIMES = re.compile(
    r"夜间|夜里|凌晨|周末|节假?日|假期|旺季|淡季|冬[季天]|夏[季天]|春节"
    r"|\b(?:at night|weekends?|holidays?|high season|low season|in winter|in summer)\b"
)
# Of two opposites, what is said of the one is not said of the other.
_OPPOSITES = (
    ("前[轮排端门置侧盖]", "front", "后[轮排端门置侧盖]", "rear|back"),
    ("左", "left", "右", "right"),
    ("室内", "indoors?", "室外|户外", "outdoors?"),
    ("国内|境内", "domestic", "国际|境外", "international|abroad"),
    ("个人|家用", "personal|private|home", "企业|公司|商[用业]", "business|corporate|commercial"),
    ("成人", "adults?", "儿童|婴儿", "child|children|infants?"),
    ("新", "new", "旧|二手", "old|used"),
    ("输入", "input", "输出", "output"),
    ("热[水风]", "hot", "[冷凉][水风]", "cold"),
    ("上午", "mornings?", "下午", "afternoons?"),
    ("工作日", "weekdays?", "周末", "weekends?"),
    ("月付|按月", "monthly", "年付|按年", "yearly|annually"),
    ("购买|买家", "buyers?", "卖家", "sellers?"),
)
_OPPOSED = [
    tuple(re.compile(rf"{zh}|\b(?:{en})\b") for zh, en in ((a, b), (c, d)))
    for a, b, c, d in _OPPOSITES
]
# What narrows a noun or a sentence: 夜间时段的, 用于商业场所的, at night, for parcels over 5 kg.
_NARROWS = re.compile(
    r"的\s*$|^\s*(?:对于?|用于|凡|在|于|经|由|以)|时\s*[,，]?\s*$"
    r"|\b(?:at|for|in|on|over|older|above|with|without|of|from|who|that|which|when|where)\b"
)
# Words that come and go without changing what is said.
_FILLERS = re.compile(
    "请您?|您的?|应当?|须|必须|需要?|将|会|可以?|能够?|即可|方可|一般|通常|大约|约|后|之|其|及时|尽快"
    "|内|每|隔|为|已|已经|左右|才|便|就|也|并|都|均|则|在|于|再|要|以后|之后|自|起|所|该|此|本|个|只|仅"
    r"|\b(?:please|must|should|shall|will|would|can|may|usually|normally|generally|about"
    r"|approximately|always|also|then|just|kindly|now|at once|immediately|every|each|per|once|all"
    r"|any|only|needs?|have|has|to|be|been|is|are|was|were|the|an?|your?|our|their|its|it|within|after"
    r"|before|up|than|of|s|business|working)\b"
)
_VERB_FOLLOWS = re.compile(r"\b(?:be|been|is|are|was|were|gets?|to|will|must|should|may|can)\s*$")
_LATIN = re.compile(r"[a-z]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def same_case(one: str, other: str) -> bool:
    """Say whether both sentences hold in the same case, as far as their words tell."""
    left, right = fold(one), fold(other)
    marked = all(
        bool(pattern.search(left)) == bool(pattern.search(right))
        for pattern in (_EXCEPT, _ONLY_IF, _TIMES)
    )
    return marked and not any(_opposed(pair, left, right) for pair in _OPPOSED)


def _opposed(pair: tuple[re.Pattern[str], ...], left: str, right: str) -> bool:
    """Say whether each names another one of two opposites, and only that one."""
    ours, theirs = ([bool(side.search(text)) for side in pair] for text in (left, right))
    return ours != theirs and sum(ours) == sum(theirs) == 1


def same_thing(one: str, other: str) -> bool:
    """Say whether two sentences of much the same words are about one thing.

    They are not where a word of the one stands in place of a word of the other ("front", "rear"),
    nor where words of one side alone narrow what it speaks of before its value comes.
    """
    before = ""
    valued = False
    for left, right, kept in _runs(one, other):
        if kept:
            before += left
            continue
        ours, theirs = _said(left), _said(right)
        if ours and theirs:
            # "are issued" and "are sent" may be one; "front" and "rear" are not.
            if _CHINESE.search(ours + theirs) or not _VERB_FOLLOWS.search(before):
                return False
        elif (ours or theirs) and (not valued or _narrows(left) or _narrows(right)):
            return False
        valued = valued or any(map(str.isdigit, left + right))
        before += left
    return True


def _narrows(text: str) -> bool:
    return bool(_NARROWS.search(text))


def _runs(one: str, other: str) -> Iterator[tuple[str, str, bool]]:
    for run in word_changes(fold(one), fold(other)):
        yield run.before, run.after, run.kept


@lru_cache(maxsize=20_000)
def _said(text: str) -> str:
    """What a run of words says besides values, measures and words that come and go."""
    bare = re.sub(r"\d+(?:[.,:]\d+)*", " ", claims.without_limits(text))
    bare = _LATIN.sub(lambda word: "" if is_measure_word(word.group()) else word.group(), bare)
    terms = content_terms(_FILLERS.sub(" ", bare))
    return " ".join(t for t in terms if not is_measured(t) and not is_measure_word(t))
