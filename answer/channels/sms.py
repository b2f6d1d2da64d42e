"""Text message: the answer and nothing else, since every part is counted."""

from __future__ import annotations

from answer.base import CHANNELS, Channel, Phrases

CHANNELS.register("sms")(
    Channel(
        name="sms",
        separator=" ",
        # A message in UCS-2 holds 70 characters; English in the GSM alphabet holds 160.
        part={"zh": 70, "en": 160},
        phrases={
            "zh": Phrases(apology="抱歉给您带来不便。"),
            "en": Phrases(apology="Sorry for the trouble."),
        },
        sentences=2,
        characters={"zh": 140, "en": 300},
    )
)
