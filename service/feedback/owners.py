"""Whose matter it is that something was wrong: the document's owner, or the templates'."""

from __future__ import annotations

from collections.abc import Sequence

from answer.rules.store import StoredRules
from corpus.owners import Owners
from evals.feedback.sorts import TEMPLATE_SORTS

_TEMPLATES = "templates"


def owner_of(sort: str, document_ids: Sequence[str], owners: Owners, rules: StoredRules) -> str:
    """Return who deals with a sort of mistake; empty where nobody answers for its cause."""
    if sort in TEMPLATE_SORTS:
        return template_owner(rules)
    cares = owners.of(document_ids)
    found = (cares[one].owner for one in document_ids if one in cares)
    return next(filter(None, found), "")


def template_owner(rules: StoredRules) -> str:
    """Return who wrote the templates that hold; empty where they came with the product."""
    return rules.version(_TEMPLATES).by
