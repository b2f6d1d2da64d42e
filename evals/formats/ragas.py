"""The samples of a ragas EvaluationDataset, one JSON object a line.

``user_input``, ``reference`` and ``reference_contexts`` come from the case; ``response`` and
``retrieved_contexts`` from a run, where one is given whose
passages are still kept. ragas reads the file with
``EvaluationDataset.from_jsonl``. A case with history is a conversation there and has another
form, so that what was said before stands before the question here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from core.types import EvalCase
from evals.formats.base import FORMATS
from evals.records import CaseRecord


class Ragas:
    """One file, ``ragas.jsonl``."""

    name = "ragas"

    def files(self, cases: Sequence[EvalCase], records: Mapping[str, CaseRecord]) -> dict[str, str]:
        """Return the one file."""
        lines = [json.dumps(_sample(c, records.get(c.id)), ensure_ascii=False) for c in cases]
        return {"ragas.jsonl": "".join(f"{line}\n" for line in lines)}


def _sample(case: EvalCase, record: CaseRecord | None) -> dict[str, Any]:
    before = [f"{turn.role}: {turn.text}" for turn in case.history]
    sample: dict[str, Any] = {
        "user_input": "\n".join([*before, case.question]),
        "reference": case.reference,
        "reference_contexts": [expected.quote for expected in case.expected],
    }
    if record is not None and record.get("draft"):
        draft = cast(Mapping[str, Any], record["draft"])
        sample["response"] = "\n".join(s["text"] for s in draft["sentences"]) or draft["answer"]
        if "contexts" in record:
            sample["retrieved_contexts"] = list(cast(Sequence[str], record["contexts"]))
    return sample


FORMATS.register("ragas")(Ragas())
