"""Which drafters answer, as the settings say."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from answer.generative.guard import Guard, Limits
from core.personal import KnownValues
from core.personal.known import NOTHING
from service.settings import Settings

if TYPE_CHECKING:
    from answer.approved.serving import ApprovedServing
    from answer.engine import AnswerEngine
    from answer.generative.model import LanguageModel
    from answer.ports import SupportModel, UnitEmbedder
    from answer.rewriting import Rewriter
    from answer.routing import Dispatch
    from answer.rules.house import RulesSource
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
    dispatch: Dispatch | None = None,
    rules: RulesSource | None = None,
    guard: Guard | None = None,
    known: KnownValues = NOTHING,
    judging: SupportModel | None = None,
) -> AnswerEngine:
    """Return the answer engine with every drafter that the settings allow.

    With an endpoint and a model set, the generative drafter is the default; its extractive
    stand-in stays to be asked for by name. ``known`` is what public documents give: it need not
    be kept from a model.
    """
    from answer.base import DRAFTERS, DrafterParts
    from answer.checking.checker import Checker
    from answer.engine import DEFAULT_DRAFTER, AnswerEngine
    from answer.extractive.vectors import VectorCache
    from answer.terms import TermCheck
    from answer.triage import Triager

    guard = guard or model_guard(settings)
    model = language_model(settings, guard, known)
    vectors = VectorCache.over(embedder)
    judging = judging or check_model(settings)
    parts = DrafterParts(vectors, model, judging, ahead=settings.llm_ahead)
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
        checker=Checker(vectors, judging),
        approved=approved,
        terms=terms,
        subjects=subjects,
        named=named,
        rewriter=question_rewriter(settings, guard, known),
        dispatch=dispatch,
        rules=rules,
        triager=Triager(vectors),
    )


def check_model(settings: Settings) -> SupportModel | None:
    """Return the model that the check judges meaning by; None where ours does.

    Raises:
        ModelMissing, ModelInvalid: the one that is set cannot be loaded.
    """
    if not settings.check_model:
        return None
    from answer.checking.model import SteadyModel, load_support_model

    return SteadyModel(load_support_model(settings.check_model), settings.check_timeout_s)


def language_model(
    settings: Settings, guard: Guard | None = None, known: KnownValues = NOTHING
) -> LanguageModel | None:
    """Return the model at the endpoint that is set; None unless both address and name are."""
    if not _is_set(settings):
        return None
    return _asked(
        settings,
        Limits(
            timeout_s=settings.llm_timeout_s,
            connect_s=settings.llm_connect_s,
            first_token_s=settings.llm_first_token_s,
            most_tokens=settings.llm_max_tokens,
            retries=settings.llm_retries,
        ),
        guard,
        known,
    )


def question_rewriter(
    settings: Settings, guard: Guard | None = None, known: KnownValues = NOTHING
) -> Rewriter | None:
    """Return what has that model write questions out; None unless this is asked for."""
    if not (settings.llm_rewrite and _is_set(settings)):
        return None
    from answer.rewriting import MOST_TOKENS, Rewriter

    budget = settings.llm_rewrite_timeout_s
    limits = Limits(budget, min(budget, settings.llm_connect_s), budget, MOST_TOKENS)
    return Rewriter(_asked(settings, limits, guard, known), budget)


def model_guard(settings: Settings) -> Guard:
    """Return what holds back the calls to that endpoint, for all that ask it."""
    return Guard(
        at_once=settings.llm_concurrency,
        failures=settings.llm_failures,
        rest_s=settings.llm_rest_s,
    )


def is_local(settings: Settings) -> bool:
    """Say whether what is sent to the endpoint stays in the house.

    A loopback or private address does; a name does only where the settings say so, since who
    answers to it is for others to decide.
    """
    try:
        host = urlsplit(settings.llm_base_url).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host in settings.llm_local_hosts.replace(",", " ").lower().split():
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_private


def _asked(
    settings: Settings, limits: Limits, guard: Guard | None, known: KnownValues
) -> LanguageModel:
    from answer.generative.endpoint import EndpointModel
    from answer.generative.masked import MaskedModel

    model = EndpointModel(
        settings.llm_base_url,
        settings.llm_model,
        api_key=settings.llm_api_key.get_secret_value(),
        limits=limits,
        guard=guard,
    )
    masks = settings.llm_mask_personal_data and not is_local(settings)
    return MaskedModel(model, known) if masks else model


def _is_set(settings: Settings) -> bool:
    return bool(settings.llm_base_url and settings.llm_model)
