"""What kind of conversation this is, how the customer feels, and whether it must go up.

All judgement lies in ``rules/triage.yaml``; this module sums what its patterns find.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from answer.rules.lexicon import load_rules
from core.text import fold, reply_language
from core.types import Emotion, Escalation, Triage, Turn

_READ = 4_000
_REPEATED = re.compile(r"(.)\1{3,}|([\u3400-\u9fff]{2,4})\2{1,}")
_SHOUTED = re.compile(r"\b[A-Z]{3,}\b")
_UNPLEASANT = ("angry", "anxious", "disappointed")


def triage(conversation: Sequence[Turn]) -> Triage:
    """Return kind, subject, needs, emotion, severity and escalation of a conversation.

    The last customer message weighs alone for the emotion; the last three for all else.
    """
    rules = triage_rules()
    said = [turn.text for turn in conversation if turn.role == "customer" and turn.text.strip()]
    last = said[-1][-_READ:] if said else ""
    recent = fold("\n".join(said[-3:])[-_READ:])
    kind = _kind(rules["kinds"], recent)
    emotion = _emotion(rules["emotion"], last)
    severity = next((r["level"] for r in rules["severity"] if _found(r["pattern"], recent)), 0)
    found: dict[str, Any] = {
        "severity": severity,
        "kind": kind,
        "emotion": emotion.label,
        "score": emotion.score,
        "customer_turns": len(said),
        "text": recent,
    }
    return Triage(
        kind=kind,
        complaint_about=_about(rules["complaint_about"], recent) if kind == "complaint" else None,
        needs=_needs(rules["needs"], recent),
        emotion=emotion,
        severity=severity,
        escalate=_escalation(rules["escalation"], found, reply_language(last)),
    )


@lru_cache(maxsize=1)
def triage_rules() -> Mapping[str, Any]:
    """Return the rules that come with the product."""
    return dict(load_rules("triage.yaml"))


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _found(pattern: str, text: str) -> bool:
    return bool(_compiled(pattern).search(text))


def _sum(signals: Sequence[Mapping[str, Any]], text: str) -> float:
    return sum(float(s["weight"]) for s in signals if _found(s["pattern"], text))


def _kind(rules: Mapping[str, Any], text: str) -> str:
    sums = {kind: _sum(signals, text) for kind, signals in rules.items() if kind != "threshold"}
    # A broken product that makes a customer complain is a complaint about the product.
    best = max(sums, key=lambda kind: sums[kind])
    return best if sums[best] >= rules["threshold"] else "enquiry"


def _about(rules: Mapping[str, Any], text: str) -> str:
    sums = {about: _sum(signals, text) for about, signals in rules.items() if about != "default"}
    best = max(sums, key=lambda about: sums[about])
    return best if sums[best] else str(rules["default"])


def _needs(rules: Mapping[str, str], text: str) -> tuple[str, ...]:
    found = tuple(need for need, pattern in rules.items() if _found(pattern, text))
    return found or ("functional",)


def _emotion(rules: Mapping[str, Any], text: str) -> Emotion:
    folded = fold(text)
    sums = {label: _sum(signals, folded) for label, signals in rules["labels"].items()}
    label = max(sums, key=lambda name: sums[name])
    added = _signals(rules["signals"], text)
    if label == "pleased" and sums[label] > 0:
        return Emotion(label, round(min(1.0, sums[label] + added / 2), 2))
    if sums[label] == 0:
        label = str(rules["signals"]["default"])
    score = round(min(1.0, sums[label] + added), 2)
    return Emotion(label, score) if score >= rules["threshold"] else Emotion("calm", score)


def _signals(rules: Mapping[str, Any], text: str) -> float:
    """What punctuation, capitals and repetition add."""
    added = 0.0
    for name, marks in (("exclamations", "!！"), ("questions", "?？")):
        count = sum(text.count(mark) for mark in marks)
        if count >= rules[name]["from"]:
            added += min(rules[name]["most"], rules[name]["each"] * count)
    if len(_SHOUTED.findall(text)) >= rules["capitals"]["words"]:
        added += rules["capitals"]["weight"]
    if _REPEATED.search(re.sub(r"[\d\s.。…~～_=*-]", "", text)):
        added += rules["repetition"]["weight"]
    return added


def _escalation(
    rules: Sequence[Mapping[str, Any]], found: Mapping[str, Any], language: str
) -> Escalation:
    for rule in rules:
        if all(_holds(name, wanted, found) for name, wanted in rule["when"].items()):
            return Escalation(
                needed=bool(rule.get("needed", True)),
                level=int(rule["level"]),
                reason=rule["reason"][language],
                rule=rule["rule"],
            )
    return Escalation()


def _holds(name: str, wanted: Any, found: Mapping[str, Any]) -> bool:
    if name == "pattern":
        return _found(wanted, found["text"])
    if isinstance(wanted, str):
        return bool(found[name] == wanted)
    return bool(found[name] >= wanted)
