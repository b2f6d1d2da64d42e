"""Bodies of requests; answers are the contract's JSON as the house writes it."""

from __future__ import annotations

from typing import Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from core.types import Applicability, Turn

_LONG = 100_000


class Body(BaseModel):
    """A request body; a field that does not exist is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


def applicability(
    product: str | None = None, model: str | None = None, region: str | None = None
) -> Applicability | None:
    """Return what passages must apply to, or None where nothing was said."""
    wanted = Applicability(product or "", model or "", region or "")
    return wanted if wanted != Applicability() else None


class Filters(Body):
    """What narrows a search."""

    audience: str | None = None
    product: str | None = None
    model: str | None = None
    region: str | None = None

    def applicability(self) -> Applicability | None:
        """Return what passages must apply to, or None where nothing was said."""
        return applicability(self.product, self.model, self.region)


class SearchBody(Body):
    """POST /v1/search."""

    query: str = Field(max_length=_LONG)
    top: int = 10
    filters: Filters = Field(default_factory=Filters)


class TurnBody(Body):
    """One message of a conversation."""

    role: Literal["customer", "agent"] = "customer"
    text: str = Field(max_length=_LONG)
    at: str = ""

    def turn(self) -> Turn:
        """Return it as the house's type."""
        return Turn(self.role, self.text, self.at)


class SuggestBody(Body):
    """POST /v1/suggest."""

    conversation: list[TurnBody] = Field(max_length=2_000)
    channel: str = "im"
    product: str | None = None
    model: str | None = None
    region: str | None = None
    audience: str | None = None
    conversation_id: str = Field("", max_length=200)
    stream: bool = False

    def applicability(self) -> Applicability | None:
        """Return what the conversation is about, or None where nothing was said."""
        return Filters(product=self.product, model=self.model, region=self.region).applicability()


class PublicAskBody(Body):
    """POST /v1/public/ask."""

    question: str = Field(
        max_length=2_000, validation_alias=AliasChoices("question", "query", "text")
    )
    channel: str = "im"
    product: str | None = None
    model: str | None = None


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


class SignInBody(Body):
    """POST /v1/session."""

    name: str = Field(max_length=200)
    password: str = Field(max_length=1_000)


class ReasonBody(Body):
    """Why a version is published, rolled back or withdrawn."""

    reason: str = Field("", max_length=2_000)


class UserBody(Body):
    """POST /v1/users."""

    name: str
    role: str
    password: str = ""


class KeyBody(Body):
    """POST /v1/keys."""

    role: str
    name: str = ""


class RunBody(Body):
    """POST /v1/evals/runs."""

    suite: str = "samples"
