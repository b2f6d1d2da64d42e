"""Who answers for the documents, when they were looked at, and what comes near."""

from __future__ import annotations

from typing import Any

from core.database import utc_now
from core.errors import NotFound, OptionInvalid
from core.serial import to_json
from corpus.owners import Care
from service.parts import Parts

_NAMED = 20
"""So many people an error lists."""


class Caring(Parts):
    """Owners, reviews and dates of documents."""

    def care(self, document_id: str) -> dict[str, Any]:
        """Return who answers for a document, and when it was and will be looked at.

        Raises:
            NotFound: there is no such document.
        """
        found = self.owners.of([document_id]).get(document_id)
        if found is None:
            raise NotFound(
                f"There is no document {document_id[:60]}.", "citedesk documents lists them."
            )
        return care_json(found)

    def set_care(
        self,
        document_id: str,
        *,
        owner: str | None = None,
        review_days: int | None = None,
        by: str = "",
        reason: str = "",
    ) -> dict[str, Any]:
        """Set who answers for a document, and how often somebody must look at it.

        Raises:
            NotFound: there is no such document.
            OptionInvalid: nobody who works here has that name, or the period is out of range.
        """
        if owner is not None and owner.strip() != self.care(document_id)["owner"]:
            self._require_person(owner.strip())
        care = self.owners.set(
            document_id, owner=owner, review_days=review_days, by=by, reason=reason
        )
        return {"document_id": document_id, **care_json(care)}

    def reviewed(self, document_id: str, by: str = "", reason: str = "") -> dict[str, Any]:
        """Note that somebody looked at a document and it still holds."""
        care = self.owners.reviewed(document_id, by=by, reason=reason)
        return {"document_id": document_id, **care_json(care)}

    def due(self, days: int = 30) -> list[dict[str, Any]]:
        """Return what expires or must be reviewed within some days, or is past it."""
        found = self.owners.coming_due(self.live.current(), utc_now(), days)
        return [to_json(due) for due in found]

    def _require_person(self, owner: str) -> None:
        people = self.tasks.people()
        if not owner or owner in people:
            return
        named = ", ".join(people[:_NAMED]) or "nobody yet"
        more = f" and {len(people) - _NAMED} more" if len(people) > _NAMED else ""
        raise OptionInvalid(
            f"Nobody named {owner[:60]!r} can answer for a document.",
            f"Choose one of: {named}{more}. citedesk user add makes an account.",
        )


def care_json(care: Care) -> dict[str, Any]:
    """Return the care of a document, and whether its review is overdue."""
    overdue = care.review_due is not None and care.review_due <= utc_now()
    return {**to_json(care), "overdue": overdue}
