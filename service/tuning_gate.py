"""What the gate says of a search before it is taken over: the same cases, asked of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.ports import Progress, silent
from core.types import EvalCase, RunReport
from service.stored_runs import gate_text
from service.under_test import HouseUnderTest, gone

if TYPE_CHECKING:
    from evals.compare import Comparison
    from evals.gate import GateRules
    from retrieval.standard import Learnt
    from service.parts import Parts

_GATE = "tuning"
_BY = ("citation_hit", "refusal_accuracy")
"""What a case is said to have got worse by."""
_STAGE = "gate"


def held_against(
    parts: Parts, fresh: Learnt, cases: Sequence[EvalCase], progress: Progress = silent
) -> dict[str, Any]:
    """Return what the gate says of a house that would search with ``fresh``.

    ``{"passed", "cases", "failures", "worse"}``: how many cases were asked of both searches, what
    does not hold, with the cases of it, and every case that got worse, as id and question. Where
    there is no case to ask it passes.
    """
    from evals.compare import compare
    from evals.gate import judge, read_gate

    stale = gone(parts, cases)
    asked = [case for case in cases if case.id not in stale]
    if not asked:
        return {"passed": True, "cases": 0, "failures": [], "worse": []}
    rules = read_gate(gate_text(_GATE), f"{_GATE}.yaml")
    before = _run(parts, None, asked, rules, lambda _, done: progress(_STAGE, done / 2))
    after = _run(parts, fresh, asked, rules, lambda _, done: progress(_STAGE, 0.5 + done / 2))
    found = judge(_measured(rules, before), after, before)
    return {
        "passed": found.passed,
        "cases": len(asked),
        "failures": [
            {"metric": one.metric, "message": one.message, "cases": list(one.cases)}
            for one in found.failures
        ],
        "worse": _worse(compare(before, after), asked),
    }


def _run(
    parts: Parts,
    known: Learnt | None,
    cases: Sequence[EvalCase],
    rules: GateRules,
    progress: Progress,
) -> RunReport:
    from evals.runner import Plan, run_suite

    names = [*rules.metrics, *(name for rule in rules.cases for name in rule.by), *_BY]
    plan = Plan(workers=parts.settings.eval_workers)
    # What is tuned is the search: two drafts of a model may differ by themselves.
    with HouseUnderTest(parts, learnt=known, drafter="extractive") as house:
        return run_suite(
            cases, house, names, suite=rules.suite, fingerprint={}, progress=progress, plan=plan
        )


def _measured(rules: GateRules, before: RunReport) -> GateRules:
    """The rules as far as the cases can be measured by them."""
    known = {name: rule for name, rule in rules.metrics.items() if name in before.metrics}
    return rules.model_copy(update={"metrics": known})


def _worse(compared: Comparison, cases: Sequence[EvalCase]) -> list[dict[str, str]]:
    found = [compared.metrics[name] for name in _BY if name in compared.metrics]
    ids = {change.id for one in found for change in one.worse}
    return [{"id": case.id, "question": case.question} for case in cases if case.id in ids]
