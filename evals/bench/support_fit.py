"""Fitting the chance that a passage supports a sentence, on pairs that no rule speaks against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from answer.checking.judge import Judge
from answer.checking.meaning import ACROSS, FEATURES, MEANT
from core.text import content_terms, split_sentences

if TYPE_CHECKING:
    from evals.bench.support import Pair

_RIDGE, _ROUNDS, _FOLDS = 0.3, 60, 5
_WORDS = tuple(name for name in FEATURES if name not in MEANT)
_WITHIN = tuple(name for name in FEATURES if name not in ACROSS)
_NAMES = {"across": FEATURES}
_FALSE_REJECTIONS = {"words": 0.015, "zh": 0.015, "en": 0.015, "across": 0.05}
"""Share of the supported pairs that the threshold may cost: more where there are few rules."""

Row = tuple[dict[str, float], bool, str]
"""Features, whether it is supported, and the passage, by which rows are kept together."""


def fit(pairs: Sequence[Pair], judge: Judge) -> dict[str, Any]:
    """Return weights, threshold and cross-validated calibration for each kind."""
    rows: dict[str, list[Row]] = {"zh": [], "en": [], "across": []}
    for pair, supported in _kept(pairs, judge):
        kind = pair.language if pair.language == pair.said_in else "across"
        if kind != "across" and pair.half != "fit":
            # Within a language the fit half is large enough, and its passages less terse.
            continue
        found = judge.features(pair.sentence, pair.passage, f"{pair.title} {pair.heading}")
        rows[kind].append((found, supported, pair.passage))
    return {
        "embedder": judge.vectors.fingerprint if judge.vectors else "",
        "words": _fitted("words", [*rows["zh"], *rows["en"]], _WORDS),
        **{kind: _fitted(kind, seen, _NAMES.get(kind, _WITHIN)) for kind, seen in rows.items()},
    }


def _kept(pairs: Sequence[Pair], judge: Judge) -> Iterator[tuple[Pair, bool]]:
    """Pairs that only their meaning can tell, and sentences beside what does not say them."""
    from evals.bench.support import cited

    for pair in [*pairs, *_without(pairs), *_apart(pairs)]:
        citations = cited(pair.title, pair.heading, pair.passage)
        finding = judge.judge(pair.sentence, citations).finding
        if finding is None or finding.reason in {"words", "meaning"}:
            yield pair, pair.label == "supported"


def _without(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Supported sentences beside what is left of their passage when the likest sentence goes."""
    for pair in pairs:
        parts = [span.text for span in split_sentences(pair.passage)]
        if pair.label != "supported" or pair.language != pair.said_in or len(parts) < 2:
            continue
        terms = frozenset(content_terms(pair.sentence))
        shared = [len(terms & frozenset(content_terms(part))) for part in parts]
        if sorted(shared)[-2] * 2 > max(shared):
            # Two sentences say of it: taking one away may leave it supported.
            continue
        del parts[shared.index(max(shared))]
        yield replace(pair, passage="\n".join(parts), label="unsupported")


def _apart(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Sentences beside passages of another subject in the other language."""
    spoken = [p for p in pairs if p.label == "supported" and p.language != p.said_in]
    for i, pair in enumerate(spoken):
        others = (spoken[(i + len(spoken) * n // 7) % len(spoken)] for n in (1, 2, 3))
        for other in others:
            if other.language != pair.language or other.passage == pair.passage:
                continue
            yield replace(other, sentence=pair.sentence, said_in=pair.said_in, label="unsupported")


def _fitted(kind: str, rows: Sequence[Row], names: Sequence[str]) -> dict[str, Any]:
    seen = np.array([[*(found[name] for name in names), 1.0] for found, _, _ in rows])
    right = np.array([label for _, label, _ in rows], dtype=float)
    groups = {passage: i % _FOLDS for i, passage in enumerate(dict.fromkeys(p for *_, p in rows))}
    fold = np.array([groups[passage] for *_, passage in rows])
    held_out = np.zeros(len(rows))
    for i in range(_FOLDS):
        weights = _weights(seen[fold != i], right[fold != i])
        held_out[fold == i] = _chances(seen[fold == i], weights)
    weights = _weights(seen, right)
    least = float(np.quantile(held_out[right == 1], _FALSE_REJECTIONS[kind]))
    named = {n: round(float(w), 3) for n, w in zip(names, weights[:-1], strict=True)}
    threshold = min(0.5, least)
    return {
        "bias": round(float(weights[-1]), 3),
        "threshold": round(threshold, 3),
        "weights": named,
        "held_out": {
            "rows": len(rows),
            "calibration_error": round(calibration_error(held_out, right), 3),
            "let_through": round(float(np.mean(held_out[right == 0] >= threshold)), 3),
        },
    }


def _weights(seen: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    names = seen.shape[1] - 1
    ridge = np.diag([_RIDGE] * names + [0.0])
    # Cosines lie within a tenth of one another: their weights have to be large.
    centre, spread = seen[:, :-1].mean(axis=0), seen[:, :-1].std(axis=0) + 1e-6
    scaled = np.hstack([(seen[:, :-1] - centre) / spread, seen[:, -1:]])
    weights = np.zeros(names + 1)
    for _ in range(_ROUNDS):
        likely = _chances(scaled, weights)
        slope = scaled.T @ (likely - right) + ridge @ weights
        bend = (scaled.T * (likely * (1 - likely) + 1e-9)) @ scaled + ridge
        weights -= np.linalg.solve(bend, slope)
    plain = weights[:-1] / spread
    return np.append(plain, weights[-1] - float(plain @ centre))


def _chances(seen: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(seen @ weights, -30, 30))))


def calibration_error(chances: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Return the expected calibration error in ten bins."""
    bins = np.minimum((chances * 10).astype(int), 9)
    off = [
        abs(float(chances[bins == b].mean() - right[bins == b].mean())) * float(np.mean(bins == b))
        for b in range(10)
        if (bins == b).any()
    ]
    return sum(off)
