"""Instant message: short, friendly, steps on their own lines."""

from __future__ import annotations

from answer.base import CHANNELS, Channel

CHANNELS.register("im")(Channel(name="im", separator="\n", characters={"zh": 320, "en": 700}))
