"""The record that is on the screen, and what people do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from ui import state
from ui.client import Failure
from ui.conversations_client import ConversationsClient
from ui.conversations_shapes import Conversation

Act = Callable[[ConversationsClient, str], Conversation]
_HELD = "citedesk.record"
_SEES_PERSONAL = {"admin", "supervisor"}
"""Roles with the right to see personal data; the service decides, this only spares the way."""


@dataclass
class Case:
    """A conversation as it was fetched last."""

    version: tuple[object, ...]
    """What it hangs on; another one is fetched anew."""
    found: Conversation | Failure
    failure: Failure | None = None
    """Why the last step did not succeed."""


def fetched(
    version: tuple[object, ...], fetch: Callable[[ConversationsClient], Conversation]
) -> Case:
    """Return the case on the screen, fetched where it is another one than before."""
    held: Case | None = st.session_state.get(_HELD)
    if held is None or held.version != version:
        held = Case(version, _tried(lambda: fetch(_client())))
        st.session_state[_HELD] = held
    return held


def do(act: Act) -> None:
    """Do something with the conversation on the screen; what it says then is shown."""
    held: Case | None = st.session_state.get(_HELD)
    if held is None or isinstance(held.found, Failure):
        return
    conversation_id = held.found.id
    done = _tried(lambda: act(_client(), conversation_id))
    if isinstance(done, Failure):
        held.failure = done
    else:
        held.found, held.failure = done, None


def sees_personal() -> bool:
    """Whether this person may see whole what is shown masked."""
    who = state.person()
    return who is not None and who.role in _SEES_PERSONAL


def _tried(act: Callable[[], Conversation]) -> Conversation | Failure:
    try:
        return act()
    except Failure as failure:
        if failure.signed_out:
            raise
        return failure


def _client() -> ConversationsClient:
    return state.as_person(ConversationsClient)
