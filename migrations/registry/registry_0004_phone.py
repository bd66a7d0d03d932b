"""An elector's telephone, messages on two channels, and several one-time codes of a subject at a time."""

import sqlalchemy as sa
from alembic import op

revision = "registry_0004"
down_revision = "registry_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. One-time codes live for minutes: those that wait are given up, and asked for again."""
    op.add_column("elector", sa.Column("phone", sa.String(16), nullable=True))
    op.add_column("outbox", sa.Column("channel", sa.String(4), nullable=False, server_default="mail"))
    op.drop_table("one_time_code")
    op.create_table(
        "one_time_code",
        sa.Column("subject", sa.String(64), primary_key=True, autoincrement=False),
        sa.Column("hash", sa.String(64), primary_key=True, autoincrement=False),
        sa.Column("expires", sa.String(20), nullable=False),
    )
