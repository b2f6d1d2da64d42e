"""What the glossary says of the words of a reply."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from ui import shapes, state


def show(terms: Sequence[shapes.Term], lead: str = "") -> None:
    """List what to say instead of what, and why."""
    if not terms:
        return
    t = state.words()
    items = "".join(
        f"<li>{escape(t('draft.term', used=x.used, should_be=x.should_be, why=x.why))}</li>"
        for x in terms
    )
    said = f" {escape(lead)}" if lead else ""
    title = escape(t("draft.terms"))
    st.html(f'<div class="cd-band warn cd-terms"><b>{title}</b>{said}<ul>{items}</ul></div>')


def explain(glosses: Sequence[tuple[str, str]]) -> None:
    """Say in plain words what terms of a reply mean."""
    if glosses:
        title = escape(state.words()("draft.glosses"))
        st.html(f'<div class="cd-label">{title}</div>{markup(glosses)}')


def markup(glosses: Sequence[tuple[str, str]]) -> str:
    """Draw terms with their meanings as HTML, everything escaped."""
    rows = "".join(f"<dt>{escape(term)}</dt><dd>{escape(gloss)}</dd>" for term, gloss in glosses)
    return f'<dl class="cd-glosses">{rows}</dl>'
