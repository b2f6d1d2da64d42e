"""Instant message: short, friendly, steps on their own lines."""

from __future__ import annotations

from answer.base import CHANNELS, Channel, Phrases

CHANNELS.register("im")(
    Channel(
        name="im",
        separator="\n",
        phrases={
            "zh": Phrases(
                greeting="您好！",
                apology="很抱歉给您带来不便。",
                lead_steps="请按以下步骤操作：",
                closing="如果还有疑问，请随时告诉我。",
            ),
            "en": Phrases(
                greeting="Hello!",
                apology="I am sorry for the trouble.",
                lead_steps="Please follow these steps:",
                closing="Let me know if anything is unclear.",
            ),
        },
        characters={"zh": 320, "en": 700},
    )
)
