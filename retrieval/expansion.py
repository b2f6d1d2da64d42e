"""What else a question is searched by: the other names that the glossary knows.

A customer says 回充键 where the manual says 回站键, and a Chinese question looks for an English
manual. The names are added to the customer's own words and never take their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from core.text import fold, reply_language
from core.types import Expansion
from retrieval.keyword.base import query_terms

if TYPE_CHECKING:
    from corpus.glossary.entry import Entry
    from corpus.glossary.lexicon import Lexicon

NAME_WEIGHT = 0.6
"""Weight of a word of an added name; a word of the customer's own has 1."""
_MOST_ENTRIES = 8
_MOST_NAMES = 8


class Terms(Protocol):
    """What retrieval needs of :class:`corpus.glossary.Glossary`."""

    def current(self) -> Lexicon:
        """Return the entries that are approved now."""
        ...


@dataclass(frozen=True, slots=True)
class Expanded:
    """A question with what the glossary adds to it."""

    text: str
    """What the dense route asks."""
    terms: Mapping[str, float] = field(default_factory=dict)
    """What the keyword route asks beside the question's own terms."""
    said: tuple[Expansion, ...] = ()


def expand(asked: str, lexicon: Lexicon | None) -> Expanded:
    """Return a question with the other names of the glossary's terms in it."""
    if not lexicon or not (found := lexicon.find(asked)):
        return Expanded(asked)
    held = fold(asked)
    own = query_terms(asked)
    said: list[Expansion] = []
    terms: dict[str, float] = {}
    canonical: list[str] = []
    language = reply_language(asked)
    seen: set[str] = set()
    for one in found[:_MOST_ENTRIES]:
        if one.entry.id in seen:
            continue
        seen.add(one.entry.id)
        names = _others(one.entry, held)
        if not names:
            continue
        said.append(Expansion(one.name, tuple(names)))
        canonical.extend(_translated(one.entry, one.name, language))
        for term, weight in _weighed(names).items():
            if term not in own:
                terms[term] = max(weight, terms.get(term, 0.0))
    return Expanded(" ".join((asked, *canonical)), terms, tuple(said))


def _others(entry: Entry, held: str) -> list[str]:
    """The names by which documents may speak of it, without those that were said."""
    return [name for name in dict.fromkeys(entry.names()) if fold(name) not in held][:_MOST_NAMES]


def _translated(entry: Entry, name: str, language: str) -> Iterable[str]:
    """The canonical term in the other language, which brings its passages nearer.

    Names in the question's own language are near already: adding them moved hits down.
    """
    term = entry.en if language == "zh" else entry.zh
    return [term] if term and fold(term) != fold(name) else []


def _weighed(names: Iterable[str]) -> dict[str, float]:
    """The words of names: each name as a whole weighs as much, however many words it has."""
    found: dict[str, float] = {}
    for name in names:
        for term in query_terms(name):
            found[term] = max(NAME_WEIGHT, found.get(term, 0.0))
    return found
