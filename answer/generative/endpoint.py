"""A language model behind an OpenAI-compatible endpoint, through llama-index."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import suppress
from functools import cached_property
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any

import httpx

from answer.following import Cancel
from answer.generative.guard import Guard, Limits
from answer.generative.model import CUT
from answer.generative.wire import Wire
from core.errors import ModelBusy, ModelUnavailable

_HINT = "See that the endpoint runs, and compare llm_base_url, llm_model and llm_api_key with it."
_PAUSE_S = 0.5
"""Before the first retry; twice as long before each further one."""
_GRACE_S = 0.5
"""For a call to give up by itself before it is left behind."""
_LONGEST_TOKEN = 8
"""Characters; a reply longer than its tokens allow comes from an endpoint that ignores them."""
_Say = Callable[[str], None]


def load_client() -> None:
    """Load what calls are made with; it takes seconds the first time."""
    import llama_index.llms.openai_like  # noqa: F401


class EndpointModel:
    """Asks one model with plain chat completions; connects to nothing until it is asked."""

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        api_key: str = "",
        limits: Limits | None = None,
        guard: Guard | None = None,
    ) -> None:
        self.name = model
        self.guard = guard or Guard()
        self._base_url = base_url
        # Servers that need no key still get a header, since the client insists on one.
        self._api_key = api_key or "none"
        self._limits = limits or Limits()

    def complete(self, system: str, user: str) -> str:
        """Return the model's reply, which may be empty.

        Raises:
            ModelUnavailable: no answer in time, or one that is no chat completion.
        """
        return "".join(self.stream(system, user))

    def stream(self, system: str, user: str, cancel: Cancel | None = None) -> Generator[str]:
        """Yield the model's reply as it comes; whoever stops reading ends the call.

        Raises:
            ModelUnavailable: no answer in time, or one that is no chat completion.
            DraftOutdated: the draft was taken back meanwhile.
        """
        # Before the clock starts.
        load_client()
        limits, cancel = self._limits, cancel or Cancel()
        deadline = time.monotonic() + limits.timeout_s
        self.guard.enter(min(limits.timeout_s, limits.first_token_s))
        left = max(0.0, deadline - time.monotonic())
        call = _Call(lambda say: self._within(left, system, user, say), self.guard.leave)
        try:
            with cancel.stopping(call.stop):
                yield from call.pieces(deadline + _GRACE_S, self._too_slow)
            cancel.check()
            self.guard.succeeded()
        except ModelUnavailable as exc:
            # A call that was stopped fails for that alone.
            cancel.check()
            self.guard.failed(exc.message)
            raise
        finally:
            call.stop()

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        """The certificates that the system trusts, a company's own among them."""
        return ssl.create_default_context()

    async def _within(self, seconds: float, system: str, user: str, say: _Say) -> None:
        try:
            # Around everything, since the client's own limit starts anew with every byte.
            async with asyncio.timeout(seconds) as limit:
                await self._ask(system, user, say, limit.when() or 0.0)
        except TimeoutError:
            raise self._too_slow() from None

    async def _ask(self, system: str, user: str, say: _Say, deadline: float) -> None:
        said = False

        def first(text: str) -> None:
            nonlocal said
            said = True
            say(text)

        # Proxies and keys come from the settings alone, and a redirect would carry the passages to
        # where nobody sent them.
        transport = Wire(connect_s=self._limits.connect_s, verify=self._trusted)
        async with httpx.AsyncClient(
            transport=transport, trust_env=False, follow_redirects=False
        ) as client:
            for attempt in range(self._limits.retries + 1):
                try:
                    await self._once(client, system, user, first)
                    return
                except _Busy as exc:
                    wait = max(exc.wait_s, _PAUSE_S * 2**attempt)
                    late = asyncio.get_running_loop().time() + wait >= deadline
                    # What was said cannot be unsaid, so a reply that broke off is not begun again.
                    if said or late or attempt == self._limits.retries:
                        kind = ModelBusy if exc.busy else ModelUnavailable
                        raise kind(exc.message, _HINT) from None
                    await asyncio.sleep(wait)

    async def _once(self, client: httpx.AsyncClient, system: str, user: str, say: _Say) -> None:
        """Ask once; every foreign error ends here.

        ``from None`` throughout: what an endpoint says of a failure may repeat the key or the
        passages, and must reach neither the log nor a screen.
        """
        import openai

        try:
            async with asyncio.timeout(self._limits.first_token_s) as waiting:
                await self._read(client, system, user, say, waiting)
        except openai.APIStatusError as exc:
            message = f"The language model's endpoint answered with status {exc.status_code}."
            if exc.status_code == 429 or exc.status_code >= 500:
                wait_s, busy = _retry_after(exc.response), exc.status_code == 429
                raise _Busy(message, wait_s, busy=busy) from None
            raise ModelUnavailable(message, _HINT) from None
        except TimeoutError:
            raise self._too_slow(self._limits.first_token_s) from None
        except openai.APITimeoutError:
            raise _Busy("The language model's endpoint cannot be reached in time.") from None
        except (openai.APIConnectionError, httpx.HTTPError, httpx.InvalidURL):
            raise _Busy("The language model's endpoint cannot be reached.") from None
        except (openai.OpenAIError, *_NO_COMPLETION):
            message = "The language model's endpoint answered with what is no chat completion."
            raise ModelUnavailable(message, _HINT) from None

    async def _read(
        self,
        client: httpx.AsyncClient,
        system: str,
        user: str,
        say: _Say,
        waiting: asyncio.Timeout,
    ) -> None:
        from llama_index.core.llms import ChatMessage

        messages = [
            ChatMessage(role="system", content=system),
            ChatMessage(role="user", content=user),
        ]
        length = 0
        replies = await self._model(client).astream_chat(messages)
        try:
            async for reply in replies:
                if reply.delta:
                    waiting.reschedule(None)
                    length += len(reply.delta)
                    say(reply.delta)
                endless = length > _LONGEST_TOKEN * self._limits.most_tokens
                if endless or reply.raw.choices[0].finish_reason == "length":
                    say(CUT)
                    return
        finally:
            await replies.aclose()

    def _model(self, client: httpx.AsyncClient) -> Any:
        from llama_index.llms.openai_like import OpenAILike

        # The client is a private attribute there, which no type checker sees in the signature.
        transport: dict[str, Any] = {"async_http_client": client}
        limits = self._limits
        return OpenAILike(
            model=self.name,
            api_base=self._base_url,
            api_key=self._api_key,
            is_chat_model=True,
            temperature=0.0,
            max_tokens=limits.most_tokens,
            max_retries=0,
            timeout=limits.timeout_s,
            **transport,
        )

    def _too_slow(self, seconds: float = 0.0) -> ModelUnavailable:
        within = seconds or self._limits.timeout_s
        name = "llm_first_token_s" if seconds else "llm_timeout_s"
        return ModelUnavailable(
            f"The language model did not answer within {within:g} s.",
            f"Use a faster model, or raise {name}.",
        )


class _Call:
    """One call on a thread and a loop of its own, read from the thread that wants it.

    The caller may have a running loop, and a name server that hangs cannot be cancelled, only
    left behind.
    """

    def __init__(self, ask: Callable[[_Say], Awaitable[None]], ended: Callable[[], None]) -> None:
        self._ask = ask
        self._ended = ended
        self._queue: SimpleQueue[str | ModelUnavailable | None] = SimpleQueue()
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopped = False
        Thread(target=self._run, name="language-model", daemon=True).start()

    def pieces(self, deadline: float, too_slow: Callable[[], ModelUnavailable]) -> Iterator[str]:
        """Yield what is said until it is over, stopped or late."""
        while True:
            try:
                piece = self._queue.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                raise too_slow() from None
            if piece is None:
                return
            if isinstance(piece, ModelUnavailable):
                raise piece
            yield piece

    def stop(self) -> None:
        """End the call, from any thread; the connection is closed at once."""
        with self._lock:
            self._stopped = True
            if self._loop is not None and self._task is not None:
                with suppress(RuntimeError):
                    self._loop.call_soon_threadsafe(self._task.cancel)
        self._queue.put(None)

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except ModelUnavailable as exc:
            self._queue.put(exc)
        except asyncio.CancelledError:
            pass
        except Exception as exc:  # noqa: BLE001 - whatever breaks in there must not cost the reply
            name = type(exc).__name__
            self._queue.put(ModelUnavailable(f"The language model cannot be asked: {name}.", _HINT))
        finally:
            self._ended()
            self._queue.put(None)

    async def _main(self) -> None:
        with self._lock:
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
            if self._stopped:
                return
        await self._ask(self._queue.put)


class _Busy(Exception):
    """A failure that a moment may mend; it never leaves this module."""

    def __init__(self, message: str, wait_s: float = 0.0, *, busy: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.wait_s = wait_s
        self.busy = busy
        """Whether the endpoint has too much to do, and says so."""


# What the client's code stumbles over when the body is HTML, a bare string or half an object.
_NO_COMPLETION = (
    AttributeError,
    TypeError,
    LookupError,
    ValueError,
    RecursionError,
)


def _retry_after(response: httpx.Response) -> float:
    """The seconds that an endpoint asks for; a date, which none sends, is not read."""
    said = response.headers.get("retry-after", "").strip()
    return float(said) if said.replace(".", "", 1).isdecimal() else 0.0
