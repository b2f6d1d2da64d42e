"""What a session remembers of what is known of a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from ui import state
from ui.about_client import AboutClient
from ui.about_shapes import Act, Known
from ui.client import Failure

_ABOUT = "citedesk.about"


@dataclass
class About:
    """What somebody has open of what is known of a document."""

    version_id: str
    known: Known | None = None
    acts: tuple[Act, ...] = ()
    older: str = ""
    """Where the acts begin that are not shown yet; empty where all are."""
    editing: bool = False
    """Whether what the version applies to is being changed."""
    lost: str = ""
    """Id of the section whose new place is being said."""
    forms: int = 0
    """How often a step succeeded; a new number is a new form."""
    failure: Failure | None = None
    """Why the last step did not succeed."""
    remark: str = ""
    """What the last step did, in words."""
    part: str = ""
    """Which part of the screen the last step was taken in."""

    def do(self, part: str, act: Callable[[], None], remark: str) -> None:
        """Take a step in a part of the screen, and say what it did; all is then fetched anew."""
        self.failure, self.remark, self.part = None, "", part
        try:
            act()
        except Failure as failure:
            # What was typed stays in the form.
            self.failure = failure
            return
        library = state.library()
        library.close_preview()
        library.relist()
        self.known, self.editing, self.lost = None, False, ""
        self.forms += 1
        self.remark = remark

    def edit(self, editing: bool) -> None:
        """Begin to change what the version applies to, or stop."""
        self.editing, self.failure, self.remark = editing, None, ""
        self.forms += 1

    def place(self, section_id: str) -> None:
        """Begin to say where a section stands now, or stop with an empty id."""
        self.lost, self.remark = section_id, ""


def about(version_id: str) -> About:
    """What is open of this version; of another one, nothing is kept."""
    found: About | None = st.session_state.get(_ABOUT)
    if found is None or found.version_id != version_id:
        found = st.session_state[_ABOUT] = About(version_id)
    return found


def client() -> AboutClient:
    """The service's knowledge of documents, as whoever is signed in."""
    return state.as_person(AboutClient)
