"""What evaluation keeps: the cases that verdicts become, their sources and the reviewers' votes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _cases()
    _runs()


def downgrade() -> None:
    op.drop_table("eval_run_cases")
    op.drop_column("eval_runs", "about")
    op.drop_column("eval_runs", "state")
    op.drop_table("eval_case_votes")
    op.drop_table("eval_case_sources")
    op.drop_table("eval_cases")


def _cases() -> None:
    """Cases, which verdicts they came from, and what each reviewer says of them."""
    op.create_table(
        "eval_cases",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("history", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("expected", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("difficulty", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("sort_by", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
    )
    op.create_index("ix_eval_cases_status", "eval_cases", ["status", "id"])
    op.create_table(
        "eval_case_sources",
        sa.Column("verdict_id", sa.String(), primary_key=True),
        sa.Column("case_id", sa.String(), sa.ForeignKey("eval_cases.id"), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sorts", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_eval_case_sources_case", "eval_case_sources", ["case_id"])
    op.create_table(
        "eval_case_votes",
        sa.Column("case_id", sa.String(), sa.ForeignKey("eval_cases.id"), primary_key=True),
        sa.Column("by", sa.Text(), primary_key=True),
        sa.Column("vote", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def _runs() -> None:
    """Runs that go on, with the cases that they have finished."""
    state = sa.Column("state", sa.String(), nullable=False, server_default="done")
    op.add_column("eval_runs", state)
    op.add_column("eval_runs", sa.Column("about", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "eval_run_cases",
        sa.Column("run_id", sa.String(), sa.ForeignKey("eval_runs.id"), primary_key=True),
        sa.Column("case_id", sa.String(), primary_key=True),
        sa.Column("record", sa.JSON(), nullable=False),
    )
