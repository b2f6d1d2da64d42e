"""The draft: its state, the reply, what to do with it, and what else the agent should know."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import marks, shapes, state
from ui.parts import approving, notice, outdated, passage, reply, routing, triage, verdicts, wording

_TONE = {"answered": "good", "clarify": "warn", "no_evidence": "stop"}


def show(desk: state.Desk) -> None:
    """Draw the region."""
    draft = desk.draft
    if draft is None:
        _without(desk)
        return
    _heading(desk, draft)
    approving.badge(draft)
    triage.show(draft.triage)
    routing.show(draft.triage)
    if desk.drafted_turns < len(desk.turns) and not desk.stored:
        st.html(f'<div class="cd-band plain">{escape(state.words()("draft.stale"))}</div>')
    outdated.show(desk, draft)
    if draft.state == "no_evidence":
        _no_evidence(desk, draft)
    elif draft.state == "clarify":
        _clarify(desk, draft)
    else:
        _reply(desk, draft)
        _missing(draft)
    wording.show(draft.terms)
    wording.explain(draft.glosses)


def _without(desk: state.Desk) -> None:
    t = state.words()
    st.html(f'<div class="cd-h">{escape(t("draft.title"))}</div>')
    if desk.failure is not None:
        notice.show(desk.failure)
        st.button(t("error.retry"), key="retry_draft", type="primary", on_click=_again)
        return
    st.html(
        f'<div class="cd-empty tall"><b>{escape(t("draft.empty_title"))}</b>'
        f"{escape(t('draft.empty_text'))}</div>"
    )


def _again() -> None:
    state.desk().wants_draft = True


def _heading(desk: state.Desk, draft: shapes.Draft) -> None:
    t = state.words()
    pills = [f'<span class="cd-h">{escape(t("draft.title"))}</span>']
    tone = _TONE.get(draft.state, "")
    pills.append(
        f'<span class="cd-pill {tone}" data-state="{escape(draft.state)}">'
        f"{escape(t.named('state', draft.state))}</span>"
    )
    if draft.audience != "public":
        said = escape(t("draft.only_internal"))
        pills.append(f'<span class="cd-pill stop cd-only-internal">{said}</span>')
    if draft.state == "answered":
        percent = round(draft.confidence * 100)
        pills.append(
            f'<span class="cd-pill">{escape(t("draft.confidence", percent=percent))}</span>'
        )
    ours = f"draft.drafter_{draft.drafter}"
    source = t(ours) if t.knows(ours) else t("draft.drafter_model", name=draft.drafter)
    about = [
        t("draft.for_channel", channel=t.named("channel", draft.channel)),
        source,
        t("draft.seconds", seconds=f"{(draft.total_ms or desk.drafted_ms) / 1000:.2f}"),
    ]
    pills.append(f'<span class="cd-muted end">{escape(" · ".join(about))}</span>')
    st.html(f'<div class="cd-row" data-draft="{escape(draft.id)}">{"".join(pills)}</div>')


def _reply(desk: state.Desk, draft: shapes.Draft) -> None:
    """The reply and its actions; while it is edited, the text stands in the editor alone."""
    if desk.mode != "edit":
        clicked = reply.show(draft, key="reply")
        if clicked is not None:
            passage.open_citation(clicked, public=False)
    t = state.words()
    if draft.channel == "sms" and draft.answer and desk.mode != "edit":
        text = marks.strip_markers(draft.answer, draft.markers)
        said = t("draft.sms_length", n=len(text), parts=marks.sms_parts(text))
        st.html(f'<div class="cd-muted cd-sms">{escape(said)}</div>')
    if draft.audience != "public":
        said = escape(t("draft.only_internal_band"))
        st.html(f'<div class="cd-band stop cd-internal-cited" role="note">{said}</div>')
    elif draft.internal:
        _guidance(draft)
    elif internal := _internal(desk, draft):
        numbers = t("app.list_mark").join(f"[{n}]" for n in internal)
        said = escape(t("draft.internal", numbers=numbers))
        st.html(f'<div class="cd-band warn cd-internal-cited">{said}</div>')
    verdicts.show(desk, draft)


def _guidance(draft: shapes.Draft) -> None:
    """What internal documents add: beside the reply, and no part of it."""
    title = escape(state.words()("draft.guidance"))
    items = "".join(f"<li>{escape(item)}</li>" for item in draft.internal)
    st.html(
        f'<div class="cd-band warn cd-guidance" role="note"><b>{title}</b><ul>{items}</ul></div>'
    )


def _internal(desk: state.Desk, draft: shapes.Draft) -> list[int]:
    """The citations whose words are for the house alone."""
    closed = {hit.chunk_id for hit in desk.hits if hit.audience != "public"}
    return [c.marker for c in draft.citations if c.chunk_id in closed]


def _missing(draft: shapes.Draft) -> None:
    if draft.missing:
        items = "".join(f"<li>{escape(item)}</li>" for item in draft.missing)
        title = escape(state.words()("draft.missing"))
        st.html(f'<div class="cd-band warn cd-missing"><b>{title}</b><ul>{items}</ul></div>')


def _no_evidence(desk: state.Desk, draft: shapes.Draft) -> None:
    t = state.words()
    st.html(f'<div class="cd-band stop">{escape(t("no_evidence.lead"))}</div>')
    _missing(draft)
    advice = "".join(
        f"<li>{escape(t(f'no_evidence.{name}'))}</li>" for name in ("rephrase", "ask_up", "tell")
    )
    title = escape(t("no_evidence.next"))
    st.html(f'<div class="cd-band plain"><b>{title}</b><ul>{advice}</ul></div>')
    if draft.answer:
        st.html(f'<div class="cd-label">{escape(t("no_evidence.reply"))}</div>')
    _reply(desk, draft)


def _clarify(desk: state.Desk, draft: shapes.Draft) -> None:
    t = state.words()
    st.html(f'<div class="cd-band warn">{escape(t("clarify.lead"))}</div>')
    st.html(f'<div class="cd-label">{escape(t("clarify.ask"))}</div>')
    if draft.answer:
        _reply(desk, draft)
    else:
        st.code(draft.question, language=None, wrap_lines=True)
    if draft.options:
        st.html(f'<div class="cd-label">{escape(t("clarify.options"))}</div>')
        with st.container(horizontal=True, key="options"):
            for at, option in enumerate(draft.options):
                st.button(marks.plain(option), key=f"option_{at}", on_click=_chosen, args=(option,))
    _missing(draft)


def _chosen(option: str) -> None:
    """Record question and answer as they were spoken, and draft again knowing both."""
    desk = state.desk()
    if desk.draft is not None and desk.settled() is None:
        desk.say("agent", desk.draft.question)
    desk.say("customer", option)
    desk.wants_draft = True
