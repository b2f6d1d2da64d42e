"""How a message hangs together with the turns before it: leaning on them, or turning away."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.extractive.question import MODEL, kind_of, models_in
from answer.parts import asks
from answer.rules.lexicon import lexicon
from answer.talk import REQUEST, talk_of
from core.text import content_terms, fold
from core.types import Turn

_FEW_TERMS = 3
_SHORT_REPLY = 6
_ASKED_BACK = re.compile(
    r"\b(?:which|what|when|where|or)\b|\bhow (?:many|much|long)\b"
    r"|哪|什么|几|多少|还是|何时|多久|是不是|是否"
)


def leans(question: str) -> bool:
    """Say whether a question is understood only with what was said before."""
    if turns_away(question):
        return False
    few = len(set(content_terms(question)) - lexicon().fillers) < _FEW_TERMS
    return few or bool(lexicon().elliptical.search(fold(question)))


def turns_away(question: str) -> bool:
    """Say whether a customer says that another subject begins."""
    return bool(lexicon().turning.search(fold(question)))


def answers_back(question: str, earlier: Sequence[Turn]) -> str:
    """Return the customer's question that this message completes, or an empty string.

    It does where the agent asked something back and this is short and asks nothing, and where
    the customer corrects what was said before.
    """
    asked = next((turn.text.strip() for turn in earlier if turn.role == "customer"), "")
    if not asked or talk_of(asked) or not asks(_last_line(asked)):
        return ""
    if lexicon().correcting.search(fold(question)) and not _asks(question):
        return asked
    if len(earlier) < 2 or earlier[0].role == "customer" or earlier[1].role != "customer":
        return ""
    return asked if _replies(question, earlier[0].text) else ""


def corrected(asked: str, question: str) -> str:
    """Return an earlier question about the model that this message names instead."""
    was, now = models_in(asked), models_in(question)
    new = [match.group() for match in MODEL.finditer(fold(question))]
    if len(was) != 1 or not now or not new or len(fold(asked)) != len(asked):
        return asked
    place = MODEL.search(fold(asked))
    named = fold(question).rindex(new[-1])
    written = question[named : named + len(new[-1])] if len(fold(question)) == len(question) else ""
    if place is None or not written:
        return asked
    return asked[: place.start()] + written + asked[place.end() :]


def _replies(question: str, agent: str) -> bool:
    """Say whether a short message answers what the agent asked back."""
    back = fold(_last_line(agent))
    if "?" not in back or not _ASKED_BACK.search(back) or _asks(question):
        return False
    few = len(set(content_terms(question)) - lexicon().fillers) <= _SHORT_REPLY
    return few and talk_of(question) in ("", REQUEST)


def _asks(question: str) -> bool:
    folded = fold(question)
    return "?" in folded or kind_of(folded) != "fact"


def _last_line(text: str) -> str:
    """The last sentence with words in it."""
    sentences = re.findall(r"[^。！!?？\n]+[?？]?", text)
    return str(next((s for s in reversed(sentences) if s.strip()), text))
