"""Telephone: sentences to say aloud, one step at a time; the agent skips the markers."""

from __future__ import annotations

from answer.base import CHANNELS, Channel
from answer.tone.aloud import aloud

CHANNELS.register("phone")(
    Channel(
        name="phone",
        separator="\n",
        sentences=2,
        characters={"zh": 160, "en": 400},
        adapt=aloud,
    )
)
