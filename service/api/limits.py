"""How large a request may be, held while it streams in and before any of it is understood."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import CiteDeskError, FileTooLarge
from service.api.problems import problem

_MEBIBYTE = 1 << 20
_OTHER_MB = 8
_FIELDS = _MEBIBYTE
"""What the other fields of an upload and the lines between them may take."""
_UPLOAD = "/v1/documents"
_DRAINED = 16 * _MEBIBYTE
"""What a refused sender may still send, so that it gets to read why."""


class BodyLimit:
    """Refuses a request as soon as it says, or shows, that it is over the limit."""

    def __init__(self, app: ASGIApp, *, upload_mb: int) -> None:
        self._app = app
        self._upload_mb = upload_mb

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting what it brings."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        error, largest = self._limit(scope)
        if _declared(scope) > largest:
            await _refuse(error, scope, receive, send, more=True)
            return
        seen, refused, more = 0, False, True

        async def counted() -> Message:
            nonlocal seen, refused, more
            message = await receive()
            more = bool(message.get("more_body"))
            seen += len(message.get("body", b""))
            if seen > largest:
                refused = True
                raise error
            return message

        async def answer(message: Message) -> None:
            # What the application makes of the broken stream is not what went wrong.
            if not refused:
                await send(message)

        try:
            await self._app(scope, counted, answer)
        except CiteDeskError:
            if not refused:
                raise
        if refused:
            await _refuse(error, scope, receive, send, more=more)

    def _limit(self, scope: Scope) -> tuple[CiteDeskError, int]:
        if scope["method"] == "POST" and scope["path"].rstrip("/") == _UPLOAD:
            error = FileTooLarge(
                f"The upload is larger than {self._upload_mb} MB.",
                "Split it, or raise CITEDESK_MAX_FILE_MB.",
            )
            return error, self._upload_mb * _MEBIBYTE + _FIELDS
        wrong = FileTooLarge(f"The request is larger than {_OTHER_MB} MB.", "Send less at a time.")
        return wrong, _OTHER_MB * _MEBIBYTE


def _declared(scope: Scope) -> int:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    told = next((value for name, value in headers if name == b"content-length"), b"0")
    return int(told) if told.isdigit() else 0


async def _refuse(
    error: CiteDeskError, scope: Scope, receive: Receive, send: Send, *, more: bool
) -> None:
    left = _DRAINED
    # Beyond the end of the request there is nothing to wait for but the sender's leaving.
    while more and left > 0:
        message = await receive()
        left -= max(1, len(message.get("body", b"")))
        more = bool(message.get("more_body"))
    response = problem(error.http_status, error.code, error.message, error.hint)
    response.headers["connection"] = "close"
    await response(scope, receive, send)
