"""What Markdown files hold beside Markdown, and steps that no list marks as such."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.types import RawFile
from ingest.parse import parse_file
from ingest.parsers.base import Parsed


def read(folder: Path, name: str, text: str) -> Parsed:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return parse_file(RawFile(name, "", "", path))


def shown(parsed: Parsed) -> list[tuple[str, str]]:
    return [(element.kind.value, element.text) for element in parsed.elements]


def test_tabs_and_accordions_head_what_they_show_and_nothing_after_it(tmp_path: Path) -> None:
    text = (
        '# 登录\n\n<Tabs>\n<TabItem value="Windows">\n\n用 PuTTY。\n\n</TabItem>\n'
        '<TabItem value="mac" label="macOS">\n\n用 screen。\n\n</TabItem>\n</Tabs>\n\n完成。\n'
    )
    parsed = read(tmp_path, "a.mdx", text)
    assert [(e.text, e.headings) for e in parsed.elements if e.kind.value == "text"] == [
        ("用 PuTTY。", ("登录", "Windows")),
        ("用 screen。", ("登录", "macOS")),
        ("完成。", ("登录",)),
    ]


def test_a_tab_is_not_the_title_of_its_document(tmp_path: Path) -> None:
    assert (
        read(tmp_path, "login.md", '<Tab title="Linux">\n\nUse SSH.\n\n</Tab>\n').title == "login"
    )


def test_a_component_over_several_lines_is_read_as_one(tmp_path: Path) -> None:
    text = '<Accordion\n  title="How long?"\n><Tabs>\n\nTwo days.\n\n</Tabs>\n</Accordion>\n'
    assert shown(read(tmp_path, "a.mdx", text)) == [("title", "How long?"), ("text", "Two days.")]


def test_the_steps_of_a_component_are_numbered(tmp_path: Path) -> None:
    text = (
        '<Steps>\n  <Step title="Open">\n    Lift the lid.\n  </Step>\n\n'
        '  <Step title="Fill">\n    To the mark.\n  </Step>\n</Steps>\n'
    )
    assert shown(read(tmp_path, "a.mdx", text)) == [
        ("step", "1. Open"),
        ("text", "Lift the lid."),
        ("step", "2. Fill"),
        ("text", "To the mark."),
    ]


def test_indentation_inside_a_component_makes_no_code(tmp_path: Path) -> None:
    text = "- 选项\n\n  说明。\n\n    <Tip>\n        第一段。\n\n        第二段。\n    </Tip>\n"
    assert shown(read(tmp_path, "a.mdx", text))[-2:] == [
        ("text", "提示：第一段。"),
        ("text", "第二段。"),
    ]


def test_a_note_on_one_line_keeps_its_name(tmp_path: Path) -> None:
    assert shown(read(tmp_path, "a.mdx", "<Note>All fields are required.</Note>\n")) == [
        ("text", "Note: All fields are required.")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('See [pay]({% page "hr/pay/" %}) now.', "See pay now."),
        ("See [pay]({{ site.url }}/pay) now.", "See pay now."),
        ('Ask in {% slack_channel "help" %}.', "Ask in help."),
        ('Ask {% slack_channel "h" "Helpers (#h)" %}.', "Ask Helpers (#h)."),
        ("A{% comment %}TODO: later{% endcomment %}.", "A."),
        ('A{% include "foot.html" %}.', "A."),
        ("Write `{% raw %}` first.", "Write {% raw %} first."),
        ('[Guide](https://example.com){:target="_blank" } (PDF)', "Guide (PDF)"),
        ('{% hint style="warning" %}\nHot.\n{% endhint %}', "Warning: Hot."),
        ("!!!info\n    Cold.\n", "Note: Cold."),
        ("???+ aside hide \"Why 'no'?\"\n    Because.\n", "Why 'no'?\nBecause."),
    ],
)
def test_tags_of_template_languages_are_read_as_their_page_shows_them(
    tmp_path: Path, text: str, expected: str
) -> None:
    assert shown(read(tmp_path, "a.md", f"{text}\n")) == [("text", expected)]


def test_a_rule_after_a_note_makes_no_heading_of_it(tmp_path: Path) -> None:
    parsed = read(tmp_path, "a.md", "!!! note\n    Ask us.\n---\n\nEnd.\n")
    assert shown(parsed) == [("text", "Note: Ask us."), ("text", "End.")]


def test_code_inside_a_note_keeps_its_lines(tmp_path: Path) -> None:
    parsed = read(tmp_path, "a.md", "!!! note\n    Run:\n\n    ```\n    a\n      b\n    ```\n")
    assert shown(parsed)[-1] == ("text", "a\n  b")


def test_a_chinese_step_without_a_space_after_its_number_is_a_step(tmp_path: Path) -> None:
    parsed = read(tmp_path, "a.md", "1.打开电源。\n2.按下按键。\n3、等待完成。\n\n耗时 2.5 秒。\n")
    assert shown(parsed) == [
        ("step", "1. 打开电源。"),
        ("step", "2. 按下按键。"),
        ("step", "3. 等待完成。"),
        ("text", "耗时 2.5 秒。"),
    ]


def test_numbered_paragraphs_are_steps_and_a_lone_number_is_not(tmp_path: Path) -> None:
    page = "<h1>A</h1><p>1. Open.</p><p>2. Close.</p><p>① Lift<br>② Pour</p><h1>B</h1><p>7. Ah.</p>"
    assert shown(read(tmp_path, "a.html", page)) == [
        ("title", "A"),
        ("step", "1. Open."),
        ("step", "2. Close."),
        ("step", "① Lift"),
        ("step", "② Pour"),
        ("title", "B"),
        ("text", "7. Ah."),
    ]


@pytest.mark.parametrize("text", ["Step 2: Press OK.", "步骤 2：按确定。", "② 按确定。"])
def test_a_mark_that_only_steps_have_is_enough(tmp_path: Path, text: str) -> None:
    for name, wrapped in (("a.md", text), ("a.rst", text), ("a.html", f"<p>{text}</p>")):
        assert shown(read(tmp_path, name, f"{wrapped}\n")) == [("step", text)]
