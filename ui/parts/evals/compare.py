"""A run against an earlier one: what differs, whether by more than chance, and on which cases."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from html import escape

import streamlit as st

from ui import evals_state, state
from ui.evals_compare_shapes import Change, Comparison, Difference
from ui.evals_state import Lab
from ui.parts import notice
from ui.parts.evals import agreement, listing, wording
from ui.texts import Texts


def show(lab: Lab) -> None:
    """Draw the comparison with the run that is chosen."""
    t = state.words()
    if not choose(t, lab, key="evals_against"):
        return
    before = lab.before()
    if lab.comparison is None or lab.comparison.a != before:

        def fetch() -> None:
            lab.comparison = evals_state.client().compare(before, lab.run_id)

        lab.attempt(fetch)
        if lab.failure is not None:
            notice.show(lab.failure)
            lab.failure = None
            return
    found = lab.comparison
    if found is None:
        return
    st.html(_changed(t, found) + _left_out(t, found))
    st.html(table(t, found))
    _cases(t, lab, found)


def choose(t: Texts, lab: Lab, *, key: str) -> bool:
    """Let the run to compare with be chosen; say so where there is none."""
    others = lab.others()
    if not others:
        st.html(f'<div class="cd-empty">{escape(t("evals.nothing_to_compare"))}</div>')
        return False
    ids = [run.id for run in others]
    chosen = st.selectbox(
        t("evals.against"),
        ids,
        index=ids.index(lab.before()),
        # Two runs of one minute must not read the same: a choice is told by its words.
        format_func=lambda run_id: f"{wording.run(t, lab.named(run_id), run_id)} · {run_id[-5:]}",
        key=f"{key}_{lab.run_id}",
    )
    lab.compare_with(str(chosen))
    return True


def table(t: Texts, found: Comparison) -> str:
    """Draw each metric's difference, those that are no chance first, everything escaped."""
    names = ("metric", "before", "after", "difference", "interval", "verdict", "better", "worse")
    head = "".join(f"<th>{escape(t(f'evals.{name}'))}</th>" for name in names)
    ordered = sorted(found.metrics, key=lambda m: (m.verdict == "same", m.name))
    moved = "".join(_row(t, one) for one in ordered if one.better or one.worse)
    still = [_row(t, one) for one in ordered if not (one.better or one.worse)]

    def drawn(body: str) -> str:
        return (
            f'<div class="cd-scroll"><table class="cd-scores-table"><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>"
        )

    rest = ""
    if still:
        said = escape(t("evals.still", n=len(still)))
        inside = drawn("".join(still))
        rest = f'<details class="cd-why-more"><summary>{said}</summary>{inside}</details>'
    return (drawn(moved) if moved else "") + rest


def _row(t: Texts, one: Difference) -> str:
    name = one.name
    tone = {"better": "good", "worse": "stop"}.get(one.verdict, "")
    # No case moved at all: that is more than "may be chance".
    sure = one.verdict if one.better or one.worse else "equal"
    verdict = f'<span class="cd-pill {tone}">{escape(t.named("eval_verdict", sure))}</span>'
    low, high = wording.signed(name, one.low), wording.signed(name, one.high)
    cells = [
        f"<td><b>{escape(wording.metric(t, name))}</b><small>{escape(name)}</small>"
        f"{agreement.markup(t, one.agreement)}</td>",
        f'<td class="n">{wording.number(name, one.before)}</td>',
        f'<td class="n">{wording.number(name, one.after)}</td>',
        f'<td class="n"><b>{wording.signed(name, one.difference)}</b></td>',
        f'<td class="n soft">{low} … {high}</td>',
        f"<td>{verdict}</td>",
        f'<td class="n">{len(one.better) or ""}</td><td class="n">{len(one.worse) or ""}</td>',
    ]
    return (
        f'<tr data-metric="{escape(name)}" data-verdict="{escape(one.verdict)}">'
        f"{''.join(cells)}</tr>"
    )


def _changed(t: Texts, found: Comparison) -> str:
    """What the two houses differ in."""
    if not found.fingerprint:
        return f'<div class="cd-band plain">{escape(t("evals.same_house"))}</div>'
    rows = "".join(
        f"<tr><td><b>{escape(wording.changed(t, name))}</b></td>"
        f"<td>{escape(before or '–')}</td><td>{escape(after or '–')}</td></tr>"
        for name, (before, after) in found.fingerprint.items()
    )
    names = t("app.list_mark").join(wording.changed(t, name) for name in found.fingerprint)
    return (
        f'<details class="cd-changed"><summary>{escape(t("evals.differ", names=names))}</summary>'
        f'<div class="cd-scroll"><table class="cd-table">{rows}</table></div></details>'
    )


def _left_out(t: Texts, found: Comparison) -> str:
    said = []
    rewritten = set(found.only_a) & set(found.only_b)
    if rewritten:
        said.append(t("evals.rewritten", n=len(rewritten)))
    if gone := len(set(found.only_a) - rewritten):
        said.append(t("evals.only_before", n=gone))
    if new := len(set(found.only_b) - rewritten):
        said.append(t("evals.only_after", n=new))
    if found.failed:
        said.append(t("evals.failed_in_one", n=len(found.failed)))
    return f'<div class="cd-muted">{escape(" ".join(said))}</div>' if said else ""


def _cases(t: Texts, lab: Lab, found: Comparison) -> None:
    """The cases that a metric tells apart, worse and better side by side."""
    moved = {one.name: one for one in found.metrics if one.better or one.worse}
    if not moved:
        st.html(f'<div class="cd-empty">{escape(t("evals.no_case_moved"))}</div>')
        return
    names = sorted(moved, key=lambda n: (n == "latency_ms", -len(moved[n].worse), n))
    chosen = st.selectbox(
        t("evals.by_metric"),
        names,
        format_func=lambda name: t(
            "evals.moved_by",
            metric=wording.metric(t, name),
            worse=len(moved[name].worse),
            better=len(moved[name].better),
        ),
        key=f"evals_by_{found.a}_{found.b}",
    )
    one = moved[str(chosen)]
    left, right = st.columns(2, gap="small")
    for place, side, changes in ((left, "worse", one.worse), (right, "better", one.better)):
        with place:
            said = t(f"evals.cases_{side}", n=len(changes))
            st.html(f'<div class="cd-h">{escape(said)}</div>')
            told = {change.id: change for change in _sorted(changes)}
            listing.buttons(
                t,
                lab,
                tuple(told),
                key=f"cases_{side}",
                against=found.a,
                told=partial(_told, one.name, told),
            )


def _sorted(changes: tuple[Change, ...]) -> list[Change]:
    return sorted(changes, key=lambda change: -abs(change.after - change.before))


def _told(metric: str, changes: Mapping[str, Change], case_id: str) -> str:
    change = changes[case_id]
    before, after = (wording.number(metric, value) for value in (change.before, change.after))
    return f"<b>{before} → {after}</b><code>{escape(case_id)}</code>"
