"""Sections that are for fewer people than their document: set apart, found again, and undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from ui import about_state, state
from ui.about_shapes import Section
from ui.about_state import About
from ui.client import Failure
from ui.documents_shapes import Heading, Preview
from ui.parts import notice
from ui.parts.documents.about import part
from ui.texts import Texts

_PART = "sections"
_LONGEST = 500
_BY = ("heading", "pages")
_INDENT = "\u2003"


def show(t: Texts, about: About, shown: Preview) -> None:
    """Draw the sections that are set apart, and the form for another one."""
    assert about.known is not None
    sections = about.known.sections
    with part.card(about, _PART, t("known.sections"), t("known.sections_mean")):
        if not sections:
            st.html(f'<div class="cd-empty">{escape(t("known.no_sections"))}</div>')
        for section in sections:
            with st.container(key=f"section_{section.id}"):
                st.html(markup(t, section))
                _ways(t, about, section)
        if shown.chunks:
            with st.container(key="set_apart"):
                _form(t, about, shown, next((s for s in sections if s.id == about.lost), None))


def markup(t: Texts, section: Section) -> str:
    """Draw a section as HTML, everything escaped."""
    audience = t.named("audience", section.audience)
    lost = ""
    if not section.found:
        said = t("known.section_lost", audience=audience)
        lost = f'<div class="cd-band warn">{escape(said)}</div>'
    said, signed = t("known.only", audience=audience), part.signed(t, section.by, section.at)
    return (
        f'<div class="cd-apart" data-section="{escape(section.id)}">'
        f"<b>{escape(place(t, section.headings, section.pages))}</b></div>"
        f'<div class="cd-row"><span class="cd-pill warn">{escape(said)}</span>'
        f'<span class="cd-muted">{escape(signed)}</span></div>{lost}'
    )


def place(t: Texts, headings: Sequence[str], pages: tuple[int, int] | None) -> str:
    """Say where a section stands."""
    if pages is None:
        return " › ".join(headings)
    first, last = pages
    if first == last:
        return t("passage.page", n=first)
    return t("preview.page_range", first=first, last=last)


def _ways(t: Texts, about: About, section: Section) -> None:
    with st.container(horizontal=True, gap="small"):
        if not section.found and about.lost != section.id:
            st.button(
                t("known.find_section"),
                key=f"find_{section.id}",
                type="primary",
                on_click=about.place,
                args=(section.id,),
            )
        st.button(t("known.widen"), key=f"widen_{section.id}", on_click=_ask_widen, args=(section,))


def _ask_widen(section: Section) -> None:
    st.dialog(state.words()("known.widen_title"))(_widen)(section)


def _widen(section: Section) -> None:
    t, about = state.words(), about_state.about(state.library().version_id)
    st.html(f"<b>{escape(place(t, section.headings, section.pages))}</b>")
    st.html(f'<div class="cd-band warn">{escape(t("known.widen_means"))}</div>')
    reason = st.text_input(t("known.reason"), key="widen_reason", max_chars=_LONGEST)
    if not st.button(t("known.widen"), key="confirm_widen", type="primary"):
        return
    about.do(
        _PART,
        lambda: about_state.client().widen(section.id, reason.strip()),
        t("known.widened"),
    )
    if isinstance(about.failure, Failure):
        notice.show(about.failure)
        return
    st.rerun()


def audiences(audience: str, groups: Sequence[str]) -> list[str]:
    """Return whom a section of a document for these people may be set apart for."""
    if audience == "public":
        return ["internal", *groups]
    return [*groups] if audience == "internal" else []


def paths(outline: Sequence[Heading]) -> list[tuple[str, ...]]:
    """Return the path of each heading of an outline, in its order."""
    found: list[tuple[str, ...]] = []
    path: list[str] = []
    for heading in outline:
        del path[heading.level - 1 :]
        path.append(heading.text)
        found.append(tuple(path))
    return found


def _form(t: Texts, about: About, shown: Preview, lost: Section | None) -> None:
    assert about.known is not None
    known = [s.audience for s in about.known.sections]
    groups = sorted({*about.known.groups, *known} - {"public", "internal"})
    offered = [lost.audience] if lost else audiences(shown.version.audience, groups)
    title = t("known.find_section") if lost else t("known.set_apart")
    st.html(f'<div class="cd-sub">{escape(title)}</div>')
    if not offered:
        audience = t.named("audience", shown.version.audience)
        st.html(f'<div class="cd-muted">{escape(t("known.nobody_fewer", audience=audience))}</div>')
        return
    where = _where(t, about, shown)
    audience = offered[0]
    if not lost:
        audience = st.selectbox(
            t("known.for_whom"),
            offered,
            format_func=lambda name: t.named("audience", name),
            key=f"apart_for_{about.forms}",
        )
    reason = st.text_input(t("known.reason"), key=f"apart_why_{about.forms}", max_chars=_LONGEST)
    means = t("known.apart_means", audience=t.named("audience", audience))
    st.html(f'<div class="cd-muted">{escape(means)}</div>')
    asked = {**where, "reason": reason.strip()} | ({"section_id": lost.id} if lost else {})
    with st.container(horizontal=True, gap="small"):
        st.button(
            t("known.found_here" if lost else "known.set_apart"),
            key="set_apart_now",
            type="primary",
            disabled=not where,
            on_click=_narrow,
            args=(about.version_id, audience, asked),
        )
        if lost:
            st.button(t("verdict.cancel"), key="not_found", on_click=about.place, args=("",))


def _where(t: Texts, about: About, shown: Preview) -> dict[str, Any]:
    """Let a section be chosen, by its heading or by its pages."""
    pages = [page for chunk in shown.chunks for page in chunk.pages or ()]
    ways = [way for way in _BY if (shown.outline if way == "heading" else pages)]
    way = ways[0] if ways else ""
    if len(ways) > 1:
        way = (
            st.segmented_control(
                t("known.by"),
                ways,
                default=way,
                required=True,
                format_func=lambda name: t.named("apart_by", name),
                key=f"apart_by_{about.forms}",
                label_visibility="collapsed",
            )
            or way
        )
    if way == "pages":
        return _pages(t, about, min(pages), max(pages))
    return _heading(t, about, shown) if way else {}


def _heading(t: Texts, about: About, shown: Preview) -> dict[str, Any]:
    assert about.known is not None
    found = paths(shown.outline)
    apart = {section.headings for section in about.known.sections if section.found}
    at = st.selectbox(
        t("known.section"),
        [i for i, path in enumerate(found) if path not in apart],
        index=None,
        format_func=lambda i: _INDENT * (shown.outline[i].level - 1) + shown.outline[i].text,
        placeholder=t("known.choose_section"),
        key=f"apart_heading_{about.forms}",
    )
    return {} if at is None else {"headings": list(found[at])}


def _pages(t: Texts, about: About, lowest: int, highest: int) -> dict[str, Any]:
    left, right = st.columns(2, gap="small")
    first = left.number_input(
        t("known.page_first"), lowest, highest, lowest, key=f"apart_first_{about.forms}"
    )
    last = right.number_input(
        t("known.page_last"), lowest, highest, lowest, key=f"apart_last_{about.forms}"
    )
    return {"page_first": first, "page_last": max(first, last)}


def _narrow(version_id: str, audience: str, where: Mapping[str, Any]) -> None:
    t = state.words()
    about_state.about(version_id).do(
        _PART,
        lambda: about_state.client().narrow(version_id, audience, where),
        t("known.narrowed_done", audience=t.named("audience", audience)),
    )
