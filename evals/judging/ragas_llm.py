"""The judge's model as ragas wants one, doubting everything that it says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import httpx

_HINT = "See that the judge's endpoint runs, and compare the settings judge_... with it."
_PAUSE_S = 0.5
_MOST_BYTES = 4_000_000
_FREE = 0.3
"""Temperature of a second try, since the first would be repeated word for word."""
_REFUSED = (400, 415, 422, 501)
_CLASSES = ("TP", "FP", "FN")


class NoVerdict(Exception):
    """A judge's call that gave none, and why; it never leaves the judge."""

    def __init__(
        self,
        message: str,
        hint: str = _HINT,
        *,
        again: bool = False,
        down: bool = False,
        refused: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.again = again
        """Whether a second call may do better."""
        self.down = down
        """Whether the endpoint is to blame, and not what it was asked or said."""
        self.refused = refused
        """Whether the endpoint does not take such a request at all."""


class Wire(httpx.AsyncHTTPTransport):
    """A transport that reads no more than a verdict can be long."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its answer's body is counted while it is read."""
        request.headers["Accept-Encoding"] = "identity"
        response = await super().handle_async_request(request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Counted(response.stream)
        return response


class _Counted(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> Any:
        size = 0
        async for part in self._inner:
            size += len(part)
            if size > _MOST_BYTES:
                raise httpx.DecodingError("the reply does not end")
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()


class Careful:
    """Asks again what failed, and hands on only what can be a verdict.

    One is made for each scoring: it remembers how many statements are to be judged.
    """

    def __init__(
        self,
        inner: Callable[[float], Any],
        *,
        timeout_s: float,
        retries: int,
        spend: Callable[[], None],
    ) -> None:
        """``inner`` is the model at a temperature; ``spend`` is called before each call."""
        self._inner = inner
        self._timeout_s = timeout_s
        self._retries = retries
        self._spend = spend
        self._statements = 0

    async def ask(self, prompt: str, response_model: Any) -> Any:
        """Return the model's reply in its form.

        Raises:
            NoVerdict: there is none, or it says nothing.
        """
        for attempt in range(self._retries):
            try:
                return await self._once(prompt, response_model, attempt)
            except NoVerdict as failure:
                if not failure.again:
                    raise
                if failure.down:
                    await asyncio.sleep(_PAUSE_S * 2**attempt)
        return await self._once(prompt, response_model, self._retries)

    async def _once(self, prompt: str, response_model: Any, attempt: int) -> Any:
        self._spend()
        llm = self._inner(_FREE if attempt else 0.0)
        try:
            async with asyncio.timeout(self._timeout_s):
                said = await llm.agenerate(prompt, response_model)
        except TimeoutError:
            raise _too_slow(self._timeout_s) from None
        except Exception as exc:  # noqa: BLE001 - whatever a client raises leaves a case unjudged
            # From None: what an endpoint says may repeat the key or the passages.
            raise _read(exc, self._timeout_s) from None
        return self._checked(said)

    def _checked(self, said: Any) -> Any:
        for name, value in said:
            if name in ("statements", "claims") and value and isinstance(value[0], str):
                self._statements = len(value)
            elif name == "statements" and len(value) != self._statements:
                raise _unreadable()
        if not is_verdict(said):
            raise _unreadable()
        return said


@lru_cache(maxsize=1)
def quiet_llm() -> Any:
    """Return ragas's own model without what it notes of each call in the user's home.

    It makes a user id there even where tracking is off. This and :func:`careful_llm` are made when
    they are first used, because their base classes are ragas's and importing that takes seconds.
    """
    from ragas.llms.base import InstructorLLM

    class QuietLLM(InstructorLLM):
        """A model behind instructor."""

        async def agenerate(self, prompt: str, response_model: Any) -> Any:
            return await self.client.chat.completions.create(
                model=self.model,
                messages=[{"role": "user", "content": prompt}],
                response_model=response_model,
                **self._map_provider_params(),
            )

    return QuietLLM


@lru_cache(maxsize=1)
def careful_llm() -> Any:
    """Return the class that shows ragas a :class:`Careful`."""
    from ragas.llms.base import InstructorBaseRagasLLM

    class CarefulLLM(InstructorBaseRagasLLM):
        """A careful model as ragas wants one."""

        def __init__(self, careful: Careful) -> None:
            self._careful = careful

        def generate(self, prompt: str, response_model: Any) -> Any:
            raise NotImplementedError("judges are asked asynchronously")

        async def agenerate(self, prompt: str, response_model: Any) -> Any:
            return await self._careful.ask(prompt, response_model)

    return CarefulLLM


def is_verdict(said: Any) -> bool:
    """Say whether a model's reply, of the right form, also says something.

    ragas reads an empty list of statements as full agreement in one place and as none in another;
    neither was said.
    """
    fields = dict(said)
    if set(_CLASSES) <= fields.keys():
        return any(fields[name] for name in _CLASSES)
    return all(_says(name, value) for name, value in fields.items())


def _too_slow(seconds: float) -> NoVerdict:
    return NoVerdict(
        f"The judge did not answer within {seconds:g} s.",
        "Use a faster model, or raise judge_timeout_s.",
        again=True,
        down=True,
    )


def _says(name: str, value: Any) -> bool:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return bool(value) and all(
            bool(one.strip()) if isinstance(one, str) else is_verdict(one) for one in value
        )
    if isinstance(value, int):
        return value in (0, 1)
    # A verdict without a reason is one; without what it is about it is none.
    return name == "reason" or bool(str(value).strip())


def _unreadable() -> NoVerdict:
    return NoVerdict(
        "The judge's reply cannot be read as a verdict.",
        "Use a larger model, or raise judge_max_tokens if its replies are cut off.",
        again=True,
    )


def _read(error: Exception, seconds: float) -> NoVerdict:
    import openai

    for one in _causes(error):
        if isinstance(one, openai.APIStatusError):
            message = f"The judge's endpoint answered with status {one.status_code}."
            busy = one.status_code in (408, 409, 429) or one.status_code >= 500
            return NoVerdict(message, again=busy, down=True, refused=one.status_code in _REFUSED)
        if isinstance(one, openai.APITimeoutError):
            return _too_slow(seconds)
        if isinstance(one, openai.APIConnectionError | httpx.TransportError | httpx.InvalidURL):
            message = "The judge's endpoint cannot be reached."
            return NoVerdict(message, again=True, down=True)
    return _unreadable()


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or at.__context__
