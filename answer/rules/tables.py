"""Tables of the rules that a house writes for itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import TYPED, Base


class RuleVersionRow(Base):
    """A version of a set of rules as somebody saved it; rows never change."""

    __tablename__ = "rule_versions"
    __table_args__ = (UniqueConstraint("name", "number", name="uq_rule_versions_number"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str]
    number: Mapped[int]
    """From 1, for each name; 0 stands for the rules that come with the product."""
    text: Mapped[str] = mapped_column(Text)
    """As it was written; empty where the product's own rules were taken again."""
    state: Mapped[str]
    """saved, or aside: it was written while somebody else saved, and never held."""
    based_on: Mapped[int]
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="", info=TYPED)


class SurgeRow(Base):
    """Somebody switched surge mode; the newest row holds, until its time is over."""

    __tablename__ = "surges"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    is_on: Mapped[bool]
    until: Mapped[datetime | None]
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="", info=TYPED)
