"""Bodies of requests; answers are the contract's JSON as the house writes it."""

from __future__ import annotations

from typing import Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from core.applies import clean
from core.errors import OptionInvalid
from core.types import Applicability, Turn

_LONG = 100_000
_NAME = 2_000
_EITHER = "Give either a query or a conversation."


class Body(BaseModel):
    """A request body; a field that does not exist is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Subject(Body):
    """What is asked about; a field that is not given is open."""

    product: str | None = Field(default=None, max_length=_NAME)
    model: str | None = Field(default=None, max_length=_NAME)
    region: str | None = Field(default=None, max_length=_NAME)
    firmware: str | None = Field(default=None, max_length=_NAME)
    contract_from: str | None = Field(default=None, max_length=40)
    contract_to: str | None = Field(default=None, max_length=40)

    def said(self) -> dict[str, str]:
        """Return the fields that were given."""
        values = {name: getattr(self, name) for name in Subject.model_fields}
        return {name: value for name, value in values.items() if value is not None}

    def applicability(self) -> Applicability | None:
        """Return what passages must apply to, or None where nothing was said.

        Raises:
            OptionInvalid: a firmware or a date cannot be read.
        """
        wanted = clean(Applicability(**self.said()))
        return wanted if wanted != Applicability() else None


class Filters(Subject):
    """What narrows a search."""

    audience: str | None = None


class SearchBody(Body):
    """POST /v1/search."""

    query: str = Field(max_length=_LONG)
    top: int = 10
    filters: Filters = Field(default_factory=Filters)


class TurnBody(Body):
    """One message of a conversation."""

    role: str = Field("customer", max_length=_NAME)
    """customer or agent; answering refuses others in its own words, as the command line does."""
    text: str = Field(max_length=_LONG)
    at: str = ""

    def turn(self) -> Turn:
        """Return it as the house's type."""
        return Turn(self.role, self.text, self.at)


class ExplainBody(Body):
    """POST /v1/explain: a query as it is searched, or a conversation as it would be drafted."""

    query: str | None = Field(None, max_length=_LONG)
    conversation: list[TurnBody] | None = Field(None, max_length=2_000)
    top: int = 10
    filters: Filters = Field(default_factory=Filters)

    def asked(self) -> str | list[Turn]:
        """Return which of both was given.

        Raises:
            OptionInvalid: neither was, or both were.
        """
        if self.query is not None and self.conversation is None:
            return self.query
        if self.conversation is not None and self.query is None:
            return [turn.turn() for turn in self.conversation]
        raise OptionInvalid("One thing is explained at a time.", _EITHER)


class SuggestBody(Subject):
    """POST /v1/suggest."""

    conversation: list[TurnBody] = Field(max_length=2_000)
    channel: str = "im"
    audience: str | None = None
    conversation_id: str = Field("", max_length=200)
    stream: bool = False


class AppliesBody(Subject):
    """POST /v1/versions/{id}/applicability; an empty field applies to all."""

    confirm: bool = False
    """What was read of the other fields is right."""
    reason: str = Field("", max_length=2_000)


class PublicAskBody(Subject):
    """POST /v1/public/ask."""

    question: str = Field(
        max_length=2_000, validation_alias=AliasChoices("question", "query", "text")
    )
    channel: str = "im"


class PublicSearchBody(Body):
    """POST /v1/public/search."""

    query: str = Field(max_length=2_000)
    top: int = Field(10, le=20)
    filters: Filters = Field(default_factory=Filters)


class VerdictBody(Body):
    """POST /v1/drafts/{id}/verdict."""

    kind: Literal["accept", "edit", "flag"]
    text: str = Field("", max_length=_LONG)
    reason: str = Field("", max_length=200)
    note: str = Field("", max_length=10_000)
    force: bool = False
    """Use the reply although the customer has written again since."""


class SignInBody(Body):
    """POST /v1/session."""

    name: str = Field(max_length=200)
    password: str = Field(max_length=1_000)


class ReasonBody(Body):
    """Why a version is published, rolled back or withdrawn."""

    reason: str = Field("", max_length=2_000)
    force: bool = False
    """Go on although it breaks what rests on the document; needs a reason."""


class MoveBody(ReasonBody):
    """What is said of publishing a version or rolling a document back."""

    force: bool = False
    """Go on although something breaks; needs a reason."""
    expected: str | int | None = None
    """What was seen of the document: its live version's id, or its number of moves."""
    valid_from: str | None = Field(None, max_length=40)
    valid_to: str | None = Field(None, max_length=40)


class CareBody(ReasonBody):
    """PATCH /v1/documents/{id}; what is not given stays."""

    owner: str | None = None
    review_days: int | None = None


class UserBody(Body):
    """POST /v1/users."""

    name: str
    role: str
    password: str = ""
    groups: list[str] = Field(default_factory=list, max_length=200)


class GroupsBody(Body):
    """PUT /v1/users/{name}/groups; without ``groups``, those that the user is in stay."""

    groups: list[str] | None = Field(None, max_length=200)
    add: list[str] = Field(default_factory=list, max_length=200)
    remove: list[str] = Field(default_factory=list, max_length=200)


class KeyBody(Body):
    """POST /v1/keys."""

    role: str
    name: str = ""
    groups: list[str] = Field(default_factory=list, max_length=200)


class ImportBody(Body):
    """POST /v1/evals/import."""

    text: str = Field(max_length=50_000_000)
    """Cases as JSON lines."""
    name: str = Field("import", max_length=200)
    """What messages call it."""
    approve: bool = False
    """Whether the cases count at once; else they wait to be approved."""


class GateBody(Body):
    """POST /v1/evals/gate."""

    gate: str = Field("", max_length=100_000)
    """The gate file's text; empty is the one called ``name``."""
    name: str = Field("release", max_length=200)
    """Of a gate that comes with the product, or what messages call the text."""
    run: str = Field("", max_length=100)
    """Id of a run that is done; empty is the last of the gate's suite."""
    against: str = Field("", max_length=100)
    """Id of the run to compare with; empty is the suite's last run before."""


class RunBody(Body):
    """POST /v1/evals/runs."""

    suite: str = Field("samples", max_length=2_000)
    workers: int = Field(0, ge=0, le=64)
    """How many cases are asked at once; 0 is as the settings say."""
    fresh: bool = False
    """Whether every case is drafted anew, though nothing else is found than before."""
    since: str = Field("", max_length=100)
    """The run whose records may stand; empty is the last that can be."""
    resume: str = Field("", max_length=100)
    """An unfinished run to go on with; all else then stays as it was asked."""
    wait: bool = True
    """Whether to answer with the report; else with the run's id at once."""
