"""What each route is asked for one question: its forms, its words, and the documents it names."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from core.errors import QueryInvalid
from core.text.normalize import fold
from core.types import Expansion
from retrieval.asked import Asked, Titled
from retrieval.exact import exact_of
from retrieval.expansion import expand
from retrieval.keyword.base import query_terms

if TYPE_CHECKING:
    from corpus.glossary.lexicon import Lexicon

_LONGEST_QUERY = 10_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_WORD = re.compile(r"[^\W_]")
_SURE = 0.2
"""From which weight on a named document is asked about; below it, half of the names are wrong."""
_SECOND = 0.5
"""A second document is asked about where it is this near to the first."""
_MOST_FORMS = 3
_CONTEXT_WEIGHT = 0.4
_MOST_CONTEXT = 300


class Named(Protocol):
    """What is needed of :class:`retrieval.named.NamedHere`."""

    def said(self, turns: Sequence[str]) -> tuple[Titled, ...]:
        """Return the documents that a text names."""
        ...

    def versions(self, title: str) -> frozenset[str]:
        """Return the live versions that have a title."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """One question as the routes are asked it."""

    asked: Asked
    """Cleaned."""
    forms: tuple[str, ...]
    """What the dense route asks: the question by itself, and with what goes before it."""
    terms: Mapping[str, float]
    """What the keyword route asks: the question's own words with their weights."""
    extra: Mapping[str, float]
    """Words that add to a passage that has them, and that no passage need have."""
    said: tuple[Expansion, ...] = ()
    titled: Mapping[str, float] = field(default_factory=dict)
    """Versions of documents that are named, with how likely each is meant."""

    @property
    def answerable(self) -> bool:
        """Whether there is a letter or digit to look for."""
        return bool(_WORD.search(self.asked.text))

    def identity(self) -> Hashable:
        """Return everything of it that decides what is found."""
        weights = tuple(sorted(self.extra.items()))
        return self.forms, weights, self.said, tuple(sorted(self.titled.items())), self.asked.exact


def want(query: str | Asked, lexicon: Lexicon | None = None, named: Named | None = None) -> Wanted:
    """Return what the routes are to be asked.

    Raises:
        QueryInvalid: the question is empty.
    """
    given = Asked(query) if isinstance(query, str) else query
    text = clean_query(given.text)
    expanded = expand(text, lexicon)
    extra = dict(expanded.terms)
    terms = query_terms(text)
    context = _CONTROL.sub(" ", given.context)[:_MOST_CONTEXT].strip()
    for term in query_terms(context) if context else ():
        if term not in terms:
            extra[term] = max(_CONTEXT_WEIGHT, extra.get(term, 0.0))
    earlier = _named_before(given.titles, text, named)
    return Wanted(
        Asked(text, context, given.titles, given.exact or exact_of(text)),
        _forms(expanded.text, context, [one.title for one in earlier]),
        terms,
        extra,
        expanded.said,
        _versions(earlier, named),
    )


def clean_query(query: str) -> str:
    """Return the question without control characters, cut to what anyone would ask.

    Raises:
        QueryInvalid: nothing is left.
    """
    asked = _CONTROL.sub(" ", query)[:_LONGEST_QUERY].strip()
    if not fold(asked).strip():
        raise QueryInvalid("The question is empty.", "Type what you want to know.")
    return asked


def _named_before(titles: Sequence[Titled], text: str, named: Named | None) -> list[Titled]:
    """The documents that earlier turns name, and the question itself does not.

    The words of a name in the question are searched for already, and what is asked of a product
    may stand in another document than its manual: to prefer the one that is named cost 0.02 of
    nDCG@10 on the sample suite.
    """
    likeliest = max((one.weight for one in titles), default=0.0)
    sure = [one for one in titles if one.weight >= max(_SURE, _SECOND * likeliest)]
    spoken = {one.title for one in named.said([text])} if named is not None and sure else set()
    return [one for one in sure if one.title not in spoken]


def _forms(text: str, context: str, titles: Sequence[str]) -> tuple[str, ...]:
    # As passages are embedded: the title on a line of its own.
    with_titles = [f"{title}\n{text}" for title in titles[: _MOST_FORMS - 1]]
    if not with_titles and context:
        with_titles = [f"{context} {text}"]
    return (text, *with_titles)


def _versions(earlier: Sequence[Titled], named: Named | None) -> dict[str, float]:
    found: dict[str, float] = {}
    if named is None:
        return found
    for one in earlier:
        for version_id in named.versions(one.title):
            found[version_id] = max(one.weight, found.get(version_id, 0.0))
    return found
