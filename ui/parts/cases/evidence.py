"""What a case rests on, beside it: the passages a right answer needs, and what else was found."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from ui import state
from ui.cases_shapes import Case, Hit, Passage
from ui.cases_state import Queue
from ui.texts import Texts

_MOST = 8
_MAX_CHARS = 2_000
Expect = Callable[[str], None]
"""Adds a passage, by its id."""


def show(queue: Queue, expect: Expect) -> None:
    """Draw the evidence of the case that is open; ``expect`` adds a passage to what it expects."""
    t, case = state.words(), queue.case
    st.html(f'<div class="cd-h">{escape(t("casebook.expected"))}</div>')
    if case is None:
        return
    if not case.expected:
        said = t("casebook.no_expected") if case.reference else t("casebook.unwritten")
        st.html(f'<div class="cd-band warn">{escape(said)}</div>')
    for place, passage in enumerate(case.expected):
        st.html(_quote(t, passage))
        st.checkbox(t("casebook.keep"), value=True, key=_key(queue, place))
    if case.status != "discarded":
        _find(t, queue, expect)
    hits = case.drafts[0].evidence if case.drafts else ()
    cited = case.drafts[0].cited if case.drafts else frozenset[str]()
    if hits:
        st.html(f'<div class="cd-h">{escape(t("casebook.evidence"))}</div>')
    for place, hit in enumerate(hits[:_MOST]):
        st.html(_hit(t, hit, hit.chunk_id in cited))
        _button(t, queue, hit.chunk_id, f"beside_{place}", expect)


def _find(t: Texts, queue: Queue, expect: Expect) -> None:
    """Look for passages among what is live, to expect one of them."""
    sought = st.text_input(
        t("casebook.find"),
        key=f"case_find_{queue.forms}",
        placeholder=t("casebook.find"),
        label_visibility="collapsed",
        max_chars=_MAX_CHARS,
    ).strip()
    if not sought:
        return
    found = state.lifecycle_client().search(sought)[:_MOST]
    if not found:
        st.html(f'<div class="cd-empty">{escape(t("evidence.none"))}</div>')
    for place, hit in enumerate(found):
        held = Hit(hit.chunk_id, hit.title, hit.headings, hit.page, hit.text)
        st.html(_hit(t, held, cited=False, opened=True))
        _button(t, queue, hit.chunk_id, f"found_{place}", expect)


def _button(t: Texts, queue: Queue, chunk_id: str, name: str, expect: Expect) -> None:
    case = queue.case
    if case is None or case.status == "discarded":
        return
    if chunk_id in {passage.chunk_id for passage in case.expected}:
        return
    st.button(
        t("casebook.expect"),
        key=f"expect_{name}_{queue.forms}",
        type="tertiary",
        icon=":material/add:",
        on_click=expect,
        args=(chunk_id,),
    )


def kept(queue: Queue, case: Case) -> tuple[Passage, ...]:
    """Return the passages that were left ticked."""
    return tuple(
        passage
        for place, passage in enumerate(case.expected)
        if st.session_state.get(_key(queue, place), True)
    )


def _key(queue: Queue, place: int) -> str:
    return f"case_passage_{queue.forms}_{place}"


def _quote(t: Texts, passage: Passage) -> str:
    where = [passage.title]
    if passage.page is not None:
        where.append(t("evidence.page", n=passage.page))
    return (
        f'<div class="cd-kept-quote">{escape(passage.quote)}'
        f"<small>{escape(' · '.join(where))}</small></div>"
    )


def _hit(t: Texts, hit: Hit, cited: bool, opened: bool = False) -> str:
    where = " › ".join((hit.title, *(h for h in hit.headings if h != hit.title)))
    pill = f' <span class="cd-pill good">{escape(t("casebook.cited"))}</span>' if cited else ""
    shown = " open" if cited or opened else ""
    return (
        f'<details class="cd-hit"{shown}><summary>{escape(where)}{pill}</summary>'
        f"<div>{escape(hit.text)}</div></details>"
    )
