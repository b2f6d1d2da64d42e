"""How the insights look beyond what all screens share."""

from __future__ import annotations

import streamlit as st

_STYLE = """
.st-key-insights_view { max-width:30rem; }
.st-key-region_accuracy, .st-key-region_falls, .st-key-region_gaps, .st-key-region_gap,
.st-key-region_coverage, .st-key-region_flagged { background:var(--paper);
  border:1px solid var(--line); border-radius:12px; padding:.9rem 1rem; }
.cd-tiles { display:grid; grid-template-columns:repeat(auto-fit, minmax(8.2rem, 1fr)); gap:.6rem; }
.cd-tile { border:1px solid var(--line); border-radius:10px; padding:.5rem .7rem; min-width:0; }
.cd-tile.here { border-color:var(--accent); background:var(--accent-soft); }
.cd-tile b { display:block; font-size:1.35rem; line-height:1.35; font-weight:650; }
.cd-tile small { display:block; color:var(--soft); font-size:.76rem; line-height:1.5; }
.cd-tile span { font-size:.82rem; color:var(--soft); }
.cd-fall { border-top:1px solid var(--line); padding:.6rem 0; font-size:.9rem; line-height:1.65;
  overflow-wrap:anywhere; }
.cd-fall:first-of-type { border-top:0; }
.cd-fall ol { margin:.3rem 0 0; padding-left:1.3rem; }
.cd-fall li { margin:.2rem 0; }
.cd-fall small { color:var(--soft); }
.cd-few { color:var(--faint); }
.cd-periods { font-variant-numeric:tabular-nums; }
.cd-periods td, .cd-periods th { white-space:nowrap; }
.cd-periods small { color:var(--soft); font-size:.76rem; margin-left:.25rem; }
.cd-bars { display:inline-flex; align-items:flex-end; gap:2px; height:1.4rem; }
.cd-bars i { width:6px; background:var(--accent); border-radius:1px; min-height:1px; }
.cd-gap small { color:var(--soft); font-size:.8rem; }
[class*="st-key-gap_row_"] { border-top:1px solid var(--line); padding:.5rem .3rem; gap:.15rem; }
[class*="st-key-gap_row_"]:has(.cd-gap.here) { background:var(--accent-soft);
  box-shadow:inset 3px 0 0 var(--accent); }
[class*="st-key-gap_row_"] button { min-height:0; padding:0; text-align:left; }
[class*="st-key-gap_row_"] button p { text-align:left; line-height:1.5; }
.cd-share { background:#eef1ef; border-radius:4px; height:.5rem; min-width:4rem; overflow:hidden; }
.cd-share i { display:block; height:100%; background:var(--accent); }
[class*="st-key-doc_row_"] { border-top:1px solid var(--line); padding:.4rem .2rem; gap:.1rem; }
[class*="st-key-doc_row_"] button { min-height:0; padding:0; text-align:left; }
[class*="st-key-doc_row_"] button p { text-align:left; line-height:1.5; }
@media (max-width: 1099px) {
  [data-testid="stHorizontalBlock"]:has(.st-key-region_gaps) { flex-wrap:wrap; }
  [data-testid="stHorizontalBlock"]:has(.st-key-region_gaps) > [data-testid="stColumn"] {
    min-width:100%; }
  [data-testid="stHorizontalBlock"]:has(.st-key-region_coverage) { flex-wrap:wrap; }
  [data-testid="stHorizontalBlock"]:has(.st-key-region_coverage) > [data-testid="stColumn"] {
    min-width:100%; }
}
"""


def apply() -> None:
    """Put the style sheet on the page."""
    st.html(f"<style>{_STYLE}</style>")
