"""Whether a quote still stands in another version of its document."""

from __future__ import annotations

from core.types import Chunk, ChunkKind, Citation
from corpus.diff import compare
from corpus.diff.carry import bearing, carried


def chunk(text: str, version: str, headings: tuple[str, ...] = ("3.3 地图",)) -> Chunk:
    html = "<table></table>" if " | " in text else ""
    kind = ChunkKind.TABLE if html else ChunkKind.TEXT
    return Chunk(
        f"{version}-0", "d", version, 0, text, "手册", headings, (7, 7), kind, table_html=html
    )


def cited(passage: Chunk, quote: str) -> Citation:
    start = passage.text.index(quote)
    return Citation(
        1,
        "d",
        passage.version_id,
        passage.title,
        passage.headings,
        7,
        passage.id,
        quote,
        start,
        start + len(quote),
    )


def over(before: str, after: str, quote: str) -> tuple[Citation | None, bool, bool]:
    """The carried citation, and whether anything bears on the quote and disturbs it."""
    old, new = chunk(before, "v1"), chunk(after, "v2")
    diff = compare([old], [new])
    found = bearing(cited(old, quote), diff)
    return carried(cited(old, quote), diff, [new]), bool(found), found.disturbs


def test_an_unchanged_quote_is_carried_to_its_new_place() -> None:
    here, bears, _ = over("最多 3 张。\n移动后重建。", "最多 3 张。\n移动后重建。", "移动后重建。")
    assert here is not None
    assert (here.version_id, here.chunk_id) == ("v2", "v2-0")
    assert not bears


def test_a_changed_quote_is_not_carried() -> None:
    assert over("最多保存 3 张地图。", "最多保存 4 张地图。", "最多保存 3 张地图。") == (
        None,
        True,
        True,
    )


def test_a_change_to_the_sentence_beside_it_is_told_and_leaves_it_standing() -> None:
    here, bears, disturbs = over(
        "最多保存 3 张地图。移动后需要重建地图。",
        "最多保存 4 张地图。移动后需要重建地图。",
        "移动后需要重建地图。",
    )
    assert here is not None
    assert bears
    assert not disturbs


def test_what_was_added_beside_it_may_be_an_exception() -> None:
    here, _, disturbs = over(
        "滤网可以水洗。", "滤网可以水洗。\n注意：X2 Pro 的滤网不能水洗。", "滤网可以水洗。"
    )
    assert here is None
    assert disturbs


def test_a_row_stands_whatever_happens_to_the_other_rows() -> None:
    here, bears, _ = over(
        "代码: E01 | 含义: 卡住\n代码: E02 | 含义: 缺水",
        "代码: E01 | 含义: 卡住\n代码: E02 | 含义: 缺少清水\n代码: E03 | 含义: 堵塞",
        "代码: E01 | 含义: 卡住",
    )
    assert here is not None
    assert not bears


def test_a_quote_under_another_heading_is_not_the_same() -> None:
    text = "保护温度为 65 °C，超过后停机并报警，须静置 30 分钟。"
    old = chunk(text, "v1", ("X2 参数",))
    diff = compare([old], [chunk(text, "v2", ("X3 性能",))])
    assert bearing(cited(old, text), diff).disturbs


def test_a_removed_quote_is_not_carried() -> None:
    assert over("可以看家。\n可以拖地。", "可以拖地。", "可以看家。")[0] is None
