"""The service in the background: started, found again, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from core.errors import CiteDeskError, ServiceUnreachable
from core.types import Turn
from service.cli.output import error_line, say, tell
from service.lock import ServiceAddress, find_service
from service.remote import RemoteBackend
from service.serve import FIRST_SIGN_IN, refuse_taken_port
from service.settings import Settings

_START_S = 240.0
_STOP_S = 30.0


def start(settings: Settings, samples: bool) -> None:
    """Start the service unless it runs, wait until it answers, and say how to use it.

    Raises:
        ServiceUnreachable: it did not come up; its log says why.
    """
    address = find_service(settings.home) or _spawn(settings)
    if samples:
        _bring_samples(address)
    say(f"screens   {address.ui_url}")
    say(f"API       {address.url}/v1   (described at {address.url}/openapi.json)")
    first = settings.home / FIRST_SIGN_IN
    if first.exists():
        name, password = first.read_text(encoding="utf-8").split(maxsplit=1)
        say(f"sign in   {name} / {password.strip()}   (kept in {first})")
    if samples:
        _answer_one(address)


def stop(settings: Settings) -> bool:
    """End the service that owns the data directory; return whether there was one.

    Raises:
        ServiceUnreachable: it did not end.
    """
    address = find_service(settings.home)
    if address is None:
        return False
    os.kill(address.pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_S
    while time.monotonic() < deadline:
        if find_service(settings.home) is None and not _alive(address.pid):
            return True
        time.sleep(0.1)
    raise ServiceUnreachable(
        "The service did not end in time.", f"End process {address.pid} by hand."
    )


def _spawn(settings: Settings) -> ServiceAddress:
    # Said here, before the wait, because the background process can only say it in its log.
    refuse_taken_port(settings.host, settings.port, "CITEDESK_PORT")
    refuse_taken_port(settings.host, settings.ui_port, "CITEDESK_UI_PORT")
    folder = settings.home / "log"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "service.log"
    tell(f"starting the service (log: {path})")
    with path.open("ab") as writer:
        start_of_run = writer.tell()
        process = subprocess.Popen(
            [sys.executable, "-m", "service.cli.main", "serve"],
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=writer,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        address = find_service(settings.home)
        if address is not None and _answers(address):
            return address
        time.sleep(0.2)
    with path.open("rb") as reader:
        reader.seek(start_of_run)
        tail = reader.read().decode("utf-8", "replace").strip().splitlines()
    tell("\n".join(tail[-5:]))
    raise ServiceUnreachable("The service did not start.", f"Its log says why: {path}.")


def _answers(address: ServiceAddress) -> bool:
    import httpx

    try:
        for url in (f"{address.url}/healthz", f"{address.ui_url}/_stcore/health"):
            if httpx.get(url, timeout=2, trust_env=False).status_code != 200:
                return False
    except httpx.HTTPError:
        return False
    return True


def _bring_samples(address: ServiceAddress) -> None:
    from service.samples import GLOSSARY, bring_in

    house = RemoteBackend(address)
    # One that failed to come in, under an earlier release perhaps, is tried again.
    known = {d["key"] for d in house.documents() if d["state"] != "failed"}
    brought = set()
    for entry in bring_in(known.__contains__, house.ingest):
        brought.add(entry["document_id"])
        if entry["error"]:
            error = entry["error"]
            tell(f"{Path(entry['path']).name}: error[{error['code']}]: {error['message']}")
        else:
            tell(f"{Path(entry['path']).name}: {entry['chunks']} passages")
    _link_pairs(house, brought)
    if not house.glossary.list()["epoch"]:
        # Only where nobody has touched it yet.
        loaded = house.glossary.load(GLOSSARY.read_bytes())
        tell(f"{GLOSSARY.name}: {loaded['added']} terms")
    house.close()


def _link_pairs(house: RemoteBackend, brought: set[str]) -> None:
    """Link the translations among the sample documents that came in now."""
    from service.samples import pairs_among

    ids = {d["key"]: d["document_id"] for d in house.documents()}
    for one, other in pairs_among({key for key, known in ids.items() if known in brought}):
        if one in ids and other in ids:
            try:
                house.call("POST", f"/v1/documents/{ids[one]}/pair", json={"other_id": ids[other]})
            except CiteDeskError as error:
                tell(f"{one}: {error_line(error)}")


def _answer_one(address: ServiceAddress) -> None:
    from service.cli.answers import print_draft
    from service.samples import SAMPLE_QUESTION

    house = RemoteBackend(address)
    say(f"\n{SAMPLE_QUESTION}\n")
    try:
        print_draft(house.ask([Turn("customer", SAMPLE_QUESTION)], "public", "im"))
    except CiteDeskError as error:
        tell(error_line(error))
    house.close()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
