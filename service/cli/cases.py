"""Commands for the cases that verdicts become."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from service.cli.output import emit_json, say, short, table
from service.cli.session import backend

JSON = typer.Option("--json", help="Print one JSON object.")
CASE = typer.Argument(help="Id of a case.")
WHY = typer.Option(help="Why.")
_PAGE = 500


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(
        help="The cases that edits and flags become: proposed, approved, retired.",
        no_args_is_help=True,
    )
    group.command("list")(listed)
    group.command("show")(show)
    group.command("propose")(propose)
    group.command("approve")(approve)
    group.command("edit")(edit)
    group.command("discard")(discard)
    group.command("retire")(retire)
    group.command("vote")(vote)
    group.command("agreement")(agreement)
    app.add_typer(group, name="cases")


def listed(
    status: Annotated[
        str, typer.Option(help="proposed, approved, retired or discarded; empty for all.")
    ] = "proposed",
    sort: Annotated[
        str, typer.Option(help="fact, policy, applicability, step, tone, form or style.")
    ] = "",
    owner: Annotated[str, typer.Option(help="Of this person alone.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List cases, the oldest first."""
    asked = {"status": status, "sort": sort, "owner": owner}
    wanted = {name: value for name, value in asked.items() if value}
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    with backend() as house:
        while cursor is not None:
            page = house.call(
                "GET", "/v1/cases", params={**wanted, "cursor": cursor, "limit": _PAGE}
            )
            found += page["cases"]
            cursor = page["cursor"]
    if as_json:
        emit_json({"cases": found})
        return
    # A narrow terminal must not cut the ids: they are what the other commands take.
    rows = [
        (
            case["id"],
            case["sort"] if status else f"{case['status']} {case['sort']}",
            case["owner"],
            short(case["question"], 40),
        )
        for case in found
    ]
    table(rows, ("case", "sort", "owner", "question"))


def show(case_id: Annotated[str, CASE], as_json: Annotated[bool, JSON] = False) -> None:
    """Show a case with what was drafted and what was made of it."""
    with backend() as house:
        found = house.call("GET", f"/v1/cases/{case_id}")
    if as_json:
        emit_json(found)
        return
    say(f"{found['id']}  {found['status']}  {found['origin']}  revision {found['revision']}")
    for turn in found["history"]:
        say(f"  {turn['role']}: {turn['text']}")
    say(f"question   {found['question']}")
    say(f"reference  {found['reference']}")
    for passage in found["expected"]:
        page = f", page {passage['page']}" if passage["page"] else ""
        say(f"expects    {passage['quote']} ({passage['document']}{page})")
    for draft in found["drafts"]:
        say(f"drafted    {draft['answer']}")
        if draft["reason"]:
            say(f"flagged    {draft['reason']}: {draft['note']}")
    for source in found["sources"]:
        for one in source["shown"]:
            say(f"{one['sort']:14}{one['before']} -> {one['after']}")
    for given in found["votes"]:
        say(f"vote       {given['by']}: {given['vote']} {given['note']}")


def propose(
    verdict_id: Annotated[str, typer.Argument(help="Id of a verdict.")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Propose a case from a verdict; edits and flags propose theirs by themselves."""
    with backend() as house:
        done = house.call("POST", f"/v1/verdicts/{verdict_id}/case")
    _said(done, as_json)


def approve(case_id: Annotated[str, CASE], as_json: Annotated[bool, JSON] = False) -> None:
    """Let a case count in the suite of approved cases."""
    _moved(case_id, "approve", "", as_json)


def edit(
    case_id: Annotated[str, CASE],
    question: Annotated[str | None, typer.Option(help="What the customer asks.")] = None,
    reference: Annotated[str | None, typer.Option(help="A right answer.")] = None,
    sort: Annotated[
        str | None, typer.Option(help="fact, policy, applicability, step, tone, form or style.")
    ] = None,
    difficulty: Annotated[str | None, typer.Option(help="easy, medium or hard.")] = None,
    tag: Annotated[
        list[str] | None, typer.Option(help="Its tags, in place of those so far.")
    ] = None,
    owner: Annotated[str | None, typer.Option(help="Who deals with it; empty for nobody.")] = None,
    passage: Annotated[
        list[str] | None,
        typer.Option(help="Id of a passage, as citedesk search gives it, to be expected too."),
    ] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Change what a case says."""
    given: dict[str, Any] = {
        "question": question,
        "reference": reference,
        "sort": sort,
        "difficulty": difficulty,
        "tags": tag,
        "owner": owner,
    }
    with backend() as house:
        held = house.call("GET", f"/v1/cases/{case_id}")
        if passage:
            kept = [{"document": e["document"], "quote": e["quote"]} for e in held["expected"]]
            given["expected"] = [*kept, *({"chunk_id": one} for one in passage)]
        revision = held["revision"]
        said = {name: value for name, value in given.items() if value is not None}
        done = house.call("PUT", f"/v1/cases/{case_id}", json={"revision": revision, **said})
    _said(done, as_json)


def discard(
    case_id: Annotated[str, CASE],
    why: Annotated[str, WHY] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Say that a proposed case is none."""
    _moved(case_id, "discard", why, as_json)


def retire(
    case_id: Annotated[str, CASE],
    why: Annotated[str, WHY] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Let an approved case count no more."""
    _moved(case_id, "retire", why, as_json)


def vote(
    case_id: Annotated[str, CASE],
    choice: Annotated[str, typer.Argument(help="approve or discard.")],
    note: Annotated[str, typer.Option(help="What you have to say of it.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Say as a reviewer what should become of a case."""
    with backend() as house:
        done = house.call("POST", f"/v1/cases/{case_id}/vote", json={"vote": choice, "note": note})
    _said(done, as_json)


def agreement(as_json: Annotated[bool, JSON] = False) -> None:
    """Show how far every two reviewers agree beyond chance (Cohen's kappa)."""
    with backend() as house:
        found = house.call("GET", "/v1/cases/agreement")
    if as_json:
        emit_json(found)
        return
    rows = [
        (
            " and ".join(pair["reviewers"]),
            str(pair["cases"]),
            str(pair["agreed"]),
            "-" if pair["kappa"] is None else f"{pair['kappa']:.3f}",
            " ".join(pair["disputed"][:5]),
        )
        for pair in found["pairs"]
    ]
    table(rows, ("reviewers", "cases", "agreed", "kappa", "disputed"))


def _moved(case_id: str, step: str, why: str, as_json: bool) -> None:
    with backend() as house:
        done = house.call("POST", f"/v1/cases/{case_id}/{step}", json={"why": why})
    _said(done, as_json)


def _said(done: dict[str, Any], as_json: bool) -> None:
    if as_json:
        emit_json(done)
    else:
        say(f"{done['id']} is {done['status']}.")
