"""The parts of the house, each made when it is first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from answer.approved import ApprovedAnswers
from answer.drafts import Drafts
from answer.record import RecordReader
from answer.routing import Dispatch
from answer.rules.store import StoredRules
from answer.rules.surge import Surge
from answer.subject import SubjectReader
from core.database import Database
from core.errors import IndexCorrupt
from core.personal import Privacy
from core.types import INTERNAL, PUBLIC
from corpus.applies import Applies
from corpus.audiences import Sections
from corpus.audit import Audit
from corpus.blobs import Blobs
from corpus.diff.between import Diffs
from corpus.glossary import Glossary
from corpus.lifecycle import Lifecycle
from corpus.live import LiveTable
from corpus.owners import Owners
from corpus.public_values import PublicValues
from corpus.records import Records
from corpus.subjects import Subjects
from corpus.titles import LiveTitles
from evals.casebook import Casebook
from service.accounts import Accounts
from service.approvals import Approvals
from service.conflicts import ConflictWork
from service.conversations import Conversations
from service.evaluation import Evaluations
from service.feedback.work import Feedback
from service.following import InFlight
from service.followups import FollowUps
from service.gate import Gate
from service.identities import IdentityWork
from service.insights import Insights
from service.judging import Judging
from service.model_change import Serving, remember, serving, settled, tokens_folder
from service.notices import Notices
from service.outgoing import Outgoing
from service.searching import searching
from service.settings import Settings, environment_without_settings
from service.synthetic import Synthetic
from service.tables import JobRow  # noqa: F401 - makes the schema complete
from service.tasks import Tasks

if TYPE_CHECKING:
    from answer.approved.serving import ApprovedServing
    from answer.engine import AnswerEngine
    from answer.extractive.vectors import VectorCache
    from answer.generative.guard import Guard
    from answer.ports import SupportModel
    from ingest.isolation.pool import ParserPool
    from ingest.pipeline import IngestPipeline
    from retrieval.embedding.base import Embedder
    from retrieval.indexer import ChunkIndexer
    from retrieval.interaction.index import TokenIndex
    from retrieval.keyword.base import KeywordIndex
    from retrieval.named import NamedDocuments
    from retrieval.questions import QuestionIndex
    from retrieval.retriever import Retriever
    from retrieval.stores.base import VectorStore
    from service.guidance import GuidanceWork


class Parts:
    """The records at once; model, indexes and parsers when somebody asks for them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.records_url(), typed=self._typed)
        self.database.upgrade()
        self.records = Records(self.database)
        self.lifecycle = Lifecycle(self.database)
        self.glossary = Glossary(self.database)
        self.live = LiveTable(self.database)
        self.public_values = PublicValues(self.database, self.live)
        self.privacy = Privacy(self.public_values, on=settings.mask_personal_data)
        self.subjects = Subjects(self.database, self.live, self.glossary)
        self.applies = Applies(self.database)
        self.owners = Owners(self.database)
        self.audit = Audit(self.database)
        self.sections = Sections(self.database)
        self.blobs = Blobs(settings.home / "files")
        self.drafts = Drafts(self.database)
        self.in_flight = InFlight()
        self.approved_answers = ApprovedAnswers(self.database)
        self.rules = StoredRules(self.database)
        self.surge = Surge(self.database)
        self.dispatch = Dispatch(self.rules, surge=self.surge.is_on)
        self.notices = Notices(self.database, self.privacy)
        self.diffs = Diffs(self.records)
        self.gate = Gate(self, self.diffs)
        self.approvals = Approvals(self)
        self.conflicts = ConflictWork(self)
        self.identities = IdentityWork(self)
        self.outgoing = Outgoing(self)
        self.casebook = Casebook(self.database)
        self.feedback = Feedback(self)
        self.tasks = Tasks(self, self.conflicts.waiting)
        self.evaluations = Evaluations(self)
        self.judging = Judging(self)
        self.synthetic = Synthetic(self)
        self.insights = Insights(self)
        names = SubjectReader(self.subjects)
        reader = RecordReader(names.finder, settings.zone())
        self.conversations = Conversations(self.database, reader, settings.zone())
        self.followups = FollowUps(self, self.rules)
        self.accounts = Accounts(self.database, settings.session_hours)

    def _typed(self, text: str) -> str:
        """What becomes of what people typed before it is stored."""
        return self.privacy.text(text)

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model; loading it takes seconds."""
        from retrieval.embedding import load_embedder

        now = serving(self.settings)
        embedder = load_embedder(self.settings.models_folder(), now.model)
        remember(self.settings, settled(now, embedder.fingerprint))
        return embedder

    @cached_property
    def vectors(self) -> VectorCache:
        """The model for questions and for single sentences, which come again and again."""
        from answer.extractive.vectors import VectorCache

        return VectorCache(self.embedder)

    @cached_property
    def store(self) -> VectorStore:
        """The vectors."""
        return self.open_store(serving(self.settings).name(self.embedder.fingerprint))

    @cached_property
    def keyword(self) -> KeywordIndex:
        """The keyword index."""
        return self.open_keyword(serving(self.settings))

    @cached_property
    def questions(self) -> QuestionIndex:
        """What passages answer."""
        name = serving(self.settings).name(self.embedder.fingerprint)
        return self.open_questions(name, self.embedder)

    @cached_property
    def tokens(self) -> TokenIndex | None:
        """Passages' tokens, where late interaction was learnt for the embedder."""
        return self.open_tokens(
            serving(self.settings).name(self.embedder.fingerprint), self.embedder
        )

    @cached_property
    def indexer(self) -> ChunkIndexer:
        """What makes chunks findable."""
        from retrieval.indexer import ChunkIndexer

        name = serving(self.settings).name(self.embedder.fingerprint)
        return ChunkIndexer(
            self.embedder, self.store, self.keyword, name, self.questions, self.tokens
        )

    @cached_property
    def retriever(self) -> Retriever:
        """The retriever over what is live."""
        from retrieval.retriever import Retriever

        if self.lost_audiences():
            raise IndexCorrupt(
                "The indexes hold less than the records.", "Rebuild them with citedesk reindex."
            )
        return Retriever(
            self.vectors,
            self.store,
            self.keyword,
            self.records,
            self.live,
            self.glossary,
            searching(self),
        )

    @cached_property
    def named(self) -> NamedDocuments:
        """The live documents by their titles."""
        from retrieval.named import NamedDocuments

        return NamedDocuments(LiveTitles(self.database, self.live))

    @cached_property
    def parsers(self) -> ParserPool:
        """The processes in which files are parsed."""
        from ingest.isolation.pool import ParserPool
        from ingest.isolation.process import ParseLimits

        limits = ParseLimits(
            self.settings.parse_timeout_s,
            self.settings.parse_memory_mb,
            environment_without_settings(),
        )
        return ParserPool(limits, workers=self.settings.ingest_workers)

    @cached_property
    def pipeline(self) -> IngestPipeline:
        """The way in for files."""
        from ingest.pipeline import IngestPipeline, Limits

        # It starts while this process loads the model.
        self.parsers.warm()
        return IngestPipeline(
            self.records,
            self.lifecycle,
            self.blobs,
            self.indexer,
            self.embedder,
            self.indexer.fingerprint,
            self.parsers.parse,
            Limits(self.settings.max_file_mb, self.settings.max_pages),
            reviewed=self.settings.reviewed(),
        )

    @cached_property
    def engine(self) -> AnswerEngine:
        """The way from a conversation to a draft."""
        from service.drafting import build_engine

        return build_engine(
            self.settings,
            self.retriever,
            self.vectors,
            approved=self.approved_serving,
            glossary=self.glossary,
            subjects=self.subjects,
            named=self.named,
            dispatch=self.dispatch,
            rules=self.rules,
            guard=self.model_guard,
            judging=self.check_model,
            known=self.public_values,
        )

    @cached_property
    def check_model(self) -> SupportModel | None:
        """The model that the check judges meaning by, where the settings name one."""
        from service.drafting import check_model

        return check_model(self.settings)

    @cached_property
    def guidance(self) -> GuidanceWork:
        """What lays the steps of procedures beside conversations."""
        from service.guidance import GuidanceWork

        return GuidanceWork(self)

    @cached_property
    def model_guard(self) -> Guard:
        """What holds back the calls to the language model; it outlives a change of the engine."""
        from service.drafting import model_guard

        return model_guard(self.settings)

    @cached_property
    def judge_guard(self) -> Guard:
        """What holds back the calls to the judge."""
        from service.judging import judge_guard

        return judge_guard(self.settings)

    def model_state(self) -> str:
        """Return how the language model does: off, ok, trying or resting."""
        if not (self.settings.llm_base_url and self.settings.llm_model):
            return "off"
        return self.model_guard.health().state

    @cached_property
    def approved_serving(self) -> ApprovedServing:
        """What gives approved answers."""
        from answer.approved.serving import ApprovedServing

        return ApprovedServing(
            self.approved_answers, self.vectors, self.live, self.records, self.diffs
        )

    def open_store(self, name: str) -> VectorStore:
        """Open the vectors that go by a name, which tells the embedding model."""
        from retrieval.stores.base import STORES

        folder = self.settings.home / "index" / "vectors"
        return STORES.get("chroma").open(folder, name, self.settings.chroma_url)

    def open_questions(self, name: str, embedder: Embedder) -> QuestionIndex:
        """Open what passages answer, beside the vectors that go by a name."""
        from retrieval.questions import QuestionIndex, store_name

        return QuestionIndex(embedder, self.open_store(store_name(name)))

    def open_tokens(self, name: str, embedder: Embedder) -> TokenIndex | None:
        """Open the tokens beside the vectors that go by a name, if the embedder has any use."""
        from retrieval.standard import open_tokens

        return open_tokens(tokens_folder(self.settings, name), embedder.fingerprint)

    def open_keyword(self, which: Serving) -> KeywordIndex:
        """Open the words of one build of the indexes."""
        from retrieval.keyword.base import KEYWORD_INDEXES

        folder = self.settings.home / "index" / which.keyword_folder()
        return KEYWORD_INDEXES.get("tantivy").open(folder)

    def serve_with(
        self,
        embedder: Embedder,
        store: VectorStore,
        keyword: KeywordIndex,
        questions: QuestionIndex,
        tokens: TokenIndex | None,
    ) -> None:
        """Answer with other indexes, and the model that they were built with, from now on."""
        for part in ("vectors", "indexer", "retriever", "pipeline", "approved_serving", "engine"):
            self.__dict__.pop(part, None)
        self.__dict__.update(
            embedder=embedder, store=store, keyword=keyword, questions=questions, tokens=tokens
        )

    def search_anew(self) -> None:
        """Search with what is learnt now, and with an empty cache, from the next question on."""
        for part in ("retriever", "engine"):
            self.__dict__.pop(part, None)

    def discard_indexes(self) -> None:
        """Let go of the indexes; the next use opens what then lies in their folders."""
        for part in ("store", "keyword", "questions", "tokens"):
            if index := self.__dict__.pop(part, None):
                index.close()
        for part in ("indexer", "retriever", "pipeline", "engine"):
            self.__dict__.pop(part, None)

    def warm(self) -> None:
        """Load what the first question would otherwise wait for."""
        self.retriever.search("预热 warm-up", top=1, audiences=(PUBLIC, INTERNAL))
        # Else the first number that somebody types waits until the documents were read for it.
        self.public_values.current()
        _ = self.engine
        if self.model_state() != "off":
            from answer.generative.endpoint import load_client

            load_client()

    def close(self) -> None:
        """Give back what was opened."""
        self.gate.close()
        self.evaluations.close()
        for part in ("parsers", "store", "keyword", "questions", "tokens"):
            if opened := self.__dict__.get(part):
                opened.close()
        self.database.close()

    def lost_audiences(self) -> set[str]:
        """Return the audiences whose indexes hold fewer passages than the records say they do.

        A version is noted as indexed after it was put in and before it is taken out, so the
        indexes can hold more than the records know, but never less.
        """
        expected = self.records.indexed_chunks(self.indexer.fingerprint)
        return {
            audience
            for audience, count in expected.items()
            if min(self.indexer.indexed(audience)) < count
        }
