"""The approved answers, narrowed by words and by state, with what can be done to each."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from ui import lifecycle_state, state
from ui.client import Failure
from ui.lifecycle_shapes import Approved
from ui.lifecycle_state import Sheet
from ui.parts import filters, notice, passage
from ui.parts.answers import support
from ui.texts import Texts

STATES = ("stale", "approved", "retired")
_TONES = {"stale": "warn", "approved": "good"}
_CHANGED = "what it cites has changed"
"""The service's own words for why an answer went stale."""
_ROWS = 30
_PATH = 60


def show(sheet: Sheet) -> None:
    """Draw the list."""
    t = state.words()
    found = state.lifecycle_client().answers()
    counts = {name: sum(a.state == name for a in found) for name in STATES}
    filters.heading(t("answers.title"))
    words, kind = filters.row(
        "answers",
        t("answers.filter"),
        STATES,
        lambda name: f"{t.named('answer_state', name)} {counts[name]}",
        default="stale" if counts["stale"] else "approved",
        widths=(1, 1.25),
    )
    if sheet.failure is not None:
        support.failed(t, sheet.failure)
    elif sheet.remark:
        st.html(f'<div class="cd-band good cd-said" role="status">{escape(sheet.remark)}</div>')
    if kind == "stale" and counts["stale"]:
        st.html(f'<div class="cd-muted">{escape(t("answers.stale_means"))}</div>')
    shown = [
        a for a in found if a.state == kind and all(w in a.words for w in words.lower().split())
    ]
    if not shown:
        name = "answers.none_fit" if words else f"answers.none_{kind}"
        st.html(f'<div class="cd-empty tall">{escape(t(name))}</div>')
        return
    limit = _ROWS + sheet.shown
    with st.container(key="answers"):
        for entry in shown[:limit]:
            _row(t, entry)
    if len(shown) > limit:
        st.button(t("documents.more", n=len(shown) - limit), key="more_answers", on_click=_more)


def _more() -> None:
    lifecycle_state.sheet().shown += _ROWS


def _row(t: Texts, entry: Approved) -> None:
    with st.container(key=f"answer_{entry.id}", gap="xsmall"):
        st.html(markup(t, entry))
        if not entry.readable:
            return
        with st.expander(t.counted("answers.quotes", len(entry.citations)), type="compact"):
            for citation in entry.citations:
                _quote(t, entry, citation.marker)
        if entry.state == "retired":
            return
        with st.container(horizontal=True, gap="small"):
            if entry.state == "stale":
                st.button(
                    t("answers.confirm"),
                    key=f"confirm_{entry.id}",
                    type="primary",
                    help=t("answers.confirm_help"),
                    on_click=_confirm,
                    args=(entry,),
                )
            st.button(
                t("answers.rewrite"), key=f"rewrite_{entry.id}", on_click=_rewrite, args=(entry,)
            )
            st.button(
                t("answers.retire"),
                key=f"retire_{entry.id}",
                type="tertiary",
                on_click=_ask_retire,
                args=(entry,),
            )


def _quote(t: Texts, entry: Approved, marker: int) -> None:
    citation = next(c for c in entry.citations if c.marker == marker)
    with st.container(key=f"quote_{entry.id}_{marker}", gap="xsmall"):
        path = [h for h in citation.headings if h != citation.title][-1:]
        where = [citation.title, *path]
        if citation.page is not None:
            where.append(t("evidence.page", n=citation.page))
        st.html(
            f'<div class="cd-path">{escape(" · ".join(where))}</div>'
            f'<div class="cd-side">{escape(citation.quote)}</div>'
        )
        if st.button(t("evidence.open"), key=f"open_{entry.id}_{marker}", type="tertiary"):
            passage.open_citation(citation, public=False)


def markup(t: Texts, entry: Approved) -> str:
    """Draw an answer as HTML, everything escaped."""
    tone = _TONES.get(entry.state, "")
    pills = (
        f'<span class="cd-pill {tone}" data-state="{escape(entry.state)}">'
        f"{escape(t.named('answer_state', entry.state))}</span>"
    )
    if entry.audience != "public":
        shown = t.named("audience", entry.audience)
        pills += f'<span class="cd-pill warn">{escape(shown)}</span>'
    by = t("answers.by", name=entry.by, date=entry.at[:10])
    pills += f'<span class="cd-muted">{escape(by)}</span>'
    if not entry.readable:
        said = f'<div class="cd-muted">{escape(t("answers.closed"))}</div>'
        return f'{said}<div class="cd-row">{pills}</div>'
    why = ""
    if entry.why:
        said = t("answers.cites_changed") if entry.why == _CHANGED else entry.why
        why = f'<div class="cd-muted">{escape(said)}</div>'
    return (
        f'<div class="cd-answer-q">{escape(entry.question)}</div>'
        f'<div class="cd-answer-a cd-wrap">{escape(entry.answer)}</div>'
        f'<div class="cd-row">{pills}</div>{why}'
    )


def _rewrite(entry: Approved) -> None:
    sheet = lifecycle_state.sheet()
    sheet.open(entry)
    # What it cites may be gone: the passages that say it now are looked for at once.
    support.look_up(sheet, entry.question, tick=tuple(c.title for c in entry.citations))


def _confirm(entry: Approved) -> None:
    act = state.lifecycle_client().confirm
    _do(lambda: act(entry.id), t_name="answers.confirmed", entry=entry)


def _ask_retire(entry: Approved) -> None:
    st.dialog(state.words()("answers.retire_title"))(_retire)(entry)


def _retire(entry: Approved) -> None:
    t = state.words()
    st.html(f'<div class="cd-answer-q">{escape(entry.question)}</div>')
    st.html(f'<div class="cd-muted">{escape(t("answers.retire_means"))}</div>')
    with st.form("retire_form", border=False):
        why = st.text_input(t("answers.why"), key="retire_why", max_chars=500)
        sent = st.form_submit_button(t("answers.retire"), key="confirm_retire", type="primary")
    if sent:
        try:
            state.lifecycle_client().retire(entry.id, why.strip())
        except Failure as failure:
            notice.show(failure)
            return
        sheet = lifecycle_state.sheet()
        sheet.open(None)
        sheet.remark = t("answers.retired", question=entry.question)
        st.rerun()


def _do(act: Callable[[], None], t_name: str, entry: Approved) -> None:
    sheet = lifecycle_state.sheet()
    sheet.failure, sheet.remark = None, ""
    try:
        act()
    except Failure as failure:
        sheet.failure = failure
        return
    sheet.remark = state.words()(t_name, question=entry.question)
