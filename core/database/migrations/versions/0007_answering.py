"""What answering keeps: the house's own rules, conversations, and what follows from them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _conversations()
    _rules()
    _messages()
    _guidance()


def downgrade() -> None:
    op.drop_table("guidance_marks")
    op.drop_table("conversations")
    op.drop_table("surges")
    op.drop_table("rule_versions")
    op.drop_index("ix_drafts_conversation", table_name="drafts")
    op.drop_column("drafts", "message")


def _messages() -> None:
    """Which message a draft answers, so that a later one shows it to be outdated."""
    op.add_column("drafts", sa.Column("message", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_drafts_conversation", "drafts", ["conversation_id"])


def _rules() -> None:
    """Versions of the rules that a house wrote for itself, and its days of surge."""
    op.create_table(
        "rule_versions",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.UniqueConstraint("name", "number", name="uq_rule_versions_number"),
    )
    op.create_table(
        "surges",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
    )


def _conversations() -> None:
    """Conversations with their records, what was written in them kept masked."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("kind_by", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("traits", sa.JSON(), nullable=False),
        sa.Column("turns", sa.JSON(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("triage", sa.JSON(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("used_draft_id", sa.String(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.Column("call_back", sa.JSON(), nullable=False),
        sa.Column("satisfaction", sa.JSON(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("followed", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_conversations_last", "conversations", ["last_at", "id"])
    op.create_index("ix_conversations_waiting", "conversations", ["state", "waiting_since"])
    op.create_index("ix_conversations_followed", "conversations", ["followed"])
    op.create_index("ix_conversations_draft", "conversations", ["draft_id"])


def _guidance() -> None:
    """Steps that somebody ticked, or whose tick they took away."""
    op.create_table(
        "guidance_marks",
        sa.Column("conversation_id", sa.Text(), primary_key=True),
        sa.Column("step", sa.String(), primary_key=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
