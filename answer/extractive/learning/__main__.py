"""Learns the reader: ``python -m answer.extractive.learning --data DIR --models DIR``.

Takes about a quarter of an hour on two cores and 3 GB; what was learnt is written after each
epoch. Afterwards fit what weighs it: ``python -m answer.extractive.fit`` and
``python -m evals.bench.refusal_fit``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from answer.extractive.learning.course import Learnt, ReaderPlan, learn
from answer.extractive.learning.lessons import lessons
from answer.extractive.packing import LEARNT_ROOM
from answer.extractive.reader import save_reader
from core.errors import CiteDeskError, ModelInvalid

_READERS = Path(__file__).parent.parent / "readers"


def main() -> int:
    """Read the command line, learn and write; return the exit code."""
    given = _parser().parse_args()
    try:
        return _learn(given)
    except CiteDeskError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _learn(given: argparse.Namespace) -> int:
    import torch

    from retrieval.embedding import load_embedder

    torch.set_num_threads(given.threads)
    embedder: Any = load_embedder(given.models)
    layers = embedder.layers()
    if layers is None:
        raise ModelInvalid("The embedding model is no BERT.", "Name the default model.")
    plan = ReaderPlan(epochs=given.epochs)
    learnt_from = list(lessons(given.data, layers.pieces, layers.marks, LEARNT_ROOM, plan.seed))
    sys.stdout.write(f"{len(learnt_from)} lessons\n")

    def keep(learnt: Learnt) -> None:
        save_reader(
            given.out / f"{embedder.fingerprint}.npz",
            tensors_of(learnt.above, learnt.head),
            plan.below,
            embedder.fingerprint,
        )
        sys.stdout.write(f"loss {' '.join(f'{loss:.3f}' for loss in learnt.losses)}\n")
        sys.stdout.flush()

    learn(layers, learnt_from, plan, keep)
    return 0


def tensors_of(above: Any, head: Any) -> dict[str, Any]:
    """Return what was learnt by name, as it is written."""
    named = {**above.state_dict(), **{f"head.{n}": t for n, t in head.state_dict().items()}}
    return {name: tensor.detach().float().numpy() for name, tensor in named.items()}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="answer.extractive.learning", description=__doc__)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="a folder of sets in BEIR layout")
    add("--models", type=Path, default=Path(".models"), help="where the model is unpacked")
    add("--epochs", type=int, default=ReaderPlan().epochs)
    add("--threads", type=int, default=2)
    add("--out", type=Path, default=_READERS, help="where it is written (default: the package)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
