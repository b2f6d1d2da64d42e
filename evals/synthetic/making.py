"""Making cases of documents: the same corpus always gives the same ones."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from core.text import squeeze
from core.types import EvalCase
from evals.synthetic.base import MAKERS, Source, case_of

SEED = "citedesk"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A case and what it was made from."""

    case: EvalCase
    kind: str
    document: str


def make_cases(
    sources: Iterable[Source],
    kinds: Sequence[str] = (),
    *,
    limit: int = 0,
    seed: str = SEED,
    hide: Callable[[str], str] = str,
    asked: Collection[str] = (),
) -> list[Drawn]:
    """Return cases of some documents, sorted by document and id.

    A question that more than one document would answer, that is ``asked`` already (squeezed), or
    that holds personal data is left out. With a limit, kinds and documents have equal shares, and
    the seed decides which cases they are.

    Raises:
        OptionInvalid: a kind is unknown.
    """
    makers = [(kind, MAKERS.get(kind)) for kind in kinds or MAKERS.names()]
    found: dict[str, list[Drawn]] = defaultdict(list)
    for source in sources:
        for kind, maker in makers:
            for made in maker(source):
                case = case_of(source, made)
                if case is not None and not _hides(case, hide):
                    found[squeeze(case.question)].append(Drawn(case, kind, source.key))
    known = set(asked)
    drawn = [
        many[0]
        for question, many in found.items()
        if question not in known and len({one.document for one in many}) == 1
    ]
    chosen = list(_spread(drawn, limit, seed)) if limit else drawn
    return sorted(chosen, key=lambda one: (one.document, one.kind, one.case.id))


def _hides(case: EvalCase, hide: Callable[[str], str]) -> bool:
    """Whether a case holds what is nobody else's business."""
    return any(hide(text) != text for text in (case.question, case.reference))


def _spread(drawn: Iterable[Drawn], limit: int, seed: str) -> Iterator[Drawn]:
    """So many cases, one of each kind and document after another."""
    heaps: dict[str, dict[str, list[Drawn]]] = defaultdict(lambda: defaultdict(list))
    for one in sorted(drawn, key=lambda one: _order(one.case.id, seed)):
        heaps[one.kind][one.document].append(one)
    by_kind = [list(_in_turn(heaps[kind].values())) for kind in sorted(heaps)]
    yield from list(_in_turn(by_kind))[:limit]


def _in_turn(heaps: Iterable[list[Drawn]]) -> Iterator[Drawn]:
    for row in zip_longest(*heaps):
        yield from (one for one in row if one is not None)


def _order(case_id: str, seed: str) -> str:
    return hashlib.sha256(f"{seed}\n{case_id}".encode()).hexdigest()
