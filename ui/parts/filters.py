"""What stands over a list: its heading, a field for words, and what narrows it to a state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import streamlit as st

from ui import state


def heading(title: str, count: str = "") -> None:
    """Draw a list's heading, with how many there are where that is said."""
    drawn = f'<div class="cd-h">{escape(title)}</div>'
    if not count:
        st.html(drawn)
        return
    st.html(drawn, width="content")
    st.html(f'<div class="cd-muted">{escape(count)}</div>')


def row(
    name: str,
    placeholder: str,
    states: Sequence[str],
    shown: Callable[[str], str],
    *,
    default: str = "",
    widths: tuple[float, float] = (1.5, 1),
) -> tuple[str, str]:
    """Let a list be narrowed by words and by a state; return both.

    ``name`` is the list's: the fields have the keys ``name_filter`` and ``name_state``.
    """
    box, kinds = st.columns(widths, gap="small", vertical_alignment="center")
    words = box.text_input(
        placeholder, key=f"{name}_filter", placeholder=placeholder, label_visibility="collapsed"
    )
    label = state.words()("documents.state")
    return words, choice(label, states, shown, key=f"{name}_state", default=default, place=kinds)


def choice(
    label: str,
    names: Sequence[str],
    shown: Callable[[str], str],
    *,
    key: str,
    default: str = "",
    place: Any = st,
) -> str:
    """Let one of a few be chosen; nothing is ever left unchosen."""
    first = default or names[0]
    chosen: str | None = place.segmented_control(
        label,
        names,
        default=first,
        required=True,
        format_func=shown,
        key=key,
        label_visibility="collapsed",
        width="stretch",
    )
    return chosen or first
