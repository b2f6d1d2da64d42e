"""Who did what to a document, when and why: the newest first, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from ui import about_state, lifecycle_state
from ui.about_shapes import FIELDS, Act
from ui.about_state import About
from ui.client import Failure
from ui.documents_shapes import Correction, Preview
from ui.parts.documents.about import part, partner
from ui.texts import Texts

_PART = "history"
_FORCED = "force_"


@dataclass(frozen=True, slots=True)
class Around:
    """What an entry of the log names, as it is called."""

    corrections: Mapping[str, Correction]
    """By id; of a correction that is gone, or that may not be seen, only its kind is said."""
    title: Callable[[str], str]
    """A document's title by its id; empty where it may not be seen."""
    shown: Callable[[str], str]
    """A date of a release by the house's clock."""


def show(t: Texts, about: About, shown: Preview) -> None:
    """Draw what was done."""
    known = {correction.id: correction for correction in shown.corrections}
    with part.card(about, _PART, t("known.history")):
        if not about.acts:
            st.html(f'<div class="cd-empty">{escape(t("known.no_history"))}</div>')
            return
        around = Around(known, _title, lifecycle_state.clock().shown)
        st.html(markup(t, about.acts, around))
        if about.older:
            st.button(
                t("known.older"),
                key="older_acts",
                on_click=_older,
                args=(about.version_id, shown.version.document_id),
            )


def _older(version_id: str, document_id: str) -> None:
    about = about_state.about(version_id)
    try:
        acts, about.older = about_state.client().acts(document_id, about.older)
    except Failure as failure:
        about.failure, about.part = failure, _PART
        return
    about.acts += acts


def _title(document_id: str) -> str:
    found = partner.newest(document_id)
    return found.title if found else ""


def markup(t: Texts, acts: tuple[Act, ...], around: Around) -> str:
    """Draw what was done as HTML, everything escaped."""
    lines = []
    for act in acts:
        why = f"<q>{escape(t('known.why', reason=act.reason))}</q>" if act.reason else ""
        lines.append(
            f'<li data-action="{escape(act.action)}">{escape(said(t, act, around))}'
            f"<small>{escape(part.signed(t, act.by, act.at))}</small>{why}</li>"
        )
    return f'<ol class="cd-acts">{"".join(lines)}</ol>'


def said(t: Texts, act: Act, around: Around) -> str:
    """Say in words what was done; of what this screen does not know, its name."""
    kind = act.action.removeprefix(_FORCED)
    if kind in _SPOKEN:
        return _SPOKEN[kind](t, act, around)
    if kind in ("correct", "uncorrect"):
        return t(f"act.{kind}", what=_corrected(t, act, around.corrections.get(act.object_id)))
    other = t("act.some_document")
    if named := around.title(str(act.detail.get("with") or "")):
        other = t("act.document", title=named)
    outcome = t.named("conflict_state", str(act.detail.get("state") or ""))
    audience = t.named("audience", str(act.detail.get("audience") or ""))
    values = {
        "n": act.detail.get("number") or "?",
        "file": act.detail.get("file_name") or "",
        "document": other,
        "state": outcome,
        "audience": audience,
    }
    return t(f"act.{kind}", **values) if t.knows(f"act.{kind}") else t("act.other", name=kind)


def _published(t: Texts, act: Act, around: Around) -> str:
    starts, ends = str(act.detail.get("from") or ""), str(act.detail.get("to") or "")
    parts = [t("act.publish", n=act.detail.get("number") or "?")]
    if starts and starts[:16] > act.at[:16]:
        parts.append(t("act.from", at=around.shown(starts)))
    if ends:
        parts.append(t("act.to", at=around.shown(ends)))
    return t("act.comma").join(parts) + _broken(t, act)


def _withdrawn(t: Texts, act: Act, _: Around) -> str:
    return t("act.withdraw") + _broken(t, act)


def _rolled_back(t: Texts, act: Act, _: Around) -> str:
    return t("act.rollback", n=act.detail.get("number") or "?") + _broken(t, act)


def _broken(t: Texts, act: Act) -> str:
    # Of some, this person is told only how many.
    broke = len(act.detail.get("broke") or ()) + int(act.detail.get("broke_hidden") or 0)
    return t("act.comma") + t.counted("act.broke", broke) if broke else ""


def _care(t: Texts, act: Act, _: Around) -> str:
    told = act.detail
    parts = []
    if told.get("owner") != told.get("owner_before"):
        owner = str(told.get("owner") or "")
        parts.append(t("act.owner", name=owner) if owner else t("act.no_owner"))
    if told.get("review_days") != told.get("review_days_before"):
        days = int(told.get("review_days") or 0)
        every = t.counted("known.every_days", days) if days else t("known.never")
        parts.append(t("act.period", every=every))
    return t("act.semicolon").join(parts) or t("act.care")


def _applies(t: Texts, act: Act, _: Around) -> str:
    before, after = _map(act.detail, "before"), _map(act.detail, "after")
    changed = [
        t(
            "act.field",
            name=t.named("applies_field", name),
            before=before.get(name) or t("known.all"),
            after=after.get(name) or t("known.all"),
        )
        for name in FIELDS
        if before.get(name) != after.get(name)
    ]
    if changed:
        return t("act.applies", what=t("act.semicolon").join(changed))
    held = [f"{t.named('applies_field', name)} {after[name]}" for name in FIELDS if after.get(name)]
    return t("act.applies_kept", what=t("app.list_mark").join(held) or t("known.all"))


def _corrected(t: Texts, act: Act, correction: Correction | None) -> str:
    kind, page = str(act.detail.get("kind") or ""), act.detail.get("page")
    if correction is not None:
        text, level = correction.text, correction.level
        return t(f"correction.{kind}", text=text, level=level, page=page or "")
    if kind == "exclude_page":
        return t("correction.exclude_page", page=page or "")
    return t.named("act_correction", kind)


def _map(detail: Mapping[str, Any], name: str) -> Mapping[str, str]:
    found = detail.get(name)
    return found if isinstance(found, Mapping) else {}


_SPOKEN: dict[str, Callable[[Texts, Act, Around], str]] = {
    "publish": _published,
    "rollback": _rolled_back,
    "withdraw": _withdrawn,
    "care": _care,
    "applies": _applies,
}
"""What takes more than a sentence with gaps."""
