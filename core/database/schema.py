"""Which release's schema a database has, and how it gets to ours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect

from core.errors import DatabaseCorrupt, DatabaseNewer

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

_MIGRATIONS = Path(__file__).with_name("migrations")


def pending(engine: Engine) -> bool:
    """Say whether the database lacks migrations of this release.

    Raises:
        DatabaseNewer: it was written by a later release, whose migrations we do not know.
        DatabaseCorrupt: it holds tables, but not ours.
    """
    from alembic.runtime.migration import MigrationContext

    scripts = _scripts()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        tables = set(inspect(connection).get_table_names())
    if current == scripts.get_current_head():
        return False
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseNewer(
            f"The database has schema {current}, which this release does not know.",
            "Install the release that wrote it, or a later one. Nothing was changed.",
        )
    if current is None and tables:
        raise DatabaseCorrupt(
            "The database holds tables that CiteDesk did not make.",
            "Point CITEDESK_DATABASE_URL or CITEDESK_HOME at another place. Nothing was changed.",
        )
    return True


def upgrade(engine: Engine) -> None:
    """Run the migrations that the database lacks, in one transaction each.

    Raises:
        DatabaseNewer, DatabaseCorrupt: as :func:`pending` says.
    """
    from alembic import command

    if not pending(engine):
        return
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())
