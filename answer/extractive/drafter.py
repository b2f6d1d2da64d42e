"""The default drafter: it says what the documents say, in their words, and cites every word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from answer.base import CHANNELS, DraftRequest
from answer.compose import Statement, ask_back, compose, refuse, unanswered, unknown_model
from answer.extractive.answer import Answer
from answer.extractive.fields import open_field, open_field_of_steps, same_steps, which
from answer.extractive.gate import (
    answerable,
    missing_words,
    threshold_for,
    unknown_codes,
)
from answer.extractive.naming import models_said, section_of, unit_models
from answer.extractive.phrase import closed
from answer.extractive.polar import answers as answers_polar
from answer.extractive.procedure import Procedure, find_procedures, procedure_statements
from answer.extractive.question import Question, model_names, models_in, read_question
from answer.extractive.score import Scored, score_units
from answer.extractive.select import select, statements_of
from answer.extractive.strangers import of_all, strangers, without
from answer.extractive.translated import in_own_words, own_first
from answer.extractive.units import Unit, units_of
from answer.extractive.variants import rivals, subject_terms
from answer.extractive.vectors import VectorCache
from answer.ports import UnitEmbedder
from answer.rules.lexicon import lexicon
from answer.tone.wording import Wording
from core.applies import model_key, names_of
from core.text import content_terms, fold
from core.types import Applicability, Chunk, Clarify, Draft, Evidence, Hit

_HITS = 6
"""Passages read for an answer; further ones are evidence for the agent's eye only."""
_SAME_CHANCE = 0.6
"""Procedures as likely as this share of the best compete with it: rank alone makes that much."""
_LEAST_CHANCE = 0.3
"""The same for procedures under one heading: only what differs then makes the score."""
_ALIKE = 0.5
_FEW_TERMS = 2
_OF_ALL = 0.5
"""The least chance, and the least confidence of the search, at which what is said of all products
answers for a model that nobody knows."""


class ExtractiveDrafter:
    """Chooses sentences, list items, steps and table rows; invents nothing."""

    name = "extractive"

    def __init__(self, embedder: UnitEmbedder, *, threshold: float | None = None) -> None:
        self._vectors = VectorCache.over(embedder)
        self._threshold = threshold

    def draft(self, request: DraftRequest, evidence: Evidence) -> Draft:
        """Return a draft in the evidence's words, or a refusal that names what is missing."""
        # Hits of several questions come in turn.
        hits = evidence.hits[: min(2, len(request.questions)) * _HITS]
        answers = [
            self._known(text, before, request, hits, evidence)
            for text, before in zip(request.questions, _before(request), strict=True)
        ]
        confidence = min(answer.chance for answer in answers)
        if clarify := next((a.clarify for a in answers if a.clarify), None):
            return ask_back(request, clarify, drafter=self.name, confidence=confidence)
        statements = _joined(answers, Wording(request.rules, request.language, request.channel))
        open_questions = [answer for answer in answers if not answer.statements]
        notes = list(dict.fromkeys(note for answer in answers for note in answer.notes))
        if not statements:
            return refuse(
                request,
                drafter=self.name,
                confidence=confidence,
                about=answers[0].unknown,
                absent=answers[0].missing,
                notes=notes,
                found=[hit.chunk for hit in hits],
            )
        missing = [unanswered(a.question.text, request.language) for a in open_questions]
        return compose(
            request,
            statements,
            drafter=self.name,
            confidence=confidence,
            missing=[*missing, *notes],
            open_part=bool(missing),
        )

    def _least(self, scored: Sequence[Scored], sure: float | None) -> float:
        return threshold_for(scored, sure) if self._threshold is None else self._threshold

    def _known(
        self,
        text: str,
        before: str,
        request: DraftRequest,
        hits: Sequence[Hit],
        evidence: Evidence,
    ) -> Answer:
        """The answer, unless it is asked of a model that no passage knows.

        What is said of all products holds for that too, where nothing fits better.
        """
        sure = evidence.confidence
        strange = strangers(text, before, request, evidence.hits)
        if not strange:
            return self._answer(text, before, request, hits, sure)
        question = read_question(text, before)
        if len(strange) == 1 and strange[0].meant:
            return Answer(question, 0.0, clarify=which("model", (strange[0].meant,), request))
        notes = [unknown_model(one.written, one.like, request.language) for one in strange]
        likely = evidence.confidence is None or evidence.confidence >= _OF_ALL
        if likely and (general := of_all(hits)):
            found = self._answer(without(text, strange), "", request, general, sure)
            if found.statements and found.chance >= _OF_ALL:
                return found.with_notes(question, notes)
        named = ", ".join(one.written for one in strange)
        absent = missing_words(question, [chunk for hit in hits for chunk in hit.passages()])
        return Answer(question, 0.0, missing=absent, unknown=named, notes=notes)

    def _answer(
        self,
        text: str,
        before: str,
        request: DraftRequest,
        hits: Sequence[Hit],
        sure: float | None,
    ) -> Answer:
        chunks = [chunk for hit in hits for chunk in hit.passages()]
        # A model that only a row names is told apart by its name in the question.
        asked_about = [name.written for name in names_of(request.applicability.model)]
        known = model_names([*asked_about, *(t for c in chunks for t in _naming(c))])
        told_apart = _told_apart(known, request.models)
        question = _about(read_question(text, before), request.applicability, told_apart)
        units = [unit for rank, hit in enumerate(hits) for unit in units_of(hit, rank)]
        scores = [hit.score for hit in hits]
        scored = score_units(question, units, scores, self._vectors, sure=sure)
        # Weighed among all that was found: how rare a word is does not hang on the model.
        units = _of_the_model(units, request.applicability, frozenset(told_apart))
        scored = [item for item in scored if item.unit in units]
        chance = answerable(question, scored, chunks, sure)
        if chance < self._least(scored, sure):
            return Answer(
                question,
                chance,
                missing=missing_words(question, chunks),
                unknown=unknown_codes(question, chunks),
            )
        scored = in_own_words(scored, request.language)
        procedures = own_first(find_procedures(question, scored, units), request.language)
        if procedures:
            rivals_of_it = find_procedures(question, scored, units, _LEAST_CHANCE)
            if clarify := _which_steps(request, question, rivals_of_it, told_apart):
                return Answer(question, chance, clarify=clarify)
            return Answer(question, chance, procedure_statements(procedures[0], question))
        channel = CHANNELS.get(request.channel)
        chosen = select(
            question,
            scored,
            units,
            sentences=channel.sentences,
            characters=channel.characters.get(request.language, 10_000),
            chance=chance,
        )
        if options := rivals(question, scored, chosen, told_apart):
            return Answer(question, chance, clarify=which("model", options, request))
        if clarify := open_field(request, question, scored):
            return Answer(question, chance, clarify=clarify)
        said = statements_of(chosen, question, known)
        return Answer(question, chance, said, reply=answers_polar(question, text, said))


def _before(request: DraftRequest) -> list[str]:
    """What goes before each question: "and how is it done?" leans on the one before it.

    One that names its own subject takes no more than the model from it.
    """
    found, last = [], ""
    for text in request.questions:
        models = "" if models_in(text) else " ".join(sorted(models_in(last)))
        supplied = last if _names_nothing(text) else models
        found.append(f"{request.context} {supplied}".strip())
        last = text
    return found


def _names_nothing(text: str) -> bool:
    terms = read_question(text).terms
    few = len(terms) < _FEW_TERMS and bool(lexicon().elliptical.search(fold(text)))
    return few or all(len(term) == 1 for term in terms)


def _about(question: Question, wanted: Applicability, known: Mapping[str, str]) -> Question:
    """The question with the model that the conversation or the caller named."""
    keys = frozenset(key for name in names_of(wanted.model) for key in name.keys)
    named = frozenset(model for model in known if model_key(model) in keys)
    if not named:
        return question
    # A code that is asked about stays; of the models only the one that is meant.
    own = frozenset(m for m in question.models if m not in known and model_key(m) not in keys)
    return replace(question, models=own | named)


def _told_apart(known: Mapping[str, str], live: frozenset[str]) -> Mapping[str, str]:
    """The names in titles and headings that are models: an error code is built like one."""
    if not live:
        return known
    return {name: written for name, written in known.items() if model_key(name) in live}


def _of_the_model(
    units: Sequence[Unit], wanted: Applicability, names: frozenset[str]
) -> list[Unit]:
    """The units that do not speak of another model than the one that is meant."""
    keys = frozenset(key for name in names_of(wanted.model) for key in name.keys)
    if not keys:
        return list(units)
    about = [(unit, frozenset(map(model_key, unit_models(unit, names)))) for unit in units]
    return [unit for unit, models in about if not models or models & keys]


def _naming(chunk: Chunk) -> tuple[str, ...]:
    return chunk.title, models_said(chunk), *chunk.headings


def _joined(answers: Sequence[Answer], said: Wording) -> list[Statement]:
    """What is said to all questions, each thing once; yes, no and "also" go before an answer."""
    joined: dict[str, Statement] = {}
    for answer in answers:
        new = [item for item in answer.statements if closed(item.text) not in joined]
        lead = said.words("joining", "also") if joined and new else ""
        if answer.reply and new[:1] == list(answer.statements[:1]):
            lead += said.words("polar", *answer.reply)
        if new and lead:
            new[0] = replace(new[0], lead=lead)
        joined |= {closed(item.text): item for item in new}
    return list(joined.values())


def _which_steps(
    request: DraftRequest,
    question: Question,
    procedures: Sequence[Procedure],
    known: Mapping[str, str],
) -> Clarify | None:
    """The question which variant it is, where the best procedures differ by that alone."""
    if options := _ambiguous(question, procedures, known):
        return which("model", options, request)
    return open_field_of_steps(request, procedures, _LEAST_CHANCE)


def _ambiguous(
    question: Question, procedures: Sequence[Procedure], known: Mapping[str, str]
) -> tuple[str, ...]:
    """The models to choose from, where procedures fit as well and differ by model alone."""
    if question.models & known.keys() or len(procedures) < 2 or len(known) < 2:
        return ()
    names = frozenset(known)
    best = procedures[0]
    close = [
        p
        for p in procedures
        if _alike(p, best)
        and p.score
        >= (_LEAST_CHANCE if _one_heading(p, best, names) else _SAME_CHANCE) * best.score
    ]
    if all(same_steps(best, p, names) for p in close):
        return ()
    named = [_model_of(procedure.units, names) for procedure in close]
    options = dict.fromkeys(known[model] for model in named if model)
    return tuple(options) if len(options) > 1 and all(named) else ()


def _alike(one: Procedure, other: Procedure) -> bool:
    """Whether two procedures are for the same thing: their headings share most words."""
    terms = [set(content_terms(section_of(p.units[0].chunk))) for p in (one, other)]
    return len(terms[0] & terms[1]) >= _ALIKE * max(1, *map(len, terms))


def _one_heading(one: Procedure, other: Procedure, names: frozenset[str]) -> bool:
    headings = [subject_terms(section_of(p.units[0].chunk), names) for p in (one, other)]
    return headings[0] == headings[1]


def _model_of(units: Sequence[Unit], known: frozenset[str]) -> str:
    named = unit_models(units[0], known)
    return next(iter(named)) if len(named) == 1 else ""
