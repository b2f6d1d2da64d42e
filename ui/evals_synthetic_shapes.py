"""What the API answers about cases made from documents, as plain types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ui.evals_shapes import Json, text


@dataclass(frozen=True, slots=True)
class Synthetic:
    """A case that nobody wrote."""

    id: str
    kind: str
    question: str
    reference: str
    """Empty where the documents have no answer."""
    quotes: tuple[str, ...]
    title: str
    language: str
    product: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that were made and that nobody has approved or dropped, and what can be made."""

    cases: tuple[Synthetic, ...]
    kinds: tuple[str, ...]
    model: bool
    """Whether a language model can write questions."""

    def counts(self) -> Mapping[str, int]:
        """Return how many there are of each kind, those of which there are none too."""
        found = Counter(case.kind for case in self.cases)
        return {kind: found[kind] for kind in dict.fromkeys((*self.kinds, *found))}


@dataclass(frozen=True, slots=True)
class Made:
    """What making cases gave."""

    cases: int
    documents: int
    rejected: int


def read_shelf(item: Json) -> Shelf:
    """Read the list."""
    return Shelf(
        tuple(_case(one) for one in item["cases"]),
        tuple(str(kind) for kind in item["kinds"]),
        bool(item["model"]),
    )


def read_made(item: Json) -> Made:
    """Read what was made."""
    return Made(len(item["cases"]), int(item["documents"]), sum(item["rejected"].values()))


def _case(item: Json) -> Synthetic:
    return Synthetic(
        id=str(item["id"]),
        kind=str(item["kind"]),
        question=str(item["question"]),
        reference=text(item, "reference"),
        quotes=tuple(text(one, "quote") for one in item.get("expected") or ()),
        title=text(item, "title") or text(item, "document"),
        language=text(item, "language"),
        product=text(item, "product"),
    )
