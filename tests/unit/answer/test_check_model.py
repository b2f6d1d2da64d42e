"""A model that decides on meaning, made here: tiny, with weights that are known."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from answer.checking.checker import Checker
from answer.checking.model import SteadyModel, load_support_model, probed
from core.errors import ModelInvalid, ModelMissing, ModelUnavailable
from core.types import Chunk, Citation, Draft, DraftState, Evidence, Hit, Sentence

_WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] the tank holds water".split()


def cross_encoder(folder: Path, labels: list[str], leaning: list[float]) -> str:
    """Save a model that always answers with these scores."""
    from transformers import BertConfig, BertForSequenceClassification
    from transformers.models.bert import BertTokenizerFast  # type: ignore[attr-defined]

    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(_WORDS), encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(_WORDS),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
    )
    model = BertForSequenceClassification(config)
    model.classifier.weight.data.zero_()
    for i, score in enumerate(leaning):
        model.classifier.bias.data[i] = score
    model.save_pretrained(folder)
    return str(folder)


@pytest.mark.parametrize(
    ("labels", "leaning", "supported"),
    [
        (["contradiction", "neutral", "ENTAILMENT"], [0.0, 0.0, 5.0], True),
        (["entailment", "neutral", "contradiction"], [5.0, 0.0, 0.0], True),
        (["entailment", "neutral", "contradiction"], [0.0, 0.0, 5.0], False),
        (["not_entailment", "entailment"], [5.0, 0.0], False),
        (["score"], [3.0], True),
        (["score"], [-3.0], False),
    ],
)
def test_a_model_decides_by_the_class_that_its_labels_name(
    labels: list[str], leaning: list[float], supported: bool, tmp_path: Path
) -> None:
    model = load_support_model(cross_encoder(tmp_path / "model", labels, leaning))
    long = "The tank holds water. " * 2_000
    found = model.support([("The tank holds water.", "It holds water."), (long, "It holds water.")])
    assert all(0.0 <= support <= 1.0 for support in found)
    assert [support > 0.9 for support in found] == [supported] * 2
    quote = "The tank holds much water in it."
    cited = [Citation(1, "d", "v", "X2", (), None, "c", quote, 0, len(quote))]
    finding = Checker(model=model).examine("There is much water that the tank holds.", cited)
    assert (finding is None) is supported
    # What a rule speaks against, no model lets through.
    assert Checker(model=model).examine("The tank does not hold much water.", cited) is not None


def test_a_model_that_is_not_there_or_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="nowhere"):
        load_support_model(str(tmp_path / "nowhere"))
    cross_encoder(tmp_path / "model", ["score"], [1.0])
    (tmp_path / "model" / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelInvalid, match="model"):
        load_support_model(str(tmp_path / "model"))


class Slow:
    """A model whose answer is waited for, broken or no number, as it is told."""

    threshold = 0.5

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked = 0
        self.go_on = Event()

    def support(self, pairs: Any) -> list[float]:
        self.asked += 1
        if self.answer is None:
            self.go_on.wait(20)
        if isinstance(self.answer, Exception):
            raise self.answer
        return [self.answer] * len(pairs)


@pytest.mark.parametrize(
    ("answer", "why"),
    [(None, "within 0.1 s"), (OSError("x"), "OSError"), (math.nan, "no number")],
)
def test_a_model_that_fails_is_left_alone_a_while_and_the_built_in_check_says_that_it_stood_in(
    answer: Any, why: str
) -> None:
    now = [0.0]
    slow = Slow(answer)
    model = SteadyModel(slow, 0.1 if answer is None else 20.0, clock=lambda: now[0])
    with pytest.raises(ModelUnavailable, match=why):
        model.support([("a", "b")])
    slow.go_on.set()
    quote = "The tank holds much water in it."
    said = Sentence("There is much water that the tank holds.", (1,), 1.0)
    draft = replace(drafted(quote), sentences=(said,))
    evidence = Evidence("q", (Hit(Chunk("c", "d", "v", 0, quote, "X2"), 1.0),))
    checked = Checker(model=model).check(draft, evidence)
    assert [s.text for s in checked.sentences] == [said.text]
    assert checked.missing == (
        "The model of the check did not answer; the built-in check judged instead.",
    )
    assert slow.asked == 1
    if answer is not None:
        now[0], slow.answer = 61.0, 0.9
        assert Checker(model=model).check(draft, evidence).missing == ()
        assert slow.asked == 2


def drafted(quote: str) -> Draft:
    """A draft that cites one passage."""
    return Draft(
        id="d",
        question="q",
        state=DraftState.ANSWERED,
        language="en",
        channel="im",
        answer="",
        sentences=(),
        citations=(Citation(1, "d", "v", "X2", (), None, "c", quote, 0, len(quote)),),
        confidence=1.0,
        drafter="scripted",
    )


def test_a_model_that_holds_a_sentence_for_unsupported_by_itself_is_no_model_for_the_check() -> (
    None
):
    probed(Slow(0.9), "fair")
    with pytest.raises(ModelInvalid, match="by itself"):
        probed(Slow(0.1), "swapped")
