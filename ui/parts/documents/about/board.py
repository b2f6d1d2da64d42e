"""The view of what is known of a document, put together of its parts."""

from __future__ import annotations

import streamlit as st

from ui import about_state, state
from ui.about_state import About
from ui.client import Failure
from ui.documents_shapes import Preview
from ui.parts import notice
from ui.parts.documents.about import applying, care, narrowing, partner, past

_STYLE = """
[class*="st-key-about_"] { background:var(--paper); border:1px solid var(--line);
  border-radius:12px; padding:1rem 1.1rem; gap:.7rem; }
[class*="st-key-about_"] [data-testid="stForm"] { padding:0; border:0; }
.cd-known { width:100%; border-collapse:collapse; font-size:.9rem; line-height:1.6; }
.cd-known th { text-align:left; font-weight:450; color:var(--soft); white-space:nowrap;
  vertical-align:top; padding:.4rem 1rem .4rem 0; width:6.5rem; }
.cd-known td { padding:.4rem 0; overflow-wrap:anywhere; vertical-align:top; }
.cd-known tr + tr > * { border-top:1px solid var(--line); }
.cd-known small { display:block; color:var(--soft); font-size:.8rem; line-height:1.5; }
.cd-known b { font-weight:600; margin-right:.4rem; }
.cd-sub { font-size:.85rem; font-weight:600; color:var(--soft); }
.cd-apart { font-size:.9rem; line-height:1.6; overflow-wrap:anywhere; }
[class*="st-key-section_sec"], .st-key-set_apart { border-top:1px solid var(--line);
  padding-top:.65rem; gap:.4rem; }
ol.cd-acts { list-style:none; margin:0 0 0 5px; padding:0 !important; font-size:.9rem;
  line-height:1.6; }
ol.cd-acts > li { border-left:2px solid var(--line); margin:0; padding:0 0 .8rem .9rem;
  position:relative; overflow-wrap:anywhere; }
ol.cd-acts > li:last-child { padding-bottom:0; }
[class*="st-key-about_"] [data-testid="stNumberInputContainer"] { background:#fff; }
.cd-acts li::before { content:""; position:absolute; left:-5px; top:.5rem; width:8px; height:8px;
  border-radius:50%; background:var(--accent); }
.cd-acts small { display:block; color:var(--soft); font-size:.8rem; }
.cd-acts q { display:block; color:var(--soft); font-size:.86rem; quotes:none; }
@media (max-width: 1099px) {
  [data-testid="stHorizontalBlock"]:has(> * > * > .st-key-about_applies) { flex-wrap:wrap; }
  [data-testid="stColumn"]:has(> * > .st-key-about_applies),
  [data-testid="stColumn"]:has(> * > .st-key-about_care) { min-width:100%; }
}
"""


def show(shown: Preview) -> None:
    """Draw all that is known, fetching it first if need be."""
    t = state.words()
    about = about_state.about(shown.version.version_id)
    if about.known is None and not _fetched(about, shown):
        return
    st.html(f"<style>{_STYLE}</style>")
    left, right = st.columns([1.15, 1], gap="small")
    with left:
        applying.show(t, about, shown)
        narrowing.show(t, about, shown)
        partner.show(t, about, shown)
    with right:
        care.show(t, about, shown)
        past.show(t, about, shown)


def _fetched(about: About, shown: Preview) -> bool:
    who = state.person()
    client = about_state.client()
    version = shown.version
    try:
        with st.spinner(state.words()("known.working")):
            about.known = client.known(version, keeps_accounts=bool(who and who.role == "admin"))
            about.acts, about.older = client.acts(version.document_id)
    except Failure as failure:
        if failure.signed_out or failure.unreachable:
            raise
        notice.show(failure)
        return False
    return True
