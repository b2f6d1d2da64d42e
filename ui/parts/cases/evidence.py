"""What a case rests on, beside it: the passages a right answer needs, and what else was found."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import state
from ui.cases_shapes import Case, Hit, Passage
from ui.cases_state import Queue
from ui.texts import Texts

_MOST = 8


def show(queue: Queue) -> None:
    """Draw the evidence of the case that is open."""
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
    hits = case.drafts[0].evidence if case.drafts else ()
    cited = case.drafts[0].cited if case.drafts else frozenset[str]()
    if hits:
        st.html(f'<div class="cd-h">{escape(t("casebook.evidence"))}</div>')
        drawn = "".join(_hit(t, hit, hit.chunk_id in cited) for hit in hits[:_MOST])
        st.html(drawn)


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


def _hit(t: Texts, hit: Hit, cited: bool) -> str:
    where = " › ".join((hit.title, *(h for h in hit.headings if h != hit.title)))
    pill = f' <span class="cd-pill good">{escape(t("casebook.cited"))}</span>' if cited else ""
    opened = " open" if cited else ""
    return (
        f'<details class="cd-hit"{opened}><summary>{escape(where)}{pill}</summary>'
        f"<div>{escape(hit.text)}</div></details>"
    )
