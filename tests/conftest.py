"""What all tests share: a clean environment, no network but loopback, the real model."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from service.startup import prepare

for _name in [n for n in os.environ if n.startswith("CITEDESK_")]:
    del os.environ[_name]
prepare()

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
_real_connect = socket.socket.connect


def _connect(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = str(address[0])
        if not (host.startswith("127.") or host in ("::1", "localhost")):
            raise PermissionError(f"a test tried to reach {host}: tests use loopback only")
    _real_connect(self, address)


socket.socket.connect = _connect  # type: ignore[method-assign,assignment]


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test's state in its own folder, whatever it starts."""
    monkeypatch.setenv("CITEDESK_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """Where the default model is unpacked once for all runs of the tests."""
    return ROOT / ".models"


@pytest.fixture(scope="session")
def embedder(models_dir: Path) -> Any:
    """The real default embedder."""
    from retrieval.embedding import load_embedder

    return load_embedder(models_dir)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real documents and retrieval sets that lie beside the project."""
    if not SHARED.is_dir():
        if os.environ.get("CI"):
            pytest.fail("the shared data must be present in CI")
        pytest.skip("no shared data beside the project")
    return SHARED


@pytest.fixture(scope="session")
def live_service(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, embedder: Any
) -> Iterator[Any]:
    """The product as its users run it: service and screens, with the sample corpus in."""
    from running import RunningService

    del embedder  # The model is unpacked before the service looks for it.
    service = RunningService(tmp_path_factory.mktemp("service"), models_dir)
    service.start()
    try:
        service.bring_samples()
        yield service
    finally:
        service.stop()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep a file's tests in one process, and all files that share the running service too.

    Those then run in one order, whatever the other processes do, and start one service.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByHouse(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _house_of(nodeid.split("::")[0])

    return ByHouse(config, log)


@cache
def _house_of(file: str) -> str:
    shares = "live_service" in (ROOT / file).read_text(encoding="utf-8")
    return "the running service" if shares else file
