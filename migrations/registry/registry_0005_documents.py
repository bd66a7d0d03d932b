"""Logos and professions de foi, and the hour at which candidacies became public."""

import sqlalchemy as sa
from alembic import op

revision = "registry_0005"
down_revision = "registry_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "document",
        sa.Column("contest_uuid", sa.String(64), sa.ForeignKey("contest.uuid"), primary_key=True),
        sa.Column("candidacy", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("suffix", sa.String(3), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.add_column("election", sa.Column("published", sa.String(20), nullable=True))
