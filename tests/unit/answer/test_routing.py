from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from answer.routing import Dispatch
from answer.routing.evaluate import escalation, routing
from answer.routing.facts import Facts, facts_of, waiting
from answer.routing.patterns import Matcher, check_pattern
from answer.rules.house import RULE_KINDS, ShippedRules
from answer.rules.store import StoredRules, check_rules
from answer.rules.surge import Surge
from answer.rules.written import read_rules, write_rules
from core.database import Database
from core.errors import Conflict, DataInvalid, OptionInvalid
from core.types import Draft, DraftState, Emotion, Escalation, Routing, Sentence, Triage, Turn

NOW = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
UP = ShippedRules().current("escalation")
TIERS = ShippedRules().current("routing")


def at(minute: int) -> str:
    return f"2026-03-01T09:{minute:02}:00Z"


def facts(*turns: Turn, triage: Triage | None = None) -> Facts:
    return facts_of(
        triage or Triage(),
        turns,
        channel="im",
        language="zh",
        parts=1,
        unresolved=UP["unresolved"],
        now=NOW,
    )


def draft(answer: str = "十二个月。[1]", **triage: Any) -> Draft:
    return Draft(
        id="dft_1",
        question="保修多久？",
        state=DraftState.ANSWERED,
        language="zh",
        channel="im",
        answer=answer,
        sentences=(Sentence("十二个月。", (1,), 1.0),),
        citations=(),
        confidence=0.9,
        drafter="extractive",
        triage=Triage(**triage),
    )


def test_a_customer_who_waits_half_an_hour_is_heard_by_a_supervisor():
    asked = Turn("customer", "滤芯多久换一次？", at(29))
    assert escalation(UP, facts(asked)).rule == "waiting"
    assert "30" in escalation(UP, facts(asked)).reason
    assert escalation(UP, facts(Turn("customer", "滤芯多久换一次？", at(31)))) == Escalation()


def test_waiting_counts_from_the_first_message_that_no_agent_answered():
    turns = [
        Turn("customer", "在吗", at(0)),
        Turn("agent", "在的", at(1)),
        Turn("customer", "滤芯多少钱", at(40)),
        Turn("customer", "？", at(55)),
    ]
    assert waiting(turns, NOW) == 20
    assert waiting([*turns, Turn("agent", "稍等", at(58))], NOW) is None


@pytest.mark.parametrize("text", ["", "yesterday", "9999999999999999999", "1203-01-01", "NaN", "²"])
def test_a_time_that_is_missing_or_nonsense_makes_nobody_wait(text: str):
    assert waiting([Turn("customer", "在吗", text)], NOW) is None


def test_times_are_read_as_programs_write_them_and_one_to_come_is_now():
    assert waiting([Turn("customer", "在吗", "1772355600")], NOW) == 60
    assert waiting([Turn("customer", "在吗", "1772355600000")], NOW) == 60
    assert waiting([Turn("customer", "在吗", "2026-03-01T17:30:00+08:00")], NOW) == 30
    assert waiting([Turn("customer", "在吗", "2026-03-02T00:00:00Z")], NOW) == 0


def test_the_highest_level_decides_whatever_the_order_of_the_rules():
    known = facts(Turn("customer", "我要找你们经理", at(59)), triage=Triage(severity=3))
    turned = {**UP, "rules": [*reversed(UP["rules"])]}
    assert escalation(UP, known).rule == escalation(turned, known).rule == "legal-or-public"


def test_a_rule_that_is_switched_off_is_passed_over():
    off = deepcopy(dict(UP))
    next(r for r in off["rules"] if r["rule"] == "waiting")["enabled"] = False
    assert not escalation(off, facts(Turn("customer", "在吗", at(0)))).needed


def test_who_comes_back_twice_with_the_same_unsolved_goes_up():
    turns = [Turn("customer", "净化器连不上无线网络")]
    turns += [Turn("agent", "请重启"), Turn("customer", "还是不行")]
    turns += [Turn("agent", "请重置"), Turn("customer", "净化器依然连不上无线网络啊")]
    known = facts(*turns)
    assert (known.rounds, known.repeats) == (3, 2)
    assert escalation(UP, known).rule == "unresolved"


def test_an_angry_complaint_goes_to_a_supervisor_and_a_calm_one_is_noted():
    angry = Triage(kind="complaint", emotion=Emotion("angry", 0.8))
    found = escalation(UP, facts(Turn("customer", "太过分了"), triage=angry))
    assert (found.rule, found.level, found.to) == ("angry-complaint", 2, "当班主管")
    calm = escalation(UP, facts(Turn("customer", "反馈一下"), triage=Triage(kind="complaint")))
    assert (calm.needed, calm.level) == (False, 1)


def test_self_service_takes_sure_answers_and_on_a_day_of_surge_less_sure_ones():
    known = Facts(state="answered", confidence=0.99)
    assert routing(TIERS, known, surge=False).tier == "self_service"
    limit = next(r for r in TIERS["rules"] if r["rule"] == "sure-answer")
    between = limit["surge"]["when"]["confidence"]
    unsure = Facts(state="answered", confidence=between)
    assert routing(TIERS, unsure, surge=False).tier == "agent"
    assert routing(TIERS, unsure, surge=True).tier == "self_service"


def test_danger_goes_to_the_experts_and_a_complaint_to_an_agent_in_the_surge_queue():
    assert routing(TIERS, Facts(severity=3), surge=False).tier == "expert"
    complaint = Facts(kind="complaint", state="answered", confidence=0.9)
    assert routing(TIERS, complaint, surge=False).to == "客服一组"
    assert routing(TIERS, complaint, surge=True).to == "大促支援组"


def test_what_self_service_may_not_answer_alone_says_that_a_person_will_help():
    dispatch = Dispatch(ShippedRules())
    alone = draft(routing=Routing("self_service", "sure-answer"))
    assert dispatch.handover(alone) == alone
    beside = dispatch.handover(draft(routing=Routing("agent", "complaint")))
    assert beside.answer.endswith("十二个月。[1]")
    assert "人工客服" in beside.answer
    unsure = dispatch.handover(draft(routing=Routing("agent", "unsure-answer")))
    assert unsure.state is DraftState.ANSWERED
    assert (unsure.sentences, unsure.citations) == ((), ())
    assert "十二" not in unsure.answer


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"when": {"mood": "angry"}}, "there is no condition 'mood'"),
        ({"when": {"severity": "high"}}, "severity is 'high'"),
        ({"when": {"severity": True}}, "severity is True"),
        ({"when": {"emotion": "cross"}}, "emotion is 'cross'"),
        ({"when": {"rounds": {"at_least": 5, "below": 3}}}, "rounds leaves no number"),
        ({"when": {"pattern": "(a+)+$"}}, "pattern repeats what itself repeats"),
        ({"when": {"pattern": "((a{99}){99}){99}"}}, "pattern repeats something up to"),
        ({"when": {"pattern": "("}}, "pattern is not a regular expression"),
        ({"when": {"pattern": "a*"}}, "pattern is found in every text"),
        ({"when": {"pattern": "x" * 3000}}, "3,000 characters"),
        ({"when": {"words": []}}, "words is not a list of words"),
        ({"when": {}}, "when is not a list of conditions"),
        ({"level": 7}, "level is 7"),
        ({"reason": ""}, "reason is not text"),
        ({"enabled": "yes"}, "enabled is 'yes'"),
        ({"colour": "red"}, "there is nothing called 'colour'"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused_by_its_name_and_key(
    change: dict[str, Any], said: str
):
    rule = {"rule": "mine", "when": {"kind": "fault"}, "level": 1, "reason": "x", **change}
    with pytest.raises(DataInvalid, match="mine") as refused:
        RULE_KINDS.get("escalation").check({**UP, "rules": [rule]})
    assert said in refused.value.message


def test_ten_thousand_rules_and_two_of_one_name_are_refused():
    rule = {"rule": "a", "when": {"kind": "fault"}, "level": 1, "reason": "x"}
    check = RULE_KINDS.get("escalation").check
    with pytest.raises(DataInvalid, match="10,000 rules"):
        check({**UP, "rules": [rule] * 10_000})
    with pytest.raises(DataInvalid, match="both called 'a'"):
        check({**UP, "rules": [rule, rule]})


def test_a_slow_pattern_that_got_in_ends_and_holds_not():
    with pytest.raises(DataInvalid):
        check_pattern(r"(\w+\s?)*$", "x")
    assert Matcher("a " * 2000 + "!").pattern(r"(\w+\s?)*$") is False


def test_patterns_see_both_scripts_and_full_width_marks():
    text = Matcher("我要投訴！請叫經理，VIP 客戶")
    assert text.pattern("投诉")
    assert text.pattern("投訴")
    assert text.pattern("vip")
    assert text.words(["經理"])
    assert not text.words(["退款"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules:\n  - rule: a\n   level: 1\n", "Line 3"),
        ("rules: [\n", "Line 2"),
        ("a: 1\na: 2\n", "Line 2"),
        ("a: &x [1]\nb: *x\n", "Line 2"),
        ("a: !!python/object:os.system {}\n", "Line 1"),
        ("- 1\n", "not a list of keys"),
        ("a: .nan\n", "is no number"),
        ("[" * 5000, "nested too deeply"),
        ("a: " + "x" * 300_000, "300,003 characters"),
    ],
)
def test_yaml_that_cannot_be_read_is_refused_with_its_line(text: str, said: str):
    with pytest.raises(DataInvalid) as refused:
        read_rules(text)
    assert said in refused.value.message


def test_every_shipped_set_of_rules_passes_its_check_and_is_the_same_when_written_again():
    for name, kind in RULE_KINDS:
        body = check_rules(name, kind.text)
        assert read_rules(write_rules(body, kind.text)) == body, name


@pytest.fixture
def database(tmp_path: Path) -> Database:
    opened = Database(f"sqlite:///{tmp_path / 'a.db'}")
    opened.upgrade()
    return opened


def own(level: int) -> str:
    rule = {"rule": "mine", "when": {"kind": "fault"}, "level": level, "reason": "x"}
    return write_rules({**UP, "rules": [rule]})


def save(rules: StoredRules, level: int, based_on: int) -> int:
    text = own(level)
    return rules.save("escalation", text, based_on=based_on, by="wang", reason="r").number


def test_a_saved_rule_holds_at_once_and_older_versions_can_be_taken_again(database: Database):
    rules = StoredRules(database)
    assert rules.current("escalation") == UP
    assert save(rules, 1, 0) == 1
    assert rules.current("escalation")["rules"][0]["level"] == 1
    assert save(rules, 2, 1) == 2
    rules.restore("escalation", 1, based_on=2, by="li", reason="back")
    assert rules.current("escalation")["rules"][0]["level"] == 1
    rules.restore("escalation", 0, based_on=3, by="li", reason="shipped")
    assert rules.current("escalation") == UP
    assert [v.number for v in rules.versions("escalation")] == [4, 3, 2, 1, 0]


def test_of_two_who_save_at_once_the_second_is_told_and_both_are_kept(database: Database):
    rules = StoredRules(database)
    save(rules, 1, 0)
    with pytest.raises(Conflict, match="version 1 of escalation since you took up 0"):
        save(rules, 3, 0)
    assert rules.current("escalation")["rules"][0]["level"] == 1
    kept = rules.version("escalation", 2)
    assert (kept.state, kept.text) == ("aside", own(3))


def test_rules_that_cannot_be_followed_are_not_saved(database: Database):
    rules = StoredRules(database)
    with pytest.raises(DataInvalid):
        rules.save("escalation", own(9), based_on=0, by="wang", reason="r")
    assert rules.version("escalation").number == 0


def test_surge_ends_by_itself_and_a_past_end_is_refused(database: Database):
    surge = Surge(database)
    assert not surge.is_on()
    surge.switch(True, by="wang", reason="双十一")
    assert surge.is_on()
    assert (surge.state().by, surge.state().reason) == ("wang", "双十一")
    with pytest.raises(OptionInvalid):
        surge.switch(True, by="wang", until=NOW)
    surge.switch(False, by="li")
    assert not surge.is_on()


def test_a_likely_answer_is_read_beside_the_notice_that_a_person_will_help():
    found = routing(TIERS, Facts(state="answered", confidence=0.4), surge=False)
    assert (found.tier, found.rule) == ("agent", "likely-answer")
    shown = Dispatch(ShippedRules()).handover(draft(routing=found))
    assert shown.answer.endswith("十二个月。[1]")
    assert "人工客服" in shown.answer
