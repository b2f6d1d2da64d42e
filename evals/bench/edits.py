"""How often the sort of an edit is read as people say it is, by sort and language.

``python -m evals.bench.edits`` runs over ``evals/labelled/edits.jsonl``: drafts, each with what an
agent made of it and the gravest thing that was wrong. Rules are mended on the half ``fit``; the
half ``report`` says how good they are: 0.85 when it was first read, 0.88 now (of 34). ``--json``
prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from answer.extractive.vectors import VectorCache
from evals.feedback.sorting import sort_edit
from evals.feedback.sorts import Sort

EDITS = Path(__file__).parents[1] / "labelled" / "edits.jsonl"
LANGUAGES = ("zh", "en")

Edit = dict[str, str]


def read_edits(half: str = "", path: Path = EDITS) -> list[Edit]:
    """Return the edits of one half, or all of them."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [edit for edit in map(json.loads, lines) if half in ("", edit["half"])]


def measure(half: str, vectors: VectorCache | None = None) -> dict[str, Any]:
    """Return the share read right by sort and language, and what was read otherwise."""
    counted: Counter[tuple[str, str, bool]] = Counter()
    wrong: list[dict[str, str]] = []
    among = 0
    edits = read_edits(half)
    for edit in edits:
        read = sort_edit(edit["before"], edit["after"], channel=edit["channel"], vectors=vectors)
        right = read.sort == edit["sort"]
        counted[edit["sort"], edit["language"], right] += 1
        among += edit["sort"] in read.sorts
        if not right:
            said = " ".join(f"{s.sort.value}({s.before}|{s.after})" for s in read.shown)
            wrong.append({"id": edit["id"], "wanted": edit["sort"], "read": said})
    return {
        "half": half,
        "edits": len(edits),
        "accuracy": _share(counted),
        "among": round(among / len(edits), 3),
        "languages": {name: _share(counted, language=name) for name in LANGUAGES},
        "sorts": {sort.value: _share(counted, sort.value) for sort in Sort},
        "wrong": wrong,
    }


def _share(
    counted: Counter[tuple[str, str, bool]], sort: str = "", language: str = ""
) -> float | None:
    sums: Counter[bool] = Counter()
    for (name, said, right), count in counted.items():
        if sort in ("", name) and language in ("", said):
            sums[right] += count
    whole = sums[True] + sums[False]
    return round(sums[True] / whole, 3) if whole else None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, help="folder of the embedder; without, words alone")
    parser.add_argument("--half", choices=("fit", "report"), default="report")
    parser.add_argument("--json", action="store_true", help="one JSON object and nothing else")
    parser.add_argument("--wrong", action="store_true", help="show the edits that were misread")
    chosen = parser.parse_args()
    vectors = None
    if chosen.models:
        from retrieval.embedding import load_embedder

        vectors = VectorCache(load_embedder(chosen.models))
    found = measure(chosen.half, vectors)
    if chosen.json:
        print(json.dumps(found, ensure_ascii=False))
        return
    print(f"{found['edits']} edits, {found['accuracy']:.3f} right, {found['among']:.3f} among all")
    for name, share in {**found["languages"], **found["sorts"]}.items():
        print(f"{name:15}{share}")
    if chosen.wrong:
        for one in found["wrong"]:
            print(one["id"], one["wanted"], "<-", one["read"])


if __name__ == "__main__":
    main()
