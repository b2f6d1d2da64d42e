"""What a gate says, in the reader's language, from the numbers that it gives."""

from __future__ import annotations

from html import escape

from ui.evals_shapes import Fault, Json, Note
from ui.parts.evals import wording
from ui.texts import Texts

_OF_METRIC = {"before", "after", "low", "high"}
_MOST_NAMES = 20


def fault(t: Texts, one: Fault) -> str:
    """Draw why something does not pass, escaped; nothing where its heading says it all."""
    return _said(t, f"gate_said.{one.rule}", one.message, one.told, one.metric)


def note(t: Texts, one: Note) -> str:
    """Draw what else is said, escaped."""
    return _said(t, f"gate_note.{one.kind}", one.message, one.told)


def _said(t: Texts, name: str, message: str, told: Json, metric: str = "") -> str:
    name = "_".join(filter(None, (name, str(told.get("why") or ""))))
    values = {key: _value(t, name, key, value, metric) for key, value in told.items()}
    if told.get("count") == 1 and t.knows(f"{name}_one"):
        name = f"{name}_one"
    try:
        return escape(t(name, **values))
    except KeyError:
        # A service of another release: its own words say more than none.
        return f'<span lang="en">{escape(message)}</span>'


def _value(t: Texts, said: str, key: str, value: object, metric: str) -> object:
    match value:
        case list() | tuple():
            names = [
                wording.changed(t, str(v)) if said.endswith("moved") else str(v) for v in value
            ]
            more = len(names) - _MOST_NAMES
            listed = t("app.list_mark").join(names[:_MOST_NAMES])
            return t("evals.and_more", names=listed, n=more) if more > 0 else listed
        case bool() | str():
            return value or "–"
        case int() | float() if key == "difference":
            return wording.signed(metric, value)
        case int() | float() if key in _OF_METRIC:
            difference = key in ("low", "high")
            return wording.signed(metric, value) if difference else wording.number(metric, value)
        case float():
            return f"{value:g}"
        case _:
            return value
