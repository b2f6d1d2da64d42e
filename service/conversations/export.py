"""Records in the standard form: one as JSON or to be printed, many as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from answer.record.fields import CHOICES, FIELDS, label

_WORDS = {
    "zh": {
        "title": "客户服务记录",
        "id": "编号",
        "channel": "渠道",
        "state": "状态",
        "agent": "经办人",
        "first_at": "开始",
        "last_at": "最近消息",
        "closed_at": "办结",
        "field": "项目",
        "value": "内容",
        "source": "客户原话",
        "missing": "待补充",
        "follow_ups": "后续跟进",
        "step": "事项",
        "due_at": "截止",
        "owner": "负责人",
        "satisfaction": "满意度",
        "conversation": "对话（个人信息已隐去）",
        "masked": "个人信息已隐去。",
        "customer": "客户",
        "empty": "（未填）",
        "complete": "完整",
        "colon": "：",
    },
    "en": {
        "title": "Customer service record",
        "id": "Number",
        "channel": "Channel",
        "state": "State",
        "agent": "Agent",
        "first_at": "Begun",
        "last_at": "Last message",
        "closed_at": "Closed",
        "field": "Field",
        "value": "Content",
        "source": "In the customer's words",
        "missing": "Still missing",
        "follow_ups": "Follow-ups",
        "step": "Step",
        "due_at": "Due",
        "owner": "Owner",
        "satisfaction": "Satisfaction",
        "conversation": "Conversation (personal data masked)",
        "masked": "Personal data is masked.",
        "customer": "Customer",
        "empty": "(empty)",
        "complete": "Complete",
        "colon": ": ",
    },
}
_CODES = {
    "im": ("在线消息", "message"),
    "phone": ("电话", "phone"),
    "email": ("邮件", "e-mail"),
    "sms": ("短信", "SMS"),
    "open": ("待回复", "open"),
    "answered": ("已回复", "answered"),
    "closed": ("已办结", "closed"),
    "first_handling": ("首次处理", "first handling"),
    "close": ("办结", "closing the case"),
    "closing_message": ("发送结束语", "closing message"),
    "satisfaction": ("满意度调查", "satisfaction request"),
    "call_back": ("电话回访", "call-back"),
    "record": ("补全记录", "completing the record"),
    "waiting": ("客户等待过久", "customer waits too long"),
    "supervisor": ("主管", "supervisor"),
    "admin": ("管理员", "administrator"),
    "task_open": ("待处理", "to do"),
    "task_resolved": ("已完成", "done"),
    "task_dismissed": ("不处理", "dismissed"),
}
_HEAD = ("id", "channel", "state", "agent", "first_at", "last_at", "closed_at")
# A cell that begins so is run as a formula by spreadsheets.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def printable(body: dict[str, Any], language: str, zone: tzinfo | None = None) -> str:
    """Return a conversation's record as Markdown, to be read or printed, by a zone's clock."""
    tongue = "zh" if language == "zh" else "en"
    words = _WORDS[tongue]
    lines = [f"# {words['title']}", ""]
    for name in _HEAD:
        value = _head(name, body, tongue, zone)
        if value:
            lines.append(f"- {words[name]}{words['colon']}{_cell(value)}")
    for step in body["record"]["steps"]:
        lines += ["", f"## {label('steps', step['step'], tongue)}", ""]
        if not step["fields"]:
            lines.append(words["empty"])
            continue
        lines += [f"| {words['field']} | {words['value']} | {words['source']} |", "|---|---|---|"]
        lines += [
            f"| {label('fields', field['field'], tongue)} | {_cell(_values(field, tongue))} "
            f"| {_cell(field['quote'])} |"
            for field in step["fields"]
        ]
    if body["record"]["missing"]:
        lines += ["", f"## {words['missing']}", ""]
        lines += [f"- {one['question']}" for one in body["record"]["missing"]]
    lines += _followed(body, tongue, zone)
    lines += ["", f"## {words['conversation']}", ""]
    for turn in body["conversation"]:
        who = words["customer"] if turn["role"] == "customer" else words["agent"]
        said = _cell(turn["text"])
        lines.append(f"- {_moment(turn['at'], zone)} {who}{words['colon']}{said}")
    if body["masked"]:
        lines += ["", words["masked"]]
    return "\n".join([*lines, ""])


def table(bodies: Sequence[dict[str, Any]], language: str, zone: tzinfo | None = None) -> str:
    """Return the records of several conversations as CSV, one a row."""
    tongue = "zh" if language == "zh" else "en"
    words = _WORDS[tongue]
    out = io.StringIO()
    writer = csv.writer(out)
    head = [words[name] for name in _HEAD] + [label("fields", name, tongue) for name in FIELDS]
    writer.writerow([*head, words["satisfaction"], words["complete"]])
    for body in bodies:
        held = {f["field"]: f for step in body["record"]["steps"] for f in step["fields"]}
        values = [_values(held[name], tongue) if name in held else "" for name in FIELDS]
        row = [_head(name, body, tongue, zone) for name in _HEAD] + values
        score = "" if body["score"] is None else str(body["score"])
        done = "1" if body["record"]["complete"] else "0"
        writer.writerow([_safe(cell) for cell in [*row, score, done]])
    # Spreadsheets take a file without the mark for one in the encoding of the machine.
    return "\ufeff" + out.getvalue()


def _followed(body: dict[str, Any], tongue: str, zone: tzinfo | None) -> list[str]:
    words = _WORDS[tongue]
    lines: list[str] = []
    if body["follow_ups"]:
        lines += ["", f"## {words['follow_ups']}", ""]
        head = (words["step"], words["due_at"], words["owner"], words["state"])
        lines += [f"| {' | '.join(head)} |", "|---|---|---|---|"]
        for one in body["follow_ups"]:
            due = _moment(one["due_at"], zone)
            who = one["owner"] or one["queue"] or _code(one["for_role"], tongue)
            step, state = _code(one["step"], tongue), _code(f"task_{one['state']}", tongue)
            cells = (step, due, who, state)
            lines.append(f"| {' | '.join(map(_cell, cells))} |")
    if said := body["satisfaction"]:
        lines += [
            "",
            f"## {words['satisfaction']}",
            "",
            f"{said['score']}/5 {_cell(said['words'])}",
        ]
    return lines


def _values(field: dict[str, Any], tongue: str) -> str:
    if field["field"] not in CHOICES:
        return str(field["value"])
    mark = "、" if tongue == "zh" else ", "
    return mark.join(label("values", one, tongue) for one in field["values"])


def _head(name: str, body: dict[str, Any], tongue: str, zone: tzinfo | None) -> str:
    held = str(body[name] or "")
    if name.endswith("_at"):
        return _moment(held, zone) if held else ""
    return _code(held, tongue) if name in ("channel", "state") else held


def _moment(at: str, zone: tzinfo | None) -> str:
    return datetime.fromisoformat(at).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _code(code: str, tongue: str) -> str:
    named = _CODES.get(code)
    return named[tongue != "zh"] if named else code


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
