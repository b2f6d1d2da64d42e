"""Which drafters answer, as the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.settings import Settings

if TYPE_CHECKING:
    from answer.approved.serving import ApprovedServing
    from answer.engine import AnswerEngine
    from answer.generative.model import LanguageModel
    from answer.ports import UnitEmbedder
    from answer.rewriting import Rewriter
    from corpus.glossary import Glossary
    from corpus.subjects import Subjects
    from retrieval.named import NamedDocuments
    from retrieval.retriever import Retriever


def build_engine(
    settings: Settings,
    retriever: Retriever,
    embedder: UnitEmbedder,
    approved: ApprovedServing | None = None,
    glossary: Glossary | None = None,
    subjects: Subjects | None = None,
    named: NamedDocuments | None = None,
) -> AnswerEngine:
    """Return the answer engine with every drafter that the settings allow.

    With an endpoint and a model set, the generative drafter is the default; its extractive
    stand-in stays to be asked for by name.
    """
    from answer.base import DRAFTERS, DrafterParts
    from answer.engine import DEFAULT_DRAFTER, AnswerEngine
    from answer.terms import TermCheck

    model = language_model(settings)
    parts = DrafterParts(embedder=embedder, language_model=model)
    # Without a model, to ask for the generative drafter by name is an error, not an extract.
    drafters = {
        name: make(parts) for name, make in DRAFTERS if name != "generative" or model is not None
    }
    default = "generative" if model is not None else DEFAULT_DRAFTER
    terms = TermCheck(glossary) if glossary is not None else None
    return AnswerEngine(
        retriever,
        drafters,
        default=default,
        approved=approved,
        terms=terms,
        subjects=subjects,
        named=named,
        rewriter=question_rewriter(settings),
    )


def language_model(settings: Settings) -> LanguageModel | None:
    """Return the model at the endpoint that is set; None unless both address and name are."""
    if not _is_set(settings):
        return None
    from answer.generative.endpoint import EndpointModel

    return EndpointModel(
        settings.llm_base_url,
        settings.llm_model,
        api_key=settings.llm_api_key.get_secret_value(),
        timeout_s=settings.llm_timeout_s,
    )


def question_rewriter(settings: Settings) -> Rewriter | None:
    """Return what has that model write questions out; None unless this is asked for."""
    if not (settings.llm_rewrite and _is_set(settings)):
        return None
    from answer.generative.endpoint import EndpointModel
    from answer.rewriting import MOST_TOKENS, Rewriter

    model = EndpointModel(
        settings.llm_base_url,
        settings.llm_model,
        api_key=settings.llm_api_key.get_secret_value(),
        timeout_s=settings.llm_rewrite_timeout_s,
        most_tokens=MOST_TOKENS,
    )
    return Rewriter(model, settings.llm_rewrite_timeout_s)


def _is_set(settings: Settings) -> bool:
    return bool(settings.llm_base_url and settings.llm_model)
