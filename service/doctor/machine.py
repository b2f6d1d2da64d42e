"""The machine and the installation: room, ports, the model, the parser's processes."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from core.errors import CiteDeskError
from core.types import RawFile
from service.desk import Desk
from service.doctor.findings import Report, Severity
from service.searching import NO_RERANKER, chosen_reranker
from service.serve import refuse_taken_port
from service.settings import Settings

_SAMPLE = "# CiteDesk\n\nThe parser reads this. 解析器能读到这句话。\n"
_MEBIBYTE = 1 << 20


def check_disk(report: Report, settings: Settings) -> None:
    """Find a disk that could not take in one file of the largest kind."""
    report.checked.append("disk")
    settings.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home).free // _MEBIBYTE
    # The file itself, and what is made of it.
    if free < 2 * settings.max_file_mb:
        report.add(
            "DISK_LOW",
            f"Only {free} MB are free where the data directory lies.",
            "Make room, or move CITEDESK_HOME to a larger disk.",
        )


def check_ports(report: Report, settings: Settings) -> None:
    """Find other programs on the service's ports."""
    report.checked.append("ports")
    for port, name in ((settings.port, "CITEDESK_PORT"), (settings.ui_port, "CITEDESK_UI_PORT")):
        try:
            refuse_taken_port(settings.host, port, name)
        except CiteDeskError as error:
            report.failed(error)


def check_model(report: Report, desk: Desk) -> bool:
    """Find out whether the embedding model is at hand and works; return whether it does."""
    report.checked.append("model")
    try:
        desk.embedder.embed_query("预热 warm-up")
    except CiteDeskError as error:
        report.failed(error)
        return False
    return True


def check_second_models(report: Report, desk: Desk) -> None:
    """Find out whether the reranker and the model of the check, where they are set, work."""
    settings = desk.settings
    if settings.reranker not in ("", NO_RERANKER):
        report.checked.append("reranker")
        _tried(report, lambda: chosen_reranker(desk, settings.rerank_budget_ms))
    if settings.check_model:
        report.checked.append("check model")
        _tried(report, lambda: _judge_once(desk))


def _judge_once(desk: Desk) -> None:
    from answer.checking.model import probed

    if desk.check_model is not None:
        probed(desk.check_model, desk.settings.check_model)


def _tried(report: Report, work: Callable[[], object]) -> None:
    try:
        work()
    except CiteDeskError as error:
        report.failed(error)


def check_parser(report: Report, desk: Desk) -> None:
    """Find out whether a parser process starts and reads a file."""
    report.checked.append("parser")
    content = _SAMPLE.encode()
    with tempfile.TemporaryDirectory(prefix="citedesk-") as folder:
        path = Path(folder) / "doctor.md"
        path.write_bytes(content)
        raw = RawFile(path.name, "text/markdown", hashlib.sha256(content).hexdigest(), path)
        try:
            desk.parsers.parse(raw)
        except CiteDeskError as error:
            report.failed(error)


def check_language_model(report: Report, desk: Desk) -> None:
    """Tell of a language model that failed lately; drafts are made without it meanwhile."""
    if desk.model_state() == "off":
        return
    report.checked.append("language model")
    health = desk.model_guard.health()
    if health.failures:
        report.add(
            "MODEL_UNAVAILABLE",
            f"The language model failed {health.failures} times in a row ({health.state}): "
            f"{health.last_failure}",
            "See that its endpoint runs; until then drafts quote the documents.",
            severity=Severity.NOTE,
        )
