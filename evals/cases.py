"""Suites of evaluation cases as JSON lines: the ones that ship, and anyone's file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import DataInvalid, FileUnreadable, OptionInvalid, PathNotFound
from core.personal import KnownValues, mask
from core.personal.known import NOTHING
from core.types import DraftState, EvalCase, ExpectedPassage, Turn

GOLDEN = Path(__file__).with_name("golden")
APPROVED = "approved"
"""The status of cases that count, and the name of the suite of those that people approved."""
_BY_HAND = "hand-written"

_SAID = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of a case",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "model_type": "must be an object",
}


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


class _Expected(_Model):
    document: str = Field(min_length=1)
    quote: str = Field(min_length=1)


class _Turn(_Model):
    role: Literal["customer", "agent"]
    text: str = Field(min_length=1)
    at: str = ""


class _Line(_Model):
    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    language: Literal["zh", "en"]
    audience: str = Field(min_length=1)
    state: Literal["answered", "no_evidence", "clarify"]
    reference: str
    expected: tuple[_Expected, ...]
    tags: tuple[str, ...] = ()
    origin: str = _BY_HAND
    status: Literal["proposed", "approved", "retired"] = "approved"
    history: tuple[_Turn, ...] = ()
    channel: str = Field("im", min_length=1)
    product: str = ""
    difficulty: Literal["", "easy", "medium", "hard"] = ""


class Approved(Protocol):
    """Where the cases are kept that people approved."""

    def approved(self) -> tuple[EvalCase, ...]:
        """Return them."""
        ...


def suite_names(folder: Path = GOLDEN) -> list[str]:
    """Return the names of the suites in a folder, sorted."""
    return sorted(path.stem for path in folder.glob("*.jsonl"))


def load_suite(
    suite: str,
    folder: Path = GOLDEN,
    known: KnownValues = NOTHING,
    book: Approved | None = None,
) -> tuple[EvalCase, ...]:
    """Return a suite's approved cases, by the suite's name or the path of a .jsonl file.

    The suite ``approved`` is those of the ``book``. In cases made from conversations personal
    data is masked, but for what is ``known`` to all.

    Raises:
        OptionInvalid: no suite has the name.
        PathNotFound: no file lies at the path.
        FileUnreadable: the file cannot be read.
        DataInvalid: a line is not a case, two cases share an id, or no case is approved.
    """
    if suite == APPROVED and book is not None:
        if not (kept := book.approved()):
            raise DataInvalid("No case is approved yet.", "Approve some, or name another suite.")
        return kept
    path = _located(suite, folder)
    cases = tuple(case for case in read_cases(path, known) if case.status == APPROVED)
    if not cases:
        raise DataInvalid(
            f"{path.name} holds no approved case.", "Add cases, one JSON object a line."
        )
    return cases


def suite_label(suite: str) -> str:
    """Return what a run over a suite given by name or path calls it."""
    return Path(suite).stem if _is_path(suite) else suite


def _is_path(suite: str) -> bool:
    return suite.endswith(".jsonl") or "/" in suite or "\\" in suite


def _located(suite: str, folder: Path) -> Path:
    if _is_path(suite):
        path = Path(suite).expanduser()
        if not path.is_file():
            raise PathNotFound(f"There is no suite file {suite}.", "Check the path.")
        return path
    known = suite_names(folder)
    if suite not in known:
        raise OptionInvalid(
            f"There is no suite called {suite!r}.",
            f"Choose one of: {', '.join(known) or 'none yet'}; or give the path of a .jsonl file.",
        )
    return folder / f"{suite}.jsonl"


def read_cases(path: Path, known: KnownValues = NOTHING) -> Iterator[EvalCase]:
    """Yield the cases of a .jsonl file, whatever their status.

    Raises:
        FileUnreadable, DataInvalid: as :func:`load_suite`.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        raise DataInvalid(f"{path.name} is not UTF-8 text.", "Save it as UTF-8.") from exc
    except OSError as exc:
        raise FileUnreadable(
            f"{path.name} cannot be read: {exc.strerror}.", "Check its permissions."
        ) from exc
    yield from parse_cases(text, path.name, known)


def parse_cases(text: str, name: str, known: KnownValues = NOTHING) -> Iterator[EvalCase]:
    """Yield the cases of JSON lines, whatever their status; ``name`` is what errors call them.

    Raises:
        DataInvalid: a line is not a case, has a field that cases have not, or repeats an id.
    """
    seen: dict[str, int] = {}
    # Not splitlines(): U+2028 and the like are legal inside a JSON string.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        case = _parsed(line, f"{name} line {number}", known)
        if case.id in seen:
            raise DataInvalid(
                f"{name} line {number}: the id {case.id!r} is that of line {seen[case.id]}.",
                "Give each case its own id.",
            )
        seen[case.id] = number
        yield case


def _parsed(line: str, where: str, known: KnownValues) -> EvalCase:
    try:
        read = _Line.model_validate_json(line)
    except ValidationError as exc:
        raise DataInvalid(f"{where}: {_reason(exc)}.", "Correct the line.") from exc
    if read.state == "answered" and not (read.expected and read.reference):
        raise DataInvalid(
            f"{where}: an answered case needs a reference and an expected passage.",
            "Add them, or set its state to no_evidence.",
        )
    if read.state == "no_evidence" and read.expected:
        raise DataInvalid(
            f"{where}: a no_evidence case cannot expect a passage.",
            "Leave expected empty, or set its state to answered.",
        )
    # What people wrote of themselves in a conversation is no part of a case made from it.
    hides = read.origin != _BY_HAND
    return EvalCase(
        id=read.id,
        question=mask(read.question, known) if hides else read.question,
        language=read.language,
        audience=read.audience,
        state=DraftState(read.state),
        reference=mask(read.reference, known) if hides else read.reference,
        expected=tuple(ExpectedPassage(e.document, e.quote) for e in read.expected),
        tags=read.tags,
        origin=read.origin,
        status=read.status,
        history=tuple(
            Turn(t.role, mask(t.text, known) if hides else t.text, t.at) for t in read.history
        ),
        channel=read.channel,
        product=read.product,
        difficulty=read.difficulty,
    )


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=True)[0]
    kind, context = first["type"], first.get("ctx", {})
    if kind == "json_invalid":
        return f"it is not JSON ({context.get('error', 'unreadable')})"
    field = ".".join(str(part) for part in first["loc"]) or "the line"
    if kind == "literal_error":
        return f"{field} must be {context['expected']}"
    return f"{field} {_SAID.get(kind, first['msg'])}"
