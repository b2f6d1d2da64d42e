"""A judge by ragas's metrics, over an OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
import logging
import math
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

import httpx

from answer.generative.guard import Guard
from core.errors import ModelResting, ModelUnavailable
from core.personal import KnownValues, Masker
from core.personal.known import NOTHING
from evals.judging.base import Judgement, Shown
from evals.judging.prompting import in_chinese, judge_fingerprint
from evals.judging.ragas_llm import Careful, NoVerdict, Wire, careful_llm, quiet_llm
from evals.metrics.ragas_semantic_similarity import own_embeddings

_PATIENT_S = 24 * 3600.0
"""For a free place among the calls: a case that waits is not unjudged."""
_SPOKEN = 5
"""Passages that are judged one by one, each by a call."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where a judge is asked, and what a run may spend on it."""

    base_url: str
    model: str
    api_key: str = ""
    timeout_s: float = 60.0
    """For one call; a score takes several."""
    retries: int = 1
    most_tokens: int = 2000
    most_calls: int = 20_000
    """Of one run."""


class RagasJudge:
    """Gives drafts numbers; made anew for each run, so that the run's calls are counted."""

    def __init__(
        self,
        bench: Bench,
        embed: Callable[[Sequence[str]], Any],
        *,
        guard: Guard | None = None,
        known: KnownValues = NOTHING,
    ) -> None:
        """``known`` is what anybody may read in public documents; all else personal is masked."""
        self._bench = bench
        self._embed = embed
        self._guard = guard or Guard()
        self._known = known
        self._lock = Lock()
        self._calls = 0
        self._plain = False
        """Whether the endpoint is asked without a schema, since it refuses them."""

    @property
    def fingerprint(self) -> str:
        """The model and its prompts."""
        return judge_fingerprint(self._bench.model)

    def score(self, asked: Judgement, shown: Shown) -> float:
        """Return a number in [0, 1].

        Raises:
            ModelUnavailable: the judge does not answer, or what it says is no verdict.
        """
        # Importing ragas takes seconds, which are no part of the judge's.
        careful_llm()
        # It logs what endpoints say of a failure, and they may repeat the key.
        logging.getLogger("instructor").setLevel(logging.CRITICAL + 1)
        try:
            self._guard.enter(_PATIENT_S)
        except ModelResting as rests:
            raise ModelUnavailable(
                "The judge failed several times in a row and is not asked for a while.", rests.hint
            ) from None
        try:
            value = self._score(asked, _masked(shown, self._known))
        except NoVerdict as failure:
            # An endpoint that works may talk nonsense of one case; the next is asked all the same.
            if failure.down:
                self._guard.failed(failure.message)
            raise ModelUnavailable(failure.message, failure.hint) from None
        finally:
            self._guard.leave()
        self._guard.succeeded()
        if not math.isfinite(value):
            raise ModelUnavailable("The judge's reply cannot be read as a verdict.")
        return min(1.0, max(0.0, value))

    def _score(self, asked: Judgement, shown: Shown) -> float:
        plain = self._plain
        try:
            return asyncio.run(self._scored(asked, shown, plain=plain))
        except NoVerdict as failure:
            if plain or not failure.refused:
                raise
        # Not every endpoint knows schemas; any can be told in words what form a reply is to have.
        value = asyncio.run(self._scored(asked, shown, plain=True))
        self._plain = True
        return value

    async def _scored(self, asked: Judgement, shown: Shown, *, plain: bool) -> float:
        import instructor
        from openai import AsyncOpenAI

        bench = self._bench
        # Proxies come from nowhere, and a redirect would carry the passages to another place.
        async with httpx.AsyncClient(
            transport=Wire(verify=self._trusted), trust_env=False, follow_redirects=False
        ) as http:
            client = AsyncOpenAI(
                base_url=bench.base_url,
                api_key=bench.api_key or "none",
                timeout=bench.timeout_s,
                max_retries=0,
                http_client=http,
            )
            mode = instructor.Mode.MD_JSON if plain else instructor.Mode.JSON_SCHEMA
            structured = instructor.from_openai(client, mode=mode)

            def inner(temperature: float) -> Any:
                return quiet_llm()(
                    client=structured,
                    model=bench.model,
                    provider="openai",
                    temperature=temperature,
                    max_tokens=bench.most_tokens,
                    max_retries=0,
                )

            careful = Careful(
                inner, timeout_s=bench.timeout_s, retries=bench.retries, spend=self._spend
            )
            llm = careful_llm()(careful)
            result = await _ASKED[asked](llm, own_embeddings()(self._embed), shown)
        return float(result.value)

    def _spend(self) -> None:
        with self._lock:
            if self._calls >= self._bench.most_calls:
                raise NoVerdict(
                    f"The judge was asked {self._calls} times in this run and may not be asked "
                    "more often.",
                    "Raise judge_calls.",
                )
            self._calls += 1

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context()


def _masked(shown: Shown, known: KnownValues) -> Shown:
    """The same value has the same placeholder in question, draft, reference and passages."""
    masker = Masker(known, shown.language)
    return Shown(
        language=shown.language,
        question=masker.mask(shown.question),
        response=masker.mask(shown.response),
        reference=masker.mask(shown.reference),
        passages=tuple(masker.mask(text) for text in shown.passages),
    )


def _spoken(metric: Any, shown: Shown) -> Any:
    return in_chinese(metric) if shown.language == "zh" else metric


async def _faithfulness(llm: Any, _embeddings: Any, shown: Shown) -> Any:
    from ragas.metrics.collections import Faithfulness

    return await _spoken(Faithfulness(llm=llm), shown).ascore(
        user_input=shown.question,
        response=shown.response,
        retrieved_contexts=list(shown.passages),
    )


async def _factual(llm: Any, _embeddings: Any, shown: Shown) -> Any:
    from ragas.metrics.collections import FactualCorrectness

    # Of low coverage, details are left out, and with them what is wrong most often.
    metric = FactualCorrectness(llm=llm, atomicity="high", coverage="high")
    return await _spoken(metric, shown).ascore(response=shown.response, reference=shown.reference)


async def _correctness(llm: Any, embeddings: Any, shown: Shown) -> Any:
    from ragas.metrics.collections import AnswerCorrectness

    return await _spoken(AnswerCorrectness(llm=llm, embeddings=embeddings), shown).ascore(
        user_input=shown.question, response=shown.response, reference=shown.reference
    )


async def _relevancy(llm: Any, embeddings: Any, shown: Shown) -> Any:
    from ragas.metrics.collections import AnswerRelevancy

    # One question: at temperature 0 a second one would be the same.
    metric = AnswerRelevancy(llm=llm, embeddings=embeddings, strictness=1)
    return await _spoken(metric, shown).ascore(user_input=shown.question, response=shown.response)


async def _precision(llm: Any, _embeddings: Any, shown: Shown) -> Any:
    from ragas.metrics.collections import ContextPrecision

    return await _spoken(ContextPrecision(llm=llm), shown).ascore(
        user_input=shown.question,
        reference=shown.reference,
        retrieved_contexts=list(shown.passages[:_SPOKEN]),
    )


async def _recall(llm: Any, _embeddings: Any, shown: Shown) -> Any:
    from ragas.metrics.collections import ContextRecall

    return await _spoken(ContextRecall(llm=llm), shown).ascore(
        user_input=shown.question,
        reference=shown.reference,
        retrieved_contexts=list(shown.passages),
    )


_ASKED = {
    Judgement.FAITHFULNESS: _faithfulness,
    Judgement.FACTUAL_CORRECTNESS: _factual,
    Judgement.ANSWER_CORRECTNESS: _correctness,
    Judgement.ANSWER_RELEVANCY: _relevancy,
    Judgement.CONTEXT_PRECISION: _precision,
    Judgement.CONTEXT_RECALL: _recall,
}
