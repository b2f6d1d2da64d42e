"""What every registered keyword index promises."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import IndexCorrupt
from core.types import Chunk
from retrieval.keyword import KEYWORD_INDEXES, KeywordIndex, query_terms


def chunk(chunk_id: str, text: str, version: str = "v1", **more: object) -> Chunk:
    return Chunk(chunk_id, "d1", version, 0, text, title="X2", **more)  # type: ignore[arg-type]


@pytest.fixture(params=KEYWORD_INDEXES.names())
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def index(kind: str, tmp_path: Path) -> Iterator[KeywordIndex]:
    opened = KEYWORD_INDEXES.get(kind).open(tmp_path / "words")
    yield opened
    opened.close()


def ids(index: KeywordIndex, text: str, audience: str = "public", top: int = 10) -> list[str]:
    return [f.chunk_id for f in index.search(audience, query_terms(text), top).found]


def test_a_passage_is_found_by_its_words_in_chinese_and_english(index: KeywordIndex) -> None:
    index.put(
        "public",
        [
            chunk("zh", "长按电源键五秒可重置设备"),
            chunk("en", "Resetting the device takes a while"),
        ],
    )
    assert ids(index, "怎么重置设备？") == ["zh"]
    assert ids(index, "How do I reset devices?") == ["en"]


def test_traditional_and_simplified_characters_match_alike(index: KeywordIndex) -> None:
    index.put("public", [chunk("a", "請聯繫客服並提供發票"), chunk("b", "保修期为两年")])
    assert ids(index, "联系客服 发票") == ["a"]


@pytest.mark.parametrize("asked", ["E-0x51", "e-0X51", "0x51", "error E‑0x51?"])
def test_an_error_code_is_found_whole_and_in_part(index: KeywordIndex, asked: str) -> None:
    index.put("public", [chunk("a", "Error E-0x51: battery hot"), chunk("b", "E-0x52 is fan")])
    assert ids(index, asked)[0] == "a"


def test_a_word_in_the_heading_counts_for_more_than_one_in_the_text(index: KeywordIndex) -> None:
    index.put(
        "public",
        [
            chunk("text", "the battery warranty and the screen", headings=("Other",)),
            chunk("head", "the display and the screen frame", headings=("Battery",)),
        ],
    )
    assert ids(index, "battery") == ["head", "text"]


@pytest.mark.parametrize(
    "asked",
    [
        "title:foo AND (bar",
        '+must -not "quote',
        "*",
        "body:[a TO z]",
        "'; DROP TABLE chunks;--",
        "\\",
    ],
)
def test_query_syntax_in_a_question_is_only_words(index: KeywordIndex, asked: str) -> None:
    index.put("public", [chunk("a", "nothing of the kind")])
    assert ids(index, asked) == []


def test_a_question_of_common_words_only_still_searches(index: KeywordIndex) -> None:
    index.put("public", [chunk("a", "what is this"), chunk("b", "battery")])
    assert ids(index, "what is this?") == ["a"]


def test_indexing_an_id_again_replaces_its_words(index: KeywordIndex) -> None:
    index.put("public", [chunk("a", "battery"), chunk("b", "screen")])
    index.put("public", [chunk("a", "charger", "v2")])
    assert ids(index, "battery") == []
    assert ids(index, "charger") == ["a"]
    assert (index.count("public"), index.versions("public")) == (2, {"v1", "v2"})
    assert (index.holdings("public"), index.holdings("internal")) == ({"v1": 1, "v2": 1}, {})


def test_removing_a_version_leaves_the_others_findable(index: KeywordIndex) -> None:
    index.put("public", [chunk("a", "battery", "v1"), chunk("b", "battery", "v2")])
    index.remove_version("public", "v1")
    index.remove_version("nobody", "v1")
    assert ids(index, "battery") == ["b"]


def test_single_passages_can_be_forgotten(index: KeywordIndex) -> None:
    index.put("public", [chunk("a", "空气净化器"), chunk("b", "空气加湿器")])
    index.remove_chunks("public", ["a", "no such passage"])
    index.remove_chunks("no-such-audience", ["b"])
    assert index.count("public") == 1
    assert index.holdings("public") == {"v1": 1}


def test_one_audience_never_finds_what_another_may_see(index: KeywordIndex) -> None:
    index.put("public", [chunk("a", "battery")])
    index.put("internal", [chunk("b", "battery")])
    index.put("售后 主管", [chunk("c", "battery")])
    assert ids(index, "battery") == ["a"]
    assert ids(index, "battery", "internal") == ["b"]
    assert ids(index, "battery", "nobody") == []
    assert index.audiences() == {"public", "internal", "售后 主管"}
    index.drop("internal")
    assert (ids(index, "battery", "internal"), ids(index, "battery")) == ([], ["a"])


def test_what_was_indexed_is_there_when_the_index_is_opened_again(
    kind: str, tmp_path: Path
) -> None:
    first = KEYWORD_INDEXES.get(kind).open(tmp_path / "again")
    first.put("public", [chunk("a", "battery")])
    first.close()
    second = KEYWORD_INDEXES.get(kind).open(tmp_path / "again")
    assert ids(second, "battery") == ["a"]
    second.put("public", [chunk("b", "battery")])
    assert sorted(ids(second, "battery")) == ["a", "b"]
    second.close()


def test_a_full_match_scores_near_the_ideal_and_a_poor_one_far_below(index: KeywordIndex) -> None:
    filler = [chunk(f"f{n}", "some other words about printers and paper") for n in range(30)]
    index.put("public", [*filler, chunk("full", "red battery blinking"), chunk("poor", "red ink")])
    answer = index.search("public", query_terms("battery blinking red"), 2)
    assert [f.chunk_id for f in answer.found] == ["full", "poor"]
    full, poor = (f.score / answer.ideal for f in answer.found)
    assert full > 0.9 > 0.5 > poor


def test_a_very_long_question_is_answered_from_its_rarest_words(index: KeywordIndex) -> None:
    index.put("public", [chunk(f"f{n}", "printer paper tray") for n in range(20)])
    index.put("public", [chunk("a", "defenestration")])
    noise = " ".join(f"word{n}" for n in range(300))
    assert "a" in ids(index, f"defenestration printer {noise}"[:3000], top=30)


def test_readers_and_a_writer_can_work_at_once(index: KeywordIndex) -> None:
    index.put("public", [chunk("a", "battery")])

    def read() -> bool:
        return all("a" in ids(index, "battery", top=100) for _ in range(50))

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for n in range(5):
            index.put("public", [chunk(f"b{n}", "battery screen")])
        assert [reader.result() for reader in readers] == [True, True, True]
    assert index.count("public") == 6


def test_a_damaged_index_says_to_reindex_and_can_be_dropped(tmp_path: Path) -> None:
    first = KEYWORD_INDEXES.get("tantivy").open(tmp_path)
    first.put("public", [chunk("a", "battery")])
    first.close()
    for meta in tmp_path.rglob("meta.json"):
        meta.write_text("{broken", encoding="utf-8")
    second = KEYWORD_INDEXES.get("tantivy").open(tmp_path)
    with pytest.raises(IndexCorrupt) as caught:
        ids(second, "battery")
    assert "citedesk reindex" in caught.value.hint
    second.drop("public")
    second.put("public", [chunk("b", "battery")])
    assert ids(second, "battery") == ["b"]
    second.close()


def test_extra_terms_add_to_a_score_and_not_to_what_could_be_had(index: KeywordIndex) -> None:
    index.put(
        "public",
        [chunk("a", "battery"), chunk("b", "accumulator"), chunk("c", "battery accumulator")],
    )
    plain = index.search("public", {"batteri": 1.0}, 9)
    wide = index.search("public", {"batteri": 1.0}, 9, {"accumul": 0.5})
    assert {f.chunk_id for f in plain.found} == {"a", "c"}
    assert wide.found[0].chunk_id == "c"
    assert {f.chunk_id for f in wide.found} == {"a", "b", "c"}
    assert wide.ideal == plain.ideal
