"""The records' database: engine, sessions, schema version."""

from core.database.engine import Base, Database, new_id, utc_now
from core.database.typed import TYPED, as_stored

__all__ = ["TYPED", "Base", "Database", "as_stored", "new_id", "utc_now"]
