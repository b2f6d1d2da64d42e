"""Which found chunks may be used."""

from __future__ import annotations

import pytest

from core.types import Applicability
from corpus.live import LiveSet, LiveVersion
from retrieval.narrowing import applies, keeper
from retrieval.stores import Found
from retrieval.stores.names import collection_name, index_name

X2 = Applicability(product="Speaker", model="X2, X2 Pro", region="EU")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (None, True),
        (Applicability(), True),
        (Applicability(model="x2 pro"), True),
        (Applicability(model="Ｘ２"), True),
        (Applicability(model="R5"), False),
        (Applicability(product="speaker", region="US"), False),
        (Applicability(product="SPEAKER", region="eu"), True),
    ],
)
def test_a_passage_applies_where_its_fields_do(
    wanted: Applicability | None, expected: bool
) -> None:
    assert applies(X2, wanted) is expected


def test_a_passage_about_nothing_in_particular_applies_everywhere() -> None:
    assert applies(Applicability(), Applicability("Speaker", "X2", "EU"))


def test_only_live_versions_of_the_searched_audience_are_kept() -> None:
    live = LiveSet(1, {"v2": LiveVersion("v2", "d", "internal", Applicability())})
    keep = keeper(live, None)
    assert keep("internal", Found("c", "v2", 1.0))
    assert not keep("internal", Found("c", "v1", 1.0))
    assert not keep("public", Found("c", "v2", 1.0))


@pytest.mark.parametrize("audience", ["public", "售后", "A b", "x-1", "", "a" * 200, "../etc"])
def test_every_audience_has_a_name_of_its_own_that_stores_allow(audience: str) -> None:
    name = collection_name(audience, "multilingual-e5-small-384-0a1b2c3d")
    assert ".." not in name
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-")
    assert 3 <= len(name) <= 100
    assert index_name(audience) != index_name(audience + "2")
