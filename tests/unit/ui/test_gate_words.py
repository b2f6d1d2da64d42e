"""What a gate says is said in the reader's language, whatever it has to say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from core.serial import to_json
from core.types import RunReport
from evals.gate import GateResult, judge, read_gate
from evals.judging.calibrating import Calibration
from evals.records import summarise
from evals.remarks import Remark
from ui import texts
from ui.evals_shapes import Fault, read_verdict
from ui.parts.evals import gate_words


def _case(name: str, score: float, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "question": f"q {name}",
        "audience": "public",
        "language": "zh",
        "state": "answered",
        "reference": "r",
        "tags": ["safety"] if name in ("c0", "c1", "old") else [],
        "scores": {"citation_hit": score, "false_refusal_rate": 1 - score},
        "unscored": {},
        "error": None,
        **more,
    }


def _run(
    cases: Sequence[Mapping[str, Any]], about: Mapping[str, object] | None = None
) -> RunReport:
    now = datetime.now(UTC)
    return RunReport("r", "s", {}, tuple(cases), summarise(cases), now, 1.0, about=about or {})


GOOD = [_case(f"c{n}", 1.0) for n in range(20)]
BAD = [
    *(_case(f"c{n}", float(n > 11)) for n in range(18)),
    _case("old", 0, scores={}, stale=True),
    _case("d", 0, scores={}, error={"code": "X"}),
    _case("u", 0, scores={}, unscored={"citation_hit": "why"}),
]
MUCH = """
suite: s
metrics:
  citation_hit: {may_fall: 0.05, at_least: 0.9}
  false_refusal_rate: {may_rise: 0.05, at_most: 0.1}
  hit@5: {at_least: 0.1}
  ragas_faithfulness: {at_least: 0}
cases: [{tags: [safety], ids: [nobody], by: [citation_hit], may_be_stale: 0}]
may_be_stale: 0
"""
RULES = read_gate(MUCH, "g")


def _doubts() -> list[Remark | None]:
    held = Calibration("m", "j", 0.5, drafts=9, labels=9)
    many: Mapping[str, Any] = {"metric": "m", "judge": "j", "threshold": 0.5, "labels": 90}
    alike = Calibration(**many, drafts=90)
    return [held.doubt, alike.doubt, Calibration(**many, drafts=90, kappa=0.2).doubt]


def _verdicts() -> list[GateResult]:
    good, bad = _run(GOOD), _run(BAD, {"moved": ["rules routing"]})
    rewritten = _run([*(_case(f"c{n}", 1.0, question="another") for n in range(3)), *GOOD[3:]])
    found = [judge(RULES, bad, good), judge(RULES, bad, None), judge(RULES, rewritten, good)]

    def doubted(doubt: Remark | None) -> GateResult:
        return judge(RULES, bad, None, lambda _: doubt)

    return [*found, *map(doubted, _doubts())]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whatever_a_gate_says_is_said_in_the_readers_language(language: str) -> None:
    t = texts.load(language)
    said: dict[str, str] = {}
    for found in _verdicts():
        verdict = read_verdict(to_json(found))
        for fault in verdict.faults:
            said[f"{fault.rule} {fault.told.get('why', '')}"] = gate_words.fault(t, fault)
        said |= {f"note {note.kind}": gate_words.note(t, note) for note in verdict.notes}
    rules = {name.split()[0] for name in said} - {"note"}
    assert rules == {
        "fell", "rose", "low", "high", "missing", "cases", "failed", "unjudged", "uncalibrated",
        "gone", "stale",
    }  # fmt: skip
    assert {n for n in said if n.startswith("note")} == {
        f"note {one}" for one in ("stale", "unheld", "moved", "alone", "rewritten")
    }
    assert {n for n in said if n.startswith("uncal")} == {
        f"uncalibrated {one}" for one in ("unknown", "few", "alike", "apart")
    }
    for name, words in said.items():
        assert 'lang="en"' not in words, name
        assert bool(re.search("[一-鿿]", words)) == (language == "zh"), name
        assert "{" not in words
    assert "1.000" in said["fell "]
    assert "old" in said["note stale"]


def test_what_this_screen_cannot_say_is_shown_as_the_service_said_it() -> None:
    t = texts.load("zh")
    odd = Fault("elegance", "", "It is <not> elegant.", (), {"count": 1})
    assert gate_words.fault(t, odd) == '<span lang="en">It is &lt;not&gt; elegant.</span>'
    torn = Fault("fell", "hit@5", "It fell.", (), {"before": 1.0})
    assert gate_words.fault(t, torn) == '<span lang="en">It fell.</span>'
