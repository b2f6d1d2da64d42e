"""What changed between a sentence of a draft and the one that stands for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from answer.checking.clauses import read, read_clause
from answer.checking.figures import models
from answer.checking.sequence import reversed_order
from answer.checking.wording import changed_modal, opposite_word
from answer.extractive.vectors import VectorCache
from core.text import content_terms, index_terms, is_chinese
from core.text.amounts import Amount, amounts, folded_amounts
from core.text.claims import codes, negations
from core.text.links import links
from evals.feedback.aligning import bare
from evals.feedback.cues import cues
from evals.feedback.sorts import Shown, Sort
from evals.feedback.stretches import Stretch, changes

_MONEY = frozenset({"yuan", "dollars", "euros", "percent"})
_LOCAL = 0.5
"""From which share of words that stayed on an exchanged word is a correction, not a rewording."""
_ALIKE = {"zh": 0.95, "en": 0.93}
"""Likeness of meaning from which on two exchanged words say the same. In Chinese it tells little:
an exchanged word is rather taken for a correction, which somebody looks at."""
_SAYS = 2
"""Content words from which on an added piece says something of its own."""


def compare(
    before: str, after: str, vectors: VectorCache | None, *, denials: bool = True
) -> list[Shown]:
    """Return what changed from one sentence to the other.

    Without ``denials`` no "not" is looked for: of parts that were cut elsewhere it may stand in
    the next one.
    """
    if before == after:
        return []
    if bare(before) == bare(after):
        return [Shown(Sort.FORM, before, after)]
    found = [*_policy(before, after), *_figures(before, after), *_names(before, after)]
    found += _turned(before, after, denials=denials and not found)
    told = bool(found)
    diff = changes(before, after)
    moved = frozenset(content_terms(before)) & frozenset(content_terms(after))
    for stretch in diff.stretches:
        found += _stretch(stretch, diff.kept, moved, vectors, told=told)
    if not found:
        same = Counter(index_terms(before)) == Counter(index_terms(after))
        found.append(Shown(Sort.FORM if same else Sort.STYLE, before, after))
    return found


def _policy(before: str, after: str) -> Iterator[Shown]:
    mine, theirs = cues().policies(after), cues().policies(before)
    for name in mine.keys() ^ theirs.keys():
        yield Shown(Sort.POLICY, theirs.get(name, ""), mine.get(name, ""))


def _figures(before: str, after: str) -> Iterator[Shown]:
    """Amounts that are others now; those of releases say for what it holds."""
    gone, new = _without(before, after), _without(after, before)
    if not gone and not new:
        return
    was, now = _written(before, gone), _written(after, new)
    kinds = {amount.kind for amount in (*gone, *new)}
    if kinds & _MONEY and cues().policies(before) and cues().policies(after):
        yield Shown(Sort.POLICY, was, now)
    elif gone and new:
        release = "" in kinds and cues().release.search(folded_amounts(f"{before}\n{after}"))
        yield Shown(Sort.APPLICABILITY if release else Sort.FACT, was, now)


def _without(text: str, other: str) -> list[Amount]:
    held = {amount.key for amount in amounts(other)}
    return [amount for amount in amounts(text) if amount.key not in held]


def _written(text: str, found: list[Amount]) -> str:
    folded = folded_amounts(text)
    return " ".join(folded[amount.start : amount.end].strip() for amount in found)


def _names(before: str, after: str) -> Iterator[Shown]:
    """Models, codes and addresses that are others now; one more or less says what it holds for."""
    for one, other in ((_codes(before), _codes(after)), (set(links(before)), set(links(after)))):
        gone, new = sorted(one - other), sorted(other - one)
        if gone and new:
            yield Shown(Sort.FACT, " ".join(gone), " ".join(new))
    was, now = cues().regions(before), cues().regions(after)
    if was != now:
        yield Shown(Sort.APPLICABILITY, " ".join(sorted(was - now)), " ".join(sorted(now - was)))


def _codes(text: str) -> set[str]:
    spans = frozenset(content_terms(_written(text, list(amounts(text)))))
    return set(codes(text) | models(text)) - spans


def _turned(before: str, after: str, *, denials: bool) -> Iterator[Shown]:
    """A "not", a "must" or a word that is its opposite now."""
    # "You have to" for "could you please" is politer, and leaves no choice either.
    before, after = cues().without_tone(before), cues().without_tone(after)
    if cues().policies(before) or cues().policies(after):
        # "I cannot promise" is no denial of a fact.
        return
    if denials and bool(negations(before)) != bool(negations(after)):
        yield Shown(Sort.FACT, before, after)
        return
    said, source = read(after), read(before)
    word, other = opposite_word(after, before), opposite_word(before, after)
    if word and other:
        yield Shown(Sort.FACT, other, word)
    elif changed_modal(said, source) or reversed_order(after, before):
        yield Shown(Sort.FACT, before, after)


def _stretch(
    stretch: Stretch,
    kept: float,
    moved: frozenset[str],
    vectors: VectorCache | None,
    *,
    told: bool,
) -> Iterator[Shown]:
    """What one stretch shows; words that are ``moved`` stand in both sentences."""
    before, after = stretch.before, stretch.after
    if not stretch.worded:
        if tone := cues().polite(after) != cues().polite(before):
            yield Shown(Sort.TONE if tone else Sort.FORM, before, after)
        return
    if _only_tone(before) and _only_tone(after):
        yield Shown(Sort.TONE, before, after)
    elif not before:
        yield from _added(after, moved, told=told)
    elif not after:
        yield from _dropped(before, moved)
    elif not told:
        yield from _exchanged(stretch, kept, vectors)


def _only_tone(text: str) -> bool:
    if not bare(text):
        return True
    return bool(cues().polite(text)) and not content_terms(cues().without_tone(text))


def _added(text: str, moved: frozenset[str], *, told: bool) -> Iterator[Shown]:
    if cues().policies(text):
        return
    if holds_for(text):
        yield Shown(Sort.APPLICABILITY, "", text)
    elif len(set(content_terms(text)) - moved) < _SAYS:
        if amounts(text) and not told:
            yield Shown(Sort.FACT, "", text)
    elif cues().steps(text) or len(bare(text)) > 8:
        yield Shown(Sort.STEP, "", text)


def _dropped(text: str, moved: frozenset[str]) -> Iterator[Shown]:
    if cues().policies(text):
        return
    if holds_for(text):
        yield Shown(Sort.APPLICABILITY, text, "")
    elif len(set(content_terms(text)) - moved) >= _SAYS + 1:
        yield Shown(Sort.FORM, text, "")


def holds_for(text: str) -> bool:
    """Say whether a piece of text says for what, whom or when something holds."""
    return bool(
        cues().conditions(text) or cues().regions(text) or (_codes(text) and len(bare(text)) < 16)
    )


def _exchanged(stretch: Stretch, kept: float, vectors: VectorCache | None) -> Iterator[Shown]:
    """A word for another: where all else stayed, and they do not mean the same, a correction."""
    before, after = stretch.before, stretch.after
    grown = len(bare(after)) - len(bare(before))
    if holds_for(after) and not holds_for(before) and grown > 0:
        yield Shown(Sort.APPLICABILITY, before, after)
    elif grown > len(bare(before)) + 8 and cues().steps(after):
        yield Shown(Sort.STEP, before, after)
    elif kept >= _LOCAL and _differ(before, after, vectors):
        yield Shown(Sort.FACT, before, after)


def _differ(before: str, after: str, vectors: VectorCache | None) -> bool:
    one, other = read_clause(before).terms, read_clause(after).terms
    if not one or not other or one & other:
        return False
    if is_chinese(before) and is_chinese(after) and set(bare(before)) & set(bare(after)):
        return False
    if vectors is None:
        return True
    found = vectors.passages([before, after])
    return float(found[before] @ found[after]) < _ALIKE["zh" if is_chinese(after) else "en"]
