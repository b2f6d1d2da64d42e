"""What the command line works on: the running service if there is one, else the store itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from core.ports import Progress, silent
from core.types import Applicability, Turn
from corpus.documents import IngestOptions
from service.lock import OPERATOR
from service.settings import Settings

if TYPE_CHECKING:
    from service.glossary import GlossaryWork

_WAIT_FOR_COMMAND_S = 30.0


class Backend(Protocol):
    """What a command can ask for; answers are the contract's JSON."""

    def ingest(
        self,
        path: Path,
        options: IngestOptions,
        *,
        source: str = "",
        password: str = "",
        progress: Progress = silent,
    ) -> dict[str, Any]:
        """Bring one file in; a bad file is an entry, not an exception."""
        ...

    def search(
        self, query: str, audience: str, top: int, about: Applicability | None = None
    ) -> dict[str, Any]:
        """Find passages about something."""
        ...

    def ask(
        self,
        conversation: Sequence[Turn],
        audience: str,
        channel: str,
        about: Applicability | None = None,
    ) -> dict[str, Any]:
        """Draft a reply about something."""
        ...

    def documents(self) -> list[dict[str, Any]]:
        """List documents."""
        ...

    def versions(self, document_id: str) -> list[dict[str, Any]]:
        """List a document's versions."""
        ...

    def call(self, method: str, path: str, **how: Any) -> dict[str, Any]:
        """Ask the HTTP API for what has no method of its own here.

        Args:
            method: GET, POST, PUT, PATCH or DELETE.
            path: of the route, such as /v1/answers.
            how: ``params``, ``json`` and ``content`` as httpx takes them.
        """
        ...

    def add_user(
        self, name: str, role: str, password: str, groups: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Add a user."""
        ...

    def create_key(self, role: str, name: str, groups: Sequence[str] = ()) -> dict[str, Any]:
        """Make a key for a program."""
        ...

    @property
    def glossary(self) -> GlossaryWork:
        """The glossary."""
        ...

    def run_suite(self, asked: Mapping[str, Any], progress: Progress = silent) -> dict[str, Any]:
        """Run an evaluation suite, or go on with a run, as POST /v1/evals/runs takes it."""
        ...

    def compare_runs(self, a: str, b: str) -> dict[str, Any]:
        """Compare two evaluation runs."""
        ...

    def reindex(self, progress: Progress = silent) -> dict[str, Any]:
        """Rebuild the indexes from the records."""
        ...

    def scan_conflicts(self, progress: Progress = silent) -> dict[str, Any]:
        """Compare all live documents with each other."""
        ...

    def close(self) -> None:
        """Give back what was opened."""
        ...


def connect(settings: Settings) -> Backend:
    """Return the running service of this data directory, else the opened store.

    Raises:
        HomeInUse: another command works on the store and does not end.
    """
    from service.lock import HomeLock, find_service

    address = find_service(settings.home)
    if address is not None:
        from service.remote import RemoteBackend

        return RemoteBackend(address)
    lock = HomeLock(settings.home)
    lock.acquire(wait_s=_WAIT_FOR_COMMAND_S)
    return LocalBackend(settings, lock)


class LocalBackend:
    """The store, opened by this command because no service runs."""

    def __init__(self, settings: Settings, lock: Any) -> None:
        from service.cli.output import tell
        from service.desk import Desk
        from service.model_change import is_due

        self._lock = lock
        try:
            self.desk = Desk(settings)
            if is_due(self.desk):
                tell("another embedding model is set; citedesk reindex changes to it")
        except BaseException:
            lock.release()
            raise

    def ingest(
        self,
        path: Path,
        options: IngestOptions,
        *,
        source: str = "",
        password: str = "",
        progress: Progress = silent,
    ) -> dict[str, Any]:
        """Bring one file in; a bad file is an entry, not an exception."""
        return self.desk.ingest(path, options, source=source, password=password, progress=progress)

    def search(
        self, query: str, audience: str, top: int, about: Applicability | None = None
    ) -> dict[str, Any]:
        """Find passages about something."""
        from service.desk import audiences_of

        return self.desk.search(query, audiences_of(audience), top=top, applicability=about)

    def ask(
        self,
        conversation: Sequence[Turn],
        audience: str,
        channel: str,
        about: Applicability | None = None,
    ) -> dict[str, Any]:
        """Draft a reply about something."""
        from service.desk import audiences_of

        return self.desk.ask(
            conversation, audiences_of(audience), channel=channel, applicability=about, by=OPERATOR
        )

    def documents(self) -> list[dict[str, Any]]:
        """List documents."""
        found: list[dict[str, Any]] = []
        while page := self.desk.documents(found[-1]["document_id"] if found else ""):
            found.extend(page)
        return found

    def versions(self, document_id: str) -> list[dict[str, Any]]:
        """List a document's versions."""
        return self.desk.versions(document_id)

    def call(self, method: str, path: str, **how: Any) -> dict[str, Any]:
        """Ask the HTTP API, which this process answers itself."""
        from service.within import call

        return call(self.desk, method, path, **how)

    def add_user(
        self, name: str, role: str, password: str, groups: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Add a user."""
        made = self.desk.accounts.add_user(name, role, password, groups)
        return {"name": name, "role": role, "groups": sorted(set(groups)), "password": made}

    def create_key(self, role: str, name: str, groups: Sequence[str] = ()) -> dict[str, Any]:
        """Make a key for a program."""
        key = self.desk.accounts.create_key(role, name, groups)
        return {"key": key, "role": role, "groups": sorted(set(groups))}

    @property
    def glossary(self) -> GlossaryWork:
        """The glossary."""
        from service.glossary import GlossaryDesk

        return GlossaryDesk(self.desk, OPERATOR)

    def run_suite(self, asked: Mapping[str, Any], progress: Progress = silent) -> dict[str, Any]:
        """Run an evaluation suite, or go on with a run."""
        from evals.reports import report_json
        from service.evaluation import Asked

        runs, how = self.desk.evaluations, dict(asked)
        run_id = how.pop("resume", "")
        if run_id:
            runs.resumable(run_id)
        else:
            run_id = runs.begin(Asked(**how))
        progress(run_id, 0.0)
        return self.desk.judging.beside(report_json(runs.go(run_id, progress)))

    def compare_runs(self, a: str, b: str) -> dict[str, Any]:
        """Compare two evaluation runs."""
        from evals.compare import comparison_json

        return comparison_json(self.desk.evaluations.compared(a, b))

    def reindex(self, progress: Progress = silent) -> dict[str, Any]:
        """Rebuild the indexes from the records."""
        return self.desk.reindex(progress=progress)

    def scan_conflicts(self, progress: Progress = silent) -> dict[str, Any]:
        """Compare all live documents with each other."""
        return self.desk.conflicts.scan(progress)

    def close(self) -> None:
        """Give back what was opened."""
        self.desk.close()
        self._lock.release()
