"""What the rules may ask about a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from answer.routing.patterns import Matcher
from core.text import content_terms
from core.types import Draft, Triage, Turn

_READ = 4_000
_TURNS = 3
_OLDEST = timedelta(days=366)
_SAME = 0.6
_FEWEST_TERMS = 3
_MILLISECONDS = 100_000_000_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a conversation; one field for each thing a rule may ask."""

    kind: str = "enquiry"
    about: str = ""
    needs: tuple[str, ...] = ()
    emotion: str = "calm"
    emotion_score: float = 0.0
    severity: int = 0
    emergency: int = 0
    rounds: int = 0
    """Runs of customer messages, parted by an agent's."""
    messages: int = 0
    """Customer messages."""
    repeats: int = 0
    """How often the customer came back with the same, or said it is still not solved."""
    waiting_minutes: float | None = None
    """Since the first message that nobody answered; None where no time can be read."""
    parts: int = 1
    """Single questions in what is asked."""
    channel: str = "im"
    language: str = "zh"
    state: str = ""
    """Of the draft; empty before there is one."""
    confidence: float | None = None
    escalation: int = 0
    """The level at which it was escalated; 0 where it was not."""
    text: str = ""
    """The customer's last messages; never stored with the rest."""

    def kept(self) -> dict[str, Any]:
        """Return what is stored with a draft, so that other rules can be tried on it later."""
        minutes = self.waiting_minutes
        return {
            "rounds": self.rounds,
            "messages": self.messages,
            "repeats": self.repeats,
            "parts": self.parts,
            "waiting_minutes": None if minutes is None else round(minutes, 1),
        }


def facts_of(
    triage: Triage,
    conversation: Sequence[Turn],
    *,
    channel: str,
    language: str,
    parts: int,
    unresolved: str,
    now: datetime,
) -> Facts:
    """Return what is known before there is a draft.

    Args:
        triage: what was found of the conversation.
        conversation: its turns, the oldest first.
        channel: where it is held.
        language: zh or en.
        parts: how many single questions are asked.
        unresolved: the pattern of a customer who says that it is still not solved.
        now: the present time.
    """
    runs = _rounds(conversation)
    return Facts(
        **_of_triage(triage),
        rounds=len(runs),
        messages=sum(t.role == "customer" and bool(t.text.strip()) for t in conversation),
        repeats=_repeats(runs, unresolved),
        waiting_minutes=waiting(conversation, now),
        parts=max(1, parts),
        channel=channel,
        language=language,
        text=last_said(conversation),
    )


def facts_with_draft(draft: Draft, conversation: Sequence[Turn]) -> Facts:
    """Return what is known once there is a draft, which carries what was known before."""
    triage = draft.triage
    known: dict[str, Any] = _of_triage(triage) | dict(triage.facts)
    return Facts(
        **known,
        channel=draft.channel,
        language=draft.language,
        state=str(draft.state),
        confidence=draft.confidence,
        escalation=triage.escalate.level if triage.escalate.needed else 0,
        text=last_said(conversation),
    )


def last_said(conversation: Sequence[Turn]) -> str:
    """Return the customer's last messages, which words and patterns are looked for in."""
    said = [t.text for t in conversation if t.role == "customer" and t.text.strip()]
    return "\n".join(said[-_TURNS:])[-_READ:]


def _of_triage(triage: Triage) -> dict[str, Any]:
    return {
        "kind": triage.kind,
        "about": triage.complaint_about or "",
        "needs": triage.needs,
        "emotion": triage.emotion.label,
        "emotion_score": triage.emotion.score,
        "severity": triage.severity,
        "emergency": triage.emergency,
    }


def facts_of_draft(body: Mapping[str, Any]) -> Facts:
    """Return what is known of a stored draft; the text is its question."""
    triage = body.get("triage") or {}
    emotion, escalate = triage.get("emotion") or {}, triage.get("escalate") or {}
    stored = {n: v for n, v in (triage.get("facts") or {}).items() if n in Facts().kept()}
    known: dict[str, Any] = {
        "kind": triage.get("kind") or "enquiry",
        "about": triage.get("complaint_about") or "",
        "needs": tuple(triage.get("needs") or ()),
        "emotion": emotion.get("label") or "calm",
        "emotion_score": emotion.get("score") or 0.0,
        "severity": triage.get("severity") or 0,
        "emergency": triage.get("emergency") or 0,
        "rounds": 1,
        "messages": 1,
        "channel": body.get("channel") or "",
        "language": body.get("language") or "zh",
        "state": body.get("state") or "",
        "confidence": body.get("confidence"),
        "escalation": escalate.get("level") or 0 if escalate.get("needed") else 0,
        "text": str(body.get("question") or "")[-_READ:],
    }
    return Facts(**known | stored)


def waiting(conversation: Sequence[Turn], now: datetime) -> float | None:
    """Return for how many minutes the customer has waited for an answer.

    It counts from the earliest customer message that no agent turn follows. A time that is
    missing, cannot be read or is over a year old tells nothing; one that is still to come means
    that the clocks differ, and counts as now.
    """
    open_turns: list[Turn] = []
    for turn in conversation:
        if not turn.text.strip():
            continue
        open_turns = [] if turn.role == "agent" else [*open_turns, turn]
    moments = [at for turn in open_turns if (at := moment(turn.at)) and now - at <= _OLDEST]
    if not moments:
        return None
    return max(0.0, (now - min(moments)).total_seconds() / 60)


def moment(text: str) -> datetime | None:
    """Read a time as programs write it: ISO 8601 or seconds since 1970; without a zone it is UTC.

    None where it cannot be read.
    """
    text = text.strip()
    try:
        if text.replace(".", "", 1).isdecimal() and len(text) > 8:
            seconds = float(text)
            # Milliseconds have three digits more.
            return datetime.fromtimestamp(seconds / (1000 if seconds > _MILLISECONDS else 1), UTC)
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _rounds(conversation: Sequence[Turn]) -> list[str]:
    """What the customer said in each round."""
    runs: list[str] = []
    answered = True
    for turn in conversation:
        if not turn.text.strip():
            continue
        if turn.role == "agent":
            answered = True
        elif answered:
            runs.append(turn.text[-_READ:])
            answered = False
        else:
            runs[-1] = f"{runs[-1]}\n{turn.text}"[-_READ:]
    return runs


def _repeats(runs: Sequence[str], unresolved: str) -> int:
    """How many rounds after the first say again what was said, or that it did not help."""
    earlier: list[frozenset[str]] = []
    count = 0
    # A conversation of hundreds of rounds has long been escalated by its number of rounds.
    for run in runs[-12:]:
        terms = frozenset(content_terms(run))
        if earlier and (Matcher(run).pattern(unresolved) or any(_same(terms, e) for e in earlier)):
            count += 1
        earlier.append(terms)
    return count


def _same(terms: frozenset[str], other: frozenset[str]) -> bool:
    shorter = min(len(terms), len(other))
    return shorter >= _FEWEST_TERMS and len(terms & other) >= _SAME * shorter
