"""The single questions of one message.

What is told before a question belongs to it; a conjunction within one question does not split it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from answer.extractive.question import kind_of
from answer.rules.lexicon import lexicon
from core.text import content_terms, fold, split_sentences

_MOST = 3
_ITEM = re.compile(
    r"(?:^|(?<=[\n。；;，,?？!！:：])|(?<=\s))\s*"
    r"(?:[（(]\d{1,2}[)）]|\d{1,2}[、)）．]|\d{1,2}\.(?=\s)|[①-⑨]|[一二三四五六七八]、|[-*•]\s)\s*"
)
_ADDS_ZH = re.compile(
    r"[，,；;、。\s]\s*(?=(?:另外|还有|以及|同时|顺便|再问|再请问|此外|并且|然后|其次|其二|第二)"
    r"(?!一个问题[。！!]))|(?<=[^\s，,；;、。])(?=(?:以及|另外|还有)(?!什么|哪|其他|其它))"
)
_ADDS_EN = re.compile(
    r"(?i)(?:[,;]\s*|\s+)(?=(?:and|also|plus|as well as|but)(?:,| also)?\s+"
    r"(?:how|what|when|where|why|which|who|whether|can|could|does|do|did|is|are|will|would|should"
    r"|may|must|has|have)\b)"
)
_COMMA = re.compile(r"[，,；;]\s*")
_WHAT = re.compile(r"^(?:what|which)\b|什么|哪[个种款]")
_AUX = r"(?:is|are|was|were|do|does|did|can|could|will|would|should|may|must|has|have)"
# "When the device is asleep, what happens?" asks one thing.
_SUBORDINATE = re.compile(rf"^(?:when|while|where|if|since|as|after|before)\b(?! {_AUX}\b)")
_OPENS = re.compile(rf"^(?:how|what|why|which|who|whose|(?:when|where) {_AUX})\b|[\u3400-\u9fff]")
_CONTINUES = re.compile(
    r"^(?:比如|例如|譬如|还是(?!不|没|会)|或者?|尤其)|^(?:for example|e\.g|especially|or)\b"
)
_UNFINISHED = re.compile(r"(?:如何|怎么|怎样|为何|何时)$")
_LEADS = re.compile(
    r"^(?:另外|还有|以及|同时|顺便(?:问一?下)?|再问一?下|再请问|此外|并且|然后|其次|第二|请问|想问一?下"
    r"|[,，\s])+|^(?:(?:and|also|plus|as well as|but)[, ]+)+"
)
_OPEN_KINDS = frozenset({"reason", "number", "time", "procedure", "list", "place", "person"})


def asks(sentence: str) -> bool:
    """Say whether a sentence has the form of a question."""
    if sentence.rstrip().endswith(("?", "？")):
        return True
    folded = fold(sentence).strip()
    return not _SUBORDINATE.search(folded) and kind_of(folded) != "fact"


def parts_of(question: str) -> list[str]:
    """Return the single questions of a message, at most three; the rest stays with the third."""
    parts: list[str] = []
    told: list[str] = []
    for piece in _pieces(question):
        if parts and not told and _CONTINUES.search(fold(piece)):
            parts[-1] = f"{parts[-1]} {piece}"
            continue
        told.append(piece)
        if (asks(piece) or _kind(piece) != "fact") and _says_something(piece):
            parts.append(" ".join(told))
            told = []
    if told and parts:
        parts[-1] = " ".join([parts[-1], *told])
    if not parts:
        return [question]
    return [*parts[: _MOST - 1], " ".join(parts[_MOST - 1 :])] if len(parts) > _MOST else parts


def _pieces(question: str) -> Iterator[str]:
    items = [item.strip() for item in _ITEM.split(question)]
    # Numbered steps that were tried are no questions, and "Q 1" is no list.
    listed = [item for item in items[1:] if item]
    if len(listed) > 1 and sum(map(asks, listed)) > len(listed) / 2:
        if items[0]:
            yield items[0]
        yield from listed
        return
    for span in split_sentences(question):
        yield from _clauses(span.text)


def _clauses(sentence: str) -> Iterator[str]:
    """The questions that stand in one sentence, where each side of a cut asks something."""
    for cuts in (_ADDS_ZH, _ADDS_EN, _COMMA):
        for match in cuts.finditer(sentence):
            one, other = sentence[: match.start()].strip(), sentence[match.end() :].strip()
            if _two(one, other, alone=cuts is _COMMA):
                yield from _clauses(one)
                yield from _clauses(other)
                return
    yield sentence


def _two(one: str, other: str, *, alone: bool) -> bool:
    """Say whether both sides ask; a bare comma parts only questions of different open kinds."""
    kinds = _kind(one), _kind(other)
    if not (_says_something(one) and _says_something(other)) or _UNFINISHED.search(one):
        return False
    if alone:
        opens = all(_OPENS.search(_plain(side)) for side in (one, other))
        return opens and kinds[0] != kinds[1] and set(kinds) <= _OPEN_KINDS
    return "fact" not in kinds


def _kind(clause: str) -> str:
    """The kind of a clause, without the word that adds it to the one before."""
    plain = _plain(clause)
    if _SUBORDINATE.search(plain):
        return "fact"
    kind = kind_of(plain)
    return "list" if kind == "fact" and _WHAT.search(plain) else kind


def _plain(clause: str) -> str:
    return _LEADS.sub("", fold(clause)).strip()


def _says_something(sentence: str) -> bool:
    return bool(set(content_terms(sentence)) - lexicon().fillers)
