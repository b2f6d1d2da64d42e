"""The records on a real PostgreSQL server, started for these tests."""

import importlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from running import free_port
from sqlalchemy import text

from core.database import Base, Database
from core.errors import Conflict, DatabaseCorrupt
from core.types import RawFile
from corpus import IngestOptions, LiveTable, Records
from corpus.lifecycle import Lifecycle
from service.accounts import Accounts


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
        for path in (folder, *folder.parents[:2]):
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
