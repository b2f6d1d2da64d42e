"""How a triage is told on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SEVERITY = ("no harm", "slight", "serious", "grave")
_EMERGENCY = ("in its turn", "today", "within the hour", "at once")
_MOST_SIGNALS = 4


def triage_line(triage: Mapping[str, Any]) -> str:
    """Return a triage in one line."""
    kind = str(triage["kind"])
    if about := triage.get("complaint_about"):
        kind = f"{kind} about {about}"
    needs = ", ".join(triage.get("needs") or ())
    return "; ".join(
        [
            f"Triage: {kind}",
            _emotion(triage.get("emotion") or {}),
            f"needs {needs}",
            f"severity {_level(triage.get('severity'), _SEVERITY)}",
            f"to be seen to {_level(triage.get('emergency'), _EMERGENCY, number=False)}",
        ]
    )


def _emotion(emotion: Mapping[str, Any]) -> str:
    label = emotion.get("label") or "calm"
    if not emotion.get("score"):
        return str(label)
    signals = emotion.get("signals") or ()
    shown = ", ".join(f'"{one["text"]}"' for one in signals[:_MOST_SIGNALS])
    return f"{label} {emotion['score']:.0%}" + (f" ({shown})" if shown else "")


def _level(level: object, words: tuple[str, ...], *, number: bool = True) -> str:
    at = level if isinstance(level, int) and 0 <= level < len(words) else 0
    return f"{at} ({words[at]})" if number else words[at]
