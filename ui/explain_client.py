"""The service's explanations as the screens see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

from ui.client import Client, Failure
from ui.explain_shapes import Why, read_why

T = TypeVar("T")


class ExplainClient(Client):
    """The calls that say why passages were found."""

    def of_draft(self, draft_id: str) -> Why:
        """Fetch why a draft was made from its passages, as it was then."""
        data = self._json("GET", f"/v1/drafts/{quote(draft_id, safe='')}/explanation")
        return _checked(lambda: read_why(data))

    def of_question(self, question: str) -> Why:
        """Have a customer's question looked up, and say why what is found is found."""
        turns = [{"role": "customer", "text": question}]
        data = self._json("POST", "/v1/explain", {"conversation": turns})
        return _checked(lambda: read_why(data, question))


def _checked(read: Callable[[], T]) -> T:
    try:
        return read()
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise Failure("BAD_ANSWER") from exc
