"""How well the check tells supported sentences from subtly wrong ones, on labelled pairs.

``python -m evals.bench.support --models DIR`` reads ``evals/labelled/support.jsonl``: sentences
beside the passage that they cite, of which the supported ones say the same in other words, the
subtle ones differ in one small thing, and the unsupported ones are of the same subject and stand
nowhere. It prints, per language and half, precision and recall of what the check holds back, and
how many supported sentences it holds back wrongly. ``report3`` was written last, from other
trades, before the rules were mended for the last time, and is what to believe: the mistakes of
``report`` and ``report2`` were read since, rules were mended after them, and the weights across
languages are fitted on them.

``--derive`` writes the derived pairs anew from the written ones: one row for each small change
(``evals/bench/support_derived.py``). ``--fit`` prints weights fitted on ``fit`` (across languages
on all but ``report3``), for ``answer/checking/weights.json``. ``--wrong`` lists what of those is
judged wrongly.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from answer.checking.judge import Judge, Verdict
from answer.extractive.vectors import VectorCache
from core.types import Citation
from evals.bench.support_derived import Derived, changed, same

PAIRS = Path(__file__).parents[1] / "labelled" / "support.jsonl"
_WRITTEN = "written"
HALVES = ("fit", "report")
BLIND = "report3"
"""Pairs written later, in other domains, by who did not look at what the check makes of them."""
DEVELOPED = (*HALVES, "report2")
"""The halves whose mistakes were read; rules were mended and weights fitted on them."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence, the passage it cites, and whether that supports it."""

    id: str
    language: str
    """Of the passage."""
    said_in: str
    """Language of the sentence."""
    half: str
    title: str
    heading: str
    passage: str
    sentence: str
    label: str
    """supported, unsupported or subtle."""
    derived: str
    """written, or how it was made from a written one."""
    how: str

    @property
    def group(self) -> str:
        """zh and en, or passage>sentence across languages."""
        return self.language if self.language == self.said_in else f"{self.language}>{self.said_in}"


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    """Return the labelled pairs."""
    return [Pair(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def derive(written: Sequence[Pair]) -> list[Pair]:
    """Return the pairs made from the supported ones among the written, each with its change."""
    made: list[Pair] = []
    for number, pair in enumerate(written):
        if pair.label != "supported" or pair.half not in HALVES:
            continue
        held = f"{pair.title} {pair.heading} {pair.passage}"
        seen: list[Derived] = list(changed(pair.sentence, held))
        if pair.language == pair.said_in:
            seen.append(same(pair.sentence, number))
        for i, item in enumerate(seen, 1):
            made.append(
                Pair(
                    **{
                        **_row(pair),
                        "id": f"{pair.id}-d{i}",
                        "sentence": item.text,
                        "label": item.label,
                        "derived": f"{item.how}: {item.shown}",
                        "how": item.how,
                    }
                )
            )
    return made


def _row(pair: Pair) -> dict[str, Any]:
    return {name: getattr(pair, name) for name in Pair.__dataclass_fields__}


def cited(title: str, heading: str, passage: str) -> list[Citation]:
    """Return a passage as what a sentence cites."""
    headings = (heading,) if heading else ()
    return [Citation(1, "d", "v", title, headings, None, "c", passage, 0, len(passage))]


def judged(pairs: Sequence[Pair], judge: Judge) -> list[tuple[Pair, Verdict]]:
    """Return what the check makes of each pair."""
    return [
        (pair, judge.judge(pair.sentence, cited(pair.title, pair.heading, pair.passage)))
        for pair in pairs
    ]


def report(found: Sequence[tuple[Pair, Verdict]]) -> Iterator[dict[str, Any]]:
    """Yield the measurements by language and half, and recall for each kind of change."""
    groups = dict.fromkeys(pair.group for pair, _ in found)
    for group in groups:
        for half in (*DEVELOPED, BLIND):
            ours = [(p, v) for p, v in found if (p.group, p.half) == (group, half)]
            if not ours:
                continue
            yield {"pairs": group, "half": half, **_measured(ours)}


def _measured(found: Sequence[tuple[Pair, Verdict]]) -> dict[str, Any]:
    held = {
        label: [v.finding is not None for p, v in found if p.label == label]
        for label in ("supported", "subtle", "unsupported")
    }
    wrongly, rightly = sum(held["supported"]), sum(held["subtle"])
    kinds = sorted({p.how for p, v in found if p.label != "supported" and v.finding is None})
    brier = [(v.support - (p.label == "supported")) ** 2 for p, v in found]
    return {
        "supported": len(held["supported"]),
        "subtle": len(held["subtle"]),
        "unsupported": len(held["unsupported"]),
        "precision": round(rightly / max(1, rightly + wrongly), 3),
        "recall": round(rightly / max(1, len(held["subtle"])), 3),
        "unsupported_held_back": round(
            sum(held["unsupported"]) / max(1, len(held["unsupported"])), 3
        ),
        "false_rejections": round(wrongly / max(1, len(held["supported"])), 3),
        "brier": round(sum(brier) / max(1, len(brier)), 3),
        "let_through": kinds,
    }


def main() -> None:
    """Print the measurements as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, help="folder of embedding models")
    parser.add_argument("--derive", action="store_true", help="write the derived pairs anew")
    parser.add_argument("--fit", action="store_true", help="fit the weights and print them")
    parser.add_argument("--wrong", action="store_true", help="list what is judged wrongly")
    given = parser.parse_args()
    pairs = read_pairs()
    if given.derive:
        written = [pair for pair in pairs if pair.derived == _WRITTEN]
        pairs = [*written, *derive(written)]
        lines = [json.dumps(_row(pair), ensure_ascii=False) + "\n" for pair in pairs]
        PAIRS.write_text("".join(lines), encoding="utf-8")
    judge = Judge(_vectors(given.models))
    if given.fit:
        from evals.bench.support_fit import fit

        print(json.dumps(fit([p for p in pairs if p.half in DEVELOPED], judge), indent=1))
        return
    found = judged(pairs, judge)
    for line in report(found):
        print(json.dumps(line, ensure_ascii=False))
    if given.wrong:
        for pair, verdict in found:
            if pair.half in DEVELOPED and (verdict.finding is None) != (pair.label == "supported"):
                reason = verdict.finding.reason if verdict.finding else "-"
                print(pair.id, pair.label, pair.how, reason, verdict.support, pair.sentence)


def _vectors(models: Path | None) -> VectorCache | None:
    if models is None:
        return None
    from retrieval.embedding import load_embedder

    return VectorCache(load_embedder(models))


if __name__ == "__main__":
    main()
