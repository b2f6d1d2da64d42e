"""The service's conversations as the screens see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ui import shapes
from ui.client import Client, Failure
from ui.conversations_shapes import Conversation, read_conversation


class ConversationsClient(Client):
    """The calls that the record beside a conversation makes."""

    def note(
        self,
        conversation_id: str,
        turns: Sequence[shapes.Turn],
        channel: str,
        product: str,
        model: str,
    ) -> Conversation:
        """Tell how a conversation stands, and fetch its record."""
        body = {
            "conversation": [{"role": t.role, "text": t.text, "at": t.at} for t in turns],
            "channel": channel,
            "product": product,
            "model": model,
        }
        return _read(self._json("PUT", _path(conversation_id), body))

    def get(self, conversation_id: str, *, unmasked: bool = False) -> Conversation:
        """Fetch a conversation; what is masked may be asked for, which the service notes."""
        asked = "?unmasked=true" if unmasked else ""
        return _read(self._json("GET", f"{_path(conversation_id)}{asked}"))

    def take(self, conversation_id: str) -> Conversation:
        """Take a conversation over."""
        return _read(self._json("POST", f"{_path(conversation_id)}/take", {}))

    def correct(
        self, conversation_id: str, fields: Mapping[str, str | None], reason: str = ""
    ) -> Conversation:
        """Correct fields, or confirm those without a value."""
        body = {"fields": dict(fields), "reason": reason}
        return _read(self._json("PATCH", _path(conversation_id), body))

    def close(self, conversation_id: str) -> Conversation:
        """Close a conversation."""
        return _read(self._json("POST", f"{_path(conversation_id)}/close", {}))

    def reopen(self, conversation_id: str) -> Conversation:
        """Open a conversation again."""
        return _read(self._json("POST", f"{_path(conversation_id)}/reopen", {}))

    def rate(self, conversation_id: str, score: int) -> Conversation:
        """Note how satisfied the customer is."""
        path = f"{_path(conversation_id)}/satisfaction"
        return _read(self._json("POST", path, {"score": score}))


def _path(conversation_id: str) -> str:
    return f"/v1/conversations/{quote(conversation_id, safe='')}"


def _read(data: Any) -> Conversation:
    try:
        return read_conversation(data)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as exc:
        raise Failure("BAD_ANSWER") from exc
