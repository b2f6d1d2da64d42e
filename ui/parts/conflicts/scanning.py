"""Comparing everything anew, how far that is, and what could not be compared."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import state
from ui.client import Failure
from ui.conflicts_shapes import Scan, Unchecked
from ui.parts.conflicts.board import board, client

_EVERY_S = 1.0


def button() -> None:
    """Offer to compare everything anew."""
    running = board().scan is not None
    st.button(
        state.words()("conflicts.scan"), key="scan_conflicts", disabled=running, on_click=_scan
    )


def progress() -> None:
    """Draw how far it is, again and again until it is over."""
    if board().scan is not None:
        st.fragment(_progress, run_every=_EVERY_S)()


def unchecked(versions: tuple[Unchecked, ...]) -> None:
    """Say which documents could not be compared."""
    if not versions:
        return
    t = state.words()
    named = "".join(f"<br>{escape(v.title)} ({escape(v.code)})" for v in versions)
    said = escape(t("conflicts.unchecked", n=len(versions)))
    st.html(f'<div class="cd-band warn" role="alert"><b>{said}</b>{named}</div>')


def _scan() -> None:
    now = board()

    def act() -> None:
        now.scan = client().scan()

    now.do(act, "")


def _progress() -> None:
    t, now = state.words(), board()
    scan = now.scan
    if scan is None:
        return
    try:
        client().follow(scan)
    except Failure as failure:
        if not failure.unreachable:
            now.scan, now.failure = None, failure
            st.rerun()
    st.progress(min(scan.progress, 1.0), t("conflicts.scanning"))
    if scan.over:
        _end(scan)
        st.rerun()


def _end(scan: Scan) -> None:
    t, now = state.words(), board()
    now.scan, now.remark = None, ""
    if scan.state == "failed":
        now.failure = Failure(scan.code or "INTERNAL")
    else:
        now.remark = t("conflicts.scanned", n=scan.new)
