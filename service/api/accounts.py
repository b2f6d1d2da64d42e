"""Routes for signing in, users and keys."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from service.accounts import RIGHTS, Member
from service.api.context import Asking, Shared, visitor
from service.api.schemas import GroupsBody, KeyBody, SignInBody, UserBody

router = APIRouter(prefix="/v1", tags=["accounts"])

_bearer = HTTPBearer()


@router.post("/session", status_code=201, dependencies=[Depends(visitor)])
def sign_in(body: SignInBody, held: Shared) -> dict[str, Any]:
    """Open a session."""
    token, who, expires_at = held.desk.accounts.sign_in(body.name, body.password)
    return {"token": token, "name": who.name, "role": who.role, "expires_at": expires_at}


@router.delete("/session", status_code=204)
def sign_out(
    held: Shared,
    who: Asking,
    credentials: Annotated[HTTPAuthorizationCredentials, Depends(_bearer)],
) -> None:
    """End the session."""
    del who
    held.desk.accounts.revoke(credentials.credentials)


@router.get("/me")
def me(who: Asking) -> dict[str, Any]:
    """Say who is asking."""
    return {
        "name": who.name,
        "role": who.role,
        "rights": sorted(RIGHTS[who.role]),
        "groups": list(who.groups),
    }


@router.get("/users")
def users(held: Shared, who: Asking) -> dict[str, Any]:
    """List users."""
    who.require("accounts")
    return {"users": [_shown(user) for user in held.desk.accounts.users()]}


@router.post("/users", status_code=201)
def add_user(body: UserBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Add a user; a password that was made up is shown this once."""
    who.require("accounts")
    password = held.desk.accounts.add_user(body.name, body.role, body.password, body.groups)
    return {
        "name": body.name,
        "role": body.role,
        "groups": sorted(set(body.groups)),
        "password": password,
    }


@router.put("/users/{name}/groups")
def set_groups(name: str, body: GroupsBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Set the groups that a user is in, or put them into some and take them out of others."""
    who.require("accounts")
    return _shown(
        held.desk.accounts.set_groups(
            name, only=body.groups, add=body.add, remove=body.remove, by=who.name
        )
    )


@router.post("/keys", status_code=201)
def add_key(body: KeyBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Make a key for a program; it is shown this once."""
    who.require("accounts")
    key = held.desk.accounts.create_key(body.role, body.name, body.groups)
    return {"key": key, "role": body.role, "groups": sorted(set(body.groups))}


def _shown(user: Member) -> dict[str, Any]:
    return {"name": user.name, "role": user.role, "groups": list(user.groups)}
