from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import DataInvalid
from core.types import EvalCase, Turn
from evals.bench.beir import read_set
from evals.cases import load_suite, parse_cases
from evals.formats import FORMATS

SCHEMA = Path(__file__).parents[3] / "evals" / "formats" / "schema.json"


@pytest.fixture
def cases(make: Any) -> Sequence[EvalCase]:
    plain = make.case("a", ("x2-manual-en", "Timer"), ("x2-manual-zh", "定时"))
    said = (Turn("customer", "我的X2\u2028坏了"), Turn("agent", "什么情况？"))
    full = replace(
        make.case("b", ("x2-manual-en", "Timer"), language="zh", question="怎么重置？"),
        tags=("code",), origin="flag", history=said, channel="email", product="X2",
        difficulty="hard",
    )  # fmt: skip
    return plain, full


def test_what_is_exported_is_imported_as_it_was(cases: Sequence[EvalCase]) -> None:
    (text,) = FORMATS.get("jsonl").files(cases, {}).values()
    assert tuple(parse_cases(text, "x")) == cases
    golden = load_suite("samples")
    (text,) = FORMATS.get("jsonl").files(golden, {}).values()
    assert tuple(parse_cases(text, "x")) == golden


def test_the_schema_names_the_fields_that_cases_have(cases: Sequence[EvalCase]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert set(schema["properties"]) == set(EvalCase.__dataclass_fields__)
    line = dict.fromkeys(schema["properties"])
    with pytest.raises(DataInvalid) as caught:
        list(parse_cases(json.dumps({**line, "score": 1}), "x"))
    assert "x line 1" in caught.value.message
    (text,) = FORMATS.get("jsonl").files(cases[:1], {}).values()
    assert set(json.loads(text)) == set(schema["required"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"score": 1}, "x.jsonl line 2: score is not a field of a case"),
        ({"id": "a"}, "x.jsonl line 2: the id 'a' is that of line 1"),
        ({"difficulty": "nasty"}, "x.jsonl line 2: difficulty must be"),
        ({"history": [{"role": "robot", "text": "x"}]}, "x.jsonl line 2: history.0.role must be"),
    ],
)
def test_an_import_says_which_line_is_wrong_and_why(
    cases: Sequence[EvalCase], change: dict[str, Any], said: str
) -> None:
    (text,) = FORMATS.get("jsonl").files(cases, {}).values()
    first, second = text.splitlines(keepends=False)[0], json.loads(text.split("\n")[1])
    with pytest.raises(DataInvalid) as caught:
        list(parse_cases(f"{first}\n{json.dumps({**second, **change})}\n", "x.jsonl"))
    assert said in caught.value.message


def test_a_beir_set_judges_each_passage_once(cases: Sequence[EvalCase], tmp_path: Path) -> None:
    files = FORMATS.get("beir").files(cases, {})
    passages = [json.loads(line) for line in files["corpus.jsonl"].splitlines()]
    assert [(p["_id"], p["title"], p["text"]) for p in passages] == [
        ("p1", "x2-manual-en", "Timer"),
        ("p2", "x2-manual-zh", "定时"),
    ]
    assert files["qrels/test.tsv"].splitlines() == [
        "query-id\tcorpus-id\tscore", "a\tp1\t1", "a\tp2\t1", "b\tp1\t1",
    ]  # fmt: skip
    assert [json.loads(line)["_id"] for line in files["queries.jsonl"].split("\n") if line] == [
        "a",
        "b",
    ]
    (tmp_path / "qrels").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    read = read_set(tmp_path)
    assert read.relevance == {"a": {"p1": 1, "p2": 1}, "b": {"p1": 1}}
    assert read.questions[1].history == ("customer: 我的X2\u2028坏了", "agent: 什么情况？")


def test_ragas_reads_its_own_format(cases: Sequence[EvalCase], tmp_path: Path) -> None:
    from ragas import EvaluationDataset

    draft = {"sentences": [{"text": "按住 3 秒。"}], "answer": "x", "citations": []}
    record = {"draft": draft, "contexts": ["hold Timer for 3 seconds"]}
    (text,) = FORMATS.get("ragas").files(cases, {"b": record}).values()
    path = tmp_path / "ragas.jsonl"
    path.write_text(text, encoding="utf-8")
    plain, full = EvaluationDataset.from_jsonl(path).samples
    assert (plain.user_input, plain.response) == ("How do I reset the X2?", None)
    assert full.response == "按住 3 秒。"
    assert full.retrieved_contexts == ["hold Timer for 3 seconds"]
    assert full.user_input.endswith("怎么重置？")
    assert full.reference_contexts == ["Timer"]
