"""Tables of what people say of a judge."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class LabelRow(Base):
    """What one person says of a draft that a judge has scored, with the score as it was."""

    __tablename__ = "eval_labels"
    __table_args__ = (Index("ix_eval_labels_judge", "judge", "metric"),)

    run_id: Mapped[str] = mapped_column(primary_key=True)
    """The run that drafted the case; of a case that was taken over, the one before."""
    case_id: Mapped[str] = mapped_column(primary_key=True)
    metric: Mapped[str] = mapped_column(primary_key=True)
    by: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[float]
    """In [0, 1]: 1 is right, 0 is wrong."""
    score: Mapped[float]
    """The judge's."""
    judge: Mapped[str] = mapped_column(Text)
    """Its fingerprint."""
    language: Mapped[str]
    at: Mapped[datetime]


class ThresholdRow(Base):
    """From which score on a judged metric counts as right."""

    __tablename__ = "eval_thresholds"

    metric: Mapped[str] = mapped_column(primary_key=True)
    threshold: Mapped[float]
    by: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
