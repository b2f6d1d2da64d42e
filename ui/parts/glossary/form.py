"""The form in which an entry is written or changed."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from ui import state
from ui.client import Failure
from ui.glossary_client import by_language
from ui.glossary_shapes import Named

_MAX_TERM, _MAX_TEXT = 80, 500


def show(book: state.Book) -> None:
    """Draw the form, with the entry that was opened in it."""
    t, entry = state.words(), book.entry
    title = t("glossary.change" if entry else "glossary.add")
    st.html(f'<div class="cd-h">{escape(title)}</div>')
    with st.form(f"term_form_{book.forms}", border=False):
        zh, en = st.columns(2, gap="small")
        _line(zh, "zh", entry.zh if entry else "", "glossary.zh")
        _line(en, "en", entry.en if entry else "", "glossary.en")
        _lines("synonyms", "\n".join(entry.synonyms) if entry else "", "glossary.synonyms")
        short = "\n".join(entry.abbreviations) if entry else ""
        _lines("abbreviations", short, "glossary.abbreviations")
        _lines("avoid", _written(entry.avoid) if entry else "", "glossary.avoid")
        apart = _written(entry.never_confuse) if entry else ""
        _lines("never_confuse", apart, "glossary.never_confuse")
        _line(st, "gloss_zh", entry.gloss_zh if entry else "", "glossary.gloss_zh", _MAX_TEXT)
        _line(st, "gloss_en", entry.gloss_en if entry else "", "glossary.gloss_en", _MAX_TEXT)
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                t("glossary.save"), key="save_term", type="primary", on_click=_save
            )
            if entry is not None:
                st.form_submit_button(t("verdict.cancel"), key="cancel_term", on_click=_cancel)


def _key(name: str) -> str:
    return f"term_{name}_{state.book().forms}"


def _line(where: Any, name: str, value: str, label: str, most: int = _MAX_TERM) -> None:
    where.text_input(state.words()(label), value=value, key=_key(name), max_chars=most)


def _lines(name: str, value: str, label: str) -> None:
    t = state.words()
    several = t(
        "glossary.one_each_why" if name in ("avoid", "never_confuse") else "glossary.one_each"
    )
    st.text_area(t(label), value=value, key=_key(name), height="content", placeholder=several)


def _written(named: tuple[Named, ...]) -> str:
    return "\n".join(f"{n.term} = {n.why}" if n.why else n.term for n in named)


def _cancel() -> None:
    state.book().open(None)


def _save() -> None:
    book, t = state.book(), state.words()
    fields = _fields()
    book.failure, book.remark = None, ""
    try:
        state.glossary_client().put({**fields, "id": book.entry.id if book.entry else ""})
    except Failure as failure:
        # What was typed stays in the form.
        book.failure = failure
        return
    book.open(None)
    book.remark = t("glossary.saved", term=fields["zh"] or fields["en"])


def _fields() -> dict[str, Any]:
    def typed(name: str) -> str:
        return str(st.session_state.get(_key(name)) or "").strip()

    def listed(name: str) -> list[str]:
        return [line.strip() for line in typed(name).splitlines() if line.strip()]

    fields: dict[str, Any] = {n: typed(n) for n in ("zh", "en", "gloss_zh", "gloss_en")}
    for name in ("synonyms", "abbreviations"):
        fields |= by_language(name, listed(name))
    for name in ("avoid", "never_confuse"):
        fields[name] = [_named(line) for line in listed(name)]
    return fields


def _named(line: str) -> dict[str, str]:
    term, _, why = line.replace("\uff1d", "=").partition("=")
    return {"term": term.strip(), "why": why.strip()}
