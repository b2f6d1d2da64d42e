"""What a record lacks, and the next question that fills it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from answer.record.fields import STEPS, words

_CONTACT = ("phone", "email")
_HANDED_IN = frozenset({"refund", "exchange", "repair"})


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that this kind of conversation needs and that nobody has said."""

    name: str
    """Name of the question: a field, or contact or reference where one of several will do."""
    step: str
    fields: tuple[str, ...]
    """Any one of them fills it."""
    question: str


def missing_of(
    values: Mapping[str, str], language: str, traits: Collection[str] = ()
) -> list[Missing]:
    """Return what is missing, in the order of the four steps, each with its question.

    ``values`` are the fields that are filled, by name; ``traits`` as the reader gives them.
    """
    tongue = "zh" if language == "zh" else "en"
    return [
        Missing(name, _step(fields[0]), fields, words().questions[name][tongue])
        for name, fields in _needed(values, traits)
        if not any(values.get(field) for field in fields)
    ]


def progress_of(
    values: Mapping[str, str], traits: Collection[str] = ()
) -> dict[str, tuple[int, int]]:
    """Return for each step how many of what it needs are there, and how many it needs."""
    done = {step: [0, 0] for step in STEPS}
    for _, fields in _needed(values, traits):
        counted = done[_step(fields[0])]
        counted[0] += any(values.get(field) for field in fields)
        counted[1] += 1
    return {step: (filled, needed) for step, (filled, needed) in done.items()}


def _needed(
    values: Mapping[str, str], traits: Collection[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What this kind of conversation needs, as questions with the fields that answer them."""
    kind = values.get("kind") or "enquiry"
    wanted = frozenset(filter(None, values.get("wants", "").split(", ")))
    if kind != "enquiry":
        yield "name", ("name",)
    if kind != "enquiry" or "call_back" in wanted:
        yield "contact", _CONTACT
    if _about_order(values, kind, wanted, traits):
        yield "reference", ("order", "phone", "account")
    yield "kind", ("kind",)
    if kind != "enquiry":
        if kind == "complaint":
            yield "about", ("about",)
        yield from _details(values, kind, wanted, traits)
        yield "wants", ("wants",)


def _about_order(
    values: Mapping[str, str], kind: str, wanted: frozenset[str], traits: Collection[str]
) -> bool:
    """Whether nothing can be done without the purchase that it is about."""
    process = kind == "complaint" and values.get("about") == "process"
    return process or "own_order" in traits or bool(wanted & {"refund", "exchange"})


def _details(
    values: Mapping[str, str], kind: str, wanted: frozenset[str], traits: Collection[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    about = values.get("about", "")
    of_product = kind == "fault" or about == "product"
    if of_product:
        yield "model", ("model", "product")
        if wanted & _HANDED_IN:
            yield "serial", ("serial",)
    if of_product or about in ("service", "process"):
        yield "happened", ("happened",)
    if kind == "fault":
        yield "tried", ("tried", "error_code")
    if of_product and "visit" in traits:
        yield "place", ("place",)


def _step(field: str) -> str:
    return next(step for step, fields in STEPS.items() if field in fields)
