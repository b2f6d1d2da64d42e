import importlib
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

import corpus.tables
import service.tables  # noqa: F401 - completes the metadata
from core.database import Base, Database, new_id
from core.errors import (
    Conflict,
    DatabaseCorrupt,
    DatabaseNewer,
    DatabaseUnreachable,
    SettingInvalid,
)


def opened(path: Path) -> Database:
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    return database


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(tmp_path: Path):
    for room in ("answer", "corpus", "evals", "service"):
        importlib.import_module(f"{room}.tables")
    database = opened(tmp_path / "a.db")
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_twice_changes_nothing(tmp_path: Path):
    path = tmp_path / "a.db"
    opened(path).close()
    before = path.read_bytes()
    opened(path).close()
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "a.db"
    path.write_bytes(b"not a database at all" * 400)
    before = path.read_bytes()
    with pytest.raises(DatabaseCorrupt, match="damaged or is not a CiteDesk database"):
        opened(path)
    assert path.read_bytes() == before


def test_a_truncated_database_is_refused(tmp_path: Path):
    path = tmp_path / "a.db"
    opened(path).close()
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(DatabaseCorrupt):
        opened(path)


def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table invoices (id integer)")
    with pytest.raises(DatabaseCorrupt, match="tables that CiteDesk did not make"):
        opened(path)
    with sqlite3.connect(path) as connection:
        tables = connection.execute("select name from sqlite_master where type='table'").fetchall()
    assert tables == [("invoices",)]


def test_a_database_of_a_newer_release_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "a.db"
    database = opened(path)
    with database.begin() as session:
        session.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(DatabaseNewer, match="schema 9999"):
        opened(path)


def test_a_path_that_cannot_be_opened_says_so(tmp_path: Path):
    (tmp_path / "a.db").mkdir()
    with pytest.raises(DatabaseUnreachable):
        opened(tmp_path / "a.db")


@pytest.mark.parametrize("url", ["oracle://amy:hunter2@host/name", "no address hunter2", "mysql:x"])
def test_a_database_of_another_kind_is_a_wrong_setting(url: str):
    with pytest.raises(SettingInvalid, match="driver|understood") as caught:
        Database(url)
    assert "hunter2" not in str(caught.value)


def test_errors_never_show_the_password():
    database = Database("postgresql+psycopg://amy:hunter2@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnreachable) as caught:
        database.upgrade()
    assert "hunter2" not in str(caught.value)


def test_a_failed_transaction_leaves_nothing_behind(tmp_path: Path):
    database = opened(tmp_path / "a.db")
    with pytest.raises(Conflict), database.begin() as session:
        session.execute(
            text(
                "insert into documents (id, key, title, created_at, owner)"
                " values ('d', 'k', 't', '2026-01-01', '')"
            )
        )
        session.execute(
            text(
                "insert into documents (id, key, title, created_at, owner)"
                " values ('e', 'k', 't', '2026-01-01', '')"
            )
        )
    with database.read() as session:
        assert session.scalar(text("select count(*) from documents")) == 0


def test_a_time_without_a_zone_is_never_stored(tmp_path: Path):
    database = opened(tmp_path / "a.db")
    row = corpus.tables.DocumentRow(id="d", key="k", title="t", created_at=datetime(2026, 1, 1))
    with pytest.raises(Exception, match="time zone|records"), database.begin() as session:
        session.add(row)


def test_identifiers_sort_by_time_and_never_repeat():
    made = [new_id("doc") for _ in range(2000)]
    assert len(set(made)) == 2000
    assert [m[:13] for m in made] == sorted(m[:13] for m in made)
