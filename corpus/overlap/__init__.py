"""What two documents say twice, and what they say differently of the same thing."""

from corpus.overlap.findings import Difference, Differs, Finding, FindingKind, Side, Subject
from corpus.overlap.pairing import disagreements, lags, likely_pair
from corpus.overlap.sentences import contradictions
from corpus.overlap.sketches import duplicates

__all__ = [
    "Difference",
    "Differs",
    "Finding",
    "FindingKind",
    "Side",
    "Subject",
    "contradictions",
    "disagreements",
    "duplicates",
    "lags",
    "likely_pair",
]
