"""The loop closed: what is counted of drafts, and what judging keeps."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _insights()
    _judging()


def downgrade() -> None:
    _no_judging()
    _no_insights()


def _insights() -> None:
    """What is counted of drafts, edits that became no case, vectors of questions, set-ups."""
    op.create_table(
        "draft_facts",
        sa.Column("draft_id", sa.String(), primary_key=True),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("drafter", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
    )
    op.create_index("ix_draft_facts_mark", "draft_facts", ["mark", "state"])
    op.create_index("ix_draft_facts_day", "draft_facts", ["day"])
    op.create_index("ix_draft_facts_state", "draft_facts", ["state", "day"])
    op.create_table(
        "draft_sources",
        sa.Column("draft_id", sa.String(), primary_key=True),
        sa.Column("chunk_id", sa.String(), primary_key=True),
        sa.Column("document_id", sa.String(), nullable=False),
    )
    op.create_index("ix_draft_sources_chunk", "draft_sources", ["chunk_id"])
    op.create_index("ix_draft_sources_document", "draft_sources", ["document_id", "draft_id"])
    op.create_table(
        "edit_sorts",
        sa.Column("verdict_id", sa.String(), primary_key=True),
        sa.Column("sort", sa.String(), nullable=False),
    )
    op.create_table(
        "question_vectors",
        sa.Column("mark", sa.String(), primary_key=True),
        sa.Column("fingerprint", sa.Text(), primary_key=True),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "configurations",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
    )


def _no_insights() -> None:
    tables = ("configurations", "question_vectors", "edit_sorts", "draft_sources", "draft_facts")
    for table in tables:
        op.drop_table(table)


def _judging() -> None:
    """What people say of a judge, and the cases that were made from the documents."""
    op.create_table(
        "eval_labels",
        sa.Column("run_id", sa.String(), primary_key=True),
        sa.Column("case_id", sa.String(), primary_key=True),
        sa.Column("metric", sa.String(), primary_key=True),
        sa.Column("by", sa.Text(), primary_key=True),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("judge", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_eval_labels_judge", "eval_labels", ["judge", "metric"])
    op.create_table(
        "eval_thresholds",
        sa.Column("metric", sa.String(), primary_key=True),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "eval_synthetic",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("promoted_to", sa.String(), nullable=False),
        sa.Column("dropped_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_eval_synthetic_document", "eval_synthetic", ["document"])


def _no_judging() -> None:
    for table in ("eval_synthetic", "eval_thresholds", "eval_labels"):
        op.drop_table(table)
