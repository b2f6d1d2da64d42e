"""How the queue of cases looks beyond what all screens share."""

from __future__ import annotations

import streamlit as st

from ui.parts import differences

_STYLE = """
.st-key-region_cases, .st-key-region_case, .st-key-region_case_evidence {
  background:var(--paper); border:1px solid var(--line); border-radius:12px; padding:.9rem 1rem; }
.st-key-cases { gap:0; }
[class*="st-key-row_case_"] { border-top:1px solid var(--line); padding:.5rem .4rem .45rem;
  gap:.15rem; }
[class*="st-key-row_case_"]:has(.cd-case.here) { background:var(--accent-soft);
  box-shadow:inset 3px 0 0 var(--accent); }
[class*="st-key-row_case_"] button { min-height:0; padding:0; text-align:left; }
[class*="st-key-row_case_"] button p { font-size:.9rem; line-height:1.5; text-align:left;
  display:-webkit-box; -webkit-line-clamp:2; -webkit-box-orient:vertical; overflow:hidden; }
.cd-case small { color:var(--soft); font-size:.78rem; }
.cd-case .cd-pill { font-size:.74rem; padding:.02rem .5rem; }
.cd-compare { display:grid; grid-template-columns:1fr 1fr; gap:.8rem; }
.cd-compare > div { min-width:0; border:1px solid var(--line); border-radius:10px;
  padding:.55rem .75rem; font-size:.92rem; line-height:1.7; white-space:pre-wrap;
  overflow-wrap:anywhere; }
.cd-compare h5 { font-size:.78rem; font-weight:600; color:var(--soft); margin:0 0 .2rem;
  padding:0; white-space:normal; }
.cd-case-shown { display:flex; flex-direction:column; gap:.2rem; font-size:.85rem;
  line-height:1.6; overflow-wrap:anywhere; }
.st-key-region_case [data-testid="stVerticalBlock"] { gap:.55rem; }
.st-key-case_keys { position:sticky; bottom:0; background:var(--paper); padding:.5rem 0 .1rem;
  border-top:1px solid var(--line); z-index:2; }
.cd-kept-quote { border-left:3px solid var(--accent); padding:.1rem 0 .1rem .7rem;
  font-size:.9rem; line-height:1.65; overflow-wrap:anywhere; }
.cd-kept-quote small { display:block; color:var(--soft); font-size:.78rem; }
.cd-hit { border-top:1px solid var(--line); padding:.45rem 0; font-size:.86rem; line-height:1.6;
  overflow-wrap:anywhere; }
.cd-hit summary { cursor:pointer; font-weight:600; }
.cd-hit div { white-space:pre-wrap; color:#33403c; margin-top:.2rem; }
@media (min-width: 1100px) {
  .st-key-region_cases, .st-key-region_case, .st-key-region_case_evidence {
    height:calc(100vh - 5.2rem) !important; flex:none !important; flex-wrap:nowrap;
    overflow-y:auto; }
  .st-key-region_cases > *, .st-key-region_case > *, .st-key-region_case_evidence > * {
    flex-shrink:0; }
}
@media (max-width: 1099px) {
  [data-testid="stHorizontalBlock"]:has(.st-key-region_case) { flex-wrap:wrap; }
  [data-testid="stHorizontalBlock"]:has(.st-key-region_case) > [data-testid="stColumn"] {
    min-width:100%; }
  .cd-compare { grid-template-columns:1fr; }
}
"""


def apply() -> None:
    """Put the style sheet on the page."""
    st.html(f"<style>{differences.STYLE}{_STYLE}</style>")
