"""The command that says why a draft rests on what it rests on, and how that is printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer

from service.cli.output import emit_json, say, short, table
from service.cli.session import backend

_WHY = {
    "not_live": "not live, or for other people",
    "not_applicable": "about something else",
    "duplicate": "the same words as another",
    "merged": "joined to the passage beside it",
    "below_top": "others are better",
}
_TITLE = 34


def attach(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(explain)


def explain(
    draft_id: str,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say why a draft was made from its passages, as it was when it was drafted."""
    with backend() as house:
        found = house.call("GET", f"/v1/drafts/{draft_id}/explanation")
    if as_json:
        emit_json(found)
        return
    say(f"{found['draft_id']}, drafted {found['at'][:19]}: {short(found['question'])}")
    if found["approved"]:
        say("An approved answer was given; the passages below were found beside it.")
    if found["explanations"] is None:
        say("This draft was made before explanations were kept.")
        return
    print_explanations(found)


def print_explanations(found: Mapping[str, Any]) -> None:
    """Print explanations for people."""
    for number, one in enumerate(found["explanations"], 1):
        say()
        if len(found["explanations"]) > 1:
            say(f"Question {number} of {len(found['explanations'])}: {one['query']}")
        for line in _understood(one):
            say(line)
        _search(one)
    if found["hidden"]:
        say(f"{_passages(found['hidden'])} may not be shown to you.")


def _understood(one: Mapping[str, Any]) -> Iterator[str]:
    asked = one["understood"]
    if asked["small_talk"]:
        yield f"Understood as {asked['small_talk']}: nothing was looked up."
        return
    yield f"Understood as: {one['query'] or asked['question']}"
    named = {
        "From earlier messages": [asked["context"]],
        "About": asked["subjects"],
        "Looked up as written": asked["exact"],
    }
    for what, values in named.items():
        if any(values):
            yield f"{what}: {', '.join(values)}"
    for term in asked["expanded"]:
        yield f"Also looked for, beside {term['term']}: {', '.join(term['names'])}"


def _search(one: Mapping[str, Any]) -> None:
    if one["understood"]["small_talk"]:
        return
    if one["confidence"] is not None:
        say(f"The passages answer the question with a likelihood of {one['confidence']:.0%}.")
    if one["cached"]:
        say("An earlier search of the same question was used again.")
    say()
    routes = [route["name"] for route in one["routes"]]
    table(
        [
            (r["name"], str(r["found"]), f"{r['trust']:.0%}", f"{r['ms']:.0f}")
            for r in one["routes"]
        ],
        ("route", "found", "share", "ms"),
    )
    say()
    moved = _after_reranking(one["candidates"])
    table(
        [_row(candidate, routes, moved) for candidate in one["candidates"]],
        ("shown", "passage", *routes, "fused", *(["reranked"] if moved else []), "because of"),
    )
    _dropped(one)


def _row(
    candidate: Mapping[str, Any], routes: Sequence[str], moved: Mapping[str, str]
) -> tuple[str, ...]:
    places = [candidate["routes"].get(name) for name in routes]
    page = f", p. {candidate['page']}" if candidate["page"] else ""
    heading = candidate["headings"][-1] if candidate["headings"] else ""
    name = heading if heading and heading != candidate["title"] else candidate["title"]
    strongest = sorted(candidate["evidence"].items(), key=lambda item: -abs(item[1]))[:3]
    return (
        str(candidate["rank"] or "-"),
        short(name, _TITLE) + page,
        *(str(place["rank"]) if place else "-" for place in places),
        str(candidate["fused_rank"]),
        *([moved.get(candidate["chunk_id"], "-")] if moved else []),
        ", ".join(f"{feature} {added:+.1f}" for feature, added in strongest),
    )


def _after_reranking(candidates: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The place that the second stage gave each passage it looked at; empty without one."""
    looked = [one for one in candidates if one["reranked_score"] is not None]
    looked.sort(key=lambda one: -one["reranked_score"])
    return {one["chunk_id"]: str(place) for place, one in enumerate(looked, 1)}


def _dropped(one: Mapping[str, Any]) -> None:
    left_out = {reason: n for reason, n in one["left_out"].items() if reason != "below_top"}
    if below := one["left_out"].get("below_top"):
        say(f"{_passages(below)} came after these.")
    if not left_out:
        return
    places = {c["chunk_id"]: f"passage {c['rank']}" for c in one["candidates"] if c["rank"]}
    say()
    say(f"Left out: {_passages(sum(left_out.values()))}.")
    for reason, count in left_out.items():
        say(f"  {_WHY.get(reason, reason)}: {count}")
        for dropped in one["dropped"]:
            if dropped["reason"] == reason:
                said = places.get(dropped["detail"], dropped["detail"])
                detail = f" ({said})" if said else ""
                say(f"    {short(dropped['title'])}{detail}")


def _passages(count: int) -> str:
    return "1 passage" if count == 1 else f"{count} passages"
