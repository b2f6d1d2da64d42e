"""The service's cases as the screens see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from ui.cases_shapes import Agreement, Case, read_agreement, read_case
from ui.client import Client, Failure

PAGE = 100
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """Some cases, and how many there are of each status."""

    cases: tuple[Case, ...]
    counts: Mapping[str, int]


class CasesClient(Client):
    """The calls that the queue's screen makes."""

    def cases(self, status: str, sort: str = "") -> Page:
        """List cases of a status, the oldest first."""
        asked = {"status": status, "limit": str(PAGE), **({"sort": sort} if sort else {})}
        data = self._json("GET", f"/v1/cases?{urlencode(asked)}")
        return _made(
            lambda: Page(
                tuple(read_case(item) for item in data["cases"]),
                {str(name): int(count) for name, count in data["counts"].items()},
            )
        )

    def case(self, case_id: str) -> Case:
        """Fetch a case with its drafts and evidence."""
        return self._case("GET", f"/v1/cases/{case_id}")

    def change(self, case: Case, said: Mapping[str, Any]) -> Case:
        """Change what a case says."""
        return self._case("PUT", f"/v1/cases/{case.id}", {"revision": case.revision, **said})

    def move(self, case: Case, step: str, why: str = "") -> Case:
        """Approve, discard or retire a case as it was read."""
        body = {"revision": case.revision, "why": why}
        return self._case("POST", f"/v1/cases/{case.id}/{step}", body)

    def vote(self, case: Case, vote: str) -> Case:
        """Say as a reviewer what should become of a case."""
        return self._case("POST", f"/v1/cases/{case.id}/vote", {"vote": vote})

    def agreement(self) -> tuple[Agreement, ...]:
        """Fetch how far reviewers agree."""
        data = self._json("GET", "/v1/cases/agreement")
        return _made(lambda: tuple(read_agreement(one) for one in data["pairs"]))

    def _case(self, method: str, path: str, body: dict[str, Any] | None = None) -> Case:
        data = self._json(method, path, body)
        return _made(lambda: read_case(data))


def _made(make: Callable[[], T]) -> T:
    try:
        return make()
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise Failure("BAD_ANSWER") from exc
