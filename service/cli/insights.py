"""Commands for insights: accuracy over time, gaps, coverage."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from service.cli.output import emit_json, say, short, table
from service.cli.session import backend

JSON = typer.Option("--json", help="Print one JSON object.")
DAYS = typer.Option(help="Of so many days.")
_MEASURES = ("accepted", "edited", "flagged", "refused", "clarify")


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(
        help="How drafts fare over time, what finds nothing, what no case touches.",
        no_args_is_help=True,
    )
    group.command("accuracy")(accuracy)
    group.command("gaps")(gaps)
    group.command("gap")(gap)
    group.command("task")(task)
    group.command("coverage")(coverage)
    app.add_typer(group, name="insights")


def accuracy(
    by: Annotated[
        str, typer.Option(help="Tell apart by language, product, channel or drafter.")
    ] = "",
    days: Annotated[bool, typer.Option("--days", help="Day by day, not week by week.")] = False,
    count: Annotated[int | None, typer.Option(help="So many weeks or days up to today.")] = None,
    language: Annotated[str | None, typer.Option(help="Of this language alone.")] = None,
    product: Annotated[str | None, typer.Option(help="Of this product alone.")] = None,
    channel: Annotated[str | None, typer.Option(help="Of this channel alone.")] = None,
    drafter: Annotated[str | None, typer.Option(help="Of this drafter alone.")] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show what became of drafts over time, where they became worse, and what was changed then."""
    given = {
        "by": by or None,
        "language": language,
        "product": product,
        "channel": channel,
        "drafter": drafter,
        "count": count,
    }
    asked: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    asked["step"] = "day" if days else "week"
    with backend() as house:
        found = house.call("GET", "/v1/insights/accuracy", params=asked)
    if as_json:
        emit_json(found)
        return
    rows = [(one["label"], *_shares(one)) for one in found["periods"]]
    rows += [(f"{by}: {one['value'] or '-'}", *_shares(one["total"])) for one in found["values"]]
    table(rows, ("", "drafts", *_MEASURES))
    for fall in found["falls"]:
        _fall(fall)


def gaps(
    days: Annotated[int, DAYS] = 60,
    least: Annotated[int, typer.Option(help="Asked so often or more.")] = 2,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List what keeps finding nothing, what is asked most first."""
    with backend() as house:
        found = house.call("GET", "/v1/insights/gaps", params={"days": days, "least": least})
    if as_json:
        emit_json(found)
        return
    rows = [
        (
            one["id"],
            str(one["count"]),
            one["last"][:10],
            (one["task"] or {}).get("state", ""),
            short(one["name"], 50),
        )
        for one in found["gaps"]
    ]
    table(rows, ("gap", "asked", "last", "task", "question"))


def gap(
    gap_id: Annotated[str, typer.Argument(help="Id of a gap.")],
    days: Annotated[int, DAYS] = 60,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show a gap: how it is asked, which passages are nearest, and what to write."""
    with backend() as house:
        found = house.call("GET", f"/v1/insights/gaps/{gap_id}", params={"days": days})
    if as_json:
        emit_json(found)
        return
    say(f"{found['name']}  ({found['count']}, {found['first'][:10]} to {found['last'][:10]})")
    for one in found["asked"]:
        say(f"asked      {one['question']} ({one['count']})")
    for hit in found["near"]:
        say(f"near       {_place(hit)}: {short(hit['text'])}")
    say(f"write      {_place(found['outline']) or 'a document of its own'}")
    for point in found["outline"]["points"]:
        say(f"  {point['aspect']:10}{' / '.join(point['questions'])}")
    if found["answered_now"]:
        say("The documents answer it by now.")


def task(
    gap_id: Annotated[str, typer.Argument(help="Id of a gap.")],
    days: Annotated[int, DAYS] = 60,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Make a gap a task; it closes itself when a document answers it."""
    with backend() as house:
        done = house.call("POST", f"/v1/insights/gaps/{gap_id}/task", params={"days": days})
    if as_json:
        emit_json(done)
        return
    say(f"{done['id']} is {done['state']}, due {done['due_at'][:10]}.")


def coverage(
    document: Annotated[str, typer.Option(help="Id of a document: show its sections.")] = "",
    days: Annotated[int, DAYS] = 60,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show which live documents no case touches, and which are much cited in flagged drafts."""
    path = f"/v1/insights/coverage/{document}" if document else "/v1/insights/coverage"
    with backend() as house:
        found = house.call("GET", path, params={"days": days})
    if as_json:
        emit_json(found)
    elif document:
        rows = [
            (_touched(one), str(one["cited"]), " > ".join(one["headings"]))
            for one in found["sections"]
        ]
        table(rows, ("touched", "cited", "section"))
    else:
        _documents(found)


def _documents(found: dict[str, Any]) -> None:
    rows = [
        (
            one["document_id"],
            _touched(one),
            str(one["cases"]),
            str(one["cited"]),
            short(one["title"], 40),
        )
        for one in found["documents"]
    ]
    table(rows, ("document", "touched", "cases", "cited", "title"))
    for one in found["flagged"]:
        say(
            f"flagged    {one['title']}: {one['flagged']} of {one['judged']}, "
            f"{one['expected']:.1f} expected (p {one['chance']:.3f})"
        )


def _touched(one: dict[str, Any]) -> str:
    return f"{one['touched']}/{one['passages']}"


def _place(one: dict[str, Any]) -> str:
    return " > ".join(filter(None, [one["title"], *one["headings"]]))


def _shares(count: dict[str, Any]) -> tuple[str, ...]:
    return str(count["drafts"]), *(_share(count["shares"][name]) for name in _MEASURES)


def _share(found: dict[str, Any]) -> str:
    if found["share"] is None:
        return "-"
    return f"{found['share']:.0%} of {found['of']}"


def _fall(fall: dict[str, Any]) -> None:
    value = f" ({fall['value']})" if fall["value"] else ""
    say(f"{fall['period']}{value} is worse than {fall['since']} to {fall['good']}:")
    for one in fall["moved"]:
        moved = f"{_share(one['before'])} -> {_share(one['after'])}"
        say(f"  {one['measure']:10}{moved} (p {one['chance']:.4f})")
    for one in fall["suspects"][:5]:
        moved = f"{_share(one['before'])} -> {_share(one['after'])}"
        what = " ".join(filter(None, [one["kind"], one["action"], one["about"]]))
        say(f"  suspect   {one['at'][:16]} {what}: {one['basis']} {moved}")
