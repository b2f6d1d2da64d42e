"""What people are to know of after a release: a count in the bar, and the list behind it."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import lifecycle_state, marks, state
from ui.client import Failure
from ui.lifecycle_shapes import Notice, Touched
from ui.parts.moments import moment
from ui.texts import Texts

_STAFF_ONLY = "customer"
_QUESTIONS = 6
_OF_TASKS = ("flag", "tasks", "late")

_STYLE = """
.st-key-notices button[data-testid="stPopoverButton"] {
  border-color:#e3b98a; background:var(--warn-soft); color:var(--warn); }
[class*="st-key-notice_ntc"] { border-top:1px solid var(--line); padding-top:.6rem;
  min-width:min(30rem, 86vw); }
.cd-notice { font-size:.92rem; line-height:1.55; }
.cd-notice small { display:block; color:var(--soft); font-size:.8rem; }
[class*="st-key-ask_ntc"] button { min-height:0; padding:.1rem 0 !important; text-align:left;
  justify-content:flex-start; }
[class*="st-key-ask_ntc"] button p { font-size:.88rem; text-align:left; white-space:normal; }
"""


def show() -> None:
    """Draw the count of what is new, and the notices behind it; nothing where none is."""
    who = state.person()
    if who is None or who.role == _STAFF_ONLY:
        return
    found = lifecycle_state.inbox().current()
    if not found:
        return
    t = state.words()
    st.html(f"<style>{_STYLE}</style>")
    label = t.counted("notices.label", len(found))
    with (
        st.container(key="notices", width="content"),
        st.popover(
            label,
            key=f"notices_{lifecycle_state.inbox().followed}",
            icon=":material/notifications:",
        ),
    ):
        st.html(f'<div class="cd-h">{escape(t("notices.title"))}</div>')
        st.html(f'<div class="cd-muted">{escape(t("notices.hint"))}</div>')
        for notice in found:
            _one(t, notice)


def _one(t: Texts, notice: Notice) -> None:
    with st.container(key=f"notice_{notice.id}", gap="xsmall"):
        name = f"notices.{_kind(notice)}"
        said = {"title": notice.title, "at": moment(notice.begins) if notice.begins else ""}
        title = t(name, **said) if t.knows(name) else notice.title or notice.kind
        when = " · ".join(part for part in (notice.by, notice.at[:10]) if part)
        st.html(
            f'<div class="cd-notice" data-notice="{escape(notice.kind)}"><b>{escape(title)}</b>'
            f"<small>{escape(when)}</small></div>"
        )
        ordered = sorted(notice.affected, key=lambda e: e.verdict != "broke")
        for n, entry in enumerate(ordered[:_QUESTIONS]):
            _question(t, entry, f"ask_{notice.id}_{n}")
        if (left := len(ordered) - _QUESTIONS) > 0:
            st.html(f'<div class="cd-muted">{escape(t("notices.more", n=left))}</div>')
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(t("notices.seen"), key=f"seen_{notice.id}", on_click=_seen, args=(notice.id,))
            answers = any(entry.kind == "answer" for entry in notice.affected)
            if answers and state.approves(state.person()):
                st.page_link(state.page_to("answers"), label=t("notices.to_answers"))
            if notice.kind in _OF_TASKS:
                st.page_link(state.page_to("tasks"), label=t("notices.to_tasks"))


def _kind(notice: Notice) -> str:
    """What the notice tells of, as its words are called."""
    if notice.withdrawn:
        return "withdrawn"
    if notice.kind != "release":
        return notice.kind
    return "rolled_back" if notice.move == "rollback" else "later" if notice.begins else "release"


def _question(t: Texts, entry: Touched, key: str) -> None:
    verdict = t.named("gate_verdict", entry.verdict)
    kind = t.named("gate_kind", entry.kind)
    label = f":gray[{marks.plain(verdict)} · {marks.plain(kind)}]  {marks.plain(entry.question)}"
    if st.button(label, key=key, type="tertiary", help=t("notices.ask_again")):
        lifecycle_state.inbox().followed += 1
        state.new_desk()
        desk = state.desk()
        desk.say("customer", entry.question)
        desk.wants_draft = True
        st.switch_page(state.page_to("desk"))


def _seen(notice_id: str) -> None:
    try:
        state.lifecycle_client().seen(notice_id)
    except Failure as failure:
        if failure.signed_out:
            raise
    lifecycle_state.inbox().ask_again()
