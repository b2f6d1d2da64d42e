"""The HTTP API: routes, errors, and what every request is given."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Response

from service.api import (
    accounts,
    answers,
    applies,
    cases,
    conflicts,
    conversations,
    documents,
    evals,
    explaining,
    glossary,
    guidance,
    identity,
    insights,
    judging,
    keeping,
    lifecycle,
    masking,
    pages,
    preview,
    problems,
    public,
    rules,
    sections,
    tasks,
    tuning,
)
from service.api.context import Context, Shared
from service.api.limits import BodyLimit
from service.api.sight import Guarded


def create_app(context: Context) -> FastAPI:
    """Return the application over a house that is put together."""
    app = FastAPI(
        title="CiteDesk",
        version=version("citedesk"),
        description="Cited reply drafts from product manuals and SOPs.",
        # The interactive pages load scripts from elsewhere; the product works with no network.
        docs_url=None,
        redoc_url=None,
    )
    app.state.context = context
    problems.install(app)
    for room in (
        accounts,
        answers,
        applies,
        cases,
        keeping,
        documents,
        conflicts,
        conversations,
        evals,
        explaining,
        glossary,
        guidance,
        identity,
        insights,
        judging,
        lifecycle,
        masking,
        pages,
        preview,
        public,
        rules,
        sections,
        tasks,
        tuning,
    ):
        # Whoever may ask without a name sees what is public, and those routes look no further.
        open_to_all = room in (accounts, public)
        app.include_router(room.router, dependencies=[] if open_to_all else [Guarded])
    _health(app)
    app.add_middleware(BodyLimit, upload_mb=context.desk.settings.max_file_mb)
    return app


def _health(app: FastAPI) -> None:
    @app.get("/healthz", tags=["operation"])
    def healthz() -> dict[str, Any]:
        """Say that the process answers."""
        return {"status": "ok"}

    @app.get("/readyz", tags=["operation"])
    def readyz(held: Shared, response: Response) -> dict[str, Any]:
        """Say whether records and indexes answer and agree."""
        outdated = len(held.desk.outdated())
        if outdated:
            response.status_code = 503
        return {
            "status": "reindexing" if outdated else "ok",
            "versions_to_index": outdated,
            # Drafts go on without it, so that it does not decide whether the service is ready.
            "language_model": held.desk.model_state(),
        }
