"""The way in: files with what is said of them, and how far each of them is."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import state
from ui.about_client import AboutClient
from ui.client import Failure
from ui.documents_shapes import Options, Work
from ui.identity_client import IdentityClient
from ui.parts import notice
from ui.parts.documents import unlock
from ui.texts import Texts

AUDIENCES = ("public", "internal")
_EVERY_S = 0.8
_AT_ONCE = 8
"""So many are asked after at a time; they are read in the order in which they came."""
_LISTED = 12
"""Of more files only those are listed that are being read, or need somebody."""


def show(library: state.Library) -> None:
    """Draw the form and the files on their way."""
    t = state.words()
    st.html(f'<div class="cd-h">{escape(t("upload.title"))}</div>')
    with st.form("upload", border=False):
        # A new number is a new field: the files handed in are not handed in twice.
        st.file_uploader(
            t("upload.files"),
            accept_multiple_files=True,
            key=f"upload_files_{library.uploads}",
            help=t("upload.same_name"),
        )
        st.segmented_control(
            t("upload.audience"),
            (*AUDIENCES, *_groups(library)),
            default="public",
            required=True,
            format_func=lambda name: t.named("audience", name),
            key="upload_audience",
            width="stretch",
        )
        product, model = st.columns(2, gap="small")
        product.text_input(t("conversation.product"), key="upload_product")
        model.text_input(t("conversation.model"), key="upload_model")
        st.text_input(
            t("upload.password"),
            # Emptied with the files: a password is asked for anew rather than kept.
            key=f"upload_password_{library.uploads}",
            type="password",
            help=t("upload.password_help"),
        )
        st.checkbox(t("upload.draft"), value=True, key="upload_draft", help=t("upload.draft_help"))
        st.form_submit_button(
            t("upload.submit"),
            key="upload_submit",
            type="primary",
            on_click=_handed_in,
            width="stretch",
        )
    if library.remark == "upload.need_files":
        st.html(f'<div class="cd-band warn" role="alert">{escape(t(library.remark))}</div>')
    progress(library)


def _groups(library: state.Library) -> tuple[str, ...]:
    if library.groups is None:
        who = state.person()
        client = state.as_person(AboutClient)
        try:
            library.groups = client.groups(keeps_accounts=bool(who and who.role == "admin"))
        except Failure as failure:
            if failure.signed_out or failure.unreachable:
                raise
            library.groups = ()
    return library.groups


def _handed_in() -> None:
    library = state.library()
    files = st.session_state.get(f"upload_files_{library.uploads}") or []
    if not files:
        library.remark = "upload.need_files"
        return
    library.remark, library.work = "", [work for work in library.work if not work.over]
    options = Options(
        audience=st.session_state["upload_audience"],
        product=st.session_state["upload_product"].strip(),
        model=st.session_state["upload_model"].strip(),
        draft=bool(st.session_state["upload_draft"]),
        password=st.session_state[f"upload_password_{library.uploads}"],
    )
    client = state.documents_client()
    for file in files:
        try:
            library.work += client.upload(file.name, file.getvalue(), options)
        except Failure as failure:
            # One bad file never stops the rest.
            library.work.append(Work(file.name, state="failed", error=failure))
    library.uploads += 1
    library.relist()


def progress(library: state.Library) -> None:
    """Draw how far the files are, again and again until all have come in."""
    if library.work:
        running = any(not work.over for work in library.work)
        st.fragment(_progress, run_every=_EVERY_S if running else None)()


def _progress() -> None:
    t, library = state.words(), state.library()
    running = [work for work in library.work if not work.over]
    client = state.documents_client()
    for work in running[:_AT_ONCE]:
        try:
            client.follow(work)
            work.looks_like = _likeness(work)
        except Failure as failure:
            if not failure.unreachable:
                work.state, work.error = "failed", failure
    with st.container(key="work"):
        if len(library.work) > _LISTED:
            done = sum(work.over for work in library.work)
            said = t("upload.of_many", done=done, n=len(library.work))
            st.html(f'<div class="cd-work"><b>{escape(said)}</b></div>')
        for work in _listed(library.work):
            _one(t, work, library)
    if running and all(work.over for work in library.work):
        library.relist()
        _open_what_came(library)
        st.rerun()


def _likeness(work: Work) -> str:
    """The document whose next version a file that came in may be."""
    if work.state != "done":
        return ""
    found = state.as_person(IdentityClient).identity(work.version_id).looks_like
    return found[0].title if found else ""


def _listed(works: list[Work]) -> list[Work]:
    if len(works) <= _LISTED:
        return works
    waiting = [work for work in works if not work.over][:_AT_ONCE]
    return [w for w in works if w in waiting or w.state == "failed" or w.looks_like]


def _open_what_came(library: state.Library) -> None:
    """Open the preview of a file that came in alone; several stay in the list."""
    came = [work for work in library.work if work.state == "done"]
    if len(library.work) == 1 and came:
        library.work = []
        library.open(came[0].version_id)


def _one(t: Texts, work: Work, library: state.Library) -> None:
    if work.needs_password:
        unlock.show(library, work)
        return
    if work.state == "failed":
        st.html(f'<div class="cd-work"><b>{escape(work.name)}</b></div>')
        st.html(notice.markup(t, work.error or Failure("INTERNAL")))
        return
    said = t.named("stage", "done" if work.state == "done" else work.stage or work.state)
    if work.stage == "unchanged":
        said = t("stage.unchanged")
    label = f"{work.name} · {said}"
    if work.over:
        st.html(f'<div class="cd-work">✓ {escape(label)}</div>')
        _may_be_next(t, work, library)
    else:
        # Names hold characters that Markdown would take for its own.
        st.html(f'<div class="cd-work">{escape(label)}</div>')
        st.progress(min(1.0, max(0.02, work.progress)))


def _may_be_next(t: Texts, work: Work, library: state.Library) -> None:
    if work.looks_like:
        said = t("identity.short", title=work.looks_like)
        st.html(f'<div class="cd-band warn">{escape(said)}</div>')
        if st.button(t("identity.look"), key=f"decide_{work.version_id}", type="tertiary"):
            library.open(work.version_id)
            # Drawn in a fragment, which alone would be drawn anew.
            st.rerun()
