"""What customers write of themselves is in nothing that is kept for others, whatever the door."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from calling import PASSWORD, Callers
from parsing_here import ParserHere

from answer.approved import AnswerState, ApprovedAnswer
from answer.generative.masked import MaskedModel
from core.database import Base, utc_now
from core.database.typed import typed_columns
from corpus.documents import IngestOptions
from service.desk import Desk
from service.evaluation import run_suite
from service.settings import load_settings
from service.startup import log_to_stderr

RAW = ("裴知遥", "13958142677", "330106198806152341", "zhiyao.pei@example.org")
NAME, PHONE, IDENTITY, EMAIL = RAW
SAID = f"我叫{NAME}，电话{PHONE}，身份证{IDENTITY}，邮箱{EMAIL}"
HOTLINE = "0571-88123456"
MANUAL = f"# 水壶\n\n## 售后\n\n水壶漏水请拨打售后电话 {HOTLINE}，整机保修两年。\n"
OWN = {"conversations", "drafts"}
"""The tables of the conversations themselves, where agents see what was written."""
UNTYPED = {
    ("chunks", "text"),  # what documents say
    ("corrections", "text"),
    ("rule_versions", "text"),  # whom to escalate to, and how
}


class Reading(Callers):
    """The API, as each of these people."""

    def __call__(self, who: str, method: str, path: str, **how: Any) -> Any:
        answer = self.respond(who, method, f"/v1{path}", **how)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json() if answer.content else None


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, embedder: Any
) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("home")
    settings, _ = load_settings({}, home=home, models_dir=models_dir)
    opened = Desk(settings)
    opened.parsers, opened.embedder = ParserHere(), embedder  # type: ignore[assignment]
    manual = tmp_path_factory.mktemp("files") / "kettle.md"
    manual.write_text(MANUAL, encoding="utf-8")
    assert opened.ingest(manual, IngestOptions(audience="public"))["status"] == "published"
    for name, role in (("chen", "agent"), ("sun", "supervisor"), ("root", "admin")):
        opened.accounts.add_user(name, role, PASSWORD)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def call(desk: Desk) -> Reading:
    return Reading(desk)


def _draft(call: Reading, conversation: str) -> str:
    body = {
        "conversation": [{"role": "customer", "text": f"{SAID}。水壶漏水打什么电话？"}],
        "conversation_id": conversation,
    }
    return str(call("chen", "POST", "/suggest", json=body)["id"])


def _conversation(desk: Desk, call: Reading) -> None:
    draft = _draft(call, "c1")
    sent = {"kind": "edit", "text": f"您好，{SAID}", "reason": SAID, "note": SAID}
    for _ in range(2):
        # Sent twice with one key, it is one verdict, though it is stored in other words.
        call(
            "chen", "POST", f"/drafts/{draft}/verdict", json=sent, headers={"Idempotency-Key": "k"}
        )
    for step in ("take", "close", "reopen"):
        call("sun", "POST", f"/conversations/c1/{step}", json={"reason": SAID})
    rating = {"score": 2, "words": SAID}
    call("sun", "POST", "/conversations/c1/satisfaction", json=rating)


def _flag(desk: Desk, call: Reading) -> None:
    said = {"kind": "flag", "reason": SAID, "note": SAID}
    flag = call("chen", "POST", f"/drafts/{_draft(call, 'c2')}/verdict", json=said)["id"]
    call("root", "POST", f"/flags/{flag}/resolve", json={"note": SAID})


def _rules(desk: Desk, call: Reading) -> None:
    text = call("sun", "GET", "/rules/escalation")["text"]
    saved = {"text": f"{text}\n# by the house\n", "based_on": 0, "reason": SAID}
    call("sun", "PUT", "/rules/escalation", json=saved)
    call("sun", "PUT", "/surge", json={"on": True, "reason": SAID})


def _document(desk: Desk, call: Reading) -> None:
    (document,) = call("root", "GET", "/documents")["documents"]
    path = f"/documents/{document['document_id']}"
    call("root", "POST", f"{path}/reviewed", json={"reason": SAID})
    call("root", "DELETE", f"{path}?force=true", params={"reason": SAID})
    call("root", "POST", f"{path}/rollback", json={"force": True, "reason": SAID})


def _answer(desk: Desk, call: Reading) -> None:
    now = utc_now()
    answer = ApprovedAnswer("", SAID, "zh", "public", (), (), AnswerState.APPROVED, "root", now)
    desk.approved_answers.retire(desk.approved_answers.add(answer).id, SAID, "root")


def _evaluation(desk: Desk, call: Reading) -> None:
    case = {
        "id": "c",
        "question": f"{SAID}，水壶漏水怎么办？",
        "language": "zh",
        "audience": "public",
        "state": "no_evidence",
        "reference": SAID,
        "expected": [],
    }
    suite = desk.settings.home.parent / "suite.jsonl"
    suite.write_text(json.dumps(case, ensure_ascii=False), encoding="utf-8")
    report = run_suite(desk, str(suite))
    (desk.settings.home / "report.json").write_text(json.dumps(report, ensure_ascii=False))


def _explanation(desk: Desk, call: Reading) -> None:
    found = call("root", "GET", f"/drafts/{_draft(call, 'c3')}/explanation")
    (desk.settings.home / "explanation.json").write_text(json.dumps(found, ensure_ascii=False))


def _notice(desk: Desk, call: Reading) -> None:
    desk.notices.add(["chen"], "gate", {"affected": [{"question": SAID}], "reason": SAID})


def _log(desk: Desk, call: Reading) -> None:
    root = logging.getLogger()
    handler = logging.FileHandler(desk.settings.home / "service.log", encoding="utf-8")
    root.addHandler(handler)
    try:
        log_to_stderr("INFO")
        logging.getLogger("citedesk.test").warning("asked: %s", SAID)
    finally:
        root.removeHandler(handler)
        handler.close()


DOORS = (
    *(_conversation, _flag, _rules, _document, _answer, _evaluation, _explanation, _notice, _log),
)


def _kept(home: Path) -> Iterator[tuple[str, str]]:
    """Every row of every table but the conversations' own, and every other file."""
    with sqlite3.connect(home / "citedesk.db") as records:
        tables = records.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in tables:
            for row in records.execute(f'SELECT * FROM "{name}"'):
                yield name, str(row)
    for path in home.rglob("*"):
        if path.is_file() and not path.name.startswith("citedesk.db"):
            yield path.name, path.read_bytes().decode("utf-8", "replace")


def _holding(home: Path, value: str) -> set[str]:
    forms = {value, json.dumps(value)[1:-1], json.dumps(value)[1:-1].replace("\\", "\\\\")}
    return {place for place, text in _kept(home) if any(form in text for form in forms)}


@pytest.fixture(scope="module")
def home(desk: Desk, call: Reading) -> Path:
    for door in DOORS:
        door(desk, call)
    return desk.settings.home


@pytest.mark.parametrize("value", RAW)
def test_what_a_customer_wrote_is_kept_with_the_conversation_alone(home: Path, value: str) -> None:
    found = _holding(home, value)

    assert "drafts" in found
    assert found - OWN == set()


def test_every_place_that_was_written_to_holds_the_words_with_placeholders(home: Path) -> None:
    written = _holding(home, "[电话1]")

    assert written >= {"audit", "verdicts", "tasks", "releases", "rule_versions", "surges"}
    assert written >= {"notices", "approved_answers", "eval_runs"}
    assert written >= {"report.json", "explanation.json", "service.log"}


def test_every_column_that_people_type_into_is_marked() -> None:
    names = {"reason", "note", "why", "question", "text", "words", "comment", "reference"}
    marked = {
        (str(mapper.class_.__tablename__), column)
        for mapper in Base.registry.mappers
        for column in typed_columns(mapper.class_)
    }
    present = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name in names
    }

    assert present - UNTYPED == marked


def test_a_number_that_a_live_public_document_gives_is_no_secret(desk: Desk, call: Reading) -> None:
    said = f"热线{HOTLINE.replace('-', '')}没人接，回我{PHONE}"
    sent: list[str] = []

    class Listening:
        name = "far away"

        def complete(self, _system: str, user: str) -> str:
            sent.append(user)
            return user

    found = call("chen", "POST", "/mask", json={"text": said})
    assert found["text"] == said.replace(PHONE, "[电话1]")
    assert found["found"] == [
        {"kind": "phone", "start": said.index(PHONE), "end": said.index(PHONE) + len(PHONE)}
    ]
    model: Any = MaskedModel(Listening(), desk.public_values)  # type: ignore[arg-type]
    assert model.complete("", said) == said
    assert sent == [found["text"]]
    document = call("root", "GET", "/documents")["documents"][0]["document_id"]
    call("root", "DELETE", f"/documents/{document}?force=true&reason=x")
    assert (
        HOTLINE.replace("-", "") not in call("chen", "POST", "/mask", json={"text": said})["text"]
    )
