import re
from pathlib import Path

import pytest

import ingest
from ingest.warnings import SENTENCES, UNKNOWN, recognised, said


@pytest.mark.parametrize("code", SENTENCES)
def test_every_warning_is_recognised_with_its_values(code: str) -> None:
    names = re.findall(r"{(\w+)}", SENTENCES[code])
    values = {name: f"{name} 第 3 页（甲）" for name in names}
    warned = recognised(said(code, **values))
    assert (warned.code, warned.values, warned.files) == (code, values, ())


def test_a_warning_about_a_file_inside_another_names_both() -> None:
    warned = recognised("订单.msg: 附件.pdf: Pages without text: 2, 5.")
    assert (warned.code, warned.values) == ("pages_blank", {"pages": "2, 5"})
    assert warned.files == ("订单.msg", "附件.pdf")


@pytest.mark.parametrize("sentence", ["", "Something of another parser.", "a: b", "x: Pages 3."])
def test_a_sentence_that_is_not_listed_stays_what_it_is(sentence: str) -> None:
    assert recognised(sentence).code == UNKNOWN


def test_every_sentence_that_a_parser_says_is_listed() -> None:
    said_in = re.compile(r'(?:yield|warnings\.append\()\s*f?"([A-Z][^"]+\.)"')
    told = {
        sentence
        for path in Path(ingest.__file__).parent.rglob("*.py")
        for sentence in said_in.findall(path.read_text(encoding="utf-8"))
    }
    assert len(told) > 10
    values = re.compile(r"\{[^{}]+\}")
    assert [s for s in told if recognised(values.sub("7", s)).code == UNKNOWN] == []
