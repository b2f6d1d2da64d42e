"""Who may do what: users, sessions, keys for programs, roles and their rights."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select, update

from core.database import Database, new_id, utc_now
from core.errors import (
    Conflict,
    KeyInvalid,
    NotFound,
    OptionInvalid,
    RightMissing,
    SignInFailed,
)
from core.types import INTERNAL, PUBLIC
from corpus.audit import note
from service.audiences import EVERYTHING
from service.groups import groups_for
from service.lock import OPERATOR
from service.tables import CredentialRow, UserRow

RIGHTS: dict[str, frozenset[str]] = {
    "customer": frozenset({"ask_public"}),
    "agent": frozenset({"ask_public", "ask", "judge"}),
    "knowledge": frozenset(
        {"ask_public", "ask", "judge", "documents", "flags", "approve", "insights"}
    ),
    "qa": frozenset({"ask_public", "ask", "judge", "flags", "evals", "verdicts", "approve"}),
    "supervisor": frozenset(
        {"ask_public", "ask", "judge", "flags", "verdicts", "insights", "rules", "personal"}
    ),
    "admin": frozenset(
        {
            "ask_public",
            "ask",
            "judge",
            "documents",
            "flags",
            "evals",
            "verdicts",
            "insights",
            "rules",
            "approve",
            "personal",
            "accounts",
            "operate",
        }
    ),
}
"""Role -> rights."""

_MIN_PASSWORD = 10
_RESERVED = (OPERATOR, "command line", "public", "samples")
"""Names by which the house itself signs what it does."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking."""

    name: str
    role: str
    user_id: str = ""
    groups: tuple[str, ...] = ()
    """The named groups that they are in."""

    def may(self, right: str) -> bool:
        """Say whether the role has a right."""
        return right in RIGHTS[self.role]

    def require(self, right: str) -> None:
        """Let the request through, or not.

        Raises:
            RightMissing
        """
        if not self.may(right):
            allowed = ", ".join(sorted(role for role, rights in RIGHTS.items() if right in rights))
            raise RightMissing(
                f"The role {self.role} may not do this.", f"Sign in as one of: {allowed}."
            )

    def audiences(self) -> tuple[str, ...]:
        """Return the audiences whose passages this principal may see."""
        # Groups are of people who work here; see service.groups.
        return (PUBLIC, INTERNAL, *self.groups) if self.may("ask") else (PUBLIC,)

    def sight(self) -> Container[str]:
        """Return the audiences that this principal may look into, to be asked one by one."""
        # Whoever operates the house puts people into groups, and may look into each of them.
        return EVERYTHING if self.may("operate") else self.audiences()

    def sees(self, audience: str) -> bool:
        """Say whether this principal may look into what is of an audience."""
        return audience in self.sight()


@dataclass(frozen=True, slots=True)
class Member:
    """A user, as those who keep the accounts see them."""

    name: str
    role: str
    groups: tuple[str, ...] = ()


ANYONE = Principal("anyone", "customer")


class Accounts:
    """Users, sessions and keys in the database; secrets are kept as hashes only."""

    def __init__(self, database: Database, session_hours: int = 12) -> None:
        self._database = database
        self._session_hours = session_hours

    def is_empty(self) -> bool:
        """Say whether nobody can sign in yet."""
        with self._database.read() as session:
            return not session.scalar(select(func.count()).select_from(UserRow))

    def add_user(self, name: str, role: str, password: str = "", groups: Iterable[str] = ()) -> str:
        """Add a user and return the password, made up if none was given.

        Raises:
            OptionInvalid: an unknown role, an unusable name, group or a short password.
            Conflict: the name is taken.
        """
        _check_role(role)
        held = groups_for(role, groups, RIGHTS[role])
        name = name.strip()
        if not name or len(name) > 80 or not name.isprintable() or name in _RESERVED:
            raise OptionInvalid(
                "A user needs a name of up to 80 characters that the house does not use itself.",
                "Give another.",
            )
        password = password or secrets.token_urlsafe(12)
        if len(password) < _MIN_PASSWORD:
            raise OptionInvalid(
                f"The password is shorter than {_MIN_PASSWORD} characters.", "Choose a longer one."
            )
        with self._database.begin() as session:
            if session.scalar(select(UserRow).where(UserRow.name == name)):
                raise Conflict(f"There is a user {name} already.", "Choose another name.")
            session.add(
                UserRow(
                    id=new_id("usr"),
                    name=name,
                    role=role,
                    groups=held,
                    password_hash=_hasher().hash(password),
                    created_at=utc_now(),
                )
            )
        return password

    def users(self) -> list[Member]:
        """Return every user, by name."""
        with self._database.read() as session:
            return [_member(row) for row in session.scalars(select(UserRow).order_by(UserRow.name))]

    def set_groups(
        self,
        name: str,
        *,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
        only: Iterable[str] | None = None,
        by: str = "",
    ) -> Member:
        """Put a user into groups and take them out of others; it holds from their next request.

        ``only`` replaces the groups that they are in.

        Raises:
            NotFound: there is no such user.
            OptionInvalid: a group cannot be one, or the role has none.
        """
        with self._database.begin() as session:
            user = session.scalar(select(UserRow).where(UserRow.name == name.strip()))
            if user is None:
                raise NotFound(f"There is no user {name[:80]}.", "citedesk user list lists them.")
            held = user.groups if only is None else only
            before, gone = list(user.groups), set(remove)
            wanted = [group for group in (*held, *add) if group not in gone]
            user.groups = groups_for(user.role, wanted, RIGHTS[user.role])
            note(
                session,
                "groups",
                kind="user",
                object_id=user.id,
                by=by,
                detail={"name": user.name, "groups": user.groups, "groups_before": before},
            )
            return _member(user)

    def sign_in(self, name: str, password: str) -> tuple[str, Principal, str]:
        """Open a session; return its token, who it is, and when it ends (ISO 8601).

        Raises:
            SignInFailed: the same for an unknown name and for a wrong password.
        """
        from argon2.exceptions import Argon2Error, InvalidHashError

        with self._database.read() as session:
            user = session.scalar(select(UserRow).where(UserRow.name == name.strip()))
        try:
            # An unknown name costs as much time as a wrong password, so neither can be told.
            _hasher().verify(user.password_hash if user else _nobody(), password)
        except (Argon2Error, InvalidHashError):
            user = None
        if user is None:
            raise SignInFailed("Name and password do not match.", "Check both and try again.")
        token = "cds_" + secrets.token_urlsafe(32)
        expires = utc_now() + timedelta(hours=self._session_hours)
        self._remember(token, "session", user.name, user.role, user.id, expires)
        who = Principal(user.name, user.role, user.id, tuple(user.groups))
        return token, who, expires.isoformat()

    def create_key(self, role: str, name: str = "", groups: Iterable[str] = ()) -> str:
        """Make a key for a program and return it; it cannot be shown again.

        Raises:
            OptionInvalid: an unknown role, or a group that cannot be.
        """
        _check_role(role)
        held = groups_for(role, groups, RIGHTS[role])
        key = "cdk_" + secrets.token_urlsafe(32)
        self._remember(key, "key", name or f"{role} key", role, None, None, held)
        return key

    def revoke(self, secret: str) -> None:
        """End a session or a key."""
        with self._database.begin() as session:
            session.execute(
                update(CredentialRow)
                .where(CredentialRow.secret_hash == _digest(secret))
                .values(revoked_at=utc_now())
            )

    def identify(self, secret: str) -> Principal:
        """Return whose session or key this is.

        Raises:
            KeyInvalid: unknown, revoked or expired.
        """
        with self._database.read() as session:
            row = session.scalar(
                select(CredentialRow).where(CredentialRow.secret_hash == _digest(secret))
            )
            user = session.get(UserRow, row.user_id) if row is not None and row.user_id else None
        if row is None or row.revoked_at or (row.expires_at and row.expires_at <= utc_now()):
            raise KeyInvalid(
                "The key is unknown, was revoked or has expired.",
                "Sign in again, or make a key with citedesk key create.",
            )
        name = row.name if row.kind == "session" else f"key: {row.name}"
        # Of a session, the user's as they are now: who leaves a group sees nothing of it more.
        groups = user.groups if user is not None else row.groups
        return Principal(name, row.role, row.user_id or "", tuple(groups))

    def _remember(
        self,
        secret: str,
        kind: str,
        name: str,
        role: str,
        user_id: str | None,
        expires: Any,
        groups: Sequence[str] = (),
    ) -> None:
        with self._database.begin() as session:
            session.add(
                CredentialRow(
                    id=new_id("crd"),
                    secret_hash=_digest(secret),
                    kind=kind,
                    name=name,
                    role=role,
                    groups=list(groups),
                    user_id=user_id,
                    created_at=utc_now(),
                    expires_at=expires,
                )
            )


def _check_role(role: str) -> None:
    if role not in RIGHTS:
        raise OptionInvalid(
            f"There is no role {role[:40]!r}.", f"Choose one of: {', '.join(RIGHTS)}."
        )


def _member(row: UserRow) -> Member:
    return Member(row.name, row.role, tuple(row.groups))


def _digest(secret: str) -> str:
    # The secrets are 256 random bits, so a plain hash cannot be reversed by guessing.
    return hashlib.sha256(secret.encode()).hexdigest()


@lru_cache(maxsize=1)
def _hasher() -> Any:
    from argon2 import PasswordHasher

    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    return str(_hasher().hash(secrets.token_urlsafe(16)))
