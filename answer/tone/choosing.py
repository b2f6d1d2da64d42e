"""Which words of the house a reply gets: by channel, situation and what was said before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from answer.tone.wording import Wording
from core.types import Tone, Triage

if TYPE_CHECKING:
    from answer.base import DraftRequest

_LONGEST_ABOUT = {"zh": 40, "en": 90}
# An order or telephone number, or an address, has no place in a subject line.
_PERSONAL = re.compile(r"\d[\d \-]{4,}\d|@|[\w.]+://")
_AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Content:
    """What the words around an answer hang on, beside the request."""

    steps: bool = False
    about: str = ""
    """A model or code that no document knows."""
    open_part: bool = False
    """Something that was asked stays unanswered."""


def tone_of(request: DraftRequest, content: Content) -> Tone:
    """Return the house's words for a reply."""
    said = Wording(request.rules, request.language, request.channel)
    agent = [
        turn.text for turn in request.conversation if turn.role == _AGENT and turn.text.strip()
    ]
    situation, acknowledgement = said.fitting(
        "acknowledgements", _situation(request.triage, content)
    )
    if any(acknowledgement in text or _repeats(said, request.triage, text) for text in agent):
        acknowledgement = ""
    _, next_step = said.fitting("next_steps", _situation(request.triage, content))
    about = said.words("about", about=content.about) if content.about else ""
    return Tone(
        situation=situation,
        subject=said.place("subject", about=_subject(request)),
        greeting="" if agent else said.place("greeting"),
        acknowledgement=acknowledgement,
        lead_steps=said.place("lead_steps"),
        step=said.raw("step"),
        next_step=next_step,
        closing=said.place("closing"),
        signature=said.place("signature"),
        refusal=said.words("refusal", about=about or said.words("about_nothing")),
        open_part=said.words("open_part") if content.open_part else "",
        also=said.words("joining", "also"),
        foreign=said.words("joining", "foreign"),
        link=said.words("joining", "link"),
    )


def _repeats(said: Wording, triage: Triage, text: str) -> bool:
    # A warning of danger is no apology: one that was not given yet is given.
    danger = triage.severity >= _GRAVE and triage.emergency >= _SOON
    return not danger and said.acknowledged(text)


_GRAVE, _SOON = 3, 2


def _situation(triage: Triage, content: Content) -> Mapping[str, Any]:
    return {
        "kind": triage.kind,
        "emotion": triage.emotion.label,
        "severity": triage.severity,
        "emergency": triage.emergency,
        "escalated": triage.escalate.needed,
        "steps": content.steps,
    }


def _subject(request: DraftRequest) -> str:
    """The question on one line, where it may stand in a subject line."""
    asked = " ".join(request.questions[0].split()).rstrip("。.!！")
    too_long = len(asked) > _LONGEST_ABOUT[request.language]
    return "" if too_long or _PERSONAL.search(asked) else asked
