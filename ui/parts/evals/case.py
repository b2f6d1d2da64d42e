"""A case as two runs drafted it: both drafts, scores, evidence and explanations side by side."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import evals_state, explain_state, state
from ui.evals_case_shapes import Pair, Wanted
from ui.evals_state import Lab
from ui.parts import notice
from ui.parts.evals import labels, sides, wording
from ui.texts import Texts


def show(lab: Lab, pair: Pair) -> None:
    """Draw the case with the way back and to its neighbours."""
    t = state.words()
    _keys(t, lab, pair)
    if lab.failure is not None:
        notice.show(lab.failure)
    st.html(head(t, pair))
    st.html(_expected(t, pair))
    left, right = st.columns([3, 1.05], gap="medium")
    with left:
        st.html(sides.drafts(t, lab, pair))
        st.html(sides.evidence(t, pair))
        st.html(sides.explanations(t, pair))
    with right, st.container(key="pair_scores"):
        st.html(scores(t, pair))
        labels.show(t, lab, pair)
        _links(t, pair)


def _keys(t: Texts, lab: Lab, pair: Pair) -> None:
    at = lab.order.index(pair.id) + 1 if pair.id in lab.order else 0
    with st.container(key="pair_keys", horizontal=True, gap="small", vertical_alignment="center"):
        st.button(t("evals.back"), key="pair_back", shortcut="b", on_click=lab.close_case)
        if len(lab.order) > 1:
            st.button(
                t("evals.previous"), key="pair_previous", shortcut="p", on_click=_step, args=(-1,)
            )
            st.button(t("evals.next"), key="pair_next", shortcut="n", on_click=_step, args=(1,))
        said = t("evals.place", n=at, of=len(lab.order)) if at else ""
        st.html(f'<span class="cd-muted cd-place">{escape(said)}</span>', width="content")


def _step(by: int) -> None:
    evals_state.lab().step(by)


def head(t: Texts, pair: Pair) -> str:
    """Draw the case's question with what it is told apart by, everything escaped."""
    pills = [t.named("eval_side", pair.language)]
    pills += [t.named("channel", pair.channel)] if pair.channel else []
    pills += [pair.product] if pair.product else []
    pills += [t.named("case_difficulty", pair.difficulty)] if pair.difficulty else []
    pills += [t.named("case_origin", pair.origin)] if pair.origin else []
    pills += [t.named("case_sort", tag) for tag in pair.tags[:6]]
    drawn = "".join(f'<span class="cd-pill">{escape(said)}</span>' for said in pills)
    turns = "".join(
        f'<div class="cd-turn {"agent" if role == "agent" else "customer"}">{escape(text)}</div>'
        for role, text in pair.history
    )
    before = f'<div class="cd-turns">{turns}</div>' if turns else ""
    rewritten = (
        f'<div class="cd-band warn">{escape(t("evals.was_rewritten"))}</div>'
        if pair.rewritten
        else ""
    )
    return (
        f'<div class="cd-pair-head" data-case-open="{escape(pair.id)}">{before}'
        f"<h3>{escape(pair.question)}</h3>"
        f'<div class="cd-row">{drawn}<small>{escape(pair.id)}</small></div>{rewritten}</div>'
    )


def _expected(t: Texts, pair: Pair) -> str:
    """What a right answer says, and the passages that it rests on."""
    if pair.state == "no_evidence":
        said = t("evals.expects_refusal")
    elif pair.state == "clarify":
        said = t("evals.expects_question")
    else:
        said = pair.reference
    quotes = "".join(_quote(t, pair, at, one) for at, one in enumerate(pair.expected))
    title = escape(t("evals.expected"))
    grid = f'<div class="cd-quotes">{quotes}</div>' if quotes else ""
    return (
        f'<div class="cd-expected"><div class="cd-h">{title}</div>'
        f'<div class="cd-wrap">{escape(said)}</div>{grid}</div>'
    )


def _quote(t: Texts, pair: Pair, at: int, wanted: Wanted) -> str:
    if wanted.hidden:
        return f'<div class="cd-muted">{escape(t("evals.hidden_passage"))}</div>'
    said = []
    named = (("before", pair.before), ("after", pair.after)) if pair.paired else (("", pair.after),)
    for name, outcome in named:
        if outcome is None:
            continue
        cited = outcome.cited is not None and at in outcome.cited
        how = "cited" if cited else "found" if at in outcome.found else "not_found"
        tone = {"cited": "good", "found": ""}.get(how, "warn")
        words = t(f"evals.{how}")
        words = f"{t(f'evals.{name}')}{t('evals.colon')}{words}" if name else words
        said.append(f'<span class="cd-pill {tone}">{escape(words)}</span>')
    return (
        f'<div class="cd-kept-quote">{escape(wanted.quote)}<small>{escape(wanted.title)}</small>'
        f'<div class="cd-row">{"".join(said)}</div></div>'
    )


def scores(t: Texts, pair: Pair) -> str:
    """Draw the case's scores: what moved, then the rest folded away; everything escaped."""
    moved = [m for m in pair.metrics if m.change in ("better", "worse")]
    rest = [m for m in pair.metrics if m not in moved]
    if not pair.metrics:
        return f'<div class="cd-empty">{escape(t("evals.no_scores"))}</div>'
    title = f'<div class="cd-h">{escape(t("evals.scores"))}</div>'
    if not pair.paired:
        return title + _scores(t, pair, [m.name for m in pair.metrics])
    drawn = _scores(t, pair, [m.name for m in moved])
    if not moved:
        drawn = f'<div class="cd-muted">{escape(t("evals.no_score_moved"))}</div>'
    if rest:
        said = escape(t("evals.other_scores", n=len(rest)))
        drawn += (
            f'<details class="cd-why-more"><summary>{said}</summary>'
            f"{_scores(t, pair, [m.name for m in rest])}</details>"
        )
    return title + drawn


def _scores(t: Texts, pair: Pair, names: list[str]) -> str:
    rows = []
    for one in pair.metrics:
        if one.name not in names:
            continue
        after = f'<td class="n">{wording.number(one.name, one.after)}</td>'
        before = f'<td class="n">{wording.number(one.name, one.before)}</td>' if pair.paired else ""
        tone = {"better": "good", "worse": "stop"}.get(one.change)
        said = escape(t.named("eval_change", one.change))
        pill = f'<span class="cd-pill {tone}">{said}</span>' if tone else ""
        told = f"<td>{pill}</td>" if pair.paired else ""
        label = escape(wording.metric(t, one.name))
        rows.append(
            f'<tr data-metric="{escape(one.name)}"><td>{label}</td>{before}{after}{told}</tr>'
        )
    titles = [t("evals.metric"), t("evals.before"), t("evals.after"), ""]
    head = "".join(f"<th>{escape(one)}</th>" for one in titles) if pair.paired and rows else ""
    return (
        f'<table class="cd-scores-table small"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _links(t: Texts, pair: Pair) -> None:
    with st.container(key="pair_links", gap="xsmall"):
        if explain_state.sees_all():
            st.page_link(
                state.page_to("explain"),
                label=t("evals.explain_now"),
                query_params={"question": pair.question},
            )
        if pair.in_casebook and state.approves(state.person()):
            st.page_link(
                state.page_to("cases"),
                label=t("evals.to_casebook"),
                query_params={"case": pair.id},
            )
