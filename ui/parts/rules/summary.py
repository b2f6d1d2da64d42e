"""A rule in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.texts import Texts

# Whose value has words of its own on the screens, by the group of texts.
_NAMED = {
    "kind": "kind",
    "about": "about",
    "needs": "need",
    "emotion": "emotion",
    "channel": "channel",
    "state": "state",
    "language": "spoken",
}


def conditions(t: Texts, when: Any) -> str:
    """Say when a rule holds."""
    if not isinstance(when, Mapping) or not when:
        return t("rules.always")
    return t("rules.and").join(_condition(t, name, wanted) for name, wanted in when.items())


def outcome(t: Texts, rule: Mapping[str, Any]) -> str:
    """Say what follows from a rule."""
    if "tier" in rule:
        said = t.named("tier", str(rule["tier"]))
    else:
        said = t("rules.level", level=rule.get("level", ""))
        if rule.get("needed") is False:
            said += t("rules.only_noted")
    to = text_of(rule.get("to"), t.language)
    return f"{said} · {to}" if to else said


def text_of(text: Any, language: str) -> str:
    """A text of the rules in a language, else in the one there is."""
    if isinstance(text, Mapping):
        return str(text.get(language) or next(iter(text.values()), ""))
    return str(text or "")


def _condition(t: Texts, name: str, wanted: Any) -> str:
    label = t.named("condition", name)
    if isinstance(wanted, Mapping):
        said = [f"≥ {wanted['at_least']}"] if "at_least" in wanted else []
        said += [f"< {wanted['below']}"] if "below" in wanted else []
        return f"{label} {t('rules.and').join(said)}"
    if isinstance(wanted, bool):
        return label if wanted else t("rules.not", said=label)
    if isinstance(wanted, int | float):
        return f"{label} ≥ {wanted}"
    values = wanted if isinstance(wanted, list) else [wanted]
    if name == "pattern":
        return f"{label} {str(wanted)[:40]}{'…' if len(str(wanted)) > 40 else ''}"
    shown = [t.named(_NAMED[name], str(v)) if name in _NAMED else str(v) for v in values]
    more = "…" if len(shown) > 6 else ""
    return f"{label} {t('app.list_mark').join(shown[:6])}{more}"
