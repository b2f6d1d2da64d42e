"""The service as the screens see it; every way it can fail becomes one Failure with a code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from ui import reading, shapes

_CONNECT_SECONDS = 3.0
_READ_SECONDS = 60.0
"""A language model may take its time; the extractive drafter answers in a tenth of a second."""

OUTDATED = "DRAFT_OUTDATED"
CLOSED = "NOT_FOR_CUSTOMERS"
UNREACHABLE = "SERVICE_UNREACHABLE"
TIMEOUT = "SERVICE_TIMEOUT"
BAD_ANSWER = "BAD_ANSWER"

T = TypeVar("T")


@dataclass(eq=False)
class Failure(Exception):
    """Something the service could not do: the code it gave, and its own words for it."""

    code: str
    status: int = 0
    title: str = ""
    detail: str = ""
    hint: str = ""
    retry_after: int = 0
    details: dict[str, str | int] = field(default_factory=dict)
    """What the code says more exactly, in words for programs."""

    @property
    def unreachable(self) -> bool:
        """Whether the service itself did not answer."""
        return self.code in {UNREACHABLE, TIMEOUT}

    @property
    def signed_out(self) -> bool:
        """Whether the session is no longer good."""
        return self.status == httpx.codes.UNAUTHORIZED


@dataclass(frozen=True, slots=True)
class Evidence:
    """First event of a draft in the making: what was found."""

    hits: tuple[shapes.Hit, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """A further piece of the reply."""

    text: str


@dataclass(frozen=True, slots=True)
class Token:
    """What a language model has just written; nothing has checked it yet."""

    text: str


Event = Evidence | Delta | Token | shapes.Draft


@dataclass(frozen=True, slots=True)
class Question:
    """What a draft is asked for."""

    conversation: Sequence[shapes.Turn]
    channel: str
    product: str
    model: str
    conversation_id: str

    def body(self) -> dict[str, Any]:
        """The request as JSON."""
        turns = [{"role": t.role, "text": t.text, "at": t.at} for t in self.conversation]
        return {
            "conversation": turns,
            "channel": self.channel,
            "product": self.product,
            "model": self.model,
            "conversation_id": self.conversation_id,
            "stream": True,
        }


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as PNG, and where its highlight begins: 0 is the top of the page, 1 the end."""

    png: bytes
    marked_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an agent did with a draft."""

    kind: str
    text: str = ""
    reason: str = ""
    note: str = ""
    force: bool = False
    """Whether the reply is used although the customer has written again since."""


def connect(base_url: str, screen_key: str = "") -> httpx.Client:
    """Open the connection pool that all sessions share.

    The screen key tells the service that it may believe whom a call is made for: it limits
    the rate of each visitor, not that of all visitors of the screens together.
    """
    headers = {"X-CiteDesk-Screen": screen_key} if screen_key else {}
    timeout = httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
    # The service is on this machine or this network: a proxy of the environment is not for it.
    return httpx.Client(base_url=base_url, headers=headers, timeout=timeout, trust_env=False)


class Client:
    """The calls that the screens make, for one person or for nobody."""

    def __init__(self, http: httpx.Client, token: str = "", visitor: str = "") -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        if visitor:
            self._headers["X-CiteDesk-Visitor"] = visitor

    def sign_in(self, name: str, password: str) -> shapes.Person:
        """Exchange a name and password for a session."""
        data = self._json("POST", "/v1/session", {"name": name, "password": password})
        return _read(lambda: shapes.Person(data["name"], data["role"], data["token"]))

    def sign_out(self) -> None:
        """End the session."""
        self._send("DELETE", "/v1/session")

    def me(self, token: str) -> shapes.Person:
        """Say whose session this is."""
        data = self._json("GET", "/v1/me")
        return _read(lambda: shapes.Person(data["name"], data["role"], token))

    def alive(self) -> None:
        """Fail unless the service answers."""
        self._send("GET", "/healthz")

    def suggest(self, question: Question) -> Iterator[Event]:
        """Ask for a draft: the evidence first, then the reply as it comes, then the draft."""
        with (
            _mapped(),
            self._http.stream(
                "POST", "/v1/suggest", json=question.body(), headers=self._headers
            ) as response,
        ):
            if response.is_error:
                response.read()
                raise _problem(response)
            for name, data in _events(response.iter_lines()):
                if (event := _event(name, data)) is not None:
                    yield event

    def is_outdated(self, draft_id: str) -> bool:
        """Say whether the customer has written again since a draft was made."""
        data = self._json("GET", f"/v1/drafts/{draft_id}")
        return _read(lambda: bool(data["outdated"]))

    def passage(self, chunk_id: str, *, public: bool) -> shapes.Passage:
        """Fetch a passage with what stands around it."""
        path = "/v1/public/chunks/" if public else "/v1/chunks/"
        data = self._json("GET", path + chunk_id)
        return _read(lambda: reading.passage(data))

    def original(self, version_id: str, *, public: bool) -> bytes:
        """Fetch the file a version was made from."""
        path = "/v1/public/versions/" if public else "/v1/versions/"
        return self._send("GET", f"{path}{version_id}/original").content

    def page_image(self, passage: shapes.Passage, page: int, *, public: bool) -> PageImage:
        """Fetch a page of a passage's file, the passage highlighted."""
        path = "/v1/public/versions/" if public else "/v1/versions/"
        path += f"{passage.version_id}/pages/{page}.png?chunk={passage.chunk_id}"
        found = self._send("GET", path)
        at = found.headers.get("X-CiteDesk-Marked-At") or 0.0
        return _read(lambda: PageImage(found.content, float(at)))

    def judge(self, draft_id: str, judgement: Judgement, key: str) -> str:
        """Store what was done with a draft and give the verdict's id; one key, one verdict."""
        body: dict[str, Any] = {
            "kind": judgement.kind,
            "text": judgement.text,
            "reason": judgement.reason,
            "note": judgement.note,
        }
        if judgement.force:
            body["force"] = True
        data = self._json("POST", f"/v1/drafts/{draft_id}/verdict", body, {"Idempotency-Key": key})
        return _read(lambda: str(data["id"]))

    def ask(self, question: str) -> shapes.Answer:
        """Ask as a customer: public documents only."""
        data = self._json("POST", "/v1/public/ask", {"question": question})
        return _read(lambda: reading.answer(data))

    def _json(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        response = self._send(method, path, body, headers)
        return _read(response.json)

    def _send(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        with _mapped():
            response = self._http.request(
                method, path, json=body, headers={**self._headers, **(headers or {})}, **more
            )
        if response.is_error:
            raise _problem(response)
        return response


@contextmanager
def _mapped() -> Iterator[None]:
    """Turn what the network can do to a call into a Failure."""
    try:
        yield
    except httpx.TimeoutException as exc:
        raise Failure(TIMEOUT) from exc
    except httpx.HTTPError as exc:
        raise Failure(UNREACHABLE) from exc


def _read(make: Callable[[], T]) -> T:
    """Read an answer, or fail because it is not what the contract says."""
    try:
        return make()
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise Failure(BAD_ANSWER) from exc


def _problem(response: httpx.Response) -> Failure:
    """Read problem details; an answer without them is named by its status."""
    try:
        data = response.json()
    except ValueError:
        data = {}
    if not isinstance(data, dict):
        data = {}
    wait = response.headers.get("Retry-After", "")
    return _failure(data, response.status_code, int(wait) if wait.isdecimal() else 0)


def _failure(data: dict[str, Any], status: int, retry_after: int = 0) -> Failure:
    return Failure(
        code=_text(data, "code") or (f"HTTP_{status}" if status else BAD_ANSWER),
        status=status,
        title=_text(data, "title"),
        detail=_text(data, "detail"),
        hint=_text(data, "hint"),
        retry_after=retry_after,
        details=_details(data.get("details")),
    )


def _details(given: Any) -> dict[str, str | int]:
    held = given if isinstance(given, dict) else {}
    return {str(k): v for k, v in held.items() if isinstance(v, str | int)}


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _events(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Read server-sent events as (name, data)."""
    name, data = "message", list[str]()
    for line in lines:
        if not line:
            if data:
                yield name, "\n".join(data)
            name, data = "message", []
        elif line.startswith("event:"):
            name = line[6:].strip()
        elif line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
    if data:
        yield name, "\n".join(data)


def _event(name: str, raw: str) -> Event | None:
    """Read one event; kinds that this screen does not know are passed over."""
    data = _read(lambda: json.loads(raw))
    if name == "evidence":
        return Evidence(_read(lambda: tuple(reading.hit(item) for item in data["hits"])))
    if name == "delta":
        return Delta(_read(lambda: str(data["text"])))
    if name == "token":
        return Token(_read(lambda: str(data["text"])))
    if name == "draft":
        return _read(lambda: reading.draft(data))
    if name in {"error", "outdated"}:
        # The stream had begun, so the status line could no longer carry the failure.
        raise _failure(data, int(data.get("status") or 0))
    return None
