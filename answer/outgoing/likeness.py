"""Whether a sentence tells an internal passage again in other words.

A sentence that means what an internal one means, and means no public one as much, was told from
it. Of 190 paraphrases of passages that were held for internal, shared stretches of words find 15
and likeness finds 145; it alarms at 1 of 168 paraphrases of public ones and at 2 of 434 sentences
of people's own (``python -m evals.bench.outgoing``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from answer.checking.meaning import fitted_for
from answer.extractive.vectors import VectorCache
from answer.outgoing.overlap import print_of, sentences_of

LEAST = 0.92
"""So alike are two sentences that say the same, by the default embedder."""
MARGIN = 0.03
"""So much more alike to the internal sentence than to any public one."""
_SHORTEST = 9.0
_MOST_SENTENCES = 60


def comparable(sentence: str, vectors: VectorCache) -> bool:
    """Say whether a sentence says enough, and the embedder is the one that this was measured by."""
    return fitted_for(vectors.fingerprint) and print_of(sentence).weight >= _SHORTEST


def nearest(sentence: str, passages: Iterable[str], vectors: VectorCache) -> float:
    """Return how alike the likest sentence of some passages is; 0 where there are none."""
    return max(each(sentence, list(passages), vectors), default=0.0)


def each(sentence: str, passages: Sequence[str], vectors: VectorCache) -> list[float]:
    """Return, for each passage, how alike its likest sentence is."""
    parts = [sentences_of(text)[:_MOST_SENTENCES] for text in passages]
    found = vectors.passages([sentence, *(part for held in parts for part in held)])
    mine = found[sentence]
    return [max((float(np.dot(mine, found[p])) for p in held), default=0.0) for held in parts]


def told_again(internal: float, public: float) -> bool:
    """Say whether likeness to an internal sentence and to the likest public one tells a leak."""
    return internal >= LEAST and internal - public >= MARGIN
