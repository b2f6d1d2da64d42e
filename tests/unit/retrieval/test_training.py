"""The learnt parts of retrieval are learnt, written and read, and never from what is reported."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import DataInvalid, PathNotFound
from core.ports import silent
from retrieval.embedding.adapter import load_adapter
from retrieval.fusion import Weights, default_weights
from retrieval.interaction.model import load_interaction
from retrieval.training.adapter import AdapterPlan, learn_adapter
from retrieval.training.course import Course, Plan
from retrieval.training.encoded import Encoder
from retrieval.training.interaction import (
    Example,
    InteractionPlan,
    Net,
    learn_interaction,
    lessons_of,
)
from retrieval.training.prepared import Prepared, candidates, prepare
from retrieval.training.sets import Passage, pieces_of, read_training

THINGS = [
    ("pump", "水泵"), ("lamp", "台灯"), ("fan", "风扇"), ("door", "车门"), ("clock", "闹钟"),
    ("radio", "收音机"), ("printer", "打印机"), ("kettle", "水壶"), ("camera", "相机"),
    ("drill", "电钻"), ("oven", "烤箱"), ("router", "路由器"), ("mixer", "搅拌机"),
    ("scale", "电子秤"), ("heater", "暖风机"), ("phone", "电话"), ("fridge", "冰箱"),
    ("toaster", "烤面包机"), ("scooter", "滑板车"), ("speaker", "音箱"),
]  # fmt: skip
REPORTED, HELD = 4, 2


def write(folder: Path, queries: Sequence[tuple[str, str]], passages: Sequence[str]) -> None:
    folder.mkdir(parents=True)
    asked = [{"id": name, "text": text} for name, text in queries]
    corpus = [{"id": f"p{n}", "title": "", "text": text} for n, text in enumerate(passages)]
    for name, rows in (("queries", asked), ("corpus", corpus)):
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    judged = "".join(f"q{n}\tp{n}\t1\n" for n in range(len(passages)))
    (folder / "qrels.tsv").write_text(f"query\tpassage\trelevance\n{judged}", encoding="utf-8")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One set in two languages; the English has its questions in the opposite order."""
    root = tmp_path_factory.mktemp("sets")
    asked = [(f"q{n}", f"Why does the {en} not start?") for n, (en, _) in enumerate(THINGS)]
    write(
        root / "en", asked[::-1], [f"Press the red switch of the {en} twice." for en, _ in THINGS]
    )
    asked = [(f"q{n}", f"{zh}为什么不启动？") for n, (_, zh) in enumerate(THINGS)]
    write(root / "zh", asked, [f"按两次{zh}的红色开关。" for _, zh in THINGS])
    return root


class Listening:
    """The real embedder, and every query that it was given."""

    def __init__(self, embedder: Any) -> None:
        self._embedder = embedder
        self.heard: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def embed_query(self, text: str) -> Any:
        self.heard.add(text)
        return self._embedder.embed_query(text)


@pytest.fixture(scope="module")
def listening(embedder: Any) -> Listening:
    return Listening(embedder)


@pytest.fixture(scope="module")
def prepared(
    data: Path, listening: Listening, tmp_path_factory: pytest.TempPathFactory
) -> list[Prepared]:
    encoder = Encoder(listening, tmp_path_factory.mktemp("cache"), silent)
    return prepare(read_training(data, REPORTED, HELD), encoder, silent)


def test_no_wording_of_a_reported_query_is_ever_read(
    prepared: list[Prepared], listening: Listening
) -> None:
    # The first of either order are reported, so those of the other language are left out too.
    last = len(THINGS) - REPORTED
    free = {f"q{n}" for n in range(REPORTED, last)}
    assert {one.name for one in prepared} == {"en", "zh", "en over zh", "zh over en"}
    for one in prepared:
        assert {query.id for query in one.posed} == free
    en, zh = zip(*THINGS[REPORTED:last], strict=True)
    assert listening.heard == {f"Why does the {thing} not start?" for thing in en} | {
        f"{thing}为什么不启动？" for thing in zh
    }


def test_what_is_held_out_is_not_learnt_from(prepared: list[Prepared]) -> None:
    for one in prepared:
        held = {query.id for query in one.held_out}
        assert len(held) == 2 * HELD
        assert not held & {query.id for query in one.learnt}


def test_learning_lowers_the_loss_of_both_parts(prepared: list[Prepared]) -> None:
    whole = [one.holding_out(frozenset()) for one in prepared]
    learnt = learn_adapter(whole, AdapterPlan(epochs=8, rate=3e-3, decay=1e-3))
    assert learnt.losses[-1] < 0.9 * learnt.losses[0]
    weights = default_weights()
    lessons = [
        lesson
        for one in whole
        for lesson in lessons_of(
            one, one.learnt, candidates(one, one.learnt, None, weights), weights
        )
    ]
    plan = InteractionPlan(dimension=16, epochs=10, batch=4, candidates=4, alone=1.0)
    met = learn_interaction(lessons, plan)
    assert met.model.dimension == 16
    assert met.losses[-1] < 0.7 * met.losses[0]


def test_the_product_scores_as_the_learning_does(prepared: list[Prepared]) -> None:
    one = prepared[0]
    chance = np.random.default_rng(0)
    net = Net(chance.normal(size=(384, 32)).astype(np.float32))
    asked = one.queries.states(0).astype(np.float32)
    passages = {(0, place): one.corpus.encoded.states(place) for place in range(6)}
    [expected] = net.scores([Example(asked[1:], passages, np.zeros(6, np.float32))])
    model = net.model()
    tokens = [model.passage_tokens(states.astype(np.float32)) for states in passages.values()]
    found = model.scores(model.question(asked), tokens)
    assert np.abs(found - expected.detach().numpy()).max() < 0.01
    assert list(np.argsort(found)) == list(np.argsort(expected.detach().numpy()))


def test_a_course_writes_what_the_product_reads(prepared: list[Prepared], tmp_path: Path) -> None:
    said: list[str] = []
    plan = Plan(interaction=InteractionPlan(dimension=16, epochs=1, batch=4, candidates=4))
    Course(prepared, [], plan, said.append, silent).run(tmp_path, "model-384-0")
    adapter = load_adapter(tmp_path / "embedding/adapters/model-384-0.npz", "model-384-0")
    assert adapter is not None
    assert adapter.matrix.shape == (384, 384)
    model = load_interaction(tmp_path / "interaction/weights/model-384-0.npz", "model-384-0")
    assert model is not None
    assert model.dimension == 16
    weights = Weights.of(json.loads((tmp_path / "fusion.json").read_text(encoding="utf-8")))
    assert weights.dense == default_weights().dense
    assert weights.title == default_weights().title
    report = "\n".join(said)
    assert "| en over zh | " in report
    assert "cross-validated" in report


def test_a_second_run_encodes_nothing(
    data: Path, embedder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = read_training(data, REPORTED, HELD)
    before = prepare(sets, Encoder(embedder, tmp_path, silent), silent)

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("encoded again")

    for name in ("embed_passages", "embed_query", "query_states"):
        monkeypatch.setattr(type(embedder), name, never)
    after = prepare(sets, Encoder(embedder, tmp_path, silent), silent)
    assert np.array_equal(before[0].queries.flat, after[0].queries.flat)
    assert np.array_equal(before[0].corpus.encoded.vectors, after[0].corpus.encoded.vectors)


def test_a_long_passage_is_cut_at_sentences_and_nothing_is_lost(embedder: Any) -> None:
    text = " ".join(f"Sentence number {n} speaks of valves and of seals." for n in range(120))
    pieces, owner = pieces_of([Passage("a", "Valves", text), Passage("b", "", "Short.")], embedder)
    assert [owner[piece.id] for piece in pieces].count("a") > 1
    assert " ".join(piece.text for piece in pieces if owner[piece.id] == "a") == text
    assert max(embedder.count([piece.embedding_text() for piece in pieces])) <= embedder.limit


def damaged(change: Callable[[Path], object], folder: Path) -> Path:
    write(folder / "one", [("q0", "Why?")], ["Because."])
    change(folder / "one")
    return folder


def test_a_damaged_set_is_named_with_its_line(tmp_path: Path) -> None:
    broken = damaged(lambda f: (f / "queries.jsonl").write_text('{"id": "q0"}\n'), tmp_path / "a")
    with pytest.raises(DataInvalid, match=r"queries\.jsonl, line 1"):
        read_training(broken)
    broken = damaged(lambda f: (f / "qrels.tsv").unlink(), tmp_path / "b")
    with pytest.raises(PathNotFound, match=r"qrels\.tsv"):
        read_training(broken)
    with pytest.raises(PathNotFound):
        read_training(tmp_path / "nothing")
