"""How the screen of conflicts looks beyond what all screens share."""

from __future__ import annotations

import streamlit as st

_STYLE = """
.st-key-region_conflicts, .st-key-region_pairs { background:var(--paper);
  border:1px solid var(--line); border-radius:12px; padding:1rem 1.1rem; }
.st-key-conflicts { gap:0; }
[class*="st-key-conflict_cfl"] { border-top:1px solid var(--line); padding:.8rem 0 .7rem; }
[class*="st-key-conflict_cfl"] button, [class*="st-key-pair_doc"] button {
  min-height:0; padding:.1rem .55rem; font-size:.82rem; }
[class*="st-key-conflict_cfl"] button p, [class*="st-key-pair_doc"] button p { font-size:.82rem; }
.cd-sides { display:grid; grid-template-columns:1fr 1fr; gap:.8rem; margin-top:.45rem; }
.cd-side { border:1px solid var(--line); border-radius:8px; padding:.55rem .7rem; min-width:0; }
.cd-side header { font-size:.8rem; color:var(--soft); overflow-wrap:anywhere; }
.cd-side p { margin:.3rem 0 0; font-size:.92rem; line-height:1.65; overflow-wrap:anywhere;
  white-space:pre-line; max-height:15rem; overflow:auto; }
.cd-side mark { background:var(--mark); color:inherit; padding:.05em .1em; border-radius:3px;
  box-shadow:inset 0 -2px 0 var(--mark-line); }
@media (max-width: 760px) { .cd-sides { grid-template-columns:1fr; } }
"""


def apply() -> None:
    """Put the style sheet on the page."""
    st.html(f"<style>{_STYLE}</style>")
