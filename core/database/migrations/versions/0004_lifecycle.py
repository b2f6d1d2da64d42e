"""The knowledge lifecycle: who moved what and why, approved answers, and what rests on them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


_APPLIES = {
    "versions": "applies_at applies_by applies_read contract_to contract_from firmware".split(),
    "chunks": "contract_to contract_from firmware".split(),
}


_AUDIENCES = (("versions", "narrowed"), ("users", "groups"), ("credentials", "groups"))


def upgrade() -> None:
    _moves()
    _audiences()
    _glossary()
    _approved_answers()
    _gate()
    _applicability()
    _tasks()
    _conflicts()


def downgrade() -> None:
    for table in ("sketches", "document_pairs", "conflicts"):
        op.drop_table(table)
    op.drop_table("tasks")
    for table, columns in _APPLIES.items():
        for column in columns:
            op.drop_column(table, column)
    op.drop_table("sections")
    for table, column in _AUDIENCES:
        op.drop_column(table, column)
    op.drop_table("notices")
    op.drop_table("impacts")
    op.drop_table("epoch")
    op.drop_table("audit")
    for column in ("reviewed_at", "review_days", "owner"):
        op.drop_column("documents", column)
    op.drop_table("glossary_changes")
    op.drop_table("glossary_entries")
    op.drop_table("approved_answers")


def _approved_answers() -> None:
    op.create_table(
        "approved_answers",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("applicability", sa.JSON(), nullable=False),
        sa.Column("sentences", sa.JSON(), nullable=False),
        sa.Column("citations", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces", sa.String(), nullable=True),
    )
    op.create_index("ix_approved_answers_state", "approved_answers", ["state"])


def _glossary() -> None:
    op.create_table(
        "glossary_entries",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("synonyms_zh", sa.JSON(), nullable=False),
        sa.Column("synonyms_en", sa.JSON(), nullable=False),
        sa.Column("abbreviations_zh", sa.JSON(), nullable=False),
        sa.Column("abbreviations_en", sa.JSON(), nullable=False),
        sa.Column("avoid", sa.JSON(), nullable=False),
        sa.Column("never_confuse", sa.JSON(), nullable=False),
        sa.Column("gloss_zh", sa.Text(), nullable=False),
        sa.Column("gloss_en", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "glossary_changes",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )


def _moves() -> None:
    op.add_column("documents", sa.Column("owner", sa.Text(), nullable=False, server_default=""))
    op.add_column("documents", sa.Column("review_days", sa.Integer(), nullable=True))
    op.add_column("documents", sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_document", "audit", ["document_id"])
    op.create_table(
        "epoch",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("value", sa.Integer(), nullable=False),
    )
    op.execute("INSERT INTO epoch (id, value) VALUES (1, 1)")


def _audiences() -> None:
    op.create_table(
        "sections",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("document_id", sa.String(), sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_sections_document", "sections", ["document_id"])
    op.add_column("versions", sa.Column("narrowed", sa.JSON(), nullable=False, server_default="{}"))
    for table in ("users", "credentials"):
        op.add_column(table, sa.Column("groups", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("epoch", sa.Column("sections", sa.Integer(), nullable=False, server_default="0"))


def _gate() -> None:
    op.create_table(
        "impacts",
        sa.Column("version_id", sa.String(), primary_key=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_notices_recipient", "notices", ["recipient", "seen_at"])


def _applicability() -> None:
    for table in ("versions", "chunks"):
        op.add_column(table, sa.Column("firmware", sa.Text(), nullable=False, server_default=""))
        for day in ("contract_from", "contract_to"):
            op.add_column(table, sa.Column(day, sa.String(), nullable=False, server_default=""))
    op.add_column("versions", sa.Column("applies_read", sa.JSON(), nullable=True))
    op.add_column("versions", sa.Column("applies_by", sa.Text(), nullable=False, server_default=""))
    op.add_column("versions", sa.Column("applies_at", sa.DateTime(timezone=True), nullable=True))
    # Until now every passage repeated its version; from now on it says only what is its own.
    op.execute("UPDATE chunks SET product = '', model = '', region = ''")


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("open_key", sa.String(), nullable=True),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("assigned_by", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("raised_by", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_by", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("fix", sa.String(), nullable=False),
        sa.UniqueConstraint("open_key", name="uq_tasks_open_key"),
    )
    op.create_index("ix_tasks_key", "tasks", ["key"])
    op.create_index("ix_tasks_due", "tasks", ["state", "due_at"])


def _conflicts() -> None:
    sides = [
        column
        for side in ("left", "right")
        for column in (
            sa.Column(
                f"{side}_document", sa.String(), sa.ForeignKey("documents.id"), nullable=False
            ),
            sa.Column(f"{side}_version", sa.String(), nullable=False),
            sa.Column(f"{side}_chunk", sa.String(), nullable=False),
            sa.Column(f"{side}_quote", sa.Text(), nullable=False),
        )
    ]
    op.create_table(
        "conflicts",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("identity", sa.String(), nullable=False, unique=True),
        sa.Column("kind", sa.String(), nullable=False),
        *sides,
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("likeness", sa.Double(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
    )
    op.create_index("ix_conflicts_state", "conflicts", ["state"])
    op.create_index("ix_conflicts_documents", "conflicts", ["left_document", "right_document"])
    documents = sa.ForeignKey("documents.id")
    op.create_table(
        "document_pairs",
        sa.Column("document_id", sa.String(), documents, primary_key=True),
        sa.Column("other_id", sa.String(), sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "sketches",
        sa.Column("version_id", sa.String(), sa.ForeignKey("versions.id"), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
