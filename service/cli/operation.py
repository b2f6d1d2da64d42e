"""Commands for running the service and looking after it."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.output import emit_json, say, table, tell
from service.cli.session import backend

JSON = typer.Option("--json", help="Print one JSON object.")
HOST = typer.Option(help="Address to listen on.")
PORT = typer.Option(help="Port of the API.")
UI_PORT = typer.Option(help="Port of the screens.")


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (serve, start, stop, settings, reindex):
        app.command()(command)


def serve(
    host: Annotated[str | None, HOST] = None,
    port: Annotated[int | None, PORT] = None,
    ui_port: Annotated[int | None, UI_PORT] = None,
) -> None:
    """Run the API and the screens until interrupted."""
    from service.serve import serve as run
    from service.settings import load_settings

    loaded, _ = load_settings(host=host, port=port, ui_port=ui_port)
    run(loaded)


def start(
    samples: Annotated[
        bool, typer.Option("--samples", help="Bring the sample corpus in and answer a question.")
    ] = False,
) -> None:
    """Start the service in the background and wait until it answers."""
    from service.background import start as run
    from service.settings import load_settings

    loaded, _ = load_settings()
    run(loaded, samples)


def stop() -> None:
    """Stop the service that runs in the background."""
    from service.background import stop as run
    from service.settings import load_settings

    loaded, _ = load_settings()
    say("The service has stopped." if run(loaded) else "No service was running.")


def settings(as_json: Annotated[bool, JSON] = False) -> None:
    """Print every setting, where it came from and what it is for; secrets are hidden."""
    from service.settings import Settings, load_settings, shown

    loaded, origins = load_settings()
    values = shown(loaded)
    described = [
        {
            "name": f"CITEDESK_{name.upper()}",
            "value": values[name],
            "from": origins[name],
            "description": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    ]
    if as_json:
        emit_json({"settings": described})
    else:
        table(
            [(d["name"], d["value"], d["from"], d["description"]) for d in described],
            ("setting", "value", "from", "what it is for"),
        )


def reindex(as_json: Annotated[bool, JSON] = False) -> None:
    """Rebuild the indexes of what is live from the records."""

    def progress(stage: str, fraction: float) -> None:
        tell(f"{stage} {fraction:.0%}")

    with backend() as house:
        done = house.reindex(progress)
    if as_json:
        emit_json(done)
    else:
        say(f"{done['versions']} versions are indexed.")
