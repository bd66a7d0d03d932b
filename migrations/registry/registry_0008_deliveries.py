"""The outbox as a ledger of deliveries, alarms by mail domain, who makes codes, and codes to be given anew."""

import sqlalchemy as sa
from alembic import op

revision = "registry_0008"
down_revision = "registry_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the outbox anew: what was sent stays on record, what waited still waits."""
    op.rename_table("outbox", "outbox_before")
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(4), nullable=False, server_default="mail"),
        sa.Column("election_uuid", sa.String(64), nullable=True),
        sa.Column("number", sa.Integer, nullable=True),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("domain", sa.String(253), nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("state", sa.String(9), nullable=False, server_default="waiting"),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("due", sa.String(20), nullable=True),
        sa.Column("tried_at", sa.String(20), nullable=True),
        sa.Column("failing_since", sa.String(20), nullable=True),
        sa.Column("sent_at", sa.String(20), nullable=True),
        sa.Column("bounced_at", sa.String(20), nullable=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("answer", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_uuid", "number"], ["elector.election_uuid", "elector.number"], ondelete="CASCADE"
        ),
    )
    op.create_index("outbox_next", "outbox", ["state", "rank", "id"])
    op.create_index("outbox_elector", "outbox", ["election_uuid", "number", "kind"])
    op.execute(
        "INSERT INTO outbox (id, kind, channel, recipient, domain, subject, body, rank, state, token, "
        "sent_at, failures, answer) "
        "SELECT id, kind, channel, recipient, '', subject, body, 0, "
        "CASE WHEN sent_at IS NOT NULL THEN 'sent' WHEN failures >= 20 THEN 'refused' ELSE 'waiting' END, '', "
        "sent_at, failures, '' FROM outbox_before"
    )
    op.drop_table("outbox_before")
    op.create_table(
        "mail_alarm",
        sa.Column("domain", sa.String(253), primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("told_at", sa.String(20), nullable=False),
    )
    op.add_column("election", sa.Column("code_maker", sa.String(9), nullable=True))
    op.create_table(
        "reissue_request",
        sa.Column("election_uuid", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("officer", sa.Integer, nullable=False),
        sa.Column("asked_at", sa.String(20), nullable=False),
        sa.Column("board_role", sa.String(16), nullable=True),
        sa.Column("board_number", sa.Integer, nullable=True),
        sa.ForeignKeyConstraint(
            ["election_uuid", "number"], ["elector.election_uuid", "elector.number"], ondelete="CASCADE"
        ),
    )
