"""What a caller may know of: a route about anything else answers as if it did not exist."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from fastapi import Depends, Request

from answer.approved.store import unknown
from core.errors import Conflict, NotFound, RightMissing
from corpus.audit import AuditEntry
from service.accounts import Principal
from service.api.context import Asking, Context, Shared
from service.audiences import EVERYTHING, sees

_OPEN = ("/original", ".png")
"""Routes by which customers open what they see; they compare each section themselves."""


def guard(request: Request, held: Shared, who: Asking) -> None:
    """Let a request through whose path names nothing that is hidden from the caller.

    Raises:
        NotFound: in the words in which the route says that there is no such thing.
        RightMissing: the caller may not ask this of anything.
    """
    named = request.path_params
    path = request.url.path
    reads = request.method == "GET"
    if "version_id" in named and not path.endswith(_OPEN):
        _version(held, who, named["version_id"])
    if "document_id" in named:
        _document(held, who, named["document_id"], reads=reads)
    if "draft_id" in named:
        require_draft(held, who, named["draft_id"])
    if "answer_id" in named:
        require_answer(held, who, named["answer_id"])


Guarded = Depends(guard)


def require_draft(held: Context, who: Principal, draft_id: str) -> None:
    """Let a draft through of which the caller may see every passage.

    Raises:
        NotFound: they may not, which must look as if there were none.
    """
    audience = _audience_of_draft(held, draft_id)
    if audience is not None and not sees(who.sight(), audience):
        who.require("ask")
        raise NotFound(f"There is no draft {draft_id[:60]}.", "Ask again to get a new one.")


def sees_draft(held: Context, who: Principal, draft_id: str) -> bool:
    """Say whether the caller may see every passage that a draft was made from."""
    audience = _audience_of_draft(held, draft_id)
    return audience is None or sees(who.sight(), audience)


def sees_document(held: Context, who: Principal, document_id: str | None) -> bool:
    """Say whether the caller may know of a document; what is of none may be known."""
    if not document_id or who.may("operate"):
        return True
    try:
        held.desk.seen_versions(document_id, who.sight())
    except NotFound:
        return False
    return True


def sees_entry(held: Context, who: Principal, entry: AuditEntry) -> bool:
    """Say whether the caller may know of what an entry of the audit names beside its document."""
    if who.may("operate"):
        return True
    if entry.kind == "section":
        return who.sees(str(entry.detail.get("audience", "")))
    if not sees_document(held, who, entry.detail.get("with")):
        return False
    if entry.kind != "version":
        return True
    try:
        return held.desk.records.version(entry.object_id).audience in who.sight()
    except NotFound:
        return True


def without_hidden(entry: dict[str, Any], sight: Container[str]) -> dict[str, Any]:
    """Return an entry of the audit that names nothing which broke outside somebody's sight.

    What is left out is counted as ``broke_hidden``.
    """
    detail = dict(entry["detail"])
    broke = detail.get("broke")
    if not broke or sight is EVERYTHING:
        return entry
    audiences = detail.pop("broke_audiences", None) or [None] * len(broke)
    # Of entries that do not say whom it was for, nothing is named.
    seen = [one for one, a in zip(broke, audiences, strict=False) if a and sees(sight, a)]
    hidden = len(broke) - len(seen)
    return {**entry, "detail": {**detail, "broke": seen, "broke_hidden": hidden}}


def refuse_foreign(held: Context, who: Principal, key: str) -> None:
    """Let an upload through that is no version of a document that its sender does not see.

    Raises:
        NotFound: it names one by its identifier; in the words for one that is no document's.
        Conflict: it has the name of one.
    """
    document_id = held.desk.records.document_of(key)
    if not document_id or sees_document(held, who, document_id):
        return
    if key == document_id:
        raise NotFound(f"There is no document {key}.", "citedesk documents lists them.")
    raise Conflict("A document cannot have this name here.", "Give another one as document.")


def require_document(held: Context, who: Principal, document_id: str) -> None:
    """Let through whoever sees what a document serves and what would serve next.

    Raises:
        NotFound: they do not, which must look as if there were none.
    """
    _document(held, who, document_id, reads=False)


def require_audience_of(who: Principal, audience: str) -> None:
    """Let somebody bring in only what they can look over afterwards.

    Raises:
        RightMissing: they are not in that group.
    """
    if not who.sees(audience):
        raise RightMissing(
            f"You are not in the group {audience}.",
            "Somebody who may keep the accounts can add you: citedesk user group.",
        )


def _version(held: Context, who: Principal, version_id: str) -> None:
    try:
        record = held.desk.records.version(version_id)
    except NotFound:
        return  # The route says so itself, after it has looked at the rights.
    if record.audience not in who.sight():
        who.require("documents")
        held.desk.seen_version(version_id, who.sight())


def _document(held: Context, who: Principal, document_id: str, *, reads: bool) -> None:
    try:
        versions = held.desk.records.versions(document_id)
    except NotFound:
        return
    live = held.desk.live.current().versions
    # Whoever moves a document must see what serves, and what would.
    decisive = versions if reads else [v for v in versions if v in versions[:1] or v.id in live]
    seen = [version.audience in who.sight() for version in decisive]
    if not (any(seen) if reads else all(seen)):
        who.require("documents")
        raise NotFound(
            f"There is no document {document_id[:60]}.", "citedesk documents lists them."
        )


def require_answer(held: Context, who: Principal, answer_id: str) -> None:
    """Let an approved answer through of which the caller may see every passage.

    Raises:
        NotFound: they may not, which must look as if there were none.
    """
    try:
        answer = held.desk.approved_answers.get(answer_id)
    except NotFound:
        return
    if not sees(who.sight(), held.desk.approvals.audience_of(answer)):
        who.require("approve")
        raise unknown(answer_id)


def _audience_of_draft(held: Context, draft_id: str) -> str | None:
    try:
        return held.desk.audience_of_draft(draft_id)
    except NotFound:
        return None
