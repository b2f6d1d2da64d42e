from __future__ import annotations

import socket
from typing import Any

import pytest

from evals.metrics.ragas_rouge import rouge, words
from evals.metrics.ragas_semantic_similarity import similarity


@pytest.fixture(autouse=True)
def no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a metric connected to something")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("请拔下电源插头，静置 30 分钟。", "请拔下电源插头，静置 30 分钟。", 1.0),
        ("请拔下电源插头", "请清洗滤网组件", 0.0),
        ("保修期为 24 个月", "滤芯每 24 天更换", 0.2),
        ("Unplug the unit and wait.", "Unplug the unit and wait.", 1.0),
        ("Unplug the unit", "Clean a filter", 0.0),
        ("Unplug the unit", "Unplug the filter", 2 / 3),
        ("请按电源键", "Press the power button", 0.0),
    ],
)
def test_rouge_tells_sentences_apart_in_chinese_as_in_english(
    one: str, other: str, expected: float
) -> None:
    assert rouge(one, other) == pytest.approx(expected, abs=1e-9)


def test_rouge_without_our_words_would_call_different_chinese_sentences_equal() -> None:
    from ragas.metrics.collections import RougeScore

    plain = RougeScore().score(reference="保修期为 24 个月", response="滤芯每 24 天更换")
    assert plain.value == 1.0
    assert rouge("保修期为 24 个月", "滤芯每 24 天更换") < 0.3


def test_many_distinct_words_stay_distinct_tokens() -> None:
    text = " ".join(f"part{n}x" for n in range(2000))
    assert len(set(words(text))) == 2000
    assert rouge(text, text) == 1.0


def test_words_are_cut_stemmed_and_kept_whole_where_they_are_codes() -> None:
    assert words("E-0x51 表示过温保护; filters last 2.4 hours") == [
        "e-0x51", "表示", "过温", "保护", "filter", "last", "2.4", "hour",
    ]  # fmt: skip


def test_meaning_is_compared_by_the_products_own_embedder_in_both_languages(
    embedder: Any,
) -> None:
    pairs = [
        ("请拔下电源插头，静置 30 分钟。", "拔掉插头后等待半小时。", "退款在七个工作日内到账。"),
        ("Unplug it and leave it for 30 minutes.", "Pull the plug, wait half an hour.",
         "Refunds arrive within seven working days."),
    ]  # fmt: skip
    for text, same, different in pairs:
        assert similarity(text, text, embedder.embed_queries) == pytest.approx(1.0, abs=1e-3)
        close = similarity(text, same, embedder.embed_queries)
        far = similarity(text, different, embedder.embed_queries)
        assert far + 0.05 < close < 1.0
