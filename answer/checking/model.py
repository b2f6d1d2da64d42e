"""Meaning by any NLI model or cross-encoder, as the settings name one."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any

from answer.ports import SupportModel
from core.errors import ModelInvalid, ModelMissing, ModelUnavailable
from retrieval.embedding.loading import quiet

log = logging.getLogger("citedesk.answer")

_LONGEST = 4_000
_ENTAILED = "entail"
_REST_S = 60.0
_HINT = (
    "Sentences are checked by the built-in way meanwhile. Name a faster model, raise "
    "check_timeout_s, or leave the setting check_model empty."
)


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


class SteadyModel:
    """A model that costs no draft: one that is too slow or breaks is left alone for a while."""

    def __init__(
        self,
        model: SupportModel,
        timeout_s: float,
        *,
        rest_s: float = _REST_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model = model
        self._timeout_s = timeout_s
        self._rest_s = rest_s
        self._clock = clock
        self._lock = Lock()
        self._until = -math.inf
        self._why = ""

    @property
    def threshold(self) -> float:
        """The least chance at which a sentence is let through."""
        return self._model.threshold

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return a chance in [0, 1] for each passage and sentence.

        Raises:
            ModelUnavailable: it took too long, broke, or is left alone since it did.
        """
        with self._lock:
            if self._clock() < self._until:
                raise ModelUnavailable(self._why, _HINT)
        answer: SimpleQueue[list[float] | Exception] = SimpleQueue()
        # A model that hangs cannot be ended, only left behind.
        Thread(target=self._ask, args=(pairs, answer), name="check-model", daemon=True).start()
        try:
            found = answer.get(timeout=self._timeout_s)
        except Empty:
            raise self._failed(
                f"The model of the check did not answer within {self._timeout_s:g} s."
            ) from None
        if isinstance(found, Exception):
            name = type(found).__name__
            raise self._failed(f"The model of the check failed ({name}).") from found
        if len(found) != len(pairs) or not all(map(math.isfinite, found)):
            raise self._failed("The model of the check gave what is no number for each sentence.")
        return found

    def _ask(
        self,
        pairs: Sequence[tuple[str, str]],
        answer: SimpleQueue[list[float] | Exception],
    ) -> None:
        try:
            answer.put(self._model.support(pairs))
        except Exception as exc:  # noqa: BLE001 - whatever breaks in a model must not cost a draft
            answer.put(exc)

    def _failed(self, why: str) -> ModelUnavailable:
        log.warning("%s The built-in check stands in.", why)
        with self._lock:
            self._why, self._until = why, self._clock() + self._rest_s
        return ModelUnavailable(why, _HINT)


def probed(model: SupportModel, name: str) -> None:
    """See that a model judges a pair at all.

    Raises:
        ModelUnavailable: it is too slow, or broke.
        ModelInvalid: it holds a sentence for unsupported by itself.
    """
    said = "The tank holds 300 ml of water."
    if model.support([(said, said)])[0] < model.threshold:
        raise ModelInvalid(
            f"The model for the check {name!r} holds a sentence for unsupported by itself.",
            "Name an NLI model or a CrossEncoder for likeness, or leave the setting check_model "
            "empty.",
        )


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
