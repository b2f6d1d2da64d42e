"""The client against a real HTTP server on loopback."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest

from ui import client as api
from ui import reading, shapes, texts
from ui.client import Client, Failure
from ui.parts import notice

DRAFT: dict[str, Any] = {
    "id": "d1",
    "state": "answered",
    "language": "zh",
    "channel": "im",
    "answer": "先充电 30 分钟。[1]",
    "citations": [
        {"marker": 1, "chunk_id": "c1", "version_id": "v1", "title": "手册", "quote": "30 分钟",
         "headings": ["3 充电"], "page": 18, "start": 3, "end": 8}
    ],
    "confidence": 0.9,
    "drafter": "extractive",
    "timings_ms": {"total": 80.5},
    "a_field_of_a_newer_service": True,
}  # fmt: skip
HIT = {"chunk_id": "c1", "title": "手册", "text": "先充电 30 分钟。", "score": 0.9,
       "routes": {"dense": {"rank": 1, "score": 0.8}}, "audience": "internal"}  # fmt: skip


class Server:
    """A real server that gives one prepared answer and remembers what it was asked."""

    def __init__(self) -> None:
        self.status, self.body, self.headers = 200, b"{}", dict[str, str]()
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                sent = {name.lower(): value for name, value in self.headers.items()}
                outer.asked.append((self.command, self.path, sent, self.rfile.read(length)))
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def log_message(self, *args: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def will(self, status: int, body: object, **headers: str) -> None:
        self.status, self.headers = status, {k.replace("_", "-"): v for k, v in headers.items()}
        self.body = body.encode() if isinstance(body, str) else json.dumps(body).encode()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    with closing(Server()) as running:
        yield running


@pytest.fixture
def http(server: Server) -> Iterator[httpx.Client]:
    with api.connect(server.url) as connected:
        yield connected


def question() -> api.Question:
    return api.Question([shapes.Turn("customer", "充不进电", "")], "im", "", "W2 Pro", "conv-1")


def test_signing_in_gives_who_it_is(server: Server, http: httpx.Client) -> None:
    server.will(201, {"token": "T", "name": "lin", "role": "agent", "expires_at": "x"})
    assert Client(http).sign_in("lin", "pw") == shapes.Person("lin", "agent", "T")
    method, path, _, body = server.asked[0]
    assert (method, path, json.loads(body)) == (
        "POST", "/v1/session", {"name": "lin", "password": "pw"}
    )  # fmt: skip


def test_the_token_goes_in_the_header_and_never_in_the_url(
    server: Server, http: httpx.Client
) -> None:
    server.will(200, {"name": "lin", "role": "agent"})
    Client(http, "SECRET").me("SECRET")
    _, path, headers, _ = server.asked[0]
    assert headers["authorization"] == "Bearer SECRET"
    assert "SECRET" not in path


def test_an_error_keeps_the_code_the_words_and_the_advice_of_the_service(
    server: Server, http: httpx.Client
) -> None:
    server.will(
        403,
        {"title": "No", "status": 403, "detail": "Agents may not publish.", "code": "RIGHT_MISSING",
         "hint": "Ask an administrator."},
    )  # fmt: skip
    with pytest.raises(Failure) as caught:
        Client(http).alive()
    failure = caught.value
    assert (failure.code, failure.status) == ("RIGHT_MISSING", 403)
    assert (failure.detail, failure.hint) == ("Agents may not publish.", "Ask an administrator.")
    drawn = notice.markup(texts.load("zh"), failure)
    assert "您的角色没有这项权限。" in drawn
    assert "Agents may not publish." in drawn
    assert "RIGHT_MISSING" in drawn


def test_a_rate_limit_says_how_long_to_wait(server: Server, http: httpx.Client) -> None:
    server.will(429, {"code": "RATE_LIMITED"}, Retry_After="20")
    with pytest.raises(Failure) as caught:
        Client(http).ask("q")
    assert (caught.value.code, caught.value.retry_after) == ("RATE_LIMITED", 20)


@pytest.mark.parametrize(
    "body", ["<html>Bad gateway</html>", "", "[1]", '{"detail": [{"loc": 1}]}']
)
def test_an_error_without_problem_details_is_named_by_its_status(
    server: Server, http: httpx.Client, body: str
) -> None:
    server.will(502, body)
    with pytest.raises(Failure) as caught:
        Client(http).alive()
    assert (caught.value.code, caught.value.detail) == ("HTTP_502", "")
    assert notice.sentence(texts.load("en"), caught.value) == "That did not work."


@pytest.mark.parametrize("body", ["not json", "{}", "[]", "null"])
def test_an_answer_outside_the_contract_is_a_failure_and_not_a_crash(
    server: Server, http: httpx.Client, body: str
) -> None:
    server.will(200, body)
    for call in (
        lambda: Client(http).ask("q"),
        lambda: Client(http).passage("c1", public=True),
        lambda: Client(http).sign_in("a", "b"),
        lambda: Client(http).judge("d1", api.Judgement("accept", "x"), "k"),
    ):
        with pytest.raises(Failure) as caught:
            call()
        assert caught.value.code == api.BAD_ANSWER


def test_a_service_that_is_not_there_is_told_as_such() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with api.connect(f"http://127.0.0.1:{port}") as connected:
        with pytest.raises(Failure) as caught:
            Client(connected).alive()
        assert caught.value.unreachable
        with pytest.raises(Failure) as caught:
            list(Client(connected).suggest(question()))
        assert caught.value.code == api.UNREACHABLE


def test_a_service_that_never_answers_is_told_as_such() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with httpx.Client(base_url=url, timeout=0.2, trust_env=False) as connected:
            with pytest.raises(Failure) as caught:
                Client(connected).alive()
            assert caught.value.code == api.TIMEOUT


def test_a_proxy_of_the_environment_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with api.connect(server.url) as connected:
        Client(connected).alive()
    assert server.asked[0][1] == "/healthz"


def events(*pairs: tuple[str, object]) -> str:
    return "".join(
        f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n" for name, data in pairs
    )


def test_a_draft_comes_as_evidence_then_words_then_the_whole(
    server: Server, http: httpx.Client
) -> None:
    server.will(
        200,
        ": a comment\n\n"
        + events(("evidence", {"hits": [HIT]}), ("delta", {"text": "先充电"}), ("ping", {}),
                 ("draft", DRAFT)),
        Content_Type="text/event-stream",
    )  # fmt: skip
    evidence, delta, draft = Client(http, "T").suggest(question())
    assert isinstance(evidence, api.Evidence)
    assert evidence.hits[0].routes == (shapes.Route("dense", 1),)
    assert evidence.hits[0].audience == "internal"
    assert delta == api.Delta("先充电")
    assert isinstance(draft, shapes.Draft)
    assert draft.markers == {1}
    assert draft.citations[0].quote == "30 分钟"
    assert draft.total_ms == 80.5
    sent = json.loads(server.asked[0][3])
    assert sent["stream"] is True
    assert (sent["product"], sent["model"]) == ("", "W2 Pro")
    assert sent["conversation"] == [{"role": "customer", "text": "充不进电", "at": ""}]


def test_a_failure_in_the_middle_of_a_stream_is_raised(server: Server, http: httpx.Client) -> None:
    server.will(
        200,
        events(("evidence", {"hits": []}), ("error", {"code": "MODEL_UNAVAILABLE", "status": 503})),
    )
    stream = Client(http).suggest(question())
    assert next(stream) == api.Evidence(())
    with pytest.raises(Failure) as caught:
        next(stream)
    assert (caught.value.code, caught.value.status) == ("MODEL_UNAVAILABLE", 503)


def test_what_a_model_writes_comes_apart_from_what_was_checked_and_an_outdated_draft_fails(
    server: Server, http: httpx.Client
) -> None:
    outdated = {"code": "DRAFT_OUTDATED", "message": "Taken back.", "status": 409}
    server.will(
        200,
        events(("token", {"text": "先"}), ("delta", {"text": "先充电"}), ("outdated", outdated)),
    )
    stream = Client(http).suggest(question())
    assert [next(stream), next(stream)] == [api.Token("先"), api.Delta("先充电")]
    with pytest.raises(Failure) as caught:
        next(stream)
    assert (caught.value.code, caught.value.status) == (api.OUTDATED, 409)


def test_a_draft_refused_before_the_stream_keeps_its_code(
    server: Server, http: httpx.Client
) -> None:
    server.will(401, {"code": "KEY_INVALID", "detail": "Expired."})
    with pytest.raises(Failure) as caught:
        list(Client(http).suggest(question()))
    assert caught.value.signed_out
    assert caught.value.detail == "Expired."


def test_a_verdict_carries_its_key(server: Server, http: httpx.Client) -> None:
    server.will(201, {"id": "v9", "draft_id": "d1", "kind": "edit"})
    given = api.Judgement("edit", text="新文字")
    assert Client(http, "T").judge("d1", given, "KEY-1") == "v9"
    method, path, headers, body = server.asked[0]
    assert (method, path, headers["idempotency-key"]) == ("POST", "/v1/drafts/d1/verdict", "KEY-1")
    assert json.loads(body) == {"kind": "edit", "text": "新文字", "reason": "", "note": ""}


def test_a_customer_s_passage_is_fetched_from_the_public_address(
    server: Server, http: httpx.Client
) -> None:
    server.will(200, {"chunk_id": "c1", "title": "手册", "text": "甲", "page": None})
    found = Client(http).passage("c1", public=True)
    assert (found.state, found.page, found.before) == ("live", None, ())
    Client(http, "T").passage("c1", public=False)
    assert [path for _, path, _, _ in server.asked] == ["/v1/public/chunks/c1", "/v1/chunks/c1"]


def test_the_service_is_told_which_visitor_a_screen_calls_for(server: Server) -> None:
    server.will(200, DRAFT)
    with api.connect(server.url, "SCREEN") as connected:
        Client(connected, visitor="203.0.113.9").ask("q")
    headers = server.asked[0][2]
    assert headers["x-citedesk-screen"] == "SCREEN"
    assert headers["x-citedesk-visitor"] == "203.0.113.9"
    assert "authorization" not in headers


def test_a_page_is_fetched_with_its_passage_marked(server: Server, http: httpx.Client) -> None:
    server.will(200, "png", X_CiteDesk_Marked_At="0.7")
    found = reading.passage({"chunk_id": "v1-00003", "version_id": "v1"})
    assert Client(http).page_image(found, 4, public=True) == api.PageImage(b"png", 0.7)
    Client(http, "T").page_image(found, 5, public=False)
    assert [path for _, path, _, _ in server.asked] == [
        "/v1/public/versions/v1/pages/4.png?chunk=v1-00003",
        "/v1/versions/v1/pages/5.png?chunk=v1-00003",
    ]
