"""The way to a language model: a real one on a local server, and endpoints that misbehave."""

from __future__ import annotations

import importlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from real_model import weights

from answer.engine import AnswerEngine
from answer.following import Follower
from answer.generative.endpoint import EndpointModel
from answer.generative.guard import Limits
from answer.generative.masked import MaskedModel
from answer.generative.model import ScriptedModel
from answer.generative.notes import STOOD_IN
from answer.rewriting import Rewriter, why_refused
from answer.understand import understand
from core.errors import DraftOutdated, ModelUnavailable, OptionInvalid
from core.types import Applicability, Chunk, Draft, DraftState, Evidence, Hit, Turn
from evals.bench.small_model import serving
from service.drafting import build_engine, is_local, language_model
from service.settings import load_settings

KEY = "sk-very-secret"
QUESTION = "How long is the motor of the X2 covered by the warranty?"
WARRANTY = Chunk(
    "c1",
    "d1",
    "v1",
    0,
    "The warranty of the X2 is 1 year; its motor is covered for 3 years. "
    "Batteries are covered for 6 months.",
    "Warranty Policy",
    ("Warranty periods",),
)


class Shelf:
    """Evidence that is always the same."""

    def search(
        self,
        query: str,
        *,
        top: int = 10,  # noqa: ARG002
        audiences: Sequence[str],  # noqa: ARG002
        applicability: Applicability | None = None,  # noqa: ARG002
        explain: bool = False,  # noqa: ARG002
    ) -> Evidence:
        return Evidence(query, (Hit(WARRANTY, 1.0),))


def engine_for(base_url: str, embedder: Any, timeout_s: float, model: str = "tiny") -> AnswerEngine:
    settings, _ = load_settings(
        {
            "CITEDESK_LLM_BASE_URL": base_url,
            "CITEDESK_LLM_MODEL": model,
            "CITEDESK_LLM_API_KEY": KEY,
            "CITEDESK_LLM_TIMEOUT_S": str(timeout_s),
            "CITEDESK_LLM_FIRST_TOKEN_S": str(timeout_s),
        }
    )
    return build_engine(settings, Shelf(), embedder)  # type: ignore[arg-type]


def ask(engine: AnswerEngine, drafter: str | None = None) -> Draft:
    turns = [Turn("customer", QUESTION)]
    draft, _ = engine.answer(turns, audiences=("public",), draft_id="d", drafter=drafter)
    return draft


@dataclass
class Endpoint:
    """What a local endpoint was asked."""

    url: str
    requests: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)


Behaviour = Callable[[BaseHTTPRequestHandler, int], None]


@contextmanager
def endpoint(behave: Behaviour) -> Iterator[Endpoint]:
    """Serve one way of answering; it is told which request it has before it, from 1."""
    seen: list[tuple[str, dict[str, str], dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.path, dict(self.headers), json.loads(body)))
            with suppress(OSError):
                behave(self, len(seen))

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.over = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Endpoint(f"http://127.0.0.1:{server.server_port}/v1", seen)
    finally:
        server.over.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.socket.close()
        thread.join()


def send(
    handler: BaseHTTPRequestHandler, status: int, body: str, media: str = "application/json"
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", media)
    handler.send_header("Content-Length", str(len(body.encode())))
    handler.end_headers()
    handler.wfile.write(body.encode())


def completion(text: str | None) -> str:
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return json.dumps(
        {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    )


def says(text: str | None) -> Behaviour:
    return lambda handler, _: send(handler, 200, completion(text))


LONG_S = 60.0
"""How long an endpoint hangs or drips: far more than its budget on a machine however busy."""


def still_asked(handler: BaseHTTPRequestHandler, seconds: float) -> bool:
    """Wait, and say whether the test goes on."""
    return not handler.server.over.wait(seconds)  # type: ignore[attr-defined]


def hangs(handler: BaseHTTPRequestHandler, _count: int) -> None:
    still_asked(handler, LONG_S)


def drips_headers(handler: BaseHTTPRequestHandler, _count: int) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * int(LONG_S / 0.05):
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        if not still_asked(handler, 0.05):
            return


def drips_body(handler: BaseHTTPRequestHandler, _count: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    for _ in range(int(LONG_S / 0.05)):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        if not still_asked(handler, 0.05):
            return


def never_ends(handler: BaseHTTPRequestHandler, _count: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    for _ in range(400):
        handler.wfile.write(b" " * 1_000_000)


def redirects(handler: BaseHTTPRequestHandler, _count: int) -> None:
    handler.send_response(307)
    handler.send_header("Location", "/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def test_one_plain_chat_completion_is_asked_for_and_its_sentences_are_cited(embedder: Any) -> None:
    with endpoint(says("The motor of the X2 is covered for 3 years. [1]")) as server:
        draft = ask(engine_for(server.url, embedder, 10, "qwen3:8b"))
    assert draft.answer == (
        "Hello!\nThe motor of the X2 is covered for 3 years. [1]\n"
        "Let me know if anything is unclear."
    )
    assert (draft.drafter, draft.missing) == ("qwen3:8b", ())
    assert [citation.quote for citation in draft.citations] == [
        "The warranty of the X2 is 1 year; its motor is covered for 3 years."
    ]
    ((path, headers, body),) = server.requests
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert sorted(body) == ["max_tokens", "messages", "model", "stream", "temperature"]
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


@pytest.mark.parametrize("behave", [hangs, drips_headers, drips_body])
def test_an_endpoint_that_hangs_or_drips_costs_its_budget_and_no_more(
    embedder: Any, behave: Behaviour
) -> None:
    with endpoint(behave) as server:
        engine = engine_for(server.url, embedder, 1.0)
        # What is loaded once is not the endpoint's fault.
        importlib.import_module("llama_index.llms.openai_like")
        ask(engine, drafter="extractive")
        begun = time.perf_counter()
        draft = ask(engine)
        took = time.perf_counter() - begun
    assert draft.drafter == "extractive"
    assert draft.missing == (STOOD_IN["en"]["unavailable"],)
    assert 0.9 < took < LONG_S / 2


@pytest.mark.parametrize(
    ("behave", "requests"),
    [
        (lambda handler, _: send(handler, 503, "<html>busy</html>", "text/html"), 2),
        (lambda handler, _: send(handler, 401, f'{{"error": "bad key {KEY}"}}'), 1),
        (lambda handler, _: send(handler, 200, "<html>hello</html>", "text/html"), 1),
        (lambda handler, _: send(handler, 200, "<html>hello</html>"), 1),
        (lambda handler, _: send(handler, 200, "[" * 50_000), 1),
        (lambda handler, _: send(handler, 200, '{"choices": []}'), 1),
        (lambda handler, _: send(handler, 200, '{"choices": "none"}'), 1),
        (lambda handler, _: send(handler, 200, '"ok"'), 1),
        (lambda handler, _: send(handler, 200, ""), 1),
        (never_ends, 2),
        (redirects, 1),
    ],
)
def test_an_endpoint_that_answers_nonsense_is_told_in_our_words_alone(
    embedder: Any, caplog: pytest.LogCaptureFixture, behave: Behaviour, requests: int
) -> None:
    with endpoint(behave) as server, caplog.at_level(logging.INFO):
        draft = ask(engine_for(server.url, embedder, 10))
    assert draft.drafter == "extractive"
    assert draft.missing == (STOOD_IN["en"]["unavailable"],)
    assert "3 years. [1]" in draft.answer
    assert len(server.requests) == requests
    assert KEY not in caplog.text
    assert [r.name for r in caplog.records if "stands in" in r.getMessage()] == ["citedesk.answer"]


@pytest.mark.parametrize("text", ["", None, "The X2 can fly. [1]"])
def test_a_reply_that_cannot_be_checked_is_replaced_by_quotes(
    embedder: Any, text: str | None
) -> None:
    with endpoint(says(text)) as server:
        draft = ask(engine_for(server.url, embedder, 10))
    assert (draft.drafter, draft.missing) == ("extractive", (STOOD_IN["en"]["unchecked"],))


SAID = "The motor of the X2 is covered for 3 years. [1]"


def chunk(text: str, ended: str | None = None) -> str:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": ended}
    return json.dumps({"id": "1", "object": "chat.completion.chunk", "choices": [choice]})


def streams(*parts: str, media: str = "text/event-stream", stays: bool = False) -> Behaviour:
    """Send pieces of a body as they are; then close, or stay open."""

    def behave(handler: BaseHTTPRequestHandler, _count: int) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", media)
        handler.end_headers()
        for part in parts:
            handler.wfile.write(part.encode())
            handler.wfile.flush()
        if stays:
            still_asked(handler, LONG_S)

    return behave


FIRST, SECOND = SAID[:17], SAID[17:]
ODD = {
    "by the book": streams(
        f"data: {chunk(FIRST)}\n\n", f"data: {chunk(SECOND, 'stop')}\n\n", "data: [DONE]\n\n"
    ),
    "no last line, and open for ever": streams(
        f"data: {chunk(FIRST)}\n\ndata: {chunk(SECOND, 'stop')}\n\n", stays=True
    ),
    "comments, odd spaces, no gaps": streams(
        f": hello\r\n\r\nevent: x\r\ndata:{chunk(FIRST)}\r\n  data :  {chunk(SECOND)}\r\n: ping\n",
        "data:[DONE]\n",
    ),
    "another media type, cut within a letter": streams(
        f"data: {chunk(FIRST)}"[:40],
        f"data: {chunk(FIRST)}"[40:] + "\n\n",
        f"data: {chunk(SECOND, 'stop')}\n\n",
        media="text/html",
    ),
    "whole messages, one on a line": streams(f"{chunk(FIRST)}\n{chunk(SECOND, 'stop')}\n"),
    "a whole completion as a stream": streams(completion(SAID), media="text/event-stream"),
    "tokens without end": streams(
        f"data: {chunk(SAID)}\n\n", *[f"data: {chunk(' and more' * 20)}\n\n"] * 60, stays=True
    ),
    "stopped by its own limit": streams(f"data: {chunk(SAID + ' It can f', 'length')}\n\n"),
}


@pytest.mark.parametrize("how", ODD)
def test_a_stream_is_read_however_oddly_it_is_written(embedder: Any, how: str) -> None:
    with endpoint(ODD[how]) as server:
        draft = ask(engine_for(server.url, embedder, 10))
    assert [sentence.text for sentence in draft.sentences] == [SAID.removesuffix(" [1]")]
    assert (draft.drafter, draft.missing) == ("tiny", ())


def breaks_off(handler: BaseHTTPRequestHandler, _count: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "10000")
    handler.end_headers()
    handler.wfile.write(f"data: {chunk(SAID + ' It')}\n\n".encode())


def says_nothing(handler: BaseHTTPRequestHandler, count: int) -> None:
    streams(": wait\n\n", stays=True)(handler, count)


@pytest.mark.parametrize("behave", [breaks_off, says_nothing])
def test_a_reply_that_breaks_off_or_does_not_begin_is_replaced_by_quotes(
    embedder: Any, behave: Behaviour
) -> None:
    with endpoint(behave) as server:
        draft = ask(engine_for(server.url, embedder, 1.0))
    assert (draft.drafter, draft.missing) == ("extractive", (STOOD_IN["en"]["unavailable"],))
    assert len(server.requests) == 1


class Listening(Follower):
    """Notes what is told of a draft, and may take it back at the first word."""

    def __init__(self, *, leaves: bool = False) -> None:
        super().__init__()
        self.told: list[tuple[str, str]] = []
        self._leaves = leaves

    def token(self, text: str) -> None:
        self.told.append(("token", text))
        if self._leaves:
            threading.Timer(0.05, self.cancel.set).start()

    def evidence(self, evidence: Evidence) -> None:
        self.told.append(("evidence", str(len(evidence.hits))))

    def sentence(self, text: str) -> None:
        self.told.append(("sentence", text))


def test_each_sentence_is_told_when_it_is_checked_and_nothing_else_is(embedder: Any) -> None:
    lie = " It can fly to the moon. [1] "
    told = Listening()
    with endpoint(
        streams(*(f"data: {chunk(text)}\n\n" for text in (FIRST, SECOND, lie)), "data: [DONE]\n\n")
    ) as server:
        engine_for(server.url, embedder, 10).answer(
            [Turn("customer", QUESTION)], audiences=("public",), draft_id="d", follower=told
        )
    assert told.told == [
        ("evidence", "1"),
        ("token", FIRST),
        ("token", SECOND),
        ("token", lie),
        ("sentence", SAID.removesuffix(" [1]")),
    ]


def test_a_draft_that_is_taken_back_ends_the_call_at_once(embedder: Any) -> None:
    left = threading.Event()

    def writes(handler: BaseHTTPRequestHandler, count: int) -> None:
        streams(f"data: {chunk(FIRST)}\n\n")(handler, count)
        while still_asked(handler, 0.02):
            try:
                handler.wfile.write(b": still here\n\n")
            except OSError:
                left.set()
                return

    with endpoint(writes) as server:
        engine = engine_for(server.url, embedder, LONG_S)
        with pytest.raises(DraftOutdated):
            engine.answer(
                [Turn("customer", QUESTION)],
                audiences=("public",),
                draft_id="d",
                follower=Listening(leaves=True),
            )
        assert left.wait(LONG_S / 4)


def test_an_endpoint_that_keeps_failing_is_left_alone_and_the_draft_says_so(embedder: Any) -> None:
    with endpoint(lambda handler, _: send(handler, 400, "{}")) as server:
        engine = engine_for(server.url, embedder, 10)
        notes = [ask(engine).missing for _ in range(4)]
    assert notes == [(STOOD_IN["en"]["unavailable"],)] * 3 + [(STOOD_IN["en"]["resting"],)]
    assert len(server.requests) == 3


def test_what_is_sent_elsewhere_holds_no_personal_data_and_the_reply_does(embedder: Any) -> None:
    said = "My number is 13800138000. " + QUESTION
    settings, _ = load_settings({"CITEDESK_LLM_BASE_URL": "https://api.example.com/v1"})
    assert not is_local(settings)
    with endpoint(lambda handler, count: send(handler, 200, completion(SAID))) as server:
        model = MaskedModel(EndpointModel(server.url, "tiny"))
        masked = "".join(model.stream("s", said))
        ((_, _, body),) = server.requests
    assert masked == SAID
    assert "13800138000" not in json.dumps(body)
    placeholder = body["messages"][1]["content"].split(" is ")[1].split(". ")[0]
    echo = MaskedModel(ScriptedModel(f"Call {placeholder} now."))
    assert "".join(echo.stream("s", said)) == "Call 13800138000 now."


def test_an_endpoint_with_too_much_to_do_is_told_as_busy(embedder: Any) -> None:
    with endpoint(lambda handler, _: send(handler, 429, f'{{"error": "slow {KEY}"}}')) as server:
        draft = ask(engine_for(server.url, embedder, 10))
    assert (draft.drafter, draft.missing) == ("extractive", (STOOD_IN["en"]["busy"],))
    assert len(server.requests) == 2


def test_a_moment_of_trouble_is_asked_past_once(embedder: Any) -> None:
    def recovers(handler: BaseHTTPRequestHandler, count: int) -> None:
        send(handler, 429 if count == 1 else 200, completion("The motor is covered for 3 years[1]"))

    with endpoint(recovers) as server:
        assert ask(engine_for(server.url, embedder, 10)).drafter == "tiny"
    assert len(server.requests) == 2


def test_no_error_of_an_endpoint_holds_its_words_or_the_key() -> None:
    with endpoint(lambda handler, _: send(handler, 400, f'{{"error": "no {KEY}"}}')) as server:
        model = EndpointModel(server.url, "tiny", api_key=KEY)
        with pytest.raises(ModelUnavailable) as failure:
            model.complete("s", "u")
    assert str(failure.value) == (
        "The language model's endpoint answered with status 400. "
        "See that the endpoint runs, and compare llm_base_url, llm_model and llm_api_key with it."
    )
    assert failure.value.__suppress_context__
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        model.complete("s", "u")


def test_without_address_and_name_the_extractive_drafter_is_the_only_one(embedder: Any) -> None:
    settings, _ = load_settings({"CITEDESK_LLM_BASE_URL": "http://127.0.0.1:9/v1"})
    assert language_model(settings) is None
    engine = build_engine(settings, Shelf(), embedder)  # type: ignore[arg-type]
    assert (ask(engine).drafter, ask(engine).missing) == ("extractive", ())
    with pytest.raises(OptionInvalid):
        ask(engine, drafter="generative")


@pytest.fixture(scope="module")
def real_model() -> Iterator[str]:
    """A small real model on a loopback port, served as OpenAI's protocol."""
    with serving(weights()) as address:
        yield address


def test_a_real_model_drafts_and_every_sentence_left_is_cited(
    real_model: str, embedder: Any
) -> None:
    draft = ask(engine_for(real_model, embedder, 60, "smollm2"))
    assert draft.state is DraftState.ANSWERED
    for citation in draft.citations:
        assert WARRANTY.text[citation.start : citation.end] == citation.quote != ""
    assert all(sentence.citations for sentence in draft.sentences)
    if draft.drafter == "extractive":
        # A busy machine may be too slow; that the model does answer is the next test's matter.
        assert draft.missing[0] in STOOD_IN["en"].values()
    else:
        assert draft.drafter == "smollm2"


def test_a_real_model_answers_both_languages_through_the_same_door(real_model: str) -> None:
    model = EndpointModel(real_model, "smollm2", limits=Limits(60, first_token_s=60))
    for system, user in (("Answer briefly.", "Say hello."), ("请简短回答。", "你好")):
        assert model.complete(system, user).strip()


def test_a_real_model_that_is_given_no_time_is_not_waited_for(
    real_model: str, embedder: Any
) -> None:
    draft = ask(engine_for(real_model, embedder, 0.05, "smollm2"))
    assert draft.missing == (STOOD_IN["en"]["unavailable"],)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/v1", "http://[", "http://127.0.0.1:99999/v1"])
def test_an_address_where_nothing_answers_costs_no_reply(embedder: Any, url: str) -> None:
    assert ask(engine_for(url, embedder, 10)).missing == (STOOD_IN["en"]["unavailable"],)


FOLLOW_UP = [
    Turn("customer", "Is the motor of the X2 covered by the warranty?"),
    Turn("agent", "Yes, it is."),
    Turn("customer", "And for how long is it covered?"),
]


def searched_for(base_url: str, embedder: Any, **settings: str) -> list[str]:
    """What earlier turns supply to the searches for a follow-up."""
    asked: list[Any] = []

    class Listening(Shelf):
        def search(self, query: Any, **options: Any) -> Evidence:
            asked.append(query)
            return super().search(query, **options)

    given = {"BASE_URL": base_url, "MODEL": "tiny", **settings}
    loaded, _ = load_settings({f"CITEDESK_LLM_{name}": value for name, value in given.items()})
    engine = build_engine(loaded, Listening(), embedder)  # type: ignore[arg-type]
    engine.explain(FOLLOW_UP, audiences=("public",))
    return [query.context for query in asked]


def test_a_follow_up_is_searched_for_with_its_rewrite_where_the_settings_ask_for_it(
    embedder: Any,
) -> None:
    rewrite = "For how long is the motor of the X2 covered by the warranty?"
    with endpoint(says(rewrite)) as server:
        (without,) = searched_for(server.url, embedder)
        assert without.startswith(FOLLOW_UP[0].text)
        assert server.requests == []
        # The first call may load what it needs for longer than an agent waits.
        assert searched_for(server.url, embedder, REWRITE="true", REWRITE_TIMEOUT_S="60") == [
            rewrite
        ]
    ((_, _, body),) = server.requests
    assert body["max_tokens"] == 200
    assert "Customer: Is the motor of the X2" in body["messages"][1]["content"]
    # Nobody listens there any more.
    assert searched_for(server.url, embedder, REWRITE="true") == [without]


def test_what_a_real_model_writes_is_searched_with_only_where_it_passes_every_check(
    real_model: str,
) -> None:
    understood = understand(FOLLOW_UP)
    # Its own limit is the longer, so that a busy machine is slow and has not failed.
    model = EndpointModel(
        real_model, "smollm2", limits=Limits(90, first_token_s=90, most_tokens=40)
    )
    made = Rewriter(model, 60).rewrite(FOLLOW_UP, understood)
    assert bool(made.text) != bool(made.refused)
    assert made.refused != "failed"
    if made.text:
        assert why_refused(made.text, FOLLOW_UP, understood) == ""
        assert "x2" in made.text.lower()
