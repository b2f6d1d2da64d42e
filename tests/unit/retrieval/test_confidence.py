"""A search's confidence rests on what it found, not on how much it was asked for."""

from __future__ import annotations

import pytest

from core.errors import DataInvalid
from core.types import Chunk, Hit
from retrieval.confidence import (
    Confidence,
    Line,
    default_confidence,
    read_confidence,
    signs_of,
)
from retrieval.fusion import RouteFound, fuse
from retrieval.reranking.base import Reranked
from retrieval.stores.base import Found
from retrieval.wanted import want

TEXTS = (
    "Descale the kettle with citric acid every 90 days.",
    "The kettle has a warranty of 24 months.",
    "Keep the iron away from children.",
)


def _signs(
    question: str, cosines: tuple[float, ...], shares: tuple[float, ...]
) -> dict[str, float]:
    chunks = [
        Chunk(f"c{n}", f"d{n}", f"v{n}", 0, text, title="Manual", language="en")
        for n, text in enumerate(TEXTS)
    ]
    dense = [Found(c.id, c.version_id, s) for c, s in zip(chunks, cosines, strict=True)]
    words = [Found(c.id, c.version_id, s) for c, s in zip(chunks, shares, strict=True) if s]
    found = RouteFound((dense,), words, 1.0)
    fused = fuse(found)
    by_id = {chunk.id: chunk for chunk in chunks}
    hits = [Hit(by_id[one.chunk_id], one.score) for one in fused]
    return signs_of(want(question), found, Reranked(hits))


def test_a_passage_with_the_questions_words_is_believed_more_than_one_without() -> None:
    good = _signs("descale the kettle", (0.92, 0.84, 0.80), (1.0, 0.4, 0.0))
    poor = _signs("poems about mountains", (0.81, 0.80, 0.80), (0.0, 0.0, 0.0))
    model = default_confidence()
    assert model.of(good) > model.of(poor) + 0.3
    assert good["covered"] == 1.0
    assert poor["missing"] == 1.0


def test_words_say_nothing_of_a_question_in_another_language() -> None:
    signs = _signs("水壶 kettle 怎么除垢", (0.9, 0.8, 0.8), (0.5, 0.4, 0.0))
    assert (signs["same_language"], signs["share"], signs["missing"]) == (0.0, 0.0, 0.0)


def test_a_search_without_hits_answers_nothing() -> None:
    assert signs_of(want("kettle"), RouteFound(), Reranked([])) == {}
    assert default_confidence().of({}) == 0.0


def test_late_interaction_has_a_model_of_its_own() -> None:
    model = Confidence(Line(-5.0, {}), Line(5.0, {}))
    assert model.of({"best": 1.0}) < 0.01
    assert model.of({"best": 1.0, "likeness": 0.5}) > 0.99


def test_weights_in_another_form_are_refused() -> None:
    with pytest.raises(DataInvalid):
        read_confidence({"plain": {"weights": [1, 2]}})
