"""How the screen of approved answers looks beyond what all screens share."""

from __future__ import annotations

import streamlit as st

_STYLE = """
.st-key-region_answers, .st-key-region_answer { background:var(--paper);
  border:1px solid var(--line); border-radius:12px; padding:1rem 1.1rem; }
.st-key-answers { gap:0; }
[class*="st-key-answer_ans"] { border-top:1px solid var(--line); padding:.75rem 0 .7rem; }
[class*="st-key-answer_ans"] button { min-height:0; padding:.1rem .55rem; font-size:.82rem; }
[class*="st-key-answer_ans"] button[kind="tertiary"] { padding:.1rem 0; }
[class*="st-key-answer_ans"] button p { font-size:.82rem; }
.cd-answer-q { font-weight:650; font-size:.97rem; overflow-wrap:anywhere; }
.cd-answer-a { font-size:.93rem; line-height:1.7; margin:.2rem 0 .1rem; }
.cd-quotes { font-size:.84rem; color:var(--soft); }
.cd-quotes summary { cursor:pointer; }
[class*="st-key-quote_"] { border-left:3px solid var(--line); padding-left:.7rem; }
[class*="st-key-pick_of_"], [class*="st-key-picked_of_"] { border:1px solid var(--line);
  border-radius:10px; padding:.55rem .75rem; gap:.3rem; }
[class*="st-key-picked_of_"] { border-color:#a9cdc8; box-shadow:inset 3px 0 0 var(--accent); }
.st-key-region_answer [data-testid="stForm"] { padding:0; border:0; }
.st-key-region_answer [data-testid="stCheckbox"] p { font-size:.88rem; font-weight:600; }
.st-key-region_answer [class*="st-key-see_"] button { min-height:0; padding:0 !important; }
.st-key-region_answer [class*="st-key-see_"] button p { font-size:.82rem; }
@media (max-width: 1099px) {
  [data-testid="stHorizontalBlock"]:has(.st-key-region_answers) { flex-wrap:wrap; }
  [data-testid="stHorizontalBlock"]:has(.st-key-region_answers) > [data-testid="stColumn"] {
    min-width:100%; }
}
"""


def apply() -> None:
    """Put the style sheet on the page."""
    st.html(f"<style>{_STYLE}</style>")
