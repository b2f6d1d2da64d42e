"""Whether a draft leaves out nothing that the reference says."""

from __future__ import annotations

from core.text import split_sentences
from evals.facts import covered, key_facts
from evals.metrics.base import CaseOutcome, Tools, metric
from evals.metrics.overlap import words_covered


@metric("completeness")
def completeness(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return how much of the reference's sentences an answerable case's draft holds.

    The mean over the sentences of the share of their words that the draft has; a sentence counts
    half where the draft lacks one of its numbers or codes. A refusal scores 0.
    """
    reference = outcome.case.reference
    sentences = [
        s for span in split_sentences(reference) if (s := reference[span.start : span.end])
    ]
    if not outcome.answerable or not sentences:
        return None
    if not outcome.answered:
        return 0.0
    return sum(_held(sentence, outcome.reply) for sentence in sentences) / len(sentences)


def _held(sentence: str, reply: str) -> float:
    said = key_facts(reply)
    share = words_covered(sentence, reply)
    return share if all(covered(fact, said) for fact in key_facts(sentence)) else share / 2
