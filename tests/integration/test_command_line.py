"""The command line on a store of its own, with no service running."""

import io
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from parsing_here import ParserHere

import retrieval.embedding
from corpus.documents import IngestOptions
from evals.cases import GOLDEN
from retrieval.standard import default_learnt
from service import tuned
from service.cli import main
from service.desk import Desk
from service.samples import SAMPLES
from service.settings import load_settings

GATE = """
suite: {suite}
metrics:
  citation_hit: {{may_fall: 0.05}}
  refusal_accuracy: {{may_fall: 0.05}}
cases:
  - tags: [zh, en]
    by: [citation_hit]
"""

MANUAL = """# 除湿机 DH-20 使用手册

## 1. 规格

| 型号 | 日除湿量 | 水箱容量 |
|---|---|---|
| DH-20 | 20 L | 3.5 L |
| DH-30 | 30 L | 5.0 L |

## 2. 排空水箱

1. 按下电源键关机。
2. 取出水箱，倒掉积水。
3. 把水箱装回，直到听到咔嗒声。

## 3. 保修

整机保修两年，但滤网等耗材除外。
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli")


@dataclass
class Done:
    """What a command ended with."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture(scope="module")
def run(home: Path, models_dir: Path, embedder: Any) -> Iterator[Any]:
    """Run a command in this process, as its entry point would, with the model already loaded.

    Loading the real model costs seconds; it is the same object that every command would load.
    """
    patch = pytest.MonkeyPatch()
    patch.setattr("retrieval.embedding.load_embedder", _already(embedder, models_dir))

    def command(*args: str, **settings: str) -> Done:
        out, err = _Stream(), _Stream()
        with pytest.MonkeyPatch.context() as own:
            own.setenv("CITEDESK_HOME", str(home / "home"))
            own.setenv("CITEDESK_MODELS_DIR", str(models_dir))
            for name, value in settings.items():
                own.setenv(name, value)
            own.setattr(sys, "argv", ["citedesk", *args])
            own.setattr(sys, "stdout", out)
            own.setattr(sys, "stderr", err)
            try:
                main.run()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        return Done(code, out.text(), err.text())

    yield command
    patch.undo()


def _already(embedder: Any, models_dir: Path) -> Any:
    real = retrieval.embedding.load_embedder

    def load(folder: Path, model: str = "") -> Any:
        return real(folder, model) if model or folder != models_dir else embedder

    return load


class _Stream(io.TextIOWrapper):
    """A text stream over bytes, as a process's own streams are."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def text(self) -> str:
        self.flush()
        held = self.buffer
        assert isinstance(held, io.BytesIO)
        return held.getvalue().decode()


@pytest.fixture(scope="module")
def manual(home: Path, run: Any) -> dict[str, Any]:
    (home / "manual.md").write_text(MANUAL, encoding="utf-8")
    done = run("ingest", str(home / "manual.md"), "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["documents"][0]


def test_a_manual_comes_in_and_says_what_became_of_it(manual: dict[str, Any]):
    assert manual["status"] == "published"
    assert manual["title"] == "除湿机 DH-20 使用手册"
    assert manual["language"] == "zh-Hans"
    assert manual["pages"] is None
    assert manual["chunks"] == 3
    assert manual["error"] is None


def test_json_is_one_object_on_stdout_and_progress_goes_to_stderr(manual: dict[str, Any], run: Any):
    done = run("search", "日除湿量", "--json")
    assert {"hits", "timings_ms"} <= set(json.loads(done.stdout))


def test_a_table_answers_for_the_model_that_was_asked(manual: dict[str, Any], run: Any):
    draft = json.loads(run("ask", "DH-30 一天能除多少水？", "--json").stdout)
    assert draft["state"] == "answered"
    assert "30 L" in draft["answer"]
    assert "20 L" not in draft["answer"]


def test_a_procedure_comes_out_as_numbered_steps_in_order(manual: dict[str, Any], run: Any):
    draft = json.loads(run("ask", "怎么把水箱里的水倒掉？", "--json").stdout)
    assert [s["text"][:6] for s in draft["steps"]] == [
        "按下电源键关",
        "取出水箱，倒",
        "把水箱装回，",
    ]


def test_history_is_read_from_a_file(manual: dict[str, Any], run: Any, home: Path):
    history = home / "history.json"
    history.write_text(
        json.dumps(
            [{"role": "customer", "text": "我买的是 DH-30"}, {"role": "agent", "text": "好的"}]
        )
    )
    draft = json.loads(run("ask", "水箱容量是多少？", "--history", str(history), "--json").stdout)
    assert "5.0 L" in draft["answer"]
    history.write_text("not json")
    done = run("ask", "水箱容量是多少？", "--history", str(history))
    assert (done.returncode, "error[DATA_INVALID]" in done.stderr) == (1, True)


def test_one_bad_file_never_stops_the_rest(home: Path, run: Any):
    folder = home / "mixed"
    folder.mkdir(exist_ok=True)
    (folder / "a-empty.md").write_text("")
    (folder / "b-fake.pdf").write_bytes(b"%PDF-1.4\ngarbage")
    (folder / "c-odd.bin").write_bytes(bytes(range(256)))
    (folder / "d-good.txt").write_text("充电底座的额定电压为 19 V。", encoding="utf-8")
    (folder / ".hidden").write_text("never looked at")
    done = run("ingest", str(folder), str(home / "missing.md"), "--json")
    assert done.returncode == 1
    entries = {Path(e["path"]).name: e for e in json.loads(done.stdout)["documents"]}
    codes = {name: e["error"]["code"] for name, e in entries.items() if e["error"]}
    assert codes == {
        "a-empty.md": "FILE_EMPTY",
        "b-fake.pdf": "FILE_CORRUPT",
        "c-odd.bin": "FORMAT_UNSUPPORTED",
        "missing.md": "PATH_NOT_FOUND",
    }
    assert all(e["error"]["hint"] for e in entries.values() if e["error"])
    assert entries["d-good.txt"]["status"] == "published"


@pytest.mark.parametrize(
    ("args", "settings", "code"),
    [
        (["documents"], {"CITEDESK_PROT": "1"}, "SETTING_UNKNOWN"),
        (["documents"], {"CITEDESK_PORT": "x"}, "SETTING_INVALID"),
        (["search", ""], {}, "QUERY_INVALID"),
        (["search", "\x01\u200b"], {}, "QUERY_INVALID"),
        (["ask", "🙂？！"], {}, "QUERY_INVALID"),
        (["search", "x", "--firmware", "%%%"], {}, "OPTION_INVALID"),
        (["search", "x", "--contract", "soon"], {}, "OPTION_INVALID"),
        (["search", "x", "--top", "0"], {}, "QUERY_INVALID"),
        (["ask", "x", "--channel", "fax"], {}, "OPTION_INVALID"),
        (["publish", "ver_none"], {}, "NOT_FOUND"),
        (["rollback", "doc_none"], {}, "NOT_FOUND"),
        (["user", "add", "amy", "--role", "boss"], {}, "OPTION_INVALID"),
        (["bench", "retrieval", "no/such/set"], {}, "PATH_NOT_FOUND"),
        (["eval", "run", "--suite", "none"], {}, "OPTION_INVALID"),
        (["ingest", "x.md", "--valid-from", "soon"], {}, "OPTION_INVALID"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    run: Any, args: list[str], settings: dict[str, str], code: str
):
    done = run(*args, **settings)
    assert done.returncode == 1
    assert done.stdout == ""
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(f"error[{code}]: ")
    assert "Traceback" not in done.stderr


def test_a_question_without_a_word_finds_nothing_and_says_so(run: Any):
    done = run("search", "？！🙂")
    assert (done.returncode, done.stdout) == (0, "Nothing was found.\n")


def test_a_strange_question_finds_what_its_words_say(manual: dict[str, Any], run: Any):
    # Half a character is what a shell hands over that is not set to UTF-8.
    for text in ('\udcff日除湿量 title:"x" AND (', "'; DROP TABLE chunks; -- " + "水箱" * 5_000):
        done = run("search", text, "--json")
        assert (done.returncode, "Traceback" in done.stderr) == (0, False)
        hits = json.loads(done.stdout)["hits"]
        assert hits[0]["document_id"] == manual["document_id"]


def test_a_model_that_is_nowhere_is_named_with_what_to_do(run: Any, tmp_path: Path):
    done = run(
        "search", "x", CITEDESK_HOME=str(tmp_path), CITEDESK_EMBEDDING_MODEL="/no/such/model"
    )
    assert done.returncode == 1
    assert "error[MODEL_MISSING]" in done.stderr


def test_wrong_usage_is_exit_code_two(run: Any):
    assert run("search").returncode == 2
    assert run("nonsense").returncode == 2


def test_a_damaged_database_is_refused_and_left_alone(run: Any, tmp_path: Path):
    database = tmp_path / "citedesk.db"
    database.write_bytes(b"garbage" * 1000)
    done = run("documents", CITEDESK_HOME=str(tmp_path))
    assert done.returncode == 1
    assert "error[DATABASE_CORRUPT]" in done.stderr
    assert database.read_bytes() == b"garbage" * 1000


def test_a_port_in_use_is_named(run: Any, tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("serve", "--port", port, CITEDESK_HOME=str(tmp_path))
    assert done.returncode == 1
    assert f"error[PORT_IN_USE]: Port {port}" in done.stderr


def test_indexes_that_are_lost_are_rebuilt_from_the_records(
    manual: dict[str, Any], run: Any, home: Path
):
    shutil.rmtree(home / "home" / "index")
    lost = run("search", "日除湿量")
    assert (lost.returncode, "error[INDEX_CORRUPT]" in lost.stderr) == (1, True)
    assert run("reindex").returncode == 0
    hits = json.loads(run("search", "日除湿量", "--json").stdout)["hits"]
    assert hits[0]["document_id"] == manual["document_id"]


def test_settings_are_printed_with_where_they_came_from_and_no_secrets(run: Any):
    done = run("settings", "--json", CITEDESK_LLM_API_KEY="sk-hunter2")
    listed = {s["name"]: s for s in json.loads(done.stdout)["settings"]}
    assert listed["CITEDESK_HOME"]["from"] == "environment"
    assert listed["CITEDESK_LLM_API_KEY"]["value"] == "(hidden)"
    assert "hunter2" not in done.stdout + done.stderr


def test_help_loads_nothing_heavy():
    code = (
        "import sys, service.cli.main; from typer.main import get_command; "
        "get_command(service.cli.main.app); "
        "print([m for m in ('torch', 'chromadb', 'sqlalchemy', 'pydantic', 'fastapi', 'ragas', "
        "'streamlit', 'unstructured', 'llama_index', 'tantivy', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_text_is_shown_with_its_personal_data_masked(run: Any, home: Path) -> None:
    said = "我叫裴知遥，电话13958142677\n"
    path = home / "said.txt"
    path.write_text(said, encoding="utf-8")

    assert run("mask", str(path)).stdout == "我叫[姓名1]，电话[电话1]\n"
    found = json.loads(run("mask", str(path), "--json").stdout)
    assert found["text"] == "我叫[姓名1]，电话[电话1]\n"
    assert [said[one["start"] : one["end"]] for one in found["found"]] == ["裴知遥", "13958142677"]
    missing = run("mask", str(home / "none.txt"))
    assert (missing.returncode, missing.stderr[:21]) == (1, "error[PATH_NOT_FOUND]")
    path.write_bytes("电话".encode("gbk"))
    assert run("mask", str(path)).stderr.startswith("error[DATA_INVALID]: said.txt is not UTF-8")


def test_the_gate_passes_the_same_house_twice_and_names_the_cases_of_a_worse_configuration(
    home: Path, models_dir: Path, embedder: Any, run: Any
) -> None:
    own = {"CITEDESK_HOME": str(home / "worse")}
    settings, _ = load_settings({}, home=home / "worse", models_dir=models_dir)
    keys = {"app-guide-en", "r5-release-notes-en", "returns-policy-en"}
    with closing(Desk(settings)) as desk:
        desk.parsers, desk.embedder = ParserHere(), embedder  # type: ignore[assignment]
        for key in sorted(keys):
            done = desk.ingest(SAMPLES / f"{key}.md", IngestOptions(document=key))
            assert done["status"] == "published"
    suite, gate = home / "part.jsonl", home / "gate.yaml"
    lines = (GOLDEN / "samples.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    # Those that these documents alone answer, and some that nothing answers.
    answered = [
        c for c in cases if c["expected"] and {e["document"] for e in c["expected"]} <= keys
    ]
    refused = [c for c in cases if c["state"] == "no_evidence"][:3]
    suite.write_text("\n".join(json.dumps(c) for c in (*answered, *refused)), encoding="utf-8")
    gate.write_text(GATE.format(suite=suite), encoding="utf-8")

    first = json.loads(run("eval", "run", "--suite", str(suite), "--json", **own).stdout)
    same = run("eval", "gate", str(gate), "--json", **own)
    assert same.returncode == 0, same.stdout + same.stderr
    second = json.loads(same.stdout)["run"]
    compared = json.loads(run("eval", "compare", first["id"], second, "--json", **own).stdout)
    assert compared["fingerprint"] == {}
    moved = {name for name, m in compared["metrics"].items() if m["better"] or m["worse"]}
    assert moved <= {"latency_ms"}

    shipped = default_learnt(embedder.fingerprint)
    # What is least like the question comes first.
    turned = replace(shipped.weights, dense=-9.0, keyword=-9.0, questions=-9.0, interaction=-9.0)
    tuned.keep(settings, replace(shipped, weights=turned), shipped, embedder.fingerprint, {})
    worse = run("eval", "gate", str(gate), **own)
    assert worse.returncode == 1, worse.stdout
    named = [case["id"] for case in answered if case["id"] in worse.stdout]
    assert named
    assert "cases got worse by citation_hit" in worse.stdout
