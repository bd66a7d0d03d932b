"""The tables of the issuers: a branch of their own, beside the registry's."""

import sqlalchemy as sa
from alembic import op

revision = "issuer_0001"
down_revision = None
branch_labels = ("issuer",)
depends_on = None


def _key(name: str, type_: sa.types.TypeEngine) -> sa.Column:
    return sa.Column(name, type_, primary_key=True, autoincrement=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "issuer_contest",
        _key("contest", sa.String(64)),
        sa.Column("phase", sa.String(10), nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
    )
    op.create_table(
        "request_key",
        _key("contest", sa.String(64)),
        _key("issuer", sa.String(32)),
        _key("number", sa.Integer),
        sa.Column("key", sa.String(64), nullable=False),
    )
    op.create_table(
        "signed_request",
        _key("contest", sa.String(64)),
        _key("issuer", sa.String(32)),
        _key("number", sa.Integer),
        _key("key", sa.String(64)),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("signature", sa.String, nullable=False),
    )
