"""What happened to mandates after the election; it can be added to and never changed."""

import sqlalchemy as sa
from alembic import op

revision = "registry_0003"
down_revision = "registry_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and its triggers."""
    op.create_table(
        "mandate_event",
        sa.Column("election_uuid", sa.String(64), sa.ForeignKey("election.uuid"), primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("at", sa.String(20), nullable=False),
        sa.Column("day", sa.String(10), nullable=True),
        sa.Column("contest_uuid", sa.String(64), sa.ForeignKey("contest.uuid"), nullable=True),
        sa.Column("candidacy", sa.Integer, nullable=True),
        sa.Column("rank", sa.String(10), nullable=True),
        sa.Column("place", sa.Integer, nullable=True),
        sa.Column("cause", sa.String(12), nullable=True),
        sa.Column("withdrawn", sa.Integer, nullable=True),
    )
    for event in ("UPDATE", "DELETE"):
        name = f"mandate_event_no_{event.lower()}"
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON mandate_event"
            " BEGIN SELECT RAISE(ABORT, 'mandate_event only grows'); END"
        )
