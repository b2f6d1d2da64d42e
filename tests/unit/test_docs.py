import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from service.docs import READMES, ROOT, fill

ENGLISH, CHINESE = READMES


def headings(path: Path) -> list[int]:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [len(marks) for marks in re.findall(r"^(#+) ", text, flags=re.MULTILINE)]


def code_blocks(path: Path) -> list[str]:
    """The blocks that a reader types or copies; the map of the house is prose."""
    text = path.read_text(encoding="utf-8")
    return re.findall(r"```(?:sh|toml)\n(.*?)```", text, flags=re.DOTALL)


def commands(path: Path) -> list[str]:
    return [line.strip() for block in code_blocks(path) for line in block.splitlines()]


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_generated_tables_are_up_to_date(path: Path):
    text = path.read_text(encoding="utf-8")
    for block in ("commands", "settings", "errors"):
        assert f"<!-- {block} -->" in text
    assert text == fill(text), "run make docs"


def test_both_readmes_have_the_same_headings_and_commands():
    assert headings(ENGLISH) == headings(CHINESE)
    assert commands(ENGLISH) == commands(CHINESE)


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_every_file_that_a_readme_points_to_exists(path: Path):
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
    assert links
    for link in links:
        assert (ROOT / link).exists(), link


def test_every_command_that_a_readme_shows_exists():
    text = ENGLISH.read_text(encoding="utf-8")
    table = text[text.index("<!-- commands -->") :]
    for shown in re.findall(r"^\.venv/bin/citedesk ((?:[a-z]+ ?){1,2})", text, flags=re.MULTILINE):
        assert f"`citedesk {shown.split()[0]}" in table
    for target in re.findall(r"^make (\w+)", text, flags=re.MULTILINE):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)


def test_no_package_that_breaks_the_environment_is_installed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert "torchvision" in project["tool"]["citedesk"]["must_be_absent"]
    for name in project["tool"]["citedesk"]["must_be_absent"]:
        with pytest.raises(PackageNotFoundError):
            version(name)
    assert version("torch").split("+")[0] == "2.13.0"
    assert "torch==2.13.0" in project["project"]["dependencies"]
