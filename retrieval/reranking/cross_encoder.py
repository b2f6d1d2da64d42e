"""A second stage by any sentence-transformers CrossEncoder: question and passage read at once."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.errors import ModelInvalid, ModelMissing
from core.types import Hit
from retrieval.embedding.loading import quiet
from retrieval.reranking.base import Reranked

_BLOCK = 4
"""So many pairs between two looks at the clock."""
_MOST_CHARACTERS = 4000


class CrossEncoderReranker:
    """Puts those it comes to in its own order, before those that it does not come to."""

    def __init__(self, model: Any, name: str, budget_ms: float) -> None:
        self._model = model
        self._name = name
        self._budget_ms = budget_ms

    @property
    def name(self) -> str:
        """What it is called in explanations and in the fingerprint of a run."""
        return self._name

    def generation(self, audience: str) -> int:  # noqa: ARG002
        """Return 0: it keeps nothing of passages."""
        return 0

    def rerank(
        self,
        forms: Sequence[str],
        hits: Sequence[Hit],
        evidence: Sequence[float],  # noqa: ARG002 - its scores are on a scale of their own
    ) -> Reranked:
        """Return the hits in their new order, best first; the best is always looked at.

        Args:
            forms: the question by itself, then with what the conversation adds to it.
            hits: the candidates, best first as fusion has them.
            evidence: what fusion made of each, in log-odds up to a constant.
        """
        scores = self._scores(forms[-1], hits)
        order = sorted(
            range(len(hits)), key=lambda i: (-scores[i] if i < len(scores) else math.inf, i)
        )
        ids = [hit.chunk.id for hit in hits[: len(scores)]]
        return Reranked([hits[i] for i in order], dict(zip(ids, scores, strict=True)), self._name)

    def _scores(self, asked: str, hits: Sequence[Hit]) -> list[float]:
        """The model's scores of the first hits, as many as the budget allows."""
        begun = time.perf_counter()
        question = asked[:_MOST_CHARACTERS]
        scores: list[float] = []
        for start in range(0, len(hits), _BLOCK):
            texts = [h.chunk.embedding_text()[:_MOST_CHARACTERS] for h in hits[start:][:_BLOCK]]
            found = self._model.predict(
                [(question, text) for text in texts], show_progress_bar=False
            )
            scores += [float(score) for score in found]
            # The next block takes about as long as the ones before it.
            spent = (time.perf_counter() - begun) * 1000.0
            if spent * (1 + _BLOCK / len(scores)) > self._budget_ms:
                break
        return scores


def load_cross_encoder(name: str, budget_ms: float) -> CrossEncoderReranker:
    """Load a CrossEncoder by name or path; nothing is fetched where the hub may not be reached.

    Raises:
        ModelMissing: there is no such folder, and the hub does not give it.
        ModelInvalid: it is no model that scores a pair with one number.
    """
    from sentence_transformers import CrossEncoder

    try:
        with quiet():
            model = CrossEncoder(name, device="cpu")
    except OSError as exc:
        raise ModelMissing(
            f"There is no reranker {name!r}.",
            "Name a folder with a CrossEncoder, or leave the setting reranker empty.",
        ) from exc
    except Exception as exc:
        raise ModelInvalid(
            f"The reranker {name!r} cannot be loaded ({type(exc).__name__}).",
            "Name another CrossEncoder, or leave the setting reranker empty.",
        ) from exc
    if model.config.num_labels != 1:
        raise ModelInvalid(
            f"The reranker {name!r} gives {model.config.num_labels} numbers for a pair.",
            "Name a CrossEncoder that gives one.",
        )
    label = Path(name).name if Path(name).is_dir() else name
    return CrossEncoderReranker(model, label, budget_ms)
