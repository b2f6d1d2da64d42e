"""Gaps: what keeps finding nothing, and what to write so that it is found."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import explain_state, insights_state, state
from ui.gaps_shapes import Gap, GapDetail
from ui.insights_state import Board
from ui.parts import filters, notice
from ui.parts.insights import wording
from ui.parts.moments import day
from ui.texts import Texts

_DAYS = (14, 60, 180)
_LEAST = (2, 3, 5, 1)


def show() -> None:
    """Draw the gaps with the one that is open beside them."""
    board = insights_state.board()
    left, right = st.columns([1.25, 1.2], gap="small")
    with left, st.container(key="region_gaps"):
        days = _list(board)
    with right, st.container(key="region_gap"):
        _detail(board, days)


def _list(board: Board) -> int:
    t = state.words()
    filters.heading(t("insights.gaps_title"))
    one, other = st.columns(2, gap="small")
    days = one.selectbox(
        t("insights.since"),
        _DAYS,
        index=1,
        format_func=lambda n: t("insights.days", n=n),
        key="gaps_days",
    )
    least = other.selectbox(
        t("insights.least"),
        _LEAST,
        format_func=lambda n: t("insights.times", n=n),
        key="gaps_least",
    )
    found = board.of(("gaps", days, least), lambda: insights_state.client().gaps(days, least))
    for name in ("waiting", "hidden", "more", "rare"):
        count = getattr(found, name)
        if count and not (name == "rare" and least == 1):
            st.html(f'<div class="cd-muted">{escape(t(f"insights.gaps_{name}", n=count))}</div>')
    if not found.gaps:
        st.html(f'<div class="cd-empty">{escape(t("insights.no_gaps"))}</div>')
    for gap in found.gaps:
        with st.container(key=f"gap_row_{gap.id}"):
            st.html(markup(t, gap, here=gap.id == board.gap_id))
            st.button(
                " ".join(gap.name.split())[:140] or "–",
                key=f"gap_open_{gap.id}",
                type="tertiary",
                on_click=board.open_gap,
                args=(gap.id,),
            )
    return days


def markup(t: Texts, gap: Gap, *, here: bool) -> str:
    """Draw what is to be known of a gap before it is opened, everything escaped."""
    most = max(gap.weeks, default=0) or 1
    bars = "".join(f'<i style="height:{max(4, 100 * n // most)}%"></i>' for n in gap.weeks)
    pills = [f'<span class="cd-pill warn">{escape(t("insights.asked", n=gap.count))}</span>']
    if gap.task is not None:
        tone = "good" if gap.task.state == "resolved" else ""
        said = t(f"insights.task_{gap.task.state}")
        pills.append(f'<span class="cd-pill {tone}">{escape(said)}</span>')
    pills += [
        f'<span class="cd-pill">{escape(t.named("written_in", one))}</span>'
        for one in gap.languages
    ]
    facts = [t("insights.span", first=day(gap.first), last=day(gap.last))]
    if gap.questions > 1:
        facts.append(t("insights.wordings", n=gap.questions))
    told = escape(t("insights.bars"))
    return (
        f'<div class="cd-gap{" here" if here else ""}"><div class="cd-row">{"".join(pills)}'
        f'<span class="cd-bars end" title="{told}">{bars}</span></div>'
        f"<small>{escape(' · '.join(facts))}</small></div>"
    )


def _detail(board: Board, days: int) -> None:
    t = state.words()
    if board.failure is not None:
        notice.show(board.failure)
    if not board.gap_id:
        st.html(f'<div class="cd-empty">{escape(t("insights.choose_gap"))}</div>')
        return
    gap_id = board.gap_id
    found = board.of(("gap", gap_id, days), lambda: insights_state.client().gap(gap_id, days))
    st.html(f'<div class="cd-h">{escape(found.gap.name)}</div>')
    st.html(about(t, found))
    _task(t, board, found, days)
    st.html(plan(t, found))
    st.html(near(t, found))
    explain_state.link(found.gap.draft_id)


def _task(t: Texts, board: Board, found: GapDetail, days: int) -> None:
    gap = found.gap
    if gap.task is not None and gap.task.state == "open":
        key = "insights.task_with" if gap.task.owner else "insights.task_free"
        said = t(key, owner=gap.task.owner, at=day(gap.task.due_at))
        st.html(f'<div class="cd-band good">{escape(said)}</div>')
        st.page_link(state.page_to("tasks"), label=t("insights.to_tasks"))
        return
    st.button(
        t("insights.make_task"),
        key="gap_task",
        # What is answered by now needs nobody's work.
        type="secondary" if found.answered_now else "primary",
        on_click=board.make_task,
        args=(gap.id, days),
    )
    st.html(f'<div class="cd-muted">{escape(t("insights.closes_itself"))}</div>')


def about(t: Texts, found: GapDetail) -> str:
    """Draw how a gap is asked, and whether it is one still."""
    tone, name, title = "warn", "unanswered_now", ""
    if found.answered_now:
        tone, name = "good", "answered_now"
        if found.answer and found.answer[0]:
            title = t("insights.version", title=found.answer[0], n=found.answer[1])
            name = "answered_by"
    said = t(f"insights.{name}", title=title)
    band = f'<div class="cd-band {tone}" data-now="{name}">{escape(said)}</div>'
    terms = "".join(f'<span class="cd-pill">{escape(one)}</span>' for one in found.gap.terms)
    asked = "".join(
        f"<li>{escape(question)} <small class='cd-few'>× {count}</small></li>"
        for question, count in found.asked
    )
    return (
        f'{band}<div class="cd-row" style="margin:.3rem 0">{terms}</div>'
        f'<div class="cd-label">{escape(t("insights.how_asked"))}</div>'
        f'<ul class="cd-list">{asked}</ul>'
    )


def plan(t: Texts, found: GapDetail) -> str:
    """Draw what to write, and where."""
    where = wording.place(*found.place) if found.place else t("insights.own_document")
    points = "".join(
        f"<li><b>{escape(t.named('asked_for', aspect))}</b>"
        f"<ul class='cd-list'>{''.join(f'<li>{escape(one)}</li>' for one in questions)}</ul></li>"
        for aspect, questions in found.points
    )
    return (
        f'<div class="cd-label">{escape(t("insights.plan"))}</div>'
        f'<div class="cd-band plain"><div>{escape(t("insights.place", where=where))}</div>'
        f"<ol class='cd-list'>{points}</ol></div>"
    )


def near(t: Texts, found: GapDetail) -> str:
    """Draw the passages that came nearest."""
    if not found.near:
        return f'<div class="cd-muted">{escape(t("insights.nothing_near"))}</div>'
    drawn = ""
    for one in found.near:
        page = f" · {t('evidence.page', n=one.page)}" if one.page else ""
        place = wording.place(one.title, one.headings) + page
        drawn += (
            f"<li><small class='cd-muted'>{escape(place)}</small><div>{escape(one.text)}</div></li>"
        )
    title = escape(t("insights.near"))
    return f'<div class="cd-label">{title}</div><ul class="cd-list cd-wrap">{drawn}</ul>'
