from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.types import DraftState, Hit, Sentence
from evals.metrics.base import METRICS, CaseOutcome, Tools
from evals.outcomes import observe

KEYS = {"d1": "x2-manual-en", "d2": "x2-manual-zh", "d3": "warranty-en"}
HOLD = "hold Timer for 3 seconds"


def outcome(case: Any, draft: Any, evidence: Any, seconds: float = 0.1) -> CaseOutcome:
    return observe(case, draft, evidence, seconds, KEYS.__getitem__)


def score(name: str, seen: CaseOutcome) -> float | None:
    return METRICS.get(name).score(seen, Tools())


@pytest.fixture
def good(make: Any) -> CaseOutcome:
    right = make.chunk("c1")
    draft = make.draft(make.citation(right, HOLD))
    return outcome(make.case(), draft, make.evidence(make.chunk("c3"), right))


@pytest.fixture
def refused(make: Any, good: CaseOutcome) -> CaseOutcome:
    return replace(good, draft=make.refusal(), cited=frozenset())


@pytest.fixture
def unknowable(make: Any) -> CaseOutcome:
    case = make.case(state=DraftState.NO_EVIDENCE)
    return outcome(case, make.refusal(), make.evidence(make.chunk("c3")))


def test_the_expected_passage_at_rank_two_scores_by_its_rank(good: CaseOutcome) -> None:
    assert good.held == ((), (0,))
    assert score("mrr@10", good) == 0.5
    assert score("ndcg@10", good) == pytest.approx(0.6309297535714575, abs=1e-12)
    assert score("recall@5", good) == 1.0
    assert score("hit@5", good) == 1.0


def test_the_quote_in_another_document_is_not_the_expected_passage(make: Any) -> None:
    case = make.case("a", ("warranty-en", HOLD))
    seen = outcome(case, make.refusal(), make.evidence(make.chunk("c1")))
    assert seen.held == ((),)
    assert [score(m, seen) for m in ("mrr@10", "ndcg@10", "recall@5", "hit@5")] == [0.0] * 4


def test_a_quote_is_found_whatever_its_white_space_letter_case_and_width(make: Any) -> None:
    case = make.case("a", ("x2-manual-zh", "x2 的保护温度为65℃,\nX2 Pro 为 75 °C"))
    seen = outcome(case, make.refusal(), make.evidence(make.chunk("c2")))
    assert seen.held == ((0,),)


def test_a_merged_neighbour_counts_as_the_hit(make: Any) -> None:
    beside = make.chunk("c1-b", "Press and", ordinal=0), make.chunk("c1-a", "hold it.", ordinal=1)
    case = make.case("a", ("x2-manual-en", "Press and hold it"))
    seen = outcome(case, make.refusal(), make.evidence(Hit(beside[1], 0.9, {}, (beside[0],))))
    assert seen.held == ((0,),)


def test_a_hit_that_holds_two_expected_passages_finds_both(make: Any) -> None:
    case = make.case("a", ("x2-manual-en", HOLD), ("x2-manual-en", "lock symbol lights"))
    seen = outcome(case, make.refusal(), make.evidence(make.chunk("c1"), make.chunk("c3")))
    assert score("ndcg@10", seen) == 1.0
    assert score("recall@5", seen) == 1.0


def test_a_passage_found_twice_is_credited_once(make: Any) -> None:
    twice = make.evidence(make.chunk("c1"), make.chunk("c1-b", f"Then {HOLD}."))
    case = make.case("a", ("x2-manual-en", HOLD), ("warranty-en", "24 months"))
    seen = outcome(case, make.refusal(), twice)
    assert seen.held == ((0,), (0,))
    assert score("recall@5", seen) == 0.5


def test_passages_below_the_fifth_hit_do_not_count_at_five(make: Any) -> None:
    others = [make.chunk(f"c3-{n}", "Nothing.") for n in range(5)]
    seen = outcome(make.case(), make.refusal(), make.evidence(*others, make.chunk("c1")))
    assert score("recall@5", seen) == 0.0
    assert score("hit@5", seen) == 0.0
    assert score("mrr@10", seen) == pytest.approx(1 / 6)


def test_retrieval_is_not_measured_on_what_the_documents_do_not_say(
    unknowable: CaseOutcome,
) -> None:
    for name in ("ndcg@10", "recall@5", "hit@5", "mrr@10", "citation_hit", "quote_in_draft"):
        assert score(name, unknowable) is None


def test_refusing_and_answering_are_told_apart(
    make: Any, good: CaseOutcome, refused: CaseOutcome, unknowable: CaseOutcome
) -> None:
    invented = replace(unknowable, draft=good.draft)
    names = ("refusal_accuracy", "refusal_recall", "false_refusal_rate")
    assert [score(name, good) for name in names] == [1.0, None, 0.0]
    assert [score(name, refused) for name in names] == [0.0, None, 1.0]
    assert [score(name, unknowable) for name in names] == [1.0, 1.0, None]
    assert [score(name, invented) for name in names] == [0.0, 0.0, None]


def test_asking_back_is_right_only_where_a_question_is_needed(make: Any, good: CaseOutcome) -> None:
    asks = replace(good, draft=make.draft(state=DraftState.CLARIFY))
    needs = replace(asks, case=make.case(state=DraftState.CLARIFY))
    assert score("refusal_accuracy", asks) == 0.0
    assert score("false_refusal_rate", asks) == 0.0
    assert score("clarify_recall", asks) is None
    assert score("clarify_recall", needs) == 1.0
    assert score("refusal_accuracy", needs) is None


def test_a_draft_that_cites_the_right_passage_hits_even_by_another_sentence(make: Any) -> None:
    right, wrong = make.chunk("c1"), make.chunk("c3")
    found = make.evidence(right, wrong)
    by_other = make.draft(make.citation(right, "the lock symbol lights"))
    elsewhere = make.draft(make.citation(wrong, "24 months"))
    assert score("citation_hit", outcome(make.case(), by_other, found)) == 1.0
    assert score("citation_hit", outcome(make.case(), elsewhere, found)) == 0.0


def test_refusing_an_answerable_question_earns_nothing(refused: CaseOutcome) -> None:
    for name in ("citation_hit", "quote_in_draft", "ragas_rouge"):
        assert score(name, refused) == 0.0


def test_the_facts_of_the_reference_must_be_stated(make: Any, good: CaseOutcome) -> None:
    assert score("quote_in_draft", good) == 1.0
    half = replace(good, case=make.case(reference="3 秒，错误 E-21 消失。"))
    assert score("quote_in_draft", half) == 0.5
    none = replace(good, case=make.case(reference="No."))
    assert score("quote_in_draft", none) is None


def test_a_marker_in_the_answer_is_not_a_fact_of_it(make: Any) -> None:
    right = make.chunk("c1")
    draft = make.draft(make.citation(right, "lock symbol lights", marker=3))
    assert "[3]" in draft.answer
    assert score("quote_in_draft", outcome(make.case(), draft, make.evidence(right))) == 0.0


def test_exact_citations_are_exact(good: CaseOutcome, refused: CaseOutcome) -> None:
    assert score("citations_exact", good) == 1.0
    assert score("citations_exact", refused) is None


@pytest.mark.parametrize(
    "change",
    [
        {"quote": "hold Timer for 5 seconds"},
        {"start": 0},
        {"version_id": "v9"},
        {"document_id": "d3"},
        {"chunk_id": "c2"},
        {"quote": "", "start": 5, "end": 5},
    ],
)
def test_a_citation_that_is_not_its_passage_is_caught(
    good: CaseOutcome, change: dict[str, Any]
) -> None:
    citation = replace(good.draft.citations[0], **change)
    assert (
        score("citations_exact", replace(good, draft=replace(good.draft, citations=(citation,))))
        == 0.0
    )


@pytest.mark.parametrize("markers", [(), (2,)])
def test_a_sentence_without_a_citation_of_the_draft_is_caught(
    good: CaseOutcome, markers: tuple[int, ...]
) -> None:
    said = (*good.draft.sentences, Sentence("And more.", markers, 1.0))
    assert score("citations_exact", replace(good, draft=replace(good.draft, sentences=said))) == 0.0


def test_an_answer_without_sentences_has_nothing_exact_in_it(make: Any, good: CaseOutcome) -> None:
    assert score("citations_exact", replace(good, draft=make.draft())) == 0.0


def test_time_is_measured_in_milliseconds_on_every_case(unknowable: CaseOutcome) -> None:
    assert score("latency_ms", replace(unknowable, seconds=0.25)) == 250.0


def test_context_precision_and_recall_look_at_every_hit(make: Any) -> None:
    case = make.case("a", ("x2-manual-en", HOLD), ("x2-manual-zh", "65 °C"), ("warranty-en", "9"))
    hits = make.chunk("c3"), make.chunk("c1"), make.chunk("c2")
    seen = outcome(case, make.refusal(), make.evidence(*hits))
    assert score("context_precision", seen) == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert score("context_recall", seen) == pytest.approx(2 / 3)


def test_citations_are_measured_by_the_passages_that_they_are_pinned_to(make: Any) -> None:
    right, wrong = make.chunk("c1"), make.chunk("c3")
    draft = make.draft(make.citation(right, HOLD), make.citation(wrong, "24 months", marker=2))
    case = make.case("a", ("x2-manual-en", HOLD), ("x2-manual-zh", "65 °C"))
    seen = outcome(case, draft, make.evidence(right, wrong))
    assert (score("citation_precision", seen), score("citation_recall", seen)) == (0.5, 0.5)


def test_different_chinese_answers_are_told_apart_by_every_measure_of_an_answer(
    make: Any, good: CaseOutcome
) -> None:
    def said(text: str, reference: str) -> list[float | None]:
        draft = replace(good.draft, sentences=(Sentence(text, (1,), 1.0),))
        seen = replace(good, draft=draft, case=make.case(reference=reference, language="zh"))
        return [score(name, seen) for name in ("answer_correctness", "completeness")]

    same = said("保修期为 24 个月。", "保修期为 24 个月。")
    assert same == [1.0, 1.0]
    other = said("滤芯每 24 天更换。", "保修期为 24 个月。")
    assert all(value is not None and value < 0.4 for value in other)


def test_what_is_left_out_costs_completeness_and_what_is_added_costs_correctness(
    make: Any, good: CaseOutcome
) -> None:
    def said(*texts: str) -> tuple[float, float]:
        draft = replace(good.draft, sentences=tuple(Sentence(t, (1,), 1.0) for t in texts))
        case = make.case(reference="Hold Timer for 3 seconds. The lock symbol lights.")
        seen = replace(good, draft=draft, case=case)
        return score("completeness", seen) or 0.0, score("answer_correctness", seen) or 0.0

    whole = said("Hold Timer for 3 seconds.", "The lock symbol lights.")
    half = said("Hold Timer for 3 seconds.")
    more = said("Hold Timer for 3 seconds.", "The lock symbol lights.", "Call 110 at E5 in 9 days.")
    assert whole == (1.0, 1.0)
    assert half[0] < 0.7
    assert more[0] == 1.0
    assert more[1] < 0.8


def test_a_sentence_that_its_quote_does_not_support_is_not_faithful(good: CaseOutcome) -> None:
    assert score("faithfulness", good) == 1.0
    wrong = replace(good.draft.sentences[0], text="Hold Timer for 30 seconds.")
    draft = replace(good.draft, sentences=(*good.draft.sentences, wrong))
    assert score("faithfulness", replace(good, draft=draft)) == 0.5
