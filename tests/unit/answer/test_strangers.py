"""A model that no document knows is not answered with what they say of another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from answer.base import DraftRequest
from answer.extractive.called import called_in, slip_of, stands
from answer.extractive.drafter import ExtractiveDrafter
from answer.extractive.strangers import of_all, strangers, without
from answer.generative.drafter import GenerativeDrafter
from core.types import Applicability, Chunk, Draft, DraftState, Evidence, Hit, Turn

R5 = Chunk(
    "c1", "r5", "r5@1", 1, "R5 的电池容量为 5200 mAh。充电约需 4 小时，请使用 KJ420-R5 基站。",
    "R5 扫拖机器人用户手册", ("电池",), applicability=Applicability("扫拖机器人", "R5"),
)  # fmt: skip
UPSTAIRS = Chunk(
    "c2", "faq", "faq@1", 2, "Yes. Carry it up. It needs a charge for 90 minutes after that.",
    "Frequently asked questions", ("Can I use the R5 upstairs?",),
)  # fmt: skip
INVOICE = Chunk(
    "c3", "faq", "faq@1", 3, "可以。官方商城默认开具电子普通发票，签收后 24 小时内发到您的邮箱。"
    "R5 旗舰店另开纸质发票。", "常见问题", ("可以开发票吗？",),
)  # fmt: skip
RETURN = Chunk(
    "c4", "policy", "policy@1", 4, "You may return a product within 7 days of the day after you "
    "received it.", "Returns and refunds", ("How long can I return a product?",),
)  # fmt: skip


@pytest.fixture(scope="module")
def drafter(embedder: Any) -> ExtractiveDrafter:
    return ExtractiveDrafter(embedder)


def _request(*texts: str, language: str = "zh") -> DraftRequest:
    roles = ("customer", "agent")
    turns = tuple(Turn(roles[i % 2], text) for i, text in enumerate(texts))
    return DraftRequest("d", turns, texts[-1], language)


def _evidence(*chunks: Chunk) -> Evidence:
    hits = tuple(Hit(chunk, 0.9 - i / 10) for i, chunk in enumerate(chunks))
    return Evidence("", hits, confidence=0.97)


def _ask(drafter: ExtractiveDrafter, text: str, *chunks: Chunk, language: str = "zh") -> Draft:
    return drafter.draft(_request(text, language=language), _evidence(*chunks))


def _strange(*texts: str, before: str = "") -> list[str]:
    request = _request(*texts)
    return [one.written for one in strangers(texts[-1], before, request, _evidence(R5).hits)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Can I use the R9 upstairs?", ["R9"]),
        ("Ｒ９ 能帶到樓上用嗎？", ["R9"]),
        ("KX-200 和 X2 Pro 有什么区别", ["KX-200", "X2 Pro"]),
        ("R5 Turbo、R5+、R5 二代", ["R5 Turbo", "R5+", "R5 二代"]),
        ("How do I reset my iPhone 15?", ["iPhone 15"]),
        ("苹果手机 iPhone 15 能用吗", ["iPhone 15"]),
        ("Step 3 of Chapter 4 in 2025, at 18:30", []),
        ("升级到 v2.0 要 30min 还是 500mL，12 m2 够吗", []),
        ("Is it IP67, USB3, WPA2 or ISO9001?", []),
        ("订单 AB12345 和快递单号 SF1234 到哪了", []),
        ("my order number is KX2003, mail me at bob99@example.com", []),
    ],
)
def test_names_of_models_are_told_from_what_is_built_alike(text: str, names: list[str]) -> None:
    assert [one.written for one in called_in(text)] == names


def test_what_a_device_shows_is_a_code_and_no_model() -> None:
    assert [one.fault for one in called_in("X2 显示 E-0x51，然后报错 F3")] == [False, True, True]


def test_a_name_stands_by_itself_however_it_is_spaced() -> None:
    assert all(stands("r5", text) for text in ("my r-5", "适用于r5的", "the r 5."))
    assert stands("fx2p01", "部件 f-x2p-01 一个")
    assert stands("ch592", "the ch592f board")
    assert not any(stands("r9", text) for text in ("for 90 days", "r95", "xr9"))
    assert not stands("r5pro", "the r5 produces")


def test_another_digit_is_another_model_and_no_slip() -> None:
    known = ("kj420r5", "r5")
    assert slip_of("kj240r5", known) == slip_of("kj42or5", known) == "kj420r5"
    assert slip_of("kj4220r5", known) == "kj420r5"
    assert slip_of("r9", known) == slip_of("kj920r5", known) == ""


@pytest.mark.parametrize("text", ["R-5 怎么充电", "r5怎么充电", "R 5 怎么充电", "Ｒ５ 怎么充电"])
def test_a_known_model_is_known_in_every_spelling(text: str) -> None:
    assert _strange(text) == []


def test_the_model_that_was_named_last_is_meant_in_a_later_turn() -> None:
    assert _strange("I have an R9.", "Hello", "How do I clean it?") == ["R9"]
    assert _strange("我买了 R9", "您好", "谢谢", "请讲", "怎么充电？") == ["R9"]
    assert _strange("我买了 R9", "您好", "R5 怎么充电？") == []
    assert _strange("Order KX2003 is late", "Sorry", "When is it sent?", before="kx2003") == []


@pytest.mark.parametrize(
    ("text", "chunk", "language"),
    [
        ("R9 的电池容量是多少？", R5, "zh"),
        ("R9 的電池容量是多少？", R5, "zh"),
        ("R5 Pro 的电池容量是多少？", R5, "zh"),
        ("R5 和 R9 的电池容量有什么区别？", R5, "zh"),
        ("Can I use the R9 upstairs?", UPSTAIRS, "en"),
    ],
)
def test_what_is_said_of_one_model_never_answers_for_another(
    drafter: ExtractiveDrafter, text: str, chunk: Chunk, language: str
) -> None:
    draft = _ask(drafter, text, chunk, language=language)
    assert (draft.state, draft.citations) == (DraftState.NO_EVIDENCE, ())
    name = "R5 Pro" if "Pro" in text else "R9"
    assert name in draft.answer
    assert "R5" not in draft.answer.replace("R5 Pro", "")
    assert any(name in note and note.endswith("R5") for note in draft.missing)
    known = text.replace("R5 Pro", "R5").replace("R9", "R-5")
    if "和" not in text:
        assert _ask(drafter, known, chunk, language=language).state is DraftState.ANSWERED


def test_a_mistyped_model_is_asked_about(drafter: ExtractiveDrafter) -> None:
    draft = _ask(drafter, "KJ240-R5 基站充电要多久？", R5)
    assert draft.clarify is not None
    assert draft.clarify.options == ("KJ420-R5",)
    assert draft.answer.endswith("请问是 KJ420-R5？")


def test_what_holds_for_all_products_answers_for_an_unknown_model_too(
    drafter: ExtractiveDrafter,
) -> None:
    draft = _ask(drafter, "R9 可以开发票吗？", INVOICE, R5)
    assert draft.state is DraftState.ANSWERED
    assert "R5" not in draft.answer
    assert draft.missing == ("资料中没有型号 R9，已知的有：R5",)
    draft = _ask(drafter, "How long can I return my R9?", RETURN, language="en")
    assert draft.citations[0].quote.startswith("You may return a product within 7 days")


def test_only_what_comes_before_a_models_name_is_said_of_all() -> None:
    hits = _evidence(INVOICE, R5, UPSTAIRS).hits
    assert [hit.chunk.text[-5:] for hit in of_all(hits)] == ["您的邮箱。"]
    assert of_all(_evidence(R5, INVOICE).hits) == []
    of_a_kind = replace(INVOICE, applicability=Applicability(product="净化器"))
    assert of_all(_evidence(of_a_kind).hits) == []
    asked = "Can I return my R9 within 7 days?"
    strange = strangers(asked, "", _request(asked), _evidence(RETURN).hits)
    assert without(asked, strange) == "Can I return within 7 days?"


def test_a_language_model_is_not_asked_about_a_model_that_no_document_knows(embedder: Any) -> None:
    class Model:
        name = "scripted"

        def stream(self, *_: Any, **__: Any) -> Any:
            raise AssertionError("it was asked")

        complete = stream

    drafter = GenerativeDrafter(Model(), embedder)
    request = _request("R9 可以开发票吗？")
    evidence = _evidence(INVOICE, R5)
    assert drafter.begin(request, evidence) is None
    draft = drafter.draft(request, evidence)
    assert (draft.state, draft.drafter) == (DraftState.ANSWERED, "extractive")
