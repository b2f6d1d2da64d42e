"""Sets made of documents: which headings ask, what answers them, what a translation answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.types import Chunk
from evals.bench.asking import turns_of
from evals.bench.beir import Question, RetrievalSet, read_set, write_set
from evals.bench.sections import (
    all_sets,
    is_specific,
    language_sets,
    sections_of,
    traditional_sets,
)

ZH, EN = Path("manuals/zh/dryer.md"), Path("manuals/en/dryer.md")
EMPTYING_ZH = (
    "先关机，再取出水箱，把里面的积水倒进水池，然后装回去，直到听见咔嗒一声，最后重新开机即可。"
)
EMPTYING_EN = (
    "Switch it off, take the container out, pour it into a sink and push it back in again."
)
PARTS_ZH = (
    "滤网、软管和电源线不在保修范围之内，其他零件自购买之日起两年内免费更换，需出示购买凭证。"
)
PARTS_EN = "Filters, hoses and cables are not covered; everything else is replaced for two years."


def piece(document: str, ordinal: int, text: str, *headings: str) -> Chunk:
    return Chunk(f"{document}{ordinal}", document, document, ordinal, text, document, headings)


DOCUMENTS = {
    ZH: [
        piece("除湿机", 0, EMPTYING_ZH, "除湿机", "2. 怎样清空接水用的容器？"),
        piece("除湿机", 1, PARTS_ZH, "除湿机", "3. 售后", "哪些零部件可以免费更换"),
        piece("除湿机", 2, "保修：" + PARTS_ZH, "除湿机", "概述"),
    ],
    EN: [
        piece("Dryer", 0, EMPTYING_EN, "Dryer", "Getting rid of collected water"),
        piece("Dryer", 1, PARTS_EN, "Dryer", "Service", "Which components we replace free"),
        piece("Dryer", 2, "In short: " + PARTS_EN, "Dryer", "Overview"),
    ],
}


def asked(data: RetrievalSet) -> dict[str, list[str]]:
    texts = {passage.id: passage.text for passage in data.passages}
    return {q.text: [texts[p] for p in data.relevance[q.id]] for q in data.questions}


def test_a_specific_heading_without_its_number_asks_for_its_section() -> None:
    made = language_sets({ZH: DOCUMENTS[ZH]}, "zh")["zh"]
    assert asked(made) == {
        "怎样清空接水用的容器？": [EMPTYING_ZH],
        "哪些零部件可以免费更换": [PARTS_ZH],
    }
    assert all(passage.heading == "" for passage in made.passages)


@pytest.mark.parametrize("heading", ["概述", "Introduction", "使用前提", "How it works", "x" * 200])
def test_a_heading_that_says_little_or_far_too_much_asks_nothing(heading: str) -> None:
    assert not is_specific(heading)


def test_a_section_holds_its_subsections() -> None:
    found = {section.heading: section for section in sections_of(ZH, DOCUMENTS[ZH])}
    assert [c.ordinal for c in found["售后"].chunks] == [1]
    assert found["哪些零部件可以免费更换"].above == "除湿机 3. 售后"


def test_a_heading_that_sections_share_asks_after_the_path_above_it() -> None:
    documents = {
        Path(f"{name}.md"): [piece(name, 0, f"{name}: {EMPTYING_EN}", name, "Emptying")]
        for name in ("Dryer", "Washer")
    }
    made = language_sets(documents, "en")
    assert not made["en"].questions
    follow_up = made["en_follow_up"]
    assert {(q.text, q.history) for q in follow_up.questions} == {
        ("Emptying", ("User: Dryer",)),
        ("Emptying", ("User: Washer",)),
    }


def test_a_passage_that_stands_in_two_documents_is_there_once_and_answers_both() -> None:
    documents = {
        Path("a.md"): [piece("a", 0, EMPTYING_EN, "a", "Getting rid of collected water")],
        Path("b.md"): [piece("b", 0, EMPTYING_EN, "b", "Draining the condensate quickly")],
    }
    made = language_sets(documents, "en")["en"]
    assert len(made.passages) == 1
    assert asked(made) == {
        "Getting rid of collected water": [EMPTYING_EN],
        "Draining the condensate quickly": [EMPTYING_EN],
    }


def test_a_heading_is_answered_by_the_section_at_its_place_in_the_translation() -> None:
    made = dict(all_sets(DOCUMENTS))
    assert asked(made["zh_over_en"])["怎样清空接水用的容器？"] == [EMPTYING_EN]
    assert asked(made["en_over_zh"])["Which components we replace free"] == [PARTS_ZH]


def test_nothing_is_paired_where_one_side_has_a_section_more() -> None:
    longer = [*DOCUMENTS[EN], piece("Dryer", 3, "New. " + EMPTYING_EN, "Dryer", "Mounting it")]
    assert "zh_over_en" not in dict(all_sets({ZH: DOCUMENTS[ZH], EN: longer}))


def test_traditional_sets_change_the_characters_and_nothing_else() -> None:
    plain = language_sets({ZH: DOCUMENTS[ZH]}, "zh")["zh"]
    made = traditional_sets(plain)
    texts = {q.text for q in made["hant_over_hans"].questions}
    assert "哪些零部件可以免費更換" in texts
    assert made["hant_over_hans"].passages == plain.passages
    assert made["hans_over_hant"].questions == plain.questions
    assert any("電源線" in p.text for p in made["hans_over_hant"].passages)
    assert made["hant"].relevance == plain.relevance


def test_a_set_that_is_written_is_read_as_it_was(tmp_path: Path) -> None:
    made = language_sets(DOCUMENTS, "both")["both"]
    write_set(made, tmp_path / "set")
    assert read_set(tmp_path / "set") == made
    assert read_set(tmp_path / "set", skip=1).questions == made.questions[1:]


def test_a_query_is_the_end_of_a_conversation_whose_turns_have_their_roles() -> None:
    asked_last = Question("q", "多久？", ("User: 保修期是多久", "Agent: 您问的是: 哪一款？", "X2"))
    assert [(turn.role, turn.text) for turn in turns_of(asked_last)] == [
        ("customer", "保修期是多久"),
        ("agent", "您问的是: 哪一款？"),
        ("customer", "X2"),
        ("customer", "多久？"),
    ]
    assert asked_last.search_text() == "保修期是多久\n您问的是: 哪一款？\nX2\n多久？"
