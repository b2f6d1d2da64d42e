"""The drafter that lets a language model write, and sends only what the passages support."""

from __future__ import annotations

import logging
from dataclasses import replace

from answer.base import CHANNELS, DraftRequest
from answer.check import Checker
from answer.compose import Statement, compose, unanswered
from answer.extractive.drafter import ExtractiveDrafter
from answer.extractive.vectors import VectorCache
from answer.generative.model import LanguageModel
from answer.generative.notes import DECLINED, STOOD_IN, UNAVAILABLE, UNCHECKED, removed
from answer.generative.prompt import build_prompt, passages_of
from answer.generative.reply import read_reply
from answer.generative.support import Supporter
from answer.ports import UnitEmbedder
from core.errors import ModelUnavailable
from core.types import Draft, DraftState, Evidence

log = logging.getLogger("citedesk.answer")


class GenerativeDrafter:
    """Asks a language model; where it fails, the extractive draft stands in and says so.

    The extractive draft is made first: its gate decides whether there is anything to answer or
    something to ask back, and then the model is not asked at all. A model answers what it should
    not far more readily than the gate, which was measured, and a refusal should cost nothing.
    """

    def __init__(self, model: LanguageModel, embedder: UnitEmbedder) -> None:
        self._model = model
        self._extractive = ExtractiveDrafter(embedder)
        self._checker = Checker()
        self._supporter = Supporter(VectorCache.over(embedder), self._checker)

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    def draft(self, request: DraftRequest, evidence: Evidence) -> Draft:
        """Return a draft in the model's words, the extractive one, or one that refuses."""
        quoted = self._extractive.draft(request, evidence)
        if quoted.state is not DraftState.ANSWERED:
            return quoted
        passages = passages_of(evidence.hits, request.language)
        if not passages:
            return _stands_in(quoted, UNCHECKED)
        questions = _open_to_the_model(request, quoted)
        most = CHANNELS.get(request.channel).sentences * len(questions)
        prompt = build_prompt(request.language, questions, request.context, passages, most)
        try:
            reply = read_reply(self._model.complete(prompt.system, prompt.user))
        except ModelUnavailable as exc:
            log.warning("the extractive draft stands in: %s", exc.message)
            return _stands_in(quoted, UNAVAILABLE)
        if reply.declined and not reply.sentences:
            return _stands_in(quoted, DECLINED)
        statements, unsupported = self._supporter.support(reply.sentences, passages, prompt.asked)
        if not statements:
            return _stands_in(quoted, UNCHECKED)
        # The gate's chance that the passages answer, less what the model made up on the way.
        share = 1 - len(unsupported) / len(reply.sentences)
        gone = [removed(u.text, u.reason, request.language) for u in unsupported]
        draft = compose(
            request,
            _fitting(statements, request, most),
            drafter=self.name,
            confidence=quoted.confidence * share,
            missing=[*quoted.missing, *gone],
        )
        draft = self._checker.check(draft, evidence)
        if draft.state is not DraftState.ANSWERED:
            return _stands_in(quoted, UNCHECKED)
        return replace(draft, prompt_version=prompt.version)


def _stands_in(quoted: Draft, why: str) -> Draft:
    return replace(quoted, missing=(STOOD_IN[quoted.language][why], *quoted.missing))


def _open_to_the_model(request: DraftRequest, quoted: Draft) -> list[str]:
    """The questions that the gate let through; the others stay listed as missing."""
    refused = set(quoted.missing)
    return [
        text
        for text in request.questions
        if refused.isdisjoint(
            unanswered(form, request.language)
            for form in (text, f"{request.context} {text}".strip())
        )
    ] or list(request.questions)


def _fitting(statements: list[Statement], request: DraftRequest, most: int) -> list[Statement]:
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
