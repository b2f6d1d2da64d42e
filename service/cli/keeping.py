"""Commands for keeping documents: review, owners, what comes near, who did what, health."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from service.cli.output import emit_json, say, table, tell
from service.cli.session import backend

JSON = typer.Option("--json", help="Print one JSON object.")
REASON = typer.Option(help="Why; kept in the audit.")


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(submit)
    app.command("send-back")(send_back)
    app.command()(due)
    app.command()(audit)
    app.command()(doctor)
    app.add_typer(_document(), name="document")


def submit(
    version_id: str,
    reason: Annotated[str, REASON] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Hand a draft over for review; publishing it approves it."""
    with backend() as house:
        done = house.call("POST", f"/v1/versions/{version_id}/submit", json={"reason": reason})
    _version(done, "in review", as_json)


def send_back(
    version_id: str,
    reason: Annotated[str, typer.Option(help="What is to be mended.")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Make a version under review a draft again."""
    with backend() as house:
        done = house.call("POST", f"/v1/versions/{version_id}/send-back", json={"reason": reason})
    _version(done, "a draft again", as_json)


def due(
    days: Annotated[int, typer.Option(help="How many days to look ahead.")] = 30,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List what expires or must be reviewed soon, or is past it."""
    with backend() as house:
        found = house.call("GET", "/v1/due", params={"days": days})
    if as_json:
        emit_json(found)
        return
    table(
        [
            (d["at"][:16], "past" if d["overdue"] else "", d["kind"], d["owner"], d["title"])
            for d in found["due"]
        ],
        ("when", "", "what", "owner", "document"),
    )


def audit(
    document_id: Annotated[str, typer.Argument(help="Of this document alone.")] = "",
    limit: Annotated[int, typer.Option(help="How many, the newest first.")] = 100,
    cursor: Annotated[str, typer.Option(help="Go on after the page that gave this.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List who did what, when and why, the newest first."""
    asked = {"document_id": document_id, "limit": limit, "cursor": cursor}
    with backend() as house:
        found = house.call("GET", "/v1/audit", params=asked)
    if as_json:
        emit_json(found)
        return
    table(
        [
            (e["at"][:19], e["by"], e["action"].replace("_", " "), e["object_id"], e["reason"])
            for e in found["entries"]
        ],
        ("when", "who", "what", "to", "why"),
    )


def doctor(
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended.")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Examine records, files, indexes and the installation, and say what is wrong."""
    from service.doctor import examine
    from service.settings import load_settings
    from service.startup import log_to_stderr

    settings, _ = load_settings()
    log_to_stderr(settings.log_level, masked=settings.mask_personal_data)
    report = examine(settings, fix=fix)
    if as_json:
        emit_json(report)
    else:
        for finding in report["findings"]:
            what = "mended" if finding["mended"] else finding["severity"]
            say(f"{what}[{finding['code']}]: {finding['message']} {finding['hint']}".strip())
        say("Nothing is wrong." if report["ok"] else "Something is wrong.")
    if not report["ok"]:
        if as_json:
            tell("error[DOCTOR]: Something is wrong. The findings say what to do.")
        raise typer.Exit(1)


def _document() -> typer.Typer:
    room = typer.Typer(help="Owners and reviews.", no_args_is_help=True)

    @room.command("set")
    def set_care(
        document_id: str,
        owner: Annotated[str | None, typer.Option(help="Who answers for it.")] = None,
        review_days: Annotated[
            int | None,
            typer.Option(help="Days after which somebody must look at it again; 0: never."),
        ] = None,
        reason: Annotated[str, REASON] = "",
        as_json: Annotated[bool, JSON] = False,
    ) -> None:
        """Set a document's owner and its review period."""
        body = {"owner": owner, "review_days": review_days, "reason": reason}
        with backend() as house:
            done = house.call("PATCH", f"/v1/documents/{document_id}", json=body)
        _care(done, as_json)

    @room.command()
    def reviewed(
        document_id: str,
        reason: Annotated[str, REASON] = "",
        as_json: Annotated[bool, JSON] = False,
    ) -> None:
        """Note that you looked at a document and it still holds."""
        with backend() as house:
            path = f"/v1/documents/{document_id}/reviewed"
            done = house.call("POST", path, json={"reason": reason})
        _care(done, as_json)

    return room


def _version(version: dict[str, Any], what: str, as_json: bool) -> None:
    if as_json:
        emit_json(version)
    else:
        say(f"{version['title']}, version {version['number']}, is {what}.")


def _care(care: dict[str, Any], as_json: bool) -> None:
    if as_json:
        emit_json(care)
        return
    when = care["review_due"][:10] if care["review_due"] else "never"
    say(f"owner: {care['owner'] or 'nobody'}; next review: {when}.")
