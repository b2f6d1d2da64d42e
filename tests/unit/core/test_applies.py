"""What a passage applies to, compared with what is asked about."""

from __future__ import annotations

import pytest

from core.applies import applies, clean, inherited, names_of
from core.errors import OptionInvalid
from core.firmware import firmware_applies, read_firmware
from core.types import Applicability


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("X2", True),
        ("X2 Pro", True),
        ("X2Pro", True),
        ("x2-pro", True),
        ("Ｘ２ Pro", True),
        ("KJ560-X2P", True),
        ("X2 Max", False),
        ("X20", False),
        ("R5", False),
        ("R5, X2", True),
    ],
)
def test_a_model_is_compared_by_its_whole_name(asked: str, expected: bool) -> None:
    has = Applicability(model="X2 (KJ420-X2), X2 Pro (KJ560-X2P)")
    assert applies(has, Applicability(model=asked)) is expected


def test_an_x2_is_no_x2_pro() -> None:
    assert not applies(Applicability(model="X2 Pro"), Applicability(model="X2"))
    assert not applies(Applicability(model="X2"), Applicability(model="X2 Pro"))


def test_a_series_stands_for_its_models() -> None:
    assert applies(Applicability(model="X2 系列"), Applicability(model="X2 Pro"))
    assert applies(Applicability(model="X2 Pro"), Applicability(model="X2 series"))
    assert not applies(Applicability(model="X2 系列"), Applicability(model="R5"))


def test_a_region_is_the_same_in_both_languages() -> None:
    assert applies(Applicability(region="中国大陆"), Applicability(region="China"))
    assert not applies(Applicability(region="欧盟"), Applicability(region="US"))


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("2.0", "2.0"),
        ("v2.0.3", "2.0.3"),
        ("2.0 及以上", ">=2.0"),
        ("2.0 or later", ">=2.0"),
        ("2.0+", ">=2.0"),
        (">=2.0", ">=2.0"),
        ("1.3–1.9", ">=1.3 <=1.9"),
        ("1.9 及以下", "<=1.9"),
        ("before 2.0", "<2.0"),
        ("1.3, 2.0 起", "1.3, >=2.0"),
        ("latest", ""),
    ],
)
def test_firmware_is_read_in_both_languages(said: str, stored: str) -> None:
    assert read_firmware(said) == stored
    assert read_firmware(stored) == stored


@pytest.mark.parametrize(
    ("has", "asked", "expected"),
    [
        (">=2.0", "2.0.3", True),
        (">=2.0", "1.9", False),
        ("2.0", "2.0.3", True),
        ("2.0", "2.1", False),
        (">=1.3 <=1.9", "1.9.4", True),
        ("<2.0", "2.0", False),
        ("<=1.9", ">=2.0", False),
        ("", "9", True),
        (">=2.0", "", True),
    ],
)
def test_a_release_is_among_those_a_passage_is_about(has: str, asked: str, expected: bool) -> None:
    assert firmware_applies(has, asked) is expected


def test_days_of_contract_overlap_or_not() -> None:
    new = Applicability(contract_from="2025-07-01")
    old = Applicability(contract_to="2025-06-30")
    asked = Applicability(contract_from="2025-08-01", contract_to="2025-08-31")
    assert applies(new, asked)
    assert not applies(old, asked)


def test_what_a_section_says_narrows_its_version() -> None:
    version = Applicability(product="purifier", model="X2, X2 Pro")
    assert inherited(Applicability(), version) == version
    own = Applicability(model="X2 Pro")
    assert inherited(own, version) == Applicability(product="purifier", model="X2 Pro")


@pytest.mark.parametrize(
    "given",
    [
        Applicability(firmware="latest"),
        Applicability(contract_from="1 July"),
        Applicability(contract_from="2025-07-01", contract_to="2025-01-01"),
    ],
)
def test_what_cannot_be_read_is_refused(given: Applicability) -> None:
    with pytest.raises(OptionInvalid):
        clean(given)


def test_what_is_given_is_stored_in_one_form() -> None:
    given = Applicability(model=" X2 ", firmware="2.0 or later", contract_from="2025-07-01T00:00")
    assert clean(given) == Applicability(model="X2", firmware=">=2.0", contract_from="2025-07-01")


def test_names_in_brackets_are_the_same_thing() -> None:
    names = names_of("X2 (KJ420-X2), X2 Pro（KJ560-X2P）")
    assert [name.written for name in names] == ["X2", "X2 Pro"]
    assert names[1].keys == {"x2pro", "kj560x2p"}
