"""Telephone: sentences to say aloud, one step at a time; the agent skips the markers."""

from __future__ import annotations

from answer.base import CHANNELS, Channel, Phrases

CHANNELS.register("phone")(
    Channel(
        name="phone",
        separator="\n",
        phrases={
            "zh": Phrases(
                greeting="您好，关于您的问题：",
                apology="非常抱歉给您添麻烦了。",
                lead_steps="我一步一步说，您可以跟着操作。",
                closing="请问我说清楚了吗？",
                step="第 {n} 步，{text}",
            ),
            "en": Phrases(
                greeting="Thank you for calling.",
                apology="I am sorry for the trouble this has caused.",
                lead_steps="I will take you through it one step at a time.",
                closing="Was that clear?",
                step="Step {n}: {text}",
            ),
        },
        sentences=2,
        characters={"zh": 160, "en": 400},
    )
)
