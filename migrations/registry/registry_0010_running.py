"""What members of the board saw before the seal, notes on incidents, and the alarm on the software."""

import sqlalchemy as sa
from alembic import op

revision = "registry_0010"
down_revision = "registry_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables with their triggers, and the column."""
    op.create_table(
        "seal_sheet",
        sa.Column("election_uuid", sa.String(64), sa.ForeignKey("election.uuid"), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "viewing",
        sa.Column("election_uuid", sa.String(64), primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["election_uuid", "digest"], ["seal_sheet.election_uuid", "seal_sheet.digest"]),
    )
    op.create_table(
        "incident_note",
        sa.Column("election_uuid", sa.String(64), sa.ForeignKey("election.uuid"), primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("incident", sa.Integer, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", sa.String(20), nullable=False),
        sa.Column("text", sa.String, nullable=False),
    )
    for table in ("seal_sheet", "viewing", "incident_note"):
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            )
    op.add_column("election", sa.Column("alarm", sa.JSON, nullable=True))
