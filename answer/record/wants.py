"""What a customer wants done: money back, another one, a repair, an answer, a call."""

from __future__ import annotations

from collections.abc import Iterator

from answer.record.fields import words
from answer.record.people import Piece


def wants(folded: str) -> Iterator[Piece]:
    """Yield the wishes in a folded text, each with the word that names it.

    One that is denied ("I don't want a refund") or only asked about ("退款政策") is none;
    ``value`` begins with ``-`` where an earlier wish is taken back.
    """
    rules = words()
    for name, pattern in rules.wants.items():
        for match in pattern.finditer(folded):
            before, after = folded[: match.start()][-32:], folded[match.end() :][:16].lstrip()
            if name == "information":
                yield Piece(name, match.start(), match.end())
            elif rules.refused.search(before):
                yield Piece(f"-{name}", match.start(), match.end())
            elif not rules.promised.search(before):
                told = "information" if rules.asked_about.match(after) else name
                yield Piece(told, match.start(), match.end())
