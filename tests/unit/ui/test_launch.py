import ast
import os
import subprocess
from pathlib import Path

import ui
from ui.launch import command

ROOM = Path(ui.__file__).parent
ROOMS = {"core", "corpus", "ingest", "retrieval", "answer", "evals", "service", "ui"}


def test_the_screens_are_told_where_the_service_is_and_nothing_else() -> None:
    argv, environment = command("http://127.0.0.1:8123", 8601, "0.0.0.0")
    assert environment == {
        "CITEDESK_API_URL": "http://127.0.0.1:8123",
        "PYTHONPATH": str(ROOM.parent),
    }
    assert "--server.port=8601" in argv
    assert "--server.address=0.0.0.0" in argv
    assert "--browser.gatherUsageStats=false" in argv


def test_streamlit_knows_every_setting_we_give_it() -> None:
    argv, environment = command("http://127.0.0.1:1")
    run = argv.index("run")
    given = [part.split("=")[0] for part in argv[run + 2 :]]
    known = subprocess.run(
        [*argv[:run], "run", "--help"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert [name for name in given if f"{name} " not in known] == []


def test_no_module_of_the_screens_takes_the_name_of_a_room() -> None:
    # Streamlit puts the script's folder first on the path: such a module would replace the room.
    names = {path.stem for path in ROOM.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert names & ROOMS == set()
    assert "pages" not in names


def test_the_screens_import_no_other_room() -> None:
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = []
            if isinstance(node, ast.Import):
                named = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                named = [node.module or ""]
            assert {name.split(".")[0] for name in named} & (ROOMS - {"ui"}) == set(), path
