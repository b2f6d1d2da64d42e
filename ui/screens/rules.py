"""The rules that a house may write for itself: seen by all who work here, edited by some."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import rules_state, state
from ui.parts.rules import deciding, listing, looks, surge
from ui.rules_state import Bench


def show() -> None:
    """Draw the rules of a set with the one that is open beside them."""
    looks.apply()
    client = rules_state.client()
    names, may_edit = client.names()
    bench = rules_state.bench()
    left, right = st.columns([1.45, 1.25], gap="small")
    with left, st.container(key="region_rules"):
        _choose(bench, names)
        surge_state = client.surge()
        if bench.name == "routing" or surge_state.on:
            surge.show(surge_state)
        _standing(bench)
        if bench.text is None:
            listing.show(bench, may_edit=may_edit)
        else:
            st.html(f'<div class="cd-muted">{escape(state.words()("rules.yaml_help"))}</div>')
            with st.container(key="rules_yaml"):
                key = f"yaml_{bench.name}_{bench.forms}"
                bench.text = st.text_area("YAML", bench.text, height=620, key=key)
    with right, st.container(key="region_rule"):
        if may_edit:
            _edit(bench)
        deciding.history(bench, may_edit=may_edit)


def _edit(bench: Bench) -> None:
    t = state.words()
    as_yaml = st.toggle(
        t("rules.as_yaml"), bench.text is not None, key=f"rules_as_yaml_{bench.name}_{bench.forms}"
    )
    if as_yaml != (bench.text is not None):
        deciding.switched_form(bench, to_yaml=as_yaml)
        st.rerun()
    if bench.text is None and listing.formed(bench):
        listing.detail(bench)
    deciding.show(bench)


def _choose(bench: Bench, names: list[str]) -> None:
    t = state.words()
    st.html(f'<div class="cd-h">{escape(t("rules.title"))}</div>')
    chosen = st.selectbox(
        t("rules.which"),
        names,
        index=names.index(bench.name) if bench.name in names else 0,
        format_func=lambda name: t.named("rule_set", name),
        key=f"rules_which_{state.language()}",
    )
    if chosen != bench.name or bench.held is None:
        bench.take(rules_state.client().one(chosen))
        bench.remark = ""


def _standing(bench: Bench) -> None:
    t = state.words()
    held = bench.held
    if held is None:
        return
    version = held.version
    said = (
        t("rules.is_shipped")
        if version.shipped
        else t("rules.is_own", number=version.number, by=version.by)
    )
    changed = (
        f' <span class="cd-pill warn">{escape(t("rules.unsaved"))}</span>' if bench.changed else ""
    )
    st.html(f'<div class="cd-muted">{escape(said)}{changed}</div>')
    if held.problem:
        said = t("rules.problem", problem=held.problem)
        st.html(f'<div class="cd-band stop">{escape(said)}</div>')
