"""The screens' entry: language, sign-in kept across reloads, and which screen to show.

Streamlit runs this file as a script for every interaction. The service starts it
with the command that ``ui.launch`` gives.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ui import state
from ui.client import Failure
from ui.parts import header, keeper, notice, style
from ui.screens import (
    answers,
    cases,
    conflicts,
    desk,
    documents,
    evals,
    explain,
    glossary,
    insights,
    rules,
    search,
    sign_in,
    tasks,
)

# Roles that work for the company; a customer's account has the search page only.
_STAFF = {"admin", "supervisor", "qa", "knowledge", "agent"}

# Drawn here: Streamlit fetches its own icons for the browser's tab from the internet.
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="8" fill="#0B6B62"/>'
    '<path d="M21 12.5a6.5 6.5 0 1 0 0 7" stroke="#fff" stroke-width="3.4" fill="none"'
    ' stroke-linecap="round"/></svg>'
)


def _restored() -> bool:
    """Take up the sign-in that the tab kept; False while the tab has not answered yet."""
    if state.person() is not None or state.asked_tab():
        return True
    token = keeper.read()
    if token is None:
        return False
    state.tab_answered(True)
    if token:
        try:
            state.enter(state.client_for(token).me(token))
        except Failure as failure:
            if not failure.signed_out:
                state.tab_answered(False)
                header.show(state.words()("app.desk"))
                raise
            state.leave(by_itself=True)
    return True


def _keep() -> None:
    """Write the tab's token whenever it has changed."""
    who = state.person()
    keeper.write(who.token if who else "")


def _desk() -> None:
    _for_staff("app.desk", desk.show)


def _documents() -> None:
    _for_staff("app.documents", documents.show)


def _conflicts() -> None:
    _for_staff("app.conflicts", conflicts.show)


def _glossary() -> None:
    _for_staff("app.glossary", glossary.show)


def _answers() -> None:
    _for_staff("app.answers", answers.show)


def _cases() -> None:
    _for_staff("app.cases", cases.show)


def _evals() -> None:
    _for_staff("app.evals", evals.show)


def _insights() -> None:
    _for_staff("app.insights", insights.show)


def _tasks() -> None:
    _for_staff("app.tasks", tasks.show)


def _rules() -> None:
    _for_staff("app.rules", rules.show)


def _explain() -> None:
    _for_staff("app.explain", explain.show)


def _for_staff(place: str, draw: Callable[[], None]) -> None:
    """Draw a screen for those who are signed in and work here; let others sign in."""
    t = state.words()
    if not _restored():
        header.show(t(place))
        return
    _keep()
    who = state.person()
    header.show(t(place))
    if who is None:
        state.client().alive()
        sign_in.show()
    elif who.role not in _STAFF:
        sign_in.refuse(who)
    else:
        draw()


def _search() -> None:
    header.show(state.words()("app.search"))
    search.show()


def main() -> None:
    """Run the screen that the URL names."""
    t = state.words()
    screens = {
        "desk": _desk,
        "search": _search,
        "documents": _documents,
        "glossary": _glossary,
        "conflicts": _conflicts,
        "answers": _answers,
        "cases": _cases,
        "evals": _evals,
        "insights": _insights,
        "tasks": _tasks,
        "rules": _rules,
        "explain": _explain,
    }
    pages = {
        name: st.Page(
            draw,
            title=f"{t(f'app.{name}')} · CiteDesk",
            url_path="" if name == "desk" else name,
            default=name == "desk",
        )
        for name, draw in screens.items()
    }
    st.set_page_config(page_icon=_ICON, layout="wide")
    style.apply()
    state.set_pages(pages)
    page = st.navigation(list(pages.values()), position="hidden")
    state.keep_language_in_url()
    try:
        page.run()
    except Failure as failure:
        if failure.signed_out:
            state.leave(by_itself=True)
            st.rerun()
        if not failure.unreachable:
            notice.show(failure)
            return
        notice.outage()


main()
