"""What could change the result of an evaluation run: code, settings, models, rules, documents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from answer.subject import SubjectReader
from core.serial import to_json
from service.judging import judge_name

if TYPE_CHECKING:
    from service.parts import Parts
    from service.settings import Settings

_ROOT = Path(__file__).parents[1]
_ROOMS = ("core", "corpus", "ingest", "retrieval", "answer", "evals", "service")
_KINDS = frozenset({".py", ".yaml", ".json", ".npz", ".toml", ".md"})
_BESIDE = frozenset({"bench", "golden", "labelled", "samples", "gates", "__pycache__"})
"""Folders that measure the product or feed it, and are no part of what it does."""
_PACKAGES = (
    "chromadb",
    "numpy",
    "onnxruntime",
    "opencc",
    "ragas",
    "rjieba",
    "sentence-transformers",
    "snowballstemmer",
    "tantivy",
    "torch",
    "transformers",
)
_WITHOUT_EFFECT = frozenset(
    {
        "home",
        "host",
        "port",
        "ui_port",
        "timezone",
        "database_url",
        "chroma_url",
        "models_dir",
        "review",
        "session_hours",
        "public_requests_per_minute",
        "search_cache_mb",
        "rerank_budget_ms",
        "log_level",
        "eval_workers",
        "llm_api_key",
    }
)
"""Settings that no draft of a run depends on; a run searches without cache and without haste."""
_MODELS = frozenset({"embedding_model", "reranker", "check_model"})
_WITHOUT_EFFECT_BEGIN = ("max_", "parse_", "ingest_", "task_", "judge_")
_SHORT = 16


def fingerprint(parts: Parts) -> dict[str, str]:
    """Return everything that could change a run's result, by name, as short texts.

    ``corpus`` and ``documents`` alone change with the documents. A setting stands here only
    where it is not what it is by default, so that a new release with a new setting is not
    another configuration.
    """
    live = parts.live.current()
    return {
        "code": version("citedesk"),
        "files": _files(),
        "packages": _packages(),
        "corpus": str(live.epoch),
        "documents": _mark(sorted((v, sorted(live.versions[v].audiences)) for v in live.versions)),
        "embedder": parts.embedder.fingerprint,
        "model": parts.settings.llm_model if parts.settings.llm_base_url else "",
        "judge": judge_name(parts.settings),
        "search": _tuned(parts),
        "subjects": _mark(sorted(SubjectReader(parts.subjects).models())),
        "glossary": str(parts.glossary.current().epoch),
        "approved_answers": str(parts.approved_answers.epoch()),
        **_rules(parts),
        **_settings(parts.settings),
    }


def _rules(parts: Parts) -> dict[str, str]:
    from answer.rules.house import RULE_KINDS

    found = {f"rules {name}": _mark(parts.rules.current(name)) for name in RULE_KINDS.names()}
    return {**found, "surge": "on" if parts.surge.is_on() else ""}


def _tuned(parts: Parts) -> str:
    from service import tuned

    kept = tuned.current(parts.settings)
    return f"tuned {kept.version}" if kept else ""


def _settings(settings: Settings) -> dict[str, str]:
    found = {}
    for name, field in type(settings).model_fields.items():
        if name in _WITHOUT_EFFECT or name.startswith(_WITHOUT_EFFECT_BEGIN):
            continue
        value = getattr(settings, name)
        if value != field.default:
            found[f"setting {name}"] = _model(str(value)) if name in _MODELS else str(value)
    return found


def _model(name: str) -> str:
    """A model's name; of one in a folder, with a mark of its files."""
    folder = Path(name)
    if not folder.is_dir():
        return name
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return f"{name} {_mark([(p.name, p.stat().st_size, p.stat().st_mtime_ns) for p in files])}"


@cache
def _files() -> str:
    """A mark of the code's own files and of the data that it comes with."""
    told = hashlib.sha256()
    for path in sorted(_own_files()):
        told.update(path.relative_to(_ROOT).as_posix().encode() + b"\0")
        told.update(hashlib.sha256(path.read_bytes()).digest())
    return told.hexdigest()[:_SHORT]


def _own_files() -> Iterator[Path]:
    for room in _ROOMS:
        for path in (_ROOT / room).rglob("*"):
            if path.suffix in _KINDS and not _BESIDE.intersection(path.parts):
                yield path


@cache
def _packages() -> str:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return _mark(found)


def _mark(value: Any) -> str:
    written = json.dumps(to_json(value), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()[:_SHORT]
