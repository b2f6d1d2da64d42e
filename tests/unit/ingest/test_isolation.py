"""A hostile file ends its own parser process and nothing else."""

import dataclasses
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from core.errors import (
    DiskFull,
    FileCorrupt,
    FileEncrypted,
    NoText,
    ParseCrashed,
    ParseMemory,
    ParserUnavailable,
    ParseTimeout,
)
from core.types import Box, Element, ElementKind, RawFile, Table
from ingest.isolation.memory import descendants, resident
from ingest.isolation.pool import ParserPool
from ingest.isolation.process import ParseLimits, WorkerGone
from ingest.isolation.protocol import parsed_line, parsed_of, split
from ingest.parse import parse_file
from ingest.parsers.base import Parsed

STAND_IN = """
import ctypes, os, subprocess, sys, time, errno
from pathlib import Path
from core.errors import FileCorrupt, FileEncrypted
from core.types import Element, ElementKind
from ingest.parsers.base import Parsed

def parse(raw, *, password="", max_bytes=0, max_pages=0, progress=None):
    order, _, rest = raw.path.read_text().partition(" ")
    return globals()["do_" + order](rest, password, progress)

def text(words):
    return Parsed((Element(ElementKind.TEXT, words),), "title")

def do_say(rest, password, progress):
    return text(rest)

def do_pid(rest, password, progress):
    return text(f"{os.getpid()} {os.getpgid(0)}")

def do_hang(rest, password, progress):
    progress("parse", 0.5)
    time.sleep(600)

def do_freeze(rest, password, progress):
    # Asleep in C with the interpreter's lock held: no thread of this process runs any more.
    ctypes.PyDLL(None).sleep(600)

def do_spawn(rest, password, progress):
    child = subprocess.Popen(["sleep", "600"], start_new_session=True)
    Path(rest).write_text(str(child.pid))
    time.sleep(600)

def do_eat(rest, password, progress):
    held = []
    while True:
        held.append(bytearray(os.urandom(1 << 20) * 8))

def do_refused(rest, password, progress):
    try:
        bytearray(1 << 62)
    except MemoryError as exc:
        raise FileCorrupt("This looks damaged.") from exc

def do_exit(rest, password, progress):
    os._exit(int(rest))

def do_segfault(rest, password, progress):
    ctypes.string_at(0)

def do_raise(rest, password, progress):
    raise ValueError("the text of a document")

def do_leave(rest, password, progress):
    sys.exit(3)

def do_refuse(rest, password, progress):
    raise FileEncrypted("It is locked.", "Give the password.")

def do_full(rest, password, progress):
    try:
        raise OSError(errno.ENOSPC, "No space left on device")
    except OSError as exc:
        raise FileCorrupt("This looks damaged.") from exc

def do_print(rest, password, progress):
    print("parsed {}")
    os.write(1, b"parsed nonsense\\n")
    return text("said")

def do_lie(rest, password, progress):
    return Parsed(((1, 2),), 3)

def do_steps(rest, password, progress):
    for number in range(5):
        progress("parse", number / 5)
        time.sleep(0.15)
    return text("done")

def do_meet(rest, password, progress):
    mine, other = rest.split(" ")
    Path(mine).touch()
    while not Path(other).exists():
        time.sleep(0.01)
    return text("met")

def do_environment(rest, password, progress):
    return text(repr(sorted(os.environ)) + password + repr(sys.argv))

def do_surrogate(rest, password, progress):
    return text("half \\ud800 pair")

def do_scratch(rest, password, progress):
    (Path(os.environ["TMPDIR"]) / "left.txt").write_text("x")
    return text(os.environ["TMPDIR"])
"""

Ask = Callable[..., Parsed]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., ParserPool]]:
    (tmp_path / "stand_in_parser.py").write_text(STAND_IN)
    pools: list[ParserPool] = []

    def start(workers: int = 1, **limits: Any) -> ParserPool:
        environment = {"PYTHONPATH": str(tmp_path), "PATH": os.environ["PATH"]}
        made = ParseLimits(environment=environment, **{"timeout_s": 60.0, **limits})
        pools.append(ParserPool(made, workers=workers, parser="stand_in_parser:parse"))
        return pools[-1]

    yield start
    for pool in pools:
        pool.close()


def order(tmp_path: Path, words: str) -> RawFile:
    path = tmp_path / f"{abs(hash(words))}.txt"
    path.write_text(words)
    return RawFile("manual.txt", "text/plain", "", path)


def said(pool: ParserPool, tmp_path: Path, words: str, **more: Any) -> str:
    return pool.parse(order(tmp_path, words), **more).elements[0].text


def gone(pid: int) -> bool:
    for _ in range(100):
        try:
            # A zombie that init has not collected yet is as dead as can be.
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("words", "limits", "kind", "told"),
    [
        ("hang", {"timeout_s": 1.0}, ParseTimeout, "within 1 s. Split the file, or raise CITEDESK"),
        ("freeze", {"timeout_s": 1.0}, ParseTimeout, "CITEDESK_PARSE_TIMEOUT_S"),
        ("eat", {"memory_mb": 200}, ParseMemory, "more than 200 MB of memory"),
        ("refused", {}, ParseMemory, "CITEDESK_PARSE_MEMORY_MB"),
        ("exit 7", {}, ParseCrashed, "it ended with status 7"),
        ("exit 0", {}, ParseCrashed, "it ended with status 0"),
        ("leave", {}, ParseCrashed, "it ended with status 3"),
        ("segfault", {}, ParseCrashed, "it was ended by SIGSEGV"),
        ("raise", {}, ParseCrashed, "it met a defect (ValueError)"),
        ("full", {}, DiskFull, "No space is left"),
    ],
)
def test_a_hostile_file_ends_with_its_code_and_the_next_one_comes_in(
    words: str, limits: dict[str, Any], kind: type[Exception], told: str, started, tmp_path: Path
):
    pool = started(**limits)
    with pytest.raises(kind) as caught:
        said(pool, tmp_path, words)
    assert type(caught.value) is kind
    assert told in str(caught.value)
    assert "text of a document" not in str(caught.value)
    assert said(pool, tmp_path, "say next") == "next"


def test_a_parsers_own_refusal_keeps_its_class_message_and_hint(started, tmp_path: Path):
    pool = started()
    first = said(pool, tmp_path, "pid")
    with pytest.raises(FileEncrypted) as caught:
        said(pool, tmp_path, "refuse")
    assert caught.value.as_dict() == {
        "code": "FILE_ENCRYPTED",
        "message": "It is locked.",
        "hint": "Give the password.",
    }
    assert said(pool, tmp_path, "pid") == first


def test_progress_comes_back_while_the_file_is_read(started, tmp_path: Path):
    seen: list[tuple[str, float]] = []
    said(started(), tmp_path, "steps", progress=lambda stage, done: seen.append((stage, done)))
    assert seen == [("parse", n / 5) for n in range(5)]


def test_what_a_parser_started_is_ended_with_it(started, tmp_path: Path):
    noted = tmp_path / "child.pid"
    with pytest.raises(ParseTimeout):
        said(started(timeout_s=1.5), tmp_path, f"spawn {noted}")
    assert gone(int(noted.read_text()))


def test_a_process_is_used_again_and_is_a_group_of_its_own(started, tmp_path: Path):
    pool = started()
    first = said(pool, tmp_path, "pid")
    pid, group = first.split()
    assert pid == group != str(os.getpid())
    assert said(pool, tmp_path, "pid") == first


def test_a_worn_process_is_replaced(started, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("ingest.isolation.pool._FILES_EACH", 2)
    pool = started()
    pids = [said(pool, tmp_path, "pid") for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]
    assert gone(int(pids[0].split()[0]))


def test_an_idle_process_that_dies_costs_no_file(started, tmp_path: Path):
    pool = started()
    pid = int(said(pool, tmp_path, "pid").split()[0])
    os.kill(pid, 9)
    assert gone(pid)
    assert said(pool, tmp_path, "say still here") == "still here"


def test_a_process_that_dies_with_the_request_in_its_pipe_costs_no_file(started, tmp_path: Path):
    pool = started()
    pid = int(said(pool, tmp_path, "pid").split()[0])
    # Stopped, it receives nothing, yet its pipe takes the request.
    os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(said, pool, tmp_path, "say still here")
        time.sleep(0.3)
        os.kill(pid, signal.SIGKILL)
        assert answer.result(60) == "still here"


def test_processes_that_all_die_unasked_are_an_error(started, tmp_path: Path, monkeypatch):
    def ask(*_: Any) -> Parsed:
        raise WorkerGone

    monkeypatch.setattr("ingest.isolation.process.Worker.ask", ask)
    with pytest.raises(ParserUnavailable, match="before they receive"):
        said(started(), tmp_path, "say hello")


def test_two_files_are_read_at_the_same_time(started, tmp_path: Path):
    pool = started(workers=2)
    a, b = tmp_path / "a", tmp_path / "b"
    with ThreadPoolExecutor(2) as threads:
        # Each ends only after the other has begun.
        met = threads.map(lambda w: said(pool, tmp_path, w), [f"meet {a} {b}", f"meet {b} {a}"])
    assert list(met) == ["met", "met"]


def test_what_a_library_prints_is_not_taken_for_an_answer(started, tmp_path: Path):
    assert said(started(), tmp_path, "print") == "said"


def test_an_answer_that_is_no_document_is_refused(started, tmp_path: Path):
    pool = started()
    with pytest.raises(ParseCrashed):
        pool.parse(order(tmp_path, "lie"))
    assert said(pool, tmp_path, "say next") == "next"


def test_a_password_goes_through_the_pipe_alone(started, tmp_path: Path):
    told = said(started(), tmp_path, "environment", password="Geheim-1")
    assert told.count("Geheim-1") == 1
    assert "'PATH'" in told
    assert "CITEDESK_" not in told


def test_half_a_character_does_not_stop_a_document(started, tmp_path: Path):
    assert said(started(), tmp_path, "surrogate") == "half ? pair"


def test_a_closed_pool_blames_no_file_and_leaves_nothing_behind(started, tmp_path: Path):
    pool = started()
    folder = Path(said(pool, tmp_path, "scratch"))
    assert (folder / "left.txt").exists()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(said, pool, tmp_path, "hang")
        time.sleep(0.3)
        pool.close()
        with pytest.raises(ParserUnavailable):
            waiting.result(timeout=20)
    assert not folder.exists()
    with pytest.raises(ParserUnavailable):
        said(pool, tmp_path, "say more")


def test_a_process_ends_when_its_owner_does(started, tmp_path: Path):
    pool = started()
    pid = int(said(pool, tmp_path, "pid").split()[0])
    (worker,) = pool._idle
    # What a killed service leaves behind: a pipe that nobody writes to any more.
    worker._pipe_in.close()
    for _ in range(100):
        if worker._process.poll() is not None:
            break
        time.sleep(0.05)
    assert worker._process.poll() == 0
    assert gone(pid)


def test_a_parser_that_cannot_be_loaded_is_no_files_fault(tmp_path: Path):
    pool = ParserPool(parser="no_such_module:parse")
    with pytest.raises(ParserUnavailable, match="could not be started"):
        pool.parse(order(tmp_path, "say x"))
    pool.close()


def test_memory_counts_what_was_started(tmp_path: Path):
    assert resident(os.getpid()) > 10 << 20
    assert resident(1 << 30) == 0
    assert descendants(1 << 30) == []


def test_every_field_of_a_document_crosses_the_boundary():
    box = Box(3, 1.0, 2.5, 3.0, 4.0)
    element = Element(
        ElementKind.TABLE,
        "容量 / 型号 X2: 5.2 L\n\u2028😀",
        page=3,
        headings=("第一章", "1.1"),
        level=2,
        table=Table((("a", "b"), ("c", "d")), 0, "标题"),
        boxes=(box, box),
        confidence=0.5,
    )
    parsed = Parsed((element, Element(ElementKind.STEP, "x")), "标题", 7, ("a warning",))
    for kind, value in ((Element, element), (Parsed, parsed)):
        plain = [f.name for f in dataclasses.fields(kind) if getattr(value, f.name) == f.default]
        assert plain == [], "give this field another value than its default here"
    _, body = split(parsed_line(parsed).rstrip(b"\n"))
    assert parsed_of(body) == parsed


def test_the_real_parsers_say_the_same_there_as_here(tmp_path: Path):
    pool = ParserPool()
    samples = Path(__file__).parents[3] / "corpus" / "samples"
    for name in ("x2-manual-zh.pdf", "warranty-policy-en.docx", "faq-zh.html", "app-guide-en.md"):
        raw = RawFile(name, "", "", samples / name)
        assert pool.parse(raw) == parse_file(raw)
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\nbroken")
    (tmp_path / "b.md").write_text("![](x.png)")
    with pytest.raises(FileCorrupt):
        pool.parse(RawFile("a.pdf", "", "", tmp_path / "a.pdf"))
    with pytest.raises(NoText):
        pool.parse(RawFile("b.md", "", "", tmp_path / "b.md"))
    pool.close()
