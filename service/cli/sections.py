"""The command for sections that fewer people may see than the rest of their document."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from service.cli.output import emit_json, say
from service.cli.session import backend

JSON = typer.Option("--json", help="Print one JSON object.")


def attach(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(sections)


def sections(
    version_id: str,
    heading: Annotated[
        list[str] | None,
        typer.Option("--heading", help="Heading of the section; once for each above it, too."),
    ] = None,
    page: Annotated[int | None, typer.Option(help="Or its first page.")] = None,
    to_page: Annotated[int | None, typer.Option(help="And its last.")] = None,
    audience: Annotated[str, typer.Option(help="internal or a group, for whom it is.")] = "",
    section: Annotated[str, typer.Option(help="A known section, in its new place.")] = "",
    remove: Annotated[str, typer.Option(help="Section that is as the document again.")] = "",
    reason: Annotated[str, typer.Option(help="Why; kept in the audit.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List the sections that are for fewer people; set one apart, at once and in every version."""
    path = f"/v1/versions/{version_id}/sections"
    with backend() as house:
        if remove:
            house.call("DELETE", f"/v1/sections/{remove}", params={"reason": reason})
        if heading or page is not None:
            body: dict[str, Any] = {
                "audience": audience,
                "headings": heading or [],
                "page_first": page,
                "page_last": to_page,
                "section_id": section,
                "reason": reason,
            }
            house.call("POST", path, json=body)
        found = house.call("GET", path)
    if as_json:
        emit_json(found)
        return
    for kept in found["sections"]:
        said = [" › ".join(p["headings"]) or f"pages {p['pages']}" for p in kept["places"]]
        missing = "" if kept["found"] else "  not in this version"
        say(f"{kept['id']}  {kept['audience']}  {'; '.join(said)}{missing}")
