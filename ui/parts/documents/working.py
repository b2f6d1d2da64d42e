"""Finding out what a move would do, with how far that is, while the screen stays usable."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress

import streamlit as st

from ui import state
from ui.client import Failure
from ui.lifecycle_shapes import Impact
from ui.release_client import ReleaseClient
from ui.texts import Texts

_QUICK_S = 0.5
"""So long nothing is said of waiting."""
_LOOK_S = 0.5


def begin(path: str) -> Future[Impact]:
    """Begin to find out what a move would do; whoever leaves does not wait for it."""
    client = state.as_person(ReleaseClient)
    runner = ThreadPoolExecutor(max_workers=1)
    work = runner.submit(client.impact, path)
    runner.shutdown(wait=False)
    wait([work], timeout=_QUICK_S)
    return work


@st.fragment(run_every=_LOOK_S)
def watch(t: Texts, work: Future[Impact], path: str) -> None:
    """Count the questions while they are asked, then draw the screen anew."""
    if work.done():
        st.rerun()
    done, total = 0, 0
    with suppress(Failure):
        done, total = state.as_person(ReleaseClient).progress(path)
    said = t("gate.counted", done=done, total=total) if total else t("gate.working")
    st.progress(min(done / total, 1.0) if total else 0.0, text=said)
