"""What carried the voting codes that this machine made: who comes later gets hers the same way."""

import sqlalchemy as sa
from alembic import op

revision = "registry_0011"
down_revision = "registry_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("election", sa.Column("code_form", sa.String(6), nullable=True))
