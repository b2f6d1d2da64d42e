"""The keyword index on tantivy: 1 ms over a hundred thousand passages.

Words are cut by :mod:`core.text.words` before they get here, so the same text gives the same
terms when it is indexed and when it is asked for. Queries are built term by term: tantivy's
query language never sees what a user typed.
"""

from __future__ import annotations

import math
import shutil
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.errors import DiskFull, IndexCorrupt
from core.types import Chunk
from retrieval.keyword.base import (
    KEYWORD_INDEXES,
    KeywordAnswer,
    KeywordFactory,
    KeywordIndex,
    field_terms,
    newest,
)
from retrieval.stores.base import Found
from retrieval.stores.names import index_name
from retrieval.writes import Writes

SCHEME = "v1"
"""Part of the path: an index of other fields or other terms is not opened but rebuilt."""

BODY, HEADINGS, TITLE = "body", "headings", "title"
WEIGHTS: Mapping[str, float] = {BODY: 1.0, HEADINGS: 0.6, TITLE: 0.3}
_NAME = "audience.txt"
_ANALYZER = "cut"
_HEAP_BYTES = 48_000_000
_MOST_TERMS = 48
_HINT = "Run: citedesk reindex"


class _Shelf:
    """The index of one audience; the writer is opened when first needed and then kept."""

    def __init__(self, folder: Path, audience: str) -> None:
        import tantivy

        self._schema = _schema()
        (folder / "index").mkdir(parents=True, exist_ok=True)
        (folder / _NAME).write_text(audience, encoding="utf-8")
        self._index = tantivy.Index(self._schema, path=str(folder / "index"))
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer(_ANALYZER, analyzer)
        self._index.config_reader("manual")
        self._index.reload()
        self._writer: Any = None
        self._writing = threading.Lock()

    def put(self, chunks: Sequence[Chunk]) -> None:
        with self._commit() as writer:
            for chunk in newest(chunks):
                writer.delete_documents_by_term("chunk_id", chunk.id)
                writer.add_document(_document(chunk))

    def remove_version(self, version_id: str) -> None:
        with self._commit() as writer:
            writer.delete_documents_by_term("version_id", version_id)

    def remove_chunks(self, chunk_ids: Sequence[str]) -> None:
        with self._commit() as writer:
            for chunk_id in chunk_ids:
                writer.delete_documents_by_term("chunk_id", chunk_id)

    def search(
        self, terms: Mapping[str, float], top: int, extra: Mapping[str, float]
    ) -> KeywordAnswer:
        searcher = self._index.searcher()
        weighed, ideal = _weighed(searcher, terms)
        if extra:
            weighed = {**_weighed(searcher, extra)[0], **weighed}
        if not weighed:
            return KeywordAnswer((), ideal)
        hits = searcher.search(self._query(weighed), limit=top, count=False).hits
        found = []
        for score, address in hits:
            document = searcher.doc(address)
            chunk_id, version_id = (str(document.get_first(f)) for f in ("chunk_id", "version_id"))
            found.append(Found(chunk_id, version_id, float(score)))
        return KeywordAnswer(tuple(found), ideal)

    def count(self) -> int:
        return int(self._index.searcher().num_docs)

    def holdings(self) -> dict[str, int]:
        import tantivy

        searcher = self._index.searcher()
        if not searcher.num_docs:
            return {}
        everything = searcher.search(tantivy.Query.all_query(), limit=searcher.num_docs).hits
        return Counter(str(searcher.doc(a).get_first("version_id")) for _, a in everything)

    def close(self) -> None:
        with self._writing:
            if self._writer is not None:
                self._writer.wait_merging_threads()
                self._writer = None

    @contextmanager
    def _commit(self) -> Iterator[Any]:
        with self._writing:
            if self._writer is None:
                self._writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
            try:
                yield self._writer
                self._writer.commit()
            except BaseException:
                # Half of a batch must not slip in with the next one's commit.
                self._writer.rollback()
                raise
            self._index.reload()

    def _query(self, weighed: Mapping[str, float]) -> Any:
        from tantivy import Occur, Query

        clauses = []
        for term, weight in weighed.items():
            for field, importance in WEIGHTS.items():
                query = Query.term_query(self._schema, field, term, "freq")
                clauses.append((Occur.Should, Query.boost_query(query, weight * importance)))
        return Query.boolean_query(clauses)


def _weighed(searcher: Any, terms: Mapping[str, float]) -> tuple[dict[str, float], float]:
    """The weights of the terms to ask for, and the score of a passage that has them all.

    Terms that no passage holds are not asked for, yet count as the rarest in the ideal: every
    passage lacks them. Of a long question's terms the rarest are asked for.
    """
    total = searcher.num_docs
    having = {term: searcher.doc_freq(BODY, term) for term in terms} if total else {}
    idf = {term: _idf(total, count) for term, count in having.items()}
    known = sorted(
        (term for term, count in having.items() if count), key=lambda term: (-idf[term], term)
    )[:_MOST_TERMS]
    missing = [term for term, count in having.items() if not count]
    ideal = sum(terms[term] * idf[term] for term in (*known, *missing))
    return {term: terms[term] for term in known}, ideal


def _idf(total: int, having: int) -> float:
    """The inverse document frequency of BM25 as Lucene and tantivy have it."""
    return math.log1p((total - having + 0.5) / (having + 0.5))


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("chunk_id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("version_id", stored=True, tokenizer_name="raw", index_option="basic")
    for field in (BODY, HEADINGS, TITLE):
        builder.add_text_field(field, tokenizer_name=_ANALYZER, index_option="position")
    return builder.build()


def _document(chunk: Chunk) -> Any:
    import tantivy

    document = tantivy.Document()
    document.add_text("chunk_id", chunk.id)
    document.add_text("version_id", chunk.version_id)
    title, headings = field_terms(chunk.title), field_terms(" \n ".join(chunk.headings))
    # The body has them too: a passage is about its headings, and a word's rarity is measured here.
    document.add_text(BODY, " ".join([*title, *headings, *field_terms(chunk.text)]))
    document.add_text(HEADINGS, " ".join(headings))
    document.add_text(TITLE, " ".join(title))
    return document


class TantivyIndex(KeywordIndex):
    """A folder of tantivy indexes, one per audience."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / SCHEME
        self._lock = threading.Lock()
        self._shelves: dict[str, _Shelf] = {}
        self._writes = Writes()

    def put(self, audience: str, chunks: Sequence[Chunk]) -> None:
        """Index chunks; one whose id is there already is replaced. Visible when it returns."""
        with _mapped(audience), self._writes.to(audience):
            if chunks and (shelf := self._shelf(audience, create=True)):
                shelf.put(chunks)

    def remove_version(self, audience: str, version_id: str) -> None:
        """Forget every chunk of a version."""
        with _mapped(audience), self._writes.to(audience):
            if shelf := self._shelf(audience):
                shelf.remove_version(version_id)

    def remove_chunks(self, audience: str, chunk_ids: Sequence[str]) -> None:
        """Forget these chunks."""
        with _mapped(audience), self._writes.to(audience):
            if shelf := self._shelf(audience):
                shelf.remove_chunks(chunk_ids)

    def search(
        self,
        audience: str,
        terms: Mapping[str, float],
        top: int,
        extra: Mapping[str, float] | None = None,
    ) -> KeywordAnswer:
        """Return the chunks that match weighted terms, best first."""
        with _mapped(audience):
            shelf = self._shelf(audience)
            if not shelf or not terms:
                return KeywordAnswer((), 0.0)
            return shelf.search(terms, top, extra or {})

    def count(self, audience: str) -> int:
        """Return how many chunks an audience has."""
        with _mapped(audience):
            shelf = self._shelf(audience)
            return shelf.count() if shelf else 0

    def holdings(self, audience: str) -> dict[str, int]:
        """Return how many chunks of each version an audience has."""
        with _mapped(audience):
            shelf = self._shelf(audience)
            return shelf.holdings() if shelf else {}

    def generation(self, audience: str) -> int:
        """Return how many writes to an audience have ended."""
        return self._writes.of(audience)

    def audiences(self) -> set[str]:
        """Return the audiences that anything was indexed for."""
        return {
            note.read_text(encoding="utf-8") for note in sorted(self._folder.glob(f"*/{_NAME}"))
        }

    def drop(self, audience: str) -> None:
        """Forget everything of an audience, damaged or not."""
        with self._writes.to(audience), self._lock:
            if shelf := self._shelves.pop(audience, None):
                shelf.close()
            shutil.rmtree(self._folder / index_name(audience), ignore_errors=True)

    def close(self) -> None:
        """Finish what is being merged and let go of the files."""
        with self._lock:
            for shelf in self._shelves.values():
                shelf.close()
            self._shelves.clear()

    def _shelf(self, audience: str, *, create: bool = False) -> _Shelf | None:
        with self._lock:
            if audience not in self._shelves:
                folder = self._folder / index_name(audience)
                if not create and not folder.is_dir():
                    return None
                self._shelves[audience] = _Shelf(folder, audience)
            return self._shelves[audience]


@contextmanager
def _mapped(audience: str) -> Iterator[None]:
    """Turn tantivy's errors, which come as ValueError and OSError, into ours."""
    try:
        yield
    except (ValueError, OSError, RuntimeError) as exc:
        if "os error 28" in str(exc).lower() or "no space" in str(exc).lower():
            raise DiskFull("No space is left for the keyword index.", "Make room.") from exc
        raise IndexCorrupt(
            f"The keyword index of {audience} cannot be used ({type(exc).__name__}).", _HINT
        ) from exc


class TantivyFactory(KeywordFactory):
    """Opens tantivy indexes in a folder."""

    def open(self, folder: Path) -> KeywordIndex:
        """Open the index; an audience's own folder is opened when it is first used."""
        return TantivyIndex(folder)


KEYWORD_INDEXES.register("tantivy")(TantivyFactory())
