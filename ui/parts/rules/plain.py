"""Fields for whatever a set of rules holds that has no form of its own."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from ui import state
from ui.parts.rules import summary
from ui.parts.rules.naming import called

_MOST = 300
_LINE = 24
_WIDTHS = {False: 84, True: 40}
"""How much fits on a line of a field, in letters, by whether it stands beside another."""
_ROLES = ("supervisor", "admin", "qa", "knowledge", "agent")
_CHOICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "kind": ("kind", ("enquiry", "complaint", "fault")),
    "kinds": ("kind", ("enquiry", "complaint", "fault")),
    "needs": ("need", ("functional", "emotional", "implicit", "behavioural")),
    "emotion": ("emotion", ("calm", "pleased", "anxious", "disappointed", "angry")),
    "default_about": ("about", ("service", "product", "process", "policy")),
}


def fields(body: dict[str, Any], skip: tuple[str, ...], key: str) -> None:
    """Draw a field for each value and write what they hold into it, a section for each key."""
    t = state.words()
    for name in body:
        if name in skip:
            continue
        value = body[name]
        if not isinstance(value, dict | list):
            body[name] = _field(name, value, f"{key}_{name}")
            continue
        with st.expander(called(t, name)):
            if _size(value) > _MOST:
                st.html(f'<div class="cd-muted">{escape(t("rules.too_many"))}</div>')
            else:
                body[name] = _field(name, value, f"{key}_{name}")


def _field(name: str, value: Any, key: str, above: str = "") -> Any:
    """Draw a value with what is below it and return it as it stands then."""
    if isinstance(value, Mapping):
        return (
            _both(name, value, key, above)
            if set(value) <= {"zh", "en"}
            else _group(name, value, key)
        )
    if isinstance(value, list):
        return _list(name, value, key, above)
    if name in _CHOICES and value in _CHOICES[name][1]:
        return _choice(name, value, key)
    if name == "to" and value in _ROLES:
        return _chosen(called(state.words(), name, above), "role", _ROLES, value, key)
    return _leaf(called(state.words(), name, above), value, key, beside=name in ("zh", "en"))


def _leaf(said: str, value: Any, key: str, *, beside: bool = False) -> Any:
    if isinstance(value, bool):
        return st.checkbox(said, value, key=key)
    if isinstance(value, int):
        return int(st.number_input(said, value=value, step=1, key=key))
    if isinstance(value, float):
        return float(st.number_input(said, value=value, key=key))
    if not isinstance(value, str):
        return value
    if (lines := _lines(value, beside=beside)) > 1:
        return st.text_area(said, value, key=key, height=_height(lines))
    return st.text_input(said, value, key=key)


def _both(name: str, value: Mapping[str, Any], key: str, above: str) -> dict[str, Any]:
    """A text in both languages, side by side."""
    t = state.words()
    st.html(f'<div class="cd-label">{escape(called(t, name, above))}</div>')
    columns = st.columns(2, gap="small")
    made: dict[str, Any] = {}
    for column, (code, held) in zip(columns, value.items(), strict=False):
        with column:
            made[code] = _field(code, held, f"{key}_{code}")
    return made


def _group(name: str, value: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Values that belong together, those with parts of their own below their name."""
    t = state.words()
    made: dict[str, Any] = {}
    with st.container(key=f"group_{key}", gap="small"):
        for part, held in value.items():
            if isinstance(held, Mapping) and not set(held) <= {"zh", "en"}:
                st.html(f'<div class="cd-part">{escape(called(t, str(part), name))}</div>')
            made[part] = _field(str(part), held, f"{key}_{part}", name)
    return made


def _list(name: str, value: list[Any], key: str, above: str) -> list[Any]:
    t = state.words()
    said, beside = called(t, name, above), name in ("zh", "en")
    if not all(isinstance(held, str) for held in value):
        with st.container(key=f"group_{key}", gap="small"):
            return [_item(name, held, n, f"{key}_{n}") for n, held in enumerate(value, start=1)]
    if name in _CHOICES and set(value) <= set(_CHOICES[name][1]):
        return _choices(said, name, value, key)
    if any("\n" in held for held in value):
        # What has lines of its own cannot stand one a line.
        return [
            _leaf(f"{said} · {n}", held, f"{key}_{n}", beside=beside)
            for n, held in enumerate(value, start=1)
        ]
    joined = "\n".join(value)
    typed = st.text_area(
        f"{said} · {t('rules.one_a_line')}",
        joined,
        key=key,
        height=_height(_lines(joined, beside=beside)),
    )
    if typed == joined:
        return value
    # An empty alternative says nothing on purpose; empty lines mean nothing elsewhere.
    return [line for line in typed.split("\n") if line.strip() or "" in value]


def _item(name: str, held: Any, number: int, key: str) -> Any:
    t = state.words()
    if not isinstance(held, Mapping):
        return _leaf(f"{called(t, name)} {number}", held, key)
    own = str(held.get("rule") or held.get("situation") or held.get("name") or "")
    title = called(t, own, name) if own else f"{called(t, name)} {number}"
    when = held.get("when")
    about = f" · {summary.conditions(t, when)}" if when else ""
    st.html(
        f'<div class="cd-part">{escape(title)}<span class="cd-muted">{escape(about)}</span></div>'
    )
    return _group(name, held, key)


def _choice(name: str, value: str, key: str) -> str:
    group, options = _CHOICES[name]
    return _chosen(called(state.words(), name), group, options, value, key)


def _chosen(said: str, group: str, options: tuple[str, ...], value: str, key: str) -> str:
    t = state.words()
    return str(
        st.selectbox(
            said,
            options,
            index=options.index(value),
            format_func=lambda option: t.named(group, option),
            key=key,
        )
    )


def _choices(said: str, name: str, value: list[str], key: str) -> list[str]:
    t = state.words()
    group, options = _CHOICES[name]
    found = st.multiselect(
        said, options, value, format_func=lambda option: t.named(group, option), key=key
    )
    return list(found) if set(found) != set(value) else value


def _lines(text: str, *, beside: bool) -> int:
    """How many lines a text takes; a Chinese character is as wide as two letters."""
    width = _WIDTHS[beside]
    return sum(
        1 + sum(1 + (mark > "\u2e80") for mark in line) // width for line in text.split("\n")
    )


def _height(lines: int) -> int:
    """Room for a text without a scroll bar, as far as that is reasonable."""
    return min(12, max(2, lines)) * _LINE + 24


def _size(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(map(_size, value.values()))
    if isinstance(value, list):
        return sum(map(_size, value))
    return 1
