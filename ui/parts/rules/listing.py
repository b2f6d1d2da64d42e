"""The rules of a set as rows in plain words, the one that is open beside them."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from html import escape
from typing import Any

import streamlit as st

from ui import state
from ui.parts.rules import fields, plain, summary
from ui.rules_state import Bench

_FORMED = {"escalation", "routing"}
_PATTERNED = {"guidance", "triage"}
_NEW: dict[str, dict[str, Any]] = {
    "escalation": {"when": {"kind": "complaint"}, "level": 1},
    "routing": {"when": {"kind": "complaint"}, "tier": "agent"},
}


def formed(bench: Bench) -> bool:
    """Whether this set is a list of rules with fields of their own."""
    return bench.name in _FORMED and isinstance(bench.body.get("rules"), list)


def show(bench: Bench, *, may_edit: bool) -> None:
    """Draw the rows, and fields for what else the set holds."""
    t = state.words()
    if formed(bench):
        st.html(f'<div class="cd-muted">{escape(t(f"rules.order_{bench.name}"))}</div>')
        with st.container(key="rule_rows"):
            for number, rule in enumerate(bench.body["rules"]):
                _row(bench, number, rule, may_edit=may_edit)
        if may_edit:
            st.button(
                t("rules.add"), key="rule_add", icon=":material/add:", on_click=_add, args=(bench,)
            )
    if bench.name in _PATTERNED:
        st.html(f'<div class="cd-muted">{escape(t("rules.patterns"))}</div>')
    if may_edit:
        skip = ("rules",) if formed(bench) else ()
        plain.fields(bench.body, skip, f"plain_{bench.name}_{bench.forms}")
    elif not formed(bench) and bench.held is not None:
        st.code(bench.held.text, language="yaml")


def _row(bench: Bench, number: int, rule: dict[str, Any], *, may_edit: bool) -> None:
    t = state.words()
    on = rule.get("enabled", True)
    with st.container(key=f"rulerow_{number}"):
        classes = "cd-rule" + ("" if on else " off") + (" open" if number == bench.opened else "")
        name = t.named("rule_name", str(rule.get("rule") or ""))
        st.html(
            f'<div class="{classes}"><b>{escape(name)}</b>'
            f"<div>{escape(summary.conditions(t, rule.get('when')))}"
            f" → {escape(summary.outcome(t, rule))}</div></div>"
        )
        if not may_edit:
            return
        with st.container(horizontal=True, gap="small"):
            chosen = st.toggle(t("rules.enabled"), on, key=f"rule_on_{bench.forms}_{number}")
            if chosen != on:
                rule["enabled"] = chosen
                st.rerun()
            st.button(
                t("rules.open"), key=f"rule_open_{number}", on_click=_open, args=(bench, number)
            )


def _open(bench: Bench, number: int) -> None:
    bench.opened = number
    bench.fresh()


def _add(bench: Bench) -> None:
    t = state.words()
    names = {rule.get("rule") for rule in bench.body["rules"]}
    number = 1
    while (name := t("rules.new_name", n=number)) in names:
        number += 1
    bench.body["rules"].append({"rule": name, **deepcopy(_NEW[bench.name])})
    _open(bench, len(bench.body["rules"]) - 1)


def detail(bench: Bench) -> None:
    """Draw the fields of the rule that is open."""
    t = state.words()
    rules = bench.body["rules"]
    if not 0 <= bench.opened < len(rules):
        st.html(f'<div class="cd-empty">{escape(t("rules.none_open"))}</div>')
        return
    number = bench.opened
    name = t.named("rule_name", str(rules[number].get("rule") or ""))
    st.html(f'<div class="cd-h">{escape(name)}</div>')
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        steps: tuple[tuple[str, str, Callable[[Bench], None], bool], ...] = (
            ("rule_up", "arrow_upward", _up, number == 0),
            ("rule_down", "arrow_downward", _down, number == len(rules) - 1),
            ("rule_remove", "delete", _remove, False),
        )
        for name, icon, step, disabled in steps:
            st.button(
                t.named("rules", name),
                key=name,
                icon=f":material/{icon}:",
                on_click=step,
                args=(bench,),
                disabled=disabled,
                type="tertiary",
            )
    fields.rule(rules[number], f"rule_{bench.forms}_{number}", routing=bench.name == "routing")


def _up(bench: Bench) -> None:
    _swap(bench, bench.opened - 1)


def _down(bench: Bench) -> None:
    _swap(bench, bench.opened + 1)


def _swap(bench: Bench, other: int) -> None:
    rules = bench.body["rules"]
    rules[bench.opened], rules[other] = rules[other], rules[bench.opened]
    _open(bench, other)


def _remove(bench: Bench) -> None:
    bench.body["rules"].pop(bench.opened)
    _open(bench, -1)
