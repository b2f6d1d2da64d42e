"""How the screen of explanations looks beyond what all screens share."""

from __future__ import annotations

import streamlit as st

_STYLE = """
.st-key-region_why_head, [class*="st-key-region_why_of_"] { background:var(--paper);
  border:1px solid var(--line); border-radius:12px; padding:1rem 1.1rem; }
.st-key-region_why_head, [class*="st-key-region_why_of_"], .st-key-why_page { max-width:72rem;
  margin:0 auto; width:100%; }
.st-key-region_why_head [data-testid="stForm"] { padding:0; border:0; }
.cd-why-said { margin:0; padding-left:1.15rem; font-size:.95rem; line-height:1.75;
  overflow-wrap:anywhere; }
.cd-why-said li { margin:.1rem 0; }
.cd-why-hint { color:var(--soft); font-size:.82rem; line-height:1.6; }
.cd-rank { width:100%; border-collapse:collapse; font-size:.88rem; }
.cd-rank th { text-align:left; font-size:.78rem; font-weight:600; color:var(--soft);
  padding:.3rem .7rem .3rem 0; border-bottom:1px solid var(--line); vertical-align:bottom; }
.cd-rank td { padding:.65rem .7rem .65rem 0; border-bottom:1px solid #edf0ee;
  vertical-align:top; line-height:1.55; }
.cd-rank tr:last-child td { border-bottom:0; }
.cd-rank .n { width:3.2rem; }
.cd-rank .by { width:15rem; }
.cd-rank .to { width:8.5rem; }
.cd-rank h4 { font-size:.92rem; font-weight:650; margin:0; padding:0; line-height:1.45; }
.cd-rank .cd-text { color:#33403c; font-size:.85rem; line-height:1.6; overflow-wrap:anywhere; }
.cd-rank tr.off h4, .cd-rank tr.off .cd-text { color:var(--soft); }
.cd-rank tr.part td { background:#f7f9f8; font-size:.8rem; font-weight:600; color:var(--soft);
  padding:.35rem .7rem; }
.cd-by { display:grid; grid-template-columns:max-content max-content 1fr; gap:.12rem .6rem;
  align-items:center; font-size:.8rem; color:var(--soft); }
.cd-by b { color:var(--ink); font-weight:600; font-variant-numeric:tabular-nums; }
.cd-by i { display:block; height:6px; border-radius:3px; background:#edf0ee; overflow:hidden;
  min-width:3rem; }
.cd-by i s { display:block; height:100%; background:#5fa39a; text-decoration:none; }
.cd-by i s.less { background:#d9a400; }
.cd-move { font-size:.82rem; color:var(--soft); }
.cd-move b { color:var(--ink); font-variant-numeric:tabular-nums; }
.cd-move .up { color:var(--accent); font-weight:600; }
.cd-move .down { color:var(--warn); font-weight:600; }
.cd-why-more summary { cursor:pointer; font-size:.86rem; color:var(--accent); font-weight:550;
  padding:.2rem 0; }
.cd-why-more li { font-size:.86rem; line-height:1.6; overflow-wrap:anywhere; }
@media (max-width: 760px) {
  .cd-rank thead { display:none; }
  .cd-rank, .cd-rank tbody, .cd-rank tr, .cd-rank td { display:block; width:auto !important; }
  .cd-rank tr { border-bottom:1px solid var(--line); padding:.6rem 0; }
  .cd-rank tr:last-child { border-bottom:0; }
  .cd-rank td { border:0; padding:.2rem 0; }
}
"""


def apply() -> None:
    """Put the style sheet on the page."""
    st.html(f"<style>{_STYLE}</style>")
