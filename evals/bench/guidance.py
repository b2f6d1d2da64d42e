"""How well steps are ticked from what was said: ``python -m evals.bench.guidance``.

Over the labelled conversations of ``evals/labelled/guidance.jsonl``: of the ticks that were set,
how many are right, and of those that should be, how many were set, for lines that the weights
were chosen on (odd) and those that they were not (even). A tick set in vain, or whose failure is
told wrongly, counts as wrong.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from answer.extractive.units import Unit, chunk_units
from answer.extractive.vectors import VectorCache
from answer.guidance.ticking import ticks_of
from answer.guidance.types import GuardedStep, Procedure
from answer.guidance.words import words_of
from answer.record import Found
from answer.rules.house import ShippedRules
from core.types import Chunk, ChunkKind, Turn
from retrieval.embedding import load_embedder

LABELLED = Path(__file__).parents[1] / "labelled" / "guidance.jsonl"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A conversation beside a procedure, and which steps it covers how."""

    id: str
    language: str
    procedure: Procedure
    turns: tuple[Turn, ...]
    recorded: dict[str, Found]
    ticks: dict[int, str]

    @property
    def pairs(self) -> int:
        """How many pairs of a step and a turn it holds."""
        return len(self.procedure.steps) * len(self.turns)


def labelled(path: Path = LABELLED) -> list[Labelled]:
    """Return the labelled conversations."""
    return [_read(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def ticked(case: Labelled, vectors: VectorCache) -> dict[int, str]:
    """Return which steps are ticked, and how: as in the labels."""
    words = words_of(ShippedRules().current("guidance"))
    ticks = ticks_of(case.procedure, case.turns, words, vectors, case.recorded)
    return {
        n: "failed" if ticks[step.key].failed else ticks[step.key].how
        for n, step in enumerate(case.procedure.steps)
        if step.key in ticks
    }


def measured(cases: list[Labelled], vectors: VectorCache) -> dict[str, Any]:
    """Return precision and recall over some cases, and what went wrong."""
    counts: Counter[str] = Counter()
    wrong = []
    for case in cases:
        found = ticked(case, vectors)
        right = sum(case.ticks.get(n) == how for n, how in found.items())
        counts.update(found=len(found), right=right, wanted=len(case.ticks), pairs=case.pairs)
        if found != case.ticks:
            wrong.append({"id": case.id, "found": found, "wanted": case.ticks})
    return {
        "pairs": counts["pairs"],
        "ticks": counts["wanted"],
        "precision": counts["right"] / max(1, counts["found"]),
        "recall": counts["right"] / max(1, counts["wanted"]),
        "wrong": wrong,
    }


def main() -> None:
    """Print the measures as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--models", type=Path, default=Path(".models"))
    given = arguments.parse_args()
    vectors = VectorCache(load_embedder(given.models))
    cases = labelled()
    for name, some in _parts(cases):
        print(json.dumps({"part": name, **measured(some, vectors)}, ensure_ascii=False))


def _parts(cases: list[Labelled]) -> Iterator[tuple[str, list[Labelled]]]:
    yield "chosen on (odd lines)", cases[::2]
    yield "held out (even lines)", cases[1::2]
    for language in sorted({case.language for case in cases}):
        yield language, [case for case in cases if case.language == language]
    yield "all", cases


def _read(row: dict[str, Any]) -> Labelled:
    text = "\n".join(f"{n}. {step}" for n, step in enumerate(row["steps"], start=1))
    chunk = Chunk(
        f"chk_{row['id']}",
        "doc_labelled",
        "ver_labelled",
        0,
        text,
        "",
        kind=ChunkKind.PROCEDURE,
        audience=row["audience"],
    )
    steps = tuple(_step(unit) for unit in chunk_units(chunk))
    turns = tuple(Turn(turn["role"], turn["text"]) for turn in row["turns"])
    recorded = {name: Found(value, 0, value, 0, 0) for name, value in row["recorded"].items()}
    ticks = {int(n): how for n, how in row["ticks"].items()}
    return Labelled(
        row["id"], row["language"], Procedure(row["id"], chunk, steps), turns, recorded, ticks
    )


def _step(unit: Unit) -> GuardedStep:
    return GuardedStep(f"{unit.chunk.id}:{unit.index}", unit)


if __name__ == "__main__":
    main()
