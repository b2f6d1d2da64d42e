"""The running service, as a command sees it: the HTTP API with this run's operator key."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import errors
from core.errors import CiteDeskError, FileUnreadable, ServiceUnreachable
from core.ports import Progress, silent
from core.serial import to_json
from core.types import Applicability, Turn
from corpus.documents import IngestOptions
from service import views
from service.glossary import RemoteGlossary
from service.lock import ServiceAddress

if TYPE_CHECKING:
    import httpx

_POLL_S = 0.1
_OVER = ("done", "failed")
_TIMEOUT_S = 120.0


class RemoteBackend:
    """Talks to the service that owns the data directory."""

    def __init__(self, address: ServiceAddress) -> None:
        import httpx

        # The service is on this machine: a proxy from the environment must not come between.
        self._http = httpx.Client(
            base_url=address.url,
            headers={"Authorization": f"Bearer {address.key}"},
            timeout=_TIMEOUT_S,
            trust_env=False,
        )

    def ingest(
        self,
        path: Path,
        options: IngestOptions,
        *,
        source: str = "",
        password: str = "",
        progress: Progress = silent,
    ) -> dict[str, Any]:
        """Upload one file and wait until its job has ended."""
        try:
            taken = self._upload(path, options, source or str(path.resolve()), password)
            job = self._wait(taken["job_id"], progress)
        except CiteDeskError as error:
            return views.failed(str(path), error)
        if job["state"] == "failed":
            return views.failed(str(path), _error_from(job["error"]))
        entry = self._call("GET", f"/v1/versions/{taken['version_id']}")
        status = "draft" if entry["state"] == "draft" else "published"
        return {
            "path": str(path),
            "status": "unchanged" if taken["unchanged"] else status,
            **{k: entry[k] for k in ("document_id", "version_id", "title", "pages", "chunks")},
            "language": entry["language"],
            "warnings": entry["warnings"],
            "looks_like": self._looks_like(taken["version_id"]),
            "error": None,
        }

    def search(
        self, query: str, audience: str, top: int, about: Applicability | None = None
    ) -> dict[str, Any]:
        """Find passages about something."""
        filters = {"audience": audience, **said_of(about)}
        body = {"query": query, "top": top, "filters": filters}
        return self._call("POST", "/v1/search", json=body)

    def ask(
        self,
        conversation: Sequence[Turn],
        audience: str,
        channel: str,
        about: Applicability | None = None,
    ) -> dict[str, Any]:
        """Draft a reply about something."""
        body = {
            "conversation": to_json(tuple(conversation)),
            "audience": audience,
            "channel": channel,
            **said_of(about),
        }
        return self._call("POST", "/v1/suggest", json=body)

    def documents(self) -> list[dict[str, Any]]:
        """List documents."""
        found: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            page = self._call("GET", "/v1/documents", params={"cursor": cursor, "limit": 500})
            found.extend(page["documents"])
            cursor = page["cursor"]
        return found

    def versions(self, document_id: str) -> list[dict[str, Any]]:
        """List a document's versions."""
        found: list[dict[str, Any]] = self._call("GET", f"/v1/documents/{document_id}/versions")[
            "versions"
        ]
        return found

    def call(self, method: str, path: str, **how: Any) -> dict[str, Any]:
        """Ask the HTTP API for what has no method of its own here."""
        return self._call(method, path, timeout=None, **how)

    def add_user(
        self, name: str, role: str, password: str, groups: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Add a user."""
        body = {"name": name, "role": role, "password": password, "groups": list(groups)}
        return self._call("POST", "/v1/users", json=body)

    def create_key(self, role: str, name: str, groups: Sequence[str] = ()) -> dict[str, Any]:
        """Make a key for a program."""
        body = {"role": role, "name": name, "groups": list(groups)}
        return self._call("POST", "/v1/keys", json=body)

    @property
    def glossary(self) -> RemoteGlossary:
        """The glossary."""
        return RemoteGlossary(self._call)

    def run_suite(self, asked: Mapping[str, Any], progress: Progress = silent) -> dict[str, Any]:
        """Have an evaluation suite run, or a run gone on with, and wait until it is done.

        Whoever breaks off the wait breaks off the run.
        """
        taken = self._call("POST", "/v1/evals/runs", json={**asked, "wait": False})
        path = f"/v1/evals/runs/{taken['run_id']}"
        progress(taken["run_id"], 0.0)
        try:
            while (job := self._call("GET", f"/v1/jobs/{taken['job_id']}"))["state"] not in _OVER:
                progress("cases", self._call("GET", f"{path}/progress")["progress"])
                time.sleep(_POLL_S)
        except KeyboardInterrupt:
            self._call("DELETE", path)
            raise
        if job["state"] == "failed":
            raise _error_from(job["error"])
        return self._call("GET", path, timeout=None)

    def compare_runs(self, a: str, b: str) -> dict[str, Any]:
        """Compare two evaluation runs."""
        return self._call("GET", "/v1/evals/compare", params={"a": a, "b": b})

    def reindex(self, progress: Progress = silent) -> dict[str, Any]:
        """Rebuild the indexes from the records."""
        done = self._call("POST", "/v1/reindex", timeout=None)
        progress("reindex", 1.0)
        return done

    def scan_conflicts(self, progress: Progress = silent) -> dict[str, Any]:
        """Have all live documents compared with each other and wait until that is done."""
        job = self._wait(self._call("POST", "/v1/conflicts/scan")["job_id"], progress)
        if job["state"] == "failed":
            raise _error_from(job["error"])
        done: dict[str, Any] = job["result"]
        return done

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def _upload(
        self, path: Path, options: IngestOptions, source: str, password: str
    ) -> dict[str, Any]:
        fields = {
            "audience": options.audience,
            **to_json(options.applicability),
            "valid_from": options.valid_from.isoformat() if options.valid_from else "",
            "valid_to": options.valid_to.isoformat() if options.valid_to else "",
            "draft": str(options.draft).lower(),
            "document": options.document,
            "source": source,
            "password": password,
        }
        if not path.is_file():
            raise errors.PathNotFound(f"There is no file {path.name}.", "Check the path.")
        try:
            with path.open("rb") as reader:
                return self._call(
                    "POST", "/v1/documents", data=fields, files={"file": (path.name, reader)}
                )
        except OSError as exc:
            raise FileUnreadable(
                f"{path.name} cannot be read.", "Check its permissions, then try again."
            ) from exc

    def _looks_like(self, version_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._call("GET", f"/v1/versions/{version_id}/identity")[
            "looks_like"
        ]
        return found

    def _wait(self, job_id: str, progress: Progress) -> dict[str, Any]:
        while True:
            job = self._call("GET", f"/v1/jobs/{job_id}")
            progress(job["stage"], job["progress"])
            if job["state"] in ("done", "failed"):
                return job
            time.sleep(_POLL_S)

    def _call(self, method: str, path: str, **how: Any) -> dict[str, Any]:
        import httpx

        try:
            response = self._http.request(method, path, **how)
        except httpx.HTTPError as exc:
            raise ServiceUnreachable(
                "The running service does not answer.",
                "Look at its log, or stop it with citedesk stop and try again.",
            ) from exc
        return result_of(response)


def result_of(response: httpx.Response) -> dict[str, Any]:
    """Return what the API answered; text that is not JSON comes as ``{"text"}``.

    Raises:
        CiteDeskError: the error that it answered.
    """
    if response.status_code == 204:
        return {}
    if "json" not in response.headers.get("content-type", "") and not response.is_error:
        return {"text": response.text}
    try:
        body: dict[str, Any] = response.json()
    except ValueError as exc:
        raise ServiceUnreachable(
            "The running service answers nonsense.", "Look at its log, or start it again."
        ) from exc
    if response.is_error:
        raise _error_from(body)
    return body


def said_of(about: Applicability | None) -> dict[str, str]:
    """Return the fields that are given."""
    return {name: value for name, value in to_json(about).items() if value} if about else {}


def _error_from(body: Mapping[str, Any]) -> CiteDeskError:
    """Return the error of ours that a problem or a job's error stands for."""
    message = str(body.get("detail") or body.get("message") or "The request failed.")
    return errors.error_of(str(body.get("code", "")), message, str(body.get("hint", "")))
