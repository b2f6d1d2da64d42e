"""The reply's text with citation numbers that can be clicked.

A small component, because a link in Markdown would load the page anew and a row of buttons
would tear the numbers off their sentences. Text reaches the page as text nodes, never as HTML.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

from ui import marks, shapes, state

_CSS = """
.cd-reply { font-size:1.04rem; line-height:1.9; color:#1d2725; overflow-wrap:anywhere; }
.cd-reply p { margin:0 0 .35rem; min-height:.6rem; }
.cd-pair { white-space:nowrap; }
.cd-cite { font:inherit; font-size:.74rem; font-weight:650; line-height:1; color:#0b6b62;
  background:#e3f0ee; border:1px solid #b9d8d3; border-radius:6px; padding:.16rem .38rem;
  margin:0 .12rem; cursor:pointer; vertical-align:.12em; }
.cd-cite:hover, .cd-cite:focus-visible { background:#0b6b62; color:#fff; outline:none; }
"""

_JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  let box = parentElement.querySelector(".cd-reply");
  if (!box) {
    box = document.createElement("div");
    box.className = "cd-reply";
    parentElement.appendChild(box);
  }
  box.lang = data.language;
  box.replaceChildren(...data.lines.map((line) => {
    const p = document.createElement("p");
    for (const piece of line) {
      if (typeof piece === "string") { p.append(piece); continue; }
      // A number must not stand alone at the start of a line: it holds on to what it follows.
      const pair = document.createElement("span");
      pair.className = "cd-pair";
      const last = p.lastChild;
      if (last && last.nodeType === Node.TEXT_NODE && last.data.length > 2) {
        pair.append(last.splitText(last.length - 2).data);
        last.nextSibling.remove();
      }
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = "cd-cite";
      chip.textContent = piece.n;
      chip.title = piece.label;
      chip.setAttribute("aria-label", piece.label);
      chip.dataset.marker = piece.n;
      chip.onclick = () => setTriggerValue("cite", piece.n);
      pair.append(chip);
      p.append(pair);
    }
    return p;
  }));
}
"""


@cache
def _component() -> Any:
    return st.components.v2.component("citedesk.reply", css=_CSS, js=_JS, isolate_styles=False)


def show(draft: shapes.Draft, key: str) -> shapes.Citation | None:
    """Draw a reply; give the citation that was clicked just now."""
    t = state.words()
    titles = {c.marker: c.title for c in draft.citations}
    lines = [
        [
            piece
            if isinstance(piece, str)
            else {
                "n": piece,
                "label": f"{t('draft.open_citation', n=piece)} · {titles[piece]}",
            }
            for piece in marks.pieces(line, draft.markers)
        ]
        for line in draft.answer.split("\n")
    ]
    language = "zh-Hans" if draft.language == "zh" else draft.language
    result = _component()(
        key=key, data={"lines": lines, "language": language}, on_cite_change=lambda: None
    )
    clicked = result.cite
    return next((c for c in draft.citations if c.marker == clicked), None)
