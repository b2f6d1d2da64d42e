"""What a person says of a draft by the metrics that a language model judges."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import evals_state
from ui.evals_case_shapes import Labelled, Pair
from ui.evals_state import Lab
from ui.parts.evals import wording
from ui.texts import Texts


def show(t: Texts, lab: Lab, pair: Pair) -> None:
    """Let the draft of the run that is open be labelled, where it was judged."""
    labels = pair.after.labels if pair.after else {}
    if not labels:
        return
    names = list(labels)
    with st.container(key="pair_labels", gap="small"):
        st.html(f'<div class="cd-h">{escape(t("evals.label"))}</div>')
        metric = str(
            st.selectbox(
                t("evals.metric"),
                names,
                index=names.index(lab.labels_by) if lab.labels_by in names else 0,
                format_func=lambda name: wording.metric(t, name),
                key=f"label_metric_{pair.id}",
                label_visibility="collapsed",
            )
        )
        lab.labels_by = metric
        one = labels[metric]
        st.html(f'<div class="cd-label-ask">{escape(t.named("label_question", metric))}</div>')
        with st.container(key="label_keys", horizontal=True, gap="small"):
            for right, name, shortcut in ((True, "right", "y"), (False, "wrong", "x")):
                st.button(
                    t(f"evals.label_{name}"),
                    key=f"label_{name}",
                    shortcut=shortcut,
                    type="primary" if one.mine == float(right) else "secondary",
                    on_click=_say,
                    args=(metric, right),
                )
        st.html(progress(t, metric, one))


def _say(metric: str, right: bool) -> None:
    evals_state.lab().label(metric, right=right)


def progress(t: Texts, metric: str, one: Labelled) -> str:
    """Draw what was said so far and how much is missing, everything escaped."""
    told = [t("evals.label_count", n=one.drafts, needed=one.needed)]
    if one.mine is not None:
        name = "right" if one.mine >= 0.5 else "wrong"
        told.insert(0, t("evals.label_mine", label=t(f"evals.label_{name}")))
    if others := one.people - (one.mine is not None):
        told.append(t.counted("evals.label_others", others))
    share = min(100, round(100 * one.drafts / one.needed)) if one.needed else 100
    return (
        f'<div class="cd-label-told" data-metric="{escape(metric)}" data-labels="{one.drafts}">'
        f'<i class="cd-mean"><s style="width:{share}%"></s></i>{escape(" · ".join(told))}</div>'
    )
