"""Trains the learnt parts of retrieval: ``python -m retrieval.training --data DIR --cache DIR``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import CiteDeskError
from retrieval.embedding import load_embedder
from retrieval.training.course import PARTS, Course, Plan
from retrieval.training.encoded import Encoder
from retrieval.training.interaction import InteractionPlan
from retrieval.training.prepared import prepare
from retrieval.training.sets import REPORTED, read_elsewhere, read_training

_PACKAGE = Path(__file__).parent.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, learn and write; return the exit code."""
    given = _parser().parse_args(arguments)
    try:
        embedder = load_embedder(given.models, given.model)
        encoder = Encoder(embedder, given.cache, _show)
        sets = read_training(given.data, given.skip_first, given.held_out, given.without)
        directions = prepare(sets, encoder, _show)
        elsewhere = prepare(read_elsewhere(given.also), encoder, _show)
        plan = Plan(
            tuple(part for part in PARTS if part in given.parts.split(",")),
            interaction=replace(InteractionPlan(), dimension=given.dimension, epochs=given.epochs),
        )
        Course(directions, elsewhere, plan, _say, _show).run(given.out, embedder.fingerprint)
    except CiteDeskError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m retrieval.training", description=__doc__)
    add, learnt = parser.add_argument, InteractionPlan()
    add("--data", type=Path, required=True, help="a folder of sets in BEIR layout")
    add("--cache", type=Path, required=True, help="where encoded texts are kept between runs")
    add("--parts", default=",".join(PARTS), help="what is learnt (default: all)")
    add("--skip-first", type=int, default=REPORTED, help="queries of each set that are reported")
    add("--held-out", type=int, default=200, help="queries after those that tell how well it went")
    add("--without", nargs="*", default=[], help="sets that are left out")
    add("--also", type=Path, nargs="*", default=[], help="other sets, to see what carries over")
    add("--dimension", type=int, default=learnt.dimension, help="numbers a token is stored as")
    add("--epochs", type=int, default=learnt.epochs, help="rounds of late interaction")
    add("--model", default="", help="the embedding model (default: the product's)")
    add("--models", type=Path, default=Path(".models"), help="where the model is unpacked")
    add("--out", type=Path, default=_PACKAGE, help="where it is written (default: the package)")
    return parser


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _show(stage: str, fraction: float) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{stage} {fraction:.0%}")


if __name__ == "__main__":
    sys.exit(main())
