"""What is kept of why a draft rests on what it rests on, and how it is printed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from answer.drafts import Drafts
from answer.explaining import (
    MOST_CANDIDATES,
    MOST_DROPPED,
    MOST_TEXT,
    Searched,
    explained,
    kept_form,
    storable,
)
from answer.understand import understand
from core.applies import names_of
from core.database import Database
from core.explanation import Candidate, Dropped, DropReason, Explanation, Understood
from core.types import Applicability, Chunk, Draft, DraftState, Evidence, Hit, RouteScore, Turn

LONG = "滤网每六个月更换一次，清洗后要完全晾干。" * 20


def hit(name: str, product: str = "") -> Hit:
    chunk = Chunk(name, "d", "v", 0, LONG, "手册", applicability=Applicability(product=product))
    return Hit(chunk, 0.5, {"dense": RouteScore(1, 0.7)})


def candidate(place: int, rank: int | None) -> Candidate:
    routes = {name: RouteScore(place, 0.123456789) for name in ("dense", "keyword")}
    evidence = {f"feature_{n}": 0.123456789 for n in range(8)}
    return Candidate(
        f"chk_{place:026}", "手册", ("换滤网",), 7, LONG, routes, evidence, place, 0.9, -place, rank
    )


def on_its_way(one: Hit, place: int) -> Candidate:
    chunk = one.chunk
    return Candidate(
        chunk.id, chunk.title, (), None, chunk.text, one.routes, {}, place, one.score, None, place
    )


def searched(query: str, *hits: Hit, context: str = "") -> Evidence:
    """What retrieval gives for a query, with the explanation that it gives."""
    candidates = tuple(on_its_way(one, place) for place, one in enumerate(hits, 1))
    told = Explanation(query, Understood(query, context), candidates=candidates)
    return Evidence(query, hits, explanation=told)


def test_a_message_with_two_questions_has_an_explanation_for_each() -> None:
    understood = understand([Turn("customer", "滤网多久换一次？保修期多长时间？")])
    found = [Evidence(part, (hit(part),)) for part in understood.parts]
    first, second = explained(understood, None, [Searched(e, e) for e in found])
    assert (first.query, second.query) == understood.parts
    assert first.understood.parts == understood.parts
    assert first.understood.language == "zh"


def test_small_talk_is_explained_although_nothing_was_searched() -> None:
    (said,) = explained(understand([Turn("customer", "谢谢！")]), None, [])
    assert said.understood.small_talk == "thanks"
    assert said.candidates == ()


def test_what_answering_left_out_of_another_product_is_said_with_that_product() -> None:
    (name,) = names_of("Kettle")
    understood = replace(understand([Turn("customer", "How to descale?")]), products=(name,))
    found = searched("q", hit("other", "Iron"), hit("own", "Kettle"), hit("more", "Kettle"))
    kept = replace(found, hits=found.hits[1:2])
    wanted = Applicability(model="K1")
    (said,) = explained(understood, wanted, [Searched(found, kept)])
    assert said.understood.subjects == ("Kettle", "K1")
    assert [(d.chunk_id, d.reason, d.detail) for d in said.dropped] == [
        ("other", DropReason.NOT_APPLICABLE, "Iron"),
        ("more", DropReason.BELOW_TOP, ""),
    ]
    assert {c.chunk_id: c.rank for c in said.candidates} == {"other": None, "own": 1, "more": None}


def test_what_was_told_before_is_kept_only_as_far_as_documents_say_it() -> None:
    turns = [
        Turn("customer", "我叫王伟，电话 13800138000，想问净化器的滤网"),
        Turn("agent", "好的，请讲。"),
        Turn("customer", "那多久换一次？"),
    ]
    understood = understand(turns)
    assert "13800138000" in understood.query
    search = searched(understood.query, hit("c1"))
    (said,) = explained(understood, None, [Searched(search, search)])
    body = kept_form(storable(said))
    assert "13800138000" not in str(body)
    assert "王伟" not in str(body)
    assert body["query"].endswith("那多久换一次？")
    assert "滤网" in body["query"]
    assert "滤网" in body["understood"]["context"]


def test_what_is_kept_is_small_and_keeps_every_hit_and_every_count() -> None:
    # The last of the fused ranking became the first hit.
    candidates = [candidate(place, None) for place in range(1, 60)] + [candidate(60, 1)]
    dropped = [Dropped(f"c{n}", "手册", DropReason.BELOW_TOP) for n in range(50)]
    dropped += [Dropped("twin", "手册", DropReason.DUPLICATE, "c1")] * (MOST_DROPPED + 1)
    body = kept_form(Explanation("q", Understood("q"), (), tuple(candidates), tuple(dropped)))
    places = [one["fused_rank"] for one in body["candidates"]]
    assert places == [*range(1, MOST_CANDIDATES), 60]
    assert {len(one["text"]) for one in body["candidates"]} == {MOST_TEXT}
    assert len(body["dropped"]) == MOST_DROPPED
    assert {one["reason"] for one in body["dropped"]} == {"duplicate"}
    assert body["left_out"] == {"below_top": 50, "duplicate": MOST_DROPPED + 1}
    assert len(json.dumps(body, ensure_ascii=False).encode()) < 24_000


def test_a_draft_keeps_its_explanations_and_an_old_one_has_none(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    database.upgrade()
    drafts = Drafts(database)
    draft = Draft("d1", "q?", DraftState.ANSWERED, "en", "im", "", (), (), 0.5, "extractive")
    drafts.save(draft, [], by="amy", explanations=[{"query": "q"}])
    drafts.save(replace(draft, id="d2"), [])
    kept = drafts.explanation("d1")
    assert (kept.by, kept.question, kept.explanations) == ("amy", "q?", ({"query": "q"},))
    assert drafts.explanation("d2").explanations is None
    database.close()


@pytest.mark.parametrize("hidden", [0, 2])
def test_the_command_line_says_it_in_words(
    hidden: int, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    from service.cli.explaining import print_explanations

    candidates = (replace(candidate(1, 2), title="Old"), replace(candidate(2, 1), title="New"))
    dropped = (
        Dropped("x", "X3 manual", DropReason.NOT_APPLICABLE, "X3"),
        Dropped("y", "Twin", DropReason.DUPLICATE, candidates[1].chunk_id),
    )
    body = kept_form(
        Explanation("filter", Understood("filter", exact=("E-0x51",)), (), candidates, dropped)
    )
    print_explanations({"explanations": [body], "hidden": hidden})
    said = capsysbinary.readouterr().out.decode()
    assert "Understood as: filter" in said
    assert "Looked up as written: E-0x51" in said
    assert "X3 manual (X3)" in said
    assert "Twin (passage 1)" in said
    assert ("2 passages may not be shown to you." in said) is bool(hidden)
