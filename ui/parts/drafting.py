"""Asking for a draft and showing it as it comes: the evidence first, then the words."""

from __future__ import annotations

import time
from html import escape
from typing import Any

import streamlit as st

from ui import shapes, state
from ui.client import Delta, Evidence, Failure, Question, Token
from ui.parts import evidence

_REDRAW_S = 0.15


def run(desk: state.Desk, draft_place: Any, evidence_place: Any) -> None:
    """Fetch the draft for the conversation as it stands; on failure keep the conversation."""
    desk.wants_draft = False
    desk.forget_draft()
    question = Question(desk.turns, desk.channel, desk.product, desk.model, desk.id)
    started = time.perf_counter()
    coming = _Coming(draft_place)
    try:
        for event in state.client().suggest(question):
            if isinstance(event, Evidence):
                coming.found(desk, event, evidence_place)
            elif isinstance(event, Delta):
                coming.checked(event.text)
            elif isinstance(event, Token):
                coming.written(event.text)
            elif isinstance(event, shapes.Draft):
                desk.draft = event
    except Failure as failure:
        if failure.signed_out:
            raise
        desk.failure = failure
    else:
        if desk.draft is None:
            desk.failure = Failure("BAD_ANSWER")
    desk.drafted_turns = len(desk.turns)
    desk.drafted_ms = (time.perf_counter() - started) * 1000


class _Coming:
    """The reply as it comes: what was checked, and behind it in grey what was not yet."""

    def __init__(self, place: Any) -> None:
        self._place = place
        self._sentences: list[str] = []
        self._raw = ""
        self._found = False
        self._drawn = 0.0
        self._draw()

    def found(self, desk: state.Desk, told: Evidence, place: Any) -> None:
        """Show the passages, without buttons: their keys are drawn when the draft is whole.

        An approved answer tells of its passages a second time, and comes at once: a key may be
        drawn but once in a run.
        """
        desk.hits = told.hits
        if not self._found:
            self._found = True
            with place.container():
                evidence.preview(desk)

    def checked(self, sentence: str) -> None:
        """Take a sentence that was checked; it stands where it was grey before."""
        self._sentences.append(sentence)
        self._raw = self._raw[max(map(self._raw.rfind, "\n]\uff3d\u3011")) + 1 :]
        self._draw()

    def written(self, text: str) -> None:
        """Take a piece that is still to be checked; not every one is worth a new drawing."""
        self._raw += text
        if time.perf_counter() - self._drawn > _REDRAW_S:
            self._draw()

    def _draw(self) -> None:
        t = state.words()
        with self._place.container():
            st.html(f'<div class="cd-h">{escape(t("draft.title"))}</div>')
            working = "draft.checking" if self._raw else "draft.working"
            st.html(f'<div class="cd-muted" role="status">{escape(t(working))}</div>')
            if not (self._sentences or self._raw):
                st.skeleton(height=140)
            else:
                sure = "".join(f"<p>{escape(sentence)}</p>" for sentence in self._sentences)
                grey = f'<p class="cd-unchecked">{escape(self._raw)}</p>' if self._raw else ""
                st.html(f'<div class="cd-reply cd-wrap">{sure}{grey}</div>')
        self._drawn = time.perf_counter()
