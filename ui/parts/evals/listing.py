"""A run's cases: the worst by a metric first, and those without a score told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

import streamlit as st

from ui import evals_state, state
from ui.evals_shapes import STANDINGS, Brief
from ui.evals_state import Lab
from ui.parts.evals import wording
from ui.texts import Texts

_PAGE = 25
_FIRST = ("answer_correctness", "citation_hit", "quote_in_draft", "refusal_accuracy")
"""Metrics that say most of a case; the first that a run has is chosen."""


def show(lab: Lab) -> None:
    """Draw the cases."""
    t = state.words()
    briefs = lab.briefs()
    kinds = ("scored", *(s for s in STANDINGS if any(b.standing == s for b in briefs)))
    box, by = st.columns(2, gap="small")
    kind = box.selectbox(
        t("evals.which"),
        kinds,
        format_func=lambda name: t(
            "evals.counted", what=t.named("eval_standing", name), n=_of(briefs, name)
        ),
        key="evals_which",
    )
    names = sorted({name for brief in briefs for name in brief.scores})
    metric = ""
    if kind == "scored" and names:
        first = next((n for n in _FIRST if n in names), names[0])
        metric = str(
            by.selectbox(
                t("evals.worst_by"),
                names,
                index=names.index(first),
                format_func=lambda name: wording.metric(t, name),
                key="evals_worst_by",
            )
        )
    found = [b for b in briefs if _is(b, str(kind))]
    if metric:
        found = worst(found, metric, evals_state.client().directions().get(metric, True))
    order = tuple(brief.id for brief in found)
    if not found:
        st.html(f'<div class="cd-empty">{escape(t("evals.no_cases"))}</div>')
        return
    if metric:
        st.html(f'<div class="cd-muted">{escape(t("evals.worst_first"))}</div>')
    shown = _PAGE * (1 + lab.shown)
    with st.container(key="run_cases"):
        for brief in found[:shown]:
            _row(t, lab, brief, metric, order)
    if len(found) > shown:
        st.button(t("evals.more", n=len(found) - shown), key="more_cases", on_click=_more)


def buttons(
    t: Texts,
    lab: Lab,
    ids: Sequence[str],
    *,
    key: str,
    against: str,
    told: Callable[[str], str],
    most: int = _PAGE,
) -> None:
    """Draw cases by name, each opened with one click; ``told`` says what is to be known of it."""
    questions = {brief.id: brief.question for brief in lab.briefs()}
    order = tuple(ids)
    with st.container(key=key):
        for case_id in order[:most]:
            with st.container(key=f"{key}_row_{case_id}"):
                st.html(f'<div class="cd-case-line">{told(case_id)}</div>')
                st.button(
                    wording.short(questions.get(case_id, case_id)),
                    key=f"{key}_open_{case_id}",
                    type="tertiary",
                    on_click=lab.open_case,
                    args=(case_id, order, against),
                )
    if len(order) > most:
        said = t("evals.not_listed", n=len(order) - most)
        st.html(f'<div class="cd-muted">{escape(said)}</div>')


def worst(briefs: Iterable[Brief], metric: str, higher_is_better: bool) -> list[Brief]:
    """Return the cases that a metric scored, the worst first."""
    sign = 1 if higher_is_better else -1
    scored = [brief for brief in briefs if metric in brief.scores]
    return sorted(scored, key=lambda brief: sign * brief.scores[metric])


def _more() -> None:
    evals_state.lab().shown += 1


def _of(briefs: Sequence[Brief], kind: str) -> int:
    return sum(_is(brief, kind) for brief in briefs)


def _is(brief: Brief, kind: str) -> bool:
    return bool(brief.scores) if kind == "scored" else brief.standing == kind


def _row(t: Texts, lab: Lab, brief: Brief, metric: str, order: tuple[str, ...]) -> None:
    with st.container(key=f"row_case_{brief.id}"):
        st.html(markup(t, brief, metric))
        st.button(
            wording.short(brief.question),
            key=f"open_case_{brief.id}",
            type="tertiary",
            on_click=lab.open_case,
            args=(brief.id, order),
        )


def markup(t: Texts, brief: Brief, metric: str) -> str:
    """Draw what is to be known of a case before it is opened, everything escaped."""
    said = [f"<code>{escape(brief.id)}</code>"]
    if brief.standing != "done":
        tone = "stop" if brief.standing == "failed" else "warn"
        words = escape(t.named("eval_standing", brief.standing))
        said.insert(0, f'<span class="cd-pill {tone}">{words}</span>')
    if brief.error:
        said.append(f"<span>{escape(t.named('failure', brief.error))}</span>")
    missing = [t("evals.no_score", metric=wording.metric(t, n)) for n in brief.unscored[:3]]
    said += [f"<span>{escape(one)}</span>" for one in missing]
    if metric in brief.scores:
        said.insert(0, f"<b>{wording.number(metric, brief.scores[metric])}</b>")
    return f'<div class="cd-case-line" data-case="{escape(brief.id)}">{"".join(said)}</div>'
