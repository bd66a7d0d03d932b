"""What is known of candidates, what the model asks of them, and how the authority has ruled."""

import sqlalchemy as sa
from alembic import op

revision = "registry_0002"
down_revision = "registry_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    for table, names, kind in (
        ("contest", ("display_order",), sa.String),
        ("contest", ("admission", "electorate"), sa.JSON),
        ("candidacy", ("persons",), sa.JSON),
        ("candidacy", ("union_name", "delegate", "ruling"), sa.String),
    ):
        for name in names:
            op.add_column(table, sa.Column(name, kind, nullable=True))
