"""The customer's search: one box, a clear answer, and where it stands. No sign-in."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import marks, shapes, state
from ui.client import Failure
from ui.parts import notice, passage, reply, wording

_EXAMPLES = ("example_1", "example_2", "example_3", "example_4")
_MAX_CHARS = 500
_SOURCE_LIMIT = 180
_RELATED = 3


def show() -> None:
    """Draw the page."""
    t = state.words()
    search = state.search()
    with st.container(key="search_page"):
        st.html(
            f'<h1 class="cd-title">{escape(t("search.title"))}</h1>'
            f'<p class="cd-lead">{escape(t("search.lead"))}</p>'
        )
        _box()
        if search.wants_answer:
            _ask(search)
        if search.failure is not None:
            _failed(search.failure)
        elif search.answer is not None:
            _answer(search.answer)
        else:
            _examples()
        st.html(f'<div class="cd-foot">{escape(t("search.footer"))}</div>')
        with st.container(key="to_desk", horizontal_alignment="center"):
            st.page_link(state.page_to("desk"), label=t("app.staff"))


def _box() -> None:
    t = state.words()
    with st.form("search_form", border=False):
        box, button = st.columns([5, 1], gap="small", vertical_alignment="bottom")
        box.text_input(
            t("search.input"),
            key="question",
            max_chars=_MAX_CHARS,
            placeholder=t("search.placeholder"),
            label_visibility="collapsed",
        )
        button.form_submit_button(
            t("search.submit"), key="search", type="primary", on_click=_asked, width="stretch"
        )


def _asked() -> None:
    _look_up(st.session_state["question"].strip())


def _look_up(question: str) -> None:
    if question:
        search = state.search()
        search.question, search.wants_answer = question, True


def _take_example(question: str) -> None:
    st.session_state["question"] = question
    _look_up(question)


def _examples() -> None:
    t = state.words()
    st.html(f'<div class="cd-label">{escape(t("search.examples"))}</div>')
    with st.container(key="examples", horizontal=True, gap="small"):
        for name in _EXAMPLES:
            question = t(f"search.{name}")
            st.button(question, key=name, on_click=_take_example, args=(question,))


def _ask(search: state.Search) -> None:
    search.wants_answer, search.failure, search.answer = False, None, None
    try:
        with st.spinner(state.words()("search.working")):
            search.answer = state.client_for("").ask(search.question)
    except Failure as failure:
        search.failure = failure


def _failed(failure: Failure) -> None:
    t = state.words()
    if failure.unreachable:
        # The retry is any next run of the script: it must ask again.
        state.search().wants_answer = True
        notice.outage()
        return
    if failure.status != 429:
        notice.show(failure)
        return
    wait = failure.retry_after
    said = t("search.busy_wait", seconds=wait) if wait else t("search.busy_text")
    st.html(
        f'<div class="cd-band warn cd-busy" role="alert"><b>{escape(t("search.busy_title"))}</b>'
        f"<br>{escape(said)}</div>"
    )
    st.button(
        t("search.again"), key="search_again", on_click=_look_up, args=(state.search().question,)
    )


def _answer(answer: shapes.Answer) -> None:
    t = state.words()
    draft = answer.draft
    with st.container(key="answer_card"):
        if draft.state == "no_evidence":
            st.html(
                f'<div class="cd-h" data-state="no_evidence">{escape(t("search.none_title"))}</div>'
                f'<p class="cd-muted">{escape(t("search.none_text"))}</p>'
            )
            return
        if draft.state == "clarify":
            _clarify(draft)
            return
        st.html(f'<div class="cd-h" data-state="answered">{escape(t("search.answer"))}</div>')
        clicked = reply.show(draft, key="public_reply")
        wording.explain(draft.glosses)
        clicked = _sources(draft) or clicked
    if clicked is not None:
        passage.open_citation(clicked, public=True)


def _clarify(draft: shapes.Draft) -> None:
    t = state.words()
    st.html(
        f'<div class="cd-h" data-state="clarify">{escape(t("search.clarify_title"))}</div>'
        f'<p class="cd-reply">{escape(draft.question)}</p>'
    )
    with st.container(horizontal=True, key="options"):
        for at, option in enumerate(draft.options):
            both = f"{state.search().question} {option}"
            st.button(marks.plain(option), key=f"option_{at}", on_click=_take_example, args=(both,))


def _sources(draft: shapes.Draft) -> shapes.Citation | None:
    """List what the answer rests on; give the source that was opened just now."""
    t = state.words()
    opened = None
    st.html(f'<div class="cd-label cd-sources">{escape(t("search.sources"))}</div>')
    for citation in draft.citations:
        with st.container(key=f"source_{citation.marker}"):
            path = " › ".join(h for h in citation.headings if h != citation.title)
            where = [path]
            if citation.page is not None:
                where.append(t("evidence.page", n=citation.page))
            quote = marks.excerpt(citation.quote, (), _SOURCE_LIMIT).text
            st.html(
                f'<div class="cd-card"><div class="cd-row"><span class="cd-num">{citation.marker}'
                f"</span><h4>{escape(citation.title)}</h4></div>"
                f'<div class="cd-path">{escape(" · ".join(w for w in where if w))}</div>'
                f'<div class="cd-text cd-wrap">{escape(quote)}</div></div>'
            )
            if st.button(t("evidence.open"), key=f"open_source_{citation.marker}", type="tertiary"):
                opened = citation
    return opened
