"""Meaning by any NLI model or cross-encoder, as the settings name one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.errors import ModelInvalid, ModelMissing
from retrieval.embedding.loading import quiet

_LONGEST = 4_000
_ENTAILED = "entail"


class EncoderModel:
    """A sentence-transformers CrossEncoder: of an NLI model, the chance of entailment counts."""

    threshold = 0.5

    def __init__(self, model: Any) -> None:
        self._model = model
        labels: dict[int, str] = getattr(model.model.config, "id2label", None) or {}
        named = [i for i, label in labels.items() if label.lower().startswith(_ENTAILED)]
        self._entailed = int(named[0]) if named else -1
        """The class that means support; with one class, the first; else the last."""

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return a chance in [0, 1] for each passage and sentence."""
        import numpy as np

        texts = [(passage[:_LONGEST], said[:_LONGEST]) for passage, said in pairs]
        # Without the model's own activation, whatever it is: scores are made chances here.
        from torch.nn import Identity

        raw = self._model.predict(texts, activation_fn=Identity(), show_progress_bar=False)
        scores = np.asarray(raw, dtype=np.float64).reshape(len(texts), -1)
        if scores.shape[1] == 1:
            return [float(1 / (1 + np.exp(-np.clip(s, -30, 30)))) for s in scores[:, 0]]
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        return [float(row[self._entailed]) for row in likely]


def load_support_model(name: str) -> EncoderModel:
    """Return the model of a name or a path.

    Raises:
        ModelMissing: it is nowhere to be found.
        ModelInvalid: it cannot be loaded, or is no cross-encoder.
    """
    from sentence_transformers import CrossEncoder

    try:
        with quiet():
            return EncoderModel(CrossEncoder(name, device="cpu"))
    except OSError as exc:
        raise ModelMissing(
            f"There is no model for the check {name!r}.",
            "Name a folder with a CrossEncoder, or leave the setting check_model empty.",
        ) from exc
    except Exception as exc:
        raise ModelInvalid(
            f"The model for the check {name!r} cannot be loaded ({type(exc).__name__}).",
            "Name another CrossEncoder, or leave the setting check_model empty.",
        ) from exc
