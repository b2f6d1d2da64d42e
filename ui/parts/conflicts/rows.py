"""The conflicts, both passages side by side, with what can be done about each."""

from __future__ import annotations

import re
from html import escape

import streamlit as st

from ui import state
from ui.conflicts_shapes import Differing, Found, Listed, Side
from ui.parts import notice
from ui.parts.conflicts.board import Board, board, client
from ui.texts import Texts

STATES = ("open", "variant", "resolved", "withdrawn")
_KINDS = ("contradiction", "lag", "duplicate")
_ROWS = 30
_SHORT = 40


def show(listed: Listed, wanted: str, now: Board) -> None:
    """Draw the list."""
    t = state.words()
    if now.failure is not None:
        notice.show(now.failure)
    elif now.remark:
        st.html(f'<div class="cd-band good cd-said">{escape(now.remark)}</div>')
    if not listed.found:
        name = "conflicts.none_open" if wanted == "open" else "conflicts.none"
        st.html(f'<div class="cd-empty tall">{escape(t(name))}</div>')
        return
    limit = _ROWS + now.shown
    with st.container(key="conflicts"):
        for found in sorted(listed.found, key=_gravity)[:limit]:
            _row(t, found)
    if len(listed.found) > limit:
        st.button(
            t("documents.more", n=len(listed.found) - limit), key="more_conflicts", on_click=_more
        )


def _gravity(found: Found) -> int:
    """Contradictions first; of two that are as grave, the older one, as they come."""
    return _KINDS.index(found.kind) if found.kind in _KINDS else len(_KINDS)


def _more() -> None:
    board().shown += _ROWS


def _row(t: Texts, found: Found) -> None:
    with st.container(key=f"conflict_{found.id}", gap="xsmall"):
        st.html(markup(t, found))
        with st.container(horizontal=True, gap="small"):
            if found.state == "open":
                _decide(t("conflicts.resolve"), found, "resolved")
                if found.kind != "lag":
                    _decide(t("conflicts.accept_variant"), found, "variant")
                    _withdrawing(t, found)
            for side, name in ((found.left, "left"), (found.right, "right")):
                st.button(
                    t("conflicts.open_document", title=_cut(side.title)),
                    key=f"open_{name}_{found.id}",
                    type="tertiary",
                    on_click=_open,
                    args=(side,),
                )


def _decide(label: str, found: Found, what: str) -> None:
    st.button(label, key=f"{what}_{found.id}", on_click=_resolve, args=(found, what))


def _withdrawing(t: Texts, found: Found) -> None:
    """Offer to stop serving one of the two; it takes a second click, since it is no small thing."""
    sides = [(found.left, "left"), (found.right, "right")]
    with st.popover(t("conflicts.withdraw_one"), key=f"withdraw_{found.id}"):
        st.html(f'<div class="cd-muted">{escape(t("conflicts.withdraw_hint"))}</div>')
        for side, name in sides:
            st.button(
                t("conflicts.withdraw", title=_cut(side.title)),
                key=f"withdraw_{name}_{found.id}",
                disabled=not side.live,
                on_click=_withdraw,
                args=(found, side),
            )


def _withdraw(found: Found, side: Side) -> None:
    t = state.words()
    reason = t("conflicts.withdraw_reason", title=_cut(side.title))

    def act() -> None:
        client().withdraw(side.document_id, reason)
        client().resolve(found.id, "withdrawn", reason)
        state.library().relist()

    board().do(act, t("conflicts.withdrew", title=_cut(side.title)))


def _resolve(found: Found, what: str) -> None:
    t = state.words()
    board().do(
        lambda: client().resolve(found.id, what),
        t("conflicts.done", state=t.named("conflict_state", what)),
    )


def _open(side: Side) -> None:
    state.library().open(side.version_id)
    st.session_state[state.GO_TO] = "documents"


def markup(t: Texts, found: Found) -> str:
    """Draw a conflict as HTML, everything escaped."""
    tone = {"contradiction": "stop", "lag": "warn"}.get(found.kind, "")
    kind = escape(t.named("conflict_kind", found.kind))
    pills = [f'<span class="cd-pill {tone}">{kind}</span>']
    pills += [f'<span class="cd-pill">{escape(_told(t, d))}</span>' for d in found.differences]
    if found.by:
        pills.append(f'<span class="cd-muted">{escape(found.by)}</span>')
    note = f'<div class="cd-muted">{escape(found.note)}</div>' if found.note else ""
    sides = "".join(_side(t, found, index) for index in (0, 1))
    return (
        f'<div class="cd-row">{"".join(pills)}</div>'
        f'<div class="cd-sides" data-kind="{escape(found.kind)}">{sides}</div>{note}'
    )


def _told(t: Texts, differs: Differing) -> str:
    if differs.what == "passages":
        return t("conflicts.in_common", n=differs.left)
    name = t.named("differs", differs.what)
    if differs.what not in ("number", "unit", "date", "code"):
        return name
    none = t("conflicts.nothing")
    return t(
        "conflicts.differs",
        what=name,
        left=_cut(differs.left) or none,
        right=_cut(differs.right) or none,
    )


def _side(t: Texts, found: Found, index: int) -> str:
    side = (found.left, found.right)[index]
    place = [side.title, *side.headings[-1:], t("documents.version", n=side.number)]
    if side.page:
        place.append(t("conflicts.page", n=side.page))
    if not side.live:
        place.append(t("conflicts.not_live"))
    quote = _quote(found, index) or f"<i>{escape(t('conflicts.missing'))}</i>"
    return (
        f'<article class="cd-side"><header>{escape(" · ".join(place))}</header>'
        f"<p>{quote}</p></article>"
    )


def _quote(found: Found, index: int) -> str:
    """The quote with what differs marked: word by word, else the values wherever they stand."""
    if found.words:
        return "".join(
            escape(run[index])
            if run[0] == run[1] or not run[index].strip()
            else f"<mark>{escape(run[index])}</mark>"
            for run in found.words
        )
    quote = (found.left, found.right)[index].quote
    values = [v for d in found.differences for v in _values(d, index)]
    if not values:
        return escape(quote)
    pattern = "|".join(rf"(?<!\d){re.escape(value)}(?!\d)" for value in values)
    pieces = re.split(f"({pattern})", quote)
    return "".join(
        f"<mark>{escape(piece)}</mark>" if place % 2 else escape(piece)
        for place, piece in enumerate(pieces)
    )


def _values(differs: Differing, index: int) -> list[str]:
    said = (differs.left, differs.right)[index]
    if differs.what == "code":
        return [code for code in said.split(", ") if code]
    if differs.what in ("number", "unit", "date"):
        return re.findall(r"\d+(?:[.:-]\d+)*", said)
    return []


def _cut(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"
