"""How the steps look beyond what all screens share."""

from __future__ import annotations

import streamlit as st

_STYLE = """
.st-key-guidance { border-top:1px solid var(--line); padding-top:.8rem; margin-top:.4rem; }
[class*="st-key-guide_step_"] { padding:.15rem 0 .2rem .5rem; border-left:3px solid transparent; }
[class*="st-key-guide_step_next_"] { border-left-color:var(--accent);
  background:var(--accent-soft); border-radius:0 8px 8px 0; padding-right:.5rem; }
[class*="st-key-guide_step_"] label p { line-height:1.55; overflow-wrap:anywhere; }
.cd-guards { font-size:.85rem; line-height:1.55; color:var(--warn); background:var(--warn-soft);
  border-radius:6px; padding:.3rem .6rem; overflow-wrap:anywhere; }
.cd-why-done { font-size:.8rem; line-height:1.5; color:var(--soft); padding-left:1.7rem;
  overflow-wrap:anywhere; }
.cd-why-done.failed { color:var(--warn); }
.st-key-guidance [data-testid="stExpander"] summary p { font-size:.9rem; overflow-wrap:anywhere; }
[class*="st-key-guide_acts_"] button { min-height:0; padding:.1rem .5rem; font-size:.82rem; }
[class*="st-key-guide_acts_"] button p { font-size:.82rem; }
"""


def apply() -> None:
    """Put the style sheet on the page."""
    st.html(f"<style>{_STYLE}</style>")
