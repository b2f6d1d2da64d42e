"""Documents that look like translations of each other, to be confirmed."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import state
from ui.conflicts_shapes import Proposed
from ui.parts.conflicts.board import board, client


def show(proposed: tuple[Proposed, ...]) -> None:
    """Draw the proposed pairs."""
    t = state.words()
    st.html(
        f'<div class="cd-h">{escape(t("conflicts.pairs"))}</div>'
        f'<div class="cd-muted">{escape(t("conflicts.pairs_hint"))}</div>'
    )
    for pair in proposed:
        with st.container(
            key=f"pair_{pair.document_id}", horizontal=True, vertical_alignment="center"
        ):
            st.html(f"<div>{escape(pair.title)} · {escape(pair.other_title)}</div>")
            st.button(
                t("conflicts.link"), key=f"link_{pair.document_id}", on_click=_link, args=(pair,)
            )
            st.button(
                t("conflicts.no_pair"),
                key=f"unlink_{pair.document_id}",
                type="tertiary",
                on_click=_unlink,
                args=(pair,),
            )


def _link(pair: Proposed) -> None:
    board().do(
        lambda: client().pair(pair.document_id, pair.other_id), state.words()("conflicts.linked")
    )


def _unlink(pair: Proposed) -> None:
    board().do(lambda: client().unpair(pair.document_id), state.words()("conflicts.unlinked"))
