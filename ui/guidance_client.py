"""The service's guidance as the screens see it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from ui import shapes
from ui.client import Client, Failure
from ui.guidance_shapes import Checklist, read_guidance


class GuidanceClient(Client):
    """The calls that the steps beside a conversation make."""

    def guide(
        self,
        conversation_id: str,
        turns: Sequence[shapes.Turn],
        channel: str,
        product: str,
        model: str,
        draft_id: str,
    ) -> tuple[Checklist, ...]:
        """Fetch the checklists that apply to a conversation."""
        body = {
            "conversation": [{"role": t.role, "text": t.text, "at": t.at} for t in turns],
            "conversation_id": conversation_id,
            "channel": channel,
            "product": product,
            "model": model,
            "draft_id": draft_id,
        }
        data = self._json("POST", "/v1/guidance", body)
        try:
            return read_guidance(data)
        except (KeyError, TypeError, ValueError, AttributeError) as exc:
            raise Failure("BAD_ANSWER") from exc

    def tick(self, conversation_id: str, step: str, done: bool) -> None:
        """Tick a step, or take its tick away."""
        path = f"/v1/guidance/{quote(conversation_id, safe='')}/steps/{quote(step, safe='')}"
        self._json("PUT", path, {"done": done})
