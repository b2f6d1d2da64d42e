"""Whatever is typed into a question: a sensible result or a clear error, by every way of asking."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from core.errors import CiteDeskError
from core.types import Applicability, Turn
from corpus.documents import IngestOptions
from service.api.app import create_app
from service.api.context import Context, RateLimit
from service.desk import Desk
from service.jobs import Jobs
from service.settings import load_settings

MANUAL = """# DH-20 除湿机

## 规格

DH-20 的日除湿量为 20 L。The warranty lasts two years.

## 排空水箱

1. 按下电源键关机。
2. 取出水箱，倒掉积水。
"""
ABOUT = IngestOptions(
    by="li", applicability=Applicability(product="dehumidifier", model="DH-20", region="EU")
)
NOTHING_ASKED = ["", " \n\t", "\x00\x01\x7f", "\u200b\u2060", "\u202e\u202d"]
NO_WORD = ["？！……", "\"'()[]{}\\/", "🙂🙂", "👨‍👩‍👧‍👦🇨🇳", "?" * 10_000, "\ue000\ue001", '"(']
STRANGE = [
    "保",
    "2",
    'title:"warranty" AND (warranty OR *)~2^3 +a -b [a TO z} \\',
    "'; DROP TABLE chunks; -- %_",
    "除湿" * 5_000,
    "1" * 10_000,
    "问" * 10_001,
    "保修 warranty гарантия ضمان 保証 보증",
    "e" + "\u0301" * 3_000,
    "\x1b[31mwarranty\x07\x00",
    "<script>alert(1)</script> ${x} %n {0} warranty",
    "war\u202eranty \ufffe\uffff",
    "𠮷野家 𝔀𝓪𝓻𝓻𝓪𝓷𝓽𝔂",
    "？".join(f"问题{number}" for number in range(300)),
]


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, embedder: Any
) -> Iterator[TestClient]:
    _ = embedder
    folder = tmp_path_factory.mktemp("questions")
    settings, _ = load_settings({}, home=folder / "home", models_dir=models_dir)
    desk = Desk(settings)
    (folder / "dh20.md").write_text(MANUAL, encoding="utf-8")
    assert desk.ingest(folder / "dh20.md", ABOUT)["error"] is None
    jobs = Jobs(desk)
    context = Context(desk, jobs, operator_key="operator-key", visits=RateLimit(10_000))
    # What is raised inside is raised here: no stack trace can hide behind a 500.
    yield TestClient(create_app(context), headers={"Authorization": "Bearer operator-key"})
    desk.close()


def ask(client: TestClient, text: str) -> dict[str, Any]:
    """Ask by every way there is; way -> its answer."""
    conversation = {"conversation": [{"text": text}]}
    ways = {
        "search": ("/v1/search", {"query": text}),
        "explain": ("/v1/explain", {"query": text}),
        "explain a draft": ("/v1/explain", conversation),
        "suggest": ("/v1/suggest", conversation),
        "public search": ("/v1/public/search", {"query": text}),
        "public ask": ("/v1/public/ask", {"question": text}),
    }
    return {way: client.post(path, json=body) for way, (path, body) in ways.items()}


@pytest.mark.parametrize("text", NOTHING_ASKED, ids=ascii)
def test_a_question_that_says_nothing_is_refused_everywhere(client: TestClient, text: str) -> None:
    for way, answer in ask(client, text).items():
        assert (answer.status_code, answer.json()["code"]) == (422, "QUERY_INVALID"), way


@pytest.mark.parametrize("text", NO_WORD, ids=lambda text: ascii(text[:8]))
def test_a_question_without_a_word_finds_nothing_and_drafts_nothing(
    client: TestClient, text: str
) -> None:
    answers = ask(client, text)
    for way in ("search", "public search") if len(text) < 2_000 else ("search",):
        assert (answers[way].status_code, answers[way].json()["hits"]) == (200, []), way
    for way in ("explain a draft", "suggest", "public ask"):
        assert answers[way].status_code == 422, way
        assert answers[way].json()["code"] in ("QUERY_INVALID", "REQUEST_INVALID"), way


@pytest.mark.parametrize("text", STRANGE, ids=lambda text: ascii(text[:8]))
def test_a_strange_question_is_answered_or_refused_for_its_length_alone(
    client: TestClient, text: str
) -> None:
    for way, answer in ask(client, text).items():
        if way.startswith("public") and len(text) > 2_000:
            assert (answer.status_code, answer.json()["code"]) == (422, "REQUEST_INVALID"), way
        else:
            assert answer.status_code == 200, (way, answer.text)
    if "warranty" in text or "除湿" in text:
        found = client.post("/v1/search", json={"query": text}).json()["hits"]
        assert "DH-20 的日除湿量" in found[0]["text"]


@pytest.mark.parametrize(
    "filters",
    [
        {"model": "Z9"},
        {"model": "' OR 1=1 --"},
        {"model": "DH-20", "region": "Mars"},
    ],
    ids=lambda filters: ascii(filters)[:30],
)
def test_a_filter_that_matches_nothing_finds_nothing(
    client: TestClient, filters: dict[str, str]
) -> None:
    for path in ("/v1/search", "/v1/public/search"):
        answer = client.post(path, json={"query": "warranty", "filters": filters})
        assert (answer.status_code, answer.json()["hits"]) == (200, []), path


@pytest.mark.parametrize(
    ("filters", "code"),
    [
        ({"contract_from": "2000-01-01", "contract_to": "1999-01-01"}, "OPTION_INVALID"),
        ({"firmware": "%%%"}, "OPTION_INVALID"),
        ({"model": "x" * 3_000}, "REQUEST_INVALID"),
        ({"colour": "red"}, "REQUEST_INVALID"),
    ],
    ids=lambda part: ascii(part)[:30],
)
def test_a_filter_that_cannot_be_is_named(
    client: TestClient, filters: dict[str, str], code: str
) -> None:
    for path in ("/v1/search", "/v1/explain", "/v1/public/search"):
        answer = client.post(path, json={"query": "warranty", "filters": filters})
        assert (answer.status_code, answer.json()["code"]) == (422, code), path
        assert answer.json()["hint"], path


def test_half_a_character_is_refused_as_a_bad_request(client: TestClient) -> None:
    body = json.dumps({"query": "\ud83d warranty"}).encode()
    answer = client.post("/v1/search", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "REQUEST_INVALID")


LONG = "除湿机的水箱满了以后应该怎么办，" * 3_200
BAD_CONVERSATIONS: dict[str, tuple[dict[str, Any], str]] = {
    "empty": ({"conversation": []}, "QUERY_INVALID"),
    "agent alone": ({"conversation": [{"role": "agent", "text": "您好"}]}, "QUERY_INVALID"),
    "unknown role": ({"conversation": [{"role": "robot", "text": "保修"}]}, "QUERY_INVALID"),
    "unknown channel": ({"conversation": [{"text": "保修"}], "channel": "fax"}, "OPTION_INVALID"),
}


@pytest.mark.parametrize("how", BAD_CONVERSATIONS)
def test_a_bad_conversation_has_one_code_by_every_way(client: TestClient, how: str) -> None:
    body, code = BAD_CONVERSATIONS[how]
    for stream in (False, True):
        answer = client.post("/v1/suggest", json={**body, "stream": stream})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer.json()["hint"]
    # The command line asks the same house, without the web between.
    turns = [Turn(t.get("role", "customer"), t["text"]) for t in body["conversation"]]
    with pytest.raises(CiteDeskError) as caught:
        house(client).ask(turns, ("public",), channel=body.get("channel", "im"))
    assert caught.value.code == code


def house(client: TestClient) -> Desk:
    desk: Desk = client.app.state.context.desk  # type: ignore[attr-defined]
    return desk


@pytest.mark.parametrize(
    "turns",
    [
        [{"text": LONG + "DH-20 的日除湿量是多少？"}],
        [{"role": ("customer", "agent")[n % 2], "text": f"第 {n} 句话"} for n in range(500)]
        + [{"text": "DH-20 的日除湿量是多少？"}],
        [{"text": "DH-20"}, {"role": "agent", "text": LONG}, {"text": "它的日除湿量是多少？"}],
    ],
    ids=["a message of 50,000 characters", "500 turns", "an agent's long message"],
)
def test_a_conversation_of_any_size_is_answered(
    client: TestClient, turns: list[dict[str, str]]
) -> None:
    answer = client.post("/v1/suggest", json={"conversation": turns})
    assert answer.status_code == 200, answer.text
    draft = answer.json()
    # Found, whatever else was said; a very long message may ask too much to be answered at once.
    assert draft["state"] in ("answered", "clarify", "no_evidence")
    if len(turns) == 501:
        assert "20 L" in draft["answer"]


@pytest.mark.parametrize(
    "text",
    [
        "Какой срок гарантии?",
        "보증 기간은 얼마입니까?",
        "保証期間はどのくらいですか？",
        "هل يوجد ضمان؟",
    ],
)
def test_another_language_gets_a_draft_in_one_of_ours(client: TestClient, text: str) -> None:
    answer = client.post("/v1/suggest", json={"conversation": [{"text": text}]})
    assert answer.status_code == 200
    assert answer.json()["language"] in ("zh", "en")
    assert answer.json()["answer"]
