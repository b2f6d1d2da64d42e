"""The four steps of a record: what is filled, where it was said, and what may be added."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import marks
from ui.conversations_shapes import Conversation, RecordField, RecordStep
from ui.parts.record import case
from ui.texts import Texts

_LONGEST = 500
_SHOWN = 28
_KINDS = ("enquiry", "complaint", "fault")


def show(t: Texts, held: Conversation) -> None:
    """Draw the steps, each on a line of its own."""
    for step in held.steps:
        _step(t, held, step)


def _step(t: Texts, held: Conversation, step: RecordStep) -> None:
    lacking = [name for name, _ in held.missing if name in _FIELDS_OF[step.name]]
    if not (step.fields or lacking):
        return
    tone = "done" if step.filled == step.needed else "open"
    with st.container(horizontal=True, gap="xsmall", key=f"record_{step.name}"):
        st.html(
            f'<div class="cd-step {tone}">{escape(t(f"record_step.{step.name}"))}</div>',
            width="content",
        )
        for field in step.fields:
            _field(t, held, field)
        for name in lacking:
            with st.popover(f"＋ {t(f'record_field.{name}')}", key=f"add_{name}"):
                _input(t, held, name, "")


def _field(t: Texts, held: Conversation, field: RecordField) -> None:
    label = t(f"record_field.{field.name}")
    sure = "" if field.state == "read" else " ✓"
    hidden = held.masked and field.personal
    with st.popover(f"{label} **{marks.plain(_said(t, field))}**{sure}", key=f"edit_{field.name}"):
        if field.quote:
            st.html(
                f'<div class="cd-muted">{escape(t("case.said"))} '
                f'<span class="cd-quote">{escape(field.quote)}</span></div>'
            )
        if field.state == "read" and not hidden:
            st.button(
                t("case.confirm"),
                key=f"confirm_{field.name}",
                type="primary",
                on_click=_correct,
                args=(field.name, None),
            )
        elif field.by:
            st.html(f'<div class="cd-muted">{escape(t("case.by", name=field.by))}</div>')
        _input(t, held, field.name, "" if hidden else field.value, hidden=hidden)


def _input(t: Texts, held: Conversation, name: str, value: str, *, hidden: bool = False) -> None:
    """A choice or a line to correct a field with; of what is hidden nothing is shown to mend."""
    label = t(f"record_field.{name}")
    key = f"record_value_{name}_{held.id}_{held.revision}"
    if name in _CHOICES:
        several = name in ("wants", "needs")
        chosen = [one for one in value.split(", ") if one in _CHOICES[name]]
        st.pills(
            label,
            _CHOICES[name],
            selection_mode="multi" if several else "single",
            default=chosen if several else (chosen[0] if chosen else None),
            format_func=lambda code: t.named("record_value", code),
            key=key,
        )
    else:
        st.text_input(label, value=value, key=key, max_chars=_LONGEST)
    if name == "kind" and held.kind != "enquiry":
        st.text_input(t("case.why"), key=f"{key}_why", max_chars=_LONGEST)
    st.button(t("case.save"), key=f"save_{key}", on_click=_saved, args=(name, key, hidden))


def _said(t: Texts, field: RecordField) -> str:
    if field.name in _CHOICES:
        return t("app.list_mark").join(t.named("record_value", one) for one in field.values)
    return field.value if len(field.value) <= _SHOWN + 2 else f"{field.value[:_SHOWN]}…"


def _saved(name: str, key: str, hidden: bool) -> None:
    given = st.session_state.get(key)
    value = ", ".join(given) if isinstance(given, list | tuple) else str(given or "").strip()
    if hidden and not value:
        # An empty line stands for what they do not see, not for nothing.
        return
    _correct(name, value, str(st.session_state.get(f"{key}_why") or "").strip())


def _correct(name: str, value: str | None, reason: str = "") -> None:
    case.do(lambda client, one: client.correct(one, {name: value}, reason))


_FIELDS_OF = {
    "identity": ("name", "phone", "email", "order", "account", "contract"),
    "kind": ("kind", "about"),
    "details": (
        "product",
        "model",
        "serial",
        "firmware",
        "happened",
        "error_code",
        "tried",
        "place",
    ),
    "need": ("wants", "needs"),
}
_CHOICES = {
    "kind": _KINDS,
    "about": ("service", "product", "process", "policy"),
    "wants": (
        "refund",
        "exchange",
        "repair",
        "compensation",
        "apology",
        "call_back",
        "information",
    ),
    "needs": ("functional", "emotional", "implicit", "behavioural"),
}
