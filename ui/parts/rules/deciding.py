"""Trying proposed rules, saving them, and going back to older ones."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from ui import rules_state, state
from ui.client import Failure
from ui.parts import moments, notice
from ui.rules_shapes import Change, Tried
from ui.rules_state import Bench

_LAST = (50, 200, 1000)


def show(bench: Bench) -> None:
    """Draw the steps below the fields."""
    t = state.words()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        last = st.selectbox(
            t("rules.try_on"),
            _LAST,
            index=1,
            key=f"rules_last_{state.language()}",
            format_func=lambda n: t("rules.drafts", n=n),
        )
        st.button(t("rules.try"), key="rules_try", on_click=_try, args=(bench, last))
    reason = st.text_input(t("rules.why"), key=f"rules_why_{bench.name}_{bench.held_number}")
    with st.container(horizontal=True, gap="small"):
        st.button(
            t("rules.save"),
            key="rules_save",
            type="primary",
            on_click=_save,
            args=(bench, reason),
            disabled=not bench.changed,
        )
        st.button(
            t("rules.discard"),
            key="rules_discard",
            on_click=_discard,
            args=(bench,),
            disabled=not bench.changed,
        )
    if bench.failure is not None:
        notice.show(bench.failure)
    if bench.remark:
        tone = "warn" if bench.lacking else "good"
        st.html(f'<div class="cd-band {tone}" role="status">{escape(bench.remark)}</div>')
    if bench.tried is not None:
        _tried(bench.tried)


def switched_form(bench: Bench, *, to_yaml: bool) -> None:
    """Change between fields and YAML; rules that cannot be read stay in the form they are in."""
    try:
        found = rules_state.client().try_out(bench.name, bench.proposed(), 1)
    except Failure as failure:
        bench.failure = failure
        bench.fresh()
        return
    unchanged = not bench.changed and bench.held is not None
    bench.failure = None
    bench.body = found.body
    bench.text = (bench.held.text if unchanged and bench.held else found.text) if to_yaml else None
    bench.opened = -1
    bench.fresh()


def _try(bench: Bench, last: int) -> None:
    bench.failure, bench.remark, bench.tried, bench.lacking = None, "", None, False
    try:
        bench.tried = rules_state.client().try_out(bench.name, bench.proposed(), last)
    except Failure as failure:
        bench.failure = failure


def _save(bench: Bench, reason: str) -> None:
    t = state.words()
    bench.failure, bench.remark, bench.lacking = None, "", False
    if not reason.strip():
        bench.remark, bench.lacking = t("rules.why_needed"), True
        return
    try:
        proposed = bench.proposed()
        held = rules_state.client().save(bench.name, proposed, bench.held_number, reason)
    except Failure as failure:
        bench.failure = failure
        return
    bench.take(held)
    bench.remark = t("rules.saved", number=held.version.number)


def _discard(bench: Bench) -> None:
    if bench.held is not None:
        bench.take(rules_state.client().one(bench.name))
    bench.remark = ""


def _tried(tried: Tried) -> None:
    t = state.words()
    if not tried.possible:
        st.html(f'<div class="cd-band plain">{escape(t("rules.not_tried"))}</div>')
        return
    tone = "warn" if tried.changed else "good"
    said = t("rules.tried", changed=tried.changed, drafts=tried.drafts)
    st.html(f'<div class="cd-band {tone}" data-changed="{tried.changed}">{escape(said)}</div>')
    counts = _counts(tried)
    if counts:
        st.html(counts)
    if tried.changes:
        rows = "".join(_change(change) for change in tried.changes)
        heads = "".join(
            f"<th>{escape(t(name))}</th>"
            for name in ("rules.question", "rules.before", "rules.after")
        )
        st.html(
            f'<div class="cd-scroll"><table class="cd-table cd-tried"><tr>{heads}</tr>{rows}'
            "</table></div>"
        )


def _counts(tried: Tried) -> str:
    """How often each rule decided, where that differs."""
    t = state.words()
    names = [
        n
        for n in {**tried.before, **tried.after}
        if tried.before.get(n, 0) != tried.after.get(n, 0)
    ]
    pills = "".join(
        f'<span class="cd-pill">{escape(t.named("rule_name", n) if n else t("rules.no_rule"))} '
        f"<b>{tried.before.get(n, 0)} → {tried.after.get(n, 0)}</b></span>"
        for n in names
    )
    return f'<div class="cd-row">{pills}</div>' if pills else ""


def _change(change: Change) -> str:
    cells = "".join(f"<td>{escape(_outcome(side))}</td>" for side in (change.before, change.after))
    return f"<tr><td>{escape(change.question)}</td>{cells}</tr>"


def _outcome(found: dict[str, Any]) -> str:
    """What a set of rules made of a draft, in words where the screens have them."""
    t = state.words()
    if "tier" in found:
        parts = [t.named("tier", str(found["tier"])), str(found.get("to") or "")]
        surge = t.named("tier", str(found.get("surge_tier")))
        parts.append(t("rules.in_surge", tier=surge))
    elif "level" in found:
        if not found["level"]:
            return t("rules.stays")
        parts = [t("rules.level", level=found["level"]), str(found.get("to") or "")]
        parts += [] if found.get("needed") else [t("rules.only_noted").strip()]
    else:
        return " · ".join(f"{k}: {v}" for k, v in found.items() if v not in ("", None))
    parts.append(t.named("rule_name", str(found.get("rule") or "")))
    return " · ".join(part for part in parts if part)


def history(bench: Bench, *, may_edit: bool) -> None:
    """List who saved what when and why, with the way back."""
    t = state.words()
    with st.expander(t("rules.history")):
        for version in rules_state.client().versions(bench.name):
            shipped = t("rules.shipped")
            name = shipped if version.number == 0 else t("rules.version", number=version.number)
            if version.shipped and version.number:
                name += f" · {shipped}"
            about = [version.by, moments.moment(version.at) if version.at else "", version.reason]
            if version.state == "aside":
                about.append(t("rules.aside"))
            mark = (
                f' <span class="cd-pill good">{escape(t("rules.holds"))}</span>'
                if version.holds
                else ""
            )
            st.html(
                f'<div class="cd-rule"><b>{escape(name)}</b>{mark}'
                f"<div>{escape(' · '.join(part for part in about if part))}</div></div>"
            )
            if may_edit and not version.holds:
                st.button(
                    t("rules.restore"),
                    key=f"rules_restore_{version.number}",
                    type="tertiary",
                    on_click=_restore,
                    args=(bench, version.number),
                )


def _restore(bench: Bench, number: int) -> None:
    t = state.words()
    bench.failure, bench.remark, bench.lacking = None, "", False
    try:
        reason = t("rules.restored_why", number=number)
        held = rules_state.client().restore(bench.name, number, bench.held_number, reason)
    except Failure as failure:
        bench.failure = failure
        return
    bench.take(held)
    bench.remark = t("rules.saved", number=held.version.number)
