"""The translation of a document: shown, linked, ended, and opened."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import about_state, state
from ui.about_shapes import Partner
from ui.about_state import About
from ui.conflicts_client import ConflictsClient
from ui.documents_shapes import Preview, Version
from ui.parts.documents.about import part
from ui.texts import Texts

_PART = "pair"


def show(t: Texts, about: About, shown: Preview) -> None:
    """Draw the translation, or the ways to one."""
    assert about.known is not None
    found = about.known.partner
    with part.card(about, _PART, t("known.pair"), t("conflicts.pairs_hint")):
        if found is None:
            _choose(t, about, shown.version)
        else:
            _linked(t, about, found, shown.version.document_id)


def _linked(t: Texts, about: About, found: Partner, document_id: str) -> None:
    other = newest(found.document_id)
    if not found.confirmed:
        said = t("known.pair_proposed", title=found.title)
        st.html(f'<div class="cd-band warn">{escape(said)}</div>')
    else:
        st.html(f'<div class="cd-apart"><b>{escape(found.title)}</b></div>')
    with st.container(horizontal=True, gap="small"):
        if not found.confirmed:
            st.button(
                t("conflicts.link"),
                key="link_pair",
                type="primary",
                on_click=_link,
                args=(about.version_id, document_id, found.document_id),
            )
        if other is not None:
            st.button(
                t("known.open_pair"),
                key="open_pair",
                icon=":material/translate:",
                on_click=state.library().open,
                args=(other.live_version_id or other.version_id,),
            )
        st.button(
            t("known.unpair" if found.confirmed else "conflicts.no_pair"),
            key="unlink_pair",
            on_click=_unlink,
            args=(about.version_id, document_id),
        )


def newest(document_id: str) -> Version | None:
    """Return a document of the list by its newest version."""
    return next((v for v in state.library().documents() if v.document_id == document_id), None)


def _choose(t: Texts, about: About, version: Version) -> None:
    others = {
        v.document_id: v
        for v in state.library().documents()
        if v.document_id != version.document_id and v.language[:2] != version.language[:2]
    }
    if not others:
        st.html(f'<div class="cd-empty">{escape(t("known.no_pair"))}</div>')
        return
    other = st.selectbox(
        t("known.choose_pair"),
        list(others),
        index=None,
        format_func=lambda key: _named(t, others[key]),
        placeholder=t("known.choose_pair"),
        label_visibility="collapsed",
        key=f"pair_with_{about.forms}",
    )
    st.button(
        t("conflicts.link"),
        key="link_pair",
        disabled=other is None,
        on_click=_link,
        args=(about.version_id, version.document_id, other or ""),
    )


def _named(t: Texts, version: Version) -> str:
    return f"{version.title} · {t.named('text_language', version.language)}"


def _link(version_id: str, document_id: str, other_id: str) -> None:
    about_state.about(version_id).do(
        _PART,
        lambda: state.as_person(ConflictsClient).pair(document_id, other_id),
        state.words()("conflicts.linked"),
    )


def _unlink(version_id: str, document_id: str) -> None:
    about_state.about(version_id).do(
        _PART,
        lambda: state.as_person(ConflictsClient).unpair(document_id),
        state.words()("known.unpaired"),
    )
