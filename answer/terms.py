"""Holding a reply to the glossary: names to avoid, names of another thing, terms to explain.

Nothing is changed, quotes least of all: the agent is told what to say instead and why, and the
customer what a term means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from core.types import Draft
from corpus.glossary.entry import Entry, Named, language_of_term

if TYPE_CHECKING:
    from corpus.glossary import Lexicon

_HOUSE_TERM = {"zh": "统一用语是“{term}”。", "en": "The term used here is “{term}”."}

Hint = Mapping[str, str]
"""used, should_be and why."""
_MOST_GLOSSES = 3
"""Who is told what every word means reads none of it."""


class TermSource(Protocol):
    """What the check needs of :class:`corpus.glossary.Glossary`."""

    def current(self) -> Lexicon:
        """Return the entries that are approved now."""
        ...


class TermCheck:
    """Looks a reply over for terms that it should not use."""

    def __init__(self, glossary: TermSource) -> None:
        self._glossary = glossary

    def check(self, draft: Draft) -> Draft:
        """Return the draft with what is to be said of its terms; its text stays as it is."""
        lexicon = self._glossary.current()
        if not lexicon:
            return draft
        quotes = {c.marker: c.quote for c in draft.citations}
        parts = [
            (s.text, "\n".join(quotes[m] for m in s.citations if m in quotes))
            for s in draft.sentences
        ]
        found = _hints(lexicon, parts or [(draft.answer, "")], draft.question)
        said = "\n".join(sentence.text for sentence in draft.sentences)
        return replace(draft, terms=tuple(found), glosses=_glosses(lexicon, said, draft.language))

    def hints(self, text: str, question: str = "", quotes: Sequence[str] = ()) -> list[Hint]:
        """Return what is to be said of the terms of a text that somebody wrote."""
        return _hints(self._glossary.current(), [(text, "\n".join(quotes))], question)


def _glosses(lexicon: Lexicon, text: str, language: str) -> tuple[Hint, ...]:
    """The terms of a text that have plain words in a language, in their order, each once."""
    entries = {found.entry.label(): found.entry for found in lexicon.find(text)}
    explained = [entry for entry in entries.values() if entry.gloss(language)]
    return tuple(
        {"term": entry.canonical(language), "gloss": entry.gloss(language)}
        for entry in explained[:_MOST_GLOSSES]
    )


def _hints(lexicon: Lexicon, parts: Sequence[tuple[str, str]], question: str) -> list[Hint]:
    """Hints for a reply in parts, each with what it rests on; each hint once."""
    whole = "\n".join(text for text, _ in parts)
    found: dict[tuple[str, str], Hint] = {}
    for text, rests_on in parts:
        for hint in (
            *_avoided(lexicon, text),
            *_confused(lexicon, text, whole, question, rests_on),
        ):
            found.setdefault((hint["used"], hint["should_be"]), hint)
    return list(found.values())


def _avoided(lexicon: Lexicon, text: str) -> Iterator[Hint]:
    found = lexicon.find(text)
    # Who says "the Home button is now called Return to Station" explains the name.
    explained = {one.entry.id for one in found if one.name in one.entry.names()}
    for one in found:
        named = next((n for n in one.entry.avoid if n.term == one.name), None)
        if named is not None and one.entry.id not in explained:
            yield _hint(one.name, one.entry, named.why)


def _confused(
    lexicon: Lexicon, text: str, whole: str, question: str, rests_on: str
) -> Iterator[Hint]:
    """Where one thing is asked about or quoted, and the name of the other one is used."""
    said = lexicon.names(text)
    if not said:
        return
    anywhere, asked, held = (lexicon.names(t) for t in (whole, question, rests_on))
    for entry, named in _pairs(lexicon):
        this = set(entry.all_names())
        other = lexicon.entry(named.term)
        that = {named.term, *(other.all_names() if other else ())}
        if this & anywhere and that & anywhere:
            # Who names both tells them apart.
            continue
        for right, wrong, thing in ((this, that, entry), (that, this, other)):
            meant = _meant(right, wrong, asked) or _meant(right, wrong, held)
            if meant and thing is not None and (used := sorted(wrong & said)):
                yield _hint(used[0], thing, named.why)


def _meant(this: Iterable[str], that: Iterable[str], names: set[str]) -> bool:
    return not names.isdisjoint(this) and names.isdisjoint(that)


def _pairs(lexicon: Lexicon) -> Iterator[tuple[Entry, Named]]:
    return ((entry, named) for entry in lexicon.entries for named in entry.never_confuse)


def _hint(used: str, entry: Entry, why: str) -> Hint:
    language = language_of_term(used)
    term = entry.canonical(language)
    return {
        "used": used,
        "should_be": term,
        "why": why or _HOUSE_TERM[language].format(term=term),
    }
