from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import DataInvalid, OptionInvalid, PathNotFound
from core.types import DraftState, EvalCase, ExpectedPassage
from evals.cases import load_suite, suite_label, suite_names

GOOD = {
    "id": "zh-1",
    "question": "保修多久？",
    "language": "zh",
    "audience": "public",
    "state": "answered",
    "reference": "24 个月。",
    "expected": [{"document": "warranty-zh", "quote": "保修期为 24 个月"}],
    "tags": ["policy"],
}
UNKNOWABLE = GOOD | {"id": "zh-2", "state": "no_evidence", "expected": []}


def write(folder: Path, *lines: object, name: str = "mine.jsonl") -> str:
    path = folder / name
    path.write_text(
        "\n".join(x if isinstance(x, str) else json.dumps(x, ensure_ascii=False) for x in lines),
        encoding="utf-8",
    )
    return str(path)


def without(field: str) -> dict[str, object]:
    return {name: value for name, value in GOOD.items() if name != field}


def test_a_line_of_a_suite_becomes_a_case(tmp_path: Path) -> None:
    assert load_suite(write(tmp_path, GOOD)) == (
        EvalCase(
            id="zh-1",
            question="保修多久？",
            language="zh",
            audience="public",
            state=DraftState.ANSWERED,
            reference="24 个月。",
            expected=(ExpectedPassage("warranty-zh", "保修期为 24 个月"),),
            tags=("policy",),
            origin="hand-written",
            status="approved",
        ),
    )


def test_every_suite_that_ships_loads_and_holds_both_languages_and_unanswerable_questions() -> None:
    assert "samples" in suite_names()
    for name in suite_names():
        cases = load_suite(name)
        assert {"zh", "en"} <= {case.language for case in cases}
        assert any(case.state is DraftState.NO_EVIDENCE for case in cases)


def test_blank_lines_a_byte_order_mark_and_line_separators_in_text_are_no_trouble(
    tmp_path: Path,
) -> None:
    odd = GOOD | {"question": "保修\u2028多久？"}
    path = write(tmp_path, "\ufeff" + json.dumps(odd, ensure_ascii=False), "", UNKNOWABLE, "")
    assert [case.id for case in load_suite(path)] == ["zh-1", "zh-2"]


def test_only_approved_cases_run(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD, UNKNOWABLE | {"status": "proposed"})
    assert [case.id for case in load_suite(path)] == ["zh-1"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{not json", "line 2: it is not JSON"),
        ("[1]", "line 2: the line must be an object"),
        (GOOD | {"id": "b", "grade": 1}, "line 2: grade is not a field of a case"),
        (without("reference"), "line 2: reference is missing"),
        (GOOD | {"id": "b", "question": "  "}, "line 2: question must not be empty"),
        (
            GOOD | {"id": "b", "state": "maybe"},
            "line 2: state must be 'answered', 'no_evidence' or 'clarify'",
        ),
        (GOOD | {"id": "b", "language": "de"}, "line 2: language must be 'zh' or 'en'"),
        (GOOD | {"id": "b", "expected": "x"}, "line 2: expected must be a list"),
        (
            GOOD | {"id": "b", "expected": [{"document": "d"}]},
            "line 2: expected.0.quote is missing",
        ),
        (GOOD, "line 2: the id 'zh-1' is that of line 1"),
        (GOOD | {"id": "b", "expected": []}, "line 2: an answered case needs a reference"),
        (GOOD | {"id": "b", "reference": ""}, "line 2: an answered case needs a reference"),
        (GOOD | {"id": "b", "state": "no_evidence"}, "line 2: a no_evidence case cannot expect"),
    ],
)
def test_a_bad_line_is_named_by_file_and_line(tmp_path: Path, line: object, said: str) -> None:
    with pytest.raises(DataInvalid) as caught:
        load_suite(write(tmp_path, GOOD, line))
    assert caught.value.message.startswith(f"mine.jsonl {said}")
    assert caught.value.hint


def test_a_suite_with_no_case_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataInvalid, match=r"mine\.jsonl holds no approved case"):
        load_suite(write(tmp_path, ""))


def test_a_suite_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gbk.jsonl"
    path.write_bytes("保修".encode("gbk"))
    with pytest.raises(DataInvalid, match=r"gbk\.jsonl is not UTF-8"):
        load_suite(str(path))


def test_an_unknown_suite_names_the_known_ones(tmp_path: Path) -> None:
    write(tmp_path, GOOD, name="one.jsonl")
    write(tmp_path, GOOD, name="two.jsonl")
    with pytest.raises(OptionInvalid) as caught:
        load_suite("three", folder=tmp_path)
    assert caught.value.message == "There is no suite called 'three'."
    assert "one, two" in caught.value.hint


def test_a_suite_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(PathNotFound):
        load_suite(str(tmp_path / "none.jsonl"))


def test_a_run_is_labelled_by_its_suite_whether_named_or_given_as_a_file() -> None:
    assert suite_label("samples") == "samples"
    assert suite_label("/some/where/mine.jsonl") == "mine"
