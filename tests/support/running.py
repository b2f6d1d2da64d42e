"""The service as a process of its own, for tests that use it as its users do."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningService:
    """`citedesk serve` on a home of its own."""

    def __init__(self, home: Path, models_dir: Path, **settings: str) -> None:
        self.home = home
        self.port, self.ui_port = free_port(), free_port()
        self.api_url = f"http://127.0.0.1:{self.port}"
        self.ui_url = f"http://127.0.0.1:{self.ui_port}"
        self.admin_name = "admin"
        self.env = {
            **{n: v for n, v in os.environ.items() if not n.startswith("CITEDESK_")},
            "CITEDESK_HOME": str(home),
            "CITEDESK_PORT": str(self.port),
            "CITEDESK_UI_PORT": str(self.ui_port),
            "CITEDESK_MODELS_DIR": str(models_dir),
            **{f"CITEDESK_{name.upper()}": value for name, value in settings.items()},
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, timeout_s: float = 240) -> None:
        """Start it and wait until API and screens answer."""
        with (self.home / "test.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "service.cli.main", "serve"],
                env=self.env,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(0.2)
        raise RuntimeError(f"the service did not start:\n{self.log()}")

    @property
    def admin_password(self) -> str:
        """The first administrator's password."""
        return (self.home / "first-sign-in.txt").read_text().split()[1]

    def log(self) -> str:
        """Return what the service wrote."""
        return (self.home / "test.log").read_text(errors="replace")[-4000:]

    def command(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run the command line on the same home."""
        return subprocess.run(
            [sys.executable, "-m", "service.cli.main", *args],
            env=self.env,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=540,
            check=False,
        )

    def json(self, *args: str) -> Any:
        """Run a command with --json and return what it printed; it must succeed."""
        done = self.command(*args, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def key(self, role: str) -> str:
        """Make a key for a role."""
        return str(self.json("key", "create", "--role", role)["key"])

    def client(self, role: str) -> httpx.Client:
        """Return an HTTP client with a key of a role."""
        return httpx.Client(
            base_url=self.api_url,
            headers={"Authorization": f"Bearer {self.key(role)}"},
            timeout=120,
            trust_env=False,
        )

    def bring_samples(self) -> None:
        """Bring the sample corpus in."""
        from service.background import _bring_samples
        from service.lock import find_service

        address = find_service(self.home)
        assert address is not None
        _bring_samples(address)

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End it as an operator would."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=30)

    def _answers(self) -> bool:
        try:
            for url in (f"{self.api_url}/healthz", f"{self.ui_url}/_stcore/health"):
                if httpx.get(url, timeout=2, trust_env=False).status_code != 200:
                    return False
        except httpx.HTTPError:
            return False
        return (self.home / "service.json").exists()
