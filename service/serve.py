"""The service in the foreground: API, worker and screens, from one process that owns the home."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import PortInUse
from service.cli.output import tell
from service.desk import Desk
from service.lock import HomeLock, publish_address, withdraw_address, write_private
from service.model_change import is_due, lacks_questions, lacks_tokens
from service.settings import Settings, environment_without_settings
from service.startup import log_to_stderr

if TYPE_CHECKING:
    from service.api.context import Context

log = logging.getLogger("citedesk.serve")

FIRST_SIGN_IN = "first-sign-in.txt"
_LOCK_WAIT_S = 10.0


def serve(settings: Settings) -> None:
    """Run until interrupted.

    Raises:
        HomeInUse, PortInUse, DatabaseCorrupt, DatabaseNewer, ModelMissing: and nothing was
            changed.
    """
    log_to_stderr(settings.log_level, masked=settings.mask_personal_data)
    lock = HomeLock(settings.home)
    lock.acquire(wait_s=_LOCK_WAIT_S)
    try:
        for port, name in (
            (settings.port, "CITEDESK_PORT"),
            (settings.ui_port, "CITEDESK_UI_PORT"),
        ):
            refuse_taken_port(settings.host, port, name)
        desk = Desk(settings)
        try:
            _run(settings, desk)
        finally:
            desk.close()
    finally:
        lock.release()


def refuse_taken_port(host: str, port: int, setting: str) -> None:
    """Make sure that a port is free.

    Raises:
        PortInUse: another program listens on it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as exc:
            raise PortInUse(
                f"Port {port} on {host} cannot be listened on ({exc.strerror}).",
                f"Stop the program that uses it, or set {setting} to another port.",
            ) from exc


def _run(settings: Settings, desk: Desk) -> None:
    import uvicorn

    from service.api.app import create_app
    from service.api.context import Context, RateLimit
    from service.clockwork import Clockwork
    from service.jobs import Jobs

    tell("loading the model and the indexes")
    _index_what_is_missing(desk)
    desk.warm()
    _first_sign_in(settings, desk)
    api, ui = urls(settings)
    jobs = Jobs(desk)
    clockwork = Clockwork(desk)
    address = publish_address(settings.home, api, ui)
    context = Context(
        desk,
        jobs,
        operator_key=address.key,
        screen_key=secrets.token_urlsafe(32),
        visits=RateLimit(settings.public_requests_per_minute),
    )
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(context),
            host=settings.host,
            port=settings.port,
            log_level="warning",
            # Its log goes the way of ours, where personal data is masked.
            log_config=None,
            timeout_graceful_shutdown=5,
        )
    )
    try:
        jobs.start()
        clockwork.start()
        if is_due(desk):
            tell("indexing for the new embedding model; the old one serves until that is done")
            jobs.submit_model_change()
        elif lacks_questions(settings):
            tell("indexing what passages answer; they are found by their text until that is done")
            jobs.submit_model_change()
        elif lacks_tokens(desk):
            tell("reading passages for a second look; they are found without it until that is done")
            jobs.submit_model_change()
        with _screens(settings, api, context):
            tell(f"API      {api}\nscreens  {ui}")
            server.run()
    finally:
        clockwork.stop()
        jobs.stop()
        withdraw_address(settings.home)


def urls(settings: Settings) -> tuple[str, str]:
    """Return the addresses of API and screens as seen from this machine."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host  # noqa: S104
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{settings.port}", f"http://{host}:{settings.ui_port}"


def _index_what_is_missing(desk: Desk) -> None:
    missing = desk.outdated()
    if missing:
        tell(f"indexing {len(missing)} versions for this embedding model")
        desk.pipeline.reindex(missing, lambda stage, done: tell(f"{stage} {done:.0%}"))


def _first_sign_in(settings: Settings, desk: Desk) -> None:
    """Make the first administrator; the password waits in a file that only its owner can read."""
    if desk.accounts.is_empty():
        password = desk.accounts.add_user("admin", "admin")
        write_private(settings.home / FIRST_SIGN_IN, f"admin {password}\n")


@contextlib.contextmanager
def _screens(settings: Settings, api: str, context: Context) -> Iterator[None]:
    # A process of its own: the screens import nothing of ours and reach us over HTTP only.
    process = subprocess.Popen(  # noqa: S603 - our own command, no shell
        [sys.executable, "-m", "ui.launch", api, str(settings.ui_port), settings.host],
        env={**environment_without_settings(), "CITEDESK_SCREEN_KEY": context.screen_key},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=None,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        cwd=Path(__file__).parents[1],
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()


def _die_with_parent() -> None:
    # PR_SET_PDEATHSIG: a service that is killed must not leave its screens behind on their port.
    libc: Any = ctypes.CDLL(None)
    libc.prctl(1, signal.SIGTERM)
