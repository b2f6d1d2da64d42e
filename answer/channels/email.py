"""E-mail: subject line, salutation, body, complimentary close and signature."""

from __future__ import annotations

from answer.base import CHANNELS, Channel

CHANNELS.register("email")(
    Channel(name="email", separator="\n\n", characters={"zh": 500, "en": 1200})
)
