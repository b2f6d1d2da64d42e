"""Whether a message asks anything at all that a document could answer.

Nothing is looked up only where every word belongs to a greeting, thanks, a wait, a choice or a
booking: a question that is taken for talk is lost, while looking up for nothing costs little.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from answer.rules.lexicon import load_rules
from core.text import fold, is_chinese

GREETING, THANKS, WAIT, REQUEST = "greeting", "thanks", "wait", "request"
KINDS = (GREETING, THANKS, WAIT, REQUEST)
_LONGEST = 240
_LONGEST_NAME = 3
_LONGEST_NAME_ZH = 4
_SENTENCE = re.compile(r"[^。！!?？…\n;；]+[?？]?|[?？]")
_BOOKS = re.compile(r"[订定约]|\b(?:book|reserve|reservation)\b")
_HOW_MANY = re.compile(
    r"[0-9一二两三四五六七八九十]+(?:个人|人|位|间|晚|张|点|号)|[今明后]天|周[一二三四五六日末]"
    r"|\d|\b(?:two|three|four|five|six|seven|eight)\b"
)
_MAY_REQUEST = re.compile(
    r"\b(?:(?:can|could|would|will) you"
    r"|(?:can|could|may|might) (?:i|we) (?:also |please )*(?:have|get))\b"
)
_ASKING_ZH = re.compile(r"[吗么呢]\s*$|怎|哪|什么|多少|能不能|可不可以|是不是|有没有")
_POLAR = re.compile(r"^(?:(?:and|so|but|ok|okay|yes|no) )*(?:is|are|was|were|do|does|did|has)\b")
_ORDER = (WAIT, REQUEST, "choice", THANKS, GREETING)
_SHOWN_AS = {"choice": REQUEST}


@dataclass(frozen=True, slots=True)
class _Rules:
    kinds: tuple[tuple[str, re.Pattern[str]], ...]
    slots: re.Pattern[str]
    bare: re.Pattern[str]


@lru_cache(maxsize=1024)
def talk_of(text: str) -> str:
    """Return which talk a message is, one of ``KINDS``; empty where it may ask something."""
    folded = fold(text)
    if len(folded) > _LONGEST or _rules().bare.match(_letters(folded)):
        return ""
    found: set[str] = set()
    told = False
    for sentence in _SENTENCE.findall(folded):
        words = _letters(sentence)
        if not words:
            continue
        kinds, left = _kinds(words)
        without = " ".join(_rules().slots.sub(" ", left).split())
        told = told or without != left
        if _asks(sentence, words, kinds) or (without and not _names_only(without, words, kinds)):
            return ""
        found |= kinds
    if told and (found or not _letters(folded).replace(" ", "").isdigit()):
        found.add(REQUEST)
    kind = next((kind for kind in _ORDER if kind in found), "")
    return _SHOWN_AS.get(kind, kind)


def _kinds(words: str) -> tuple[set[str], str]:
    """The kinds of talk in a sentence, and what they leave of it."""
    kinds = set[str]()
    before = ""
    # What is taken out may leave a word alone that only then is one of talk.
    while words != before:
        before = words
        for kind, pattern in _rules().kinds:
            left = " ".join(pattern.sub(" ", words).split())
            if left != words:
                kinds.add(kind)
            words = left
    return kinds, words


def _asks(sentence: str, words: str, kinds: set[str]) -> bool:
    """Say whether words of talk make a question: "is it for two people?"."""
    if kinds and kinds <= {GREETING, THANKS}:
        return False
    if _POLAR.search(words) or _ASKING_ZH.search(words):
        return True
    marked = sentence.rstrip().endswith(("?", "？"))
    return marked and not (REQUEST in kinds and _MAY_REQUEST.search(words))


def _names_only(left: str, words: str, kinds: set[str]) -> bool:
    """Say whether a booking leaves only the name of what is booked."""
    if REQUEST not in kinds or not _BOOKS.search(words) or not _HOW_MANY.search(words):
        return False
    if is_chinese(left):
        return len(left.replace(" ", "")) <= _LONGEST_NAME_ZH
    return len(left.split()) <= _LONGEST_NAME and words.rstrip()[-1:] != "?"


def _letters(folded: str) -> str:
    """The words alone, with one form of the apostrophe and the colon of a time of day."""
    text = re.sub(r"(?<=\d):(?=\d)", "\0", folded.replace("’", "'"))
    kept = "".join(c if c.isalnum() or c in "'\0" else " " for c in text)
    return " ".join(kept.replace("\0", ":").split())


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    data = load_rules("talk.yaml")
    return _Rules(
        tuple((entry["kind"], re.compile("|".join(entry["patterns"]))) for entry in data["kinds"]),
        re.compile("|".join(data["slots"])),
        re.compile(data["bare"]),
    )
