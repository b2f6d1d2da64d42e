"""How much personal data is found, and how much is taken for it: on our own labelled sentences.

``python -m evals.bench.personal`` reads evals/labelled/personal.jsonl: sentences as customers and
agents write them, half of them Chinese, with what is personal in them by offsets, and sentences
full of numbers and names that are not. The recognisers were written on the part ``fit``.
The others are of other fields and styles; each was run once before anything was mended after it.
What that first run found, with the recognisers as the parts before had left them:

=========  =========  ======  =========  ====================================================
part       sentences  recall  precision
=========  =========  ======  =========  ====================================================
third            274   0.661      0.988
fourth           180   0.874      0.968  120 messages, 60 with numbers that are not personal
fifth             50   0.714      1.000  messages, meant to be hard
sixth             32   0.844      0.974  messages
=========  =========  ======  =========  ====================================================

The hand that wrote ``fourth`` to ``sixth`` knew the recognisers. What a run prints now is after the
mending: it says what holds, not how unseen sentences fare; of those nine in ten is a fair guess at
best. Presidio (presidio-analyzer 2.2.366) with its own patterns for English and no model for names,
which it would have to fetch, finds 0.223 of ``fourth`` with precision 0.870 (0.272 of the English
half; all its phone numbers, no names, addresses, plates or secrets).

Numbers that are let to firms alone (400, 800, 1-800, 0800) are nobody's own and count as wrong
when they are masked.

A piece counts as found when all of it is masked, whatever kind it was taken for; what is masked
counts as right when it touches a piece. ``--misses`` shows what went wrong, ``--folder`` counts
what is masked in the texts of a folder, such as public manuals, and shows a sample of it.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.personal import Personal, find

LABELLED = Path(__file__).parents[1] / "labelled" / "personal.jsonl"
PARTS = ("fit", "held-out", "third", "fourth", "fifth", "sixth")
_TEXTS = (".md", ".txt", ".rst", ".html")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and what is personal in it."""

    text: str
    language: str
    part: str
    spans: tuple[tuple[str, int, int], ...]
    """Kind, start and end."""


@dataclass
class Score:
    """What was found, and what was there."""

    there: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    """By the kind that it is."""
    masked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    """By the kind that it was taken for."""
    wrong: list[str] = field(default_factory=list)

    def add(self, sentence: Sentence, found: tuple[Personal, ...]) -> None:
        """Count one sentence."""
        covered = {i for one in found for i in range(one.start, one.end)}
        for kind, start, end in sentence.spans:
            self.there[kind] += 1
            # Blanks and punctuation around a piece say nothing about anybody.
            left = [i for i in range(start, end) if i not in covered and sentence.text[i].isalnum()]
            self.found[kind] += not left
            if left:
                self.wrong.append(f"missed {kind} {sentence.text[start:end]!r}: {sentence.text}")
        for one in found:
            right = any(one.start < end and start < one.end for _, start, end in sentence.spans)
            self.masked[one.kind] += 1
            self.right[one.kind] += right
            if not right:
                self.wrong.append(f"wrong {one.kind} {one.text!r}: {sentence.text}")

    def recall(self, kind: str = "") -> float:
        """Return the share of what is there that was found, of one kind or of all."""
        return _share(self.found, self.there, kind)

    def precision(self, kind: str = "") -> float:
        """Return the share of what was masked that is personal."""
        return _share(self.right, self.masked, kind)


def sentences(path: Path = LABELLED) -> Iterator[Sentence]:
    """Yield the labelled sentences."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        spans = tuple((s["kind"], s["start"], s["end"]) for s in row["spans"])
        yield Sentence(row["text"], row["language"], row["part"], spans)


def scored(chosen: Iterable[Sentence]) -> Score:
    """Return how the recognisers do on these sentences."""
    score = Score()
    for sentence in chosen:
        score.add(sentence, find(sentence.text))
    return score


def _share(part: Counter[str], whole: Counter[str], kind: str) -> float:
    a, b = (part[kind], whole[kind]) if kind else (part.total(), whole.total())
    return a / b if b else 1.0


def _told(score: Score) -> list[list[str]]:
    kinds = ["", *sorted(score.there | score.masked)]
    return [
        [
            kind or "all",
            str(score.there[kind] if kind else score.there.total()),
            f"{score.recall(kind):.3f}",
            str(score.masked[kind] if kind else score.masked.total()),
            f"{score.precision(kind):.3f}",
        ]
        for kind in kinds
    ]


def _in_folder(folder: Path, shown: int) -> None:
    hits, characters = [], 0
    began = time.perf_counter()
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in _TEXTS):
        text = path.read_text(encoding="utf-8", errors="ignore")
        characters += len(text)
        hits += [(path.name, text, one) for one in find(text)]
    per = len(hits) / max(1, characters) * 10_000
    took = time.perf_counter() - began
    print(f"{len(hits)} masked in {characters} characters ({per:.2f} in 10,000), {took:.1f} s")
    print(dict(Counter(str(one.kind) for _, _, one in hits)))
    for name, text, one in random.Random(1).sample(hits, min(shown, len(hits))):  # noqa: S311
        around = text[max(0, one.start - 30) : one.end + 15].replace("\n", " ")
        print(f"  {one.kind:9} {one.text!r}  in {name}: ...{around}")


def main() -> None:
    """Print recall and precision by part, and by kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--shown", type=int, default=50)
    options = parser.parse_args()
    if options.folder:
        _in_folder(options.folder, options.shown)
        return
    every = list(sentences())
    for part in [options.part] if options.part else PARTS:
        chosen = [s for s in every if s.part == part]
        for language in ("zh", "en"):
            one = scored(s for s in chosen if s.language == language)
            print(f"{part} {language}: recall {one.recall():.3f}, precision {one.precision():.3f}")
        score = scored(chosen)
        for row in [["kind", "there", "recall", "masked", "precision"], *_told(score)]:
            print("  ".join(f"{cell:>9}" for cell in row))
        if options.misses:
            print("\n".join(score.wrong))


if __name__ == "__main__":
    main()
