import inspect
import re
from pathlib import Path

import pytest

import ui
from answer.approved import AnswerState
from corpus.diff import Alert, ChangeKind
from corpus.diff.changes import UnitKind
from corpus.documents import VersionState
from evals.impact import GateVerdict, Reason, judge
from ui import texts
from ui.parts.conversation import CHANNELS
from ui.parts.verdicts import REASONS

ROOM = Path(ui.__file__).parent
_PLACES = re.compile(r"{(\w+)}")


def test_both_languages_say_the_same_things() -> None:
    assert texts.load("zh").names() == texts.load("en").names()


def test_both_languages_fill_in_the_same_values() -> None:
    chinese, english = texts.load("zh"), texts.load("en")
    for name in english.names():
        values = dict.fromkeys(_PLACES.findall(_raw(english, name)), 1)
        assert set(_PLACES.findall(_raw(chinese, name))) == set(values), name
        assert english(name, **values)
        assert chinese(name, **values)


def _raw(words: texts.Texts, name: str) -> str:
    return words._words[name]


def test_every_text_the_screens_ask_for_exists() -> None:
    english = texts.load("en")
    asked = set[str]()
    for path in ROOM.rglob("*.py"):
        asked |= set(re.findall(r"\bt\(\s*['\"]([a-z_.0-9]+)['\"]", path.read_text("utf-8")))
    assert len(asked) > 60
    assert sorted(name for name in asked if not english.knows(name)) == []


def test_no_text_is_left_over_from_a_screen_that_changed() -> None:
    source = "\n".join(path.read_text("utf-8") for path in ROOM.rglob("*.py"))
    groups = set(re.findall(r"named\(\s*['\"](\w+)['\"]", source))
    built = tuple(re.findall(r"f['\"]([a-z_]+\.[a-z_]*){", source)) + tuple(f"{g}." for g in groups)
    named = set(re.findall(r"['\"]([a-z_]+\.[a-z_0-9]+)['\"]", source))
    said = {name.removesuffix("_one"): name for name in texts.load("en").names()}
    unused = [name for n, name in said.items() if n not in named and not n.startswith(built)]
    assert sorted(unused) == []


def test_no_chinese_stands_outside_the_text_files() -> None:
    for path in ROOM.rglob("*.py"):
        if path.parent.name != "texts":
            found = re.findall(r"[\u3001-\u9fff]+", path.read_text("utf-8"))
            assert found == [], path.name


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("channel", CHANNELS),
        ("reason", REASONS),
        ("role", ("admin", "supervisor", "qa", "knowledge", "agent", "customer")),
        ("state", ("answered", "clarify", "no_evidence")),
        ("kind", ("enquiry", "complaint", "fault")),
        ("about", ("service", "product", "process", "policy")),
        ("need", ("functional", "emotional", "implicit", "behavioural")),
        ("version_state", ("live", "superseded", "withdrawn", "draft")),
        ("conversation", ("customer", "agent")),
        ("change_kind", tuple(ChangeKind)),
        ("unit_kind", tuple(kind for kind in UnitKind if kind != UnitKind.SENTENCE)),
        ("alert", tuple(Alert)),
        ("gate_verdict", tuple(GateVerdict)),
        ("gate_kind", ("answer", "case", "draft")),
        ("gate_before", ("answer", "case", "draft")),
        ("gate_no_answer", ("no_evidence", "clarify")),
        ("answer_state", tuple(AnswerState)),
        ("document_state", tuple(state for state in VersionState if state != "published")),
    ],
)
def test_every_value_of_the_api_has_a_name_in_both_languages(
    group: str, names: tuple[str, ...]
) -> None:
    for language in texts.LANGUAGES:
        assert all(texts.load(language).knows(f"{group}.{name}") for name in names)


def test_every_reason_of_the_gate_has_words_in_both_languages() -> None:
    told = re.findall(r"\w+", (Reason.__doc__ or "") + inspect.getsource(judge))
    codes = {"removed", "fact", "negation", "name", "added", "less", "moved", "wording"}
    codes |= {"warning", "answer", "other", "answered"}
    assert codes <= set(told)
    for language in texts.LANGUAGES:
        assert all(texts.load(language).knows(f"gate_reason.{code}") for code in codes)


def test_a_value_from_a_newer_service_is_shown_as_it_is() -> None:
    assert texts.load("zh").named("channel", "whatsapp") == "whatsapp"


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        ((None, "zh-CN"), "zh"),
        (("en", "zh-CN"), "en"),
        (("xx", "zh_Hant_TW"), "zh"),
        ((None, "fr-FR"), "en"),
        ((None, None), "en"),
    ],
)
def test_the_language_is_the_url_s_then_the_browser_s(
    wishes: tuple[str | None, ...], language: str
) -> None:
    assert texts.choose(*wishes) == language
