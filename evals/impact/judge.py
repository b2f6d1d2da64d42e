"""Whether what rests on a passage still holds once the passage has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.text import content_terms, squeeze
from core.types import Chunk, Draft, DraftState
from corpus.diff import Alert, Change, ChangeKind, Unit
from corpus.diff.carry import Bearing
from corpus.diff.changes import UnitKind
from evals.facts import covered, key_facts

_SHORTEST_NAME = 2
_HARD = (Alert.NEGATION,)


class GateVerdict(StrEnum):
    """What a revision does to an answer."""

    PASS = "pass"  # noqa: S105 - no password
    """What it says still stands, and the documents answer the question as before."""
    CHANGED = "changed"
    """It still stands, but the documents say more, less or in other words than before."""
    BROKE = "broke"
    """It says what the documents no longer say."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is."""

    code: str
    """removed, fact, negation, name, no_answer break it; added, less, moved, wording, warning,
    answer change it. Of cases that rest elsewhere: other breaks it, unless the facts stay, and
    answered changes it."""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Texts:
    """The whole text of a document, folded and without spaces, before and after."""

    before: str
    after: str


def judge(
    said: str,
    found: Bearing,
    texts: Texts,
    before: Draft,
    after: Draft,
    *,
    gone: bool = False,
) -> tuple[GateVerdict, tuple[Reason, ...]]:
    """Return the verdict on an answer whose cited passages changed, with the reasons.

    Only a change to the quoted words themselves, or the loss of any answer, breaks it. What
    changed around them changes it where the product would answer otherwise.

    Args:
        said: the answer that rests on the passages.
        found: what bears on its citations.
        texts: the document before and after.
        before: what the product drafts for the question as things are.
        after: what it would draft.
        gone: whether no passage is left that a case expects; a removed one then breaks it, in
            whatever words the reference says the same.
    """
    broke = broken(said, found.own, texts)
    if gone:
        broke += [r for change in found.own for r in _removed(change, broke)]
    if before.state is DraftState.ANSWERED and after.state is not DraftState.ANSWERED:
        broke.append(Reason("no_answer", after=after.state))
    if broke:
        return GateVerdict.BROKE, tuple(dict.fromkeys(broke))
    differs = _words(before) != _words(after)
    telling = (*found.own, *(c for c in found.near if differs or Alert.WARNING in c.alerts))
    changed = [_changed_by(change) for change in telling]
    if differs:
        changed.append(Reason("answer"))
    if changed:
        return GateVerdict.CHANGED, tuple(dict.fromkeys(changed))
    return GateVerdict.PASS, ()


def broken(said: str, changes: Sequence[Change], texts: Texts) -> list[Reason]:
    """Return why changes to the quoted words leave an answer saying what is said no more."""
    return [reason for change in changes for reason in _broken_by(said, change, texts)]


def texts_of(before: Sequence[Chunk], after: Sequence[Chunk]) -> Texts:
    """Return the whole text of a document, before and after."""
    return Texts(_whole(before), _whole(after))


def _whole(chunks: Sequence[Chunk]) -> str:
    return squeeze("\n".join([*(" ".join(c.headings) for c in chunks), *(c.text for c in chunks)]))


def _broken_by(said: str, change: Change, texts: Texts) -> list[Reason]:
    unit = change.before
    if unit is None or change.kind is ChangeKind.MOVED:
        return []
    if unit.kind is UnitKind.HEADING and change.after is not None:
        return _renamed(said, change, texts)
    reasons = _lost_facts(said, unit, change.after)
    if change.after is None:
        return reasons or ([Reason("removed", unit.written)] if _tells(said, unit) else [])
    if any(alert in _HARD for alert in change.alerts):
        reasons.append(Reason("negation", unit.written, change.after.written))
    return reasons or _renamed(said, change, texts)


def _removed(change: Change, told: Sequence[Reason]) -> list[Reason]:
    unit = change.before
    if unit is None or change.after is not None or unit.kind is UnitKind.HEADING:
        return []
    known = any(reason.before == unit.written for reason in told)
    return [] if known else [Reason("removed", unit.written)]


def _lost_facts(said: str, unit: Unit, after: Unit | None) -> list[Reason]:
    """The numbers and codes that are said, stood in the passage, and stand there no more."""
    held = key_facts(unit.text)
    now = key_facts(after.text) if after else frozenset()
    lost = [f for f in key_facts(said) if covered(f, held) and not covered(f, now)]
    written = after.written if after else ""
    return [Reason("fact", unit.written, written)] if lost else []


def _renamed(said: str, change: Change, texts: Texts) -> list[Reason]:
    """A word that is said and that the whole document has dropped: a button, a menu, a part."""
    answer = squeeze(said)
    for run in change.words:
        name = squeeze(run.before)
        gone = (
            not run.kept
            and len(name) >= _SHORTEST_NAME
            and name in answer
            and name in texts.before
            and name not in texts.after
        )
        if gone:
            return [Reason("name", run.before.strip(), run.after.strip())]
    return []


def _tells(said: str, unit: Unit) -> bool:
    """Say whether an answer has most of what a unit says; headings alone tell nothing."""
    if unit.kind is UnitKind.HEADING:
        return False
    terms = set(content_terms(unit.text))
    return bool(terms) and len(terms & set(content_terms(said))) * 3 >= len(terms)


def _changed_by(change: Change) -> Reason:
    before = change.before.written if change.before else ""
    after = change.after.written if change.after else ""
    if change.kind is ChangeKind.MOVED and change.before:
        return Reason("moved", " > ".join(change.before.headings))
    if Alert.WARNING in change.alerts:
        return Reason("warning", before, after)
    codes = {ChangeKind.ADDED: "added", ChangeKind.REMOVED: "less"}
    return Reason(codes.get(change.kind, "wording"), before, after)


def _words(draft: Draft) -> str:
    return squeeze(" ".join(sentence.text for sentence in draft.sentences))
