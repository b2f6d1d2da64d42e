"""CiteDesk's own format: one JSON object a line, as suites are read.

Every line has ``id``, ``question``, ``language`` (zh or en), ``audience``, ``state`` (answered,
no_evidence or clarify), ``reference`` and ``expected`` (a list of ``document`` and ``quote``). It
may have ``tags``, ``origin``, ``status`` (proposed, approved or retired), ``history`` (a list of
``role``, ``text`` and ``at``), ``channel``, ``product`` and ``difficulty`` (easy, medium or
hard). Nothing else; ``schema.json`` beside this module says the same for programs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.serial import to_json
from core.types import EvalCase
from evals.formats.base import FORMATS
from evals.records import CaseRecord

_ALWAYS = ("id", "question", "language", "audience", "state", "reference", "expected")


class JsonLines:
    """One file, ``cases.jsonl``, that can be imported again."""

    name = "jsonl"

    def files(self, cases: Sequence[EvalCase], records: Mapping[str, CaseRecord]) -> dict[str, str]:
        """Return the one file; what is as it is by default is left out of it."""
        del records
        return {"cases.jsonl": "".join(f"{_line(case)}\n" for case in cases)}


def _line(case: EvalCase) -> str:
    plain = EvalCase("", "", "", "", case.state, "", ())
    written: dict[str, Any] = {
        name: value
        for name, value in to_json(case).items()
        if name in _ALWAYS or getattr(case, name) != getattr(plain, name)
    }
    return json.dumps(written, ensure_ascii=False)


FORMATS.register("jsonl")(JsonLines())
