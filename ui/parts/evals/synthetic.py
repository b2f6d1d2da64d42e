"""Cases made from documents: made, run apart from those of people, looked through one by one."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import evals_state, state
from ui.evals_state import SYNTHETIC, Lab
from ui.evals_synthetic_shapes import Shelf, Synthetic
from ui.evals_synthetic_state import Looking, looking
from ui.parts import notice
from ui.parts.evals import wording
from ui.texts import Texts

_PAGE = 25
_LIMIT, _MOST = 200, 100_000


def show(lab: Lab) -> None:
    """Draw the list, or the case that is open."""
    t, held = state.words(), looking()
    if lab.failure is not None:
        notice.show(lab.failure)
    if held.failure is not None:
        notice.show(held.failure)
    if held.remark:
        st.html(f'<div class="cd-band good cd-said" role="status">{escape(held.remark)}</div>')
    shelf, case = held.listed(), held.case()
    if case is not None:
        _case(t, held, case)
        return
    st.html(head(t, shelf))
    with st.container(key="synthetic_keys", horizontal=True, gap="small"):
        _form(t, held, shelf)
        if shelf.cases:
            st.button(t("synthetic.run"), key="synthetic_run", on_click=_run)
    if held.made is not None:
        said = t("synthetic.made", n=held.made.cases, documents=held.made.documents)
        if held.made.rejected:
            said += t("synthetic.rejected", n=held.made.rejected)
        st.html(f'<div class="cd-band good cd-said" role="status">{escape(said)}</div>')
    if shelf.cases:
        _list(t, held, shelf)


def head(t: Texts, shelf: Shelf) -> str:
    """Draw what these cases are and how many there are of each kind, everything escaped."""
    counts = "".join(
        f'<span class="cd-pill{"" if count else " faint"}" data-kind="{escape(kind)}" '
        f'data-count="{count}">{escape(t.named("synthetic_kind", kind))} <b>{count}</b></span>'
        for kind, count in shelf.counts().items()
    )
    title, what = escape(t("synthetic.title")), escape(t("synthetic.what"))
    return (
        f'<div class="cd-run-head" data-synthetic="{len(shelf.cases)}"><h3>{title}</h3>'
        f'<div class="cd-band plain">{what}</div><div class="cd-row">{counts}</div></div>'
    )


def _form(t: Texts, held: Looking, shelf: Shelf) -> None:
    # Cases that were made leave a new form, and that one is shut.
    with st.popover(t("synthetic.make"), key=f"synthetic_form_{held.forms}", type="primary"):
        by_model = shelf.model and st.checkbox(t("synthetic.model"), key="synthetic_model")
        kinds = st.pills(
            t("synthetic.kinds"),
            shelf.kinds,
            selection_mode="multi",
            default=shelf.kinds,
            format_func=lambda kind: t.named("synthetic_kind", kind),
            key="synthetic_kinds",
            disabled=bool(by_model),
        )
        st.number_input(
            t("synthetic.limit"),
            0,
            _MOST,
            _LIMIT,
            key="synthetic_limit",
            help=t("synthetic.limit_help"),
        )
        st.html(f'<div class="cd-muted">{escape(t("synthetic.replaces"))}</div>')
        st.button(
            t("synthetic.go"),
            key="synthetic_go",
            type="primary",
            disabled=not (kinds or by_model),
            on_click=_make,
        )


def _make() -> None:
    held, asked = looking(), st.session_state
    model = bool(asked.get("synthetic_model"))
    kinds = [str(kind) for kind in asked.get("synthetic_kinds") or ()]

    def act() -> None:
        made = evals_state.client().make(kinds, int(asked["synthetic_limit"]), model=model)
        held.shelf, held.made, held.shown = None, made, 0
        held.forms += 1

    held.attempt(act)


def _run() -> None:
    lab = evals_state.lab()
    lab.attempt(lambda: lab.open(evals_state.client().start(SYNTHETIC, 0, fresh=False)))


def _list(t: Texts, held: Looking, shelf: Shelf) -> None:
    box, kinds = st.columns([1.6, 1], gap="small")
    words = box.text_input(
        t("synthetic.find"),
        key="synthetic_filter",
        placeholder=t("synthetic.find"),
        label_visibility="collapsed",
    )
    counts = shelf.counts()
    kind = kinds.selectbox(
        t("synthetic.kind"),
        ("", *(name for name, count in counts.items() if count)),
        format_func=lambda name: t(
            "evals.counted",
            what=t.named("synthetic_kind", name) if name else t("synthetic.every"),
            n=counts.get(name, len(shelf.cases)),
        ),
        key="synthetic_kind",
        label_visibility="collapsed",
    )
    found = chosen(shelf, str(kind or ""), words)
    if not found:
        st.html(f'<div class="cd-empty">{escape(t("evals.no_cases"))}</div>')
    order = tuple(case.id for case in found)
    most = _PAGE * (1 + held.shown)
    with st.container(key="synthetic_cases"):
        for case in found[:most]:
            with st.container(key=f"synthetic_row_{case.id}"):
                st.html(_line(t, case))
                st.button(
                    wording.short(case.question),
                    key=f"synthetic_open_{case.id}",
                    type="tertiary",
                    on_click=held.open,
                    args=(case.id, order),
                )
    if len(found) > most:
        left = len(found) - most
        st.button(t("evals.more", n=left), key="synthetic_more", on_click=_more)


def chosen(shelf: Shelf, kind: str, words: str) -> tuple[Synthetic, ...]:
    """Return the cases of a kind in whose question or document some words stand."""
    sought = words.casefold().split()
    return tuple(
        case
        for case in shelf.cases
        if kind in ("", case.kind)
        and all(word in f"{case.question} {case.title}".casefold() for word in sought)
    )


def _more() -> None:
    looking().shown += 1


def _line(t: Texts, case: Synthetic) -> str:
    kind = escape(t.named("synthetic_kind", case.kind))
    return (
        f'<div class="cd-case-line" data-synthetic-case="{escape(case.id)}">'
        f'<span class="cd-pill">{kind}</span><span>{escape(case.title)}</span></div>'
    )


def _case(t: Texts, held: Looking, case: Synthetic) -> None:
    at = held.order.index(case.id) + 1 if case.id in held.order else 0
    with st.container(
        key="synthetic_case_keys", horizontal=True, gap="small", vertical_alignment="center"
    ):
        st.button(
            t("evals.back"), key="synthetic_back", shortcut="b", on_click=held.open, args=("",)
        )
        if len(held.order) > 1:
            for name, key, by in (("previous", "p", -1), ("next", "n", 1)):
                st.button(
                    t(f"evals.{name}"),
                    key=f"synthetic_{name}",
                    shortcut=key,
                    on_click=held.step,
                    args=(by,),
                )
        if state.approves(state.person()):
            st.button(
                t("synthetic.promote"),
                key="synthetic_promote",
                type="primary",
                shortcut="a",
                on_click=_promote,
            )
        st.button(t("synthetic.drop"), key="synthetic_drop", shortcut="d", on_click=_drop)
        said = t("evals.place", n=at, of=len(held.order)) if at else ""
        st.html(f'<span class="cd-muted cd-place">{escape(said)}</span>', width="content")
    st.html(markup(t, case))


def markup(t: Texts, case: Synthetic) -> str:
    """Draw a case with its answer and what that rests on, everything escaped."""
    pills = [t.named("synthetic_kind", case.kind), wording.split(t, case.language)]
    pills += [case.product] if case.product else []
    drawn = f'<span class="cd-pill warn">{escape(t("synthetic.mark"))}</span>'
    drawn += "".join(f'<span class="cd-pill">{escape(said)}</span>' for said in pills)
    quotes = "".join(
        f'<div class="cd-kept-quote">{escape(quote)}<small>{escape(case.title)}</small></div>'
        for quote in case.quotes
    )
    grid = f'<div class="cd-quotes">{quotes}</div>' if quotes else ""
    said = case.reference or t("evals.expects_refusal")
    return (
        f'<div class="cd-pair-head made" data-synthetic-open="{escape(case.id)}">'
        f"<h3>{escape(case.question)}</h3>"
        f'<div class="cd-row">{drawn}<small>{escape(case.title)}</small></div></div>'
        f'<div class="cd-expected"><div class="cd-h">{escape(t("evals.expected"))}</div>'
        f'<div class="cd-wrap">{escape(said)}</div>{grid}</div>'
        f'<div class="cd-muted cd-settle">{escape(t("synthetic.settle"))}</div>'
    )


def _promote() -> None:
    looking().settle(evals_state.client().promote, state.words()("synthetic.promoted"))


def _drop() -> None:
    looking().settle(evals_state.client().drop, state.words()("synthetic.dropped"))
