"""Whether a search's confidence can be believed, and the fit of what reckons it.

``python -m evals.bench.confidence --data DIR`` asks the first 400 queries of every set twice: once
with the answers to half of them taken out of the corpus, once with those to the other half. What
should come true is that one of the best ten passages answers. Printed are the expected calibration
error of each set and of all together, and a reliability diagram. "By chance" is the error that few
cases make even of probabilities that are right; "left out" is that of weights which were fitted to
the other families of sets alone. ``--fit`` first fits ``confidence.json`` to
the queries after the first 400, and never to another.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.bench.beir import Question, RetrievalSet, read_set
from evals.bench.remembered import RememberingEmbedder
from evals.bench.retrieval import Configuration, configurations
from evals.bench.whole import Whole, whole
from evals.bench.withheld import withhold
from evals.calibration import (
    brier_score,
    expected_calibration_error,
    reliability,
    reliability_table,
)
from retrieval.confidence import LIKENESS, LOOKED_AT, Confidence, Line, default_confidence
from retrieval.embedding.base import Embedder

WEIGHTS = Path(__file__).parents[2] / "retrieval" / "confidence.json"
REPORTED = 400
"""The first so many queries of a set are reported and never fitted to."""
_DECAY = 20.0
"""How strongly weights are held near 0, in units of one case each."""
_STEPS = 30
_SEED, _DRAWS = 20240501, 200
_OF_LIKENESS = (LIKENESS, "likeness_most", "likeness_ahead")


@dataclass(frozen=True, slots=True)
class Row:
    """One search: what it knew at its end, and whether it had found an answer."""

    name: str
    """The set."""
    fitting: bool
    """Whether weights may be fitted to it; else it is reported."""
    answerable: bool
    found: bool
    signs: Mapping[str, float]

    @property
    def family(self) -> str:
        """The sets that share texts with this one go by one name."""
        return self.name.split("_")[0].split(" ")[0]


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is asked of every set."""

    reported: int = REPORTED
    fitted: int = REPORTED
    """Queries after the first 400."""
    draws: int = 2
    """1 where the answers to one half alone are taken out."""


def gather(
    chosen: Sequence[Configuration], embedder: Embedder, known: Sequence[str], amount: Amount
) -> Iterator[Row]:
    """Ask every configuration's first queries, which are reported, and later ones of known sets."""
    for _, group in groupby(sorted(chosen, key=lambda c: c.corpus), key=lambda c: c.corpus):
        members = list(group)
        passages = read_set(members[0].queries, members[0].corpus).passages
        with whole(passages, embedder) as corpus:
            for one in members:
                print(one.name, file=sys.stderr)
                data = read_set(one.queries, one.corpus, amount.reported)
                yield from _asked(one.name, data, corpus, amount.draws, fitting=False)
                if one.name in known:
                    later = read_set(one.queries, one.corpus, amount.fitted, REPORTED)
                    yield from _asked(one.name, later, corpus, amount.draws, fitting=True)


def _asked(
    name: str, data: RetrievalSet, corpus: Whole, draws: int, *, fitting: bool
) -> Iterator[Row]:
    every = frozenset(question.id for question in data.questions)
    _, half = withhold(data)
    for lost in (half, every - half)[:draws]:
        gone = {corpus.versions[p] for query in lost for p in _gold(data, query)}
        corpus.live.without(gone)
        for question in data.questions:
            found, signs = _searched_for(name, data, question, corpus)
            yield Row(name, fitting, question.id not in lost, found, signs)
    corpus.live.without(())


def _searched_for(
    name: str, data: RetrievalSet, question: Question, corpus: Whole
) -> tuple[bool, Mapping[str, float]]:
    evidence = corpus.search(question, LOOKED_AT)
    passages = corpus.passages([hit.chunk.id for hit in evidence.hits])
    found = not _gold(data, question.id).isdisjoint(passages)
    assert evidence.explanation is not None, name
    return found, dict(evidence.explanation.signs)


def _gold(data: RetrievalSet, query: str) -> set[str]:
    return {passage for passage, grade in data.relevance[query].items() if grade > 0}


def fitted(rows: Sequence[Row], names: Sequence[str]) -> Line:
    """Return the logistic model of some signs; every family of sets weighs the same."""
    values = np.array([[row.signs.get(name, 0.0) for name in names] for row in rows])
    centre, spread = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    inputs = np.column_stack([(values - centre) / spread, np.ones(len(rows))])
    outcomes = np.array([float(row.found) for row in rows])
    line = _newton(inputs, outcomes, _shares(rows))
    weights = line[:-1] / spread
    return Line(
        round(float(line[-1] - weights @ centre), 4),
        {name: round(float(w), 4) for name, w in zip(names, weights, strict=True)},
    )


def _shares(rows: Sequence[Row]) -> NDArray[np.float64]:
    families = [row.family for row in rows]
    sizes = {family: families.count(family) for family in set(families)}
    return np.array([len(rows) / len(sizes) / sizes[family] for family in families])


def _newton(
    inputs: NDArray[np.float64], outcomes: NDArray[np.float64], shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weighted logistic regression with ridge, by Newton's steps; the last column is free."""
    held = np.full(inputs.shape[1], _DECAY)
    held[-1] = 0.0
    line = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        likely = 1.0 / (1.0 + np.exp(-inputs @ line))
        slope = inputs.T @ (shares * (likely - outcomes)) + held * line
        bend = (inputs * (shares * likely * (1.0 - likely))[:, None]).T @ inputs
        line = line - np.linalg.solve(bend + np.diag(held + 1e-9), slope)
    return line


def fit(rows: Sequence[Row]) -> Confidence:
    """Return the models of searches without and with late interaction."""
    names = sorted({name for row in rows for name in row.signs})
    plain = fitted(rows, [name for name in names if name not in _OF_LIKENESS])
    looked = [row for row in rows if LIKENESS in row.signs]
    return Confidence(plain, fitted(looked, names) if looked else None)


def report(rows: Sequence[Row], model: Confidence) -> str:
    """Return the errors of every set and of all, and the diagram of all known sets, in Markdown."""
    heads = "set | cases | answered | error, equal mass | equal width | by chance | Brier"
    lines = [f"| {heads} | of a constant | left out |", "|---" * 9 + "|"]
    reported = [row for row in rows if not row.fitting]
    known = {row.name for row in rows if row.fitting}
    within = [row for row in reported if row.name in known]
    others = _left_out(rows)
    for name, members in _by_name(reported):
        lines.append(_line(name, members, model, others.get(members[0].family)))
    lines.append(_line("all the known", within or reported, model, None))
    said, came = _stated(within or reported, model)
    table = reliability_table(reliability(said, came, equal_mass=True))
    return "\n".join([*lines, "", table])


def _left_out(rows: Sequence[Row]) -> dict[str, Confidence]:
    """For each family the models that were fitted without it."""
    fitting = [row for row in rows if row.fitting]
    families = {row.family for row in fitting}
    if len(families) < 2:
        return {}
    return {f: fit([row for row in fitting if row.family != f]) for f in families}


def _line(name: str, rows: Sequence[Row], model: Confidence, other: Confidence | None) -> str:
    said, came = _stated(rows, model)
    share = float(np.mean(came))
    cells = [name, str(len(rows)), f"{share:.3f}", f"{_error(said, came):.3f}"]
    cells += [f"{expected_calibration_error(said, came):.3f}", f"{_by_chance(said):.3f}"]
    cells += [f"{brier_score(said, came):.3f}"]
    cells += [f"{share * (1 - share):.3f}"]
    cells += [f"{_error(*_stated(rows, other)):.3f}" if other else ""]
    return f"| {' | '.join(cells)} |"


def _by_chance(said: Sequence[float]) -> float:
    """The error, with equal mass, that the same statements have where all of them are right."""
    chance = np.random.default_rng(_SEED)
    draws = chance.random((_DRAWS, len(said))) < np.array(said)
    return float(np.mean([_error(said, list(map(bool, draw))) for draw in draws]))


def _error(said: Sequence[float], came: Sequence[bool]) -> float:
    return expected_calibration_error(said, came, equal_mass=True)


def _stated(rows: Iterable[Row], model: Confidence) -> tuple[list[float], list[bool]]:
    members = list(rows)
    return [model.of(row.signs) for row in members], [row.found for row in members]


def _by_name(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    held: dict[str, list[Row]] = {}
    for row in rows:
        held.setdefault(row.name, []).append(row)
    return list(held.items())


def as_json(model: Confidence) -> dict[str, Any]:
    """Return the weights as they are kept."""
    return {"plain": asdict(model.plain), "looked": asdict(model.looked) if model.looked else None}


def _searched(options: argparse.Namespace) -> list[Row]:
    if options.rows and options.rows.exists():
        lines = options.rows.read_text(encoding="utf-8").splitlines()
        return [Row(**json.loads(line)) for line in lines]
    from retrieval.embedding import load_embedder

    embedder: Embedder = load_embedder(options.models)
    if options.cache:
        embedder = RememberingEmbedder(embedder, options.cache)
    known = [one.name for one in configurations(options.data, (), ())]
    chosen = configurations(options.data, options.also, ())
    amount = Amount(options.queries, options.fitted, options.draws)
    rows = list(gather(chosen, embedder, known, amount))
    if options.rows:
        lines = [json.dumps(asdict(row), ensure_ascii=False) for row in rows]
        options.rows.write_text("\n".join(lines), encoding="utf-8")
    return rows


def main() -> int:
    """Run and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with the known sets")
    parser.add_argument("--also", type=Path, nargs="*", default=[], help="further sets, reported")
    parser.add_argument("--fit", action="store_true", help="fit the weights and keep them")
    parser.add_argument("--queries", type=int, default=REPORTED, help="reported, of a set")
    parser.add_argument("--fitted", type=int, default=REPORTED, help="fitted to, of a set")
    parser.add_argument("--draws", type=int, default=2, choices=(1, 2))
    parser.add_argument("--cache", type=Path, help="folder that keeps vectors")
    parser.add_argument("--rows", type=Path, help="file that keeps what the searches found")
    parser.add_argument("--models", type=Path, default=Path(".models"))
    options = parser.parse_args()
    rows = _searched(options)
    model = default_confidence()
    if options.fit:
        model = fit([row for row in rows if row.fitting])
        WEIGHTS.write_text(json.dumps(as_json(model), indent=1) + "\n", encoding="utf-8")
    print(report(rows, model))
    return 0


if __name__ == "__main__":
    sys.exit(main())
