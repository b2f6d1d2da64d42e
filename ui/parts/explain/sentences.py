"""A search in plain sentences, for whoever knows nothing of ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ui.explain_shapes import BELOW_TOP, Dropped, Explanation
from ui.texts import Texts

_LEADS = 0.6
"""A way of searching with this share decided alone."""
_DOUBTED = 0.1
"""One with less was hardly believed."""
_OF_A_PASSAGE = {"duplicate", "merged"}
"""Reasons that name the passage which stands in."""


def understood(t: Texts, one: Explanation) -> Iterator[str]:
    """Say what the question was taken to be."""
    asked = one.understood
    if asked.small_talk:
        yield t("explain.small_talk")
        return
    yield t("explain.understood", query=one.query or asked.question)
    if asked.context:
        yield t("explain.context", context=asked.context)
    if asked.subjects:
        yield t("explain.subjects", subjects=_listed(t, asked.subjects))
    if asked.exact:
        yield t("explain.exact", exact=_listed(t, asked.exact))
    for term, names in asked.expanded:
        yield t("explain.expanded", term=term, names=_listed(t, names))
    if one.cached:
        yield t("explain.cached")


def searched(t: Texts, one: Explanation) -> Iterator[str]:
    """Say by which ways passages were found, and which of them was believed."""
    if not one.routes:
        return
    found = (
        _counted(t, "explain.route_found", r.found, route=_route(t, r.name)) for r in one.routes
    )
    yield t("explain.routes", routes=t("explain.comma").join(found))
    best = max(one.routes, key=lambda route: route.share)
    if len(one.routes) > 1 and best.share >= _LEADS:
        yield t("explain.route_leads", route=_route(t, best.name), percent=round(best.share * 100))
    doubted = [_route(t, r.name) for r in one.routes if r.found and r.share < _DOUBTED]
    if doubted:
        yield t("explain.route_doubted", routes=_listed(t, doubted))


def changed(t: Texts, one: Explanation) -> Iterator[str]:
    """Say what the second stage made of the order."""
    looked = [c for c in one.candidates if c.reranked is not None]
    if not looked:
        return
    # Passages that it did not look at took no part in its order.
    before = {c.chunk_id: at for at, c in enumerate(sorted(looked, key=lambda c: c.fused), 1)}
    moved = sum(before[c.chunk_id] != c.reranked for c in looked)
    first = min(looked, key=lambda c: c.reranked or 0)
    if not moved:
        yield t("explain.not_moved")
    elif before[first.chunk_id] == 1:
        yield _counted(t, "explain.moved", moved)
    else:
        yield _counted(t, "explain.moved_up", moved, before=before[first.chunk_id])


def left_out(t: Texts, one: Explanation) -> Iterator[str]:
    """Say how many passages were left out, and why."""
    total = sum(count for reason, count in one.left_out.items() if reason != BELOW_TOP)
    if total:
        reasons = t("explain.comma").join(_reasons(t, one))
        yield _counted(t, "explain.left_out", total, reasons=reasons)
    if below := one.left_out.get(BELOW_TOP, 0):
        yield _counted(t, "explain.below_top", below)


def why_not(t: Texts, one: Explanation, dropped: Dropped) -> str:
    """Say of a single passage why it is not shown."""
    return _exactly(t, one, dropped) or _roughly(t, dropped.reason)


def _reasons(t: Texts, one: Explanation) -> Iterator[str]:
    """The reasons, each with how many: first those that are known exactly, then the rest."""
    for reason, count in one.left_out.items():
        if reason == BELOW_TOP:
            continue
        told = Counter(_exactly(t, one, d) for d in one.dropped if d.reason == reason)
        del told[""]
        for said, times in told.items():
            yield t("explain.counted", n=times, what=said)
        if (rest := count - told.total()) > 0:
            yield t("explain.counted", n=rest, what=_roughly(t, reason))


def _exactly(t: Texts, one: Explanation, dropped: Dropped) -> str:
    """The reason with the passage or the thing that it names; empty where it names none."""
    place = one.shown_as(dropped.detail) if dropped.detail else None
    if place is not None and dropped.reason in _OF_A_PASSAGE:
        return t(f"explain.place_{dropped.reason}", place=place)
    if dropped.detail and dropped.reason == "not_applicable":
        return t("explain.drop_other", detail=dropped.detail)
    return ""


def _roughly(t: Texts, reason: str) -> str:
    return t.named("explain", f"drop_{reason}")


def _counted(t: Texts, name: str, count: int, **values: object) -> str:
    return t(f"{name}_one" if count == 1 else name, n=count, **values)


def _route(t: Texts, name: str) -> str:
    return t.named("route", name)


def _listed(t: Texts, names: tuple[str, ...] | list[str]) -> str:
    return t("app.list_mark").join(names)
