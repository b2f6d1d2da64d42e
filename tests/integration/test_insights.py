"""Insights by the HTTP API over a real house: accuracy with its falls, gaps, coverage."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from calling import Callers
from sqlalchemy import update

from answer.tables import DraftRow
from core.types import Citation, Draft, DraftState, Sentence, VerdictKind
from corpus.documents import IngestOptions
from corpus.tables import ReleaseRow
from evals.kept_cases import CaseContent, CaseOrigin, CaseStatus, Passage
from service.desk import Desk
from service.settings import load_settings

MANUAL = """# 海岚净水器 J8 用户手册

## 滤芯更换

滤芯每 6 个月更换一次。更换前请先关闭进水阀，再按住卸压键 5 秒。

## 保修

整机保修期为两年，滤芯不在保修范围内。
"""
NOTICE = """# 内部降价计划

## 降价

J8 将于双十一降价 300 元，公布前不得外传。
"""
SHIPPING = """# 配送说明

## 海外配送

我们可以把净水器寄到挪威，运费 35 欧元，约 12 个工作日送达。
"""
FAR = (
    "你们能发货到挪威吗？",
    "请问可以发货到挪威吗？13800138000",
    "Do you ship to Norway?",
)
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("home")
    settings, _ = load_settings({}, home=home, models_dir=models_dir)
    opened = Desk(settings)
    for name, role in (("chen", "agent"), ("wang", "knowledge"), ("fang", "supervisor")):
        opened.accounts.add_user(name, role, "long enough 1")
    brought(opened, "j8.md", MANUAL, "public")
    brought(opened, "plan.md", NOTICE, "board")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def call(desk: Desk) -> Callers:
    return Callers(desk)


def brought(desk: Desk, name: str, text: str, audience: str) -> dict[str, Any]:
    path = desk.settings.home / name
    path.write_text(text, encoding="utf-8")
    return desk.ingest(path, IngestOptions(audience=audience))


def drafted(
    desk: Desk,
    number: int,
    question: str,
    chunk: dict[str, Any] | None,
    back: timedelta,
    kind: str = "",
    language: str = "zh",
) -> str:
    """Store a draft of some time ago, with a verdict."""
    name = f"dft_{number:06}"
    cited = (
        (
            Citation(
                1,
                chunk["document_id"],
                chunk["version_id"],
                "t",
                (),
                None,
                chunk["chunk_id"],
                "q",
                0,
                1,
            ),
        )
        if chunk
        else ()
    )
    state = DraftState.ANSWERED if chunk else DraftState.NO_EVIDENCE
    said = (Sentence("x", (1,), 1.0),) if chunk else ()
    desk.drafts.save(
        Draft(
            name,
            question,
            state,
            language,
            "im",
            "滤芯每 6 个月更换一次。[1]",
            said,
            cited,
            0.5,
            "extractive",
        ),
        [],
        by="chen",
    )
    with desk.database.begin() as session:
        session.execute(update(DraftRow).where(DraftRow.id == name).values(created_at=NOW - back))
    if kind:
        text = "滤芯每 12 个月更换一次。" if kind == "edit" else ""
        desk.drafts.judge(name, VerdictKind(kind), by="chen", text=text, reason="wrong_fact")
    return name


def test_a_fall_names_the_release_that_bears_on_the_bad_drafts(desk: Desk, call: Callers) -> None:
    chunk = desk.search("J8 滤芯", ("public",), top=1)["hits"][0]
    other = desk.search("J8 保修", ("public",), top=1)["hits"][0]
    secret = desk.search("降价", ("board",), top=1)["hits"][0]
    monday = timedelta(days=NOW.weekday())
    number = 0
    for weeks, kinds in (
        (2, ["accept"] * 19 + ["edit"]),
        (1, ["accept"] * 6 + ["edit"] * 8 + ["flag"] * 6),
    ):
        for kind in kinds:
            number += 1
            drafted(
                desk, number, "滤芯多久换？", chunk, monday + timedelta(weeks=weeks, days=-3), kind
            )
    drafted(desk, number + 1, "保修多久？", other, monday + timedelta(days=5), "")
    at = {
        chunk["document_id"]: timedelta(weeks=1, days=-1),
        secret["document_id"]: timedelta(weeks=1),
    }
    with desk.database.begin() as session:
        for document, back in at.items():
            session.execute(
                update(ReleaseRow)
                .where(ReleaseRow.document_id == document)
                .values(at=NOW - monday - back, valid_from=NOW - monday - back)
            )
    found = call.respond("fang", "GET", "/v1/insights/accuracy?count=4").json()
    assert found["waiting"] == 0
    (fall,) = found["falls"]
    assert [one["measure"] for one in fall["moved"]] == ["accepted", "edited", "flagged"]
    first = fall["suspects"][0]
    assert (first["document_id"], first["action"]) == (chunk["document_id"], "publish")
    assert (first["before"]["count"], first["before"]["of"]) == (1, 20)
    assert (first["after"]["count"], first["after"]["of"]) == (14, 20)
    assert "降价" not in str(found), "who may not see a document does not see its title"
    week = next(p for p in found["periods"] if p["label"] == fall["period"])
    assert (week["drafts"], week["shares"]["accepted"]["share"]) == (21, 0.3)
    assert week["sorts"] == {"fact": 8}
    told = call.respond("fang", "GET", "/v1/insights/accuracy?by=language").json()
    assert [(one["value"], one["total"]["drafts"]) for one in told["values"]] == [("zh", 41)]
    assert call.respond("chen", "GET", "/v1/insights/accuracy").status_code == 403
    odd = call.respond("fang", "GET", "/v1/insights/accuracy?by=mood")
    assert odd.json()["code"] == "OPTION_INVALID"


def _gaps(call: Callers) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call.respond("fang", "GET", "/v1/insights/gaps").json()["gaps"]
    return found


def test_a_gap_becomes_a_task_and_closes_when_a_document_answers_it(
    desk: Desk, call: Callers
) -> None:
    for number, question in enumerate(FAR):
        language = "en" if question.isascii() else "zh"
        drafted(desk, 900 + number, question, None, timedelta(days=3 - number), language=language)
    drafted(desk, 910, "你们招人吗？", None, timedelta(days=1))
    listed = call.respond("fang", "GET", "/v1/insights/gaps").json()
    (gap,) = listed["gaps"]
    assert (gap["count"], gap["languages"], listed["rare"]) == (3, ["en", "zh"], 1)
    path = f"/v1/insights/gaps/{gap['id']}"
    shown = call.respond("fang", "GET", path).json()
    assert len(shown["asked"]) == 3
    assert "13800138000" not in str(shown)
    assert shown["answered_now"] is False
    assert [q for point in shown["outline"]["points"] for q in point["questions"]]
    # Three wordings, none of them asked twice.
    desk.tasks.sweep()
    assert [one["task"]["state"] for one in _gaps(call)] == ["open"]
    opened = desk.tasks.get(_gaps(call)[0]["task"]["id"])
    assert opened.subject["document_ids"], "it falls to whoever owns what is nearest"
    task = call.respond("fang", "POST", f"{path}/task").json()
    assert (task["kind"], task["state"]) == ("gap", "open")
    assert call.respond("fang", "POST", f"{path}/task").json()["id"] == task["id"]
    desk.tasks.sweep()
    assert desk.tasks.get(task["id"]).state == "open", "nothing answers it yet"
    made = brought(desk, "shipping.md", SHIPPING, "public")
    desk.tasks.sweep()
    closed = desk.tasks.get(task["id"])
    assert (closed.state, closed.resolved_by, closed.fix) == ("resolved", "", made["version_id"])
    (gap,) = _gaps(call)
    assert gap["task"]["closed_itself"] is True
    shown = call.respond("fang", "GET", f"/v1/insights/gaps/{gap['id']}").json()
    assert (shown["answered_now"], shown["answer"]["title"]) == (True, "配送说明")
    assert desk.tasks.sweep()["opened"] == 0, "what was asked before it was closed counts no more"


def test_coverage_says_what_no_case_touches_and_what_is_flagged(desk: Desk, call: Callers) -> None:
    key = desk.records.key_of(desk.search("J8", ("public",), top=1)["hits"][0]["document_id"])
    content = CaseContent(
        "滤芯多久换？",
        "zh",
        reference="每 6 个月。",
        expected=(Passage(key, "滤芯每 6 个月更换一次。"),),
    )
    case = desk.casebook.propose(content, CaseOrigin.BY_HAND)
    desk.casebook.move(case.id, CaseStatus.APPROVED, by="zhao")
    found = call.respond("wang", "GET", "/v1/insights/coverage").json()
    titles = {one["title"]: one for one in found["documents"]}
    manual = titles["海岚净水器 J8 用户手册"]
    assert (manual["touched"], manual["passages"], manual["cases"]) == (1, 2, 1)
    assert (manual["cited"], round(manual["weighted"], 3)) == (41, round(40 / 41, 3))
    assert titles["配送说明"]["touched"] == 0
    assert not any("降价" in title for title in titles)
    path = f"/v1/insights/coverage/{manual['document_id']}"
    sections = call.respond("wang", "GET", path).json()["sections"]
    assert [(s["headings"][-1], s["touched"], s["cited"]) for s in sections] == [
        ("保修", 0, 1),
        ("滤芯更换", 1, 40),
    ]
