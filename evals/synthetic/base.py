"""What makes cases from passages, and the door through which such makers come in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.registry import Registry
from core.text import reply_language, squeeze
from core.types import Chunk, DraftState, EvalCase, ExpectedPassage
from evals.kept_cases import CaseOrigin
from evals.synthetic.wording import Subject

SYNTHETIC = "synthetic"
"""The name of the suite, and the origin of its cases."""
_MOST_ASKED, _MOST_SAID = 160, 400
_FEWEST_QUOTED = 4
_UNFILLED = re.compile(r"\{\{|\}\}|\$\{|<[a-z_]+>|�")
"""What a form or a program would fill in."""


@dataclass(frozen=True, slots=True)
class Source:
    """A live document: its passages in reading order, and what else makers must know."""

    key: str
    chunks: Sequence[Chunk]
    subject: Subject
    words: frozenset[str] = frozenset()
    """The codes of all documents, folded: what is not among them is known to none."""
    guidance: Mapping[str, Any] = field(default_factory=dict)
    """The rules that tell steps from other numbered lines."""


@dataclass(frozen=True, slots=True)
class Made:
    """A question with what answers it; without a quote, nothing does."""

    kind: str
    question: str
    reference: str = ""
    quotes: tuple[str, ...] = ()
    chunk: Chunk | None = None


Maker = Callable[[Source], Iterator[Made]]
MAKERS: Registry[Maker] = Registry("kind of synthetic case", "evals.synthetic.kinds")


def case_of(source: Source, made: Made) -> EvalCase | None:
    """Return what was made as a case; None where it is not fit to be one."""
    question = " ".join(made.question.split())
    reference = made.reference.strip()[:_MOST_SAID]
    quotes = tuple(quote for quote in made.quotes if len(squeeze(quote)) >= _FEWEST_QUOTED)
    if _UNFILLED.search(question + reference):
        return None
    if len(question) > _MOST_ASKED or (made.quotes and not (quotes and reference)):
        return None
    chunk = made.chunk or source.chunks[0]
    if any(squeeze(quote) not in squeeze(chunk.text) for quote in quotes):
        return None
    told = hashlib.sha256(f"{source.key}\n{made.kind}\n{squeeze(question)}".encode()).hexdigest()
    return EvalCase(
        id=f"syn_{told[:16]}",
        question=question,
        language=reply_language(question),
        audience=chunk.audience,
        state=DraftState.ANSWERED if quotes else DraftState.NO_EVIDENCE,
        reference=reference if quotes else "",
        expected=tuple(ExpectedPassage(source.key, quote) for quote in quotes),
        tags=(f"{SYNTHETIC}:{made.kind}",),
        origin=CaseOrigin.SYNTHETIC.value,
        product=chunk.applicability.model or chunk.applicability.product,
    )
