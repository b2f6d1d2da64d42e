"""What each route is asked for a question, its conversation and the documents it names."""

from __future__ import annotations

import pytest

from core.errors import QueryInvalid
from core.types import Applicability
from corpus.live import LiveSet, LiveVersion
from corpus.titles import Titles
from retrieval.asked import Asked, Titled
from retrieval.named import NamedDocuments, NamedHere
from retrieval.wanted import want

MANUALS = {"Gonville Hotel": "v1", "Hobsons House": "v2", "Night Desk Rules": "v3"}


class Source:
    """Titles of live versions; the last is internal."""

    def __init__(self) -> None:
        audiences = {"v1": "public", "v2": "public", "v3": "internal"}
        live = LiveSet(1, {v: LiveVersion(v, v, a, Applicability()) for v, a in audiences.items()})
        self._titles = Titles(live, {t: frozenset({v}) for t, v in MANUALS.items()})

    def current(self) -> Titles:
        return self._titles


def named(*audiences: str) -> NamedHere:
    return NamedDocuments(Source()).within(audiences or ("public",))


def titled(*names: tuple[str, float]) -> tuple[Titled, ...]:
    return tuple(Titled(title, weight) for title, weight in names)


def test_a_question_alone_is_asked_as_it_stands() -> None:
    wanted = want("滤网多久更换一次？")
    assert wanted.forms == ("滤网多久更换一次？",)
    assert "滤网" in wanted.terms
    assert not wanted.extra
    assert not wanted.titled


def test_a_document_that_was_named_before_stands_above_the_question_as_above_its_passages() -> None:
    asked = Asked("Are pets allowed?", titles=titled(("Hobsons House", 0.9)))
    wanted = want(asked, None, named())
    assert wanted.forms == ("Are pets allowed?", "Hobsons House\nAre pets allowed?")
    assert wanted.titled == {"v2": 0.9}


def test_a_document_that_the_question_itself_names_is_found_by_its_words() -> None:
    asked = Asked("Are pets allowed at the Gonville Hotel?", titles=titled(("Gonville Hotel", 1.0)))
    wanted = want(asked, None, named())
    assert wanted.forms == (asked.text,)
    assert not wanted.titled


def test_a_name_that_was_hardly_meant_is_left_alone() -> None:
    names = titled(("Hobsons House", 0.9), ("Gonville Hotel", 0.3))
    wanted = want(Asked("Are pets allowed?", titles=names), None, named())
    assert set(wanted.titled) == {"v2"}
    assert not want(Asked("Pets?", titles=titled(("Hobsons House", 0.1))), None, named()).titled


def test_what_only_others_may_see_is_not_known_by_its_name() -> None:
    asked = Asked("And of pets?", titles=titled(("Night Desk Rules", 0.9)))
    assert not want(asked, None, named("public")).titled
    assert set(want(asked, None, named("public", "internal")).titled) == {"v3"}


def test_what_went_before_is_a_second_form_and_adds_its_words() -> None:
    wanted = want(Asked("那多久换一次？", context="净化器的滤网怎么清洗"))
    assert wanted.forms == ("那多久换一次？", "净化器的滤网怎么清洗 那多久换一次？")
    assert wanted.extra["滤网"] < 1.0
    assert "滤网" not in wanted.terms


def test_two_questions_that_find_differently_are_told_apart() -> None:
    plain = want("Are pets allowed?").identity()
    assert plain == want("Are pets allowed?").identity()
    assert plain != want(Asked("Are pets allowed?", context="the hotel")).identity()
    assert plain != want(Asked("Are pets allowed?", exact=("E-1",))).identity()


@pytest.mark.parametrize("nothing", ["", "  \n", "\x00\x07"])
def test_nothing_is_no_question(nothing: str) -> None:
    with pytest.raises(QueryInvalid):
        want(nothing)


@pytest.mark.parametrize(
    ("text", "can"), [("？！…", False), ("🙂🙂", False), ("电", True), ("7", True)]
)
def test_only_letters_and_digits_can_be_looked_for(text: str, can: bool) -> None:
    assert want(text).answerable is can


def test_a_long_question_is_cut_and_its_control_characters_go() -> None:
    wanted = want("重启\x00\x1b怎么办" * 5000)
    assert len(wanted.asked.text) <= 10_000
    assert "\x00" not in wanted.asked.text
