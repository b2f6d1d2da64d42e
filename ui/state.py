"""What a session remembers between two runs of the script."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
import streamlit as st

from ui import shapes, texts
from ui.client import Client, Failure, connect
from ui.documents_client import DocumentsClient
from ui.documents_shapes import Due, Preview, Version, Work
from ui.glossary_client import GlossaryClient
from ui.kept import Book as Book
from ui.kept import Desk as Desk
from ui.kept import Search as Search
from ui.lifecycle_client import LifecycleClient
from ui.tasks_client import TasksClient

_Kind = TypeVar("_Kind", bound=Client)

# Widgets share the session's one table, under their own bare keys.
_PERSON = "citedesk.person"
_DESK = "citedesk.desk"
_SEARCH = "citedesk.search"
_LIBRARY = "citedesk.library"
_BOOK = "citedesk.glossary"
_LANGUAGE = "citedesk.language"
_SWITCHED = "citedesk.language_switched"
_PAGES = "citedesk.pages"
BOARD = "citedesk.conflicts"
GO_TO = "citedesk.go_to"
"""Name of the screen that a button leads to."""
_ASKED_TAB = "citedesk.asked_tab"
_EXPIRED = "citedesk.expired"

# The service decides; this only spares people the way to a screen that would refuse them.
_KEEPERS = {"admin", "knowledge"}
_APPROVERS = {"admin", "knowledge", "qa"}

_LISTED_SECONDS = 10
"""A list of thousands takes a while to fetch; what colleagues do shows after this."""


@dataclass
class Library:
    """What a knowledge manager has open among the documents."""

    version_id: str = ""
    """The version looked over; empty for the list."""
    preview: Preview | None = None
    section: int = 0
    """Ordinal of the first passage shown."""
    shown: int = 0
    """How many more passages, or documents, were asked for."""
    work: list[Work] = field(default_factory=list)
    """Files on their way in."""
    uploads: int = 0
    """How often files were handed in; a new number empties the field for them."""
    failure: Failure | None = None
    """Why the last step did not succeed."""
    remark: str = ""
    """Name of a text that says what the last step did."""
    listed: tuple[Version, ...] = ()
    """The documents as they were fetched last."""
    dates: tuple[Due, ...] = ()
    """What comes near of them."""
    groups: tuple[str, ...] | None = None
    """Whom but everybody and the house documents may be for; None until asked for."""
    listed_at: float = 0.0
    """When that was, by the clock that only runs forward; 0 is never."""

    def documents(self) -> tuple[Version, ...]:
        """List the documents: not anew for each letter typed into the filter."""
        now = time.monotonic()
        if not self.listed_at or now - self.listed_at > _LISTED_SECONDS:
            client = documents_client()
            self.listed, self.listed_at = tuple(client.documents()), now
            self.dates = tuple(client.due())
        return self.listed

    def relist(self) -> None:
        """Have the list fetched anew, since something of it has changed."""
        self.listed_at, self.groups = 0.0, None

    def open(self, version_id: str) -> None:
        """Look a version over; what has come in by now is no news any more."""
        self.work = [work for work in self.work if not work.over]
        self.version_id, self.section = version_id, 0
        self.close_preview()
        self.relist()

    def close_preview(self) -> None:
        """Have the version fetched anew."""
        self.preview, self.shown, self.failure, self.remark = None, 0, None, ""


def book() -> Book:
    """What is open of the glossary."""
    found: Book = st.session_state.setdefault(_BOOK, Book())
    return found


def library() -> Library:
    """What is open among the documents."""
    found: Library = st.session_state.setdefault(_LIBRARY, Library())
    return found


def desk() -> Desk:
    """The conversation on the desk."""
    found: Desk = st.session_state.setdefault(_DESK, Desk())
    return found


def new_desk() -> None:
    """Start a new conversation."""
    st.session_state[_DESK] = Desk()


def search() -> Search:
    """The customer's search."""
    found: Search = st.session_state.setdefault(_SEARCH, Search())
    return found


def person() -> shapes.Person | None:
    """Who is signed in."""
    found: shapes.Person | None = st.session_state.get(_PERSON)
    return found


def enter(who: shapes.Person) -> None:
    """Sign somebody in on this session."""
    st.session_state[_PERSON] = who
    st.session_state.pop(_EXPIRED, None)


def leave(*, by_itself: bool = False) -> None:
    """Sign out; nothing of the work stays for whoever sits down next."""
    st.session_state.pop(_PERSON, None)
    st.session_state.pop(_DESK, None)
    st.session_state.pop(_LIBRARY, None)
    st.session_state.pop(_BOOK, None)
    st.session_state.pop(BOARD, None)
    for name in (
        "guidance",
        "revision",
        "answers",
        "cases",
        "evals",
        "insights",
        "inbox",
        "tasks",
        "about",
        "why",
        "rules",
        "record",
    ):
        st.session_state.pop(f"citedesk.{name}", None)
    st.session_state[_EXPIRED] = by_itself


def expired() -> bool:
    """Whether the last sign-in ended by itself."""
    return bool(st.session_state.get(_EXPIRED))


def asked_tab() -> bool:
    """Whether the browser's tab has already been asked for a kept sign-in."""
    return bool(st.session_state.get(_ASKED_TAB))


def tab_answered(answered: bool) -> None:
    """Note whether the tab needs no more asking."""
    st.session_state[_ASKED_TAB] = answered


@st.cache_resource(show_spinner=False)
def _pool() -> httpx.Client:
    # Both are set by the service that starts the screens.
    return connect(
        os.environ.get("CITEDESK_API_URL", "http://127.0.0.1:8000"),
        os.environ.get("CITEDESK_SCREEN_KEY", ""),
    )


def _visitor() -> str:
    # Streamlit gives no address for a visitor on the same machine.
    return st.context.ip_address or "this-machine"


def client() -> Client:
    """The service, as whoever is signed in."""
    who = person()
    return Client(_pool(), who.token if who else "", _visitor())


def documents_client() -> DocumentsClient:
    """The service's documents, as whoever is signed in."""
    who = person()
    return DocumentsClient(_pool(), who.token if who else "", _visitor())


def glossary_client() -> GlossaryClient:
    """The service's glossary, as whoever is signed in."""
    who = person()
    return GlossaryClient(_pool(), who.token if who else "", _visitor())


def lifecycle_client() -> LifecycleClient:
    """The service's releases, approved answers and notices, as whoever is signed in."""
    who = person()
    return LifecycleClient(_pool(), who.token if who else "", _visitor())


def as_person(kind: type[_Kind]) -> _Kind:
    """Some part of the service, as whoever is signed in."""
    who = person()
    return kind(_pool(), who.token if who else "", _visitor())


def tasks_client() -> TasksClient:
    """The service's tasks, as whoever is signed in."""
    who = person()
    return TasksClient(_pool(), who.token if who else "", _visitor())


def client_for(token: str) -> Client:
    """The service, with a token that is not yet known to be good."""
    return Client(_pool(), token, _visitor())


def words() -> texts.Texts:
    """The words of the language chosen, else of the URL, else of the browser."""
    return texts.load(language())


def language() -> str:
    """The code of the language shown."""
    chosen: str | None = st.session_state.get(_LANGUAGE)
    if chosen is None:
        chosen = texts.choose(st.query_params.get("lang"), st.context.locale)
        st.session_state[_LANGUAGE] = chosen
    return chosen


def speak(code: str) -> None:
    """Choose a language, and keep it in the URL so that a reload or a sent link keeps it."""
    st.session_state[_SWITCHED] = True
    st.session_state[_LANGUAGE] = texts.choose(code)
    st.query_params["lang"] = st.session_state[_LANGUAGE]


def keep_language_in_url() -> None:
    """Put a chosen language back in the URL, which a change of screen empties."""
    asked = st.query_params.get("lang")
    if asked is None and st.session_state.get(_SWITCHED):
        st.query_params["lang"] = language()


def set_pages(pages: Mapping[str, Any]) -> None:
    """Remember the screens by name, so that one can link to the other."""
    st.session_state[_PAGES] = dict(pages)


def page_to(name: str) -> Any:
    """A screen, to link to."""
    return st.session_state[_PAGES][name]


def keeps_documents(who: shapes.Person | None) -> bool:
    """Whether somebody may bring documents in and decide which are live."""
    return who is not None and who.role in _KEEPERS


def approves(who: shapes.Person | None) -> bool:
    """Whether somebody may fix answers as approved."""
    return who is not None and who.role in _APPROVERS
