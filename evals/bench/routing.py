"""How much self-service answers alone, and how much of that is wrong, by its least confidence.

``python -m evals.bench.routing --data DIR`` asks questions after the 400 reported ones of each set
twice, once with the passages that answer in the corpus and once without, and drafts each. A reply
is wrong where no passage answers, where it quotes none that does, or, where a set tells the words
of the answer, where it does not quote them. Real questions are not half of them unanswerable, so
the shares are also given for one in five: the thresholds of ``routing.yaml`` are chosen by those.
A set that words the same answer several times (``esp_faq``, ``dstc11_faq``) calls much wrong
that would do; ``pooled`` leaves such sets out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from answer.extractive.datasets import load_set
from answer.extractive.drafter import ExtractiveDrafter
from core.text import squeeze
from core.types import Draft, DraftState
from evals.bench.posed import Amount, Posed, configurations, posed
from evals.bench.refusal import drafted
from evals.bench.retrieval import Configuration
from retrieval.training.sets import REPORTED

_ASKED = 200
_ALIKE = ("esp_faq", "dstc11_faq")
_THRESHOLDS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_UNANSWERABLE = (0.5, 0.2)
"""Of all questions, so many that the documents do not answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What would go out alone, if the draft is sure enough."""

    name: str
    answerable: bool
    answered: bool
    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """Of all questions, and of those answered alone."""

    alone: float
    wrong: float


def shares(replies: Sequence[Reply], least: float, unanswerable: float) -> Shares:
    """Return how many questions are answered alone, and how many of those wrongly.

    Args:
        replies: answerable questions and others, in any proportion.
        least: the confidence from which self-service replies.
        unanswerable: the share of unanswerable questions to reckon with.
    """
    alone = wrong = 0.0
    for answerable, part in ((True, 1 - unanswerable), (False, unanswerable)):
        own = [one for one in replies if one.answerable == answerable]
        sent = [one for one in own if one.answered and one.confidence >= least]
        each = part / max(1, len(own))
        alone += each * len(sent)
        wrong += each * sum(not one.right for one in sent)
    return Shares(alone, wrong / alone if alone else 0.0)


def replies_of(
    chosen: Sequence[Configuration], asked: Iterable[Posed], drafter: ExtractiveDrafter
) -> Iterator[Reply]:
    """Draft what may be fitted to."""
    corpora = {one.name: one.corpus for one in chosen}
    for one in asked:
        if not one.fitting:
            continue
        draft = drafted(one, drafter)
        answered = draft.state is DraftState.ANSWERED
        right = one.answerable and answered and _right(draft, one, corpora[one.name])
        yield Reply(one.name, one.answerable, answered, draft.confidence, right)


def report(replies: Sequence[Reply]) -> str:
    """Return the table of all thresholds in Markdown."""
    apart = [one for one in replies if not one.name.startswith(_ALIKE)]
    heads = ["questions", "confidence"]
    heads += [
        f"{what} ({share:.0%} open)" for share in _UNANSWERABLE for what in ("alone", "wrong")
    ]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for name, members in (("pooled", apart), ("all", replies)):
        for least in _THRESHOLDS:
            cells = [name, f"{least:.2f}"]
            for share in _UNANSWERABLE:
                found = shares(members, least, share)
                cells += [f"{found.alone:.3f}", f"{found.wrong:.3f}"]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Truth:
    """What answers a question: passages, by their place in the corpus, and words."""

    documents: frozenset[str]
    answers: tuple[str, ...]


@lru_cache(maxsize=8)
def _truths(corpus: Path) -> dict[str, _Truth]:
    data = load_set(corpus)
    places = {chunk.id: f"d{place}" for place, chunk in enumerate(data.chunks)}
    return {
        query.id: _Truth(
            frozenset(places[passage] for passage in query.relevant if passage in places),
            tuple(squeeze(answer) for answer in query.answers if answer.strip()),
        )
        for query in data.queries
    }


def _right(draft: Draft, one: Posed, corpus: Path) -> bool:
    truth = _truths(corpus)[one.question.id]
    quoted = [c.quote for c in draft.citations if c.document_id in truth.documents]
    if not quoted or not truth.answers:
        return bool(quoted)
    said = squeeze(" ".join(quoted))
    return any(answer in said for answer in truth.answers)


def main() -> int:
    """Run and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of question sets")
    parser.add_argument("--models", type=Path, default=Path(".models"))
    parser.add_argument("--set", action="append", dest="sets", default=[], help="a line's name")
    parser.add_argument("--queries", type=int, default=_ASKED, help=f"after the first {REPORTED}")
    parser.add_argument("--cache", type=Path, help="folder that keeps what was found")
    options = parser.parse_args()
    from retrieval.embedding import load_embedder

    embedder = load_embedder(options.models)
    chosen = configurations(options.data, options.sets)
    asked = posed(chosen, embedder, Amount(fitted=options.queries, cache=options.cache))
    print(report(list(replies_of(chosen, asked, ExtractiveDrafter(embedder)))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
