"""Shares, changes and values in words, as all insights say them."""

from __future__ import annotations

from html import escape

from ui.insights_shapes import Change, Share
from ui.texts import Texts

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
    did = t.named("insights_did", f"{one.kind}_{one.action}")
    if did == f"{one.kind}_{one.action}":
        did = t.named("insights_change", one.kind)
    about = t.named("rule_set", one.about) if one.kind == "rules" else one.about
    if one.number is not None and one.kind == "document" and about:
        about = t("insights.version", title=about, n=one.number)
    return f"{did} {about}".strip()
