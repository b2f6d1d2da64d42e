"""Alembic's entry point: runs on the connection that core.database hands in."""

from alembic import context

from core.database.engine import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
