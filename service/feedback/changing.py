"""What people write in a case, checked before it is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from core.errors import OptionInvalid
from core.types import DraftState, Turn
from evals.feedback.sorts import Sort
from evals.kept_cases import CaseContent, Passage

if TYPE_CHECKING:
    from service.parts import Parts

DIFFICULTIES = ("easy", "medium", "hard")
_LANGUAGES = ("zh", "en")
_ROLES = ("customer", "agent")


def changed(parts: Parts, content: CaseContent, said: Mapping[str, Any]) -> CaseContent:
    """Return what a case says after somebody has changed some of it.

    Raises:
        OptionInvalid: a value is none that the field can have.
    """
    given = dict(said)
    if given.get("sort"):
        one_of("sort", given["sort"], tuple(Sort))
    if given.get("difficulty"):
        one_of("difficulty", given["difficulty"], DIFFICULTIES)
    if "language" in given:
        one_of("language", given["language"], _LANGUAGES)
    if "state" in given:
        given["state"] = DraftState(one_of("state", given["state"], tuple(DraftState)))
    if "tags" in given:
        given["tags"] = tuple(dict.fromkeys(tag.strip() for tag in given["tags"] if tag.strip()))
    if "history" in given:
        given["history"] = _turns(given["history"])
    if "expected" in given:
        found = (_passage(parts, content, one) for one in given["expected"])
        given["expected"] = tuple(dict.fromkeys(found))
    return replace(content, **given)


def one_of(name: str, value: str, known: Sequence[str | StrEnum]) -> str:
    """Return a value that is one of those known.

    Raises:
        OptionInvalid: it is not.
    """
    names = [str(one) for one in known]
    if value not in names:
        raise OptionInvalid(f"A case has no {name} {value[:40]!r}.", f"Use {', '.join(names)}.")
    return value


def _turns(given: Sequence[Mapping[str, str]]) -> tuple[Turn, ...]:
    return tuple(
        Turn(one_of("role", turn["role"], _ROLES), turn["text"].strip(), turn.get("at", ""))
        for turn in given
        if turn["text"].strip()
    )


def _passage(parts: Parts, content: CaseContent, given: Mapping[str, str] | Passage) -> Passage:
    """The passage as it was, where it stands already, else one of a document that is known."""
    if isinstance(given, Passage):
        return given
    document, quote = given["document"].strip(), given["quote"].strip()
    for held in content.expected:
        if (held.document, held.quote) == (document, quote):
            return held
    document_id = parts.records.document_of(document)
    if not document_id or not quote:
        raise OptionInvalid(
            f"There is no passage of {document[:60]!r} to expect.",
            "Name a document that citedesk documents lists, and quote it.",
        )
    return Passage(parts.records.key_of(document_id), quote, document_id=document_id)
