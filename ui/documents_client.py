"""The service's documents as the screens see them: list, upload, preview, corrections, release."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ui import documents_shapes
from ui.client import Client, Failure
from ui.documents_shapes import Due, Fix, Json, Options, Preview, Version, Work

_PAGE = 500
_MOST_DOCUMENTS = 5_000
_LOCKED = "FILE_ENCRYPTED"


class DocumentsClient(Client):
    """The calls that the documents' screen makes."""

    def documents(self) -> list[Version]:
        """List all documents, each with its newest version, the newest first."""
        found: list[Version] = []
        cursor: str | None = ""
        while cursor is not None and len(found) < _MOST_DOCUMENTS:
            data = self._json("GET", f"/v1/documents?limit={_PAGE}&cursor={cursor}")
            found += _read_all(data, "documents", documents_shapes.read_version)
            cursor = data.get("cursor")
        return sorted(found, key=lambda v: v.created_at, reverse=True)

    def due(self) -> list[Due]:
        """List what must be reviewed or expires soon, or is past it; what comes first first."""
        data = self._json("GET", "/v1/due")
        return _read_all(data, "due", documents_shapes.read_due)

    def preview(self, version_id: str) -> Preview:
        """Fetch what was understood of a version, with the document's other versions."""
        data = self._json("GET", f"/v1/versions/{version_id}/preview")
        version = _checked(documents_shapes.read_version, data.get("version") or {})
        others = self._json("GET", f"/v1/documents/{version.document_id}/versions")
        history = tuple(_read_all(others, "versions", documents_shapes.read_version))
        return Preview(
            # Only there is it said when a version goes live that waits.
            version=next((v for v in history if v.version_id == version.version_id), version),
            outline=tuple(_read_all(data, "outline", documents_shapes.read_heading)),
            chunks=tuple(_read_all(data, "chunks", documents_shapes.read_passage)),
            warnings=tuple(_read_all(data, "warnings", documents_shapes.read_warn)),
            corrections=tuple(_read_all(data, "corrections", documents_shapes.read_correction)),
            history=history,
            needs_password=bool(data.get("needs_password")),
        )

    def upload(self, name: str, content: bytes, options: Options) -> list[Work]:
        """Hand a file in; an archive stands for the files in it, those apart that cannot come."""
        fields = {
            "audience": options.audience,
            "product": options.product,
            "model": options.model,
            "draft": "true" if options.draft else "false",
            "password": options.password,
        }
        sent = self._send("POST", "/v1/documents", data=fields, files={"file": (name, content)})
        answer = _checked(lambda answer: answer.json(), sent)
        inside = answer.get("documents")
        works = [_inside(name, item) for item in inside] if inside else [_work(name, answer)]
        for work in works:
            work.tried = bool(options.password)
        return works

    def read_again(self, version: Version) -> Work:
        """Have a version's file read again with the corrections."""
        data = self._json("POST", f"/v1/versions/{version.version_id}/reparse")
        return _work(version.file_name, data)

    def unlock(self, version_id: str, name: str, password: str) -> Work:
        """Have a locked version's file read once more, with its password."""
        data = self._json("POST", f"/v1/versions/{version_id}/unlock", {"password": password})
        work = _work(name, data)
        work.tried = True
        return work

    def follow(self, work: Work) -> None:
        """Ask how far a job is, and note it."""
        data = self._json("GET", f"/v1/jobs/{work.job_id}")
        work.state = str(data.get("state") or work.state)
        work.stage = str(data.get("stage") or "")
        work.progress = float(data.get("progress") or 0.0)
        work.error = (
            documents_shapes.read_error(data.get("error")) if work.state == "failed" else None
        )
        if work.error is not None and work.error.code == _LOCKED:
            shown = self._json("GET", f"/v1/versions/{work.version_id}/preview")
            work.needs_password = bool(shown.get("needs_password"))

    def correct(self, document_id: str, fix: Fix) -> None:
        """Keep a correction."""
        self._send("POST", f"/v1/documents/{document_id}/corrections", asdict(fix))

    def forget(self, correction_id: str) -> None:
        """Take a correction back."""
        self._send("DELETE", f"/v1/corrections/{correction_id}")

    def page_picture(self, version_id: str, page: int, chunk_id: str) -> bytes:
        """Fetch a page of the original as a picture, with a passage highlighted."""
        path = f"/v1/versions/{version_id}/pages/{page}.png?chunk={chunk_id}"
        return self._send("GET", path).content


def _inside(archive: str, data: Json) -> Work:
    """A file of an archive, under its path in it."""
    path = str(data.get("path") or "")
    name = path if path.startswith(archive) else f"{archive}/{path}"
    if (error := documents_shapes.read_error(data.get("error"))) is not None:
        return Work(name, state="failed", error=error)
    return _work(name, data)


def _work(name: str, data: Json) -> Work:
    work = Work(name, str(data.get("job_id") or ""), str(data.get("version_id") or ""))
    if data.get("unchanged"):
        work.state, work.stage, work.progress = "done", "unchanged", 1.0
    return work


def _checked(make: Any, item: Any) -> Any:
    try:
        return make(item)
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise Failure("BAD_ANSWER") from exc


def _read_all(data: Json, name: str, make: Any) -> list[Any]:
    return [_checked(make, item) for item in data.get(name) or ()]
