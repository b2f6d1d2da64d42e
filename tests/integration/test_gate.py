"""The two revisions of the sample manual: the gate names every answer they touch, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.errors import (
    AnswerUnsupported,
    GateClosed,
    ModelUnavailable,
    NotFound,
    OptionInvalid,
)
from core.types import Applicability, Turn, VerdictKind
from corpus.documents import IngestOptions
from corpus.subjects import Subjects
from corpus.titles import LiveTitles
from evals.impact import Supposed
from retrieval.named import NamedDocuments
from retrieval.retriever import Retriever
from service.desk import Desk
from service.drafting import build_engine
from service.samples import SAMPLES
from service.searching import searching_as
from service.settings import load_settings

KEY = "r5-manual-zh"
EYES = ("public", "internal")

BROKEN = {
    "R5 最多能存几张地图？": "最多保存 3 张楼层地图，每张地图最多设置 10 个禁区。",
    "R5 充电时环境温度有什么要求？": "充电环境温度为 0–40 °C。",
    "R5 怎么重置 Wi-Fi？": "同时按住电源键和回充键 3 秒，听到“等待联网”后松开。",
    "R5 看家怎么用？": "在 App 首页点“看家”，经验证后，可用机器前置摄像头实时查看家中画面。",
    "R5 能扫多厚的地毯？": "可清扫绒长不超过 20 mm 的地毯。",
    "R5 清水箱里能加什么？": "清水箱只能加入清水，或按瓶身说明稀释的中性清洁剂。",
}
CHANGED = {"R5 拖布多久洗一次？": "拖地过程中，机器每 15 分钟回基站清洗一次拖布。"}
NEARBY = {"R5 能越过多高的门槛？": "机器可以越过高度不超过 20 mm 的门槛。"}
UNTOUCHED = {
    "R5 报 E07 是什么意思？": "E07 悬崖传感器脏污：用干软布擦拭机器底部 6 个悬崖传感器。",
    "R5 滤网洗完要晾多久？": "在阴凉处晾干至少 24 小时。",
    "R5 主刷多久换一次？": "主刷的更换周期是 6–12 个月。",
    "R5 的尘盒能装多少？": "尘盒容量 350 mL。",
}


@pytest.fixture(scope="module")
def revised(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, embedder: Any
) -> Iterator[tuple[Desk, str, str]]:
    """The first revision live with approved answers, the second a draft beside it."""
    settings, _ = load_settings({}, home=tmp_path_factory.mktemp("home"), models_dir=models_dir)
    desk = Desk(settings)
    _ = embedder
    old = _brought(desk, "r5-manual-zh-v1.3.pdf")
    for question, answer in {**BROKEN, **CHANGED, **NEARBY, **UNTOUCHED}.items():
        hits = desk.search(question, EYES, top=5)["hits"]
        desk.approvals.approve(question, answer, [h["chunk_id"] for h in hits], by="wang")
    new = _brought(desk, "r5-manual-zh-v2.0.pdf", draft=True)
    yield desk, old, new
    desk.close()


def _brought(desk: Desk, name: str, *, draft: bool = False) -> str:
    options = IngestOptions(
        applicability=Applicability("robot vacuum", "R5"), document=KEY, by="li", draft=draft
    )
    entry = desk.ingest(SAMPLES / name, options)
    assert entry["error"] is None
    return str(entry["version_id"])


def _ask(desk: Desk, question: str) -> dict[str, Any]:
    return desk.ask([Turn("customer", question)], EYES, by="chen")


def test_an_approved_answer_is_given_to_a_close_question_with_its_passages(revised: Any) -> None:
    desk, old, _ = revised
    given = _ask(desk, "R5 最多可以保存几张地图？")
    assert given["drafter"] == "approved"
    assert "最多保存 3 张楼层地图" in given["answer"]
    assert given["approved"]["by"] == "wang"
    assert given["approved"]["likeness"] >= given["approved"]["threshold"]
    (citation,) = given["citations"]
    assert citation["version_id"] == old
    passage = desk.records.chunk(citation["chunk_id"])
    assert passage.text[citation["start"] : citation["end"]] == citation["quote"]
    assert given["evidence"][0]["chunk_id"] == citation["chunk_id"]


def test_a_question_about_another_model_or_number_does_not_get_it(revised: Any) -> None:
    desk, *_ = revised
    for question in ("R7 最多能存几张地图？", "R5 最多能存 5 张地图吗？", "怎么退货？"):
        assert _ask(desk, question)["drafter"] != "approved"


def test_no_answer_is_approved_that_the_passages_do_not_support(revised: Any) -> None:
    desk, *_ = revised
    for asked, held, wrong in (
        ("R5 充电环境温度", "0–40 °C", "充电环境温度为 0–60 °C。"),
        ("R5 充电环境温度", "0–40 °C", "E99 表示一切正常。"),
        ("R5 报 E07 是什么意思", "悬崖传感器", "充电时不得使用原装基站 DK-R5。"),
    ):
        hits = desk.search(asked, EYES, top=10)["hits"]
        chunk = next(hit["chunk_id"] for hit in hits if held in hit["text"])
        with pytest.raises(AnswerUnsupported):
            desk.approvals.approve("R5 怎么充电？", wrong, [chunk], by="wang")
    with pytest.raises(NotFound):
        desk.approvals.approve("R5 怎么充电？", "只能使用原装基站。", ["none"], by="wang")
    with pytest.raises(OptionInvalid):
        desk.approvals.approve(" ", "只能使用原装基站。", [chunk], by="wang")


def test_the_gate_names_every_affected_answer_and_no_other(revised: Any) -> None:
    desk, old, new = revised
    told: list[tuple[int, int] | None] = []

    def wanted() -> bool:
        told.append(desk.gate.progress(new))
        return True

    impact = desk.gate.impact(new, wanted)
    every = len(impact["affected"])
    assert told[0] == (0, 0)
    # Cases that rest on other documents are asked too; those that stay as they are are not named.
    assert told[-1] is not None
    assert told[-1][0] == told[-1][1] >= every
    assert desk.gate.progress(new) is None
    assert impact["against"] == old
    assert impact["changed_passages"] == 12
    found = {e["question"]: e for e in impact["affected"] if e["kind"] == "answer"}
    assert {q for q, e in found.items() if e["verdict"] == "broke"} == set(BROKEN)
    assert {q for q, e in found.items() if e["verdict"] == "changed"} == set(CHANGED)
    assert {q for q, e in found.items() if e["verdict"] == "pass"} == set(NEARBY)
    maps = found["R5 最多能存几张地图？"]
    assert maps["before"] == BROKEN["R5 最多能存几张地图？"]
    assert "最多保存 4 张" in maps["after"]
    assert maps["reasons"][0]["code"] == "fact"
    renamed = found["R5 怎么重置 Wi-Fi？"]["reasons"][0]
    assert (renamed["code"], renamed["before"], renamed["after"]) == ("name", "回充键", "回站键")
    assert impact["affected"][0]["verdict"] == "broke"


def test_drafting_both_sides_together_comes_to_what_asking_one_by_one_does(
    revised: Any, embedder: Any
) -> None:
    desk, old, new = revised
    document = desk.records.version(old).document_id
    now, version = desk.live.current(), desk.records.version(new)
    lives = Supposed(now, "", None), Supposed(now, document, version)
    found = {e["question"]: e for e in desk.gate.impact(new)["affected"]}
    for question, entry in found.items():
        alone = []
        for live in lives:
            parts = (embedder, desk.store, desk.keyword, desk.records, live, desk.glossary)
            with closing(Retriever(*parts, searching_as(desk, live, embedder))) as retriever:
                engine = build_engine(
                    desk.settings,
                    retriever,
                    embedder,
                    glossary=desk.glossary,
                    subjects=Subjects(desk.database, live),
                    named=NamedDocuments(LiveTitles(desk.database, live)),
                )
                turns = (Turn("customer", question),)
                draft, _ = engine.answer(turns, audiences=("public",), draft_id="d")
            alone.append(draft.answer)
        if entry["kind"] == "case":
            assert entry["before"] == alone[0]
        if entry["audience"] == "public":
            assert entry["after"] == alone[1]
    assert any(entry["audience"] == "public" for entry in found.values())


def test_what_a_withdrawal_would_do_is_kept_until_anything_moves(revised: Any) -> None:
    desk, old, _ = revised
    document = desk.records.version(old).document_id
    first = desk.gate.withdrawal(document)
    assert {e["question"] for e in first["affected"]} >= {*BROKEN, *CHANGED, *NEARBY, *UNTOUCHED}

    def unwanted() -> bool:
        return False

    # Nothing runs again: an asker who waits for nothing is still given it.
    assert desk.gate.withdrawal(document, unwanted) == first
    assert _ask(desk, "R5 怎么充电？")["id"]
    with pytest.raises(CancelledError):
        desk.gate.withdrawal(document, unwanted)
    assert desk.gate.progress(document) is None


def test_drafts_that_agents_use_are_affected_and_flagged_ones_are_not(revised: Any) -> None:
    desk, _, new = revised
    question = "R5 首页的看家功能怎么打开？"
    used, flagged, open_ = (_ask(desk, question)["id"] for _ in range(3))
    desk.drafts.judge(used, VerdictKind.ACCEPT, by="chen")
    desk.drafts.judge(flagged, VerdictKind.FLAG, by="chen", reason="wrong")
    drafts = {e["id"] for e in desk.gate.impact(new)["affected"] if e["kind"] == "draft"}
    assert {used, open_} <= drafts
    assert flagged not in drafts


def test_publishing_past_a_break_needs_a_reason_and_tells_whom_it_concerns(revised: Any) -> None:
    desk, old, new = revised
    with pytest.raises(GateClosed, match="would break"):
        desk.publish(new, by="li")
    with pytest.raises(GateClosed):
        desk.publish(new, by="li", force=True)
    assert old in desk.live.current().versions
    desk.publish(new, by="li", reason="firmware 2.0.3", force=True)
    (notice,) = desk.notices.of("wang")
    assert {e["question"] for e in notice["affected"] if e["kind"] == "answer"} == {
        *BROKEN,
        *CHANGED,
    }
    stale = {a["question"] for a in desk.approvals.listed(["stale"])}
    assert stale == {*BROKEN, *CHANGED, *NEARBY}
    for question in BROKEN:
        assert _ask(desk, question)["drafter"] != "approved"
    carried = _ask(desk, "R5 滤网洗完要晾多久？")
    assert carried["drafter"] == "approved"
    assert {c["version_id"] for c in carried["citations"]} == {new}


def test_a_stale_answer_is_confirmed_where_it_still_holds_and_refused_where_not(
    revised: Any,
) -> None:
    desk, _, new = revised
    by_question = {a["question"]: a["id"] for a in desk.approvals.listed(["stale"])}
    confirmed = desk.approvals.confirm(by_question["R5 能越过多高的门槛？"], by="wang")
    assert confirmed["state"] == "approved"
    assert {c["version_id"] for c in confirmed["citations"]} == {new}
    for question in BROKEN:
        with pytest.raises(AnswerUnsupported):
            desk.approvals.confirm(by_question[question], by="wang")


def test_rolling_back_is_gated_and_in_an_emergency_waits_for_nothing(
    revised: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, old, new = revised
    document = desk.records.version(old).document_id
    hits = desk.search("R5 最多能存几张地图？", EYES, top=5)["hits"]
    maps = "最多保存 4 张楼层地图，每张地图最多设置 10 个禁区。"
    question = "R5 现在能存几张地图？"
    kept = desk.approvals.approve(question, maps, [h["chunk_id"] for h in hits], by="zhao")
    with pytest.raises(GateClosed, match=kept["id"]):
        desk.rollback(document, by="li")
    with pytest.raises(GateClosed, match="that you may not see"):
        desk.rollback(document, by="li", sight=("public", "internal-only"))
    assert new in desk.live.current().versions
    # Nobody has looked at it since another answer was retired, and the gate cannot say anything.
    by_question = {a["question"]: a["id"] for a in desk.approvals.listed(["stale"])}
    desk.approvals.retire(by_question["R5 能扫多厚的地毯？"], by="wang")
    monkeypatch.setattr(type(desk.gate), "impact", _out_of_order)
    back = desk.rollback(document, by="li", reason="wrong limits", force=True)
    assert (back["version_id"], back["live"]) == (old, True)
    assert _ask(desk, "R5 最多能存几张地图？")["drafter"] == "approved"
    assert [e["question"] for n in desk.notices.of("zhao") for e in n["affected"]] == [question]
    told = desk.audit.page(limit=1, document_id=document)[0]
    assert (told.action, told.reason) == ("force_rollback", "wrong limits")
    assert told.detail["examined"] is False


def _out_of_order(*_: Any, **__: Any) -> Any:
    raise ModelUnavailable("The model does not answer.", "Wait.")


def test_withdrawing_is_gated(revised: Any) -> None:
    desk, old, _ = revised
    document = desk.records.version(old).document_id
    with pytest.raises(GateClosed):
        desk.withdraw(document, by="li")
    assert old in desk.live.current().versions
    desk.withdraw(document, by="li", reason="end of life", force=True)
    assert not desk.approvals.listed(["approved"])
