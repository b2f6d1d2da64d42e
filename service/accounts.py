"""Who may do what: users, sessions, keys for programs, roles and their rights."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select, update

from core.database import Database, new_id, utc_now
from core.errors import Conflict, KeyInvalid, OptionInvalid, RightMissing, SignInFailed
from core.types import INTERNAL, PUBLIC
from service.tables import CredentialRow, UserRow

RIGHTS: dict[str, frozenset[str]] = {
    "customer": frozenset({"ask_public"}),
    "agent": frozenset({"ask_public", "ask", "judge"}),
    "knowledge": frozenset({"ask_public", "ask", "judge", "documents", "flags"}),
    "qa": frozenset({"ask_public", "ask", "judge", "flags", "evals", "verdicts"}),
    "supervisor": frozenset({"ask_public", "ask", "judge", "flags", "verdicts", "insights"}),
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
            "accounts",
            "operate",
        }
    ),
}
"""Role -> rights."""

_MIN_PASSWORD = 10
_RESERVED = ("operator", "command line", "public", "samples")
"""Names by which the house itself signs what it does."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking."""

    name: str
    role: str
    user_id: str = ""

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
        return (PUBLIC, INTERNAL) if self.may("ask") else (PUBLIC,)


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

    def add_user(self, name: str, role: str, password: str = "") -> str:
        """Add a user and return the password, made up if none was given.

        Raises:
            OptionInvalid: an unknown role, an unusable name or a short password.
            Conflict: the name is taken.
        """
        _check_role(role)
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
                    password_hash=_hasher().hash(password),
                    created_at=utc_now(),
                )
            )
        return password

    def users(self) -> list[tuple[str, str]]:
        """Return name and role of every user."""
        with self._database.read() as session:
            rows = session.execute(select(UserRow.name, UserRow.role).order_by(UserRow.name))
            return [(row.name, row.role) for row in rows]

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
        return token, Principal(user.name, user.role, user.id), expires.isoformat()

    def create_key(self, role: str, name: str = "") -> str:
        """Make a key for a program and return it; it cannot be shown again.

        Raises:
            OptionInvalid: an unknown role.
        """
        _check_role(role)
        key = "cdk_" + secrets.token_urlsafe(32)
        self._remember(key, "key", name or f"{role} key", role, None, None)
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
        if row is None or row.revoked_at or (row.expires_at and row.expires_at <= utc_now()):
            raise KeyInvalid(
                "The key is unknown, was revoked or has expired.",
                "Sign in again, or make a key with citedesk key create.",
            )
        name = row.name if row.kind == "session" else f"key: {row.name}"
        return Principal(name, row.role, row.user_id or "")

    def _remember(
        self, secret: str, kind: str, name: str, role: str, user_id: str | None, expires: Any
    ) -> None:
        with self._database.begin() as session:
            session.add(
                CredentialRow(
                    id=new_id("crd"),
                    secret_hash=_digest(secret),
                    kind=kind,
                    name=name,
                    role=role,
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
