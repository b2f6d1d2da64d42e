from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import OptionInvalid
from core.types import Chunk
from corpus.sections import Section, Where, counted, fits, narrowed, narrower, pages_of

CAME = datetime(2026, 3, 2, tzinfo=UTC)
EARLIER, LATER = CAME - timedelta(days=1), CAME + timedelta(days=1)


def chunks(*paths: tuple[str, ...], page: int | None = None) -> list[Chunk]:
    """One passage under each of these heading paths."""
    return [
        Chunk(
            f"v-{number}",
            "d",
            "v",
            number,
            f"Text {number}.",
            "Manual",
            path,
            (page + number, page + number) if page else None,
        )
        for number, path in enumerate(paths)
    ]


def section(*places: Where, audience: str = "lab", at: datetime = EARLIER) -> Section:
    return Section("sec_1", "d", audience, places, "li", at)


def audiences(found: list[Chunk]) -> list[str]:
    return [chunk.audience for chunk in found]


MANUAL = chunks(
    ("Manual",),
    ("Manual", "1 Care"),
    ("Manual", "2 Service"),
    ("Manual", "2 Service", "2.1 Codes"),
)


def test_a_section_holds_what_stands_under_its_heading() -> None:
    found, lacking = narrowed(MANUAL, "public", CAME, [section(Where(("Manual", "2 Service")))])
    assert audiences(found) == ["public", "public", "lab", "lab"]
    assert lacking == []
    assert counted("public", found, ["public", "old"]) == {"old": 0, "lab": 2}


@pytest.mark.parametrize("heading", ["3 Service", "第三章 Service", "Ｓｅｒｖｉｃｅ", "2 SERVICE"])
def test_a_section_with_another_number_or_width_is_the_same(heading: str) -> None:
    found, lacking = narrowed(MANUAL, "public", CAME, [section(Where(("Manual", heading)))])
    assert audiences(found)[2:] == ["lab", "lab"]
    assert lacking == []


def test_a_heading_that_was_cut_short_is_the_same() -> None:
    cut = chunks(("Manual", "A very long hea…"))
    place = Where(("Manual", "A very long heading of a section"))
    assert audiences(narrowed(cut, "public", CAME, [section(place)])[0]) == ["lab"]


def test_what_may_be_part_of_a_deep_section_is_hidden_with_it() -> None:
    # Of seven headings the third was left out when the second passage was stored.
    deep = chunks(("a", "b", "c", "d"), ("a", "b", "d", "e", "f", "g"), ("a", "x"))
    found, _ = narrowed(deep, "public", CAME, [section(Where(("a", "b", "c")))])
    assert audiences(found) == ["lab", "lab", "public"]


def test_a_later_version_without_the_section_is_hidden_as_a_whole() -> None:
    gone = section(Where(("Manual", "Secrets")))
    found, lacking = narrowed(MANUAL, "public", CAME, [gone])
    assert set(audiences(found)) == {"lab"}
    assert lacking == [gone]
    found, lacking = narrowed(MANUAL, "public", CAME, [replace(gone, at=LATER)])
    assert (set(audiences(found)), lacking) == ({"public"}, [])


def test_pages_are_known_again_by_what_they_say() -> None:
    paged = chunks(("a",), ("b",), ("c",), page=4)
    place = pages_of(paged, 5, 6)
    found, _ = narrowed(paged, "internal", CAME, [section(place)])
    assert audiences(found) == ["internal", "lab", "lab"]
    shifted = [replace(chunk, pages=None) for chunk in reversed(paged)]
    assert audiences(narrowed(shifted, "public", CAME, [section(place)])[0]) == [
        "lab",
        "lab",
        "public",
    ]
    changed = [replace(chunk, text=f"{chunk.text} More.") for chunk in paged]
    assert not fits(place, changed)
    assert set(audiences(narrowed(changed, "public", CAME, [section(place)])[0])) == {"lab"}
    with pytest.raises(OptionInvalid):
        pages_of(paged, 40, 41)


def test_of_two_audiences_the_narrower_counts_and_of_two_groups_neither() -> None:
    assert narrower("public", "internal") == "internal"
    assert narrower("lab", "internal") == "lab"
    assert narrower("lab", "desk") is None
    inner = section(Where(("Manual", "2 Service", "2.1 Codes")))
    outer = section(Where(("Manual", "2 Service")), audience="internal")
    found, _ = narrowed(MANUAL, "public", CAME, [inner, outer])
    assert audiences(found) == ["public", "public", "internal", "lab"]
    with pytest.raises(OptionInvalid, match="A passage cannot be for desk and for lab"):
        narrowed(MANUAL, "desk", CAME, [inner])


@pytest.mark.parametrize(
    ("headings", "pages"), [((), None), (("a",), (1, 2)), ((), (0, 2)), ((), (3, 2))]
)
def test_a_place_that_cannot_be_is_refused(
    headings: tuple[str, ...], pages: tuple[int, int] | None
) -> None:
    with pytest.raises(OptionInvalid):
        Where(headings, pages)
