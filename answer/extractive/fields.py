"""Whether what is asked is another thing for another region, release, contract or product.

Documents are told apart by what they apply to. Where the best answer is of one, something as
likely meant is of another, both of the same thing, and what they say differs, the customer is
asked. Models are told apart line by line in :mod:`answer.extractive.variants`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.base import DraftRequest
from answer.extractive.naming import section_of
from answer.extractive.procedure import Procedure
from answer.extractive.question import Question
from answer.extractive.score import Scored
from answer.extractive.units import Unit
from answer.extractive.variants import differ, least_share, same_kind_of_thing, subject_terms
from answer.tone.wording import Wording
from core.applies import disjoint, names_of
from core.types import Applicability, Clarify

_FIELDS = ("region", "firmware", "contract", "product")
"""The order in which they are asked about: a product is told by most other words."""
_ALIKE = 0.6
_LONGEST_OPTION = 60
_OR = {"zh": (" 还是 ", "、"), "en": (" or ", ", ")}
_FIRMWARE = {
    "zh": {">=": "{} 及以上", "<=": "{} 及以下", "<": "{} 以前", "": "{}"},
    "en": {">=": "{} or later", "<=": "{} or earlier", "<": "before {}", "": "{}"},
}
_CONTRACT = {
    "zh": ("{} 及以后", "{} 及以前", "{} 至 {}"),
    "en": ("from {}", "up to {}", "{} to {}"),
}


def which(field: str, options: Sequence[str], request: DraftRequest) -> Clarify:
    """Return the question which of several variants it is."""
    last, between = _OR[request.language]
    first = between.join(options[:-1])
    listed = f"{first}{last}{options[-1]}" if first else options[-1]
    said = Wording(request.rules, request.language, request.channel)
    return Clarify(said.words("which", field, options=listed), tuple(options))


def open_field(
    request: DraftRequest, question: Question, scored: Sequence[Scored]
) -> Clarify | None:
    """Return the question that has to be asked before the best unit may be said, if any."""
    best = scored[0]
    near = [
        item.unit
        for item in scored[1:]
        if item.score >= least_share(best.unit, item.unit, frozenset()) * best.score
    ]
    for field in _open(request):
        rivals = [
            unit
            for unit in near
            if disjoint(best.unit.chunk.applicability, unit.chunk.applicability, field)
            and _told_apart_by(field, best.unit, unit)
            and same_kind_of_thing(question, best.unit, unit)
            and _alike(best.unit, unit)
            and differ(best.unit.text, unit.text, frozenset())
        ]
        if clarify := _asked(field, [best.unit, *rivals], request):
            return clarify
    return None


def open_field_of_steps(
    request: DraftRequest, procedures: Sequence[Procedure], share: float
) -> Clarify | None:
    """The same for procedures, of which the first is the best."""
    best = procedures[0]
    for field in _open(request):
        rivals = [
            p.units[0]
            for p in procedures[1:]
            if p.score >= share * best.score
            and disjoint(best.units[0].chunk.applicability, p.units[0].chunk.applicability, field)
            and _told_apart_by(field, best.units[0], p.units[0])
            and _same_heading(best.units[0], p.units[0])
            and not same_steps(best, p, frozenset())
        ]
        if clarify := _asked(field, [best.units[0], *rivals], request):
            return clarify
    return None


def same_steps(one: Procedure, other: Procedure, names: frozenset[str]) -> bool:
    """Say whether two procedures tell the same steps, whatever the models are called."""
    first, second = (" ".join(unit.text for unit in p.units) for p in (one, other))
    alike = subject_terms(first, names) == subject_terms(second, names)
    return alike and not differ(first, second, names)


def _open(request: DraftRequest) -> list[str]:
    wanted = request.applicability
    given = {
        "region": wanted.region,
        "firmware": wanted.firmware,
        "contract": wanted.contract_from or wanted.contract_to,
        # Who names a model names its product.
        "product": wanted.product or wanted.model or request.products,
    }
    return [field for field in _FIELDS if not given[field]]


def _told_apart_by(field: str, one: Unit, other: Unit) -> bool:
    """Whether nothing that is asked before tells two units apart already."""
    first, second = one.chunk.applicability, other.chunk.applicability
    if field != "product" and disjoint(first, second, "product"):
        return False
    return not disjoint(first, second, "model")


def _alike(one: Unit, other: Unit) -> bool:
    """Whether two units say something of the same: most of the words of the shorter are shared."""
    terms = [subject_terms(unit.text, frozenset()) for unit in (one, other)]
    least = max(1, min(map(len, terms)))
    return len(terms[0] & terms[1]) >= _ALIKE * least or (
        _same_heading(one, other) and bool(terms[0] & terms[1])
    )


def _same_heading(one: Unit, other: Unit) -> bool:
    names = [subject_terms(section_of(unit.chunk), frozenset()) for unit in (one, other)]
    return bool(names[0]) and names[0] == names[1]


def _asked(field: str, units: Sequence[Unit], request: DraftRequest) -> Clarify | None:
    options = [_option(field, unit.chunk.applicability, request.language) for unit in units]
    distinct = list(dict.fromkeys(filter(None, options)))
    return which(field, distinct, request) if len(distinct) > 1 else None


def _option(field: str, has: Applicability, language: str) -> str:
    if field == "contract":
        since, until, between = _CONTRACT[language]
        if has.contract_from and has.contract_to:
            return between.format(has.contract_from, has.contract_to)
        return (
            since.format(has.contract_from) if has.contract_from else until.format(has.contract_to)
        )
    if field == "firmware":
        return _release(has.firmware, language)[:_LONGEST_OPTION]
    between_names = "、" if language == "zh" else ", "
    return between_names.join(n.written for n in names_of(getattr(has, field)))[:_LONGEST_OPTION]


def _release(field: str, language: str) -> str:
    said = []
    for part in field.split(","):
        bounds = re.findall(r"(>=|<=|<|)([\d.]+)", part)
        if [operator for operator, _ in bounds] == [">=", "<="]:
            said.append(f"{bounds[0][1]}–{bounds[1][1]}")
        else:
            said += [_FIRMWARE[language][operator].format(release) for operator, release in bounds]
    return ("、" if language == "zh" else ", ").join(said)
