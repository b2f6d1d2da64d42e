"""Coverage: which documents no case touches, and which are much cited in flagged drafts."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import insights_state, state
from ui.gaps_shapes import Coverage, Covered, Section
from ui.insights_state import Board
from ui.parts import filters
from ui.parts.insights import wording
from ui.texts import Texts

_DAYS = 60
_FIRST = 30


def show() -> None:
    """Draw the documents, and beside them those that are flagged much."""
    t = state.words()
    board = insights_state.board()
    found = board.of(("coverage",), lambda: insights_state.client().coverage(_DAYS))
    left, right = st.columns([1.5, 1], gap="small")
    with left, st.container(key="region_coverage"):
        filters.heading(t("insights.coverage_title"))
        st.html(summary(t, found))
        for one in found.documents[:_FIRST]:
            _document(t, board, one)
        left_out = found.more + max(0, len(found.documents) - _FIRST)
        if left_out:
            st.html(f'<div class="cd-muted">{escape(t("insights.and_more", n=left_out))}</div>')
    with right, st.container(key="region_flagged"):
        filters.heading(t("insights.flagged_title"))
        st.html(flagged(t, found))


def _document(t: Texts, board: Board, one: Covered) -> None:
    with st.container(key=f"doc_row_{one.document_id}"):
        st.button(
            one.title or one.document_id,
            key=f"doc_open_{one.document_id}",
            type="tertiary",
            on_click=board.open_document,
            args=(one.document_id,),
        )
        st.html(markup(t, one))
        if board.document_id == one.document_id:
            sections = board.of(
                ("sections", one.document_id),
                lambda: insights_state.client().sections(one.document_id, _DAYS),
            )
            st.html(drawn(t, sections))


def summary(t: Texts, found: Coverage) -> str:
    """Say how much is covered in all."""
    total = found.total
    told = t(
        "insights.coverage_sum",
        cases=found.cases,
        share=wording.percent(total["share"]),
        touched=total["touched"],
        passages=total["passages"],
        weighted=wording.percent(total["weighted"]),
        untouched=total["untouched"],
        documents=total["documents"],
    )
    return f'<div class="cd-muted">{escape(told)}</div>'


def markup(t: Texts, one: Covered) -> str:
    """Draw how much of a document cases touch."""
    share = one.touched / one.passages if one.passages else 0.0
    facts = [
        t("insights.touched", k=one.touched, n=one.passages),
        t("insights.cases", n=one.cases),
        t("insights.cited", n=one.cited),
    ]
    if one.weighted is not None:
        facts.append(t("insights.weighted", share=wording.percent(one.weighted)))
    tone = "" if one.cases else f'<span class="cd-pill warn">{escape(t("insights.no_case"))}</span>'
    return (
        f'<div class="cd-row"><div class="cd-share" style="flex:0 0 7rem">'
        f'<i style="width:{100 * share:.0f}%"></i></div>'
        f'<span class="cd-muted">{escape(" · ".join(facts))}</span>{tone}</div>'
    )


def drawn(t: Texts, sections: tuple[Section, ...]) -> str:
    """Draw the sections of a document, those that matter most first."""
    head = "".join(
        f"<th>{escape(t(f'insights.{name}'))}</th>"
        for name in ("section", "section_touched", "section_cited")
    )
    rows = "".join(
        f"<tr><td>{escape(' › '.join(one.headings[-2:]) or '–')}</td>"
        f"<td>{one.touched} / {one.passages}</td><td>{one.cited}</td></tr>"
        for one in sections
    )
    return f'<div class="cd-scroll"><table class="cd-table"><tr>{head}</tr>{rows}</table></div>'


def flagged(t: Texts, found: Coverage) -> str:
    """Draw the documents that are cited in flagged drafts more often than others."""
    if not found.flagged:
        return f'<div class="cd-empty">{escape(t("insights.none_flagged"))}</div>'
    drawn = ""
    for one in found.flagged:
        told = t(
            "insights.flagged",
            k=one.flagged,
            n=one.judged,
            share=wording.percent(one.share),
            expected=f"{one.expected:.1f}",
        )
        sure = "stop" if one.chance <= 0.05 else ""
        pill = t("insights.sure") if sure else t("insights.unsure")
        drawn += (
            f'<div class="cd-fall"><b>{escape(one.title)}</b> '
            f'<span class="cd-pill {sure}">{escape(pill)}</span><br>'
            f"<small>{escape(told)}</small></div>"
        )
    return drawn + f'<div class="cd-muted">{escape(t("insights.flagged_hint"))}</div>'
