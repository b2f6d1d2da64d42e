"""How the rules' screen looks beyond what all screens share."""

from __future__ import annotations

import streamlit as st

_STYLE = """
.st-key-region_rules, .st-key-region_rule { background:var(--paper);
  border:1px solid var(--line); border-radius:12px; padding:1rem 1.1rem; }
.st-key-rule_rows { gap:0; }
[class*="st-key-rulerow_"] { border-top:1px solid var(--line); padding:.55rem 0 .5rem; }
[class*="st-key-rulerow_"] button { min-height:0; padding:.1rem .55rem; }
[class*="st-key-rulerow_"] button p { font-size:.82rem; }
.cd-rule b { font-weight:650; overflow-wrap:anywhere; }
.cd-rule div { font-size:.87rem; line-height:1.6; color:var(--soft); overflow-wrap:anywhere; }
.cd-rule.off { opacity:.5; }
.cd-rule.open b { color:var(--accent); }
.cd-part { font-size:.92rem; font-weight:650; border-top:1px solid var(--line);
  padding-top:.6rem; margin-top:.3rem; overflow-wrap:anywhere; }
[class*="st-key-group_"] [class*="st-key-group_"] .cd-part { font-size:.84rem; border-top:0;
  padding-top:0; color:var(--soft); }
.st-key-region_rules [data-testid="stNumberInput"] { max-width:14rem; }
.cd-tried td { font-size:.84rem; }
.st-key-rules_yaml textarea { font-family:ui-monospace,monospace; font-size:.84rem;
  line-height:1.55; }
@media (max-width: 1099px) {
  [data-testid="stHorizontalBlock"]:has(.st-key-region_rules) { flex-wrap:wrap; }
  [data-testid="stHorizontalBlock"]:has(.st-key-region_rules) > [data-testid="stColumn"] {
    min-width:100%; }
}
"""


def apply() -> None:
    """Put the style sheet on the page."""
    st.html(f"<style>{_STYLE}</style>")
