"""The extractive drafter over passages that nobody here wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from answer.base import DraftRequest
from answer.checking.checker import Checker
from answer.extractive.datasets import Bm25, load_set
from answer.extractive.drafter import ExtractiveDrafter
from core.text import reply_language, squeeze
from core.types import Chunk, Draft, DraftState, Evidence, Hit, Turn
from evals.bench.drafts import run

_QUESTIONS = 12


def drafts_of(
    folder: Path, drafter: ExtractiveDrafter, passages: Path | None = None
) -> list[tuple[Draft, Evidence, tuple[str, ...]]]:
    data = load_set(folder)
    chunks = load_set(passages).chunks if passages else data.chunks
    by_id = {chunk.id: chunk for chunk in chunks}
    index = Bm25(chunks)
    drafts = []
    for query in data.queries[:: len(data.queries) // _QUESTIONS][:_QUESTIONS]:
        right: list[Chunk] = [by_id[i] for i in sorted(query.relevant) if i in by_id]
        hits = (
            tuple(Hit(chunk, 1.0) for chunk in right) if passages else index.search(query.text, 4)
        )
        evidence = Evidence(query.text, hits)
        language = reply_language(query.text)
        request = DraftRequest("d", (Turn("customer", query.text),), query.text, language)
        drafts.append((drafter.draft(request, evidence), evidence, query.answers))
    return drafts


@pytest.mark.parametrize("name", ["esp_faq_zh", "esp_faq_en", "cmrc2018", "xquad_en"])
def test_every_quote_of_every_draft_is_the_passages_own_text(
    name: str, shared_data: Path, embedder: Any
) -> None:
    drafted = drafts_of(shared_data / "retrieval" / name, ExtractiveDrafter(embedder))
    answered = 0
    for draft, evidence, _ in drafted:
        texts = {chunk.id: chunk.text for hit in evidence.hits for chunk in hit.passages()}
        for citation in draft.citations:
            assert texts[citation.chunk_id][citation.start : citation.end] == citation.quote
        assert Checker().check(draft, evidence).sentences == draft.sentences
        answered += draft.state is DraftState.ANSWERED
    assert answered >= 0.7 * len(drafted)


@pytest.mark.parametrize(
    ("asked", "passages"), [("xquad_zh", "xquad_en"), ("xquad_en", "xquad_zh")]
)
def test_a_question_is_answered_from_a_passage_in_the_other_language_and_marked(
    asked: str, passages: str, shared_data: Path, embedder: Any
) -> None:
    folder = shared_data / "retrieval"
    drafted = drafts_of(folder / asked, ExtractiveDrafter(embedder), folder / passages)
    answered = [draft for draft, _, _ in drafted if draft.state is DraftState.ANSWERED]
    assert len(answered) >= len(drafted) // 2
    note = {"xquad_zh": "（以下原文为英文）", "xquad_en": "(The source is in Chinese.)"}[asked]
    marked = [draft for draft in answered if note in draft.answer]
    # A quote of nothing but names or figures is in no language.
    assert len(marked) >= len(answered) - 1


@pytest.mark.parametrize(
    ("name", "best1", "best3"), [("cmrc2018", 0.60, 0.75), ("xquad_en", 0.60, 0.80)]
)
def test_the_sentence_with_the_answer_is_among_the_best(
    name: str, best1: float, best3: float, shared_data: Path, embedder: Any
) -> None:
    # Few questions leave an error of 0.1: the bounds catch a break, the bench measures.
    found = run(shared_data / "retrieval" / name, embedder, 2 * _QUESTIONS)
    assert float(found["best1"]) >= best1
    assert float(found["best3"]) >= best3
    assert float(found["refused_answerable"]) <= 0.2
    assert float(found["refused_withheld"]) > float(found["refused_answerable"])


def test_a_draft_says_what_the_passage_says(shared_data: Path, embedder: Any) -> None:
    drafted = drafts_of(shared_data / "retrieval" / "xquad_en", ExtractiveDrafter(embedder))
    right = sum(
        any(squeeze(a) in squeeze(" ".join(s.text for s in draft.sentences)) for a in answers)
        for draft, _, answers in drafted
    )
    assert right >= 0.6 * len(drafted)
