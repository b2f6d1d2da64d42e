"""Differences between two versions: every one found, in its place, and no other."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from core.types import Chunk, ChunkKind
from corpus.diff import Alert, Change, ChangeKind, Diff, compare
from corpus.diff.align import equal_pairs
from corpus.diff.words import tokens, word_changes


def chunks(*sections: tuple[str, str], version: str = "v1") -> list[Chunk]:
    return [
        Chunk(f"{version}-{n}", "d", version, n, text, "手册", headings=tuple(path.split(" > ")))
        for n, (path, text) in enumerate(sections)
    ]


def table(path: str, *rows: str, version: str = "v1") -> list[Chunk]:
    (made,) = chunks((path, "\n".join(rows)), version=version)
    return [replace(made, kind=ChunkKind.TABLE, table_html="<table></table>")]


def diff(before: str, after: str) -> Diff:
    return compare(chunks(("保养", before)), chunks(("保养", after), version="v2"))


def only(found: Diff) -> Change:
    assert len(found.changes) == 1, found.changes
    return found.changes[0]


ZH = "每周清洁一次主刷。清洗后晾干 24 小时。滤网不能用热水洗。"
EN = "Clean the brush every week. Let it dry for 24 hours. Do not use hot water."


@pytest.mark.parametrize("text", [ZH, EN])
def test_the_same_text_has_no_changes(text: str) -> None:
    found = diff(text, text)
    assert (found.changes, found.unchanged, found.touched) == ((), 4, {})


@pytest.mark.parametrize(
    ("text", "old", "new", "alerts"),
    [
        (ZH, "24 小时", "48 小时", {Alert.NUMBER}),
        (EN, "24 hours", "48 hours", {Alert.NUMBER}),
        (ZH, "24 小时", "24 分钟", {Alert.UNIT}),
        (EN, "24 hours", "24 days", {Alert.UNIT}),
        (ZH, "不能用", "可以用", {Alert.NEGATION}),
        (EN, "Do not use", "Use", {Alert.NEGATION}),
        (ZH, "24 小时", "最多 24 小时", {Alert.LIMIT}),
        (EN, "for 24 hours", "for at least 24 hours", {Alert.LIMIT}),
        (ZH, "清洗后晾干", "警告：清洗后晾干", {Alert.WARNING}),
        (EN, "Let it dry", "Warning: let it dry", {Alert.WARNING}),
        (ZH, "主刷", "主刷（B-R5-02）", {Alert.CODE}),
        (ZH, "清洁一次", "擦拭一次", set()),
        (EN, "every week", "each week", set()),
    ],
)
def test_a_changed_sentence_is_singled_out_by_what_changed_in_it(
    text: str, old: str, new: str, alerts: set[Alert]
) -> None:
    change = only(diff(text, text.replace(old, new)))
    assert change.kind is ChangeKind.CHANGED
    assert set(change.alerts) == alerts


def test_no_more_than_is_a_limit_and_no_negation() -> None:
    change = only(diff("每次不超过 20 分钟。", "每次不超过 30 分钟。"))
    assert change.alerts == (Alert.NUMBER, Alert.LIMIT)


def test_word_by_word_in_both_languages() -> None:
    (kept, changed, rest) = word_changes("晾干至少 24 小时。", "晾干至少 48 小时。")
    assert (changed.before, changed.after) == ("24", "48")
    assert kept.kept
    assert rest.before == " 小时。"
    runs = word_changes("Let it dry for a day.", "Let it rest for a whole day.")
    assert [(r.before, r.after) for r in runs if not r.kept] == [("dry", "rest"), ("", "whole ")]


@pytest.mark.parametrize("text", [ZH, EN, "型号 X2 的容量是 5.2 L，E-0x51！", "", "a\n b\t"])
def test_tokens_are_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text


def test_a_removed_section_and_a_new_warning() -> None:
    before = chunks(
        ("第四章 > 4.4 集尘", "自动集尘约 15 秒。"), ("第四章 > 4.5 看家", "每次最长 20 分钟。")
    )
    after = chunks(
        ("第四章 > 4.4 集尘", "自动集尘约 15 秒。\n警告：集尘时不得打开上盖。"), version="v2"
    )
    found = compare(before, after)
    told = [(c.kind, (c.before or c.after).text) for c in found.changes]  # type: ignore[union-attr]
    assert set(told) == {
        (ChangeKind.ADDED, "警告：集尘时不得打开上盖。"),
        (ChangeKind.REMOVED, "看家"),
        (ChangeKind.REMOVED, "每次最长 20 分钟。"),
    }
    assert set(found.touched) == {"v1-0", "v1-1"}
    (added,) = (c for c in found.changes if c.kind is ChangeKind.ADDED)
    assert Alert.WARNING in added.alerts


def test_what_only_moved_is_said_to_have_moved() -> None:
    before = chunks(("X2", "滤网每月更换。"), ("X3", "拖布每周更换，主刷每半年更换一次。"))
    after = chunks(
        ("X2", "拖布每周更换，主刷每半年更换一次。"), ("X3", "滤网每月更换。"), version="v2"
    )
    found = compare(before, after)
    # Another section may be another model, so what moved there is touched.
    assert {c.kind for c in found.changes} == {ChangeKind.MOVED}
    assert found.touched


def test_new_numbers_of_steps_and_sections_change_nothing() -> None:
    before = chunks(("3 安装 > 3.2 联网", "1. 打开 App。\n2. 按住回充键 3 秒。"))
    after = chunks(
        ("4 安装 > 4.2 联网", "1. 打开 App。\n2. 登录帐号。\n3. 按住回充键 3 秒。"), version="v2"
    )
    change = only(compare(before, after))
    assert change.kind is ChangeKind.ADDED
    assert change.after is not None
    assert change.after.written == "2. 登录帐号。"


def test_tables_are_compared_by_cell() -> None:
    before = table(
        "参数", "型号: X2 | 容量: 5.2 L | 重量: 4 kg", "型号: X3 | 容量: 6 L | 重量: 5 kg"
    )
    after = table(
        "参数",
        "型号: X2 | 容量: 5.6 L | 重量: 4 kg",
        "型号: X3 | 容量: 6 L | 重量: 5 kg",
        version="v2",
    )
    change = only(compare(before, after))
    assert [(c.column, c.before, c.after) for c in change.cells] == [("容量", "5.2 L", "5.6 L")]


def test_where_chunks_were_cut_does_not_count() -> None:
    lines = [f"第 {n} 种情形下，先断电 {n + 2} 分钟，再按第 {n} 个按钮。" for n in range(1, 40)]
    whole = chunks(("故障", "\n".join(lines)))
    parts = chunks(("故障", "\n".join(lines[:7])), ("故障", "\n".join(lines[7:])), version="v2")
    assert compare(whole, parts).changes == ()
    assert compare(parts, whole).changes == ()


def test_random_edits_are_each_found() -> None:
    random.seed(11)
    words = [f"词{n}语{n * 7}" for n in range(400)]
    for _ in range(30):
        sentences = ["，".join(random.sample(words, 6)) + "。" for _ in range(60)]
        edited = list(sentences)
        gone = set(random.sample(range(60), 3))
        changed = set(random.sample(sorted(set(range(60)) - gone), 3))
        for n in changed:
            edited[n] = edited[n].replace("，", "，新", 1)
        kept = [text for n, text in enumerate(edited) if n not in gone]
        found = diff("".join(sentences), "".join(kept))
        assert found.count(ChangeKind.REMOVED) == 3
        assert found.count(ChangeKind.CHANGED) == 3
        assert found.unchanged == 55


def test_pairs_of_equal_keys_stay_in_order() -> None:
    random.seed(3)
    for _ in range(200):
        old = [random.choice("abcdefgh") for _ in range(random.randrange(30))]
        new = [random.choice("abcdefgh") for _ in range(random.randrange(30))]
        pairs = equal_pairs(old, new)
        assert all(old[a] == new[b] for a, b in pairs)
        assert [a for a, _ in pairs] == sorted({a for a, _ in pairs})
        assert [b for _, b in pairs] == sorted({b for _, b in pairs})
    assert len(equal_pairs("abcabc", "abcabc")) == 6
