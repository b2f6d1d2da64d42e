"""The words around an answer: the rule set ``templates``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from string import Formatter
from typing import Any

from answer.base import CHANNELS
from answer.rules.house import RULE_KINDS, RuleKind
from answer.tone.wording import Wording
from core.errors import DataInvalid

NAME = "templates"
LANGUAGES = ("zh", "en")
PLACES = ("subject", "greeting", "lead_steps", "step", "closing", "signature")
KINDS = ("enquiry", "complaint", "fault")
EMOTIONS = ("calm", "pleased", "anxious", "disappointed", "angry")
WHICH = ("model", "region", "firmware", "contract", "product")
POLAR = ("can", "support", "need", "covered")
JOINING = ("also", "foreign", "link")
SMALL_TALK = ("greeting", "thanks", "request", "wait")
HOUSE = ("company", "team", "agent")
_TOP = (
    "house",
    "channels",
    "acknowledgements",
    "acknowledged",
    "next_steps",
    "refusal",
    "about",
    "about_nothing",
    "open_part",
    "which",
    "polar",
    "joining",
    "small_talk",
)
_LONGEST = 400
_LONGEST_NAME = 80
_MOST = 60
_COUNTED = "工作日|小时|分钟|秒|天|日|周|个?月|年|元|折|倍|次"
# What a customer could take for a promise of a time or a price; only documents state those.
_NUMBER = re.compile(
    rf"[\d０-９]|[%％¥￥$€]|[一二两三四五六七八九十百千]+(?:个)?(?:{_COUNTED})"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty)[ -]"
    r"(?:working |business )?(?:hours?|minutes?|days?|weeks?|months?|years?|percent|yuan|dollars?)"
    r"\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?:|www\.|\[\d*\]|<[a-z/]", re.IGNORECASE)


def check(rules: Mapping[str, Any]) -> None:
    """Let templates through that every reply can be made with.

    Raises:
        DataInvalid: saying where and what.
    """
    _names(rules, "the templates", _TOP)
    for name, said in _names(rules["house"], "house", HOUSE).items():
        _house(said, f"house.{name}")
    _channels(rules["channels"])
    felt = ("kind", "emotion", "severity", "emergency")
    _situations(rules["acknowledgements"], "acknowledgements", felt)
    further = (*felt, "escalated", "steps")
    _situations(rules["next_steps"], "next_steps", further)
    for language, words in _names(rules["acknowledged"], "acknowledged", LANGUAGES).items():
        _words(words, f"acknowledged.{language}")
    _text(rules["refusal"], "refusal", ("about",), must=("about",))
    _text(rules["about"], "about", ("about",), must=("about",))
    _text(rules["about_nothing"], "about_nothing", ())
    _text(rules["open_part"], "open_part", (), empty=True)
    for name, said in _names(rules["which"], "which", WHICH).items():
        _text(said, f"which.{name}", ("options",), must=("options",))
    for name, both in _names(rules["polar"], "polar", POLAR).items():
        for word, said in _names(both, f"polar.{name}", ("yes", "no")).items():
            _text(said, f"polar.{name}.{word}", (), empty=True)
    for name, said in _names(rules["joining"], "joining", JOINING).items():
        _text(said, f"joining.{name}", (), empty=name == "also")
    for name, said in _names(rules["small_talk"], "small_talk", SMALL_TALK).items():
        _text(said, f"small_talk.{name}", ())


def check_said(said: Any, where: str) -> None:
    """Let words through that go out as they are; of placeholders the house's names alone.

    Raises:
        DataInvalid: saying where and what.
    """
    _text(said, where, HOUSE, free=True)


def _house(said: Any, where: str) -> None:
    """The names of a house may hold what they like, but no placeholder."""
    for language, text in _names(said, where, LANGUAGES).items():
        if not isinstance(text, str) or len(text) > _LONGEST_NAME or set(text) & set("{}\n"):
            raise _wrong(f"{where}.{language}", "must be a name on one line, without braces")


def _channels(channels: Any) -> None:
    if not isinstance(channels, Mapping) or "default" not in channels:
        raise _wrong("channels", "lacks default, which speaks for channels without own words")
    for channel, places in _some(channels, "channels", _channel_names()).items():
        where = f"channels.{channel}"
        said = (_names if channel == "default" else _some)(places, where, PLACES)
        for place, text in said.items():
            allowed: tuple[str, ...] = HOUSE
            must: tuple[str, ...] = ()
            if place == "subject":
                allowed = (*HOUSE, "about")
            if place == "step":
                allowed, must = ("n", "ordinal", "text"), ("text",)
            _text(text, f"{where}.{place}", allowed, must=must, empty=place != "step")


def _channel_names() -> tuple[str, ...]:
    return ("default", *CHANNELS.names())


def _situations(entries: Any, where: str, conditions: Sequence[str]) -> None:
    if not isinstance(entries, list) or len(entries) > _MOST:
        raise _wrong(where, f"must be a list of at most {_MOST} entries")
    for place, entry in enumerate(entries):
        here = f"{where}[{place}]"
        _some(entry, here, ("situation", "when", "say"))
        if "situation" in entry and not isinstance(entry["situation"], str):
            raise _wrong(f"{here}.situation", "must be a word")
        if not (isinstance(entry.get("when"), Mapping) and "say" in entry):
            raise _wrong(here, "needs when and say")
        for name, wanted in _some(entry["when"], f"{here}.when", conditions).items():
            _condition(name, wanted, f"{here}.when.{name}")
        if "default" not in _some(entry["say"], f"{here}.say", _channel_names()):
            raise _wrong(f"{here}.say", "lacks default, which speaks on all other channels")
        for channel, said in entry["say"].items():
            _text(said, f"{here}.say.{channel}", HOUSE, empty=True)


def _condition(name: str, wanted: Any, where: str) -> None:
    values = {"kind": KINDS, "emotion": EMOTIONS}.get(name)
    if values is not None:
        if wanted not in values:
            raise _wrong(where, f"must be one of {', '.join(values)}")
    elif name in ("severity", "emergency"):
        if isinstance(wanted, bool) or not isinstance(wanted, int) or not 0 <= wanted <= 3:
            raise _wrong(where, "must be a whole number from 0 to 3")
    elif not isinstance(wanted, bool):
        raise _wrong(where, "must be true or false")


def _text(
    said: Any,
    where: str,
    allowed: Sequence[str],
    *,
    must: Sequence[str] = (),
    empty: bool = False,
    free: bool = False,
) -> None:
    for language, texts in _names(said, where, LANGUAGES).items():
        here = f"{where}.{language}"
        options = texts if isinstance(texts, list) else [texts]
        if not options:
            raise _wrong(here, "holds no text")
        for text in options:
            _one(text, here, allowed, must, empty=empty)
            if not free:
                _states_nothing(text, here)
        held = set(_placeholders(options[-1], here)) & {*HOUSE, "about"} - {*must}
        if held:
            raise _wrong(
                here, f"needs a last text without {{{sorted(held)[0]}}}, which may be empty"
            )


def _one(
    text: Any, where: str, allowed: Sequence[str], must: Sequence[str], *, empty: bool
) -> None:
    if not isinstance(text, str):
        raise _wrong(where, "must be a text")
    if not text.strip() and not empty:
        raise _wrong(where, "must have words in it")
    if len(text) > _LONGEST:
        raise _wrong(where, f"is longer than {_LONGEST} characters")
    held = list(_placeholders(text, where))
    if unknown := next((name for name in held if name not in allowed), None):
        known = ", ".join(f"{{{name}}}" for name in allowed) or "none"
        raise _wrong(where, f"holds {{{unknown[:40]}}}; it may hold {known}")
    if lacking := next((name for name in must if name not in held), None):
        raise _wrong(where, f"lacks {{{lacking}}}")


def _states_nothing(text: str, where: str) -> None:
    if found := _NUMBER.search(text):
        raise _wrong(where, f"states {found.group()!r}; numbers come from the documents alone")
    if found := _LINK.search(text):
        raise _wrong(
            where, f"holds {found.group()!r}; addresses, markers and tags may not stand here"
        )


def _placeholders(text: str, where: str) -> Iterator[str]:
    try:
        parsed = list(Formatter().parse(text))
    except ValueError as exc:
        raise _wrong(where, "has a brace without its other half") from exc
    for _, name, form, conversion in parsed:
        if name is not None:
            if not name or form or conversion:
                raise _wrong(where, "has braces without a plain name in them")
            yield name


def _words(words: Any, where: str) -> None:
    if not isinstance(words, list) or not all(isinstance(w, str) and w.strip() for w in words):
        raise _wrong(where, "must be a list of words")


def _names(value: Any, where: str, names: Sequence[str]) -> Mapping[str, Any]:
    """A mapping with exactly these names."""
    held = _some(value, where, names)
    if missing := next((name for name in names if name not in held), None):
        raise _wrong(where, f"lacks {missing}")
    return held


def _some(value: Any, where: str, names: Sequence[str]) -> Mapping[str, Any]:
    """A mapping with some of these names and no other."""
    if not isinstance(value, Mapping):
        raise _wrong(where, f"must hold {', '.join(names)}")
    if unknown := next((str(name) for name in value if name not in names), None):
        raise _wrong(where, f"holds {unknown[:40]!r}, which is none of {', '.join(names)}")
    return value


def _wrong(where: str, what: str) -> DataInvalid:
    return DataInvalid(f"{where} {what}.", "Mend the templates and try again.")


def _trial(rules: Mapping[str, Any], draft: Mapping[str, Any]) -> dict[str, Any]:
    """The words that a stored draft would get now, as far as its JSON tells the situation."""
    triage = draft.get("triage") or {}
    situation = {
        "kind": triage.get("kind", "enquiry"),
        "emotion": (triage.get("emotion") or {}).get("label", "calm"),
        "severity": triage.get("severity", 0),
        "emergency": triage.get("emergency", 0),
        "escalated": bool((triage.get("escalate") or {}).get("needed")),
        "steps": bool(draft.get("steps")),
    }
    said = Wording.of(rules, draft["language"], draft["channel"])
    return {
        "acknowledgement": said.fitting("acknowledgements", situation)[1],
        "next_step": said.fitting("next_steps", situation)[1],
        "closing": said.place("closing"),
    }


RULE_KINDS.register(NAME)(RuleKind(name=NAME, file="templates.yaml", check=check, trial=_trial))
