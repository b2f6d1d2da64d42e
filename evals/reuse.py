"""Taking records over from an earlier run, where the draft would be made from the same evidence.

A draft is made from the question, the evidence, and what the fingerprint names. Where all of
that is as it was, the draft is too, and is not written again. The search itself is done anew for
every case: only so is it known that nothing new was found.

Any document that comes in moves the weights of words, and with them every score a little. So the
evidence counts as the same where the same passages stand in the same order, word for word, and no
score and no confidence moved by more than ``NEAR``. A draft that stood right at a threshold could
still turn by less: a run that must not rest on that is made with ``fresh``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from core.explanation import Explanation
from core.types import EvalCase, Evidence
from evals.records import CaseRecord, case_mark, error_of, found_of, is_stale

OF_CORPUS = frozenset({"corpus", "documents"})
"""The names of a fingerprint that a change of documents alone changes."""
NEAR = 0.005
"""How far a score may move, of 1, and count as the same."""


@dataclass(frozen=True, slots=True)
class Base:
    """An earlier run, by whose records this one saves drafts."""

    run_id: str
    records: Mapping[str, CaseRecord]

    def record(self, case: EvalCase) -> CaseRecord | None:
        """Return the earlier record of a case, if the case is the same and it ran to its end."""
        found = self.records.get(case.id)
        if found is None or error_of(found) or is_stale(found) or not found.get("draft"):
            return None
        if found.get("unscored") or found.get("case") != case_mark(case):
            return None
        return {**found, "taken_from": found.get("taken_from") or self.run_id}


class SameAsBefore(Exception):
    """What was found is what was found before; the record stands."""

    def __init__(self, record: CaseRecord) -> None:
        super().__init__("the evidence is as it was")
        self.record = record


class Watching:
    """Looks at what was found, and ends the asking where that is what was found before."""

    def __init__(self, before: CaseRecord | None) -> None:
        self._before = before
        self.explanations: tuple[Explanation, ...] = ()

    def __call__(self, evidence: Evidence) -> None:
        """Look at the evidence.

        Raises:
            SameAsBefore: it is the same, and the earlier record stands.
        """
        before = self._before
        if before is not None and _alike(cast(Any, before.get("found")), found_of(evidence)):
            raise SameAsBefore(before)

    def explained(self, explanations: tuple[Explanation, ...]) -> None:
        """Hear why each search found what it found."""
        self.explanations = explanations


def unlike(a: Mapping[str, str], b: Mapping[str, str]) -> list[str]:
    """Return what differs between two fingerprints beside the corpus, sorted."""
    names = (a.keys() | b.keys()) - OF_CORPUS
    return sorted(name for name in names if a.get(name, "") != b.get(name, ""))


def _alike(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> bool:
    if not before or before["passages"] != now["passages"]:
        return False
    if (before["confidence"] is None) != (now["confidence"] is None):
        return False
    pairs = [*zip(before["scores"], now["scores"], strict=True)]
    if now["confidence"] is not None:
        pairs.append((before["confidence"], now["confidence"]))
    return all(abs(a - b) <= NEAR for a, b in pairs)
