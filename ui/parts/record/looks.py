"""How the record looks beyond what all screens share."""

from __future__ import annotations

import streamlit as st

_STYLE = """
.st-key-record { border-top:1px solid var(--line); padding-top:.8rem; margin-top:.4rem; }
.cd-step { font-size:.82rem; color:var(--soft); min-width:4.4rem; padding:.16rem 0; }
.cd-step::before { margin-right:.35rem; }
.cd-step.done::before { content:"●"; color:var(--accent); }
.cd-step.open::before { content:"○"; color:var(--warn); }
[class*="st-key-record_"] [data-testid="stPopover"] button { min-height:0; padding:.12rem .5rem;
  font-size:.82rem; text-align:left; white-space:normal; overflow-wrap:anywhere; }
[class*="st-key-record_"] [data-testid="stPopover"] button p { font-size:.82rem; }
.st-key-record_next { background:var(--accent-soft); border-radius:8px; padding:.55rem .75rem; }
.cd-next { font-size:.95rem; line-height:1.6; overflow-wrap:anywhere; }
.cd-after > div { display:flex; flex-wrap:wrap; gap:.5rem; align-items:center; font-size:.85rem;
  padding:.15rem 0; }
"""


def apply() -> None:
    """Put the style sheet on the page."""
    st.html(f"<style>{_STYLE}</style>")
