"""The cases that people keep, and how far two of them agree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sklearn.metrics import cohen_kappa_score

from core.database import Database
from core.errors import CaseChanged, Conflict, DataInvalid, NotFound
from core.personal import Privacy
from core.types import DraftState, Turn
from evals.agreement import agreements, cohen_kappa
from evals.casebook import Casebook, CasesWanted
from evals.kept_cases import CaseContent, CaseOrigin, CaseSource, CaseStatus, Passage, Vote

PHONE = "13800138000"
CONTENT = CaseContent(
    question=f"我的电话是 {PHONE}，滤网多久换？",
    language="zh",
    history=(Turn("customer", f"打 {PHONE} 找我"), Turn("agent", "好的")),
    reference=f"每 6 个月。稍后致电 {PHONE}。",
    expected=(Passage("manual", f"滤网每 6 个月更换，热线 {PHONE}。"),),
    sort="fact",
)
SOURCE = CaseSource("vdt_1", "dft_1", "edit", ({"sort": "fact", "before": "3", "after": PHONE},))


@pytest.fixture
def book(tmp_path: Path) -> Casebook:
    database = Database(f"sqlite:///{tmp_path}/a.db", typed=Privacy().text)
    database.upgrade()
    return Casebook(database)


def proposed(book: Casebook) -> str:
    return book.propose(CONTENT, CaseOrigin.EDIT, source=SOURCE, by="chen").id


def test_personal_data_is_masked_alike_in_all_that_is_kept_but_not_in_quotes(
    book: Casebook,
) -> None:
    held = book.get(proposed(book))
    said = (held.content.question, held.content.reference, held.content.history[0].text)
    assert all("[电话1]" in text for text in said)
    kept = (said, held.sources)
    assert PHONE not in str(kept)
    assert PHONE in held.content.expected[0].quote


def test_a_verdict_becomes_one_case_however_often_it_is_proposed(book: Casebook) -> None:
    case_id = proposed(book)
    assert proposed(book) == case_id
    again = book.add_source(case_id, CaseSource("vdt_2", "dft_2", "flag"))
    assert [one.verdict_id for one in again.sources] == ["vdt_1", "vdt_2"]
    held = book.of_verdict("vdt_2")
    assert held is not None
    assert (held.id, book.of_verdict("vdt_3")) == (case_id, None)


def test_only_approved_cases_are_run_and_they_carry_all_they_need(book: Casebook) -> None:
    case_id = proposed(book)
    assert book.approved() == ()
    book.move(case_id, CaseStatus.APPROVED, by="zhao")
    (case,) = book.approved()
    assert (case.id, case.origin, case.tags, len(case.history)) == (case_id, "edit", ("fact",), 2)
    assert case.expected[0].document == "manual"
    book.move(case_id, CaseStatus.RETIRED, by="zhao", why="old product")
    assert book.approved() == ()
    assert book.counts() == {"proposed": 0, "approved": 0, "retired": 1, "discarded": 0}


def test_whoever_saves_second_is_told_that_the_case_has_changed(book: Casebook) -> None:
    case_id = proposed(book)
    first = book.edit(case_id, lambda held: replace(held, sort="tone"), 1, "zhao")
    assert (first.revision, first.content.sort, first.sort_by) == (2, "tone", "zhao")
    with pytest.raises(CaseChanged, match="changed by zhao"):
        book.edit(case_id, lambda held: replace(held, reference="x"), 1, "wang")
    with pytest.raises(CaseChanged):
        book.move(case_id, CaseStatus.APPROVED, by="wang", revision=1)
    assert book.get(case_id).status is CaseStatus.PROPOSED


def test_a_case_moves_only_where_it_can_and_needs_a_right_answer(book: Casebook) -> None:
    case_id = proposed(book)
    with pytest.raises(Conflict, match="proposed cannot become retired"):
        book.move(case_id, CaseStatus.RETIRED, by="zhao")
    bare = replace(CONTENT, reference="", expected=())
    empty = book.propose(bare, CaseOrigin.FLAG).id
    with pytest.raises(DataInvalid, match="right answer"):
        book.move(empty, CaseStatus.APPROVED, by="zhao")
    unanswerable = replace(bare, state=DraftState.NO_EVIDENCE)
    refused = book.propose(unanswerable, CaseOrigin.FLAG).id
    assert book.move(refused, CaseStatus.APPROVED, by="zhao").status is CaseStatus.APPROVED
    with pytest.raises(NotFound):
        book.get("case_none")
    with pytest.raises(DataInvalid, match="question"):
        book.propose(replace(CONTENT, question=" "), CaseOrigin.FLAG)


def test_lists_are_narrowed_and_go_on_after_a_case(book: Casebook) -> None:
    first = proposed(book)
    second = book.propose(replace(CONTENT, sort="tone"), CaseOrigin.FLAG, owner="li").id
    assert [c.id for c in book.listed(CasesWanted(sort="tone"))] == [second]
    assert [c.id for c in book.listed(CasesWanted(owner="li", origin="flag"))] == [second]
    assert [c.id for c in book.listed(CasesWanted(), first)] == [second]


def test_a_reviewers_last_vote_counts_and_their_agreement_is_cohens_kappa(book: Casebook) -> None:
    ids = [book.propose(CONTENT, CaseOrigin.FLAG).id for _ in range(4)]
    for case_id, one, other in zip(ids, "aaad", "aadd", strict=True):
        votes = {"a": Vote.APPROVE, "d": Vote.DISCARD}
        book.vote(case_id, Vote.DISCARD, by="wang")
        book.vote(case_id, votes[one], by="wang")
        book.vote(case_id, votes[other], by="zhao", text="see the manual")
    (found,) = agreements(book.ballots())
    assert (found.reviewers, found.cases, found.agreed) == (("wang", "zhao"), 4, 3)
    assert found.disputed == (ids[2],)
    assert found.kappa == pytest.approx(cohen_kappa_score(list("aaad"), list("aadd")), abs=1e-9)


@pytest.mark.parametrize(
    ("one", "other"),
    [("aabbccab", "aabbccba"), ("abababab", "babababa"), ("aaaaaaab", "aaaaaaba"), ("abc", "bca")],
)
def test_kappa_is_that_of_scikit_learn(one: str, other: str) -> None:
    wanted = cohen_kappa_score(list(one), list(other))
    assert cohen_kappa(list(one), list(other)) == pytest.approx(wanted, abs=1e-9)


def test_where_nothing_can_be_told_apart_there_is_no_kappa() -> None:
    assert cohen_kappa([], []) is None
    assert cohen_kappa(["a", "a"], ["a", "a"]) is None
    with pytest.raises(ValueError, match="same things"):
        cohen_kappa(["a"], [])
