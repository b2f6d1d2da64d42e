"""What the parts of the view have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

import streamlit as st

from ui.about_state import About
from ui.parts import notice
from ui.parts.moments import moment
from ui.texts import Texts


@contextmanager
def card(about: About, name: str, title: str, hint: str = "") -> Iterator[None]:
    """Draw a part in a frame of its own, with what its last step did or why it failed."""
    with st.container(key=f"about_{name}"):
        st.html(f'<div class="cd-h">{escape(title)}</div>')
        if hint:
            st.html(f'<div class="cd-muted">{escape(hint)}</div>')
        if about.part == name and about.failure is not None:
            notice.show(about.failure)
        elif about.part == name and about.remark:
            st.html(f'<div class="cd-band good" role="status">{escape(about.remark)}</div>')
        yield


def signed(t: Texts, by: str, at: str) -> str:
    """Say who did something and when, in words."""
    return t("known.signed", name=person(t, by), at=moment(at))


def person(t: Texts, name: str) -> str:
    """Return whom a name stands for: the house signs some things itself."""
    return t.named("signer", name) if name else t("signer.nobody")


def rows(facts: list[tuple[str, str]]) -> str:
    """Draw facts line by line; the values are markup already."""
    lines = "".join(f"<tr><th>{escape(name)}</th><td>{value}</td></tr>" for name, value in facts)
    return f'<table class="cd-known">{lines}</table>'
