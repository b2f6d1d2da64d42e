from __future__ import annotations

import pytest

from retrieval.titles import TitleIndex

TITLES = [
    "GONVILLE HOTEL",
    "ACORN GUEST HOUSE",
    "A AND B GUEST HOUSE",
    "ROSA'S BED AND BREAKFAST",
    "THE CAMBRIDGE BELFRY",
    "PIZZA EXPRESS",
    "PIZZA EXPRESS FEN DITTON",
    "LOVELL LODGE",
    "FAQ",
    "Warranty policy",
    "User Guide",
    "用户手册",
    "退货政策",
    "系统",
    "X2 空气净化器用户手册",
    "X3 空气净化器用户手册",
    "R5 扫地机器人使用说明",
    "星河路由器 AX3000 用户手册",
]


@pytest.fixture(scope="module")
def index() -> TitleIndex:
    return TitleIndex(TITLES)


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Tell me about the Gonville.", "GONVILLE HOTEL"),
        ("does the acorn guesthouse have wifi", "ACORN GUEST HOUSE"),
        ("I booked the A & B Guesthouse", "A AND B GUEST HOUSE"),
        ("is rosas bed & breakfast clean?", "ROSA'S BED AND BREAKFAST"),
        ("The Cambridge Belfrey, please", "THE CAMBRIDGE BELFRY"),
        ("Is PIZZA EXPRESS FEN DITTON open?", "PIZZA EXPRESS FEN DITTON"),
        ("我的Ｘ２净化器有异味", "X2 空气净化器用户手册"),
        ("R5 不動了", "R5 扫地机器人使用说明"),
        ("星河路由器連不上網", "星河路由器 AX3000 用户手册"),
    ],
)
def test_a_document_is_found_by_its_name_however_it_is_written(
    index: TitleIndex, said: str, title: str
) -> None:
    assert [name.title for name in index.said([said])][:1] == [title]


@pytest.mark.parametrize(
    "said",
    [
        "where is the user guide or the FAQ?",
        "what is your warranty policy",
        "用户手册在哪里下载",
        "退货政策是什么，系统怎么升级",
        "a lovely guest house with breakfast",
        "I would like a pizza",
    ],
)
def test_a_title_that_any_document_could_have_is_never_named(index: TitleIndex, said: str) -> None:
    assert index.said([said]) == ()


def test_what_was_named_last_outweighs_what_was_named_before(index: TitleIndex) -> None:
    named = index.said(["Is the Acorn quiet?", "Yes, or take the Gonville Hotel.", "Has it wifi?"])
    assert [name.title for name in named] == ["GONVILLE HOTEL", "ACORN GUEST HOUSE"]
    assert 1 > named[0].weight > 2 * named[1].weight > 0


def test_an_index_without_titles_names_nothing() -> None:
    assert TitleIndex(["", "。"]).said(["the Gonville", "它呢"]) == ()
