"""How the documents' screen looks beyond what all screens share."""

from __future__ import annotations

import streamlit as st

_STYLE = """
.st-key-region_shelf, .st-key-region_upload, .st-key-region_version, .st-key-region_outline,
.st-key-region_chunks, .st-key-region_record { background:var(--paper);
  border:1px solid var(--line); border-radius:12px; padding:1rem 1.1rem; }
.st-key-region_version { padding:.8rem 1.1rem; gap:.55rem; }
.st-key-rows { gap:0; }
[class*="st-key-doc_"] { border-top:1px solid var(--line); padding:.6rem 0 .65rem; gap:.25rem; }
[class*="st-key-open_doc_"] button, [class*="st-key-open_ver_"] button { min-height:0;
  padding:0 !important; justify-content:flex-start; text-align:left; }
[class*="st-key-open_doc_"] button p { font-size:.97rem; font-weight:600; text-align:left; }
.cd-facts { display:flex; flex-wrap:wrap; gap:.3rem .9rem; align-items:center;
  color:var(--soft); font-size:.82rem; line-height:1.5; }
.cd-doc-error { color:var(--stop); font-size:.84rem; line-height:1.55; margin-top:.15rem; }
.cd-doc-error code { background:var(--stop-soft); color:var(--stop); border-radius:4px;
  padding:.05rem .35rem; font-size:.76rem; }
.cd-version-title { font-size:1.2rem; font-weight:680; line-height:1.35; color:var(--ink);
  margin:0 0 .3rem; padding:0; overflow-wrap:anywhere; }
.st-key-region_version .cd-band li { font-size:.9rem; }
.cd-chunk-path + .cd-row, .cd-kept + .cd-row { margin-top:.25rem; }
[class*="st-key-chunk_"] { border:1px solid var(--line); border-radius:10px;
  padding:.7rem .9rem; gap:.35rem; }
.cd-chunk-path { font-size:.8rem; color:var(--soft); line-height:1.5; }
.cd-chunk-path b { color:var(--accent); font-weight:600; }
.cd-chunk-text { font-size:.92rem; line-height:1.7; margin-top:.2rem; }
.cd-searched { font-size:.82rem; color:var(--soft); }
.cd-searched summary { cursor:pointer; }
.st-key-outline [role="radiogroup"] { gap:0; width:100%; }
.st-key-outline label { width:100%; padding:.2rem .45rem; border-radius:6px; margin:0; }
.st-key-outline label > div > div:first-child:not(:last-child) { display:none; }
.st-key-fix hr { margin:.4rem 0; }
[class*="st-key-unlock_ver"] { max-width:30rem; }
.st-key-outline label p { font-size:.88rem; line-height:1.45; white-space:pre-wrap;
  overflow-wrap:anywhere; }
.st-key-outline label:hover { background:#f1f4f2; }
.st-key-outline label:has(input:checked) { background:var(--accent-soft); }
.st-key-outline label:has(input:checked) p { color:var(--accent); font-weight:600; }
[class*="st-key-kept_"] { border-top:1px solid var(--line); padding-top:.5rem; gap:.1rem; }
[class*="st-key-kept_"] button, [class*="st-key-chunk_"] button { min-height:0;
  padding:.1rem .1rem !important; font-size:.82rem; }
[class*="st-key-chunk_"] button p, [class*="st-key-kept_"] button p { font-size:.82rem; }
.cd-kept { font-size:.86rem; line-height:1.5; overflow-wrap:anywhere; }
.cd-history { font-size:.84rem; line-height:1.55; border-top:1px solid var(--line);
  padding-top:.5rem; }
.st-key-places { gap:.25rem; }
.st-key-region_work { background:var(--paper); border:1px solid var(--line); border-radius:12px;
  padding:.7rem 1.1rem; }
[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"] p {
  font-size:0; }
[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"] p::after {
  content:var(--choose); font-size:.9rem; }
[data-testid="stFileUploaderDropzoneInstructions"] { display:none; }
.cd-work { font-size:.84rem; line-height:1.5; overflow-wrap:anywhere; }
.st-key-region_changes, .st-key-region_gate { background:var(--paper);
  border:1px solid var(--line); border-radius:12px; padding:1rem 1.1rem; }
.cd-section { font-size:.82rem; font-weight:600; color:var(--accent); line-height:1.5;
  border-top:1px solid var(--line); padding-top:.7rem; }
[class*="st-key-change_"], [class*="st-key-affected_"] { border:1px solid var(--line);
  border-radius:10px; padding:.7rem .9rem; }
[class*="st-key-change_"] { padding:.6rem .9rem .5rem; }
[class*="st-key-change_"] button, [class*="st-key-affected_"] button { min-height:0;
  padding:.1rem .1rem !important; }
[class*="st-key-change_"] button p, [class*="st-key-affected_"] button p { font-size:.82rem;
  text-align:left; }
[class*="st-key-affected_"] [data-testid="stPageLink"] a { min-height:0; padding:.1rem; }
[class*="st-key-affected_"] [data-testid="stPageLink"] p { font-size:.82rem; }
.cd-verdict { font-size:1.15rem; font-weight:680; line-height:1.45; margin:0; padding:0; }
.cd-asked { font-weight:650; font-size:.97rem; overflow-wrap:anywhere; }
.cd-clamp { max-height:9.5rem; overflow-y:auto; }
.cd-reasons { margin:.5rem 0 .1rem; padding-left:1.15rem; font-size:.9rem; line-height:1.7; }
.cd-reasons b { font-weight:600; color:var(--soft); }
.st-key-decide { border:1px solid var(--line); border-radius:10px; padding:.9rem 1rem;
  background:#f8faf9; position:sticky; top:.5rem; }
.cd-kept-reason { margin:.2rem 0; padding:.1rem 0 .1rem .8rem; border-left:3px solid var(--line);
  font-size:.92rem; overflow-wrap:anywhere; }
@media (min-width: 1100px) {
  .st-key-region_outline, .st-key-region_chunks, .st-key-region_record {
    height:calc(100vh - 12.5rem) !important; min-height:22rem; flex:none !important;
    flex-wrap:nowrap; overflow-y:auto; }
  .st-key-region_outline > *, .st-key-region_chunks > *, .st-key-region_record > * {
    flex-shrink:0; }
}
@media (max-width: 1099px) {
  [data-testid="stHorizontalBlock"]:has(.st-key-region_shelf),
  [data-testid="stHorizontalBlock"]:has(.st-key-decide),
  [data-testid="stHorizontalBlock"]:has(.st-key-region_chunks) { flex-wrap:wrap; }
  [data-testid="stHorizontalBlock"]:has(.st-key-region_shelf) > [data-testid="stColumn"],
  /* What is to be decided stands before the long list that it rests on. */
  [data-testid="stColumn"]:has(> * > .st-key-decide),
  [data-testid="stColumn"]:has(> * > * > .st-key-decide) { order:-1; }
  [data-testid="stHorizontalBlock"]:has(.st-key-decide) > [data-testid="stColumn"],
  [data-testid="stHorizontalBlock"]:has(.st-key-region_chunks) > [data-testid="stColumn"] {
    min-width:100%; }
}
"""


def apply(choose: str) -> None:
    """Put the style sheet on the page; the field for files says how to choose one."""
    # Streamlit has English words only for that button, and names a limit that is not ours.
    words = f'.st-key-region_upload {{ --choose:"{choose}"; }}'
    st.html(f"<style>{_STYLE}{words}</style>")
