"""Yes or no: what a sentence answers to a question that wants one, where that is plain to read.

A wrong yes does more harm than none. So the sentence must be about all that was asked, the words
that say may or may not must be of one mind, and beside them nothing may be denied: "unopened
filters can be returned" says nothing of opened ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.compose import Statement
from answer.extractive.question import Question
from answer.extractive.reading import terms_of
from answer.rules.lexicon import lexicon
from core.text import fold
from core.text.claims import codes, negations, numbers

_ASKED: dict[str, re.Pattern[str]] = {
    "covered": re.compile(r"保修(?:吗|么|范围)|在保|保不保|算.{0,8}保修|\bcover(?:ed|s)?\b"),
    "support": re.compile(
        r"支持|兼容|支不支持|\b(?:does|do|is|are)\b.*\b(?:support|compatible|work with)"
    ),
    "need": re.compile(
        r"需要|需不需要|要不要|用不用|必须|\b(?:do|does)\b.*\b(?:need|have to)\b"
        r"|\bis\b.*\b(?:required|necessary)\b"
    ),
    "can": re.compile(
        r"可以|可否|能否|能不能|可不可以|行不行|允许|能.{1,24}(?:吗|么|不)\s*[?？]*$"
        r"|\b(?:can|could|may|am i allowed|is it (?:ok|okay|possible|safe|allowed))\b"
    ),
}
_NO: dict[str, re.Pattern[str]] = {
    "can": re.compile(
        r"不可以?|不能|不得(?!超|少|低|高)|不允许|不宜|不要|禁止|严禁|无法|(?:请|切)?勿"
        r"|\b(?:cannot|can ?not|can't|may not|must not|never|do not|don't)\b"
        r"|\bnot (?:be )?(?:allowed|permitted|possible)\b"
    ),
    "support": re.compile(r"不支持|不兼容|\b(?:not|n't) support|\bnot compatible|\bunsupported\b"),
    "need": re.compile(
        r"不需要?|无需|不必|不用|无须|\bno need\b|\bneed not\b|\b(?:not|n't) (?:need|have to)\b"
        r"|\bnot (?:required|necessary)\b"
    ),
    "covered": re.compile(
        r"不(?:予|在|属于)?保修|不属于.{0,8}保修|不在.{0,8}保修|\bnot cover(?:ed)?\b|\bexcluded\b"
    ),
}
_YES: dict[str, re.Pattern[str]] = {
    "can": re.compile(
        r"可以|可(?=[\u3400-\u9fff])(?![能是见选]|[靠])|能够|(?<![可功性节])能(?![量效源耗力])|允许"
        r"|\b(?:can|may|allowed|permitted|possible)\b"
    ),
    "support": re.compile(r"支持|兼容|\bsupport(?:s|ed)?\b|\bcompatible\b"),
    "need": re.compile(r"需要|必须|须|\b(?:must|required|needs? to|has to|have to|necessary)\b"),
    "covered": re.compile(
        r"(?:属于|在).{0,8}保修|(?:予以|免费)保修|\b(?:is|are) covered\b|\bcovers\b"
    ),
}
_STRIPPED = re.compile(
    r"能不能|可不可以|支不支持|需不需要|要不要|用不用|行不行|是不是|有没有|保不保|不\s*[?？]*$"
)
_CLAUSE = re.compile(r"[，。；：！？]|[,.;:!?](?=\s|$)")
_CHOICE = re.compile(r"还是|\bor\b")
_OPPOSITES = (
    ("外", "内"),
    ("后", "前"),
    ("超过", "内"),
    ("旧", "新"),
    ("after", "before"),
    ("outside", "within"),
    ("without", "with"),
    ("old", "new"),
    ("over", "under"),
)


def answers(question: Question, asked: str, said: Sequence[Statement]) -> tuple[str, str] | None:
    """Return about what the first statement says yes or no (``("can", "no")``), if it plainly does.

    ``asked`` is the question without what earlier turns supply.
    """
    if question.kind != "polar" or not said:
        return None
    folded = fold(asked).strip()
    family = next((name for name, pattern in _ASKED.items() if pattern.search(folded)), "")
    plain = _STRIPPED.sub(" ", folded)
    if not family or negations(plain) or _CHOICE.search(plain):
        return None
    first = said[0]
    if len(first.quotes) != 1 or first.step or not _about_all(question, folded, first):
        return None
    word = _read(family, question, fold(first.text))
    # What narrows a rule follows it; where it narrows this very thing, neither word is right.
    narrowed = any(terms_of(other.text) & question.terms for other in said[1:2])
    return None if not word or (narrowed and _narrows(said[1])) else (family, word)


def _about_all(question: Question, folded: str, first: Statement) -> bool:
    """Whether a sentence, under its headings, speaks of all that was asked."""
    text = fold(first.text)
    chunk = first.quotes[0].chunk
    held = terms_of(first.text) | terms_of(chunk.context())
    if question.terms - held or numbers(folded).keys() - numbers(text).keys():
        return False
    if codes(folded) - codes(f"{first.text} {chunk.context()}"):
        return False
    for pair in _OPPOSITES:
        for one, other in (pair, pair[::-1]):
            if _has(one, folded) and _has(other, text) and not _has(one, text):
                return False
    return bool(question.terms)


def _has(word: str, text: str) -> bool:
    return bool(re.search(rf"\b{word}\b", text)) if word.isascii() else word in text


def _read(family: str, question: Question, text: str) -> str:
    """yes or no, where all words that say so agree and stand in a clause about the question."""
    without = _NO[family].sub(" ", text)
    said_no, said_yes = without != text, bool(_YES[family].search(without))
    if said_no == said_yes or negations(without):
        return ""
    pattern = _NO[family] if said_no else _YES[family]
    near = any(pattern.search(c) and terms_of(c) & question.terms for c in _CLAUSE.split(text))
    if not near:
        return ""
    return "no" if said_no else "yes"


def _narrows(statement: Statement) -> bool:
    return bool(lexicon().exceptions.search(fold(statement.text)))
