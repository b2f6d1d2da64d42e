"""How the screens look beyond what Streamlit's theme can say."""

from __future__ import annotations

import streamlit as st

_BASE = """
:root { --ink:#1d2725; --soft:#5a6763; --faint:#8a9591; --line:#dde2de; --paper:#fff;
  --accent:#0b6b62; --accent-soft:#e3f0ee; --mark:#fff0b3; --mark-line:#d9a400;
  --warn:#8a4b08; --warn-soft:#fdf1e0; --stop:#a32a1f; --stop-soft:#fcebe8; }
header[data-testid="stHeader"], [data-testid="stToolbar"], [data-testid="stDecoration"],
[data-testid="stStatusWidget"], [data-testid="stMainMenu"], [data-testid="stSidebar"],
[data-testid="stSidebarCollapsedControl"], #MainMenu, footer { display:none !important; }
[data-testid="stMainBlockContainer"] { padding:0 1.5rem 1rem; max-width:1680px; }
[data-testid="stHeaderActionElements"] { display:none; }
.cd-muted { color:var(--soft); font-size:.87rem; line-height:1.6; }
.cd-unchecked { color:#8a9693; font-style:italic; }
.cd-h { font-size:.95rem; font-weight:650; color:var(--ink); letter-spacing:.01em; }
.cd-label { font-size:.8rem; font-weight:600; color:var(--soft); margin:0 0 .25rem; }
.cd-label .cd-muted { font-weight:400; margin-left:.5rem; }
.cd-glosses { margin:0 0 .6rem; padding:0 !important; font-size:.9rem; line-height:1.6;
  overflow-wrap:anywhere; }
.cd-glosses dt { font-weight:600; float:left; clear:left; margin:0 .6rem 0 0; padding:0; }
.cd-glosses dd { margin:0; padding:0; }
.cd-wrap { white-space:pre-wrap; overflow-wrap:anywhere; }
.cd-quote { background:var(--mark); color:inherit; padding:.08em .1em; border-radius:3px;
  box-shadow:inset 0 -2px 0 var(--mark-line); box-decoration-break:clone;
  -webkit-box-decoration-break:clone; }
.cd-pill { display:inline-flex; align-items:center; gap:.35em; padding:.12rem .6rem;
  border-radius:99px; font-size:.8rem; line-height:1.5; background:#eef1ef; color:var(--soft);
  white-space:nowrap; }
.cd-pill b { font-weight:600; color:var(--ink); }
.cd-pill.good { background:var(--accent-soft); color:var(--accent); font-weight:600; }
.cd-pill.warn { background:var(--warn-soft); color:var(--warn); font-weight:600; }
.cd-pill.stop { background:var(--stop-soft); color:var(--stop); font-weight:600; }
.cd-row { display:flex; flex-wrap:wrap; gap:.4rem; align-items:center; }
.cd-row .end { margin-left:auto; }
.cd-band { border-radius:8px; padding:.6rem .85rem; font-size:.9rem; line-height:1.6; }
.cd-band.warn { background:var(--warn-soft); color:var(--warn); }
.cd-band.stop { background:var(--stop-soft); color:var(--stop); }
.cd-band.good { background:var(--accent-soft); color:var(--accent); }
.cd-band.plain { background:#f1f4f2; color:var(--ink); }
.cd-band b { font-weight:650; }
.cd-band ul, .cd-list { margin:.25rem 0 0; padding-left:1.15rem; }
.cd-band li, .cd-list li { margin:.15rem 0; }
.cd-band .detail { font-size:.84rem; margin-top:.2rem; overflow-wrap:anywhere; }
.cd-band .code { opacity:.75; font-size:.8rem; display:block; margin-top:.2rem; }
.cd-table { border-collapse:collapse; width:100%; font-size:.87rem; margin:.35rem 0; }
.cd-table th, .cd-table td { border:1px solid var(--line); padding:.32rem .55rem;
  text-align:left; vertical-align:top; }
.cd-table td:first-child { min-width:5rem; }
.cd-table th { background:#f1f4f2; font-weight:600; }
.cd-table tr.cd-cited-row td { background:var(--mark); }
.cd-scroll { overflow-x:auto; }
.cd-why { margin:.35rem 0 0; font-size:.85rem; color:var(--soft); }
.cd-why summary { cursor:pointer; }
.cd-why .cd-row { margin:.35rem 0 0; gap:.4rem 1rem; }
.cd-num { display:inline-flex; align-items:center; justify-content:center; min-width:1.3rem;
  height:1.3rem; padding:0 .35rem; border-radius:6px; background:var(--accent); color:#fff;
  font-size:.75rem; font-weight:650; }
button[data-testid^="stBaseButton"] { font-weight:550; }
[data-testid="stTextInputRootElement"], [data-testid="stTextAreaRootElement"],
[data-testid="stSelectbox"] [role="combobox"], [data-testid="stSelectbox"] > div > div,
[data-testid="stNumberInputContainer"], [data-testid="stMultiSelect"] > div > div,
[data-testid="stDateInput"] [role="group"], [data-testid="stTimeInput"] [role="group"] {
  background:#fff !important; }
[data-testid="stTextInputField"], [data-testid="stTextAreaRootElement"] textarea {
  background:transparent !important; }
button[data-testid^="stBaseButton-primary"]:hover:not(:disabled),
button[data-testid^="stBaseButton-primary"]:focus:not(:disabled) { background:#095850 !important;
  border-color:#095850 !important; }
/* The way to copy a reply must be seen without pointing at it. */
.st-key-final_text [data-testid="stCode"] > div { opacity:1 !important;
  visibility:visible !important; }
.st-key-keeper_read, .st-key-keeper_write { position:absolute !important; height:0 !important;
  overflow:hidden; }
[data-testid="stCode"] code, [data-testid="stCode"] pre { font-family:inherit !important;
  font-size:.97rem !important; line-height:1.75 !important; white-space:pre-wrap !important; }
[data-testid="stCode"] pre { background:#f7f9f8 !important; border:1px solid var(--line);
  padding-right:3.2rem !important; }
"""

_TOP = """
.st-key-topbar { background:var(--paper); border-bottom:1px solid var(--line);
  margin:0 -1.5rem .35rem; padding:.5rem 1.5rem; width:calc(100% + 3rem) !important;
  max-width:none !important; }
.cd-brand { font-weight:700; font-size:1.08rem; letter-spacing:-.01em; color:var(--ink);
  display:flex; gap:.55rem; align-items:center; white-space:nowrap; }
.cd-brand i { width:1.35rem; height:1.35rem; border-radius:6px; background:var(--accent);
  color:#fff; display:inline-flex; align-items:center; justify-content:center;
  font-style:normal; font-size:.75rem; font-weight:700; }
.cd-brand span { color:var(--soft); font-weight:450; font-size:.92rem; padding-left:.6rem;
  border-left:1px solid var(--line); }
.st-key-topbar > *, .st-key-topbar > * > * { min-width:0; }
.st-key-account { min-width:3.4rem; flex-shrink:1; }
.st-key-account button [data-testid="stMarkdownContainer"] { max-width:16rem !important; }
.st-key-place_here button p { font-weight:700; }
@media (max-width: 1180px) { .cd-brand span { display:none; } }
@media (max-width: 1000px) {
  .st-key-topbar, .st-key-topbar > * > *, .st-key-topbar > *, .st-key-places {
    gap:.25rem !important; }
  .cd-brand { font-size:0; gap:0; }
  .st-key-places a { padding:.25rem .45rem !important; }
  .st-key-topbar [data-testid="stPopoverButton"] { padding:.25rem .35rem !important; }
  .st-key-account button [data-testid="stMarkdownContainer"] {
    max-width:min(9rem, 14vw) !important; }
  .st-key-notices button [data-testid="stMarkdownContainer"] {
    max-width:min(7rem, 9vw) !important; }
  .st-key-topbar [data-testid="stButtonGroup"] button { padding:.25rem .5rem !important; }
}
@media (max-width: 760px) {
  .st-key-topbar, .st-key-topbar > *, .st-key-topbar > * > *, .st-key-places {
    flex-wrap:wrap !important; }
}
"""

_DESK = """
.st-key-desk_left, .st-key-region_draft, .st-key-region_evidence {
  background:var(--paper); border:1px solid var(--line); border-radius:12px;
  padding:1rem 1.1rem; }
.st-key-region_draft { box-shadow:0 1px 2px rgba(20,40,36,.05), 0 8px 24px rgba(20,40,36,.05); }
.cd-turns { display:flex; flex-direction:column; gap:.55rem; }
.cd-turn { max-width:92%; padding:.5rem .75rem; border-radius:12px; font-size:.93rem;
  line-height:1.6; }
.cd-turn.customer { align-self:flex-start; background:#f0f3f1; border-bottom-left-radius:4px; }
.cd-turn.agent { align-self:flex-end; background:var(--accent-soft);
  border-bottom-right-radius:4px; }
.cd-turn small { display:block; color:var(--soft); font-size:.75rem; margin-bottom:.1rem; }
.cd-empty { border:1px dashed var(--line); border-radius:10px; padding:1.1rem; color:var(--soft);
  font-size:.9rem; line-height:1.7; text-align:center; }
.cd-empty b { display:block; color:var(--ink); font-size:1rem; margin-bottom:.3rem; }
.cd-empty.tall { padding:4.2rem 2rem; }
.cd-card { display:flex; flex-direction:column; gap:.3rem; }
.cd-card h4 { font-size:.93rem; font-weight:650; margin:0; padding:0; line-height:1.45; }
.cd-path { color:var(--soft); font-size:.8rem; line-height:1.5; }
.cd-card .cd-text { font-size:.88rem; line-height:1.65; color:#33403c; }
.cd-scores { display:flex; gap:.75rem; flex-wrap:wrap; color:var(--faint); font-size:.75rem; }
.cd-scores span { display:inline-flex; align-items:center; gap:.35rem; }
.cd-scores i { display:inline-block; width:2.6rem; height:3px; border-radius:2px;
  background:#e6eae7; overflow:hidden; }
.cd-scores i b { display:block; height:100%; background:#9dbdb8; }
[class*="st-key-hit_"] { border:1px solid var(--line); border-radius:10px; padding:.75rem .85rem;
  gap:.4rem; }
[class*="st-key-hit_cited_"] { border-color:#a9cdc8; box-shadow:inset 3px 0 0 var(--accent); }
[class*="st-key-open_hit_"] button, [class*="st-key-open_source_"] button { min-height:0;
  padding:0 !important; color:var(--accent); font-size:.82rem; }
.st-key-why [data-testid="stPageLink"] a { padding:0; background:none; }
.st-key-why [data-testid="stPageLink"] p { color:var(--accent); font-size:.82rem; font-weight:550; }
.st-key-region_draft [data-testid="stVerticalBlock"] { gap:.75rem; }
.st-key-region_draft textarea { line-height:1.7; }
.st-key-region_conversation [data-testid="stForm"] { padding:0; border:0; }
[data-testid="stDialog"] > div:has(.st-key-passage) { background:#fff; max-width:52rem; }
.cd-source { display:flex; flex-direction:column; gap:.6rem; }
.cd-source h3.cd-source-title { font-size:1.15rem; font-weight:650; padding:0; margin:0; }
.cd-passage { font-size:1rem; line-height:1.85; padding:.85rem 1rem; border-radius:8px;
  background:#f8faf9; border:1px solid var(--line); border-left:3px solid var(--accent); }
.cd-context { font-size:.88rem; line-height:1.7; color:var(--soft); padding:0 1rem; }
.cd-context b { font-weight:600; color:var(--faint); font-size:.8rem; margin-right:.35rem; }
.cd-context summary { cursor:pointer; }
.cd-context[open] summary { color:var(--faint); }
[class*="st-key-source_"] { border-top:1px solid var(--line); padding-top:.7rem; gap:.3rem; }
@media (min-width: 1100px) {
  .st-key-desk_left, .st-key-region_draft, .st-key-region_evidence {
    height:calc(100vh - 5.2rem) !important; flex:none !important; flex-wrap:nowrap;
    overflow-y:auto; }
  .st-key-desk_left > :has(> .st-key-region_conversation) { flex:1 0 auto !important; }
  .st-key-region_conversation { height:100%; flex-wrap:nowrap; }
  .st-key-region_draft > *, .st-key-desk_left > * { flex-shrink:0; }
  .st-key-region_conversation > * { flex-shrink:0; }
  /* Reversed, so that the newest message is in view without a script. */
  .st-key-region_conversation > :has(> .st-key-turns) { display:flex;
    flex:1 1 0 !important; flex-direction:column-reverse; min-height:9rem; overflow-y:auto; }
  .st-key-region_conversation .st-key-turns { margin-bottom:auto; }
  .st-key-region_conversation > :has(> [data-testid="stForm"]) { margin-top:auto; }
}
@media (max-width: 1099px) {
  [data-testid="stHorizontalBlock"]:has(.st-key-region_draft) { flex-wrap:wrap; }
  [data-testid="stHorizontalBlock"]:has(.st-key-region_draft) > [data-testid="stColumn"] {
    min-width:100%; }
  /* One below the other, the draft comes before the record: the left column is taken apart. */
  [data-testid="stColumn"]:has(.st-key-desk_left),
  [data-testid="stColumn"]:has(.st-key-desk_left) > *,
  [data-testid="stColumn"]:has(.st-key-desk_left) > * > *, .st-key-desk_left {
    display:contents; }
  .st-key-desk_left > * { min-width:100%; background:var(--paper); border:1px solid var(--line);
    border-radius:12px; padding:1rem 1.1rem; }
  .st-key-desk_left > :has(> .st-key-region_record) { order:1; }
  .st-key-desk_left > :has(> .st-key-region_record):not(:has(.st-key-record)) { display:none; }
  [data-testid="stColumn"]:has(.st-key-region_evidence) { order:2; }
  .st-key-region_record .st-key-record { border-top:0; padding-top:0; margin-top:0; }
  .cd-empty.tall { padding:2rem 1rem; }
}
"""

_SEARCH = """
.st-key-search_page, .st-key-sign_in_page, .st-key-outage { max-width:46rem; margin:0 auto;
  width:100%; }
.st-key-search_page { padding-top:6vh; }
.st-key-sign_in_page, .st-key-outage { max-width:26rem; padding-top:10vh; }
.cd-title { font-size:1.75rem; font-weight:700; letter-spacing:-.015em; line-height:1.3;
  margin:0; color:var(--ink); }
.cd-lead { color:var(--soft); font-size:1rem; line-height:1.7; margin:.4rem 0 .6rem; }
.st-key-sign_in_card, .st-key-answer_card { background:var(--paper);
  border:1px solid var(--line); border-radius:12px; padding:1.4rem 1.5rem; }
.st-key-sign_in_card [data-testid="stForm"] { border:0; padding:0; }
.st-key-search_page [data-testid="stForm"] { border:0; padding:0; }
.st-key-search_page [data-testid="stTextInput"] input { font-size:1.05rem; padding:0 .9rem; }
.st-key-search_page [data-testid="stTextInputRootElement"] { height:2.95rem; }
.st-key-search_page [data-testid="stFormSubmitButton"] button { min-height:2.95rem; }
.cd-foot { color:var(--faint); font-size:.8rem; text-align:center; padding-top:1.5rem; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding:0 1rem 1rem; }
  .st-key-topbar { margin:0 -1rem .35rem; padding:.5rem 1rem; width:calc(100% + 2rem) !important; }
  .cd-brand span { display:none; }
  .st-key-topbar, .st-key-topbar > *, .st-key-topbar > * > * { flex-wrap:wrap !important; }
  .st-key-places { flex-wrap:wrap !important; }
  .cd-title { font-size:1.45rem; }
  .st-key-search_page { padding-top:1.2rem; }
  .st-key-sign_in_page, .st-key-outage { padding-top:1.5rem; }
  .st-key-sign_in_card, .st-key-answer_card { padding:1.1rem; }
}
"""


def apply() -> None:
    """Put the style sheet on the page."""
    st.html(f"<style>{_BASE}{_TOP}{_DESK}{_SEARCH}</style>")
