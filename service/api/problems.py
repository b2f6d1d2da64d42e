"""Errors as RFC 9457 problem details with our stable code."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from core.disk import is_full
from core.errors import CiteDeskError, DiskFull, InternalError

log = logging.getLogger("citedesk.api")

_MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    code: str,
    detail: str,
    hint: str = "",
    details: Mapping[str, str | int] | None = None,
) -> JSONResponse:
    """Return a problem-details response."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": detail,
        "code": code,
        "hint": hint,
    }
    if details:
        body["details"] = dict(details)
    headers = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "60"}}.get(status)
    return JSONResponse(body, status_code=status, media_type=_MEDIA_TYPE, headers=headers)


def install(app: FastAPI) -> None:
    """Make the application answer every error as a problem."""

    @app.exception_handler(CiteDeskError)
    async def ours(_request: Request, error: CiteDeskError) -> JSONResponse:
        return problem(error.http_status, error.code, error.message, error.hint, error.details)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        # The input itself is left out: it may hold personal data.
        first: dict[str, Any] = dict(error.errors()[0])
        where = ".".join(str(part) for part in first["loc"])
        return problem(
            422, "REQUEST_INVALID", f"{where}: {first['msg']}.", "See /openapi.json for the form."
        )

    @app.exception_handler(HTTPException)
    async def http(_request: Request, error: HTTPException) -> JSONResponse:
        # The framework keeps an upload on disk while it comes in, and calls all that may happen
        # to it there a body that cannot be understood.
        if is_full(error):
            full = DiskFull("No space is left to take the request.", "Make room, then repeat.")
            return problem(full.http_status, full.code, full.message, full.hint)
        code = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "FILE_TOO_LARGE"}.get(
            error.status_code, "REQUEST_INVALID"
        )
        return problem(error.status_code, code, str(error.detail))

    @app.exception_handler(Exception)
    async def defect(request: Request, error: Exception) -> JSONResponse:
        if is_full(error):
            full = DiskFull("No space is left to do this.", "Make room, then repeat.")
            return problem(full.http_status, full.code, full.message, full.hint)
        log.error("%s %s failed by a defect", request.method, request.url.path, exc_info=error)
        ours = InternalError("Something went wrong inside CiteDesk.", "See the service's log.")
        return problem(500, ours.code, ours.message, ours.hint)
