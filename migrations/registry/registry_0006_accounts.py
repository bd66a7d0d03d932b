"""Second factors, invitations, recoveries, substitutes, and when a session last proved who comes."""

import sqlalchemy as sa
from alembic import op

revision = "registry_0006"
down_revision = "registry_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make tables and columns. Sessions of accounts that are open await a proof: who held one signs in again."""
    for name in ("substitute", "excused"):
        op.add_column("account", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("web_session", sa.Column("proved_at", sa.String(20), nullable=True))
    op.create_table(
        "factor",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("login", sa.String(64), sa.ForeignKey("account.login"), nullable=False, index=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("handle", sa.String(1400), nullable=True, unique=True),
        sa.Column("counter", sa.BigInteger, nullable=False),
        sa.Column("added_at", sa.String(20), nullable=False),
        sa.Column("used_at", sa.String(20), nullable=True),
    )
    op.create_table(
        "passkey_challenge",
        sa.Column("challenge", sa.String(64), primary_key=True),
        sa.Column("expires", sa.String(20), nullable=False),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("login", sa.String(64), nullable=True),
        sa.Column("recovers", sa.Boolean, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("email", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("substitute", sa.Boolean, nullable=False),
        sa.Column("election_uuid", sa.String(64), sa.ForeignKey("election.uuid"), nullable=True),
        sa.Column("expires", sa.String(20), nullable=False),
    )
    op.create_table(
        "recovery",
        sa.Column("login", sa.String(64), sa.ForeignKey("account.login"), primary_key=True),
        sa.Column("asked_by", sa.String(64), sa.ForeignKey("account.login"), nullable=False),
        sa.Column("asked_at", sa.String(20), nullable=False),
    )
