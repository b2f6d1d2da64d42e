"""What an examination finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.errors import CiteDeskError


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """Something is wrong until it is mended."""
    NOTE = "note"
    """Nothing is wrong: what takes room, or goes on by itself at the next start."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    code: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    mended: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "severity": self.severity.value,
            "mended": self.mended,
        }


@dataclass
class Report:
    """All that was found, and what was looked at."""

    fix: bool
    checked: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def add(
        self,
        code: str,
        message: str,
        hint: str = "",
        *,
        severity: Severity = Severity.ERROR,
        mended: bool = False,
    ) -> None:
        """Keep a finding, once; one that was mended needs no hint."""
        found = Finding(code, message, "" if mended else hint, severity, mended)
        if found not in self.findings:
            self.findings.append(found)

    def failed(self, error: CiteDeskError) -> None:
        """Keep an error that a part of the house raised, under its own code."""
        self.add(error.code, error.message, error.hint)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON; ok says whether nothing is wrong any longer."""
        wrong = [f for f in self.findings if f.severity is Severity.ERROR and not f.mended]
        return {
            "ok": not wrong,
            "checked": self.checked,
            "findings": [finding.as_dict() for finding in self.findings],
        }


def some(names: list[str], shown: int = 3) -> str:
    """Return the first of several names, and how many there are besides."""
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more
