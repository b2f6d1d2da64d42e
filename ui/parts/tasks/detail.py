"""The task that is open: what it is about, where that lies, who does it, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from ui import explain_state, shapes, state, tasks_state
from ui.client import Failure
from ui.parts import notice
from ui.parts.moments import moment
from ui.parts.record import panel
from ui.parts.tasks.rows import holder, title
from ui.tasks_shapes import Task
from ui.tasks_state import Tray
from ui.texts import Texts

_MOST_NOTE = 4000


def show(tray: Tray) -> None:
    """Draw the task that is open, or say that none is."""
    t, task = state.words(), tray.task
    if task is None:
        st.html(f'<div class="cd-empty tall">{escape(t("tasks.choose"))}</div>')
        return
    st.html(f'<div class="cd-h">{escape(title(t, task))}</div>')
    st.html(_facts(t, task))
    _ways(t, task)
    if task.conversation_id:
        panel.show_stored(task.conversation_id, tray.forms)
    if not task.open:
        return
    who = state.person()
    if tasks_state.sees_all():
        _assign(t, tray, task)
    if tasks_state.sees_all() or (who is not None and task.owner == who.name):
        _close(t, tray, task)


def _facts(t: Texts, task: Task) -> str:
    reason = t.named("reason", task.reason) if task.reason else ""
    lines = [
        (t("tasks.about"), task.about or t("tasks.hidden")),
        (t("tasks.reason"), reason),
        (t("tasks.said"), task.said),
        (t("tasks.raised_by"), task.raised_by),
        (t("tasks.due_at"), moment(task.due_at)),
        (t("tasks.owner"), holder(t, task)),
        (t("tasks.asked_for"), task.cited),
    ]
    if not task.open:
        lines += [
            (t("tasks.closed_by"), task.resolved_by or t("tasks.by_itself")),
            (t("tasks.closed_at"), moment(task.resolved_at)),
            (t("tasks.note"), task.note),
            (t("tasks.fix"), _fix(t, task)),
        ]
    drawn = "".join(
        f"<div><span>{escape(name)}</span>{escape(value)}</div>" for name, value in lines if value
    )
    return f'<div class="cd-task-facts">{drawn}</div>'


def _fix(t: Texts, task: Task) -> str:
    if task.fix is None:
        return ""
    if task.fix.kind == "answer":
        return t("tasks.fix_answer", title=task.fix.title or task.fix.id)
    return t("tasks.fix_version", title=task.fix.title or task.fix.id, n=task.fix.number)


def _ways(t: Texts, task: Task) -> None:
    """Offer the ways to what the task is about, and to its fix."""
    who = state.person()
    fixed = task.fix.id if task.fix and task.fix.kind == "version" else ""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if task.draft_id and task.about:
            if st.button(t("tasks.see_draft"), key="see_draft"):
                st.dialog(t("tasks.draft"), width="large")(_draft)(task.draft_id)
            if explain_state.sees_all():
                explain_state.link(task.draft_id)
            if st.button(t("notices.ask_again"), key="ask_again"):
                state.new_desk()
                state.desk().say("customer", task.about)
                state.desk().wants_draft = True
                st.switch_page(state.page_to("desk"))
        for version_id, label in (
            (task.version_id, t("tasks.see_document")),
            (fixed, t("tasks.see_fix")),
        ):
            if version_id and state.keeps_documents(who):
                _way_to_version(version_id, label)
        if task.kind == "conflict" and state.keeps_documents(who):
            st.page_link(state.page_to("conflicts"), label=t("app.conflicts"))
        if task.answer_id and state.approves(who):
            st.page_link(state.page_to("answers"), label=t("app.answers"))


def _way_to_version(version_id: str, label: str) -> None:
    if st.button(label, key=f"see_{version_id}"):
        state.library().open(version_id)
        st.switch_page(state.page_to("documents"))


def _draft(draft_id: str) -> None:
    """Draw a draft as it was shown."""
    t = state.words()
    try:
        draft = state.tasks_client().stored_draft(draft_id)
    except Failure as failure:
        notice.show(failure)
        return
    st.html(draft_markup(t, draft))


def draft_markup(t: Texts, draft: shapes.Draft) -> str:
    """Draw a draft with its quotes as HTML, everything escaped."""
    said = draft.answer or t.named("state", draft.state)
    quotes = "".join(
        f"<li>[{c.marker}] {escape(c.quote)}<br><small>{escape(_place(t, c))}</small></li>"
        for c in draft.citations
    )
    return (
        f'<div class="cd-wrap">{escape(said)}</div><ul class="cd-list cd-task-facts">{quotes}</ul>'
    )


def _place(t: Texts, citation: shapes.Citation) -> str:
    page = [t("tasks.page", n=citation.page)] if citation.page else []
    return " · ".join([citation.title, *citation.headings, *page])


def _assign(t: Texts, tray: Tray, task: Task) -> None:
    people = ["", *state.tasks_client().people()]
    if task.owner not in people:
        people.append(task.owner)
    st.selectbox(
        t("tasks.owner"),
        people,
        index=people.index(task.owner),
        format_func=lambda name: name or t("tasks.nobody"),
        key=f"task_owner_{tray.forms}",
        on_change=_given,
    )


def _given() -> None:
    tray, t = tasks_state.tray(), state.words()
    owner = str(st.session_state.get(f"task_owner_{tray.forms}") or "")
    if tray.task is not None:
        task = tray.task
        _do(
            lambda: state.tasks_client().assign(task.id, owner),
            t("tasks.assigned", name=owner or t("tasks.nobody")),
        )


def _close(t: Texts, tray: Tray, task: Task) -> None:
    with st.form(f"task_form_{tray.forms}", border=False):
        st.text_area(
            t("tasks.note"),
            key=f"task_note_{tray.forms}",
            max_chars=_MOST_NOTE,
            placeholder=t("tasks.note_flag" if task.kind == "flag" else "tasks.note_other"),
        )
        if task.kind == "flag":
            fixes = _fixes(t)
            st.selectbox(
                t("tasks.fix"),
                list(fixes),
                format_func=lambda name: fixes[name],
                key=f"task_fix_{tray.forms}",
            )
        with st.container(horizontal=True, gap="small"):
            label = t("tasks.reviewed") if task.kind == "review_due" else t("tasks.resolve")
            st.form_submit_button(label, key="resolve_task", type="primary", on_click=_resolve)
            st.form_submit_button(t("tasks.dismiss"), key="dismiss_task", on_click=_dismiss)
            st.form_submit_button(
                t("verdict.cancel"), key="cancel_task", on_click=tray.open, args=(None,)
            )


def _fixes(t: Texts) -> dict[str, str]:
    """What may set a flag right: an approved answer, or what a document serves now."""
    fixes = {"": t("tasks.no_fix")}
    for answer in state.lifecycle_client().answers():
        if answer.state == "approved" and answer.readable:
            fixes[answer.id] = t("tasks.fix_answer", title=answer.question)
    if state.keeps_documents(state.person()):
        for version in state.library().documents():
            if version.live:
                title = t("tasks.fix_version", title=version.title, n=version.number)
                fixes[version.version_id] = title
    return fixes


def _typed(name: str) -> str:
    return str(st.session_state.get(f"task_{name}_{tasks_state.tray().forms}") or "").strip()


def _resolve() -> None:
    note, fix = _typed("note"), _typed("fix")
    _closed(lambda task: state.tasks_client().resolve(task.id, note, fix), "tasks.resolved")


def _dismiss() -> None:
    note = _typed("note")
    _closed(lambda task: state.tasks_client().dismiss(task.id, note), "tasks.dismissed")


def _closed(act: Callable[[Task], None], done: str) -> None:
    task = tasks_state.tray().task
    if task is not None:
        _do(lambda: act(task), state.words()(done))


def _do(act: Callable[[], None], done: str) -> None:
    tray = tasks_state.tray()
    tray.failure, tray.remark = None, ""
    try:
        act()
    except Failure as failure:
        # What was typed stays in the form.
        tray.failure = failure
        return
    tray.open(None)
    tray.remark = done
