from __future__ import annotations

from collections.abc import Sequence

import pytest

from answer.base import CHANNELS, DraftRequest
from answer.compose import Quote, Statement, compose
from answer.engine import AnswerEngine
from core.errors import OptionInvalid
from core.types import Applicability, Chunk, Draft, DraftState, Evidence, Hit, Turn
from retrieval.asked import Asked

TANK = Chunk("c1", "d1", "v1", 0, "The tank holds 5 litres.", "H1 guide")
CORD = Chunk("c2", "d1", "v1", 1, "The cord is 2 m long.", "H1 guide")


class Shelf:
    """Evidence that is always the same, and a note of what was asked for it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def search(
        self,
        query: str | Asked,
        *,
        top: int = 10,  # noqa: ARG002
        audiences: Sequence[str],
        applicability: Applicability | None = None,  # noqa: ARG002
        explain: bool = False,  # noqa: ARG002
    ) -> Evidence:
        text = query if isinstance(query, str) else query.text
        self.asked.append((text, tuple(audiences)))
        return Evidence(text, (Hit(TANK, 1.0), Hit(CORD, 0.5)), {"total": 2.0})


class Liar:
    """A drafter that makes a sentence up beside a true one."""

    name = "liar"

    def draft(self, request: DraftRequest, evidence: Evidence) -> Draft:
        chunk = evidence.hits[0].chunk
        quote = Quote(chunk, 0, len(chunk.text))
        said = [Statement(chunk.text, (quote,)), Statement("It costs 99 yuan.", (quote,))]
        return compose(request, said, drafter=self.name, confidence=0.9)


def engine(shelf: Shelf) -> AnswerEngine:
    return AnswerEngine(shelf, {"liar": Liar()}, default="liar")


def ask(shelf: Shelf, text: str, channel: str = "im") -> tuple[Draft, Evidence]:
    conversation = [Turn("customer", text)]
    return engine(shelf).answer(
        conversation, channel=channel, audiences=("public",), draft_id="d-7"
    )


def test_what_a_drafter_makes_up_never_reaches_the_agent() -> None:
    draft, evidence = ask(Shelf(), "How much does the tank hold?")
    assert draft.id == "d-7"
    assert [s.text for s in draft.sentences] == ["The tank holds 5 litres."]
    assert draft.answer == (
        "Hello!\nThe tank holds 5 litres. [1]\nLet me know if anything is unclear."
    )
    assert "99" in draft.missing[0]
    assert [hit.chunk.id for hit in evidence.hits] == ["c1", "c2"]
    stages = ["understand", "retrieve", "begin", "triage", "draft", "check", "finish", "total"]
    assert list(draft.timings_ms) == stages


def test_only_the_audiences_given_are_searched() -> None:
    shelf = Shelf()
    ask(shelf, "How much does the tank hold?")
    assert shelf.asked == [("How much does the tank hold?", ("public",))]


def test_two_questions_are_searched_one_by_one_and_no_passage_comes_twice() -> None:
    shelf = Shelf()
    _, evidence = ask(shelf, "How much does the tank hold? How long is the power cord?")
    assert len(shelf.asked) == 2
    assert [hit.chunk.id for hit in evidence.hits] == ["c1", "c2"]
    assert evidence.timings_ms == {"total": 4.0}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("你好", "您好！\n请问有什么可以帮您？"),
        ("thanks!", "You are welcome! Is there anything else I can help with?"),
    ],
)
def test_small_talk_is_met_by_asking_what_is_needed_without_a_search(
    text: str, answer: str
) -> None:
    shelf = Shelf()
    draft, evidence = ask(shelf, text)
    assert (draft.state, draft.answer) == (DraftState.CLARIFY, answer)
    assert (shelf.asked, evidence.hits, draft.citations) == ([], (), ())


def test_an_unknown_channel_or_drafter_is_refused_and_the_known_ones_named() -> None:
    with pytest.raises(OptionInvalid, match="fax") as caught:
        ask(Shelf(), "How much does the tank hold?", "fax")
    assert caught.value.hint == "Choose one of: email, im, phone, sms."
    with pytest.raises(OptionInvalid, match="poet"):
        engine(Shelf()).answer(
            [Turn("customer", "?a")], audiences=("public",), draft_id="d", drafter="poet"
        )


def test_an_upset_customer_hears_an_apology_before_the_answer() -> None:
    draft, _ = ask(Shelf(), "The tank is leaking, this is unacceptable! How much does it hold?")
    assert draft.triage.kind == "complaint"
    assert "sorry" in draft.answer.splitlines()[0]


def test_an_email_has_its_form_and_a_text_message_is_counted_in_parts() -> None:
    draft, _ = ask(Shelf(), "How much does the tank hold?", "email")
    assert draft.answer.startswith(
        "Re: How much does the tank hold?\n\nDear customer,\n\n"
        "Thank you for writing to us.\n\nThe tank"
    )
    assert draft.answer.endswith("Kind regards,\nCustomer Service")
    sms = CHANNELS.get("sms")
    assert [sms.parts_of("水" * n) for n in (1, 70, 71, 134, 135)] == [1, 1, 2, 2, 3]
    assert CHANNELS.get("im").parts_of("水" * 500) == 1
