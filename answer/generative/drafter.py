"""The drafter that lets a language model write, and sends only what the passages support."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from answer.base import CHANNELS, DraftRequest
from answer.checking.checker import Checker
from answer.compose import Statement, compose, unanswered
from answer.extractive.drafter import ExtractiveDrafter
from answer.extractive.strangers import asks_of_a_stranger
from answer.extractive.vectors import VectorCache
from answer.following import Follower
from answer.generative.ahead import Ahead
from answer.generative.checks import Checked, Checks
from answer.generative.model import LanguageModel
from answer.generative.notes import (
    BUSY,
    DECLINED,
    RESTING,
    STOOD_IN,
    UNAVAILABLE,
    UNCHECKED,
    removed,
)
from answer.generative.prompt import build_prompt, passages_of
from answer.generative.reading import Reading
from answer.generative.support import Supporter
from answer.ports import UnitEmbedder
from core.errors import ModelBusy, ModelResting, ModelUnavailable
from core.types import Draft, DraftState, Evidence

log = logging.getLogger("citedesk.answer")

_WHY = {ModelBusy: BUSY, ModelResting: RESTING}


class GenerativeDrafter:
    """Asks a language model; where it fails, the extractive draft stands in and says so.

    The extractive draft is made beside it: its gate decides whether there is anything to answer or
    something to ask back, and then nobody hears of what the model wrote. A model answers what it
    should not far more readily than the gate, which was measured.
    """

    def __init__(
        self,
        model: LanguageModel,
        embedder: UnitEmbedder,
        checker: Checker | None = None,
        *,
        ahead: bool = True,
    ) -> None:
        """Without ``ahead`` the model is asked after the gate: later, but never for nothing."""
        self._model = model
        self._ahead = ahead
        self._extractive = ExtractiveDrafter(embedder)
        vectors = VectorCache.over(embedder)
        self._checker = checker or Checker(vectors)
        self._supporter = Supporter(vectors, self._checker)

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    def begin(self, request: DraftRequest, evidence: Evidence) -> Ahead | None:
        """Have the model write already, for a draft that will be asked for; None if it is not to.

        Whoever begins it closes it.
        """
        if not self._ahead or asks_of_a_stranger(request, evidence.hits):
            return None
        return self._asked(request, evidence, request.questions)

    def draft(self, request: DraftRequest, evidence: Evidence) -> Draft:
        """Return a draft in the model's words, the extractive one, or one that refuses.

        While the model writes, the request's follower hears every piece as it comes, and every
        sentence as soon as it was checked.
        """
        with ExitStack() as held:
            reply = request.ahead or self.begin(request, evidence)
            if reply is not None:
                held.callback(reply.close)
            quoted = self._extractive.draft(request, evidence)
            # A model would tell of the product that it was shown and not of the one asked about.
            if quoted.state is not DraftState.ANSWERED or asks_of_a_stranger(
                request, evidence.hits
            ):
                return quoted
            questions = _open_to_the_model(request, quoted)
            if reply is None or reply.questions != questions:
                reply = self._asked(request, evidence, questions)
                if reply is None:
                    return _stands_in(quoted, UNCHECKED)
                held.callback(reply.close)
            return self._written(request, evidence, quoted, reply)

    def _asked(
        self, request: DraftRequest, evidence: Evidence, questions: Sequence[str]
    ) -> Ahead | None:
        """The model's reply on its way; None where there is nothing to show it."""
        passages = passages_of(evidence.hits, request.language)
        if not passages:
            return None
        most = _most(request, questions)
        prompt = build_prompt(request.language, questions, request.context, passages, most)
        return Ahead(self._model, prompt, passages, questions, request.follower.cancel)

    def _written(
        self, request: DraftRequest, evidence: Evidence, quoted: Draft, reply: Ahead
    ) -> Draft:
        """The draft in the model's words, or the extractive one where they cannot be used."""
        reading = Reading(request.follower)
        try:
            self._read(reply, reading, request.follower)
        except ModelUnavailable as exc:
            log.warning("the extractive draft stands in: %s", exc.message)
            return _stands_in(quoted, _WHY.get(type(exc), UNAVAILABLE))
        if not reading.statements:
            return _stands_in(quoted, DECLINED if reading.declined else UNCHECKED)
        # The gate's chance that the passages answer, less what the model made up on the way.
        share = 1 - len(reading.unsupported) / reading.read
        gone = [removed(u.text, u.reason, request.language) for u in reading.unsupported]
        draft = compose(
            request,
            _fitting(reading.statements, request, _most(request, reply.questions)),
            drafter=self.name,
            confidence=quoted.confidence * share,
            missing=[*quoted.missing, *gone],
            open_part=bool(quoted.tone.open_part),
        )
        draft = self._checker.check(draft, evidence)
        if draft.state is not DraftState.ANSWERED:
            return _stands_in(quoted, UNCHECKED)
        return replace(draft, prompt_version=reply.prompt.version)

    def _read(self, reply: Ahead, reading: Reading, follower: Follower) -> None:
        """Hear the reply to its end, and what came of its sentences."""
        asked = reply.prompt.asked
        checks = Checks(self._supporter, reply.passages, asked, reply.heard.put)
        try:
            while not reading.done:
                heard = reply.heard.get()
                if isinstance(heard, str):
                    follower.token(heard)
                    checks.add(reading.take(heard))
                    continue
                if heard.error is not None:
                    raise heard.error
                if isinstance(heard, Checked):
                    reading.checked(heard)
                else:
                    checks.add(reading.end())
        finally:
            checks.close()
        reading.finish()


def _stands_in(quoted: Draft, why: str) -> Draft:
    return replace(quoted, missing=(STOOD_IN[quoted.language][why], *quoted.missing))


def _most(request: DraftRequest, questions: Sequence[str]) -> int:
    """How many sentences are asked for."""
    return CHANNELS.get(request.channel).sentences * len(questions)


def _open_to_the_model(request: DraftRequest, quoted: Draft) -> tuple[str, ...]:
    """The questions that the gate let through; the others stay listed as missing."""
    refused = set(quoted.missing)
    return tuple(
        text
        for text in request.questions
        if refused.isdisjoint(
            unanswered(form, request.language)
            for form in (text, f"{request.context} {text}".strip())
        )
    ) or tuple(request.questions)


def _fitting(statements: Sequence[Statement], request: DraftRequest, most: int) -> list[Statement]:
    """Keep what the channel has room for; steps are never cut short, nor is the first sentence."""
    room = CHANNELS.get(request.channel).characters.get(request.language, 10_000)
    kept: list[Statement] = []
    facts = 0
    for item in statements:
        if not item.step:
            facts += 1
            room -= len(item.text)
            if kept and (room < 0 or facts > 2 * most):
                continue
        kept.append(item)
    return kept
