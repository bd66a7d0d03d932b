"""The contests of an elector are found by her number: ten thousand of them were sought one by one, row after row."""

from alembic import op

revision = "registry_0012"
down_revision = "registry_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("entitlement_elector", "entitlement", ["election_uuid", "number"])
