"""Commands for searching and asking."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.explaining import print_explanations
from service.cli.output import emit_json, say
from service.cli.session import backend
from service.cli.triaged import triage_line

if TYPE_CHECKING:
    from core.types import Applicability, Turn

PRODUCT = typer.Option(help="Only what applies to this product.")
MODEL = typer.Option(help="Only what applies to this model, by any of its names.")
REGION = typer.Option(help="Only what applies to this region.")
FIRMWARE = typer.Option(help="Only what applies to this release, such as 2.0.")
CONTRACT = typer.Option(
    "--contract", help="Only what applies to what was bought or signed on this day, 2025-07-01."
)
AUDIENCE = typer.Option(help="Whose eyes it is for: public, internal or a group.")
JSON = typer.Option("--json", help="Print one JSON object.")


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(search)
    app.command()(ask)


def search(
    text: Annotated[str, typer.Argument(help="What to look for.")],
    top: Annotated[int, typer.Option(help="How many passages, 1 to 100.")] = 10,
    audience: Annotated[str, AUDIENCE] = "internal",
    product: Annotated[str, PRODUCT] = "",
    model: Annotated[str, MODEL] = "",
    region: Annotated[str, REGION] = "",
    firmware: Annotated[str, FIRMWARE] = "",
    contract: Annotated[str, CONTRACT] = "",
    explain: Annotated[bool, typer.Option("--explain", help="Say why each was found.")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Find the passages that bear on a text."""
    about = _about(product, model, region, firmware, contract)
    with backend() as house:
        if explain:
            found = house.call("POST", "/v1/explain", json=_explained(text, audience, top, about))
        else:
            found = house.search(text, audience, top, about)
    if as_json:
        emit_json(found)
        return
    if explain:
        print_explanations(found)
        return
    for number, hit in enumerate(found["hits"], 1):
        say(f"{number}. {_place(hit)}  ({hit['score']:.2f})")
        say(_indent(hit["text"][:400]))
    if not found["hits"]:
        say("Nothing was found.")
    for one in found.get("expanded", ()):
        say(f"Also looked for, beside {one['term']}: {', '.join(one['with'])}")


def ask(
    text: Annotated[str, typer.Argument(help="The customer's question.")],
    audience: Annotated[str, AUDIENCE] = "internal",
    channel: Annotated[str, typer.Option(help="im, phone, email or sms.")] = "im",
    history: Annotated[
        Path | None,
        typer.Option(help='Earlier turns: a JSON list of {"role", "text"} objects.'),
    ] = None,
    product: Annotated[str, PRODUCT] = "",
    model: Annotated[str, MODEL] = "",
    region: Annotated[str, REGION] = "",
    firmware: Annotated[str, FIRMWARE] = "",
    contract: Annotated[str, CONTRACT] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Draft a cited reply to a question."""
    from core.types import Turn

    turns = [*history_of(history), Turn("customer", text)]
    about = _about(product, model, region, firmware, contract)
    with backend() as house:
        draft = house.ask(turns, audience, channel, about)
    if as_json:
        emit_json(draft)
    else:
        print_draft(draft)


def print_draft(draft: dict[str, Any]) -> None:
    """Print a draft for people."""
    if draft.get("audience", "public") != "public":
        say("Internal: this draft rests on internal documents; do not send it to a customer.")
        say()
    say(draft["answer"])
    say()
    if aside := draft.get("internal"):
        say("For you alone, from internal documents:")
        for sentence in aside:
            markers = "".join(f"[{marker}]" for marker in sentence["citations"])
            say(f"- {sentence['text']} {markers}".rstrip())
        say()
    for citation in draft["citations"]:
        say(f"[{citation['marker']}] {_place(citation)}")
        say(_indent(citation["quote"]))
    for missing in draft["missing"]:
        say(f"- {missing}")
    if triage := draft.get("triage"):
        say(triage_line(triage))


def _about(
    product: str, model: str, region: str, firmware: str, contract: str
) -> Applicability | None:
    """What is asked about; None where nothing was said."""
    from core.applies import clean
    from core.types import Applicability

    wanted = clean(Applicability(product, model, region, firmware, contract, contract))
    return wanted if wanted != Applicability() else None


def _explained(text: str, audience: str, top: int, about: Applicability | None) -> dict[str, Any]:
    from service.remote import said_of

    return {"query": text, "top": top, "filters": {"audience": audience, **said_of(about)}}


def _place(item: dict[str, Any]) -> str:
    path = " > ".join(dict.fromkeys([item["title"], *item["headings"]]))
    return f"{path}, p. {item['page']}" if item["page"] else path


def _indent(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())


def history_of(path: Path | None) -> list[Turn]:
    """Return the earlier turns that a file holds as JSON; none without a file."""
    from core.errors import DataInvalid, PathNotFound
    from core.types import Turn

    if path is None:
        return []
    if not path.is_file():
        raise PathNotFound(f"There is no file {path}.", "Check the path given to --history.")
    try:
        listed = json.loads(path.read_text(encoding="utf-8-sig"))
        if isinstance(listed, dict):
            listed = listed["conversation"]
        turns = [Turn(t.get("role", "customer"), t["text"], t.get("at", "")) for t in listed]
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise DataInvalid(
            f"{path} is not a conversation.",
            'Write a JSON list such as [{"role": "customer", "text": "..."}].',
        ) from exc
    return turns
