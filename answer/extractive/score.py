"""How well each unit of the evidence answers one question.

A unit's score is a logistic model over a few features; its weights were fitted by
``answer/extractive/fit.py`` and lie in ``weights.json`` beside it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

from answer.compose import foreign
from answer.extractive.fitting import by_type, read_as_row, said_here
from answer.extractive.naming import (
    known_models,
    less_model,
    model_fit,
    nameless,
    of_what_is_named,
)
from answer.extractive.question import MODEL, Question
from answer.extractive.reader import Reading
from answer.extractive.reading import Read, Weigher, folded, pairs_of, read_units, terms_of
from answer.extractive.units import Unit, spoken
from answer.extractive.vectors import VectorCache
from answer.rules.lexicon import lexicon
from core.text import reply_language
from core.types import Chunk

FEATURES = (
    "meaning",
    "overlap",
    "overlap_in_context",
    "overlap_nearby",
    "bigrams",
    "answer_type",
    "passage_rank",
    "passage_score",
    "heading_meaning",
    "heading_overlap",
    "codes",
    "novelty",
    "length",
    "first",
    "reader",
)
_OF_ORDER = ("passage_rank", "passage_score")
_LOOKED_AT = 12
"""Most units looked at closely; the cheap features choose them."""
_EMBEDDED_CHARACTERS = 240
_FAR = 0.7
"""A cosine of texts that have nothing to do with each other."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A unit and how well it answers."""

    unit: Unit
    score: float
    """In [0, 1]."""
    features: tuple[float, ...] = field(compare=False, default=())
    terms: frozenset[str] = field(compare=False, default=frozenset())
    none: float | None = field(compare=False, default=None)
    """Log-odds, by the reader, that no unit answers; None where this one was not read."""

    def feature(self, name: str) -> float:
        """Return one of the features."""
        return self.features[FEATURES.index(name)]


@lru_cache(maxsize=1)
def weights() -> dict[str, Any]:
    """Return the fitted weights of the unit model and of the evidence gate."""
    text = files("answer.extractive").joinpath("weights.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def score_units(
    question: Question,
    units: Sequence[Unit],
    passage_scores: Sequence[float],
    vectors: VectorCache,
    *,
    sure: float | None = None,
    unread: bool = False,
) -> list[Scored]:
    """Return the units that could answer, scored, best first.

    What is in the question's language is read with it; what is not, or where there is no reader,
    is compared by meaning. ``passage_scores`` are the scores of the hits by rank, ``sure`` how
    likely one of them answers, by retrieval's own word; ``unread`` is to leave out the reader.
    """
    read = read_units(of_what_is_named(question, units))
    if not read:
        return []
    known = known_models(tuple(dict.fromkeys(unit.chunk for unit in units)))
    cheap = _by_words(question, read, passage_scores, known)
    if sure is not None:
        cheap = [_as_sure(features, sure) for features in cheap]
    best = sorted(range(len(read)), key=lambda i: -_preference(cheap[i]))[:_LOOKED_AT]
    language = reply_language(question.text)
    others = [i for i in best if foreign(read[i].unit.text, read[i].unit.chunk.context(), language)]
    own = [i for i in best if i not in others]
    reading = None if unread else _reading(question, [read[i].unit for i in own], vectors)
    odds = dict(zip(own, reading.odds, strict=True)) if reading else {}
    rows = {i for i in odds if read_as_row(question, read[i].unit, cheap[i])}
    compared = {i: read[i].unit for i in best if i not in odds or i in rows}
    likeness = _likeness(question, compared, vectors)
    left = by_type(question, [cheap[i]["answer_type"] for i in best])
    scored = []
    for i, share in zip(best, left, strict=True):
        meaning, about = likeness.get(i, (_FAR, _FAR))
        words = _translated(cheap[i], meaning) if i in others else cheap[i]
        features = _features(words, meaning, about, odds.get(i, 0.0))
        score = _logistic(features, weights()["read" if i in odds else "unit"])
        if i in rows:
            score = max(score, _logistic(features, weights()["unit"]))
        score *= share * model_fit(question, read[i].unit, known)
        score *= said_here(question, read[i].unit)
        none = reading.none if reading and i in odds else None
        scored.append(Scored(read[i].unit, score, features, read[i].terms, none))
    scored = sorted(scored, key=lambda item: (-item.score, item.unit.place))
    return [_with_heading(question, scored[0], vectors), *scored[1:]]


def _with_heading(question: Question, best: Scored, vectors: VectorCache) -> Scored:
    """The best unit, told how like the question a heading is that is a question itself."""
    heading = heading_of(best.unit.chunk)
    if best.none is None or not heading.rstrip().endswith(("?", "？")):
        return best
    query = vectors.query(question.text[:_EMBEDDED_CHARACTERS])
    about = float(vectors.passages([heading])[heading] @ query)
    place = FEATURES.index("heading_meaning")
    features = (*best.features[:place], _stretched(about), *best.features[place + 1 :])
    return replace(best, features=features)


def _likeness(
    question: Question, units: Mapping[int, Unit], vectors: VectorCache
) -> dict[int, tuple[float, float]]:
    """How like the question each unit and its heading are, as cosines."""
    if not units:
        return {}
    query = vectors.query(_compared(question.text))
    texts = {i: _compared(spoken(unit.text)) for i, unit in units.items()}
    headings = {i: _compared(heading_of(unit.chunk)) for i, unit in units.items()}
    embedded = vectors.passages([*texts.values(), *filter(None, headings.values())])
    return {
        i: (float(embedded[text] @ query), float(embedded[headings[i] or text] @ query))
        for i, text in texts.items()
    }


def _compared(text: str) -> str:
    """A text as its meaning is compared: a model's name makes all that names it alike."""
    return nameless(text)[:_EMBEDDED_CHARACTERS]


def candidates(
    question: Question, units: Sequence[Unit], passage_scores: Sequence[float]
) -> list[Unit]:
    """Return the units that could answer, in the order in which they are worth reading."""
    read = read_units(units)
    known = known_models(tuple(dict.fromkeys(unit.chunk for unit in units)))
    cheap = _by_words(question, read, passage_scores, known)
    order = sorted(range(len(read)), key=lambda i: -_preference(cheap[i]))
    return [read[i].unit for i in order]


def _reading(question: Question, units: Sequence[Unit], vectors: VectorCache) -> Reading | None:
    if not units or "read" not in weights() or vectors.reader is None:
        return None
    return vectors.reader.read(question.text, units)


def _by_words(
    question: Question,
    read: Sequence[Read],
    passage_scores: Sequence[float],
    known: frozenset[str],
) -> list[dict[str, float]]:
    """The features that need no model, of each unit."""
    weigher = Weigher([item.terms | item.heading for item in read])
    subject = less_model(question, known)
    return [_cheap(subject, item, weigher, passage_scores) for item in read]


def _as_sure(cheap: dict[str, float], sure: float) -> dict[str, float]:
    """The features with an order of passages that counts no more than retrieval is sure of it.

    Where it is sure, the first passage is nearly always the right one, and the weights are fitted
    to that; where it is not, the answer stands in the second or third as well.
    """
    order = {name: 1 - (1 - cheap[name]) * sure for name in _OF_ORDER}
    return {**cheap, **order}


def heading_of(chunk: Chunk) -> str:
    """Return the heading nearest to a passage; empty where it has none."""
    return chunk.headings[-1] if chunk.headings else ""


def _cheap(
    question: Question,
    item: Read,
    weigher: Weigher,
    passage_scores: Sequence[float],
) -> dict[str, float]:
    unit = item.unit
    top = max(passage_scores, default=0.0) or 1.0
    wanted = lexicon().answers.get(question.kind)
    bigrams = pairs_of(unit.text)
    new = item.terms - question.terms
    text = folded(unit.text)
    everything = f"{text} {folded(unit.chunk.context())}"
    return {
        "overlap": weigher.coverage(question.terms, item.terms),
        "overlap_in_context": weigher.coverage(question.terms, item.terms | item.heading),
        "overlap_nearby": weigher.coverage(question.terms, item.terms | item.near),
        "bigrams": len(question.bigrams & bigrams) / max(1, len(question.bigrams)),
        "answer_type": float(bool(wanted and wanted.search(_without(text, question)))),
        "passage_rank": 1.0 / (1 + unit.rank),
        "passage_score": passage_scores[unit.rank] / top,
        "heading_overlap": weigher.coverage(
            question.terms,
            terms_of(unit.chunk.headings[-1]) if unit.chunk.headings else frozenset(),
        ),
        "codes": _share(question.codes, everything),
        "novelty": min(1.0, len(new) / 6),
        "length": min(1.0, math.log1p(len(unit.text)) / 6),
        "first": float(unit.index == 0),
    }


def _without(text: str, question: Question) -> str:
    """The unit less models and codes: neither "X2" nor a part number tells how many."""
    for code in sorted(question.codes, key=len, reverse=True):
        text = text.replace(code, " ")
    return MODEL.sub(" ", text)


def _share(codes: frozenset[str], text: str) -> float:
    return sum(code in text for code in codes) / len(codes) if codes else 0.0


_WORTH = {
    "overlap": 1.9,
    "overlap_in_context": 3.5,
    "overlap_nearby": 2.9,
    "bigrams": 3.7,
    "answer_type": 0.9,
    "passage_rank": 2.3,
    "passage_score": 3.5,
    "codes": 3.5,
}
"""What makes a unit worth a closer look, fitted to questions after the reported ones.

Those questions hardly name a code or a model; who does means it, so codes weigh as the most.
"""


def _preference(cheap: dict[str, float]) -> float:
    return sum(weight * cheap[name] for name, weight in _WORTH.items())


def _translated(cheap: dict[str, float], meaning: float) -> dict[str, float]:
    """The features of a unit in the other language, which shares no words with the question.

    What words cannot tell is taken from the meaning. Measured on 24 questions of xquad each way:
    the best sentence of the right passage lies at a cosine of 0.79 (median; 5 % below 0.76), the
    best of three other passages at 0.76.
    """
    share = 0.6 * max(0.0, min(1.0, (meaning - 0.75) / 0.04))
    names = ("overlap", "overlap_in_context", "overlap_nearby", "bigrams")
    return {**cheap, **{name: max(cheap[name], share) for name in names}}


def _features(
    cheap: dict[str, float], meaning: float, heading_meaning: float, reader: float
) -> tuple[float, ...]:
    known = {
        **cheap,
        "meaning": _stretched(meaning),
        "heading_meaning": _stretched(heading_meaning),
        "reader": reader / 4,
    }
    return tuple(known[name] for name in FEATURES)


def _stretched(cosine: float) -> float:
    """The default embedder's cosines lie between about 0.7 and 0.95: stretched to use the range."""
    return (cosine - _FAR) * 5


def _logistic(features: Sequence[float], model: dict[str, Any]) -> float:
    named: dict[str, float] = model["weights"]
    total: float = model["bias"] + sum(
        named.get(name, 0.0) * value for name, value in zip(FEATURES, features, strict=True)
    )
    return 1 / (1 + math.exp(-total))
