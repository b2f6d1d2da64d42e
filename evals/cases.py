"""Suites of evaluation cases as JSON lines: the ones that ship, and anyone's file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import DataInvalid, FileUnreadable, OptionInvalid, PathNotFound
from core.personal import KnownValues, mask
from core.personal.known import NOTHING
from core.types import DraftState, EvalCase, ExpectedPassage

GOLDEN = Path(__file__).with_name("golden")
_APPROVED = "approved"
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


def suite_names(folder: Path = GOLDEN) -> list[str]:
    """Return the names of the suites in a folder, sorted."""
    return sorted(path.stem for path in folder.glob("*.jsonl"))


def load_suite(
    suite: str, folder: Path = GOLDEN, known: KnownValues = NOTHING
) -> tuple[EvalCase, ...]:
    """Return a suite's approved cases, by the suite's name or the path of a .jsonl file.

    In cases made from conversations personal data is masked, but for what is ``known`` to all.

    Raises:
        OptionInvalid: no suite has the name.
        PathNotFound: no file lies at the path.
        FileUnreadable: the file cannot be read.
        DataInvalid: a line is not a case, two cases share an id, or no case is approved.
    """
    path = _located(suite, folder)
    cases = tuple(case for case in _read(path, known) if case.status == _APPROVED)
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


def _read(path: Path, known: KnownValues) -> Iterator[EvalCase]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        raise DataInvalid(f"{path.name} is not UTF-8 text.", "Save it as UTF-8.") from exc
    except OSError as exc:
        raise FileUnreadable(
            f"{path.name} cannot be read: {exc.strerror}.", "Check its permissions."
        ) from exc
    seen: dict[str, int] = {}
    # Not splitlines(): U+2028 and the like are legal inside a JSON string.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        case = _parsed(line, f"{path.name} line {number}", known)
        if case.id in seen:
            raise DataInvalid(
                f"{path.name} line {number}: the id {case.id!r} is that of line {seen[case.id]}.",
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
