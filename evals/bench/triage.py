"""How well triage tells messages apart, on labelled ones, per label.

``python -m evals.bench.triage --models DIR`` reads ``evals/labelled/triage.jsonl``, whose labels
``evals/labelled/README.md`` explains, and prints one JSON line for each way and thing told apart:
F1 of each label, their mean (macro), and for levels the quadratic kappa. The ways are ``rules``
(the cues alone), ``cross-validated`` (weights fitted on four fifths of the clusters of messages
and judged on the fifth) and ``held out`` (the weights that ship, or with ``--fit`` those fitted
now, on messages that neither rules nor weights were made from), and the same on ``blind``, later
messages of other domains again. What a complaint is about is judged on complaints. ``--fit``
writes the weights that come with the product.

Macro F1 as shipped, on the 144 lines held out and the 124 blind ones: kind 0.81 and 0.75, about
0.64 and 0.74, emotion 0.68 and 0.76, severity 0.67 and 0.66, emergency 0.69 and 0.73, needs 0.77
and 0.81. Half the spread of meaning gained 0.026 on the mean when cross-validated; thresholds for
each label lost 0.013, labels weighed together and words as features gained no more than 0.005.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from answer.rules.lexicon import load_rules
from answer.triage.cues import CueBook, cue_book
from answer.triage.features import HEADS, Seen, see, signals_of, without_cues
from answer.triage.heard import hear
from answer.triage.judging import NEEDS, SUBJECTS, judge
from answer.triage.model import TriageModel, default_model, save_model, together, weights_folder
from answer.triage.triager import QueryEmbedder, decided
from core.types import Turn
from evals.tuning.triage import Plan, fit_heads

LABELLED = Path(__file__).parents[1] / "labelled" / "triage.jsonl"
_FOLDS = 5
_LEVELS = ("severity", "emergency")
_JUDGED = {"held": "held out", "blind": "blind"}


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled conversation and what the product sees of it."""

    data: Mapping[str, Any]
    seen: Seen
    vector: Any

    @property
    def cluster(self) -> str:
        """What its domain is; lines of one domain are fitted or judged together."""
        return str(self.data["cluster"])

    def label(self, head: str) -> int:
        """Return the place of its label among those of a head; -1 where it has none."""
        if head in NEEDS:
            return int(head in self.data["needs"])
        said = self.data[head]
        return -1 if said is None else HEADS[head].index(str(said))


Judge = Callable[[Line], Mapping[str, int]]


def read_lines(embedder: QueryEmbedder, book: CueBook, path: Path = LABELLED) -> list[Line]:
    """Return the labelled conversations with what is seen of them."""
    lines = []
    for row in path.read_text(encoding="utf-8").splitlines():
        data = json.loads(row)
        heard = hear([Turn(turn["role"], turn["text"]) for turn in data["turns"]])
        lines.append(Line(data, see(book, heard), embedder.embed_query(heard.meaning)))
    return lines


def fitted(lines: Sequence[Line], book: CueBook, plan: Plan) -> TriageModel:
    """Return weights fitted on labelled lines, each once as it is and once without its cues.

    The rules were written beside these lines and find more in them than in others; what is said
    in words that no rule foresaw has to be told by its meaning.
    """
    cues = tuple(cue.name for cue in book.cues)
    centre = np.mean([line.vector for line in lines], 0).astype(np.float32)
    rows = np.stack(
        [
            together(signals_of(book, seen, cues), line.vector, centre, plan.spread)
            for bare in (False, True)
            for line in lines
            for seen in [without_cues(line.seen) if bare else line.seen]
        ]
    )
    labels = {head: [line.label(head) for line in lines] * 2 for head in HEADS}
    return TriageModel(cues, centre, plan.spread, fit_heads(rows, labels, plan.ridge))


def by_weights(model: TriageModel, book: CueBook) -> Judge:
    """Return what judges as the product does with these weights."""

    def judged(line: Line) -> Mapping[str, int]:
        likely = model.likely(book, line.seen, line.vector)
        best = decided(book, line.seen, likely)
        return {head: HEADS[head].index(label) for head, label in best.items()}

    return judged


def by_rules(book: CueBook) -> Judge:
    """Return what judges by the cues alone."""

    def judged(line: Line) -> Mapping[str, int]:
        seen = line.seen
        said = judge(book, seen.recent, seen.last, seen.marks)
        return {
            "kind": HEADS["kind"].index(said.kind),
            "about": SUBJECTS.index(said.about),
            "emotion": HEADS["emotion"].index(said.emotion),
            "severity": said.severity,
            "emergency": said.emergency,
            **{need: int(need in said.needs) for need in NEEDS},
        }

    return judged


def cross_validated(
    lines: Sequence[Line], book: CueBook, plan: Plan
) -> list[tuple[Line, Mapping[str, int]]]:
    """Return each line with what weights say that never saw its cluster."""
    clusters = sorted({line.cluster for line in lines})
    said = []
    for fold in range(_FOLDS):
        out = set(clusters[fold::_FOLDS])
        model = fitted([line for line in lines if line.cluster not in out], book, plan)
        judged = by_weights(model, book)
        said += [(line, judged(line)) for line in lines if line.cluster in out]
    return said


def report(way: str, said: Sequence[tuple[Line, Mapping[str, int]]]) -> Iterator[dict[str, Any]]:
    """Yield the measurements, one per thing told apart; the needs together."""
    for head in ("kind", "about", "emotion", *_LEVELS):
        pairs = [(line.label(head), best[head]) for line, best in said if line.label(head) >= 0]
        scores = {name: _f1(pairs, at) for at, name in enumerate(HEADS[head])}
        kappa = {"kappa": _kappa(pairs)} if head in _LEVELS else {}
        yield {**_row(way, head, len(pairs), scores), **kappa}
    needs = {n: _f1([(line.label(n), best[n]) for line, best in said], 1) for n in NEEDS}
    yield _row(way, "needs", len(said), needs)


def _row(way: str, head: str, lines: int, scores: Mapping[str, float]) -> dict[str, Any]:
    macro = round(sum(scores.values()) / len(scores), 3)
    return {"by": way, "of": head, "lines": lines, "macro_f1": macro, "f1": dict(scores)}


def _f1(pairs: Sequence[tuple[int, int]], label: int) -> float:
    right = sum(truth == said == label for truth, said in pairs)
    wrong = sum((truth == label) != (said == label) for truth, said in pairs)
    return round(2 * right / max(1, 2 * right + wrong), 3)


def _kappa(pairs: Sequence[tuple[int, int]]) -> float:
    """Cohen's kappa with quadratic weights: 1 is agreement, 0 is what chance gives."""
    seen = sum((truth - said) ** 2 for truth, said in pairs) / len(pairs)
    chance = np.mean([(truth - said) ** 2 for truth, _ in pairs for _, said in pairs])
    return round(float(1 - seen / chance), 3) if chance else 1.0


def main() -> None:
    """Print the measurements as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True, help="folder of embedding models")
    parser.add_argument("--fit", action="store_true", help="fit the weights anew and write them")
    given = parser.parse_args()
    from retrieval.embedding import load_embedder

    embedder = load_embedder(given.models)
    book, plan = cue_book(load_rules("triage.yaml")), Plan()
    lines = read_lines(embedder, book)
    ours = [line for line in lines if line.data["split"] == "fit"]
    model = fitted(ours, book, plan) if given.fit else default_model(embedder.fingerprint)
    rules = by_rules(book)
    rows = [*report("rules", [(line, rules(line)) for line in ours])]
    rows += report("cross-validated", cross_validated(ours, book, plan))
    for split, way in _JUDGED.items():
        own = [line for line in lines if line.data["split"] == split]
        rows += report(f"rules, {way}", [(line, rules(line)) for line in own])
        if model is not None:
            judged = by_weights(model, book)
            rows += report(way, [(line, judged(line)) for line in own])
    for row in rows:
        print(json.dumps(row))
    if given.fit and model is not None:
        save_model(weights_folder() / f"{embedder.fingerprint}.npz", model, embedder.fingerprint)


if __name__ == "__main__":
    main()
