"""Saying of one sentence whether its quotes support it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from answer.checking import figures, meaning
from answer.checking.across import examine_across
from answer.checking.agents import other_doer
from answer.checking.clauses import Reading, read, wholes, with_vectors
from answer.checking.clock import without_moments
from answer.checking.conditions import left_out
from answer.checking.extents import promised
from answer.checking.finding import Finding
from answer.checking.joints import changed_joint
from answer.checking.plain import plain
from answer.checking.polarity import turned_around
from answer.checking.replaced import other_subject
from answer.checking.roles import mixed_up, other_column, other_row
from answer.checking.sequence import reversed_across, reversed_order, turned_sides
from answer.checking.verbatim import is_verbatim, without_lead
from answer.checking.wording import changed_modal, opposed, widened
from answer.compose import foreign
from answer.extractive.vectors import VectorCache
from answer.ports import SupportModel
from core.errors import ModelUnavailable
from core.text import content_terms, is_chinese
from core.text.links import links
from core.types import Citation


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check makes of one sentence."""

    support: float
    """The chance that its citations support it, in [0, 1]."""
    finding: Finding | None = None
    """What speaks against it; None where it is let through."""
    stood_in: bool = False
    """Whether our own way judged because the model that is set did not answer."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Says of a sentence whether given quotes support it; holds no state between calls.

    Without vectors, words alone decide on meaning; with a model, the model does.
    """

    vectors: VectorCache | None = None
    model: SupportModel | None = None

    def judge(
        self, sentence: str, cited: Sequence[Citation], asked: frozenset[str] = frozenset()
    ) -> Verdict:
        """Return whether the quotes support a sentence; ``asked`` are words of the question."""
        if not cited:
            return Verdict(0.0, Finding(sentence, "no_citation"))
        quotes = [citation.quote for citation in cited]
        context = _around(cited)
        if is_verbatim(sentence, quotes, context):
            return Verdict(1.0)
        if strange := [link for link in links(sentence) if link not in "\n".join(quotes)]:
            return Verdict(0.0, Finding(sentence, "link", strange[0]))
        verdict = self._read_plain(plain(sentence), [plain(q) for q in quotes], context, asked)
        if verdict.finding is None:
            return verdict
        return replace(verdict, finding=replace(verdict.finding, sentence=sentence))

    def _read_plain(
        self, sentence: str, quotes: Sequence[str], context: Sequence[str], asked: frozenset[str]
    ) -> Verdict:
        """Judge what is no quote word for word, both sides in plain form."""
        quoted, around = "\n".join(quotes), " ".join(context)
        language = "zh" if is_chinese(sentence) else "en"
        if finding := _figures(sentence, quoted, around):
            return Verdict(0.0, finding)
        if foreign(quoted, around, language):
            kind, said, source = "across", *self._read(sentence, quoted)
            finding = examine_across(sentence, said, source, self._fitting)
        else:
            kind = language if self._fitting is not None else "words"
            finding = self._invented(sentence, quoted, around)
            finding = finding or self._rules(sentence, quotes, around, asked)
        if finding:
            return Verdict(0.0, finding)
        return self._meaning(sentence, quoted, around, kind)

    @property
    def _fitting(self) -> VectorCache | None:
        """The vectors, where they are those that the weights were fitted for."""
        if self.vectors is None or not meaning.fitted_for(self.vectors.fingerprint):
            return None
        return self.vectors

    def _invented(self, sentence: str, quoted: str, around: str) -> Finding | None:
        """What shares next to nothing with its quote is told as such, whatever else differs."""
        if self._fitting is not None:
            return None
        found = self.features(sentence, quoted, around)
        return Finding(sentence, "words") if found["covered"] < _LEAST else None

    def _meaning(self, sentence: str, quoted: str, around: str, kind: str) -> Verdict:
        if self.model is None:
            return self._by_likeness(sentence, quoted, around, kind)
        try:
            support = self.model.support([(quoted, sentence)])[0]
        except ModelUnavailable:
            own = self._by_likeness(sentence, quoted, around, kind)
            return replace(own, stood_in=True)
        against = None if support >= self.model.threshold else Finding(sentence, "meaning")
        return Verdict(round(support, 3), against)

    def _by_likeness(self, sentence: str, quoted: str, around: str, kind: str) -> Verdict:
        """Our own way: shared words, and likeness where the embedder is one that is fitted for."""
        if kind == "across" and self._fitting is None:
            # Words of two languages share nothing, and there is nothing to tell meaning by.
            return Verdict(0.5)
        found = self.features(sentence, quoted, around)
        support = meaning.chance(found, kind)
        if support >= meaning.threshold(kind):
            return Verdict(round(support, 3))
        reason = "words" if kind != "across" and found["covered"] < _HALF else "meaning"
        return Verdict(round(support, 3), Finding(sentence, reason))

    def _rules(
        self, sentence: str, quotes: Sequence[str], around: str, asked: frozenset[str]
    ) -> Finding | None:
        """What in the sentence differs from the clauses that it tells, the plainest first."""
        leads, body = _leads(quotes)
        said, source = self._read(sentence, "\n".join(body))
        led = read("\n".join(leads))
        rows = [line for quote in quotes for line in quote.splitlines() if " | " in line]
        if any(other_column(sentence, row) for row in rows) or other_row(sentence, rows):
            return Finding(sentence, "row")
        topic = frozenset(content_terms(around))
        checks: Mapping[str, str] = {
            "number": figures.foreign_rate(sentence, f"{quotes}\n{around}"),
            "limit": figures.turned_limit(said, source),
            "negation": turned_around(said, source, led),
            "order": sentence if self._reversed(sentence, said, source, body) else "",
            "sides": turned_sides(said, source),
            "opposite": opposed(said, source),
            "modal": changed_modal(said, source) or changed_joint(said, source),
            "condition": left_out(said, source, asked),
            "scope": widened(said, source),
            "mixed": figures.wrong_value(said, source)
            or other_doer(said, source)
            or other_subject(said, source)
            or mixed_up(said, source, topic),
        }
        for reason, detail in checks.items():
            reason = "order" if reason == "sides" else reason
            if detail:
                shown = detail if reason in ("number", "limit", "opposite") else ""
                return Finding(sentence, reason, shown)
        return None

    def _reversed(self, sentence: str, said: Reading, source: Reading, body: Sequence[str]) -> bool:
        if reversed_order(sentence, "\n".join(body)):
            return True
        found = self._fitting
        return found is not None and reversed_across(
            said.sentences, source.sentences, found, margin=_TURNED
        )

    def _read(self, sentence: str, quoted: str) -> tuple[Reading, Reading]:
        """Both texts, their clauses with what they mean where there is an embedder."""
        said, source = read(without_lead(sentence)), read(quoted)
        if self._fitting is None:
            return said, source
        found = self._fitting.passages(_texts(sentence, said, source))
        return with_vectors(said, found), with_vectors(source, found)

    def features(self, sentence: str, quoted: str, around: str) -> dict[str, float]:
        """Return what the chance of support is made of."""
        said, source = self._read(sentence, quoted)
        words = frozenset(content_terms(around))
        return meaning.features(said, source, words, self._cosines(sentence, said, source))

    def _cosines(self, sentence: str, said: Reading, source: Reading) -> tuple[float, float]:
        if self._fitting is None:
            return 0.0, 0.0
        found = self._fitting.passages(_texts(sentence, said, source))
        mine = found[sentence]

        def best(texts: Sequence[str]) -> float:
            return max((float(np.dot(mine, found[text])) for text in texts), default=0.0)

        parts = source.sentences[:_MOST_PARTS]
        return best(parts), best([*parts, *wholes(source)[:_MOST_CLAUSES]])

    def embed(self, pairs: Sequence[tuple[str, Sequence[Citation]]]) -> None:
        """Embed in one batch what judging these sentences beside their quotes will compare."""
        if self._fitting is None:
            return
        texts: list[str] = []
        for sentence, cited in pairs:
            quotes = [citation.quote for citation in cited]
            if not cited or is_verbatim(sentence, quotes, _around(cited)):
                continue
            sentence = plain(sentence)
            texts += [sentence, *wholes(read(without_lead(sentence)))[:_MOST_CLAUSES]]
            texts += self.compared(cited)
        if texts:
            self._fitting.passages(texts)

    def compared(self, cited: Sequence[Citation]) -> list[str]:
        """Return what of these quotes is embedded to judge any sentence beside them."""
        if self._fitting is None:
            return []
        quotes = [plain(citation.quote) for citation in cited]
        return [
            text for whole in (quotes, _leads(quotes)[1]) for text in _parts(read("\n".join(whole)))
        ]


def _around(cited: Sequence[Citation]) -> list[str]:
    """The titles and headings that quotes stand under."""
    return list(dict.fromkeys(text for c in cited for text in (c.title, *c.headings)))


def _texts(sentence: str, said: Reading, source: Reading) -> list[str]:
    """All that is embedded to judge a sentence, in one batch."""
    return [sentence, *wholes(said)[:_MOST_CLAUSES], *_parts(source)]


def _parts(source: Reading) -> list[str]:
    """All that is embedded of a quote."""
    return [*source.sentences[:_MOST_PARTS], *wholes(source)[:_MOST_CLAUSES]]


_HALF, _LEAST = 0.5, 0.34
_TURNED = 0.1
_MOST_PARTS, _MOST_CLAUSES = 12, 24


def _figures(sentence: str, quoted: str, around: str) -> Finding | None:
    sentence, held, moment = without_moments(sentence, f"{quoted}\n{around}")
    if moment:
        return Finding(sentence, "number", moment)
    if amount := figures.foreign_amount(sentence, held):
        return Finding(sentence, "number", amount)
    if code := figures.foreign_code(sentence, held):
        return Finding(sentence, "code", code)
    if extent := promised(sentence, held):
        return Finding(sentence, "scope", extent)
    return None


def _leads(quotes: Sequence[str]) -> tuple[list[str], list[str]]:
    """Lines that introduce a list apart from what they introduce."""
    lines = [line for quote in quotes for line in quote.splitlines() if line.strip()]
    leads = [line for line in lines if line.rstrip().endswith((":", "："))]
    body = [line for line in lines if line not in leads]
    return (leads, body) if body else ([], lines)
