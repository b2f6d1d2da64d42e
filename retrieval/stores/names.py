"""Names of collections: an audience and an embedder in the letters that stores allow."""

from __future__ import annotations

import hashlib
import re

_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?")


def index_name(audience: str) -> str:
    """Return a name for an audience made of ``[a-z0-9_.-]``, different for different audiences.

    A plain name stays readable; one in Chinese, with capitals or blanks, becomes a hash.
    """
    if _PLAIN.fullmatch(audience) and not audience.startswith("x-"):
        return audience
    return "x-" + hashlib.sha256(audience.encode("utf-8")).hexdigest()[:16]


def collection_name(audience: str, fingerprint: str) -> str:
    """Return the name of an audience's collection for one embedder."""
    return f"cd.{index_name(audience)}.{fingerprint}"
