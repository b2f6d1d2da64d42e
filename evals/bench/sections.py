"""Retrieval sets out of real documents: headings are asked, their sections are to be found.

``python -m evals.bench.sections OUT DOCUMENTS...`` reads files with the product's own parsers and
chunker and writes sets in BEIR layout under OUT. Whoever wrote a document named its sections in
words of their own, mostly other words than those below them; with all headings withheld from the
passages, a heading is a question that nobody wrote for a search engine. A gain that was tuned
elsewhere must show here too. For each language that the documents are in:

- ``zh``, ``en``: a heading that is specific enough asks for the passages of its section;
- ``zh_follow_up``, ``en_follow_up``: headings that several sections share; the path above them is
  the turn before, and only with it is it clear which section is meant;
- ``hans_over_hant``, ``hant_over_hans``, ``hant``: ``zh`` with the passages, the headings or both
  in traditional characters (OpenCC's Taiwan and Hong Kong standards);
- ``zh_over_en``, ``en_over_zh``: headings of documents that stand in folders ``zh`` and ``en``
  under the same name ask for the section at the same place in the other one, after the
  document's title where they do not say enough alone.

Leave out documents that another set is made of, or the sets are not independent of it.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import CiteDeskError
from core.ports import TokenCounter
from core.text import content_terms, language_of, squeeze
from core.types import Chunk, RawFile
from evals.bench.beir import Passage, Question, RetrievalSet, write_set
from ingest.chunker import chunk
from ingest.detect import media_type_of
from ingest.numbering import bare_number, label_of
from ingest.parse import parse_file

_SEED = 20240501
_MOST_QUERIES = 400
_MOST_OF_ONE_DOCUMENT = 60
_MOST_PASSAGES = 4
_FEWEST_WORDS = 3
_HAN_PER_WORD = 2
_LONGEST = 160
_SHORTEST_TEXT = 40
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TAIWAN, _HONG_KONG = "s2tw", "s2hk"


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading, its subsections included."""

    document: Path
    title: str
    path: tuple[str, ...]
    chunks: tuple[Chunk, ...]

    @property
    def heading(self) -> str:
        """The section's own heading without its number."""
        line = " ".join(self.path[-1].split())
        label = label_of(line) or bare_number(line)
        return (label.rest if label and label.rest else line).strip()

    @property
    def above(self) -> str:
        """The title and the headings above the section's own."""
        return " ".join((self.title, *self.path[:-1]))


def read_documents(
    folders: Sequence[Path], counter: TokenCounter, leave_out: Sequence[str] = ()
) -> dict[Path, list[Chunk]]:
    """Return the passages of every file that can be read; the others are named on stderr."""
    documents: dict[Path, list[Chunk]] = {}
    for path in sorted(p for folder in folders for p in folder.rglob("*") if p.is_file()):
        if path.name in leave_out:
            continue
        try:
            parsed = parse_file(RawFile(path.name, media_type_of(path), "", path))
        except CiteDeskError as exc:
            print(f"{path.name} is left out: {exc}", file=sys.stderr)
            continue
        name = f"{len(documents):03d}"
        documents[path] = chunk(parsed, document_id=name, version_id=name, counter=counter)
    return documents


def sections_of(document: Path, chunks: Sequence[Chunk]) -> list[Section]:
    """Return a document's sections in reading order, also those with nothing but subsections."""
    under: dict[tuple[str, ...], list[Chunk]] = {}
    for piece in chunks:
        headings = _below_title(piece)
        for depth in range(1, len(headings) + 1):
            under.setdefault(headings[:depth], []).append(piece)
    return [Section(document, chunks[0].title, path, tuple(held)) for path, held in under.items()]


def _below_title(piece: Chunk) -> tuple[str, ...]:
    headings = piece.headings
    return headings[1:] if headings[:1] == (piece.title,) else headings


def is_specific(heading: str) -> bool:
    """Say whether a heading says enough to ask for its section with it alone."""
    if len(heading) > _LONGEST:
        return False
    han = len(_HAN.findall(heading))
    others = {term for term in content_terms(heading) if not _HAN.search(term)}
    return han / _HAN_PER_WORD + len(others) >= _FEWEST_WORDS


def _can_be_asked(section: Section) -> bool:
    """Say whether a section has a text of its own, not long, that does not repeat its heading."""
    text = squeeze("".join(piece.text for piece in section.chunks))
    asked = squeeze(section.heading)
    return (
        len(section.chunks) <= _MOST_PASSAGES
        and len(text) >= _SHORTEST_TEXT
        and asked not in text
        and asked not in squeeze(section.title)
    )


class _Corpus:
    """The passages of documents in one language, each text once."""

    def __init__(self, documents: Iterable[Sequence[Chunk]]) -> None:
        self._first: dict[str, str] = {}
        self.passages: list[Passage] = []
        for piece in (c for chunks in documents for c in chunks):
            name = f"{piece.document_id}-{piece.ordinal:04d}"
            if self._first.setdefault(squeeze(piece.text), name) == name:
                self.passages.append(Passage(name, piece.title, piece.text))

    def ids(self, chunks: Iterable[Chunk]) -> tuple[str, ...]:
        """The passages that hold the text of some chunks."""
        return tuple(dict.fromkeys(self._first[squeeze(piece.text)] for piece in chunks))


def language_sets(documents: Mapping[Path, Sequence[Chunk]], name: str) -> dict[str, RetrievalSet]:
    """Return the sets of documents in one language; ``name`` is the first one's."""
    corpus = _Corpus(documents.values())
    sections = [s for path, chunks in documents.items() for s in sections_of(path, chunks)]
    names = Counter(squeeze(section.heading) for section in sections)
    asked = [s for s in sections if _can_be_asked(s)]
    alone = [s for s in asked if names[squeeze(s.heading)] == 1 and is_specific(s.heading)]
    wholes = Counter(squeeze(f"{s.above} {s.heading}") for s in sections)
    shared = [
        s
        for s in asked
        if names[squeeze(s.heading)] > 1
        and wholes[squeeze(f"{s.above} {s.heading}")] == 1
        and content_terms(s.heading)
    ]
    return {
        name: _made(corpus, _sample(alone), lambda s: (s.heading, ())),
        f"{name}_follow_up": _made(
            corpus, _sample(shared), lambda s: (s.heading, (f"User: {s.above}",))
        ),
    }


def _sample(sections: Sequence[Section]) -> list[Section]:
    """At most so many sections, no document having too many of them, in a mixed order."""
    chance = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
    held: Counter[Path] = Counter()
    kept: list[Section] = []
    for section in chance.sample(sections, len(sections)):
        held[section.document] += 1
        if held[section.document] <= _MOST_OF_ONE_DOCUMENT:
            kept.append(section)
    return kept[:_MOST_QUERIES]


def _made(
    corpus: _Corpus,
    sections: Sequence[Section],
    ask: Callable[[Section], tuple[str, tuple[str, ...]]],
    answers: Mapping[tuple[Path, tuple[str, ...]], Section] | None = None,
) -> RetrievalSet:
    """A set whose queries are asked of sections, and answered by these or by their partners."""
    questions, relevance = [], {}
    for number, section in enumerate(sections):
        text, history = ask(section)
        questions.append(Question(f"q{number:03d}", text, history))
        answer = answers[section.document, section.path] if answers else section
        relevance[f"q{number:03d}"] = dict.fromkeys(corpus.ids(answer.chunks), 1)
    return RetrievalSet(tuple(corpus.passages), tuple(questions), relevance)


def traditional_sets(simplified: RetrievalSet) -> dict[str, RetrievalSet]:
    """Return a Chinese set with its passages, its queries, and both in traditional characters."""
    import opencc

    taiwan, hong_kong = opencc.OpenCC(_TAIWAN).convert, opencc.OpenCC(_HONG_KONG).convert
    passages = tuple(
        replace(p, title=taiwan(p.title), text=taiwan(p.text)) for p in simplified.passages
    )

    def asked(convert: Callable[[str], str]) -> tuple[Question, ...]:
        return tuple(replace(q, text=convert(q.text)) for q in simplified.questions)

    return {
        "hans_over_hant": replace(simplified, passages=passages),
        "hant_over_hans": replace(simplified, questions=asked(hong_kong)),
        "hant": replace(simplified, passages=passages, questions=asked(taiwan)),
    }


def aligned(ours: Sequence[Section], theirs: Sequence[Section]) -> list[tuple[Section, Section]]:
    """Pair the sections of a document with those of its translation, where that is safe.

    Downwards from the top: the subsections of a pair are paired in their order where both have
    equally many. Where the counts differ nothing below is paired, as nothing says which is which.
    """
    pairs: list[tuple[Section, Section]] = []
    pending: list[tuple[tuple[str, ...], tuple[str, ...]]] = [((), ())]
    while pending:
        our_path, their_path = pending.pop()
        here = [s for s in ours if s.path[:-1] == our_path]
        there = [s for s in theirs if s.path[:-1] == their_path]
        if len(here) == len(there):
            found = list(zip(here, there, strict=True))
            pairs += found
            pending += [(a.path, b.path) for a, b in found]
    return pairs


def cross_lingual_set(
    ours: Mapping[Path, Sequence[Chunk]], theirs: Mapping[Path, Sequence[Chunk]], folder: str
) -> RetrievalSet:
    """Return headings of our language over all passages of theirs.

    Args:
        ours: Documents in the language that asks.
        theirs: Documents in the language that answers, the translations among them.
        folder: Name of the folder beside a document's own that holds its translation.
    """
    answers: dict[tuple[Path, tuple[str, ...]], Section] = {}
    asked: list[Section] = []
    for path, chunks in ours.items():
        partner = path.parent.parent / folder / path.name
        if partner == path or partner not in theirs:
            continue
        for own, other in aligned(sections_of(path, chunks), sections_of(partner, theirs[partner])):
            if _can_be_asked(own) and _can_be_asked(other):
                answers[own.document, own.path] = other
                asked.append(own)
    names = Counter(_in_full(section) for section in asked)
    alone = [s for s in asked if names[_in_full(s)] == 1]
    return _made(_Corpus(theirs.values()), _sample(alone), lambda s: (_in_full(s), ()), answers)


def _in_full(section: Section) -> str:
    """A section's heading, after its document's title where it does not say enough alone."""
    if is_specific(section.heading):
        return section.heading
    return f"{section.title} {section.heading}"


def all_sets(documents: Mapping[Path, list[Chunk]]) -> Iterator[tuple[str, RetrievalSet]]:
    """Yield every set that can be made of these documents, with its name."""
    spoken = {path: _language(chunks) for path, chunks in documents.items()}
    zh, en = (
        {path: documents[path] for path, found in spoken.items() if found == language}
        for language in ("zh", "en")
    )
    made = {**language_sets(zh, "zh"), **language_sets(en, "en")}
    made |= traditional_sets(made["zh"])
    made["zh_over_en"] = cross_lingual_set(zh, en, "en")
    made["en_over_zh"] = cross_lingual_set(en, zh, "zh")
    yield from ((name, found) for name, found in made.items() if found.questions)


def _language(chunks: Sequence[Chunk]) -> str:
    """zh or en; anything else where the title is in one and the text in another.

    A few such passages in the language that asks would stand before all others across languages.
    """
    spoken = language_of("\n".join(piece.text for piece in chunks))
    language = "zh" if spoken.startswith("zh") or spoken == "mixed" else spoken
    return "other" if language == "en" and _HAN.search(chunks[0].title) else language


def main() -> int:
    """Make the sets and say how large each is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="folder that the sets are written to")
    parser.add_argument("documents", type=Path, nargs="+", help="folders of documents")
    parser.add_argument("--leave-out", nargs="*", default=[], help="names of files not to read")
    parser.add_argument("--models", type=Path, default=Path(".models"))
    options = parser.parse_args()
    from retrieval.embedding import load_embedder

    documents = read_documents(options.documents, load_embedder(options.models), options.leave_out)
    for name, made in all_sets(documents):
        write_set(made, options.out / name)
        print(f"{name}: {len(made.questions)} queries over {len(made.passages)} passages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
