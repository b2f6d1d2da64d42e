"""The records' database: engine, sessions, schema version."""

from core.database.engine import Base, Database, new_id, utc_now

__all__ = ["Base", "Database", "new_id", "utc_now"]
