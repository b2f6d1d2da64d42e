"""How the screen of runs looks beyond what all screens share."""

from __future__ import annotations

import streamlit as st

from ui.parts.cases import looks as cases
from ui.parts.explain import looks as explain

_STYLE = """
.st-key-region_runs, .st-key-region_run, .st-key-region_pair { background:var(--paper);
  border:1px solid var(--line); border-radius:12px; padding:.9rem 1rem; }
.st-key-runs, .st-key-run_cases, .st-key-cases_worse, .st-key-cases_better { gap:0; }
[class*="st-key-row_run_"], [class*="st-key-row_case_"], [class*="_row_"] {
  border-top:1px solid var(--line); padding:.45rem .4rem; gap:.1rem; }
[class*="st-key-row_run_"]:has(.cd-run.here) { background:var(--accent-soft);
  box-shadow:inset 3px 0 0 var(--accent); }
[class*="st-key-open_"] button, [class*="_open_"] button { min-height:0; padding:0; text-align:left;
  justify-content:flex-start; }
[class*="st-key-open_"] button p, [class*="_open_"] button p { font-size:.9rem; line-height:1.5;
  text-align:left; }
.cd-run small { color:var(--soft); font-size:.78rem; line-height:1.5; }
.cd-run .cd-pill { font-size:.74rem; padding:.02rem .5rem; }
.cd-run-head, .cd-pair-head { display:flex; flex-direction:column; gap:.45rem; }
.cd-run-head h3, .cd-pair-head h3 { font-size:1.1rem; font-weight:650; margin:0; padding:0;
  line-height:1.5; overflow-wrap:anywhere; }
.cd-run-head small, .cd-pair-head small { color:var(--faint); font-size:.76rem; }
.cd-scores-table { width:100%; border-collapse:collapse; font-size:.87rem; }
.cd-scores-table th { text-align:left; font-size:.76rem; font-weight:600; color:var(--soft);
  padding:.3rem .6rem .3rem 0; border-bottom:1px solid var(--line); white-space:nowrap; }
.cd-scores-table td { padding:.4rem .6rem .4rem 0; border-bottom:1px solid #edf0ee;
  vertical-align:top; line-height:1.5; }
.cd-scores-table td:first-child { min-width:9rem; }
.cd-scores-table td b { font-weight:600; }
.cd-scores-table td small { display:block; color:var(--faint); font-size:.74rem; }
.cd-scores-table td em { color:var(--soft); font-style:normal; font-size:.76rem; }
.cd-scores-table .n { font-variant-numeric:tabular-nums; white-space:nowrap; }
.cd-scores-table .soft { color:var(--soft); }
.cd-scores-table.small td { padding:.2rem .5rem .2rem 0; font-size:.84rem; }
.cd-mean { display:inline-block; width:3.4rem; height:5px; border-radius:3px; background:#e6eae7;
  overflow:hidden; margin-right:.5rem; vertical-align:middle; }
.cd-mean s { display:block; height:100%; background:#5fa39a; }
.cd-mean s.less { background:#d9a400; }
.cd-case-line { display:flex; flex-wrap:wrap; gap:.2rem .55rem; align-items:center;
  font-size:.8rem; color:var(--soft); }
.cd-case-line b { color:var(--ink); font-variant-numeric:tabular-nums; font-weight:600; }
.cd-case-line code { font-size:.74rem; color:var(--faint); background:none; padding:0;
  overflow-wrap:anywhere; }
.cd-changed { font-size:.88rem; line-height:1.6; background:#f1f4f2; border-radius:8px;
  padding:.5rem .85rem; }
.cd-changed summary { cursor:pointer; }
.cd-changed td { overflow-wrap:anywhere; }
.cd-fault { border-left:3px solid var(--stop); padding:.1rem 0 .1rem .7rem; font-size:.92rem; }
[class*="st-key-fault_cases_"] { gap:0; }
.st-key-pair_keys { position:sticky; top:0; background:var(--paper); padding:.1rem 0 .5rem;
  border-bottom:1px solid var(--line); z-index:2; }
.st-key-region_pair .cd-wrap { line-height:1.7; font-size:.95rem; }
.cd-compare.alone, .cd-beside.alone { grid-template-columns:1fr; }
.cd-compare > div { white-space:normal; }
.cd-compare .cd-row { margin-bottom:.35rem; }
.cd-cites-all { border-top:1px solid var(--line); margin-top:.6rem; padding-top:.45rem;
  display:flex; flex-direction:column; gap:.4rem; }
.cd-cites { display:flex; gap:.5rem; font-size:.84rem; line-height:1.55; align-items:baseline; }
.cd-cites small { display:block; color:var(--soft); font-size:.76rem; }
.cd-pair-part > summary { cursor:pointer; font-size:.95rem; font-weight:650; padding:.2rem 0; }
.cd-beside { display:grid; grid-template-columns:1fr 1fr; gap:.8rem; }
.cd-beside > div { min-width:0; }
.cd-beside .cd-why-said { font-size:.86rem; line-height:1.6; }
.cd-beside .cd-rank .by { width:auto; }
.cd-expected { background:#f7f9f8; border-radius:10px; padding:.6rem .85rem; }
.cd-quotes { display:grid; grid-template-columns:repeat(auto-fit, minmax(17rem, 1fr));
  gap:.5rem 1rem; margin-top:.5rem; }
.st-key-pair_links [data-testid="stPageLink"] a { padding:0; background:none; }
.st-key-pair_links [data-testid="stPageLink"] p { color:var(--accent); font-size:.86rem;
  font-weight:550; }
.cd-kept-quote .cd-row { margin-top:.25rem; }
.cd-agreement { font-size:.76rem; color:var(--soft); line-height:1.6; margin-top:.15rem; }
.cd-agreement .cd-pill, .cd-case-line .cd-pill { font-size:.72rem; padding:0 .45rem; }
.cd-pill.faint { opacity:.55; }
.st-key-pair_labels { background:#f7f9f8; border-radius:10px; padding:.65rem .85rem; }
.cd-label-ask { font-size:.86rem; line-height:1.55; }
.cd-label-told { font-size:.78rem; color:var(--soft); line-height:1.6; }
.cd-pair-head.made { margin-bottom:.7rem; }
.cd-settle { margin-top:.7rem; }
.st-key-synthetic_way_here button { background:var(--accent-soft); border-color:var(--accent); }
.st-key-synthetic_case_keys { position:sticky; top:0; background:var(--paper);
  padding:.1rem 0 .5rem; border-bottom:1px solid var(--line); z-index:2; }
.st-key-synthetic_cases { gap:0; }
@media (min-width: 1100px) {
  .st-key-region_runs, .st-key-region_run, .st-key-region_pair {
    height:calc(100vh - 5.2rem) !important; flex:none !important; flex-wrap:nowrap;
    overflow-y:auto; }
  .st-key-region_runs > *, .st-key-region_run > *, .st-key-region_pair > * { flex-shrink:0; }
}
@media (max-width: 1099px) {
  [data-testid="stHorizontalBlock"]:has(.st-key-region_run) { flex-wrap:wrap; }
  [data-testid="stHorizontalBlock"]:has(.st-key-region_run) > [data-testid="stColumn"] {
    min-width:100%; }
  .st-key-runs { max-height:17rem; overflow-y:auto; flex-wrap:nowrap; }
  .st-key-runs > * { flex-shrink:0; }
}
@media (max-width: 1099px) {
  [data-testid="stHorizontalBlock"]:has(.st-key-pair_scores) { flex-wrap:wrap; }
  [data-testid="stHorizontalBlock"]:has(.st-key-pair_scores) > [data-testid="stColumn"] {
    min-width:100%; }
}
@media (max-width: 760px) {
  .cd-beside { grid-template-columns:1fr; }
}
"""


def apply() -> None:
    """Put the style sheet on the page, with those of the parts that are drawn here too."""
    cases.apply()
    explain.apply()
    st.html(f"<style>{_STYLE}</style>")
