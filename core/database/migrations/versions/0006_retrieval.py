"""What retrieval keeps beside the records: why each draft rests on what it rests on."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _sectioned()
    _explanations()


def downgrade() -> None:
    op.drop_column("versions", "sectioned")
    op.drop_column("drafts", "explanations")


def _explanations() -> None:
    op.add_column("drafts", sa.Column("explanations", sa.LargeBinary(), nullable=True))


def _sectioned() -> None:
    op.add_column(
        "versions", sa.Column("sectioned", sa.Integer(), nullable=False, server_default="0")
    )
