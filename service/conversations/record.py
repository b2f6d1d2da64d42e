"""The record of a stored conversation: what is read joins what people have said of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from answer.record import FIELDS, PERSONAL, STEPS, Found, missing_of, progress_of
from answer.record.fields import SEVERAL
from answer.record.given import clean_value, hint_of
from core.errors import OptionInvalid
from service.conversations.hiding import hidden, without_personal

READ, CONFIRMED, CORRECTED = "read", "confirmed", "corrected"
_LONGEST_VALUE = 500
_JUDGED = ("kind", "about", "needs")
"""What the triage says, not a turn."""
Entry = Mapping[str, Any]
Entries = Mapping[str, Entry]


def joined(
    held: Entries, found: Mapping[str, Found], places: Mapping[int, int], now: datetime
) -> dict[str, dict[str, Any]]:
    """Return the record with what was read now; what a person has said stays as it is.

    Args:
        held: the record so far.
        found: what was read.
        places: turn as it was read -> turn as it is stored.
        now: when it was read.
    """
    entries = {name: dict(entry) for name, entry in held.items()}
    for name, entry in held.items():
        # It stood in a turn that was read again, and stands there no more: a wish taken back.
        gone = name not in (*found, *_JUDGED) and entry["turn"] in places.values()
        if gone and entry["state"] == READ:
            del entries[name]
    for name, one in found.items():
        before = entries.get(name)
        if before is not None and before["state"] != READ:
            continue
        entries[name] = {
            "value": one.value[:_LONGEST_VALUE],
            "turn": places.get(one.turn, -1),
            "quote": one.quote[:_LONGEST_VALUE],
            "state": READ,
            "by": "",
            "at": now.isoformat(),
        }
    return entries


def corrected(
    held: Entries, said: Mapping[str, str | None], by: str, now: datetime, today: date
) -> dict[str, dict[str, Any]]:
    """Return the record with what a person says of it; no value confirms the one that is there.

    Raises:
        OptionInvalid: there is no such field, it cannot have this value, or nothing to confirm.
    """
    entries = {name: dict(entry) for name, entry in held.items()}
    for name, given in said.items():
        if name not in FIELDS:
            known = ", ".join(FIELDS)
            raise OptionInvalid(f"The record has no field {name[:40]!r}.", f"Use one of: {known}.")
        before = entries.get(name)
        if given is None and before is None:
            raise OptionInvalid(f"The field {name} is empty.", "Give a value for it.")
        value = _value(name, given, str(before["value"]) if before else "", today)
        same = before is not None and before["value"] == value
        kept = before if same and before is not None else {"turn": -1, "quote": ""}
        entries[name] = {
            "value": value,
            "turn": kept["turn"],
            "quote": kept["quote"],
            "state": CONFIRMED if same else CORRECTED,
            "by": by,
            "at": now.isoformat(),
        }
    return entries


def values_of(entries: Entries) -> dict[str, str]:
    """Return the fields that are filled, by name."""
    return {name: str(entry["value"]) for name, entry in entries.items() if entry["value"]}


def complete(entries: Entries, traits: list[str]) -> bool:
    """Say whether nothing is missing that this kind of conversation needs."""
    return not missing_of(values_of(entries), "en", traits)


def shown(entries: Entries, language: str, traits: list[str], *, masked: bool) -> dict[str, Any]:
    """Return the record for a reader: its steps with their fields, and what is missing."""
    values = values_of(entries)
    missing = missing_of(values, language, traits)
    progress = progress_of(values, traits)
    return {
        "steps": [
            {
                "step": step,
                "filled": progress[step][0],
                "needed": progress[step][1],
                "fields": [
                    _shown(name, entries[name], entries, masked=masked)
                    for name in names
                    if name in entries and entries[name]["value"]
                ],
            }
            for step, names in STEPS.items()
        ],
        "missing": [
            {"name": one.name, "step": one.step, "fields": one.fields, "question": one.question}
            for one in missing
        ],
        "next_question": missing[0].question if missing else "",
        "complete": not missing,
    }


def _shown(name: str, entry: Entry, entries: Entries, *, masked: bool) -> dict[str, Any]:
    personal = name in PERSONAL
    value, quote = str(entry["value"]), str(entry["quote"])
    if masked:
        value = hidden(name, value) if personal else without_personal(value, entries)
        quote = hidden(name, quote) if personal and quote else without_personal(quote, entries)
    return {
        "field": name,
        "value": value,
        "values": value.split(", ") if name in SEVERAL else [value],
        "turn": entry["turn"],
        "quote": quote,
        "state": entry["state"],
        "by": entry["by"],
        "at": entry["at"],
        "personal": personal,
    }


def _value(name: str, given: str | None, held: str, today: date) -> str:
    if given is None:
        return held
    value = clean_value(name, given, today)
    if value is None or len(value) > _LONGEST_VALUE:
        raise OptionInvalid(f"The field {name} cannot have this value.", hint_of(name))
    if _is_mask(name, value, held):
        raise OptionInvalid(
            f"The field {name} would become its own masked form.", "Give the value itself."
        )
    return value


def _is_mask(name: str, value: str, held: str) -> bool:
    """Whether somebody who may not see a value sends back what they were shown in its place."""
    return name in PERSONAL and value != held and value == hidden(name, held)
