"""Shares, changes and values in words, as all insights say them."""

from __future__ import annotations

import re
from html import escape

from ui.insights_shapes import Change, Share
from ui.parts.evals import wording as runs
from ui.texts import Texts

_MARK = re.compile(r"[0-9a-f]{16}")

FEW = 20
"""A share of fewer drafts than this is drawn as uncertain."""


def percent(share: float | None) -> str:
    """Return a share in percent; a dash of nothing."""
    return "–" if share is None else f"{share:.0%}"


def cell(t: Texts, share: Share) -> str:
    """Draw a share with how many it is of; pale where these are few."""
    if share.share is None:
        return '<span class="cd-few">–</span>'
    few = ' class="cd-few"' if share.of < FEW else ""
    told = t("insights.interval", low=percent(share.low), high=percent(share.high))
    return (
        f'<span{few} title="{escape(told)}">{percent(share.share)}'
        f"<small>n={share.of:,}</small></span>"
    )


def of_all(t: Texts, share: Share) -> str:
    """Say a share as so many of so many."""
    return t("insights.of", share=percent(share.share), k=f"{share.count:,}", n=f"{share.of:,}")


def sort(t: Texts, name: str) -> str:
    """Say what an edit was for."""
    return t("insights.unsorted") if name == "unsorted" else t.named("case_sort", name)


def place(title: str, headings: tuple[str, ...]) -> str:
    """Say where something stands; many documents repeat their title as first heading."""
    rest = headings[1:] if headings and headings[0].strip() == title.strip() else headings
    return " › ".join(filter(None, (title, *rest)))


def value(t: Texts, trait: str, name: str) -> str:
    """Say a value of a trait."""
    if not name:
        return t("insights.no_value")
    match trait:
        case "language":
            return t.named("written_in", name)
        case "channel":
            return t.named("channel", name)
        case "drafter":
            return t.named("drafted_by", name)
        case _:
            return name


def change(t: Texts, one: Change) -> str:
    """Say what was changed."""
    name = f"insights_did.{one.kind}_{one.action}"
    about = one.about
    if one.kind == "rules":
        about = t.named("rule_set", one.about)
    elif one.kind == "document" and about and one.number is not None:
        about = t("insights.version", title=about, n=one.number)
    elif one.differs:
        about = t("insights.apart").join(_differing(t, *each) for each in one.differs)
    if not t.knows(name):
        return f"{t.named('insights_change', one.kind)} {about}".strip()
    if one.count == 1 and t.knows(f"{name}_one"):
        name = f"{name}_one"
    return t(name, about=about, n=about if one.count is None else one.count)


def _differing(t: Texts, name: str, before: str, after: str) -> str:
    said = runs.changed(t, name)
    if any(_MARK.fullmatch(value) for value in (before, after)):
        # What files come to as one number tells nobody anything.
        return said
    return t("insights.differs", name=said, before=_set(t, before), after=_set(t, after))


def _set(t: Texts, value: str) -> str:
    """Say what something of the configuration is."""
    kind, _, number = value.partition(" ")
    if kind == "tuned" and number:
        return t("insights.tuned", n=number)
    return t.named("insights_set", value.lower()) if value in ("True", "False") else value or "–"
