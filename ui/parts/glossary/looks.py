"""How the glossary's screen looks beyond what all screens share."""

from __future__ import annotations

import streamlit as st

_STYLE = """
.st-key-region_terms, .st-key-region_term, .st-key-region_term_files { background:var(--paper);
  border:1px solid var(--line); border-radius:12px; padding:1rem 1.1rem; }
.st-key-region_term [data-testid="stForm"], .st-key-region_term_files [data-testid="stForm"] {
  padding:0; border:0; }
.st-key-region_term textarea { line-height:1.5; font-size:.9rem; }
.st-key-propose_terms { margin-left:auto; }
.st-key-terms { gap:0; }
[class*="st-key-term_gls"] { border-top:1px solid var(--line); padding:.6rem 0 .55rem; }
[class*="st-key-term_gls"] button { min-height:0; padding:.1rem .55rem; font-size:.82rem; }
[class*="st-key-term_gls"] button[kind="tertiary"] { padding:.1rem 0; }
[class*="st-key-term_gls"] button p { font-size:.82rem; }
.cd-term b { font-weight:650; }
.cd-term-facts { font-size:.86rem; line-height:1.6; color:#33403c; margin-top:.15rem; }
.cd-term-facts div { overflow-wrap:anywhere; }
.cd-term-facts span { color:var(--soft); margin-right:.6rem; }
.st-key-region_term_files [data-testid="stFileUploaderDropzone"] button
  [data-testid="stMarkdownContainer"] p { font-size:0; }
.st-key-region_term_files [data-testid="stFileUploaderDropzone"] button
  [data-testid="stMarkdownContainer"] p::after { content:var(--choose); font-size:.9rem; }
.st-key-region_term_files [data-testid="stFileUploaderDropzoneInstructions"] { display:none; }
@media (max-width: 1099px) {
  [data-testid="stHorizontalBlock"]:has(.st-key-region_terms) { flex-wrap:wrap; }
  [data-testid="stHorizontalBlock"]:has(.st-key-region_terms) > [data-testid="stColumn"] {
    min-width:100%; }
}
"""


def apply(choose: str) -> None:
    """Put the style sheet on the page; the field for a file says how to choose one."""
    words = f'.st-key-region_term_files {{ --choose:"{choose}"; }}'
    st.html(f"<style>{_STYLE}{words}</style>")
