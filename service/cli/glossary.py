"""Commands for the glossary."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.output import emit_json, say, table
from service.cli.session import backend

if TYPE_CHECKING:
    from collections.abc import Sequence

JSON = typer.Option("--json", help="Print one JSON object.")
_PAIR = "as TERM=WHY; may be given several times."


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(help="Terms, their synonyms, and what not to say.", no_args_is_help=True)
    group.command("list")(show)
    group.command("add")(add)
    group.command("approve")(approve)
    group.command("remove")(remove)
    group.command("import")(load)
    group.command("export")(export)
    group.command("propose")(propose)
    app.add_typer(group, name="glossary")


def show(
    status: Annotated[str, typer.Option(help="approved or proposed; all by default.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List the glossary."""
    from service.glossary import all_entries

    with backend() as house:
        found = all_entries(house.glossary, status)
    if as_json:
        emit_json({"entries": found})
    else:
        _print(found)


def add(
    zh: Annotated[str, typer.Option(help="The canonical term in Chinese.")] = "",
    en: Annotated[str, typer.Option(help="The canonical term in English.")] = "",
    synonym: Annotated[
        list[str] | None, typer.Option(help="Another name; may be given several times.")
    ] = None,
    abbreviation: Annotated[
        list[str] | None, typer.Option(help="A short form; may be given several times.")
    ] = None,
    avoid: Annotated[list[str] | None, typer.Option(help=f"A name not to use, {_PAIR}")] = None,
    never_confuse: Annotated[
        list[str] | None, typer.Option(help=f"The name of another thing, {_PAIR}")
    ] = None,
    gloss_zh: Annotated[str, typer.Option(help="What it is in plain Chinese.")] = "",
    gloss_en: Annotated[str, typer.Option(help="What it is in plain English.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Add an entry to the glossary."""
    fields = {
        "zh": zh.strip(),
        "en": en.strip(),
        **_by_language("synonyms", synonym or ()),
        **_by_language("abbreviations", abbreviation or ()),
        "avoid": [_pair(text) for text in avoid or ()],
        "never_confuse": [_pair(text) for text in never_confuse or ()],
        "gloss_zh": gloss_zh.strip(),
        "gloss_en": gloss_en.strip(),
    }
    with backend() as house:
        made = house.glossary.put(fields)
    if as_json:
        emit_json(made)
    else:
        say(f"{made['id']} is in the glossary.")


def approve(entry_id: str, as_json: Annotated[bool, JSON] = False) -> None:
    """Take a proposed entry into use."""
    with backend() as house:
        made = house.glossary.approve(entry_id)
    if as_json:
        emit_json(made)
    else:
        say(f"{entry_id} is in use.")


def remove(entry_id: str, as_json: Annotated[bool, JSON] = False) -> None:
    """Take an entry out of the glossary; a proposal is turned down."""
    with backend() as house:
        done = house.glossary.remove(entry_id)
    if as_json:
        emit_json(done)
    else:
        say(f"{entry_id} is out of the glossary.")


def load(
    file: Annotated[Path, typer.Argument(help="A CSV file in UTF-8 or GB18030.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Remove what the file does not have.")
    ] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Bring a CSV file into the glossary, whole or not at all."""
    from service.glossary import file_content

    content = file_content(file)
    with backend() as house:
        done = house.glossary.load(content, replace=replace)
    if as_json:
        emit_json(done)
    else:
        say(", ".join(f"{count} {what}" for what, count in done.items()))


def export(
    file: Annotated[Path, typer.Argument(help="The CSV file to write.")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Write the glossary to a CSV file that can be brought in again."""
    from core.errors import FileUnreadable
    from service.glossary import as_file

    with backend() as house:
        content = as_file(house.glossary)
    try:
        file.write_bytes(content)
    except OSError as exc:
        raise FileUnreadable(f"{file} cannot be written.", "Choose another place.") from exc
    lines = content.count(b"\r\n") - 1
    if as_json:
        emit_json({"file": str(file), "entries": lines})
    else:
        say(f"{lines} entries are in {file}.")


def propose(as_json: Annotated[bool, JSON] = False) -> None:
    """Look for terms in the documents, and in questions that found nothing."""
    with backend() as house:
        done = house.glossary.propose()
    if as_json:
        emit_json(done)
    else:
        _print(done["proposed"])


def _print(entries: Sequence[dict[str, Any]]) -> None:
    rows = [
        (
            entry["id"],
            entry["zh"],
            entry["en"],
            ", ".join([*entry["synonyms_zh"], *entry["synonyms_en"]]),
            ", ".join(named["term"] for named in entry["never_confuse"]),
            entry["status"],
        )
        for entry in entries
    ]
    table(rows, ("entry", "zh", "en", "synonyms", "never confuse with", "status"))


def _by_language(name: str, terms: Sequence[str]) -> dict[str, list[str]]:
    from corpus.glossary.entry import language_of_term

    found: dict[str, list[str]] = {f"{name}_zh": [], f"{name}_en": []}
    for term in terms:
        found[f"{name}_{language_of_term(term)}"].append(term.strip())
    return found


def _pair(text: str) -> dict[str, str]:
    term, _, why = text.partition("=")
    return {"term": term.strip(), "why": why.strip()}
