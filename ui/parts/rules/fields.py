"""The fields of one rule of escalation or routing, and of what else a set of rules holds."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

import streamlit as st

from ui import state
from ui.parts.conversation import CHANNELS
from ui.texts import Texts

_CHOICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "kind": ("kind", ("enquiry", "complaint", "fault")),
    "about": ("about", ("service", "product", "process", "policy")),
    "needs": ("need", ("functional", "emotional", "implicit", "behavioural")),
    "emotion": ("emotion", ("calm", "anxious", "angry", "disappointed", "pleased")),
    "channel": ("channel", tuple(CHANNELS)),
    "language": ("spoken", ("zh", "en")),
    "state": ("state", ("answered", "clarify", "no_evidence")),
}
_NUMBERS: dict[str, tuple[float, float, float]] = {
    "emotion_score": (0.0, 1.0, 0.05),
    "severity": (0, 3, 1),
    "emergency": (0, 3, 1),
    "rounds": (1, 1_000, 1),
    "messages": (1, 10_000, 1),
    "repeats": (0, 1_000, 1),
    "waiting_minutes": (0, 500_000, 5),
    "parts": (1, 100, 1),
    "confidence": (0.0, 1.0, 0.05),
    "escalation": (0, 3, 1),
}
_AFTER_DRAFT = ("state", "confidence", "escalation")
_TIERS = ("self_service", "agent", "expert")
_STARTS = {"kind": "complaint", "words": [""], "pattern": ""}


def rule(body: MutableMapping[str, Any], key: str, *, routing: bool) -> None:
    """Draw the fields of a rule and write what they hold into it."""
    t = state.words()
    body["rule"] = st.text_input(t("rules.name"), str(body.get("rule") or ""), key=f"{key}_name")
    st.html(f'<div class="cd-label">{t("rules.when")}</div>')
    body["when"] = _conditions(t, dict(body.get("when") or {}), f"{key}_when", routing=routing)
    st.html(f'<div class="cd-label">{t("rules.then")}</div>')
    _outcome(t, body, key, routing=routing)
    if routing:
        with st.expander(t("rules.surge_column"), expanded=bool(body.get("surge"))):
            _surge(t, body, key)


def _outcome(t: Texts, body: MutableMapping[str, Any], key: str, *, routing: bool) -> None:
    if routing:
        now = _TIERS.index(body["tier"]) if body.get("tier") in _TIERS else 1
        body["tier"] = st.selectbox(
            t("rules.tier"),
            _TIERS,
            index=now,
            format_func=lambda tier: t.named("tier", tier),
            key=f"{key}_tier",
        )
        if body["tier"] != "self_service":
            shown = st.checkbox(
                t("rules.show_reply"), bool(body.get("show_reply", False)), key=f"{key}_show"
            )
            _switch(body, "show_reply", shown, usual=False)
    else:
        level = body.get("level")
        body["level"] = st.segmented_control(
            t("rules.level_field"),
            (1, 2, 3),
            default=level if level in (1, 2, 3) else 1,
            required=True,
            key=f"{key}_level",
        )
        handed = st.checkbox(t("rules.needed"), bool(body.get("needed", True)), key=f"{key}_needed")
        _switch(body, "needed", handed, usual=True)
    _texts(t, body, "to", t("rules.to"), f"{key}_to", long=False)
    _texts(t, body, "reason", t("rules.reason_text"), f"{key}_reason", long=True)


def _surge(t: Texts, body: MutableMapping[str, Any], key: str) -> None:
    column = dict(body.get("surge") or {})
    on = st.checkbox(t("rules.surge_on"), column.get("enabled", True), key=f"{key}_s_on")
    _switch(column, "enabled", on, usual=True)
    now = column.get("tier")
    tier = st.selectbox(
        t("rules.tier"),
        ("", *_TIERS),
        index=1 + _TIERS.index(now) if now in _TIERS else 0,
        format_func=lambda tier: t.named("tier", tier) if tier else t("rules.as_usual"),
        key=f"{key}_s_tier",
    )
    _put(column, "tier", tier)
    numbers = {n: v for n, v in dict(body.get("when") or {}).items() if n in _NUMBERS}
    changed = dict(column.get("when") or {})
    for name, usual in numbers.items():
        if isinstance(usual, int | float):
            value = _number(t, name, changed.get(name, usual), f"{key}_s_{name}")
            changed.pop(name, None)
            if value != usual:
                changed[name] = value
    _put(column, "when", changed)
    _texts(t, column, "to", t("rules.to"), f"{key}_s_to", long=False)
    _put(body, "surge", column)


def _conditions(t: Texts, when: dict[str, Any], key: str, *, routing: bool) -> dict[str, Any]:
    known = [*_CHOICES, *_NUMBERS, "words", "pattern"]
    known = [name for name in known if routing or name not in _AFTER_DRAFT]
    chosen = st.multiselect(
        t("rules.conditions"),
        known,
        default=[name for name in when if name in known],
        format_func=lambda name: t.named("condition", name),
        key=f"{key}_names",
    )
    # What has no field here was written by hand, and stays.
    kept = {name: value for name, value in when.items() if name not in known}
    for name in chosen:
        kept[name] = _condition(t, name, when.get(name), f"{key}_{name}")
    return kept


def _condition(t: Texts, name: str, value: Any, key: str) -> Any:
    if name in _CHOICES:
        group, options = _CHOICES[name]
        given = value if isinstance(value, list) else [value or _STARTS.get(name, options[0])]
        chosen = st.multiselect(
            t.named("condition", name),
            options,
            default=[v for v in given if v in options],
            format_func=lambda option: t.named(group, option),
            key=key,
        )
        return chosen[0] if len(chosen) == 1 else chosen
    if name == "words":
        given = value if isinstance(value, list) else []
        typed = st.text_area(t("rules.words"), "\n".join(map(str, given)), key=key, height=90)
        return [line.strip() for line in typed.splitlines() if line.strip()]
    if name == "pattern":
        return st.text_area(t("condition.pattern"), str(value or ""), key=key, height=90)
    if isinstance(value, dict):
        least, below = st.columns(2)
        made: dict[str, Any] = {}
        for place, side in ((least, "at_least"), (below, "below")):
            if side in value:
                with place:
                    made[side] = _number(t, name, value[side], f"{key}_{side}", side)
        return made
    low, _high, step = _NUMBERS[name]
    return _number(t, name, low + step if value is None else value, key)


def _number(t: Texts, name: str, value: Any, key: str, side: str = "at_least") -> float | int:
    low, high, step = _NUMBERS[name]
    kind: Callable[[Any], Any] = float if isinstance(step, float) else int
    said = t("rules.at_least" if side == "at_least" else "rules.below")
    found = st.number_input(
        f"{t.named('condition', name)} {said}",
        kind(low),
        kind(high),
        kind(min(max(value, low), high)) if isinstance(value, int | float) else kind(low),
        step=kind(step),
        key=key,
    )
    return round(float(found), 3) if kind is float else int(found)


def _texts(
    t: Texts, body: MutableMapping[str, Any], name: str, label: str, key: str, *, long: bool
) -> None:
    """A text in both languages; one that is the same in both stays one."""
    given = body.get(name)
    now = dict(given) if isinstance(given, dict) else {"zh": given or "", "en": given or ""}
    made: dict[str, str] = {}
    for code in ("zh", "en"):
        said = f"{label} · {t.named('spoken', code)}"
        field = st.text_area if long else st.text_input
        typed = field(said, str(now.get(code, "")), key=f"{key}_{code}").strip()
        if typed:
            made[code] = typed
    same = not isinstance(given, dict) and made.get("zh") == made.get("en")
    _put(body, name, made.get("zh", "") if same else made)


def _switch(body: MutableMapping[str, Any], name: str, value: bool, *, usual: bool) -> None:
    """Write a switch only where it is not as usual, so that rules stay short."""
    if value == usual and name not in body:
        return
    body[name] = value


def _put(body: MutableMapping[str, Any], name: str, value: Any) -> None:
    if value:
        body[name] = value
    else:
        body.pop(name, None)
