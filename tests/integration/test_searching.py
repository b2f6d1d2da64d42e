"""A search with all that helps it: conversations, explanations, the cache, a reranker by path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import ModelInvalid, ModelMissing
from core.explanation import DropReason
from core.types import Applicability, Chunk
from corpus.live import LiveSet, LiveVersion
from evals.retrieval_bench import HeldChunks, HeldTitles
from retrieval.asked import Asked, Titled
from retrieval.cache import SearchCache
from retrieval.indexer import ChunkIndexer
from retrieval.keyword import KEYWORD_INDEXES
from retrieval.named import NamedDocuments
from retrieval.questions import QuestionIndex
from retrieval.reranking.cross_encoder import load_cross_encoder
from retrieval.retriever import Retriever
from retrieval.standard import Helpers, default_learnt, open_tokens, standard
from retrieval.stores import STORES

POLICIES = {"K1 Kettle": "two", "Q7 Vacuum": "five", "T9 Toaster": "three"}
CHUNKS = [
    *(
        Chunk(
            f"{title[:2]}.0",
            title[:2],
            f"{title[:2]}-1",
            0,
            f"The warranty of this product lasts {years} years from the day of purchase.",
            title,
            ("Warranty",),
        )
        for title, years in POLICIES.items()
    ),
    Chunk("K1.1", "K1", "K1-1", 1, "Descale it with vinegar once a month.", "K1 Kettle", ("Care",)),
    Chunk("K1.2", "K1", "K1-1", 2, "Rinse it twice after that.", "K1 Kettle", ("Care",)),
    Chunk("T9.1", "T9", "T9-1", 1, "Empty the crumb tray weekly.", "T9 Toaster", ("Care",)),
    Chunk("N1.0", "N1", "N1-1", 0, "Empty the crumb tray weekly.", "Notes", ("Care",)),
    Chunk("old.0", "K1", "K1-0", 0, "Descale it with citric acid once a week.", "K1 Kettle"),
    Chunk("X2.0", "X2", "X2-1", 0, "Descale the X2 with vinegar each week.", "X2 Steamer"),
]
ABOUT = {"X2-1": Applicability(model="X2")}


class House:
    """The real parts with every helper; every version is live but the old one."""

    def __init__(self, embedder: Any, folder: Path) -> None:
        self.store = STORES.get("chroma").open(folder / "vectors", embedder.fingerprint)
        self.keyword = KEYWORD_INDEXES.get("tantivy").open(folder / "words")
        questions = STORES.get("chroma").open(folder / "questions", embedder.fingerprint)
        self.questions = QuestionIndex(embedder, questions)
        self.tokens = open_tokens(folder / "tokens", embedder.fingerprint)
        indexer = ChunkIndexer(embedder, self.store, self.keyword, "", self.questions, self.tokens)
        indexer.add(CHUNKS)
        versions = {c.version_id: c.document_id for c in CHUNKS if c.version_id != "K1-0"}
        self.live = LiveSet(
            1,
            {
                v: LiveVersion(v, d, "public", ABOUT.get(v, Applicability()))
                for v, d in versions.items()
            },
        )
        chunks = [chunk for chunk in CHUNKS if chunk.version_id != "K1-0"]
        self.named = NamedDocuments(HeldTitles(chunks, self.live))
        extras = standard(
            Helpers(self.questions, self.tokens),
            default_learnt(embedder.fingerprint),
            embedder,
            named=self.named,
            cache=SearchCache(),
            budget_ms=10_000,
        )
        self.retriever = Retriever(
            embedder, self.store, self.keyword, HeldChunks(CHUNKS), self, None, extras
        )

    def current(self) -> LiveSet:
        return self.live

    def search(self, asked: str | Asked, **more: Any) -> Any:
        return self.retriever.search(asked, audiences=["public"], **more)

    def close(self) -> None:
        self.retriever.close()
        for part in (self.store, self.keyword, self.questions, self.tokens):
            if part is not None:
                part.close()


@pytest.fixture(scope="module")
def house(embedder: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    built = House(embedder, tmp_path_factory.mktemp("searching"))
    yield built
    built.close()


def test_a_question_in_mid_conversation_is_answered_from_the_document_that_was_named(
    house: House,
) -> None:
    for title, years in POLICIES.items():
        asked = Asked("How long does the warranty last?", titles=(Titled(title, 0.9),))
        assert years in house.search(asked).hits[0].chunk.text


def test_an_explanation_accounts_for_every_passage_that_a_route_found(house: House) -> None:
    asked = "How often do I descale it with vinegar?"
    evidence = house.search(asked, explain=True, applicability=Applicability(model="K1"))
    told = evidence.explanation
    assert told.understood.question == asked
    fallen = {one.chunk_id: one for one in told.dropped}
    assert fallen["old.0"].reason is DropReason.NOT_LIVE
    assert fallen["X2.0"].reason is DropReason.NOT_APPLICABLE
    assert fallen["X2.0"].detail == "X2"
    assert fallen["K1.2"].reason is DropReason.MERGED
    assert fallen["K1.2"].detail == "K1.1"
    shown = {c.chunk_id: c.rank for c in told.candidates if c.rank is not None}
    assert shown == {hit.chunk.id: rank for rank, hit in enumerate(evidence.hits, 1)}
    assert {c.chunk_id for c in told.candidates} <= shown.keys() | fallen.keys()
    for one in told.candidates:
        assert set(one.routes) <= {"dense", "keyword", "questions"}
    assert sum(route.trust for route in told.routes) == pytest.approx(1.0, abs=0.01)


def test_the_same_words_in_another_document_are_shown_once_and_said_to_be(house: House) -> None:
    told = house.search("When is the crumb tray emptied?", explain=True).explanation
    twice = [one for one in told.dropped if one.reason is DropReason.DUPLICATE]
    # Under one heading the same words are one answer, whichever document has them.
    assert {(one.chunk_id, one.detail) for one in twice} <= {("N1.0", "T9.1"), ("T9.1", "N1.0")}
    assert len(twice) == 1


def test_what_was_asked_before_comes_from_the_cache_and_says_so(house: House) -> None:
    first = house.search("Which vinegar descales a kettle?", explain=True)
    again = house.search("Which vinegar descales a kettle?", explain=True)
    assert not first.explanation.cached
    assert again.explanation.cached
    assert again.hits == first.hits
    assert set(again.timings_ms) == {"cache", "total"}
    # Another conversation around the same words is another question.
    other = Asked("Which vinegar descales a kettle?", context="the X2 steamer")
    assert not house.search(other, explain=True).explanation.cached


@pytest.fixture(scope="module")
def cross_encoder(embedder: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as sentence-transformers writes one: a small encoder that learnt nothing."""
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification

    folder = tmp_path_factory.mktemp("cross")
    tokenizer = embedder._model.tokenizer
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        num_labels=1,
        max_position_embeddings=514,
    )
    plain = tmp_path_factory.mktemp("plain")
    BertForSequenceClassification(config).save_pretrained(plain)
    tokenizer.save_pretrained(plain)
    CrossEncoder(str(plain), device="cpu").save_pretrained(str(folder))
    return folder


def test_any_cross_encoder_can_be_the_second_stage(house: House, cross_encoder: Path) -> None:
    reranker = load_cross_encoder(str(cross_encoder), budget_ms=10_000)
    hits = list(house.search("How long does the warranty last?").hits)
    found = reranker.rerank(["How long does the warranty last?"], hits, [1.0] * len(hits))
    assert set(found.scores) == {hit.chunk.id for hit in hits}
    scores = [found.scores[hit.chunk.id] for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    hurried = load_cross_encoder(str(cross_encoder), budget_ms=0.001)
    first = hurried.rerank(["warranty"], hits, [1.0] * len(hits))
    assert 0 < len(first.scores) < len(hits)
    assert {hit.chunk.id for hit in first.hits} == {hit.chunk.id for hit in hits}


def test_a_reranker_that_is_none_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing) as missing:
        load_cross_encoder("no-such-house/no-such-model", 50)
    assert "reranker" in missing.value.hint
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises((ModelInvalid, ModelMissing)):
        load_cross_encoder(str(tmp_path), 50)
