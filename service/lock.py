"""One process owns a data directory; the others find it through what it wrote there."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import HomeInUse, HomeUnwritable

OPERATOR = "operator"
"""Who the command line of this machine is; no user can take the name."""
_LOCK = ".lock"
_ADDRESS = "service.json"


@dataclass(frozen=True, slots=True)
class ServiceAddress:
    """Where a running service is, and the key with which its own command line may talk to it."""

    pid: int
    url: str
    ui_url: str
    key: str


class HomeLock:
    """Exclusive ownership of a data directory, given up when the process ends however it ends."""

    def __init__(self, home: Path) -> None:
        from filelock import FileLock

        self.home = home
        try:
            home.mkdir(parents=True, exist_ok=True)
            probe = home / f".probe-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as exc:
            raise HomeUnwritable(
                f"The data directory {home} cannot be written.",
                "Set CITEDESK_HOME to a folder that can.",
            ) from exc
        self._lock = FileLock(home / _LOCK)

    def acquire(self, wait_s: float = 0.0) -> None:
        """Take ownership, waiting for another command to end if need be.

        Raises:
            HomeInUse: somebody else still owns the directory.
        """
        from filelock import Timeout

        try:
            self._lock.acquire(timeout=wait_s)
        except Timeout:
            raise HomeInUse(
                f"Another CiteDesk process is using {self.home}.",
                "Wait for it to end, stop the service (citedesk stop), or set CITEDESK_HOME to "
                "another folder.",
            ) from None

    def release(self) -> None:
        """Give the directory up."""
        self._lock.release()

    def __enter__(self) -> HomeLock:
        self.acquire()
        return self

    def __exit__(self, *exc: Any) -> None:
        self.release()


def publish_address(home: Path, url: str, ui_url: str) -> ServiceAddress:
    """Write where the service is, readable by its owner alone, and return it."""
    address = ServiceAddress(os.getpid(), url, ui_url, secrets.token_urlsafe(32))
    write_private(
        home / _ADDRESS,
        json.dumps(
            {"pid": address.pid, "url": url, "ui_url": ui_url, "key": address.key}, indent=1
        ),
    )
    return address


def withdraw_address(home: Path) -> None:
    """Remove what :func:`publish_address` wrote."""
    (home / _ADDRESS).unlink(missing_ok=True)


def find_service(home: Path) -> ServiceAddress | None:
    """Return where the service that owns a data directory is, or None when none runs."""
    from filelock import FileLock, Timeout

    path = home / _ADDRESS
    if not path.exists():
        return None
    lock = FileLock(home / _LOCK)
    try:
        # A service that was killed leaves its address behind, but not its lock.
        with lock.acquire(timeout=0):
            path.unlink(missing_ok=True)
            return None
    except Timeout:
        pass
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return ServiceAddress(found["pid"], found["url"], found["ui_url"], found["key"])
    except (OSError, ValueError, KeyError):
        return None


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, in one step."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as writer:
        writer.write(text)
    partial.replace(path)
