"""What a question asks: for what, to do what, of which of several kinds, and about what.

The rules lie in ``asking.yaml``; they hold general words of both languages and no product's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from core.text import content_terms, fold, is_chinese

_LANGUAGES = ("zh", "en")
_MODAL = re.compile(r"可以|能够|能(?![量源耗效力])|会(?![员议话])")
"""Segmentation joins 能 with the verb after it."""
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as far as two of them have to agree."""

    aspects: frozenset[str]
    """What is asked for: a price, a place, how to do it; empty where no rule says."""
    actions: frozenset[str]
    """What is done."""
    kinds: tuple[frozenset[int], ...]
    """Which of each group of contrasts it means."""
    subject: frozenset[str]
    """The other words that carry meaning, each by the first of its synonyms."""
    squeezed: str
    """The folded text without white space."""


@dataclass(frozen=True, slots=True)
class _Rules:
    polite: Mapping[str, re.Pattern[str]]
    aspects: Sequence[tuple[frozenset[str], Mapping[str, re.Pattern[str]]]]
    actions: Mapping[str, Mapping[str, re.Pattern[str]]]
    contrasts: Sequence[Sequence[re.Pattern[str]]]
    synonyms: Mapping[str, Mapping[str, str]]
    fillers: Mapping[str, frozenset[str]]


@lru_cache(maxsize=4096)
def read_asking(text: str) -> Asking:
    """Return what a question asks."""
    rules = _rules()
    folded = fold(text).replace("’", "'")
    language = "zh" if is_chinese(folded) else "en"
    bare = rules.polite[language].sub(" ", folded).strip()
    actions, left = _actions(rules, bare, language)
    alike = rules.synonyms[language]
    return Asking(
        _aspects(rules, bare, language),
        actions,
        tuple(
            frozenset(i for i, kind in enumerate(group) if kind.search(folded))
            for group in rules.contrasts
        ),
        frozenset(
            alike.get(term, term)
            for term in content_terms(_MODAL.sub(" ", left))
            if term not in rules.fillers[language]
        ),
        re.sub(r"\s+", "", folded),
    )


def _aspects(rules: _Rules, text: str, language: str) -> frozenset[str]:
    found = (names for names, patterns in rules.aspects if patterns[language].search(text))
    return next(found, frozenset())


def _actions(rules: _Rules, text: str, language: str) -> tuple[frozenset[str], str]:
    found = []
    left = text
    for name, patterns in rules.actions.items():
        if patterns[language].search(text):
            found.append(name)
            left = patterns[language].sub(" ", left)
    return frozenset(found), left


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    path = files("answer.approved").joinpath("asking.yaml")
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return _Rules(
        polite={n: _pattern("|".join(data["polite"][n]), n) for n in _LANGUAGES},
        aspects=[
            (frozenset(entry["name"]), {n: _pattern(entry[n], n) for n in _LANGUAGES})
            for entry in data["aspects"]
        ],
        actions={
            name: {n: _pattern(entry[n], n) for n in _LANGUAGES}
            for name, entry in data["actions"].items()
        },
        contrasts=[[re.compile(kind) for kind in group] for group in data["contrasts"]],
        synonyms={n: _synonyms(data["synonyms"][n]) for n in _LANGUAGES},
        fillers={n: _terms(data["fillers"][n]) for n in _LANGUAGES},
    )


def _pattern(written: str, language: str) -> re.Pattern[str]:
    if not written:
        return _NEVER
    return re.compile(rf"\b(?:{written})(?!\w)" if language == "en" else written)


def _synonyms(groups: Sequence[str]) -> dict[str, str]:
    """Every term of a group's words by the group's first."""
    named: dict[str, str] = {}
    for group in groups:
        first, *others = group.split()
        for word in (first, *others):
            for term in content_terms(word) or [word]:
                named.setdefault(term, first)
    return named


def _terms(words: str) -> frozenset[str]:
    return frozenset(words.split()) | {t for word in words.split() for t in content_terms(word)}


@lru_cache(maxsize=1)
def general_words() -> frozenset[str]:
    """Return the words that have synonyms, and so name no certain thing."""
    data = _rules().synonyms
    return frozenset(word for named in data.values() for pair in named.items() for word in pair)
