"""What a version applies to: read from it, and confirmed or changed by a person."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from ui import about_state, state
from ui.about_shapes import FIELDS, Applies, Narrowing
from ui.about_state import About
from ui.documents_shapes import Passage, Preview
from ui.parts.documents.about import part
from ui.texts import Texts

_PART = "applies"
_LONGEST = 300
_CAME_IN = ("draft", "in_review", "published", "superseded", "withdrawn")


def show(t: Texts, about: About, shown: Preview) -> None:
    """Draw what the version applies to, and the ways to settle it."""
    assert about.known is not None
    applies = about.known.applies
    title = t("known.applies", n=shown.version.number)
    with part.card(about, _PART, title, t("known.applies_means")):
        if shown.version.state not in _CAME_IN:
            st.html(f'<div class="cd-empty">{escape(t("known.not_in"))}</div>')
            return
        if about.editing:
            _form(t, about, applies)
            return
        st.html(markup(t, applies, shown.chunks))
        _ways(t, about, applies)
        if applies.narrowed:
            st.html(narrowed(t, applies.narrowed))


def markup(t: Texts, applies: Applies, chunks: Sequence[Passage]) -> str:
    """Draw each field with where it was read, everything escaped."""
    facts = [(t.named("applies_field", name), _value(t, applies, name, chunks)) for name in FIELDS]
    if applies.proposed:
        said = t.counted("known.to_confirm", len(applies.proposed))
        state_said = f'<div class="cd-band warn">{escape(said)}</div>'
    elif applies.at:
        said = t("known.confirmed_by", signed=part.signed(t, applies.by, applies.at))
        state_said = f'<div class="cd-row"><span class="cd-pill good">{escape(said)}</span></div>'
    else:
        state_said = f'<div class="cd-muted">{escape(t("known.unconfirmed"))}</div>'
    return state_said + part.rows(facts)


def _value(t: Texts, applies: Applies, name: str, chunks: Sequence[Passage]) -> str:
    if held := applies.confirmed.get(name):
        return f"<b>{escape(held)}</b>"
    read = applies.proposed.get(name)
    if not read:
        return f'<span class="cd-muted">{escape(t("known.all"))}</span>'
    said = f'<b>{escape(read)}</b><span class="cd-pill warn">{escape(t("known.read"))}</span>'
    quote = applies.read_from.get(name, "")
    if quote:
        where = t("known.read_from", quote=quote)
        page = page_of(quote, chunks)
        said += f"<small>{escape(where)}{escape(_on_page(t, page))}</small>"
    return said


def _on_page(t: Texts, page: int | None) -> str:
    return f" · {t('passage.page', n=page)}" if page else ""


def page_of(quote: str, chunks: Sequence[Passage]) -> int | None:
    """Return the page on which a line stands, where the format has pages."""
    wanted = "".join(quote.split())
    for chunk in chunks:
        if chunk.pages and wanted in "".join("".join((*chunk.headings, chunk.text)).split()):
            return chunk.pages[0]
    return None


def narrowed(t: Texts, sections: Sequence[Narrowing]) -> str:
    """Draw the sections that apply to less than their version."""
    facts = []
    for section in sections:
        says = t("app.list_mark").join(
            f"{t.named('applies_field', name)} {value}" for name, value in section.says.items()
        )
        count = t.counted("documents.passages", section.chunks)
        where = " › ".join(section.headings) or t("preview.no_heading")
        facts.append(
            f"<tr><td>{escape(where)}<small>{escape(count + _on_page(t, section.page))}</small>"
            f"</td><td><b>{escape(says)}</b></td></tr>"
        )
    return (
        f'<div class="cd-sub">{escape(t("known.narrowed"))}</div>'
        f'<table class="cd-known">{"".join(facts)}</table>'
    )


def _ways(t: Texts, about: About, applies: Applies) -> None:
    version_id = about.version_id
    with st.container(horizontal=True, gap="small"):
        if not applies.is_settled:
            st.button(
                t("known.confirm" if applies.proposed else "known.confirm_all"),
                key="confirm_applies",
                type="primary",
                on_click=_confirm,
                args=(version_id,),
            )
        st.button(t("known.edit"), key="edit_applies", on_click=about.edit, args=(True,))


def _confirm(version_id: str) -> None:
    about_state.about(version_id).do(
        _PART,
        lambda: about_state.client().confirm_applies(version_id),
        state.words()("known.applies_done"),
    )


def _form(t: Texts, about: About, applies: Applies) -> None:
    with st.form(f"applies_form_{about.forms}", border=False):
        columns = st.columns(2, gap="small")
        for at, name in enumerate(FIELDS):
            columns[at % 2].text_input(
                t.named("applies_field", name),
                value=applies.confirmed.get(name) or applies.proposed.get(name, ""),
                key=_key(about, name),
                max_chars=_LONGEST,
                placeholder=t.named("applies_example", name),
            )
        st.text_input(t("known.reason"), key=_key(about, "reason"), max_chars=_LONGEST)
        st.html(f'<div class="cd-muted">{escape(t("known.edit_means"))}</div>')
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                t("known.save"),
                key="save_applies",
                type="primary",
                on_click=_save,
                args=(about.version_id,),
            )
            st.form_submit_button(
                t("verdict.cancel"), key="cancel_applies", on_click=about.edit, args=(False,)
            )


def _key(about: About, name: str) -> str:
    return f"applies_{name}_{about.forms}"


def _save(version_id: str) -> None:
    about = about_state.about(version_id)
    typed = {name: str(st.session_state[_key(about, name)]).strip() for name in FIELDS}
    reason = str(st.session_state[_key(about, "reason")]).strip()
    about.do(
        _PART,
        lambda: about_state.client().set_applies(version_id, typed, reason),
        state.words()("known.applies_done"),
    )
