"""Candidacies filed on line, their acknowledgements, and the draw of the display order."""

import sqlalchemy as sa
from alembic import op

revision = "registry_0009"
down_revision = "registry_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and the column."""
    op.create_table(
        "nomination",
        sa.Column("contest_uuid", sa.String(64), sa.ForeignKey("contest.uuid"), primary_key=True),
        sa.Column("candidacy", sa.String(64), primary_key=True),
        sa.Column("owner", sa.Integer, nullable=True),
        sa.Column("office", sa.Boolean, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("saved_at", sa.String(20), nullable=False),
        sa.Column("filed_at", sa.String(20), nullable=True),
        sa.Column("contested", sa.JSON, nullable=True),
        sa.Column("contested_at", sa.String(20), nullable=True),
    )
    op.create_table(
        "nomination_receipt",
        sa.Column("contest_uuid", sa.String(64), primary_key=True),
        sa.Column("candidacy", sa.String(64), primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("at", sa.String(20), nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_uuid", "candidacy"], ["nomination.contest_uuid", "nomination.candidacy"], ondelete="CASCADE"
        ),
    )
    op.add_column("contest", sa.Column("drawn_order", sa.JSON, nullable=True))
