"""A difference between two versions as HTML: words that went and came, rows by their cells."""

from __future__ import annotations

from html import escape

from ui.lifecycle_shapes import Change, Unit
from ui.texts import Texts

_CELL_MARK = " | "
_TONES = {"added": "good", "removed": "stop", "changed": "warn"}

STYLE = """
.cd-del { background:#fbe0dc; color:#8d2319; text-decoration:line-through;
  text-decoration-thickness:1px; border-radius:3px; padding:.06em .12em; }
.cd-ins { background:#d5eedd; color:#0d5134; text-decoration:none; border-radius:3px;
  padding:.06em .12em; }
.cd-two { display:grid; grid-template-columns:1fr 1fr; gap:.35rem .9rem; margin-top:.35rem; }
.cd-two > div { min-width:0; }
.cd-side { font-size:.92rem; line-height:1.7; overflow-wrap:anywhere; white-space:pre-wrap; }
.cd-cells { border-collapse:collapse; width:100%; font-size:.88rem; margin:.35rem 0 0; }
.cd-cells th, .cd-cells td { border:1px solid var(--line); padding:.3rem .55rem;
  text-align:left; vertical-align:top; overflow-wrap:anywhere; }
.cd-cells th { background:#f1f4f2; font-weight:600; color:var(--soft); }
.cd-cell { display:inline-block; margin-right:.9rem; }
.cd-cell i { font-style:normal; color:var(--soft); margin-right:.3rem; }
.cd-two-names { font-size:.8rem; font-weight:600; color:var(--soft); padding:0 .95rem; margin:0; }
@media (max-width: 700px) { .cd-two-names { display:none; } .cd-two { grid-template-columns:1fr; } }
"""


def head(t: Texts, change: Change) -> str:
    """Draw what kind of change it is, what in it can hurt, and its pages."""
    pills = [
        f'<span class="cd-pill {_TONES.get(change.kind, "")}" data-change="{escape(change.kind)}">'
        f"{escape(t.named('change_kind', change.kind))}</span>"
    ]
    if change.moved and change.kind != "moved":
        pills.append(f'<span class="cd-pill">{escape(t("change_kind.moved"))}</span>')
    unit = change.after or change.before
    if unit is not None and t.knows(kind := f"unit_kind.{unit.kind}"):
        pills.append(f'<span class="cd-pill">{escape(t(kind))}</span>')
    pills += [
        f'<span class="cd-pill stop" data-alert="{escape(alert)}">'
        f"{escape(t.named('alert', alert))}</span>"
        for alert in change.alerts
    ]
    if pages := _pages(t, change):
        pills.append(f'<span class="cd-muted end">{escape(pages)}</span>')
    return f'<div class="cd-row">{"".join(pills)}</div>'


def _pages(t: Texts, change: Change) -> str:
    old, new = (unit.page if unit else None for unit in (change.before, change.after))
    if old and new and old != new:
        return t("changes.pages", before=old, after=new)
    page = new or old
    return t("evidence.page", n=page) if page else ""


def side_by_side(t: Texts, change: Change) -> str:
    """Draw what stood there on the left, and what stands there on the right."""
    if change.kind == "moved":
        return _moved(t, change)
    if change.cells:
        return _cells(t, change)
    sides = "".join(
        f'<div class="cd-side">{html or "—"}</div>' for html in (_old(change), _new(change))
    )
    return f'<div class="cd-two">{sides}</div>'


def side_names(t: Texts) -> str:
    """Draw what the two columns are, above all of them."""
    names = "".join(f"<div>{escape(t(f'changes.{name}'))}</div>" for name in ("before", "after"))
    return f'<div class="cd-two cd-two-names">{names}</div>'


def merged(t: Texts, change: Change) -> str:
    """Draw old and new words in one line."""
    if change.kind == "moved":
        return _moved(t, change)
    if change.cells:
        return _cells(t, change)
    return f'<div class="cd-side">{inline(change)}</div>'


def inline(change: Change) -> str:
    """Draw the words that went and came within those that stayed."""
    if change.before is None or change.after is None:
        return _old(change) or _new(change)
    if not change.words:
        return escape(change.after.written)
    label = f"{escape(change.after.label)} " if change.after.label else ""
    return label + "".join(
        escape(run.after)
        if run.before == run.after
        else _marked("del", run.before) + _marked("ins", run.after)
        for run in change.words
    )


def swap(before: str, after: str) -> str:
    """Draw what stood there and what stands there now, each as a whole."""
    return _marked("del", before) + (" " if before and after else "") + _marked("ins", after)


def _old(change: Change) -> str:
    return _side(change, change.before, "del")


def _new(change: Change) -> str:
    return _side(change, change.after, "ins")


def _side(change: Change, unit: Unit | None, tag: str) -> str:
    if unit is None:
        return ""
    if not change.words:
        if unit.kind == "row":
            return _row(unit, tag)
        return _marked(tag, unit.written) if change.kind in ("added", "removed") else _plain(unit)
    label = f"{escape(unit.label)} " if unit.label else ""
    runs = ((run.before if tag == "del" else run.after, run) for run in change.words)
    return label + "".join(
        escape(said) if run.before == run.after else _marked(tag, said) for said, run in runs
    )


def _plain(unit: Unit) -> str:
    return escape(unit.written)


def _marked(tag: str, text: str) -> str:
    return f'<{tag} class="cd-{tag}">{escape(text)}</{tag}>' if text else ""


def _row(unit: Unit, tag: str) -> str:
    """A whole row that came or went, each cell under the name of its column."""
    shown = []
    for cell in unit.text.split(_CELL_MARK):
        column, colon, value = cell.partition(": ")
        name = f"<i>{escape(column)}</i>" if colon else ""
        shown.append(f'<span class="cd-cell">{name}{_marked(tag, value if colon else cell)}</span>')
    return "".join(shown)


def _cells(t: Texts, change: Change) -> str:
    """The cells of a row that changed, under the name of the row."""
    unit = change.after or change.before
    first = unit.text.split(_CELL_MARK)[0] if unit else ""
    name = first.partition(": ")[2] or first
    rows = "".join(
        f"<tr><td>{escape(_column(t, cell.column))}</td><td>{_marked('del', cell.before)}</td>"
        f"<td>{_marked('ins', cell.after)}</td></tr>"
        for cell in change.cells
    )
    heads = (name, t("changes.before"), t("changes.after"))
    return (
        f'<table class="cd-cells"><tr>{"".join(f"<th>{escape(h)}</th>" for h in heads)}</tr>'
        f"{rows}</table>"
    )


def _column(t: Texts, column: str) -> str:
    return t("changes.column", n=column) if column.isdecimal() else column


def _moved(t: Texts, change: Change) -> str:
    """Words that stand elsewhere now: from where to where."""
    unit = change.after or change.before
    old, new = (" › ".join(u.headings) if u else "" for u in (change.before, change.after))
    said = t("changes.moved", before=old or "—", after=new or "—")
    text = escape(unit.written) if unit else ""
    return f'<div class="cd-side">{text}</div><div class="cd-muted">{escape(said)}</div>'
