"""The tasks, narrowed by whose they are, by kind, and by whether they are still to be done."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import state, tasks_state
from ui.parts import filters, notice
from ui.parts.moments import moment
from ui.tasks_shapes import KINDS, Task
from ui.tasks_state import Tray
from ui.texts import Texts

VIEWS = ("mine", "unassigned", "all", "raised")
_OWN = ("mine", "raised")
STATES = ("open", "closed")


def show(tray: Tray) -> None:
    """Draw the list."""
    t, who = state.words(), state.person()
    filters.heading(t("tasks.title"))
    views = VIEWS if tasks_state.sees_all() else _OWN
    view = filters.choice(
        t("tasks.whose"), views, lambda name: t.named("task_view", name), key="tasks_view"
    )
    kinds, states = st.columns([1.4, 1], gap="small", vertical_alignment="center")
    kind = kinds.selectbox(
        t("tasks.kind"),
        ("", *KINDS),
        format_func=lambda name: t.named("task_kind", name) if name else t("tasks.every_kind"),
        key="tasks_kind",
        label_visibility="collapsed",
    )
    which = filters.choice(
        t("documents.state"),
        STATES,
        lambda name: t.named("task_state", name),
        key="tasks_state",
        place=states,
    )
    if tray.failure is not None:
        notice.show(tray.failure)
    elif tray.remark:
        st.html(f'<div class="cd-band good cd-said" role="status">{escape(tray.remark)}</div>')
    page = state.tasks_client().tasks(
        view,
        who.name if who else "",
        kind=kind or "",
        is_open=which != "closed",
        pages=tray.pages,
    )
    if not page.tasks:
        said = t(f"tasks.none_{which}")
        st.html(f'<div class="cd-empty tall">{escape(said)}</div>')
        return
    with st.container(key="tasks"):
        for task in page.tasks:
            _row(t, tray, task)
    if page.cursor:
        st.button(t("tasks.more"), key="more_tasks", on_click=_more)


def _more() -> None:
    tasks_state.tray().pages += 1


def _row(t: Texts, tray: Tray, task: Task) -> None:
    with st.container(key=f"task_{task.id}", gap="xsmall"):
        st.html(markup(t, task))
        is_open = tray.task is not None and tray.task.id == task.id
        if not is_open:
            st.button(t("tasks.open"), key=f"open_{task.id}", on_click=tray.open, args=(task,))


def markup(t: Texts, task: Task) -> str:
    """Draw a task as HTML, everything escaped."""
    pills = []
    if task.overdue:
        pills.append(("stop", t("tasks.overdue")))
    if task.level and task.open:
        pills.append(("warn", t("tasks.level", n=task.level)))
    if not task.open:
        name = "itself" if task.closed_itself else task.state
        pills.append(("good" if task.state == "resolved" else "", t.named("task_state", name)))
    drawn = "".join(f'<span class="cd-pill {tone}">{escape(words)}</span>' for tone, words in pills)
    facts = [t("tasks.due", at=moment(task.due_at)), holder(t, task)]
    return (
        f'<div class="cd-task" data-kind="{escape(task.kind)}" data-state="{escape(task.state)}">'
        f'<div class="cd-row"><b>{escape(title(t, task))}</b>{drawn}</div>'
        f'<div class="cd-task-about">{escape(task.about or t("tasks.hidden"))}</div>'
        f"<small>{escape(' · '.join(facts))}</small></div>"
    )


def title(t: Texts, task: Task) -> str:
    """Say what kind of task it is, in words of this language."""
    if task.kind == "gap" and task.count:
        return t("tasks.gap_counted", n=task.count)
    if task.step:
        return t.named("follow_up", task.step)
    return t.named("task_kind", task.kind)


def holder(t: Texts, task: Task) -> str:
    """Say who has a task, or for whom it is while nobody has it."""
    return task.owner or (t.named("role", task.held_by) if task.held_by else t("tasks.nobody"))
