"""Precision and recall of what is found between documents, by kind and language.

``python -m evals.bench.conflicts`` runs over ``evals/labelled/conflicts.jsonl``: pairs of passages,
each made by hand from one statement, with how the other was derived from it. All left passages
of a language make one document and all right ones another, so that whatever is found between
passages that do not belong together counts against precision too. Rules are mended on the half
``fit``; the half ``report`` says how good they are. ``--json`` prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.types import Chunk
from corpus.overlap import Finding, FindingKind, Subject, contradictions, duplicates
from corpus.overlap.meaning import Meaning
from corpus.overlap.sketches import banded, sketch
from retrieval.embedding.base import Embedder

CASES = Path(__file__).parents[1] / "labelled" / "conflicts.jsonl"
LANGUAGES = ("zh", "en", "zh-en")
_AGREE = frozenset({"paraphrase_same", "equal_unit", "agree"})
"""Kinds that say the same; that they stand twice may be told, but not that they clash."""
_NEAR = 5

Case = dict[str, Any]


def read_cases(half: str = "", path: Path = CASES) -> list[Case]:
    """Return the pairs of one half, or all of them."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [case for case in map(json.loads, lines) if half in ("", case["half"])]


def measure(embedder: Embedder, half: str) -> dict[str, Any]:
    """Return precision and recall of one half by language and by kind, and what went wrong."""
    counted: Counter[tuple[str, str, str]] = Counter()
    wrong: list[dict[str, str]] = []
    for language in LANGUAGES:
        cases = [case for case in read_cases(half) if case["language"] == language]
        told = _told(cases, find(cases, embedder))
        for case in cases:
            _judge(case, told.pop((case["id"], case["id"]), set()), counted, wrong)
        for one, other in told:
            counted["strangers", language, "false"] += 1
            wrong.append({"id": f"{one} / {other}", "found": "strangers"})
    return {"half": half, **_summed(counted), "wrong": wrong}


def find(cases: Sequence[Case], embedder: Embedder) -> list[Finding]:
    """Compare the left passages as one document with the right ones as another."""
    left, right = _subject(cases, "left"), _subject(cases, "right")
    texts = [[chunk.text for chunk in side.chunks] for side in (left, right)]
    rows = [(here, there) for here, _, there in banded(sketch(texts[0]), {"": sketch(texts[1])})]
    meaning = Meaning(embedder.embed_passages, _near_chunks(left, right, embedder))
    return [*duplicates(left, right, rows), *contradictions(left, right, meaning=meaning)]


def _near_chunks(left: Subject, right: Subject, embedder: Embedder) -> set[tuple[str, str]]:
    """The pairs of chunks that a search among the right ones finds for the left ones."""
    ones, others = (
        embedder.embed_passages([chunk.embedding_text() for chunk in side.chunks])
        for side in (left, right)
    )
    found = set()
    for row, scores in enumerate(ones @ others.T):
        for column in scores.argsort()[::-1][:_NEAR]:
            found.add((left.chunks[row].id, right.chunks[int(column)].id))
    return found


def _subject(cases: Sequence[Case], side: str) -> Subject:
    chunks = [
        Chunk(
            f"{side} {case['id']}",
            side,
            side,
            ordinal,
            case[side]["text"],
            headings=(case[side]["heading"],),
            title="",
            language=_language(case[side]["text"]),
        )
        for ordinal, case in enumerate(cases)
    ]
    return Subject(chunks)


def _language(text: str) -> str:
    return "zh" if any("\u4e00" <= letter <= "\u9fff" for letter in text) else "en"


def _told(
    cases: Sequence[Case], findings: Sequence[Finding]
) -> dict[tuple[str, str], set[FindingKind]]:
    del cases
    told: dict[tuple[str, str], set[FindingKind]] = {}
    for finding in findings:
        pair = tuple(side.chunk_id.split()[1] for side in (finding.left, finding.right))
        told.setdefault((pair[0], pair[1]), set()).add(finding.kind)
    return told


def _judge(
    case: Case,
    kinds: set[FindingKind],
    counted: Counter[tuple[str, str, str]],
    wrong: list[dict[str, str]],
) -> None:
    """Count one pair as right, missed or false."""
    if case["kind"] in _AGREE:
        kinds = kinds - {FindingKind.DUPLICATE}
    wanted = set() if case["expect"] == "none" else {FindingKind(case["expect"])}
    outcomes = [
        *("right" for _ in kinds & wanted),
        *("missed" for _ in wanted - kinds),
        *("false" for _ in kinds - wanted),
        *(["quiet"] if not kinds and not wanted else []),
    ]
    for outcome in outcomes:
        counted[case["kind"], case["language"], outcome] += 1
    if kinds != wanted:
        wrong.append({"id": case["id"], "found": ", ".join(sorted(kinds)) or "nothing"})


def _summed(counted: Counter[tuple[str, str, str]]) -> dict[str, Any]:
    def over(kind: str = "", language: str = "") -> dict[str, Any]:
        sums = Counter[str]()
        for (k, lang, outcome), count in counted.items():
            if kind in ("", k) and language in ("", lang):
                sums[outcome] += count
        said, wanted = sums["right"] + sums["false"], sums["right"] + sums["missed"]
        return {
            "precision": round(sums["right"] / said, 3) if said else None,
            "recall": round(sums["right"] / wanted, 3) if wanted else None,
            **{name: sums[name] for name in ("right", "missed", "false", "quiet")},
        }

    kinds = sorted({kind for kind, _, _ in counted})
    return {
        "all": over(),
        "languages": {name: over(language=name) for name in LANGUAGES},
        "kinds": {
            kind: {name: over(kind, name) for name in LANGUAGES if _has(counted, kind, name)}
            for kind in kinds
        },
    }


def _has(counted: Counter[tuple[str, str, str]], kind: str, language: str) -> bool:
    return any(k == kind and lang == language for k, lang, _ in counted)


def main() -> None:
    """Measure and print."""
    from retrieval.embedding import load_embedder

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path(".models"))
    parser.add_argument("--half", choices=("fit", "report"), default="report")
    parser.add_argument("--json", action="store_true", help="one JSON object and nothing else")
    parser.add_argument("--wrong", action="store_true", help="name the pairs that went wrong")
    chosen = parser.parse_args()
    found = measure(load_embedder(chosen.models), chosen.half)
    if chosen.json:
        print(json.dumps(found))
        return
    print(
        f"{'kind':18}{'language':10}{'precision':>10}{'recall':>8}{'right/missed/false/quiet':>28}"
    )
    for kind, by_language in found["kinds"].items():
        for language, sums in by_language.items():
            print(_line(kind, language, sums))
    for language, sums in found["languages"].items():
        print(_line("all", language, sums))
    print(_line("all", "all", found["all"]))
    for one in found["wrong"] if chosen.wrong else ():
        print(f"{one['id']}: {one['found']}")


def _line(kind: str, language: str, sums: dict[str, Any]) -> str:
    rates = ["-" if sums[name] is None else f"{sums[name]:.2f}" for name in ("precision", "recall")]
    counts = "/".join(str(sums[name]) for name in ("right", "missed", "false", "quiet"))
    return f"{kind:18}{language:10}{rates[0]:>10}{rates[1]:>8}{counts:>28}"


if __name__ == "__main__":
    main()
