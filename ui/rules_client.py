"""The service's rules as the screens see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ui.client import Client, Failure
from ui.rules_shapes import (
    RuleSet,
    RuleVersion,
    Surge,
    Tried,
    read_set,
    read_surge,
    read_tried,
    read_version,
)

T = TypeVar("T")


class RulesClient(Client):
    """The calls that the rules' screen makes."""

    def names(self) -> tuple[list[str], bool]:
        """List the sets of rules, and whether this person may edit them."""
        data = self._json("GET", "/v1/rules")
        return _read(lambda: ([str(r["name"]) for r in data["rules"]], bool(data["may_edit"])))

    def one(self, name: str, number: int | None = None) -> RuleSet:
        """Fetch the version of a set that holds, or another."""
        asked = f"/v1/rules/{name}" + ("" if number is None else f"?number={number}")
        data = self._json("GET", asked)
        return _read(lambda: read_set(data))

    def try_out(self, name: str, proposed: dict[str, Any], last: int) -> Tried:
        """Try rules, given as ``text`` or ``body``, on the latest drafts."""
        data = self._json("POST", f"/v1/rules/{name}/preview", {**proposed, "last": last})
        return _read(lambda: read_tried(data))

    def save(self, name: str, proposed: dict[str, Any], based_on: int, reason: str) -> RuleSet:
        """Save rules, given as ``text`` or ``body``."""
        sent = {**proposed, "based_on": based_on, "reason": reason}
        data = self._json("PUT", f"/v1/rules/{name}", sent)
        return _read(lambda: read_set(data))

    def versions(self, name: str) -> list[RuleVersion]:
        """List the versions, the newest first."""
        data = self._json("GET", f"/v1/rules/{name}/versions")
        return _read(lambda: [read_version(v) for v in data["versions"]])

    def restore(self, name: str, number: int, based_on: int, reason: str) -> RuleSet:
        """Let an older version hold again."""
        sent = {"number": number, "based_on": based_on, "reason": reason}
        data = self._json("POST", f"/v1/rules/{name}/restore", sent)
        return _read(lambda: read_set(data))

    def surge(self) -> Surge:
        """Say how surge mode stands."""
        data = self._json("GET", "/v1/surge")
        return _read(lambda: read_surge(data))

    def switch(self, on: bool, until: str, reason: str) -> Surge:
        """Switch surge mode."""
        data = self._json("PUT", "/v1/surge", {"on": on, "until": until, "reason": reason})
        return _read(lambda: read_surge(data))


def _read(make: Callable[[], T]) -> T:
    try:
        return make()
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise Failure("BAD_ANSWER") from exc
