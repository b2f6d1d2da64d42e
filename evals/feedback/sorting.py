"""Sorting an edit: what somebody changed of a draft, and what that says was wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from answer.extractive.vectors import VectorCache
from answer.rules.house import RulesSource, ShippedRules
from answer.tone.wording import Wording
from core.text import content_terms, split_sentences
from core.text.amounts import amounts
from core.text.claims import codes, negations
from evals.feedback.aligning import Alignment, align, bare, shared
from evals.feedback.comparing import compare, holds_for
from evals.feedback.cues import cues
from evals.feedback.sorts import Reading, Shown, Sort, gravest_first

_MARKER = re.compile(r"[ \t]*\[\d{1,3}\]")
_NUMBER = re.compile(
    r"^\s*(?:(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、)）．]\s*|第[一二三四五六七八九十\d]{1,3}步[，,：:]?\s*"
    r"|(?:step )?\d{1,2}\s*[:.)]\s+|[-•·*]\s+)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?<=[，；;])|(?<=,)(?=\s)")
_HELD = 0.6
"""From which share of its words on a new sentence only says anew what the draft said."""
_WITHIN = 0.15
"""Likeness from which on two clauses of sentences that belong together do so too."""
_PLACES = ("greeting", "closing", "signature", "lead_steps", "subject")
_TABLES = ("acknowledgements", "next_steps")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence or a clause, without the number of its step."""

    text: str
    tone: bool


def sort_edit(
    before: str,
    after: str,
    *,
    channel: str = "im",
    rules: RulesSource | None = None,
    vectors: VectorCache | None = None,
) -> Reading:
    """Return what an edited text says was wrong with its draft, with the pieces that show it.

    ``vectors`` let sentences be paired by meaning too; without them words alone decide.
    """
    before, after = plain(before), plain(after)
    if before == after:
        return Reading(())
    house = _said_by_templates(rules or ShippedRules(), channel)
    mine, theirs = _pieces(before, house), _pieces(after, house)
    shown = list(_tones(mine, theirs))
    one = [piece.text for piece in mine if not piece.tone]
    other = [piece.text for piece in theirs if not piece.tone]
    shown += _bodies(one, other, vectors)
    if not shown:
        shown = [Shown(Sort.FORM, *_differing(before, after))]
    return gravest_first(shown)


def plain(text: str) -> str:
    """Return the text of a reply without the markers of its citations."""
    return "\n".join(line.rstrip() for line in _MARKER.sub("", text).splitlines()).strip()


def _said_by_templates(rules: RulesSource, channel: str) -> frozenset[str]:
    """All sentences that the house's templates put around an answer on a channel."""
    said: set[str] = set()
    for language in ("zh", "en"):
        templates = rules.current("templates")
        wording = Wording(rules, language, channel)
        texts = [wording.place(name, about="") for name in _PLACES]
        for table in _TABLES:
            for entry in templates[table]:
                told = entry["say"]
                texts.append(wording.text(told.get(channel, told["default"])))
        said |= {bare(span.text) for text in texts for span in split_sentences(text)}
    return frozenset(said - {""})


def statements(text: str, channel: str = "im", rules: RulesSource | None = None) -> list[str]:
    """Return the sentences of a reply that state something: no greeting, no thanks, no numbers."""
    house = _said_by_templates(rules or ShippedRules(), channel)
    return [piece.text for piece in _pieces(plain(text), house) if not piece.tone]


def _pieces(text: str, house: frozenset[str]) -> list[_Piece]:
    """The sentences of a text; a clause that is there for the tone alone stands by itself."""
    found: list[_Piece] = []
    for span in split_sentences(text):
        sentence = _NUMBER.sub("", span.text).strip()
        if not bare(sentence):
            continue
        if bare(sentence) in house or _is_tone(sentence):
            found.append(_Piece(sentence, tone=True))
            continue
        body = ""
        for clause in filter(None, (part.strip() for part in _CLAUSE.split(sentence))):
            if _is_tone(clause):
                found.append(_Piece(clause, tone=True))
            else:
                body += clause if not body or body[-1] > "\u2e80" else f" {clause}"
        if body:
            found.append(_Piece(body, tone=False))
    return found


def _is_tone(clause: str) -> bool:
    """Whether a clause greets, thanks, regrets or comforts, and states nothing beside."""
    if amounts(clause) or codes(clause) or cues().policies(clause):
        return False
    if cues().polite(clause) and not content_terms(cues().without_tone(clause)):
        return True
    return cues().toned(clause) and len(content_terms(cues().without_tone(clause))) <= max(
        3, len(content_terms(clause)) // 2
    )


def _tones(mine: Sequence[_Piece], theirs: Sequence[_Piece]) -> Iterator[Shown]:
    """Words for the tone alone that came, went or were changed."""
    was = {bare(piece.text): piece.text for piece in mine if piece.tone}
    now = {bare(piece.text): piece.text for piece in theirs if piece.tone}
    gone = [text for key, text in was.items() if key not in now]
    new = [text for key, text in now.items() if key not in was]
    if gone or new:
        yield Shown(Sort.TONE, " ".join(gone), " ".join(new))


def _bodies(
    before: Sequence[str], after: Sequence[str], vectors: VectorCache | None
) -> Iterator[Shown]:
    found = align(before, after, vectors)
    whole = "\n".join(before)
    for pair in found.pairs:
        yield from _paired(before[pair.before], after[pair.after], whole, vectors)
    places = [pair.before for pair in found.pairs]
    if places != sorted(places):
        yield Shown(Sort.FORM)
    for place in found.new:
        yield from _new(after[place], whole, found, before)
    for place in found.gone:
        yield from _gone(before[place], "\n".join(after))


def _paired(before: str, after: str, whole: str, vectors: VectorCache | None) -> Iterator[Shown]:
    """Two sentences of which one stands for the other, clause by clause where they have several."""
    one, other = _clauses(before), _clauses(after)
    if max(len(one), len(other)) == 1 or bare(before) == bare(after):
        yield from compare(before, after, vectors)
        return
    found = align(one, other, vectors, _WITHIN)
    # What was cut in two, or joined, may have its "not" in the other part.
    denials = len(one) == len(other) or bool(negations(before)) != bool(negations(after))
    shown: list[Shown] = []
    for pair in found.pairs:
        shown += compare(one[pair.before], other[pair.after], vectors, denials=denials)
    for place in found.new:
        shown += _new(other[place], whole, found, one)
    for place in found.gone:
        shown += _gone(one[place], after)
    places = [pair.before for pair in found.pairs]
    if places != sorted(places):
        shown.append(Shown(Sort.FORM, before, after))
    if not shown and before != after:
        shown = [Shown(Sort.FORM, before, after)]
    yield from shown


def _clauses(sentence: str) -> list[str]:
    return [part.strip() for part in _CLAUSE.split(sentence) if bare(part)]


def _new(text: str, whole: str, found: Alignment, before: Sequence[str]) -> Iterator[Shown]:
    """What a sentence or clause that the draft did not have says was missing."""
    if policies := cues().policies(text):
        old = cues().policies(whole)
        if policies.keys() - old.keys():
            yield Shown(Sort.POLICY, "", text)
            return
    if _held(text, whole):
        yield Shown(Sort.FORM, "", text)
    elif holds_for(text):
        yield Shown(Sort.APPLICABILITY, "", text)
    elif _corrects(text, [before[place] for place in found.gone]):
        yield Shown(Sort.FACT, before[found.gone[0]], text)
    else:
        yield Shown(Sort.STEP, "", text)


def _corrects(text: str, gone: Sequence[str]) -> bool:
    """Whether a statement stands where another was taken out."""
    stated = [one for one in gone if amounts(one) or codes(one) or negations(one)]
    return bool(stated) and not cues().steps(text)


def _gone(text: str, whole: str) -> Iterator[Shown]:
    if cues().policies(text).keys() - cues().policies(whole).keys():
        yield Shown(Sort.POLICY, text, "")
    elif holds_for(text) and not _held(text, whole):
        yield Shown(Sort.APPLICABILITY, text, "")
    elif len(content_terms(text)) > 1:
        yield Shown(Sort.FORM, text, "")
    else:
        yield Shown(Sort.STYLE, text, "")


def _held(text: str, whole: str) -> bool:
    """Whether a text says nothing that the whole does not: it was moved, split or joined."""
    mine, theirs = set(content_terms(text)), set(content_terms(whole))
    if {a.key for a in amounts(text)} - {a.key for a in amounts(whole)}:
        return False
    if not mine:
        return shared(text, whole) > 0
    return len(mine & theirs) >= _HELD * len(mine) and bool(negations(text)) <= bool(
        negations(whole)
    )


def _differing(before: str, after: str) -> tuple[str, str]:
    """The first lines that differ."""
    one, other = before.splitlines(), after.splitlines()
    for place in range(max(len(one), len(other))):
        left = one[place] if place < len(one) else ""
        right = other[place] if place < len(other) else ""
        if left != right:
            return left, right
    return "", ""
