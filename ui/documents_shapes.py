"""What the API answers about documents, as plain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ui.client import Failure

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a document."""

    version_id: str
    document_id: str
    number: int
    state: str
    live: bool
    title: str
    file_name: str
    media_type: str
    pages: int | None
    chunks: int
    language: str
    audience: str
    product: str
    model: str
    created_at: str
    created_by: str
    error: Failure | None
    live_version_id: str
    """The version that is served, where the list says so."""
    scheduled: str = ""
    """When it goes live, if it is to."""
    valid_from: str = ""
    valid_to: str = ""

    @property
    def shown_state(self) -> str:
        """Its state, as people speak of it."""
        if self.live:
            return "live"
        if self.scheduled:
            return "scheduled"
        # Released, but not from today or not any more.
        return "dated" if self.state == "published" else self.state


@dataclass(frozen=True, slots=True)
class Due:
    """Something that comes near, or is over already."""

    document_id: str
    kind: str
    """review or expiry."""
    at: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with the number of passages under it."""

    text: str
    level: int
    page: int | None
    chunks: int
    ordinal: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as it was understood."""

    chunk_id: str
    ordinal: int
    headings: tuple[str, ...]
    pages: tuple[int, int] | None
    kind: str
    text: str
    table_html: str
    language: str
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Warn:
    """Something odd about a version."""

    code: str
    text: str
    count: int
    about: tuple[str, ...]
    values: Mapping[str, str]
    """What its sentence fills in."""
    files: tuple[str, ...]
    """The file within the document that it is about, the outermost first."""


@dataclass(frozen=True, slots=True)
class Correction:
    """Something a person set right."""

    id: str
    kind: str
    text: str
    level: int
    page: int | None
    state: str
    under: tuple[str, ...]
    """The headings over the one line that is meant."""


@dataclass(frozen=True, slots=True)
class Fix:
    """What somebody sets right."""

    kind: str
    text: str = ""
    level: int = 0
    page: int | None = None
    chunk_id: str = ""
    """The passage it was seen in."""
    line: int = -1
    """Number of the line in that passage."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What was understood of a version."""

    version: Version
    outline: tuple[Heading, ...]
    chunks: tuple[Passage, ...]
    warnings: tuple[Warn, ...]
    corrections: tuple[Correction, ...]
    history: tuple[Version, ...]
    needs_password: bool


@dataclass(slots=True)
class Work:
    """A file on its way in, or being read again."""

    name: str
    job_id: str = ""
    version_id: str = ""
    state: str = "queued"
    stage: str = ""
    progress: float = 0.0
    error: Failure | None = None
    needs_password: bool = False
    """Whether it failed for want of a password that would open it."""
    tried: bool = False
    """Whether it was read with a password."""
    looks_like: str = ""
    """Title of the document whose next version it may be."""

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in {"done", "failed"}


@dataclass(frozen=True, slots=True)
class Options:
    """How files come in."""

    audience: str
    product: str
    model: str
    draft: bool
    password: str = field(default="", repr=False)


def read_version(item: Json) -> Version:
    """Read a version."""
    return Version(
        version_id=str(item["version_id"]),
        document_id=str(item["document_id"]),
        number=int(item["number"]),
        state=str(item["state"]),
        live=bool(item.get("live")),
        title=str(item.get("title") or item.get("file_name") or ""),
        file_name=str(item.get("file_name") or ""),
        media_type=str(item.get("media_type") or ""),
        pages=item.get("pages"),
        chunks=int(item.get("chunks") or 0),
        language=str(item.get("language") or ""),
        audience=str(item.get("audience") or ""),
        product=str(item.get("product") or ""),
        model=str(item.get("model") or ""),
        created_at=str(item.get("created_at") or ""),
        created_by=str(item.get("created_by") or ""),
        error=read_error(item.get("error")),
        live_version_id=str(item.get("live_version_id") or ""),
        scheduled=str(item.get("scheduled") or ""),
        valid_from=str(item.get("valid_from") or ""),
        valid_to=str(item.get("valid_to") or ""),
    )


def read_due(item: Json) -> Due:
    """Read what comes near."""
    return Due(
        str(item["document_id"]), str(item["kind"]), str(item["at"]), bool(item.get("overdue"))
    )


def read_error(item: Json | None) -> Failure | None:
    """Read why something failed."""
    if not item:
        return None
    said = {name: str(item.get(name) or "") for name in ("code", "message", "hint")}
    return Failure(said["code"] or "ERROR", detail=said["message"], hint=said["hint"])


def read_heading(item: Json) -> Heading:
    """Read a heading."""
    return Heading(
        str(item["text"]),
        int(item["level"]),
        item.get("page"),
        int(item["chunks"]),
        int(item.get("ordinal") or 0),
    )


def read_passage(item: Json) -> Passage:
    """Read a passage."""
    pages = item.get("pages")
    return Passage(
        chunk_id=str(item["chunk_id"]),
        ordinal=int(item["ordinal"]),
        headings=tuple(str(h) for h in item.get("headings") or ()),
        pages=(int(pages[0]), int(pages[-1])) if pages else None,
        kind=str(item.get("kind") or "text"),
        text=str(item["text"]),
        table_html=str(item.get("table_html") or ""),
        language=str(item.get("language") or ""),
        confidence=item.get("confidence"),
    )


def read_warn(item: Json) -> Warn:
    """Read a warning."""
    about = tuple(str(a) for a in item.get("about") or ())
    return Warn(
        str(item["code"]),
        str(item["text"]),
        int(item.get("count") or 0),
        about,
        {str(name): str(value) for name, value in (item.get("values") or {}).items()},
        tuple(str(f) for f in item.get("files") or ()),
    )


def read_correction(item: Json) -> Correction:
    """Read a correction."""
    return Correction(
        str(item["id"]),
        str(item["kind"]),
        str(item.get("text") or ""),
        int(item.get("level") or 0),
        item.get("page"),
        str(item.get("state") or ""),
        tuple(str(h) for h in item.get("under") or ()),
    )
