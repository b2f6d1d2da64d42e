"""A language model behind an OpenAI-compatible endpoint, through llama-index."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from typing import Any

import httpx

from core.errors import ModelUnavailable

_HINT = "See that the endpoint runs, and compare llm_base_url, llm_model and llm_api_key with it."
_PAUSE_S = 0.5
"""Before the one retry."""
_GRACE_S = 0.5
"""For the worker to give up by itself before it is left behind."""
_MOST_TOKENS = 700
_MOST_BYTES = 2_000_000
_AT_ONCE = 16


class EndpointModel:
    """Asks one model with plain chat completions; connects to nothing until it is asked."""

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        api_key: str = "",
        timeout_s: float = 20.0,
        most_tokens: int = _MOST_TOKENS,
    ) -> None:
        self.name = model
        self._base_url = base_url
        # Servers that need no key still get a header, since the client insists on one.
        self._api_key = api_key or "none"
        self._timeout_s = timeout_s
        self._most_tokens = most_tokens
        self._workers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="language-model")

    def complete(self, system: str, user: str) -> str:
        """Return the model's reply, which may be empty.

        Raises:
            ModelUnavailable: no answer in time, or one that is no chat completion.
        """
        # Imported before the clock starts: it takes seconds the first time.
        import llama_index.llms.openai_like  # noqa: F401

        # A loop of its own on a thread of its own: the caller may have a running loop, and a name
        # server that hangs cannot be cancelled, only left behind.
        waiting = self._workers.submit(lambda: asyncio.run(self._within_budget(system, user)))
        try:
            return waiting.result(self._timeout_s + _GRACE_S)
        except TimeoutError:
            waiting.cancel()
            raise self._too_slow() from None

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        """The certificates that the system trusts, a company's own among them."""
        return ssl.create_default_context()

    async def _within_budget(self, system: str, user: str) -> str:
        try:
            # Around everything, since the client's own limit starts anew with every byte.
            async with asyncio.timeout(self._timeout_s):
                return await self._ask(system, user)
        except TimeoutError:
            raise self._too_slow() from None

    async def _ask(self, system: str, user: str) -> str:
        # Proxies and keys come from the settings alone, and a redirect would carry the passages to
        # where nobody sent them.
        async with httpx.AsyncClient(
            transport=_Bounded(verify=self._trusted),
            trust_env=False,
            follow_redirects=False,
        ) as client:
            with suppress(_Busy):
                return await self._once(client, system, user)
            await asyncio.sleep(_PAUSE_S)
            try:
                return await self._once(client, system, user)
            except _Busy as exc:
                raise ModelUnavailable(exc.message, _HINT) from None

    async def _once(self, client: httpx.AsyncClient, system: str, user: str) -> str:
        """Ask once; every foreign error ends here.

        ``from None`` throughout: what an endpoint says of a failure may repeat the key or the
        passages, and must reach neither the log nor a screen.
        """
        import openai
        from llama_index.core.llms import ChatMessage

        messages = [
            ChatMessage(role="system", content=system),
            ChatMessage(role="user", content=user),
        ]
        try:
            response = await self._model(client).achat(messages)
            return str(response.message.content or "")
        except openai.APIStatusError as exc:
            message = f"The language model's endpoint answered with status {exc.status_code}."
            if exc.status_code == 429 or exc.status_code >= 500:
                raise _Busy(message) from None
            raise ModelUnavailable(message, _HINT) from None
        except openai.APITimeoutError:
            raise self._too_slow() from None
        except (openai.APIConnectionError, httpx.HTTPError, httpx.InvalidURL):
            raise _Busy("The language model's endpoint cannot be reached.") from None
        except (openai.OpenAIError, *_NO_COMPLETION):
            message = "The language model's endpoint answered with what is no chat completion."
            raise ModelUnavailable(message, _HINT) from None

    def _model(self, client: httpx.AsyncClient) -> Any:
        from llama_index.llms.openai_like import OpenAILike

        # The client is a private attribute there, which no type checker sees in the signature.
        transport: dict[str, Any] = {"async_http_client": client}
        return OpenAILike(
            model=self.name,
            api_base=self._base_url,
            api_key=self._api_key,
            is_chat_model=True,
            temperature=0.0,
            max_tokens=self._most_tokens,
            max_retries=0,
            timeout=self._timeout_s,
            **transport,
        )

    def _too_slow(self) -> ModelUnavailable:
        return ModelUnavailable(
            f"The language model did not answer within {self._timeout_s:g} s.",
            "Use a faster model, or raise llm_timeout_s.",
        )


class _Busy(Exception):
    """A failure that a moment may mend; it never leaves this module."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


# What the client's code stumbles over when the body is HTML, a bare string or half an object.
_NO_COMPLETION = (
    AttributeError,
    TypeError,
    LookupError,
    ValueError,
    RecursionError,
)


class _Bounded(httpx.AsyncHTTPTransport):
    """A transport that stops reading a body that does not end."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its answer's body is counted while it is read."""
        response = await super().handle_async_request(request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Counted(response.stream)
        return response


class _Counted(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self._inner:
            size += len(part)
            if size > _MOST_BYTES:
                raise httpx.ReadError("the body does not end")
            yield part

    async def aclose(self) -> None:
        """Let go of the connection."""
        await self._inner.aclose()
