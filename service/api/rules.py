"""Routes for the rules that a house may write for itself, and for surge mode."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from answer.rules.surge import SurgeState
from core.serial import to_json
from service import rules
from service.api.context import Asking, Shared
from service.api.schemas import Body
from service.api.sight import sees_draft
from service.dates import read_date

router = APIRouter(prefix="/v1", tags=["rules"])

# A set is read only up to its own, smaller limit; the rest of the text makes a clear refusal.
_LONGEST = 2_000_000


class ProposedBody(Body):
    """POST /v1/rules/{name}/preview: rules as YAML text or as values."""

    text: str | None = Field(None, max_length=_LONGEST)
    body: dict[str, Any] | None = None
    last: int = 200
    """How many of the latest drafts they are tried on."""


class SaveBody(Body):
    """PUT /v1/rules/{name}."""

    text: str | None = Field(None, max_length=_LONGEST)
    body: dict[str, Any] | None = None
    based_on: int = Field(ge=0)
    """Number of the version that was edited; 0 is what comes with the product."""
    reason: str = Field("", max_length=2_000)


class RestoreBody(Body):
    """POST /v1/rules/{name}/restore."""

    number: int = Field(ge=0)
    """Of the version that is to hold again; 0 is what comes with the product."""
    based_on: int = Field(ge=0)
    reason: str = Field("", max_length=2_000)


class SurgeBody(Body):
    """PUT /v1/surge."""

    on: bool
    until: str = Field("", max_length=40)
    reason: str = Field("", max_length=2_000)


@router.get("/rules")
def every(held: Shared, who: Asking) -> dict[str, Any]:
    """List the sets of rules, with the version of each that holds."""
    who.require("ask")
    return {"rules": rules.listed(held.desk), "may_edit": who.may("rules")}


@router.get("/rules/{name}")
def one(
    name: str, held: Shared, who: Asking, number: Annotated[int | None, Query(ge=0)] = None
) -> dict[str, Any]:
    """Return a set of rules, as text and as values; the version that holds, or another."""
    who.require("ask")
    return rules.shown(held.desk, name, number)


@router.put("/rules/{name}")
def save(name: str, body: SaveBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Save a set of rules; it holds from the next question on."""
    who.require("rules")
    text, _ = rules.written(held.desk, name, body.text, body.body)
    held.desk.rules.save(name, text, based_on=body.based_on, by=who.name, reason=body.reason)
    return rules.shown(held.desk, name)


@router.post("/rules/{name}/preview")
def preview(name: str, body: ProposedBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Try proposed rules on the latest drafts; nothing is saved."""
    who.require("rules")
    text, proposed = rules.written(held.desk, name, body.text, body.body)
    found = rules.tried(
        held.desk, name, proposed, body.last, lambda draft_id: sees_draft(held, who, draft_id)
    )
    return {"text": text, "body": proposed, **found}


@router.get("/rules/{name}/versions")
def versions(name: str, held: Shared, who: Asking) -> dict[str, Any]:
    """List who saved which version when and why, the newest first."""
    who.require("ask")
    return {"versions": rules.versions(held.desk, name)}


@router.post("/rules/{name}/restore")
def restore(name: str, body: RestoreBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Let an older version hold again."""
    who.require("rules")
    held.desk.rules.restore(
        name, body.number, based_on=body.based_on, by=who.name, reason=body.reason
    )
    return rules.shown(held.desk, name)


@router.get("/surge")
def surge(held: Shared, who: Asking) -> dict[str, Any]:
    """Say whether surge mode is on, until when, and who switched it."""
    who.require("ask")
    return {**_surge(held.desk.surge.state()), "may_edit": who.may("rules")}


@router.put("/surge")
def switch(body: SurgeBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Switch surge mode on, until a time if one is given, or off."""
    who.require("rules")
    until = read_date(body.until, held.desk.settings.zone()) if body.until.strip() else None
    done = held.desk.surge.switch(body.on, by=who.name, reason=body.reason, until=until)
    return {**_surge(done), "may_edit": True}


def _surge(state: SurgeState) -> dict[str, Any]:
    return {
        "on": state.on,
        "until": to_json(state.until),
        "by": state.by,
        "at": to_json(state.at),
        "reason": state.reason,
    }
