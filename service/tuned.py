"""What was tuned to this house: kept in versions, of which one serves, switched in one step."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import Conflict, DataInvalid
from service.lock import write_private
from service.settings import Settings

if TYPE_CHECKING:
    from retrieval.standard import Learnt

log = logging.getLogger("citedesk.tuned")

_FOLDER, _CURRENT = "tuned", "current.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """One version of what was tuned."""

    version: int
    """Counted from 1; 0 is what comes with the product."""
    before: int
    """The version that served until then."""
    embedder: str
    """Fingerprint of the model that it was tuned for."""
    base: Mapping[str, float]
    """The product's own weights at that time: it was tuned from these."""
    weights: Mapping[str, float]
    adapter: bool
    """Whether an adapter lies beside it."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """What it was fitted to, when, and what it gained."""


def current(settings: Settings) -> Kept | None:
    """Return the version that serves; None where it is the product's own.

    Raises:
        DataInvalid: it cannot be read.
    """
    version = _current_version(settings)
    return _read(settings, version) if version else None


def learnt_here(settings: Settings, shipped: Learnt, fingerprint: str) -> Learnt:
    """Return what a house searches with: what was tuned to it, else what comes with the product.

    What was tuned for something else, or cannot be read, is left alone; the doctor says so.
    """
    from retrieval.embedding.adapter import load_adapter
    from retrieval.fusion import Weights
    from retrieval.standard import Learnt

    try:
        kept = current(settings)
        if kept is None or stale(kept, shipped, fingerprint):
            return shipped
        own = None
        if kept.adapter:
            own = load_adapter(_folder(settings) / f"{kept.version}.npz", fingerprint)
        return Learnt(Weights.of(kept.weights), own or shipped.adapter)
    except DataInvalid as error:
        log.warning("what was tuned is not used: %s", error.message)
        return shipped


def stale(kept: Kept, shipped: Learnt, fingerprint: str) -> str:
    """Return why a version does not fit any more; an empty string where it does."""
    from evals.tuning.seen import weights_json

    if kept.embedder != fingerprint:
        return "it was tuned for another embedding model"
    if dict(kept.base) != weights_json(shipped.weights):
        return "it was tuned for another release of the product"
    return ""


def keep(
    settings: Settings, learnt: Learnt, shipped: Learnt, fingerprint: str, about: Mapping[str, Any]
) -> int:
    """Write a new version and let it serve from the next search on; return its number."""
    from evals.tuning.seen import weights_json
    from retrieval.embedding.adapter import save_adapter

    folder = _folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    version = max((int(path.stem) for path in folder.glob("[0-9]*.json")), default=0) + 1
    own = learnt.adapter if learnt.adapter is not shipped.adapter else None
    if own is not None:
        save_adapter(folder / f"{version}.npz", own.matrix, fingerprint)
    body = {
        "version": version,
        "before": _current_version(settings),
        "embedder": fingerprint,
        "base": weights_json(shipped.weights),
        "weights": weights_json(learnt.weights),
        "adapter": own is not None,
        "about": dict(about),
    }
    write_private(folder / f"{version}.json", json.dumps(body, indent=1))
    write_private(folder / _CURRENT, json.dumps({"version": version}))
    return version


def undo(settings: Settings) -> int:
    """Let the version serve that served before the present one; return its number.

    Raises:
        Conflict: what serves is the product's own.
        DataInvalid: the present version cannot be read.
    """
    version = _current_version(settings)
    if not version:
        raise Conflict("Nothing was tuned that could be undone.", "citedesk tune fits the search.")
    before = _read(settings, version).before
    write_private(_folder(settings) / _CURRENT, json.dumps({"version": before}))
    return before


def _folder(settings: Settings) -> Path:
    return settings.home / _FOLDER


def _current_version(settings: Settings) -> int:
    try:
        noted = json.loads((_folder(settings) / _CURRENT).read_text(encoding="utf-8"))
        return int(noted["version"])
    except FileNotFoundError:
        return 0
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise _unreadable(_CURRENT) from exc


def _read(settings: Settings, version: int) -> Kept:
    path = _folder(settings) / f"{version}.json"
    try:
        return Kept(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as exc:
        raise _unreadable(path.name) from exc


def _unreadable(name: str) -> DataInvalid:
    return DataInvalid(
        f"The file {name} of what was tuned cannot be read.",
        f"Remove the folder {_FOLDER} in the data directory, then run citedesk tune.",
    )
