"""The glossary: its file, its checks, its search for terms, its proposals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus
from core.database import Database
from core.errors import Conflict, DataInvalid, GlossaryInvalid, NotFound
from core.types import Chunk
from corpus.glossary import Entry, Glossary, Lexicon, Named, Status
from corpus.glossary.proposals import proposals
from corpus.glossary.sheet import COLUMNS, read_sheet, write_sheet

SAMPLE = Path(corpus.__file__).with_name("samples") / "glossary.csv"
HEAD = "zh,en,synonyms_zh,synonyms_en,never_confuse\n"
UNSUBSCRIBE = Entry(
    "退订",
    "ending a subscription",
    synonyms_zh=("取消订阅",),
    synonyms_en=("unsubscribe",),
    never_confuse=(Named("取消订单", "一个停订阅，一个撤订单。"),),
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'a.db'}")
    opened.upgrade()
    yield opened
    opened.close()


@pytest.fixture
def glossary(database: Database) -> Glossary:
    return Glossary(database)


def said(entries: list[Entry]) -> list[Entry]:
    """Entries without what the house adds."""
    return [replace(entry, id="", by="", at=None) for entry in entries]


def problems(text: str | bytes, glossary: Glossary) -> str:
    content = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(GlossaryInvalid) as caught:
        glossary.load(content)
    assert caught.value.hint == "Mend this and try again. Nothing was changed."
    return caught.value.message


def test_a_file_comes_back_byte_for_byte(glossary: Glossary) -> None:
    assert glossary.load(SAMPLE.read_bytes(), "kim").added >= 25
    first = glossary.dump()
    assert first.startswith(b"\xef\xbb\xbf")
    assert first.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n") == SAMPLE.read_bytes()
    done = glossary.load(first, "lee")
    assert (done.added, done.changed, done.removed) == (0, 0, 0)
    assert {entry.by for entry in glossary.entries()} == {"kim"}
    assert glossary.dump() == first


_WORD = (
    st.text("ab退订é7 -'\",", min_size=1, max_size=8)
    .map(str.strip)
    .filter(lambda word: any(c.isalnum() for c in word))
)
_NOTE = st.text("ab，“”\"'=;, 退订", max_size=20).map(str.strip)
_NAMED = st.builds(Named, _WORD, _NOTE)


@given(
    st.builds(
        Entry,
        zh=_WORD,
        en=_WORD,
        synonyms_zh=st.lists(_WORD, max_size=3).map(tuple),
        avoid=st.lists(_NAMED, max_size=3).map(tuple),
        never_confuse=st.lists(_NAMED, max_size=3).map(tuple),
        gloss_en=_NOTE,
        status=st.sampled_from([Status.PROPOSED, Status.APPROVED]),
    )
)
def test_whatever_an_entry_says_survives_its_file(entry: Entry) -> None:
    placed, wrong = read_sheet(write_sheet([entry]))
    assert [one.entry for one in placed] == [entry]
    assert wrong == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_of_any_chinese_spreadsheet_is_read(glossary: Glossary, encoding: str) -> None:
    glossary.load("zh,en\n净化器,air purifier\n".encode(encoding))
    assert [entry.zh for entry in glossary.entries()] == ["净化器"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "names neither zh nor en"),
        (b"zh,en\n", "holds no entry"),
        (b"name,en\n", r"unknown columns: 'name'"),
        (b"zh,en,zh\n", "names zh twice"),
        (b'zh,en\na,"b\n', "Line 2 of the glossary file is not CSV"),
        (b"PK\x03\x04\x00\x00", "is not text in UTF-8 or GB18030"),
        (b"\xff\xfe\x81", "is not text in UTF-8 or GB18030"),
        (b"zh\n" + b"a" * (9 << 20), "larger than 8 MB"),
    ],
)
def test_what_is_no_glossary_is_refused(glossary: Glossary, content: bytes, message: str) -> None:
    with pytest.raises(DataInvalid, match=message):
        glossary.load(content)
    assert glossary.entries() == []


def test_every_problem_of_a_file_is_named_with_its_line_and_nothing_is_taken(
    glossary: Glossary,
) -> None:
    told = problems(
        HEAD
        + "退订,,取消订阅,,\n"
        + ",,孤儿,,\n"
        + "停订,,取消訂閱,,\n"
        + f"{'长' * 81},,,,\n"
        + "保修,warranty,,,warranty = 同一回事\n"
        + "延保,,,,保修\n"
        + "a,b\n"
        + '"两\n行",,,,\n',
        glossary,
    )
    lines = told.splitlines()
    assert lines[0] == "The glossary has 7 problems:"
    assert lines[1] == "- line 3: there is no canonical term, neither zh nor en"
    assert lines[2] == "- line 4: '取消订阅' is a term of '退订' (line 2) too"
    assert lines[3].startswith("- line 5: ")
    assert "longer than 80 characters" in lines[3]
    assert lines[4] == "- line 6: 'warranty' is never to be confused with itself"
    assert lines[5] == "- line 7: '保修' in never_confuse lacks its explanation"
    assert lines[6] == "- line 8: 2 cells where the first line has 5 columns"
    assert lines[7].startswith("- line 9: ")
    assert glossary.entries() == []


def test_the_same_term_written_differently_is_the_same_term(glossary: Glossary) -> None:
    assert "line 3: 'Filter' is a term of 'Filter' (line 2) too" in problems(
        "zh,en\n,Filter\n,ＦＩＬＴＥＲＳ\n", glossary
    )
    assert "stands twice in one entry" in problems("zh,en,synonyms_en\n,Wi-Fi,wi-fi\n", glossary)


@pytest.mark.parametrize(
    ("rows", "ring"),
    [
        ("退订,,停订,,\n停订,,退订,,\n", "'退订' (line 2) -> '停订' (line 3) -> '退订' (line 2)"),
        (
            "甲,,乙,,\n乙,,丙,,\n丙,,甲,,\n",
            "'甲' (line 2) -> '乙' (line 3) -> '丙' (line 4) -> '甲' (line 2)",
        ),
    ],
)
def test_entries_that_are_synonyms_of_each_other_are_named_as_a_circle(
    glossary: Glossary, rows: str, ring: str
) -> None:
    told = problems(HEAD + rows, glossary)
    assert f"line 2: each is a synonym of the next, in a circle: {ring}" in told
    assert "too" not in told


def test_a_circle_with_what_is_stored_is_found_too(glossary: Glossary) -> None:
    glossary.put(Entry("退订", synonyms_zh=("停订",)))
    told = problems(HEAD + "停订,,退订,,\n", glossary)
    assert "in a circle: '退订' (in the glossary already) -> '停订' (line 2)" in told
    with pytest.raises(GlossaryInvalid, match="'停订' is a term of '退订'"):
        glossary.put(Entry("暂停", synonyms_zh=("停订",)))
    assert len(glossary.entries()) == 1


def test_a_file_changes_what_it_names_and_with_only_removes_the_rest(glossary: Glossary) -> None:
    kept = glossary.put(UNSUBSCRIBE, "kim")
    glossary.put(Entry("保修", "warranty"), "kim")
    file = write_sheet([replace(UNSUBSCRIBE, gloss_zh="不再寄送")])
    done = glossary.load(file, "lee")
    assert (done.added, done.changed, done.unchanged, done.removed) == (0, 1, 0, 0)
    assert glossary.get(kept.id).gloss_zh == "不再寄送"
    assert (glossary.get(kept.id).by, len(glossary.entries())) == ("lee", 2)
    done = glossary.load(file, "lee", only=True)
    assert (done.unchanged, done.removed) == (1, 1)
    assert [entry.zh for entry in glossary.entries()] == ["退订"]


def test_two_lines_that_share_a_stored_entry_both_come_in(glossary: Glossary) -> None:
    glossary.put(Entry("退订", "unsubscribe"))
    glossary.load("zh,en\n退订,\n,unsubscribe\n".encode())
    assert sorted(e.label() for e in glossary.entries()) == ["unsubscribe", "退订"]


def test_every_process_sees_a_change_at_once(glossary: Glossary, database: Database) -> None:
    other = Glossary(database)
    assert not other.current()
    stored = glossary.put(UNSUBSCRIBE)
    first = other.current()
    assert [found.name for found in first.find("怎么取消訂閱？")] == ["取消订阅"]
    assert other.current() is first
    glossary.remove(stored.id)
    assert not other.current()


def test_a_proposal_is_used_only_once_approved_and_never_made_twice(glossary: Glossary) -> None:
    made = glossary.propose([Entry("童锁"), Entry("禁区")], "finder")
    assert [entry.status for entry in made] == [Status.PROPOSED] * 2
    assert not glossary.current()
    glossary.approve(made[0].id, "kim")
    assert [entry.zh for entry in glossary.current().entries] == ["童锁"]
    with pytest.raises(Conflict):
        glossary.approve(made[0].id)
    glossary.remove(made[1].id, "kim")
    assert glossary.propose([Entry("童锁"), Entry("禁区")]) == []
    assert [entry.zh for entry in glossary.entries()] == ["童锁"]
    # What a person says himself is taken all the same.
    glossary.put(Entry("禁区", "no-go zone"))
    assert len(glossary.current().entries) == 2


def test_an_entry_that_is_not_there_is_said_to_be_missing(glossary: Glossary) -> None:
    for call in (glossary.get, glossary.remove, glossary.approve):
        with pytest.raises(NotFound):
            call("gls_none")
    with pytest.raises(NotFound):
        glossary.put(replace(UNSUBSCRIBE, id="gls_none"))


def test_terms_are_found_as_whole_words_the_longest_first() -> None:
    lexicon = Lexicon(
        [
            Entry("基站", "station"),
            Entry("全能基站", "all-round station"),
            Entry(en="information technology", abbreviations_en=("IT",)),
            Entry("滤芯", "filter"),
        ]
    )

    def names(text: str) -> list[str]:
        return [found.name for found in lexicon.find(text)]

    assert names("全能基站的濾芯") == ["全能基站", "滤芯"]
    assert names("Two FILTERS, no filtered water, stations") == ["filter", "station"]
    assert names("it is broken") == []
    assert names("the IT department") == ["IT"]
    assert names("") == []


def chunk(text: str, *headings: str, document: str = "d", number: int = 0) -> Chunk:
    return Chunk(f"{document}.{number}", document, "v", number, text, document, headings)


def test_terms_are_proposed_from_brackets_definitions_and_paired_headings() -> None:
    zh = [
        chunk("本机显示洁净空气量（CADR）和挥发性有机物（TVOC）。", "1 产品说明", number=0),
        chunk("功率 45 W，型号 KJ420。", "2 技术参数", number=1),
        chunk("每 12 个月更换一次。", "3 更换滤芯", number=2),
        chunk("400-000-1200", "4 售后服务", number=3),
    ]
    en = [
        chunk("The clean air delivery rate (CADR) is shown.", "1 About the product", number=0),
        chunk("Power 45 W, model KJ420.", "2 Specifications", number=1),
        chunk("Change it every 12 months.", "3 Changing the filter", number=2),
        chunk("400-000-1200", "4 After-sales service", number=3),
    ]
    sop = [chunk("（一）仅退款：客户不退回商品。", "二、术语")]
    found = proposals([zh, en, sop], ["怎么预约清洗服务", "可以预约清洗吗", "电话 13800138000"])
    pairs = {(entry.zh, entry.en, entry.abbreviations_en) for entry in found}
    assert ("", "clean air delivery rate", ("CADR",)) in pairs
    assert ("挥发性有机物", "", ("TVOC",)) in pairs
    assert ("技术参数", "Specifications", ()) in pairs
    assert ("更换滤芯", "Changing the filter", ()) in pairs
    assert ("仅退款", "", ()) in pairs
    assert ("预约", "", ()) in pairs
    assert not any("13800138000" in entry.label() for entry in found)
    assert all(entry.status is Status.PROPOSED and entry.origin for entry in found)


def test_the_columns_are_documented_where_they_are_named() -> None:
    assert SAMPLE.read_text(encoding="utf-8").splitlines()[0] == ",".join(COLUMNS)
