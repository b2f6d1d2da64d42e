"""The records on a real PostgreSQL server, started for these tests."""

import importlib
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from lineage import House
from running import free_port
from sqlalchemy import text

from answer.finder import Finder
from answer.record import RecordReader
from core.database import Base, Database
from core.errors import Conflict, DatabaseCorrupt
from core.types import RawFile, Turn
from corpus import IngestOptions, LiveTable, Records
from corpus.lifecycle import Lifecycle
from corpus.subjects import Known
from service.accounts import Accounts
from service.conversations import Conversations, Sent


def _bin() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL must be installed in CI")
        pytest.skip("PostgreSQL is not installed")
    return Path(on_path).parent


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server; PostgreSQL refuses to run as root, so root hands over."""
    binaries, folder, port = _bin(), tmp_path_factory.mktemp("postgres"), free_port()
    prefix: list[str] = []
    if os.geteuid() == 0:
        temporary = Path(tempfile.gettempdir())
        for path in (folder, *folder.parents):
            if path.is_relative_to(temporary) and path != temporary:
                path.chmod(0o755)
        shutil.chown(folder, "postgres")
        prefix = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"
    command = [*prefix, str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "citedesk"]
    subprocess.run(command, check=True, capture_output=True)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder}"
    control = [*prefix, str(binaries / "pg_ctl"), "-D", str(data), "-w"]
    subprocess.run(
        [*control, "-o", options, "-l", str(folder / "log"), "start"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield f"postgresql+psycopg://citedesk@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True)


@pytest.fixture
def database(server: str) -> Iterator[Database]:
    database = Database(server)
    with database.engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    database.upgrade()
    yield database
    database.close()


def test_the_migrations_make_the_same_tables_on_postgresql(database: Database):
    for room in ("answer", "corpus", "evals", "service"):
        importlib.import_module(f"{room}.tables")
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_document_lives_its_life_on_postgresql(database: Database, tmp_path: Path):
    records, lifecycle, live = Records(database), Lifecycle(database), LiveTable(database)
    ids = []
    for content in ("one", "two"):
        path = tmp_path / "a.md"
        path.write_text(content)
        raw = RawFile("a.md", "text/markdown", content, path, source="a.md")
        staged = records.stage(raw, IngestOptions())
        records.mark_indexed(staged.version_id, "index")
        lifecycle.publish(staged.version_id)
        assert list(live.current().versions) == [staged.version_id]
        ids.append(staged.version_id)
    assert lifecycle.rollback(staged.document_id) == ids[0]
    assert list(live.current().versions) == [ids[0]]
    lifecycle.withdraw(staged.document_id)
    assert live.current().versions == {}


def at_once(server: str, folder: Path, acts: list[Callable[[House], None]]) -> list[str]:
    """Do things at the same moment over connections of their own; return what was refused."""
    together, told = threading.Barrier(len(acts)), []

    def run(act: Callable[[House], None]) -> None:
        house = House(folder, server)
        together.wait()
        try:
            act(house)
        except Conflict as error:
            told.append(error.message)
        finally:
            house.database.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_versions_published_at_the_same_moment_follow_each_other_on_postgresql(
    database: Database, server: str, tmp_path: Path
):
    house = House(tmp_path, server)
    versions = [house.draft(f"text {n}") for n in range(6)]

    def publish(version_id: str) -> Callable[[House], None]:
        return lambda other: other.lifecycle.publish(version_id)

    assert at_once(server, tmp_path, [publish(v) for v in versions]) == []
    states = [house.records.version(v).state.value for v in versions]
    assert sorted(states) == ["published"] + ["superseded"] * 5
    assert house.serving() == [v for v, s in zip(versions, states, strict=True) if s == "published"]
    house.database.close()


def test_of_two_who_publish_at_once_on_the_same_sight_one_wins_on_postgresql(
    database: Database, server: str, tmp_path: Path
):
    house = House(tmp_path, server)
    first = house.published("one")
    drafts = [house.draft(f"text {n}") for n in range(4)]

    def publish(version_id: str) -> Callable[[House], None]:
        return lambda other: other.lifecycle.publish(version_id, expected=first)

    told = at_once(server, tmp_path, [publish(v) for v in drafts])
    assert len(told) == 3
    assert all("moved since you looked at it" in message for message in told)
    assert len(house.serving()) == 1
    house.database.close()


def test_no_release_is_overlooked_when_many_are_committed_at_once_on_postgresql(
    database: Database, server: str, tmp_path: Path
):
    house = House(tmp_path, server)
    over, seen = threading.Event(), []

    def watch() -> None:
        while not over.is_set():
            seen.append(len(house.live.current().versions))

    watcher = threading.Thread(target=watch)
    watcher.start()
    versions = [house.ready("text", f"{n}.md") for n in range(8)]

    def publish(version_id: str) -> Callable[[House], None]:
        return lambda other: other.lifecycle.publish(version_id)

    try:
        assert at_once(server, tmp_path, [publish(v) for v in versions]) == []
    finally:
        over.set()
        watcher.join()
    # The table that was read all the while has missed none.
    assert house.serving() == sorted(versions)
    assert seen == sorted(seen)
    house.database.close()


def test_of_four_who_note_a_conversation_at_once_none_loses_a_word_on_postgresql(
    database: Database,
):
    reader = RecordReader(lambda: Finder(Known()))
    conversations = Conversations(database, reader)
    texts = ["我叫张伟", "电话13812345678", "订单号 LV-2026-7781", "显示E-0x51"]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda t: conversations.note("c", Sent([Turn("customer", t)])), texts))
    row = conversations.get("c")
    held = {name: entry["value"] for name, entry in row.record.items()}
    assert held == {
        "name": "张伟", "phone": "13812345678", "order": "LV-2026-7781", "error_code": "E-0x51",
    }  # fmt: skip
    assert (len(row.turns), row.revision) == (4, 4)
    conversations.correct("c", {"name": "章伟"}, by="chen", revision=row.revision)
    with pytest.raises(Conflict, match="chen has changed"):
        conversations.correct("c", {"name": "张维"}, by="kai", revision=row.revision)
    assert [one.id for one in conversations.followed()] == ["c"]


def test_accounts_work_on_postgresql(database: Database):
    accounts = Accounts(database)
    token, who, _ = accounts.sign_in("韩梅梅", accounts.add_user("韩梅梅", "qa"))
    assert accounts.identify(token) == who
    with pytest.raises(Conflict):
        accounts.add_user("韩梅梅", "qa")


def test_a_foreign_database_on_postgresql_is_left_alone(server: str):
    database = Database(server)
    with database.engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
        connection.execute(text("create table invoices (id int)"))
    with pytest.raises(DatabaseCorrupt, match="did not make"):
        database.upgrade()
    database.close()
