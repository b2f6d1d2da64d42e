"""What the API answers about a case of a run, and of two runs, as plain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ui.evals_shapes import Json, strings, text
from ui.explain_shapes import Why, read_why


@dataclass(frozen=True, slots=True)
class Cited:
    """A quote that a draft cites."""

    marker: int
    title: str
    page: int | None
    quote: str


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a draft was made from."""

    chunk_id: str
    title: str
    headings: tuple[str, ...]
    page: int | None
    version: int | None
    text: str
    gone: bool
    live: bool
    cited: bool
    expected: bool


@dataclass(frozen=True, slots=True)
class Labelled:
    """What people said of a draft by a metric that a language model judges."""

    mine: float | None
    """What the reader said: 1 is right, 0 is wrong; None where nothing."""
    people: int
    """How many said something of this draft."""
    drafts: int
    """How many drafts of this judge were labelled."""
    needed: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run made of a case."""

    run: str
    standing: str
    error: str
    unscored: Mapping[str, str]
    got: str
    answer: str
    clarify: str
    hidden: bool
    confidence: float | None
    taken_from: str
    citations: tuple[Cited, ...]
    evidence: tuple[Found, ...]
    found: frozenset[int]
    """Places of the expected passages that were found."""
    cited: frozenset[int] | None
    """Of those that the draft cites; None where the run did not keep it."""
    why: Why | None
    labels: Mapping[str, Labelled]
    """By each metric that the draft can be labelled by."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A passage that a right answer rests on."""

    title: str
    quote: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Scored:
    """A case's score by one metric in two runs."""

    name: str
    before: float | None
    after: float | None
    change: str
    """better, worse, same, or empty where one run lacks it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A case with what one run, or two, made of it."""

    id: str
    question: str
    history: tuple[tuple[str, str], ...]
    language: str
    channel: str
    product: str
    difficulty: str
    origin: str
    state: str
    tags: tuple[str, ...]
    reference: str
    expected: tuple[Wanted, ...]
    in_casebook: bool
    rewritten: bool
    before: Outcome | None
    after: Outcome | None
    paired: bool
    """Whether two runs were asked for."""
    metrics: tuple[Scored, ...]


def read_pair(item: Json) -> Pair:
    """Read a case with what two runs made of it, or one."""
    case = item["case"]
    paired = "after" in item
    before = item.get("before")
    after = item["after"] if paired else item["outcome"]
    question = text(case, "question")
    return Pair(
        id=str(case["id"]),
        question=question,
        history=tuple((text(t, "role"), text(t, "text")) for t in case.get("history") or ()),
        language=text(case, "language"),
        channel=text(case, "channel"),
        product=text(case, "product"),
        difficulty=text(case, "difficulty"),
        origin=text(case, "origin"),
        state=text(case, "state"),
        tags=strings(case, "tags"),
        reference=text(case, "reference"),
        expected=tuple(
            Wanted(text(one, "title"), text(one, "quote"), bool(one.get("hidden")))
            for one in case.get("expected") or ()
        ),
        in_casebook=bool(case.get("in_casebook")),
        rewritten=bool(item.get("rewritten")),
        before=_outcome(before, question) if before else None,
        after=_outcome(after, question) if after else None,
        paired=paired,
        metrics=tuple(
            Scored(str(name), one.get("before"), one.get("after"), text(one, "change"))
            for name, one in item["metrics"].items()
        ),
    )


def _outcome(item: Json, question: str) -> Outcome:
    draft = item.get("draft") or {}
    error = item.get("error") or {}
    cited, why = item.get("cited"), item.get("why")
    confidence = draft.get("confidence")
    return Outcome(
        run=str(item["run"]),
        standing=str(item["standing"]),
        error=" ".join(filter(None, (text(error, "code"), text(error, "message")))),
        unscored={str(k): str(v) for k, v in (item.get("unscored") or {}).items()},
        got=text(item, "got"),
        answer=text(draft, "answer"),
        clarify=text(draft, "clarify"),
        hidden=bool(item.get("hidden")),
        confidence=None if confidence is None else float(confidence),
        taken_from=text(item, "taken_from"),
        citations=tuple(
            Cited(int(c["marker"]), text(c, "title"), c.get("page"), text(c, "quote"))
            for c in draft.get("citations") or ()
        ),
        evidence=tuple(_found(one) for one in item.get("evidence") or ()),
        found=frozenset(int(i) for i in item.get("found") or ()),
        cited=None if cited is None else frozenset(int(i) for i in cited),
        why=read_why(why, question) if why else None,
        labels={
            str(name): Labelled(
                one["mine"], int(one["people"]), int(one["drafts"]), int(one["least"])
            )
            for name, one in (item.get("labels") or {}).items()
        },
    )


def _found(item: Json) -> Found:
    version = item.get("version")
    return Found(
        chunk_id=str(item["chunk_id"]),
        title=text(item, "title"),
        headings=strings(item, "headings"),
        page=item.get("page"),
        version=None if version is None else int(version),
        text=text(item, "text"),
        gone=bool(item.get("gone")),
        live=bool(item.get("live")),
        cited=bool(item.get("cited")),
        expected=bool(item.get("expected")),
    )
