"""Questions with the glossary's other names in them."""

from __future__ import annotations

from core.types import Expansion
from corpus.glossary import Entry, Lexicon, Named, Status
from retrieval.expansion import NAME_WEIGHT, expand

LEXICON = Lexicon(
    [
        Entry("回站键", "Return to Station", avoid=(Named("回充键"), Named("Home button"))),
        Entry("保修", "warranty", synonyms_zh=("质保",), never_confuse=(Named("延保", "另买"),)),
        Entry("童锁", status=Status.PROPOSED),
    ]
)


def test_the_other_names_are_added_and_the_customers_own_words_stay() -> None:
    made = expand("回充键在哪", LEXICON)
    assert made.said == (Expansion("回充键", ("回站键", "Return to Station")),)
    assert made.text == "回充键在哪 Return to Station"
    assert {"return", "station"} < made.terms.keys()
    assert set(made.terms.values()) == {NAME_WEIGHT}
    assert NAME_WEIGHT < 1.0


def test_a_name_to_avoid_is_understood_and_never_searched_for() -> None:
    assert "回充键" not in expand("回站键在哪", LEXICON).said[0].names
    assert expand("Where is the Return to Station key?", LEXICON).said[0].names == ("回站键",)


def test_what_is_never_to_be_confused_is_not_mixed_in() -> None:
    made = expand("质保多久", LEXICON)
    assert made.said == (Expansion("质保", ("保修", "warranty")),)
    assert "延保" not in made.terms


def test_nothing_is_added_where_nothing_is_known() -> None:
    for asked in ("童锁怎么开", "什么时候发货", "", "!!!"):
        made = expand(asked, LEXICON)
        assert (made.text, made.said, dict(made.terms)) == (asked, (), {})
    assert expand("质保多久", None).said == ()


def test_every_name_said_twice_is_added_once() -> None:
    assert len(expand("质保和保修是一样的吗，质保呢", LEXICON).said) == 1
