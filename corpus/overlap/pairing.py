"""Two translations of one document: where they disagree, and where one lags behind the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from core.text import fold
from core.types import Chunk
from corpus.diff.changes import Change, ChangeKind, Diff, Unit, UnitKind
from corpus.overlap.findings import Difference, Differs, Finding, FindingKind, Side, Subject
from corpus.overlap.measures import DATE, Quantity, base, bases
from corpus.overlap.sections import Alike, Section, aligned, sections_of
from corpus.overlap.values import facts_of, in_words, quantities, told, written

_SAME_SHAPE = 0.8
_SHARED_VALUES = 0.6
_LEAST_SECTIONS = 3
_LEAST_VALUES = 5
_NOT_WORD = re.compile(r"[^a-z0-9\u3400-\u9fff]")
_DESCRIBED = re.compile(r"([a-z]*\d+)[a-z]{4,}")
_STEM_MARK = re.compile(
    r"(?:^|[-_. ])(?:zh|cn|en|zh[-_]?(?:cn|hans|hant|tw)|en[-_]?(?:us|gb))(?=[-_. ]|$)"
)
_LANGUAGE_MARK = re.compile(r"(?:zh|cn|en|us|uk)(?=$|\d|v)")


def likely_pair(left: Sequence[Chunk], right: Sequence[Chunk]) -> bool:
    """Say whether two versions look like one document in two languages.

    Their sections must be of one shape, and most of their numbers and codes the same.
    """
    ones, others = sections_of(left), sections_of(right)
    if min(len(ones), len(others)) < _LEAST_SECTIONS or left[0].language == right[0].language:
        return False
    pairs, _, _ = aligned(ones, others)
    shape = sum(len(a.headings) == len(b.headings) for a, b in pairs)
    if shape < _SAME_SHAPE * max(len(ones), len(others)):
        return False
    held = [{n for s in side for n, w in s.features.items() if w >= 1} for side in (ones, others)]
    shared, every = held[0] & held[1], held[0] | held[1]
    return len(shared) >= _LEAST_VALUES and len(shared) >= _SHARED_VALUES * len(every)


def same_stem(one: str, other: str) -> bool:
    """Say whether two file names are one but for the mark of a language: m-zh.pdf, m-en.docx."""
    stems = [_STEM_MARK.sub("", PurePath(fold(name)).stem) for name in (one, other)]
    return bool(stems[0]) and stems[0] == stems[1]


def disagreements(left: Subject, right: Subject, alike: Alike | None = None) -> list[Finding]:
    """Return where two translations give other values, and what only one of them has."""
    pairs, ours, theirs = aligned(sections_of(left.chunks), sections_of(right.chunks), alike)
    found = [finding for a, b in pairs for finding in _unequal(left, right, a, b)]
    found += [_alone(left.side(s.units[0]), right, turned=False) for s in ours]
    found += [_alone(right.side(s.units[0]), left, turned=True) for s in theirs]
    return found


def lags(
    left: Subject, right: Subject, since: Diff, fresh: frozenset[str], alike: Alike | None = None
) -> list[Finding]:
    """Return the passages of ``right`` that ``left`` has left behind by a revision.

    Args:
        left: what was revised.
        right: its translation.
        since: from the version before to ``left``.
        fresh: chunks of ``right`` that were themselves changed since then.
        alike: how near vectors are.

    What changed in its values is left to :func:`disagreements`, which sees who is right.
    """
    pairs, _, _ = aligned(sections_of(left.chunks), sections_of(right.chunks), alike)
    partner = {a.headings: (a, b) for a, b in pairs}
    found = []
    for change in since.changes:
        here = change.after or change.before
        if here is None or not _worded(change) or here.headings not in partner:
            continue
        a, b = partner[here.headings]
        there = _counterpart(here, a, b)
        if there.chunk_id not in fresh:
            found.append(_left_behind(left, right, change, a, there))
    return found


def _worded(change: Change) -> bool:
    """Say whether a change is one of words that no value tells of."""
    if change.kind is ChangeKind.MOVED:
        return False
    units = [unit for unit in (change.before, change.after) if unit is not None]
    if any(unit.kind is UnitKind.HEADING for unit in units):
        return False
    if len(units) == 1:
        return not facts_of(units[0].text).quantities and not facts_of(units[0].text).codes
    old, new = (facts_of(unit.text) for unit in units)
    if old.quantities != new.quantities or old.codes != new.codes:
        return False
    return old.terms != new.terms or old.negations != new.negations


def _left_behind(
    left: Subject, right: Subject, change: Change, section: Section, there: Unit
) -> Finding:
    # What was removed stands nowhere any more; what is beside it says where to look.
    here = change.after or section.units[0]
    before = change.before.text if change.before else ""
    after = change.after.text if change.after else ""
    told_so = Difference(Differs.TEXT, after, before)
    return Finding(FindingKind.LAG, left.side(here), right.side(there), (told_so,))


def _counterpart(unit: Unit, mine: Section, theirs: Section) -> Unit:
    if len(mine.units) == len(theirs.units) and unit in mine.units:
        return theirs.units[mine.units.index(unit)]
    wanted = facts_of(unit.text)
    return max(
        theirs.units,
        key=lambda u: (
            len(facts_of(u.text).quantities & wanted.quantities)
            + 2 * len(facts_of(u.text).codes & wanted.codes)
        ),
    )


def _unequal(left: Subject, right: Subject, a: Section, b: Section) -> Iterator[Finding]:
    mine, theirs = _only(a, b), _only(b, a)
    # 3 days here and 3 working days there: one difference, of the unit.
    for value in sorted({v for v, _ in mine} & {v for v, _ in theirs}):
        here = {q for q in mine if q[0] == value}
        there = {q for q in theirs if q[0] == value}
        mine, theirs = mine - here, theirs - there
        yield _clash(left, right, (a, here), (b, there), Differs.UNIT)
    for unit in sorted({base(q)[1] for q in mine | theirs}):
        here, there = ({q for q in side if base(q)[1] == unit} for side in (mine, theirs))
        if unit or (here and there):
            what = Differs.DATE if unit == DATE else Differs.NUMBER
            yield _clash(left, right, (a, here), (b, there), what)
    yield from _other_codes(left, right, a, b)


def _clash(
    left: Subject,
    right: Subject,
    ours: tuple[Section, set[Quantity]],
    others: tuple[Section, set[Quantity]],
    what: Differs,
) -> Finding:
    """Values that only one section has; a contradiction where the other has its own instead."""
    (a, mine), (b, theirs) = ours, others
    here, there = _holder(a, mine), _holder(b, theirs)
    here = here or _counterpart(there or b.units[0], b, a)
    there = there or _counterpart(here, a, b)
    kind = FindingKind.CONTRADICTION if mine and theirs else FindingKind.LAG
    return Finding(kind, left.side(here), right.side(there), (_told(what, mine, theirs),))


def _told(what: Differs, mine: set[Quantity], theirs: set[Quantity]) -> Difference:
    return Difference(what, told(mine), told(theirs))


def _other_codes(left: Subject, right: Subject, a: Section, b: Section) -> Iterator[Finding]:
    mine = {code for code in facts_of(a.body).codes if not _stands(code, b.text)}
    theirs = {code for code in facts_of(b.body).codes if not _stands(code, a.text)}
    named = {_unmarked(code) for code in mine} & {_unmarked(code) for code in theirs}
    mine = {code for code in mine if _unmarked(code) not in named}
    theirs = {code for code in theirs if _unmarked(code) not in named}
    if not mine and not theirs:
        return
    holders = [u for u in a.units if facts_of(u.text).codes & mine]
    others = [u for u in b.units if facts_of(u.text).codes & theirs]
    here = holders[0] if holders else _counterpart(others[0] if others else b.units[0], b, a)
    there = others[0] if others else _counterpart(here, a, b)
    differ = Difference(
        Differs.CODE,
        ", ".join(written(code, a.body) for code in sorted(mine)),
        ", ".join(written(code, b.body) for code in sorted(theirs)),
    )
    kind = FindingKind.CONTRADICTION if mine and theirs else FindingKind.LAG
    yield Finding(kind, left.side(here), right.side(there), (differ,))


def _stands(code: str, text: str) -> bool:
    """Say whether a code stands in a text, however spaced; S3 counts for S3-compatible."""
    there, wanted = _NOT_WORD.sub("", fold(text)), _NOT_WORD.sub("", code)
    described = _DESCRIBED.fullmatch(wanted)
    return wanted in there or bool(described and described[1] in there)


def _unmarked(code: str) -> str:
    """A document's number without the mark of its language, which every translation changes."""
    return _LANGUAGE_MARK.sub("", code)


def _only(here: Section, there: Section) -> set[Quantity]:
    """The values that a section has and the other neither writes nor says in words."""
    held, said = quantities(there.text), in_words(there.text)
    bare, equal = {value for value, _ in held}, bases(held)
    return {
        (value, unit)
        for value, unit in quantities(here.body)
        if base((value, unit)) not in equal
        and value not in said
        # One of the two may leave the unit to be understood.
        and ((value, "") not in held if unit else value not in bare)
    }


def _holder(section: Section, values: set[Quantity]) -> Unit | None:
    return next((one for one in section.units if facts_of(one.text).quantities & values), None)


def _alone(side: Side, other: Subject, *, turned: bool) -> Finding:
    """A section without counterpart; what it is set against is the document as a whole."""
    nothing = Side(other.document_id, other.version_id, "", "")
    differ = Difference(Differs.MISSING, "" if turned else side.quote, side.quote if turned else "")
    sides = (nothing, side) if turned else (side, nothing)
    return Finding(FindingKind.LAG, *sides, (differ,))
