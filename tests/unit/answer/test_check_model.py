"""A model that decides on meaning, made here: tiny, with weights that are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from answer.checking.checker import Checker
from answer.checking.model import load_support_model
from core.errors import ModelInvalid, ModelMissing
from core.types import Citation

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
