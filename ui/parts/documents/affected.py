"""What a release does to an answer, a case or a draft: before, after, and why."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import cases_state, explain_state, marks, state
from ui.lifecycle_shapes import Affected, Change, Reason
from ui.parts import differences, passage
from ui.texts import Texts

VERDICTS = ("broke", "changed", "pass")
TONES = {"broke": "stop", "changed": "warn", "pass": "good"}
_LOST = ("fact", "negation", "name")
"""What is said of a passage that has nothing in its place any more is that it is gone."""
_MARKERS = range(1, 100)
_REASONS_SHOWN = 4
_LINKS = 2


def one(t: Texts, entry: Affected, at: int, step: str) -> None:
    """Draw an entry with links to the passages on both sides."""
    with st.container(key=f"affected_{at}", gap="xsmall"):
        st.html(markup(t, entry, step))
        with st.container(horizontal=True, gap="medium"):
            cited = {c.chunk_id: c for c in reversed(entry.citations)}
            for n, citation in enumerate(list(cited.values())[::-1][:_LINKS]):
                label = t("gate.open_now", where=_where(t, citation.headings, citation.page))
                if st.button(marks.plain(label), key=f"open_now_{at}_{n}", type="tertiary"):
                    passage.open_citation(citation, public=False)
            units = {c.after.chunk_id: c.after for c in entry.changes if c.after}
            for n, unit in enumerate(list(units.values())[:_LINKS]):
                label = t("gate.open_then", where=_where(t, unit.headings, unit.page))
                if st.button(marks.plain(label), key=f"open_then_{at}_{n}", type="tertiary"):
                    passage.open_chunk(unit.chunk_id, unit.spans, public=False)
            if entry.kind == "draft" and entry.id:
                explain_state.link(entry.id)
            if entry.in_casebook and state.approves(state.person()):
                cases_state.link(entry.id, t("gate.open_case"))


def _where(t: Texts, headings: tuple[str, ...], page: int | None) -> str:
    parts = [headings[-1] if headings else "", t("evidence.page", n=page) if page else ""]
    return " · ".join(part for part in parts if part)


def markup(t: Texts, entry: Affected, step: str) -> str:
    """Draw an entry as HTML, everything escaped."""
    verdict = entry.verdict
    of_case = f' data-of-case="{escape(entry.id)}"' if entry.kind == "case" else ""
    head = (
        f'<div class="cd-row"{of_case}><span class="cd-pill {TONES.get(verdict, "")}" '
        f'data-verdict="{escape(verdict)}">{escape(t.named("gate_verdict", verdict))}</span>'
        f'<span class="cd-pill">{escape(t.named("gate_kind", entry.kind))}</span>'
        f'<span class="cd-asked">{escape(entry.question)}</span></div>'
    )
    sides = (
        (t.named("gate_before", entry.kind), entry.before),
        (t(f"gate_after.{step}"), entry.after),
    )
    texts = "".join(
        f'<div><div class="cd-label">{escape(name)}</div>'
        f'<div class="cd-side cd-clamp">{_said(t, text)}</div></div>'
        for name, text in sides
    )
    people = ""
    if entry.people:
        named = t("app.list_mark").join(entry.people)
        people = f'<div class="cd-muted">{escape(t("gate.people", names=named))}</div>'
    return f'{head}<div class="cd-two">{texts}</div>{_reasons(t, entry)}{people}'


def _said(t: Texts, text: str) -> str:
    plain = marks.strip_markers(text, _MARKERS)
    return escape(plain) if plain else f'<i class="cd-muted">{escape(t("gate.says_nothing"))}</i>'


def _reasons(t: Texts, entry: Affected) -> str:
    items = [f"<li>{_reason(t, r, entry.changes)}</li>" for r in entry.reasons[:_REASONS_SHOWN]]
    if len(entry.reasons) > _REASONS_SHOWN:
        more = t("gate.more_reasons", n=len(entry.reasons) - _REASONS_SHOWN)
        items.append(f'<li class="cd-muted">{escape(more)}</li>')
    return f'<ul class="cd-reasons">{"".join(items)}</ul>' if items else ""


def _reason(t: Texts, reason: Reason, changes: tuple[Change, ...]) -> str:
    """Say why, and show the words that it is about."""
    code = reason.code
    if code == "no_answer":
        # What it would do instead of answering stands where other reasons have their words.
        return f"<b>{escape(t.named('gate_no_answer', reason.after or 'no_evidence'))}</b>"
    if reason.before and not reason.after and code in _LOST:
        code = "removed"
    title = f"<b>{escape(t.named('gate_reason', code))}</b>"
    if code == "moved":
        return f"{title} {escape(reason.before.replace(' > ', ' › '))}"
    for change in changes:
        sides = change.before, change.after
        if tuple(unit.written if unit else "" for unit in sides) == (reason.before, reason.after):
            return f"{title} {differences.inline(change)}"
    shown = differences.swap(reason.before, reason.after)
    return f"{title} {shown}" if shown else title
