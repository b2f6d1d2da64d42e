"""Fields for whatever a set of rules holds that has no form of its own."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui import state

_MOST = 300
_LONG = 60


def fields(body: dict[str, Any], skip: tuple[str, ...], key: str) -> None:
    """Draw a field for each value and write what they hold into it, a section for each key."""
    t = state.words()
    for name in body:
        if name in skip:
            continue
        value = body[name]
        if isinstance(value, dict | list) and _size(value) > 1:
            with st.expander(t.named("rule_key", name)):
                if _size(value) > _MOST:
                    st.html(f'<div class="cd-muted">{t("rules.too_many")}</div>')
                else:
                    body[name] = _field(name, value, f"{key}_{name}")
        else:
            body[name] = _field(name, value, f"{key}_{name}")


def _field(label: str, value: Any, key: str) -> Any:
    t = state.words()
    said = t.named("rule_key", label)
    if isinstance(value, dict):
        return {
            name: _field(_path(label, name), held, f"{key}_{name}") for name, held in value.items()
        }
    if isinstance(value, list):
        return _list(label, value, key)
    if isinstance(value, bool):
        return st.checkbox(said, value, key=key)
    if isinstance(value, int):
        return int(st.number_input(said, value=value, step=1, key=key))
    if isinstance(value, float):
        return float(st.number_input(said, value=value, key=key))
    if isinstance(value, str):
        if len(value) > _LONG or "\n" in value:
            return st.text_area(said, value, key=key)
        return st.text_input(said, value, key=key)
    return value


def _list(label: str, value: list[Any], key: str) -> list[Any]:
    t = state.words()
    if all(isinstance(held, str) for held in value):
        said = f"{t.named('rule_key', label)} · {t('rules.one_a_line')}"
        typed = st.text_area(said, "\n".join(value), key=key)
        return [line for line in typed.splitlines() if line.strip()]
    return [
        _field(_path(label, _called(held, number)), held, f"{key}_{number}")
        for number, held in enumerate(value, start=1)
    ]


def _called(held: Any, number: int) -> str:
    name = held.get("rule") or held.get("name") if isinstance(held, dict) else None
    return str(name or number)


def _path(label: str, name: str) -> str:
    return f"{label} › {name}"


def _size(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    if isinstance(value, list):
        return sum(map(_size, value))
    return 1
