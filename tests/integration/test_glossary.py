"""The glossary through retrieval, the HTTP API and the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.types import Applicability, Chunk
from corpus.glossary import Entry, Lexicon
from corpus.live import LiveSet, LiveVersion
from evals.retrieval_bench import HeldChunks
from retrieval.indexer import ChunkIndexer
from retrieval.keyword import KEYWORD_INDEXES
from retrieval.retriever import Retriever
from retrieval.stores import STORES

TERM = {
    "zh": "闪送",
    "en": "same-day delivery",
    "synonyms_zh": ["当日达"],
    "synonyms_en": ["express delivery"],
    "never_confuse": [{"term": "预售", "why": "预售不当日送达。"}],
}


class Held:
    """A glossary that a test sets."""

    def __init__(self, *entries: Entry) -> None:
        self.lexicon = Lexicon(entries, 1)

    def current(self) -> Lexicon:
        return self.lexicon


class Live:
    def current(self) -> LiveSet:
        return LiveSet(1, {"v": LiveVersion("v", "d", "public", Applicability())})


def test_words_of_the_other_name_raise_a_passage_and_are_told(embedder: Any, tmp_path: Path):
    texts = [
        "Press Zilch to start the wash.",
        "The frobnicator is under the rear cover.",
        "Turn the tank to the left before lifting.",
    ]
    chunks = [
        Chunk(f"v.{n}", "d", "v", n, text, "Guide", (text[:9],)) for n, text in enumerate(texts)
    ]
    store = STORES.get("chroma").open(tmp_path / "vectors", embedder.fingerprint)
    words = KEYWORD_INDEXES.get("tantivy").open(tmp_path / "words")
    ChunkIndexer(embedder, store, words).add(chunks)
    glossary = Held()
    retriever = Retriever(embedder, store, words, HeldChunks(chunks), Live(), glossary)
    try:
        plain = retriever.search("甩干调速钮", audiences=["public"])
        assert plain.expanded == ()
        assert all("keyword" not in hit.routes for hit in plain.hits)
        glossary.lexicon = Lexicon([Entry("甩干调速钮", "frobnicator")], 2)
        helped = retriever.search("甩干调速钮", audiences=["public"])
        assert helped.hits[0].chunk.id == "v.1"
        assert helped.hits[0].routes["keyword"].rank == 1
        assert helped.expanded[0].names == ("frobnicator",)
    finally:
        retriever.close()
        store.close()
        words.close()


@pytest.fixture(scope="module")
def knowledge(live_service: Any) -> Iterator[httpx.Client]:
    with live_service.client("knowledge") as client:
        yield client


@pytest.fixture(scope="module")
def agent(live_service: Any) -> Iterator[httpx.Client]:
    with live_service.client("agent") as client:
        yield client


def listed(client: httpx.Client) -> list[dict[str, Any]]:
    return client.get("/v1/glossary", params={"limit": 500}).json()["entries"]


def test_the_samples_bring_their_glossary(agent: httpx.Client):
    assert len(listed(agent)) >= 25
    found = agent.post("/v1/search", json={"query": "回充键有什么用", "top": 3}).json()
    assert found["expanded"][0]["term"] == "回充键"
    assert "回站键" in found["expanded"][0]["with"]


def test_a_term_lives_through_the_api(knowledge: httpx.Client, agent: httpx.Client):
    made = knowledge.post("/v1/glossary", json=TERM)
    assert made.status_code == 201
    entry = made.json()
    assert (entry["status"], entry["by"].startswith("key")) == ("approved", True)
    found = agent.post("/v1/search", json={"query": "有当日达吗"}).json()
    assert found["expanded"] == [
        {"term": "当日达", "with": ["闪送", "same-day delivery", "express delivery"]}
    ]
    changed = knowledge.post(
        "/v1/glossary", json={**TERM, "id": entry["id"], "gloss_zh": "当天送到"}
    )
    assert (changed.json()["id"], changed.json()["gloss_zh"]) == (entry["id"], "当天送到")
    hints = agent.post("/v1/glossary/check", json={"text": "这是预售商品，闪送没有。"}).json()
    assert hints == {"terms": []}
    assert knowledge.delete(f"/v1/glossary/{entry['id']}").json()["state"] == "removed"
    again = knowledge.delete(f"/v1/glossary/{entry['id']}")
    assert (again.status_code, again.json()["code"]) == (404, "NOT_FOUND")


def test_a_term_that_contradicts_the_others_is_refused(knowledge: httpx.Client):
    refused = knowledge.post("/v1/glossary", json={"zh": "停订", "synonyms_zh": ["退订"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "GLOSSARY_INVALID")
    assert "'退订' is a term of '退订 / ending a subscription'" in refused.json()["detail"]
    nameless = knowledge.post("/v1/glossary", json={"synonyms_zh": ["甲"]})
    assert nameless.json()["code"] == "GLOSSARY_INVALID"
    unknown = knowledge.post("/v1/glossary", json={"zh": "甲", "colour": "red"})
    assert unknown.json()["code"] == "REQUEST_INVALID"


def test_only_who_may_write_documents_writes_terms(agent: httpx.Client, live_service: Any):
    for method, path in (
        ("POST", "/v1/glossary/gls_x/approve"),
        ("DELETE", "/v1/glossary/gls_x"),
        ("POST", "/v1/glossary/propose"),
    ):
        assert agent.request(method, path).status_code == 403
    assert agent.post("/v1/glossary", json=TERM).status_code == 403
    file = {"file": ("g.csv", b"zh,en\na,b\n")}
    assert agent.post("/v1/glossary/import", files=file).status_code == 403
    with live_service.client("customer") as customer:
        assert customer.get("/v1/glossary").status_code == 403
        assert customer.get("/v1/glossary/export").status_code == 403


def test_a_file_goes_out_and_in_and_a_bad_one_changes_nothing(knowledge: httpx.Client):
    before = knowledge.get("/v1/glossary/export")
    assert before.headers["content-type"] == "text/csv; charset=utf-8"
    bad = "zh,en,synonyms_zh\n新词,new,\n停订,,退订\n又一词,,新词\n".encode("gb18030")
    refused = knowledge.post("/v1/glossary/import", files={"file": ("g.csv", bad)})
    assert refused.json()["code"] == "GLOSSARY_INVALID"
    assert "line 3: " in refused.json()["detail"]
    assert "line 4: " in refused.json()["detail"]
    assert knowledge.get("/v1/glossary/export").content == before.content
    same = knowledge.post("/v1/glossary/import", files={"file": ("g.csv", before.content)})
    assert (same.json()["added"], same.json()["changed"]) == (0, 0)


def test_a_page_of_terms_says_where_the_next_begins(agent: httpx.Client):
    first = agent.get("/v1/glossary", params={"limit": 2}).json()
    second = agent.get("/v1/glossary", params={"limit": 2, "cursor": first["cursor"]}).json()
    ids = [e["id"] for e in (*first["entries"], *second["entries"])]
    assert len(set(ids)) == 4
    wrong = agent.get("/v1/glossary", params={"status": "odd"})
    assert wrong.json()["code"] == "OPTION_INVALID"


def test_a_draft_says_which_of_its_terms_should_be_another(
    knowledge: httpx.Client, agent: httpx.Client, live_service: Any
):
    made = knowledge.post(
        "/v1/glossary", json={"zh": "供电端", "avoid": [{"term": "插头", "why": "统一。"}]}
    ).json()
    try:
        body = {"conversation": [{"role": "customer", "text": "净化器显示 E-0x51 怎么办？"}]}
        draft = agent.post("/v1/suggest", json=body).json()
        assert {"used": "插头", "should_be": "供电端", "why": "统一。"} in draft["terms"]
        for citation in draft["citations"]:
            passage = agent.get(f"/v1/chunks/{citation['chunk_id']}").json()["text"]
            assert passage[citation["start"] : citation["end"]] == citation["quote"]
        own = {"text": "请拔掉插头。", "draft_id": draft["id"]}
        hints = agent.post("/v1/glossary/check", json=own).json()["terms"]
        assert [hint["should_be"] for hint in hints] == ["供电端"]
        with httpx.Client(base_url=live_service.api_url, trust_env=False, timeout=60) as anyone:
            public = anyone.post("/v1/public/ask", json={"question": "净化器显示 E-0x51 怎么办？"})
        # What the house says of its terms is for those who write replies.
        assert public.json()["terms"] == []
    finally:
        knowledge.delete(f"/v1/glossary/{made['id']}")


def test_the_command_line_does_the_same_through_the_service(live_service: Any, tmp_path: Path):
    made = live_service.json(
        "glossary", "add", "--zh", "试用期", "--en", "trial period", "--synonym", "体验期",
        "--synonym", "test period", "--never-confuse", "保修=试用期不是保修。",
    )  # fmt: skip
    assert (made["synonyms_zh"], made["synonyms_en"]) == (["体验期"], ["test period"])
    assert made["id"] in [e["id"] for e in live_service.json("glossary", "list")["entries"]]
    out = tmp_path / "terms.csv"
    count = live_service.json("glossary", "export", str(out))["entries"]
    assert count == len(live_service.json("glossary", "list")["entries"])
    done = live_service.json("glossary", "import", str(out))
    assert (done["added"], done["changed"], done["unchanged"]) == (0, 0, count)
    live_service.json("glossary", "remove", made["id"])
    circle = tmp_path / "circle.csv"
    circle.write_text("zh,synonyms_zh\n子,丑\n丑,子\n", encoding="utf-8")
    failed = live_service.command("glossary", "import", str(circle))
    assert failed.returncode == 1
    assert failed.stderr.startswith("error[GLOSSARY_INVALID]: ")
    assert "line 2: each is a synonym of the next, in a circle" in failed.stderr
    missing = live_service.command("glossary", "import", str(tmp_path / "none.csv"))
    assert "error[PATH_NOT_FOUND]" in missing.stderr


def test_the_command_line_proposes_a_term_of_a_document_just_published(
    live_service: Any, tmp_path: Path
):
    # A term of its own: those of the samples may have been proposed and turned down already.
    path = tmp_path / "oven-notes.md"
    path.write_text("# 烤箱说明\n\n热风盘（Convection Tray）放在中层。\n", encoding="utf-8")
    (brought,) = live_service.json("ingest", str(path))["documents"]
    try:
        proposed = live_service.json("glossary", "propose")["proposed"]
        assert {entry["status"] for entry in proposed} == {"proposed"}
        assert ("热风盘", "Convection Tray") in [(e["zh"], e["en"]) for e in proposed]
    finally:
        live_service.json("withdraw", brought["document_id"])
