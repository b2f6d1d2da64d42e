"""Whether a draft is refused where the documents do not answer, and only there.

``python -m evals.bench.refusal --data DIR`` takes the passages that answer half of a set's first
200 questions out of its corpus and asks all of them through retrieval and the extractive drafter.
Printed, for each set and all together: the share of the unanswerable that is refused, the share of
the answerable that is refused, and of those whose passage was found; then the area under the curve
of the draft's confidence, and how many of the unanswerable would be refused where 5 % and 10 % of
the answerable are. ``pooled`` leaves out the sets whose passages are near duplicates of each other
(``esp_faq``, and ``dstc11_faq`` with the same questions about many hotels), which come apart: there
a passage beside the one taken out often answers as well.

Measured as shipped, 200 questions of each of eight sets: of the unanswerable 0.600 are refused
(pooled; all 0.473), of the answerable 0.026 (0.044); area 0.960 (0.889). Where 5 % of the pooled
answerable were refused, 0.808 of the unanswerable would be. The threshold is easier than that on
purpose, see ``evals.bench.refusal_fit``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from answer.base import DraftRequest
from answer.extractive.drafter import ExtractiveDrafter
from answer.understand import understand
from core.types import Draft, DraftState
from evals.bench.asking import turns_of
from evals.bench.posed import Amount, Posed, configurations, posed
from retrieval.training.sets import REPORTED

_ALIKE = ("esp_faq", "dstc11_faq")
_AT = (0.05, 0.1)
_HEADS = (
    "set",
    "questions",
    "unanswerable refused",
    "answerable refused",
    "of those found",
    "asked back",
    "area",
    *(f"refused at {share:.0%}" for share in _AT),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question."""

    name: str
    answerable: bool
    found: bool
    state: DraftState
    confidence: float


def drafted(one: Posed, drafter: ExtractiveDrafter) -> Draft:
    """Return the draft for a question with the turns before it."""
    turns = tuple(turns_of(one.question))
    understood = understand(turns)
    request = DraftRequest(
        id=one.question.id,
        conversation=turns,
        question=understood.question,
        language=understood.language,
        # What was searched for is the last of several questions.
        parts=understood.parts[-1:],
        context=understood.context,
    )
    return drafter.draft(request, one.evidence)


def outcome(one: Posed, drafter: ExtractiveDrafter) -> Outcome:
    """Draft one question."""
    draft = drafted(one, drafter)
    return Outcome(one.name, one.answerable, one.found, draft.state, draft.confidence)


def report(outcomes: Sequence[Outcome]) -> str:
    """Return the table of all sets in Markdown."""
    lines = [f"| {' | '.join(_HEADS)} |", "|---" * len(_HEADS) + "|"]
    names = list(dict.fromkeys(one.name for one in outcomes))
    lines += [_line(name, [o for o in outcomes if o.name == name]) for name in names]
    apart = [one for one in outcomes if not one.name.startswith(_ALIKE)]
    lines.append(_line("pooled", apart))
    lines.append(_line("all", outcomes))
    return "\n".join(lines)


def _line(name: str, members: Sequence[Outcome]) -> str:
    answerable = [one for one in members if one.answerable]
    others = [one for one in members if not one.answerable]
    found = [one for one in answerable if one.found]
    back = [one for one in members if one.state is DraftState.CLARIFY]
    good = np.array([one.confidence for one in answerable])
    bad = np.array([one.confidence for one in others])
    cells = [name, str(len(members)), _refused(others), _refused(answerable), _refused(found)]
    cells += [f"{len(back) / max(1, len(members)):.3f}", f"{area(good, bad):.3f}"]
    cells += [f"{refused_at(good, bad, share):.3f}" for share in _AT]
    return f"| {' | '.join(cells)} |"


def _refused(members: Iterable[Outcome]) -> str:
    flags = [one.state is DraftState.NO_EVIDENCE for one in members]
    return f"{sum(flags) / max(1, len(flags)):.3f}"


def area(good: np.ndarray, bad: np.ndarray) -> float:
    """Return how often an answerable question has more confidence than an unanswerable one."""
    if not len(good) or not len(bad):
        return float("nan")
    more = (good[:, None] > bad[None]).mean() + 0.5 * (good[:, None] == bad[None]).mean()
    return float(more)


def refused_at(good: np.ndarray, bad: np.ndarray, share: float) -> float:
    """Return the share of the unanswerable under what refuses a share of the answerable."""
    if not len(good) or not len(bad):
        return float("nan")
    return float((bad < np.quantile(good, share)).mean())


def main() -> int:
    """Run and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of question sets")
    parser.add_argument("--models", type=Path, default=Path(".models"))
    parser.add_argument("--set", action="append", dest="sets", default=[], help="a line's name")
    parser.add_argument("--queries", type=int, default=200, help=f"of the first {REPORTED}")
    parser.add_argument("--cache", type=Path, help="folder that keeps what was found")
    options = parser.parse_args()
    from retrieval.embedding import load_embedder

    embedder = load_embedder(options.models)
    drafter = ExtractiveDrafter(embedder)
    chosen = configurations(options.data, options.sets)
    amount = Amount(reported=min(options.queries, REPORTED), cache=options.cache)
    print(report([outcome(one, drafter) for one in posed(chosen, embedder, amount)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
