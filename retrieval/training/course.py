"""The whole of it: learn, measure on what was held out, and write what the product ships.

Every part is learnt twice. First without the held-out queries, which then tell how well it went;
then with them, and that is what is written.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from core.ports import Progress
from retrieval.embedding.adapter import QueryAdapter, save_adapter
from retrieval.fusion import Weights, default_weights
from retrieval.interaction.model import LateInteraction, Tokens, save_interaction
from retrieval.training.adapter import AdapterPlan, dense_ndcg, learn_adapter
from retrieval.training.fusion import (
    Judged,
    by_direction,
    cross_validated,
    expected_error,
    fit_likelihood,
    fit_weights,
)
from retrieval.training.interaction import (
    InteractionPlan,
    interaction_scores,
    learn_interaction,
    lessons_of,
)
from retrieval.training.measure import mean, table
from retrieval.training.prepared import Posed, Prepared, candidates, weighed

PARTS = ("adapter", "interaction", "fusion")
ADAPTERS = Path("embedding", "adapters")
INTERACTIONS = Path("interaction", "weights")
FUSION = Path("fusion.json")
_START = {"dense": 2.0, "keyword": 6.0, "title": 5.0, "interaction": 22.0, "dense_spread": 0.03}
"""The weights that late interaction is learnt beside, and where the search begins."""
_FOLDS = 2
_TRIED = 150
"""So many queries of each direction and fold try the weights of the fusion."""
_LOOKED_AT = 30
_PLAIN_SPREAD = 0.015
"""The usual spread of the best cosines where no adapter moves the question."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is learnt, and how."""

    parts: tuple[str, ...] = PARTS
    adapter: AdapterPlan = field(default_factory=AdapterPlan)
    interaction: InteractionPlan = field(default_factory=InteractionPlan)


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """The learnt parts that rank together; a part that is not learnt is None."""

    adapter: QueryAdapter | None = None
    interaction: LateInteraction | None = None


class Course:
    """Learns the parts of a plan from prepared directions."""

    def __init__(
        self,
        directions: Sequence[Prepared],
        elsewhere: Sequence[Prepared],
        plan: Plan,
        say: Callable[[str], None],
        progress: Progress,
    ) -> None:
        self._directions = directions
        self._elsewhere = elsewhere
        self._plan = plan
        self._say = say
        self._progress = progress
        # Not what the last run found: a second run is to do what the first did.
        self._start = self._weights = replace(default_weights(), **_START)

    def run(self, out: Path, fingerprint: str) -> None:
        """Learn, report and write under a folder laid out as the package is."""
        tried = self._learn(self._directions, "without the held-out queries")
        if "fusion" in self._plan.parts:
            self._weights = self._fitted()
        self._report(tried)
        final = self._learn([one.holding_out(frozenset()) for one in self._directions], "for good")
        if final.adapter is not None and "adapter" in self._plan.parts:
            save_adapter(out / ADAPTERS / f"{fingerprint}.npz", final.adapter.matrix, fingerprint)
        if final.interaction is not None and "interaction" in self._plan.parts:
            save_interaction(
                out / INTERACTIONS / f"{fingerprint}.npz", final.interaction, fingerprint
            )
        if "fusion" in self._plan.parts:
            rounded = {name: float(f"{value:.3g}") for name, value in asdict(self._weights).items()}
            (out / FUSION).write_text(json.dumps(rounded, indent=2) + "\n", encoding="utf-8")

    def _learn(self, directions: Sequence[Prepared], what: str) -> Learnt:
        begun = time.monotonic()
        adapter = learn_adapter(directions, self._plan.adapter, self._progress)
        self._say(f"adapter {what}: {_count(directions)} queries, {_took(begun)}, "
                  f"loss {adapter.losses[0]:.3f} to {adapter.losses[-1]:.3f}")  # fmt: skip
        if self._plan.parts == ("adapter",):
            return Learnt(adapter.adapter)
        begun = time.monotonic()
        lessons = [
            lesson
            for one in directions
            for lesson in lessons_of(
                one,
                one.learnt,
                candidates(one, one.learnt, adapter.adapter, self._start),
                self._start,
            )
        ]
        learnt = learn_interaction(lessons, self._plan.interaction, self._progress)
        self._say(f"interaction {what}: {len(lessons)} queries, {_took(begun)}, "
                  f"loss {learnt.losses[0]:.3f} to {learnt.losses[-1]:.3f}, "
                  f"weight {learnt.weight:.1f} by its own account")  # fmt: skip
        return Learnt(adapter.adapter, learnt.model)

    def _fitted(self) -> Weights:
        judged: list[Judged] = []
        for fold in range(_FOLDS):
            parts = [one.holding_out(one.held | _fold(one, fold)) for one in self._directions]
            learnt = self._learn(parts, f"without fold {fold + 1} of {_FOLDS}")
            for part, whole in zip(parts, self._directions, strict=True):
                unseen = [query for query in whole.learnt if query.id in part.held]
                tried = sorted(unseen, key=lambda query: _dealt(query.id))[:_TRIED]
                judged += judge(part, tried, learnt, self._weights)
        crossed = cross_validated(judged, self._weights)
        weights = fit_weights(judged, self._weights, say=self._say)
        weights = fit_likelihood(judged, weights)
        before, after = by_direction(judged, self._weights), by_direction(judged, weights)
        self._say("Weights, on what the learnt parts had not seen:\n")
        self._say(table({"before": before, "fitted": after, "cross-validated": crossed}) + "\n")
        self._say(f"expected error of the likelihoods {expected_error(judged, weights):.3f}")
        self._say(json.dumps(asdict(weights)))
        return weights

    def _report(self, learnt: Learnt) -> None:
        for name, directions in (("held out", self._directions), ("elsewhere", self._elsewhere)):
            if any(one.held_out for one in directions):
                self._say(f"\n{name}:\n\n{table(self._columns(directions, learnt))}\n")

    def _columns(
        self, directions: Sequence[Prepared], learnt: Learnt
    ) -> Mapping[str, Mapping[str, float]]:
        plain = replace(self._weights, dense_spread=_PLAIN_SPREAD, interaction=0.0)
        moved = replace(self._weights, interaction=0.0)
        systems = {
            "fused": (Learnt(), plain),
            "fused, adapter": (Learnt(learnt.adapter), moved),
            "fused, adapter, interaction": (learnt, self._weights),
        }
        columns: dict[str, dict[str, float]] = {
            f"vectors{name}": {
                one.name: mean(dense_ndcg(one, one.held_out, adapter)) for one in directions
            }
            for name, adapter in (("", None), (", adapter", learnt.adapter))
        }
        for name, (parts, weights) in systems.items():
            if name.endswith("interaction") and parts.interaction is None:
                continue
            judged = [j for one in directions for j in judge(one, one.held_out, parts, weights)]
            columns[name] = by_direction(judged, weights)
        return columns


def judge(one: Prepared, posed: Sequence[Posed], learnt: Learnt, weights: Weights) -> list[Judged]:
    """Return what every part says of the candidates of some queries."""
    judged: list[Judged] = []
    tokens: dict[int, Tokens] = {}
    for query, found in zip(posed, candidates(one, posed, learnt.adapter, weights), strict=True):
        met = np.zeros(len(found.places), np.float32)
        if learnt.interaction is not None:
            looked = np.argsort(-weighed(found, weights), kind="stable")[:_LOOKED_AT]
            for place in map(int, found.places[looked]):
                if place not in tokens:
                    states = one.corpus.encoded.states(place).astype(np.float32)
                    tokens[place] = learnt.interaction.passage_tokens(states)
            met[looked] = interaction_scores(
                learnt.interaction, one, tokens, query, found.places[looked]
            )
        judged.append(Judged(one.name, one.corpus, query.grades, found.places, found.evidence, met))
    return judged


def _fold(one: Prepared, fold: int) -> frozenset[str]:
    """The ids of a fold: a question is in the same one in every language."""
    return frozenset(query.id for query in one.posed if _dealt(query.id) % _FOLDS == fold)


def _dealt(query_id: str) -> int:
    return zlib.crc32(query_id.encode())


def _count(directions: Sequence[Prepared]) -> int:
    return sum(len(one.learnt) for one in directions)


def _took(begun: float) -> str:
    return f"{time.monotonic() - begun:.0f} s"
