"""Accuracy over time: the measures, their curve, the falls with their suspects, the table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape

import streamlit as st

from ui import insights_state, state
from ui.insights_shapes import MEASURES, TRAITS, Accuracy, Counted, Fall, Suspect
from ui.parts import filters
from ui.parts.insights import chart, wording
from ui.parts.moments import moment
from ui.texts import Texts

_WEEKS = (8, 12, 26, 52)
_DAYS = 14
_MOST_SUSPECTS = 4
_MOST_CHANGES = 60
_SORTS = 4
_EVERY = "*"


def show() -> None:
    """Draw the view."""
    t = state.words()
    with st.container(key="region_accuracy"):
        asked, measure = _asked(t)
        found = insights_state.board().of(
            ("accuracy", tuple(asked.items())),
            lambda: insights_state.client().accuracy(asked),
        )
        if found.waiting:
            st.html(f'<div class="cd-muted">{t("insights.waiting", n=found.waiting)}</div>')
        if not found.total.drafts:
            st.html(f'<div class="cd-empty">{escape(t("insights.none"))}</div>')
            return
        st.html(tiles(t, found.total, measure))
        if found.total.shares[measure].of:
            st.altair_chart(chart.drawn(t, found, measure), key="insights_chart")
            hint = t("insights.chart_hint", n=wording.FEW)
            st.html(f'<div class="cd-muted">{escape(hint)}</div>')
        else:
            st.html(f'<div class="cd-empty">{escape(t("insights.none_judged"))}</div>')
    with st.container(key="region_falls"):
        filters.heading(t("insights.falls"))
        st.html(falls(t, found, asked["step"]))
        with st.expander(t("insights.table"), key="insights_table"):
            st.html(table(t, found))
        with st.expander(t.counted("insights.changes", len(found.changes)), key="insights_log"):
            st.html(log(t, found))


def _asked(t: Texts) -> tuple[dict[str, str], str]:
    """What is looked at: how long, which measure, told apart by what, of which drafts."""
    first = st.columns(4, gap="small", vertical_alignment="bottom")
    step = first[0].selectbox(
        t("insights.over"),
        [f"week {n}" for n in _WEEKS] + [f"day {_DAYS}"],
        index=1,
        format_func=lambda name: t(f"insights.over_{name.split()[0]}", n=name.split()[1]),
        key="insights_over",
    )
    measure = first[1].selectbox(
        t("insights.measure"),
        MEASURES,
        format_func=lambda name: t.named("measure", name),
        key="insights_measure",
    )
    by = first[2].selectbox(
        t("insights.by"),
        ("", *TRAITS),
        format_func=lambda name: t.named("trait", name) if name else t("insights.by_nothing"),
        key="insights_by",
    )
    kind, count = step.split()
    asked = {"step": kind, "count": count, **({"by": by} if by else {})}
    with first[3].popover(t("insights.narrow"), key="insights_narrow", width="stretch"):
        asked |= _narrowed(t, asked)
    return asked, measure


def _narrowed(t: Texts, asked: dict[str, str]) -> dict[str, str]:
    plain = {name: value for name, value in asked.items() if name != "by"}
    options = (
        insights_state.board()
        .of(("accuracy", tuple(plain.items())), lambda: insights_state.client().accuracy(plain))
        .options
    )
    chosen: dict[str, str] = {}
    for trait in TRAITS:
        value = st.selectbox(
            t.named("trait", trait),
            [_EVERY, *options[trait]],
            format_func=partial(_said, t, trait),
            key=f"insights_only_{trait}",
        )
        if value != _EVERY:
            chosen[trait] = value
    return chosen


def _said(t: Texts, trait: str, value: str) -> str:
    return t("insights.every") if value == _EVERY else wording.value(t, trait, value)


def tiles(t: Texts, total: Counted, here: str) -> str:
    """Draw each measure over all periods."""
    drawn = [
        f'<div class="cd-tile"><span>{escape(t("insights.drafts"))}</span>'
        f"<b>{total.drafts:,}</b>"
        f"<small>{escape(t('insights.judged', n=f'{total.judged:,}'))}</small></div>"
    ]
    for name in MEASURES:
        share = total.shares[name]
        drawn.append(
            f'<div class="cd-tile{" here" if name == here else ""}">'
            f"<span>{escape(t.named('measure', name))}</span><b>{wording.percent(share.share)}</b>"
            f"<small>{share.count:,} / {share.of:,}</small></div>"
        )
    return f'<div class="cd-tiles">{"".join(drawn)}</div>{_sorts(t, total)}'


def _sorts(t: Texts, total: Counted) -> str:
    if not total.sorts:
        return ""
    told = [
        f'<span class="cd-pill">{escape(wording.sort(t, name))} <b>{count:,}</b></span>'
        for name, count in total.sorts.items()
    ]
    title = escape(t("insights.edits"))
    told = [f'<span class="cd-muted">{title}</span>', *told]
    return f'<div class="cd-row" style="margin-top:.5rem">{"".join(told)}</div>'


def falls(t: Texts, found: Accuracy, step: str) -> str:
    """Draw the periods that were worse than those before, each with its suspects."""
    if not found.falls:
        return f'<div class="cd-empty">{escape(t(f"insights.no_falls_{step}"))}</div>'
    drawn = "".join(_fall(t, found.by, one) for one in found.falls)
    return drawn + f'<div class="cd-muted">{escape(t("insights.falls_hint"))}</div>'


def _fall(t: Texts, by: str, fall: Fall) -> str:
    where = f" · {wording.value(t, by, fall.value)}" if by else ""
    pills = "".join(
        f'<span class="cd-pill stop">{escape(t.named("measure", name))} '
        f"{wording.percent(before.share)} → {wording.percent(after.share)}</span>"
        for name, before, after, _ in fall.moved
    )
    name, before, after, chance = fall.moved[0]
    told = t(
        "insights.fell",
        measure=t.named("measure", name),
        since=fall.since,
        good=fall.good,
        before=wording.of_all(t, before),
        after=wording.of_all(t, after),
        p=_chance(chance),
    )
    suspects = "".join(_suspect(t, name, one) for one in fall.suspects[:_MOST_SUSPECTS])
    listed = (
        f"<div><b>{escape(t('insights.suspects'))}</b></div><ol>{suspects}</ol>"
        if suspects
        else f"<div>{escape(t('insights.no_suspect'))}</div>"
    )
    head = (
        f'<div class="cd-row"><b>{escape(f"{fall.period} ({fall.start}){where}")}</b>{pills}</div>'
    )
    return f'<div class="cd-fall">{head}<div>{escape(told)}</div>{listed}</div>'


def _suspect(t: Texts, measure: str, one: Suspect) -> str:
    change = one.change
    basis = one.basis if one.basis == "cited" else ("own" if change.document_id else "all")
    told = t(
        f"insights.suspect_{basis}",
        what=t.named("insights_bad", measure),
        before=wording.of_all(t, one.before),
        after=wording.of_all(t, one.after),
    )
    facts = [moment(change.at), t.named("insights_by", change.by), change.reason]
    return (
        f"<li><b>{escape(wording.change(t, change))}</b> "
        f"<small>{escape(' · '.join(filter(None, facts)))}</small><br>{escape(told)}</li>"
    )


def table(t: Texts, found: Accuracy) -> str:
    """Draw all periods, and what is told apart, with every measure."""
    names = [*MEASURES, *list(found.total.sorts)[:_SORTS]]
    heads = [
        t.named("measure", n) if n in MEASURES else t("insights.edit_of", sort=wording.sort(t, n))
        for n in names
    ]
    head = "".join(f"<th>{escape(one)}</th>" for one in ("", t("insights.drafts"), *heads))
    rows = [(one.label, one) for one in reversed(found.periods)]
    rows += [(wording.value(t, found.by, one.value), one.total) for one in found.values]
    body = "".join(_row(t, label, one, names) for label, one in rows)
    drawn = f'<table class="cd-table cd-periods"><tr>{head}</tr>{body}</table>'
    return f'<div class="cd-scroll">{drawn}</div>'


def _row(t: Texts, label: str, one: Counted, names: Sequence[str]) -> str:
    cells = "".join(
        f"<td>{wording.cell(t, one.shares[n]) if n in one.shares else '–'}</td>" for n in names
    )
    return f"<tr><td>{escape(label)}</td><td>{one.drafts:,}</td>{cells}</tr>"


def log(t: Texts, found: Accuracy) -> str:
    """Draw what was changed, the latest first."""
    rows = "".join(
        f"<tr><td>{escape(moment(one.at))}</td><td>{escape(wording.change(t, one))}</td>"
        f"<td>{escape(t.named('insights_by', one.by))}</td><td>{escape(one.reason)}</td></tr>"
        for one in reversed(found.changes[-_MOST_CHANGES:])
    )
    return f'<div class="cd-scroll"><table class="cd-table">{rows}</table></div>'


def _chance(chance: float) -> str:
    return "< 0.001" if chance < 0.001 else f"= {chance:.3f}"
