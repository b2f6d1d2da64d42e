"""What the knowledge lifecycle lacked: of which document an upload is a version."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _identities()
    _conflicts()
    _epoch()


def downgrade() -> None:
    op.drop_column("epoch", "whole")
    op.drop_table("unchecked_versions")
    op.drop_table("declined_pairs")
    op.drop_table("identities")
    op.drop_column("documents", "joined_to")


def _identities() -> None:
    op.add_column("documents", sa.Column("joined_to", sa.String(), nullable=True))
    op.create_table(
        "identities",
        sa.Column("version_id", sa.String(), sa.ForeignKey("versions.id"), primary_key=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def _epoch() -> None:
    op.add_column("epoch", sa.Column("whole", sa.Integer(), nullable=False, server_default="0"))


def _conflicts() -> None:
    op.create_table(
        "declined_pairs",
        sa.Column("document_id", sa.String(), sa.ForeignKey("documents.id"), primary_key=True),
        sa.Column("other_id", sa.String(), sa.ForeignKey("documents.id"), primary_key=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "unchecked_versions",
        sa.Column("version_id", sa.String(), sa.ForeignKey("versions.id"), primary_key=True),
        sa.Column("error", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
