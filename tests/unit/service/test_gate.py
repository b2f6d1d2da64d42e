"""What the gate, its list and the audit say of what somebody may not see: how many, never which."""

from typing import Any

import pytest

from core.errors import GateClosed
from service import views
from service.api.sight import without_hidden
from service.audiences import EVERYTHING
from service.gate import Gate

EYES = ("public", "internal")


def entry(name: str, audience: str, verdict: str = "broke", kind: str = "answer") -> dict[str, Any]:
    return {
        "kind": kind,
        "id": name,
        "question": f"What of {name}?",
        "verdict": verdict,
        "audience": audience,
        "citations": [],
        "changes": [],
    }


def body(*affected: dict[str, Any]) -> dict[str, Any]:
    verdicts = {v: sum(e["verdict"] == v for e in affected) for v in ("broke", "changed", "pass")}
    return {"verdicts": verdicts, "affected": list(affected)}


def refused(found: dict[str, Any], sight: Any) -> str:
    nothing: Any = None
    with pytest.raises(GateClosed) as told:
        Gate(nothing, nothing).require_open(found, force=True, reason=" ", by="li", sight=sight)
    return str(told.value)


@pytest.mark.parametrize(
    ("affected", "said"),
    [
        (
            [entry("ans_1", "public")],
            "break 1 that rest on what it changes: answer ans_1 (What of ans_1?).",
        ),
        (
            [entry("ans_1", "public"), entry("ans_2", "legal"), entry("ans_3", "internal+legal")],
            "what it changes: answer ans_1 (What of ans_1?) and 2 that you may not see.",
        ),
        ([entry("ans_2", "legal")], "break 1 that rest on what it changes: 1 that you may not see"),
        (
            [entry(f"ans_{n}", "public") for n in range(7)],
            "answer ans_4 (What of ans_4?) and 2 more.",
        ),
        (
            [*(entry(f"ans_{n}", "public") for n in range(7)), entry("c1", "public", kind="case")],
            "changes: case c1 (What of c1?), answer ans_0 (What of ans_0?), ",
        ),
    ],
)
def test_a_closed_gate_counts_what_the_caller_may_not_see(
    affected: list[dict[str, Any]], said: str
) -> None:
    told = refused(body(*affected), EYES)
    assert said in told
    assert "legal" not in told
    assert refused(body(entry("ans_2", "legal")), EVERYTHING).count("answer ans_2") == 1


def test_the_list_counts_by_verdict_what_is_not_to_be_seen() -> None:
    found = body(
        entry("ans_1", "public"), entry("ans_2", "legal"), entry("ans_3", "legal", "changed")
    )
    shown = views.impact(found, EYES, hidden=())
    assert [e["id"] for e in shown["affected"]] == ["ans_1"]
    assert shown["verdicts"] == {"broke": 2, "changed": 1, "pass": 0}
    assert shown["hidden"] == {"broke": 1, "changed": 1, "pass": 0}
    assert "legal" not in str(shown)


def test_the_audit_names_what_broke_to_those_alone_who_may_see_it() -> None:
    detail = {"broke": ["answer ans_1", "answer ans_2"], "broke_audiences": ["public", "legal"]}
    told = {"id": "7", "action": "force_publish", "detail": {**detail, "number": 2}}
    kept = {"broke": ["answer ans_1"], "broke_hidden": 1, "number": 2}
    assert without_hidden(told, EYES)["detail"] == kept
    assert without_hidden(told, EVERYTHING) == told
    older = {"id": "6", "detail": {"broke": ["case c7"]}}
    assert without_hidden(older, EYES)["detail"] == {"broke": [], "broke_hidden": 1}
