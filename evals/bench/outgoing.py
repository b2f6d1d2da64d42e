"""What of internal passages is found that is told in other words, and what is alarmed wrongly.

``python -m evals.bench.outgoing`` holds every second passage of ``evals/labelled/support.jsonl``
for internal and the others for public. A paraphrase of an internal passage is to be found, one of a
public passage and what customers say (``evals/labelled/triage.jsonl``) are not.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from answer.extractive.vectors import VectorCache
from answer.outgoing.likeness import comparable, nearest, told_again
from answer.outgoing.overlap import copied_from

_OWN = 150


def _rows(name: str) -> list[dict[str, Any]]:
    text = files("evals.labelled").joinpath(f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def measure(language: str, vectors: VectorCache) -> dict[str, str]:
    """Return what was found and alarmed in one language, each of how many."""
    rows = [row for row in _rows("support") if row["language"] == language == row["said_in"]]
    passages = sorted({row["passage"] for row in rows})
    closed, public = passages[::2], passages[1::2]
    told = [row for row in rows if (row["label"], row["how"]) == ("supported", "paraphrase")]
    internal = [row["sentence"] for row in told if row["passage"] in closed]
    known = [row["sentence"] for row in told if row["passage"] not in closed]
    own = [row["turns"][-1]["text"] for row in _rows("triage") if row["language"] == language]
    copied = sum(any(copied_from(said, text, public) for text in closed) for said in internal)
    return {
        "internal, by shared words": f"{copied}/{len(internal)}",
        "internal, by likeness": _alarms(internal, closed, public, vectors),
        "public, alarmed": _alarms(known, closed, public, vectors),
        "own words, alarmed": _alarms(own[:: max(1, len(own) // _OWN)], closed, public, vectors),
    }


def _alarms(
    said: Sequence[str], closed: Sequence[str], public: Sequence[str], vectors: VectorCache
) -> str:
    found = sum(
        comparable(one, vectors)
        and told_again(nearest(one, closed, vectors), nearest(one, public, vectors))
        for one in said
    )
    return f"{found}/{len(said)}"


def main() -> None:
    """Measure both languages and print."""
    from retrieval.embedding import load_embedder

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path(".models"))
    vectors = VectorCache(load_embedder(parser.parse_args().models))
    for language in ("zh", "en"):
        print(language, json.dumps(measure(language, vectors)))


if __name__ == "__main__":
    main()
