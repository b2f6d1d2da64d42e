"""How long a draft takes from the customer's message on, stage by stage.

``python -m evals.bench.answering FOLDER QUESTIONS --model --json OUT`` asks the questions of a
house that ``evals.bench.scale --keep`` has built (FOLDER is its folder of one size, QUESTIONS its
``questions.json``): understanding, triage, search, extractive draft and check, with the time until
the evidence can be shown. Each question is asked once, after a few others have warmed the house.
``--model`` also has the small real model write drafts to a few, and reports the time to its first
word and what the check of its sentences adds.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from answer.base import DRAFTERS, DrafterParts
from answer.engine import AnswerEngine
from answer.extractive.vectors import VectorCache
from answer.following import Follower
from answer.generative import checks
from answer.generative.endpoint import EndpointModel
from answer.generative.guard import Limits
from answer.triage import Triager
from core.types import INTERNAL, PUBLIC, Evidence, Turn
from evals.bench.scale_search import House, opened
from evals.bench.small_model import NAME, serving, small_model_file

_BOTH = (PUBLIC, INTERNAL)
_WARM = 10
_WRITTEN = 3
_PATIENCE_S = 120.0
_MEDIAN_MS, _P95_MS, _FIRST_MS, _CHECK_MS = 100.0, 250.0, 30.0, 150.0


class Clock(Follower):
    """Notes when a draft's stages were told."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = time.perf_counter()
        self.at: dict[str, float] = {}

    def evidence(self, evidence: Evidence) -> None:
        """Note when the evidence was there."""
        del evidence
        self._note("first evidence")

    def token(self, text: str) -> None:
        """Note when the model's first word was there."""
        del text
        self._note("first token")

    def sentence(self, text: str) -> None:
        """Note when the first checked sentence was there."""
        del text
        self._note("first sentence")

    def _note(self, name: str) -> None:
        self.at.setdefault(name, (time.perf_counter() - self.begun) * 1000)


def measure(house: House, questions: Sequence[str], *, model_url: str = "") -> dict[str, Any]:
    """Return milliseconds at the median and the 95th percentile, and which aims they meet."""
    engine = _engine(house, model_url)
    for question in questions[:_WARM]:
        _asked(engine, question, "extractive")
    drafts = [_asked(engine, question, "extractive") for question in questions[_WARM:]]
    times = _quantiles(drafts)
    report: dict[str, Any] = {
        "questions": len(drafts),
        "extractive_ms": times,
        "met": {
            f"draft median under {_MEDIAN_MS:g} ms": times["total"]["p50"] < _MEDIAN_MS,
            f"draft p95 under {_P95_MS:g} ms": times["total"]["p95"] < _P95_MS,
            f"first evidence median under {_FIRST_MS:g} ms": times["first evidence"]["p50"]
            < _FIRST_MS,
        },
    }
    if model_url:
        report |= _written(engine, questions[_WARM:])
        checked = report["model_ms"]["check of the model's sentences"]["p50"]
        report["met"][f"check of a model's draft under {_CHECK_MS:g} ms"] = checked < _CHECK_MS
    return report


def _engine(house: House, model_url: str) -> AnswerEngine:
    vectors = VectorCache(house.embedder)
    limits = Limits(timeout_s=_PATIENCE_S, first_token_s=_PATIENCE_S, most_tokens=120)
    model = EndpointModel(model_url, NAME, limits=limits) if model_url else None
    parts = DrafterParts(embedder=vectors, language_model=model)
    drafters = {name: make(parts) for name, make in DRAFTERS}
    return AnswerEngine(house.retriever, drafters, triager=Triager(vectors))


def _asked(engine: AnswerEngine, question: str, drafter: str) -> dict[str, float]:
    clock = Clock()
    draft, _ = engine.answer(
        [Turn("customer", question)],
        audiences=_BOTH,
        draft_id="bench",
        drafter=drafter,
        follower=clock,
    )
    return {**draft.timings_ms, **clock.at}


def _written(engine: AnswerEngine, questions: Sequence[str]) -> dict[str, Any]:
    """What a model's drafts took, of those questions that it was asked at all."""
    drafts: list[dict[str, float]] = []
    for question in questions:
        with _checking() as spent:
            found = _asked(engine, question, "generative")
        if "first token" in found:
            drafts.append({**found, "check of the model's sentences": sum(spent)})
        if len(drafts) == _WRITTEN:
            break
    return {"model_drafts": len(drafts), "model_ms": _quantiles(drafts)}


@contextmanager
def _checking() -> Iterator[list[float]]:
    """Collect the milliseconds that the check of a model's sentences takes, around the real one."""
    spent: list[float] = []
    real = checks.Checks._check

    def timed(self: checks.Checks, sentences: Any) -> None:
        begun = time.perf_counter()
        real(self, sentences)
        spent.append((time.perf_counter() - begun) * 1000)

    checks.Checks._check = timed  # type: ignore[method-assign]
    try:
        yield spent
    finally:
        checks.Checks._check = real  # type: ignore[method-assign]


def _quantiles(drafts: Sequence[dict[str, float]]) -> dict[str, dict[str, float]]:
    names = dict.fromkeys(name for draft in drafts for name in draft)
    return {
        name: {
            "p50": round(float(np.percentile(values, 50)), 1),
            "p95": round(float(np.percentile(values, 95)), 1),
        }
        for name in names
        for values in [[draft[name] for draft in drafts if name in draft]]
    }


def main() -> int:
    """Measure and print; the exit code is 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a house that evals.bench.scale has built")
    parser.add_argument("questions", type=Path, help="a JSON list of questions")
    parser.add_argument("--most", type=int, default=120, help="how many questions are asked")
    parser.add_argument("--models", type=Path, default=Path(".models"))
    parser.add_argument("--threads", type=int, default=0, help="of torch; 0 leaves it to torch")
    parser.add_argument("--model", action="store_true", help="also with the small real model")
    parser.add_argument("--json", type=Path, help="where the report is written")
    options = parser.parse_args()
    if options.threads:
        import torch

        torch.set_num_threads(options.threads)
    questions = json.loads(options.questions.read_text(encoding="utf-8"))[: options.most]
    with opened(options.folder, options.models) as house:
        weights = small_model_file() if options.model else None
        if weights is None:
            report = measure(house, questions)
        else:
            with serving(weights) as address:
                report = measure(house, questions, model_url=address)
    text = json.dumps(report, ensure_ascii=False, indent=2)
    if options.json:
        options.json.write_text(text, encoding="utf-8")
    print(text)
    return 0 if all(report["met"].values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
