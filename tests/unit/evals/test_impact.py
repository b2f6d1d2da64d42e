"""The gate's verdicts: what breaks an answer, what changes it, and what leaves it alone."""

from __future__ import annotations

from typing import Any

import pytest

from core.text import squeeze
from core.types import (
    Chunk,
    Citation,
    Draft,
    DraftState,
    EvalCase,
    ExpectedPassage,
    Sentence,
    Turn,
)
from corpus.diff import compare
from evals.impact import GateVerdict, Question, Resting, analyse, from_case
from evals.impact.analysis import Impact


def chunk(text: str, version: str, ordinal: int = 0) -> Chunk:
    return Chunk(f"{version}-{ordinal}", "d", version, ordinal, text, "手册", ("保养",))


def drafted(text: str) -> Draft:
    state = DraftState.ANSWERED if text else DraftState.NO_EVIDENCE
    sentences = (Sentence(text, (1,), 1.0),) if text else ()
    return Draft("d", "q", state, "zh", "im", text, sentences, (), 1.0, "extractive")


def impact(
    said: str, before: str, after: str, quote: str = "", now: str = "", then: str = ""
) -> Impact:
    old, new = [chunk(before, "v1")], [chunk(after, "v2")] if after else []
    quote = quote or before
    start = before.index(quote)
    citation = Citation(
        1, "d", "v1", "手册", ("保养",), None, "v1-0", quote, start, start + len(quote)
    )
    item = Resting("answer", "a", "问？", "public", said, (citation,), ("wang",))
    return analyse(
        [item],
        compare(old, new),
        old,
        new,
        lambda *_: drafted(now or before),
        lambda *_: drafted(then or after),
    )


@pytest.mark.parametrize(
    ("said", "before", "after", "code"),
    [
        ("晾干 24 小时。", "晾干至少 24 小时。", "晾干至少 48 小时。", "fact"),
        ("It holds 5.2 L.", "The tank holds 5.2 L.", "The tank holds 5.6 L.", "fact"),
        ("可以水洗。", "滤网可以用水洗。", "滤网不可以用水洗。", "negation"),
        (
            "You may wash it.",
            "You may wash the filter.",
            "You may not wash the filter.",
            "negation",
        ),
        ("按住回充键。", "请按住机身上的回充键。", "请按住机身上的回站键。", "name"),
        ("Press Home.", "Press the Home button once.", "Press the Dock button once.", "name"),
        ("可以在 App 看家。", "可以在 App 里看家。", "", "removed"),
    ],
)
def test_what_is_said_no_more_breaks_the_answer(
    said: str, before: str, after: str, code: str
) -> None:
    (found,) = impact(said, before, after, then=after or before).affected
    assert found.verdict is GateVerdict.BROKE
    assert found.reasons[0].code == code
    assert found.people == ("wang",)


def test_no_answer_where_there_was_one_breaks() -> None:
    old, new = [chunk("每周清洁一次。", "v1")], [chunk("每周清洁一回。", "v2")]
    citation = Citation(1, "d", "v1", "手册", (), None, "v1-0", "每周清洁一次。", 0, 7)
    item = Resting("answer", "a", "问？", "public", "每周一次。", (citation,))
    found = analyse(
        [item], compare(old, new), old, new, lambda *_: drafted("每周。"), lambda *_: drafted("")
    )
    assert found.affected[0].verdict is GateVerdict.BROKE
    assert found.affected[0].reasons[-1].code == "no_answer"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("每周清洁一次主刷。", "每周要清洁一次主刷。", "wording"),
        ("每周清洁一次主刷。", "每周清洁一次主刷。\n警告：先断电。", "warning"),
    ],
)
def test_other_words_or_a_new_warning_change_it(before: str, after: str, code: str) -> None:
    (found,) = impact("每周清洁一次主刷。", before, after).affected
    assert found.verdict is GateVerdict.CHANGED
    assert code in {reason.code for reason in found.reasons}


def test_a_change_nearby_that_leaves_the_answer_as_it_was_passes() -> None:
    before, after = (
        "主刷每周清洁一次。滤网用 24 小时晾干。",
        "主刷每周清洁一次。滤网用 48 小时晾干。",
    )
    same = "主刷每周清洁一次。"
    (found,) = impact("主刷每周清洁。", before, after, same, now=same, then=same).affected
    assert found.verdict is GateVerdict.PASS
    assert found.reasons == ()


def test_what_rests_on_other_passages_is_not_named() -> None:
    old = [chunk("主刷每周清洁一次。", "v1"), chunk("边刷每月清洁一次。", "v1", 1)]
    new = [chunk("主刷每天清洁一次。", "v2"), chunk("边刷每月清洁一次。", "v2", 1)]
    cases = [
        EvalCase(
            "a", "主刷？", "zh", "public", DraftState.ANSWERED, "每周", (expected("主刷每周"),)
        ),
        EvalCase(
            "b", "边刷？", "zh", "public", DraftState.ANSWERED, "每月", (expected("边刷每月"),)
        ),
        EvalCase("c", "别的？", "zh", "public", DraftState.ANSWERED, "x", (expected("主刷", "e"),)),
    ]
    resting = [from_case(case, "d", old) for case in cases]
    found = analyse(
        resting, compare(old, new), old, new, lambda *_: drafted("x"), lambda *_: drafted("x")
    )
    assert [entry.id for entry in found.affected] == ["a"]
    assert found.changed_passages == 1


def expected(quote: str, document: str = "d") -> ExpectedPassage:
    return ExpectedPassage(document, quote)


def test_a_case_cites_the_fewest_sentences_that_hold_its_quote() -> None:
    passage = chunk("第一句。第二句说明 X2 的容量。第三句。", "v1")
    case = EvalCase("a", "?", "zh", "public", DraftState.ANSWERED, "r", (expected("说明X2的容量"),))
    (citation,) = from_case(case, "d", [passage]).citations
    assert citation.quote == "第二句说明 X2 的容量。"
    assert passage.text[citation.start : citation.end] == citation.quote
    assert squeeze("说明X2的容量") in squeeze(citation.quote)


def case(*quotes: ExpectedPassage, reference: str = "泡一会儿再冲。", **more: Any) -> EvalCase:
    state = DraftState.ANSWERED
    return EvalCase("c", "怎么除垢？", "zh", "public", state, reference, quotes, **more)


def of_case(one: EvalCase, before: str, after: str) -> list[GateVerdict]:
    old, new = [chunk(before, "v1")], [chunk(after, "v2")]
    resting = [from_case(one, "d", old)]
    same = drafted("同样的回答。")
    found = analyse(resting, compare(old, new), old, new, lambda _: same, lambda _: same)
    return [entry.verdict for entry in found.affected]


def test_a_case_whose_last_passage_goes_is_broken_in_whatever_words_it_was_written() -> None:
    before, after = "水箱每周除垢。倒入柠檬酸。滤棉每月换。", "水箱每周除垢。滤棉每月换。"
    gone, stays = expected("倒入柠檬酸"), expected("滤棉每月换")
    assert of_case(case(gone), before, after) == [GateVerdict.BROKE]
    assert of_case(case(gone, reference=""), before, after) == [GateVerdict.BROKE]
    assert of_case(case(gone, stays), before, after) == [GateVerdict.CHANGED]
    assert of_case(case(gone, expected("柠檬酸", "e")), before, after) == [GateVerdict.CHANGED]


def test_a_case_whose_passage_is_put_in_other_words_never_passes_in_silence() -> None:
    before, after = "水箱每周除垢。倒入柠檬酸。", "水箱每周除垢。加入柠檬酸。"
    assert of_case(case(expected("倒入柠檬酸")), before, after) == [GateVerdict.CHANGED]


def test_a_quote_that_runs_over_two_passages_rests_on_both() -> None:
    parts = [chunk("水箱除垢。倒入柠檬酸，", "v1"), chunk("静置 30 分钟。再冲洗。", "v1", 1)]
    cited = from_case(case(expected("倒入柠檬酸，静置30分钟")), "d", parts).citations
    assert [(one.chunk_id, one.quote) for one in cited] == [
        ("v1-0", "倒入柠檬酸，"),
        ("v1-1", "静置 30 分钟。"),
    ]


def test_a_case_is_asked_with_what_was_said_before_it_and_on_its_channel() -> None:
    before, after = [chunk("倒入柠檬酸。", "v1")], [chunk("倒入白醋。", "v2")]
    turns = (Turn("customer", "我的是 M6"),)
    one = case(expected("倒入柠檬酸"), history=turns, channel="email")
    asked: list[Question] = []

    def ask(question: Question) -> Draft:
        asked.append(question)
        return drafted("x")

    analyse([from_case(one, "d", before)], compare(before, after), before, after, ask, ask)
    assert asked == [Question("怎么除垢？", "public", None, turns, "email")] * 2
