"""The entries of the glossary, narrowed by words and by state, with what can be done to each."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Literal

import streamlit as st

from ui import state
from ui.client import Failure
from ui.glossary_shapes import Entry, Named
from ui.parts import filters, notice
from ui.texts import Texts

STATES = ("all", "approved", "proposed")
_ROWS = 40


def show(book: state.Book) -> None:
    """Draw the list."""
    t = state.words()
    found = state.glossary_client().entries()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        filters.heading(t("glossary.title"), t("glossary.count", n=len(found)))
        st.button(t("glossary.propose"), key="propose_terms", on_click=_propose)
    words, kind = filters.row(
        "terms", t("glossary.filter"), STATES, lambda name: t(f"glossary_state.{name}")
    )
    if book.failure is not None:
        notice.show(book.failure)
    elif book.remark:
        st.html(f'<div class="cd-band good cd-said">{escape(book.remark)}</div>')
    shown = [e for e in found if _fits(e, words, kind)]
    if not shown:
        name = "glossary.none_fit" if found else "glossary.empty"
        st.html(f'<div class="cd-empty tall">{escape(t(name))}</div>')
        return
    limit = _ROWS + book.shown
    with st.container(key="terms"):
        for entry in shown[:limit]:
            _row(t, entry)
    if len(shown) > limit:
        st.button(t("documents.more", n=len(shown) - limit), key="more_terms", on_click=_more)


def _fits(entry: Entry, words: str, kind: str) -> bool:
    return kind in ("all", entry.status) and all(w in entry.words for w in words.casefold().split())


def _more() -> None:
    state.book().shown += _ROWS


def _row(t: Texts, entry: Entry) -> None:
    with st.container(key=f"term_{entry.id}", gap="xsmall"):
        st.html(markup(t, entry))
        with st.container(horizontal=True, gap="small"):
            if entry.status == "proposed":
                _button(t("glossary.accept"), "accept_term", _accept, entry, "primary")
                _button(t("glossary.edit"), "edit_term", _edit, entry)
                _button(t("glossary.reject"), "remove_term", _remove, entry)
            else:
                _button(t("glossary.edit"), "edit_term", _edit, entry)
                _button(t("glossary.remove"), "remove_term", _remove, entry)


def _button(
    label: str,
    key: str,
    act: Callable[[Entry], None],
    entry: Entry,
    kind: Literal["primary", "tertiary"] = "tertiary",
) -> None:
    st.button(label, key=f"{key}_{entry.id}", type=kind, on_click=act, args=(entry,))


def markup(t: Texts, entry: Entry) -> str:
    """Draw an entry as HTML, everything escaped."""
    terms = " · ".join(f"<b>{escape(term)}</b>" for term in (entry.zh, entry.en) if term)
    pill = ""
    if entry.status == "proposed":
        pill = f'<span class="cd-pill warn">{escape(t("glossary.candidate"))}</span>'
    lines = [
        (t("glossary.synonyms"), t("app.list_mark").join(entry.synonyms)),
        (t("glossary.abbreviations"), t("app.list_mark").join(entry.abbreviations)),
        (t("glossary.avoid"), _list(t, entry.avoid)),
        (t("glossary.never_confuse"), _list(t, entry.never_confuse)),
        (t("glossary.gloss"), " / ".join(g for g in (entry.gloss_zh, entry.gloss_en) if g)),
        (t("glossary.origin"), entry.origin),
    ]
    said = "".join(
        f"<div><span>{escape(name)}</span>{escape(value)}</div>" for name, value in lines if value
    )
    return (
        f'<div class="cd-term" data-status="{escape(entry.status)}">'
        f'<div class="cd-row">{terms}{pill}</div><div class="cd-term-facts">{said}</div></div>'
    )


def _list(t: Texts, named: tuple[Named, ...]) -> str:
    return t("app.list_mark").join(
        t("glossary.with_why", term=n.term, why=n.why) if n.why else n.term for n in named
    )


def _edit(entry: Entry) -> None:
    state.book().open(entry)


def _accept(entry: Entry) -> None:
    _do(lambda: state.glossary_client().approve(entry.id), "glossary.accepted", entry)


def _remove(entry: Entry) -> None:
    done = "glossary.rejected" if entry.status == "proposed" else "glossary.removed"
    _do(lambda: state.glossary_client().remove(entry.id), done, entry)


def _do(act: Callable[[], None], done: str, entry: Entry) -> None:
    book = state.book()
    if book.entry is None or book.entry.id == entry.id:
        book.open(None)
    book.failure, book.remark = None, ""
    try:
        act()
    except Failure as failure:
        book.failure = failure
        return
    book.remark = state.words()(done, term=entry.zh or entry.en)


def _propose() -> None:
    book, t = state.book(), state.words()
    book.failure, book.remark = None, ""
    try:
        found = state.glossary_client().propose()
    except Failure as failure:
        book.failure = failure
        return
    book.remark = t("glossary.proposed", n=found) if found else t("glossary.proposed_none")
