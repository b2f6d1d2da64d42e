"""What a session remembers of releases, approved answers and notices."""

from __future__ import annotations

import time
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field

import streamlit as st

from ui import shapes, state
from ui.client import Failure
from ui.lifecycle_shapes import Approved, Diff, Impact, Notice
from ui.release_client import ReleaseClient
from ui.release_shapes import Clock, Standing

_REVISION = "citedesk.revision"
_SHEET = "citedesk.answers"
_INBOX = "citedesk.inbox"
_CLOCK = "citedesk.clock"
_ASKED_SECONDS = 20
"""Every click draws the bar at the top; what is new may be this late there."""


@dataclass
class Revision:
    """What somebody looks at of a version beside its text."""

    version_id: str
    view: str = "content"
    """content, changes or about."""
    views: int = 0
    """Another number is another control: one that is drawn already keeps what it shows."""
    diff: Diff | None = None
    shown: int = 0
    """How many more changes, or affected entries, were asked for."""
    step: str = ""
    """publish, roll_back or withdraw while that is being decided."""
    dated: bool = False
    """Whether the dates of a publication are being chosen."""
    starts: str | None = None
    """By the house's clock; empty for at once, None for what the version itself says."""
    ends: str | None = None
    standing: Standing | None = None
    """Where the document stood when this person looked at it."""
    work: Future[Impact] | None = None
    """What finds the impact out."""
    impact: Impact | None = None
    reason: str = ""
    sure: bool = False
    """Whether the first of two clicks was made."""
    failure: Failure | None = None

    def look_at(self, view: str) -> None:
        """Show a view, whatever the person chose before."""
        self.view, self.views = view, self.views + 1

    def begin(self, step: str, *, dated: bool = False) -> None:
        """Start to decide on a release, or stop with an empty step."""
        self.step, self.work, self.impact, self.failure = step, None, None, None
        self.dated, self.starts, self.ends = dated, None, None
        self.reason, self.sure, self.shown = "", False, 0
        if not step:
            self.standing = None

    def begin_dating(self) -> None:
        """Choose the dates of the publication that is being decided."""
        self.dated = True


@dataclass
class Sheet:
    """What somebody has open of the approved answers."""

    entry: Approved | None = None
    """The answer that is being rewritten; None for a new one."""
    forms: int = 0
    """How often the form was filled anew; a new number is a new form."""
    hits: tuple[shapes.Hit, ...] = ()
    picked: dict[str, shapes.Hit] = field(default_factory=dict)
    searched: bool = False
    shown: int = 0
    failure: Failure | None = None
    """Why what was done to an answer in the list did not succeed."""
    refused: Failure | None = None
    """Why what is in the form was not approved."""
    remark: str = ""
    """What the last step did, in words."""

    def open(self, entry: Approved | None) -> None:
        """Put an answer into the form, or empty it."""
        self.entry, self.failure, self.refused, self.remark = entry, None, None, ""
        self.hits, self.picked, self.searched = (), {}, False
        self.forms += 1


@dataclass
class Inbox:
    """What somebody is to know of and has not seen yet."""

    notices: tuple[Notice, ...] = ()
    asked_at: float = 0.0
    followed: int = 0
    """How often a question was followed from the list; a new number is a closed list."""

    def current(self) -> tuple[Notice, ...]:
        """Return the notices, fetched anew now and then."""
        now = time.monotonic()
        if not self.asked_at or now - self.asked_at > _ASKED_SECONDS:
            self.asked_at = now
            # The bar is drawn on every screen: without notices it is better than not at all.
            with suppress(Failure):
                self.notices = tuple(state.lifecycle_client().notices())
        return self.notices

    def ask_again(self) -> None:
        """Have the notices fetched anew, since a release may have made some."""
        self.asked_at = 0.0


def revision(version_id: str) -> Revision:
    """What is looked at of this version; of another one, nothing is kept."""
    found: Revision | None = st.session_state.get(_REVISION)
    if found is None or found.version_id != version_id:
        found = st.session_state[_REVISION] = Revision(version_id)
    return found


def standing(rev: Revision, document_id: str) -> Standing:
    """Where the document of a version stood when it was opened."""
    if rev.standing is None:
        rev.standing = state.as_person(ReleaseClient).standing(document_id)
    return rev.standing


def clock() -> Clock:
    """The house's clock; it is set where the service is, so it is asked for once."""
    found: Clock | None = st.session_state.get(_CLOCK)
    if found is None:
        found = st.session_state[_CLOCK] = state.as_person(ReleaseClient).clock()
    return found


def sheet() -> Sheet:
    """What is open of the approved answers."""
    found: Sheet = st.session_state.setdefault(_SHEET, Sheet())
    return found


def inbox() -> Inbox:
    """What there is to know of."""
    found: Inbox = st.session_state.setdefault(_INBOX, Inbox())
    return found
