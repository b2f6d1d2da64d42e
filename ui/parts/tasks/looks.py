"""How the tasks' screen looks beyond what all screens share."""

from __future__ import annotations

import streamlit as st

_STYLE = """
.st-key-region_tasks, .st-key-region_task { background:var(--paper);
  border:1px solid var(--line); border-radius:12px; padding:1rem 1.1rem; }
.st-key-tasks { gap:0; }
[class*="st-key-task_tsk"] { border-top:1px solid var(--line); padding:.65rem 0 .6rem; }
[class*="st-key-task_tsk"] button { min-height:0; padding:.1rem .55rem; font-size:.82rem; }
[class*="st-key-task_tsk"] button p { font-size:.82rem; }
.cd-task b { font-weight:650; overflow-wrap:anywhere; }
.cd-task-about { font-size:.93rem; line-height:1.6; overflow-wrap:anywhere; }
.cd-task small { color:var(--soft); font-size:.8rem; }
.cd-task-facts { font-size:.88rem; line-height:1.75; }
.cd-task-facts div { overflow-wrap:anywhere; }
.cd-task-facts span { color:var(--soft); margin-right:.6rem; }
.st-key-region_task [data-testid="stForm"] { padding:0; border:0; }
@media (max-width: 1099px) {
  [data-testid="stHorizontalBlock"]:has(.st-key-region_tasks) { flex-wrap:wrap; }
  [data-testid="stHorizontalBlock"]:has(.st-key-region_tasks) > [data-testid="stColumn"] {
    min-width:100%; }
}
"""


def apply() -> None:
    """Put the style sheet on the page."""
    st.html(f"<style>{_STYLE}</style>")
