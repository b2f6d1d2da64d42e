"""Why passages were found, as somebody may see it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from answer.drafts import StoredExplanation
from answer.explaining import kept_form, storable
from core.explanation import Explanation
from core.personal import Privacy
from service.audiences import Passages, sees

_LISTS = ("candidates", "dropped")


def sent(explanations: Iterable[Explanation]) -> list[dict[str, Any]]:
    """Return explanations as they are sent to whoever asked."""
    return [kept_form(one) for one in explanations]


def kept(explanations: Iterable[Explanation]) -> list[dict[str, Any]]:
    """Return explanations as they are kept with a draft."""
    return sent(map(storable, explanations))


def seen(
    explanations: Sequence[Mapping[str, Any]], passages: Passages, sight: Container[str]
) -> dict[str, Any]:
    """Return explanations without the passages that somebody may not see.

    Whom a passage is for now counts; of one that is gone, whom it was for then. What is left
    out is counted as ``hidden``.
    """
    ids = [one["chunk_id"] for each in explanations for name in _LISTS for one in each[name]]
    now = passages.chunks(list(dict.fromkeys(ids)))

    def shown(one: Mapping[str, Any]) -> bool:
        known = now.get(one["chunk_id"])
        return sees(sight, known.audience if known else str(one.get("audience") or ""))

    hidden: set[str] = set()
    found = []
    for each in explanations:
        out = {name: [one for one in each[name] if not shown(one)] for name in _LISTS}
        hidden.update(one["chunk_id"] for unseen in out.values() for one in unseen)
        left = dict(each.get("left_out") or {})
        for one in out["dropped"]:
            left[one["reason"]] = left.get(one["reason"], 1) - 1
        lists = {name: [one for one in each[name] if shown(one)] for name in _LISTS}
        counted = {reason: count for reason, count in left.items() if count > 0}
        found.append({**each, **lists, "left_out": counted})
    return {"explanations": found, "hidden": len(hidden)}


def of_draft(
    stored: StoredExplanation, passages: Passages, sight: Container[str], privacy: Privacy
) -> dict[str, Any]:
    """Return a stored explanation; ``explanations`` is None where none was kept.

    It is read by others than those who speak with the customer, and taken out of the house.
    """
    known = {"explanations": None, "hidden": 0}
    if stored.explanations is not None:
        known = seen(stored.explanations, passages, sight)
    told = {
        "draft_id": stored.draft_id,
        "question": stored.question,
        "state": stored.state,
        "approved": stored.approved,
        "at": stored.at.isoformat(),
        **known,
    }
    return privacy.body(told)
