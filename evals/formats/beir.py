"""The BEIR layout: corpus.jsonl, queries.jsonl and qrels/test.tsv.

The passages are the expected quotes, each once; retrieval benches read it. Cases without an
expected passage have no judgement and are left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.types import EvalCase
from evals.formats.base import FORMATS
from evals.records import CaseRecord


class Beir:
    """Three files that retrieval benches read."""

    name = "beir"

    def files(self, cases: Sequence[EvalCase], records: Mapping[str, CaseRecord]) -> dict[str, str]:
        """Return corpus, queries and judgements."""
        del records
        passages: dict[tuple[str, str], str] = {}
        queries: list[str] = []
        judged = ["query-id\tcorpus-id\tscore\n"]
        for case in cases:
            if not case.expected:
                continue
            queries.append(_json(_query(case)))
            held = dict.fromkeys((e.document, e.quote) for e in case.expected)
            for passage in held:
                number = passages.setdefault(passage, f"p{len(passages) + 1}")
                # A tab in an id would be read as the next column.
                judged.append(f"{_flat(case.id)}\t{number}\t1\n")
        corpus = [
            _json({"_id": number, "title": document, "text": quote})
            for (document, quote), number in passages.items()
        ]
        return {
            "corpus.jsonl": "".join(corpus),
            "queries.jsonl": "".join(queries),
            "qrels/test.tsv": "".join(judged),
        }


def _query(case: EvalCase) -> dict[str, Any]:
    query: dict[str, Any] = {"_id": _flat(case.id), "text": case.question}
    if case.history:
        query["metadata"] = {"history": [f"{t.role}: {t.text}" for t in case.history]}
    return query


def _flat(text: str) -> str:
    return " ".join(text.split())


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


FORMATS.register("beir")(Beir())
