import pytest
from streamlit.testing.v1 import AppTest

from answer.rules.house import RULE_KINDS, ShippedRules
from ui import marks, texts
from ui.parts.rules.naming import called


def _form(body: dict[str, object]) -> None:
    import streamlit as st

    from ui.parts.rules import plain

    st.session_state["citedesk.language"] = "zh"
    plain.fields(body, (), "plain")


@pytest.mark.parametrize("name", ["followups", "templates", "routing"])
def test_looking_at_rules_in_their_form_changes_nothing(name: str) -> None:
    body = dict(ShippedRules().current(name))
    shown = AppTest.from_function(_form, args=(body,), default_timeout=60).run()
    assert not shown.exception
    assert len(shown.text_input) + len(shown.text_area) + len(shown.number_input) > 20
    assert body == ShippedRules().current(name)


@pytest.mark.parametrize("name", sorted(name for name, _ in RULE_KINDS))
def test_every_section_of_the_shipped_rules_has_a_name_in_chinese(name: str) -> None:
    t = texts.load("zh")
    assert [key for key in ShippedRules().current(name) if called(t, key).isascii()] == []


@pytest.mark.parametrize(
    ("text", "messages"),
    [("a" * 160, 1), ("a" * 161, 2), ("a" * 159 + "[", 2), ("\u6ee4" * 70, 1), ("\u6ee4" * 71, 2)],
)
def test_a_text_message_counts_as_many_parts_as_it_is_sent_in(text: str, messages: int) -> None:
    assert marks.sms_parts(text) == messages
