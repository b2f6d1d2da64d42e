"""Text message: the answer and little else, since every part is counted."""

from __future__ import annotations

from answer.base import CHANNELS, Channel
from answer.tone.message import cheap, parts_of

CHANNELS.register("sms")(
    Channel(
        name="sms",
        separator=" ",
        sentences=2,
        # Two parts, less room for a few words around the answer.
        characters={"zh": 110, "en": 260},
        adapt=lambda text, language, _link: cheap(text, language),
        parts_of=parts_of,
        most_parts=2,
    )
)
