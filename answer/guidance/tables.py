"""What people said of single steps."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class GuidanceMarkRow(Base):
    """A step that somebody ticked, or whose tick they took away, in one conversation."""

    __tablename__ = "guidance_marks"

    conversation_id: Mapped[str] = mapped_column(Text, primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    done: Mapped[bool]
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
