"""The roll on the desk: names to search by, reasons, files that are looked at, changes by hand, its publication."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "registry_0007"
down_revision = "registry_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns; the names of the electors who are there are folded."""
    op.add_column("election", sa.Column("roll_published", sa.String(20), nullable=True))
    op.add_column("elector", sa.Column("folded", sa.String, nullable=False, server_default=sa.text("''")))
    op.add_column("entitlement", sa.Column("reason", sa.String(10), nullable=False, server_default="given"))
    op.create_table(
        "roll_trial",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("election_uuid", sa.String(64), sa.ForeignKey("election.uuid"), nullable=False),
        sa.Column("at", sa.String(20), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "roll_headings",
        sa.Column("election_uuid", sa.String(64), sa.ForeignKey("election.uuid"), primary_key=True),
        sa.Column("headings", sa.JSON, nullable=False),
    )
    op.create_table(
        "roll_change",
        sa.Column("election_uuid", sa.String(64), sa.ForeignKey("election.uuid"), primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("cause", sa.String(8), nullable=False),
        sa.Column("day", sa.String(10), nullable=True),
        sa.Column("reference", sa.String, nullable=False),
        sa.Column("identifier", sa.String(64), nullable=False),
        sa.Column("contest_uuid", sa.String(64), sa.ForeignKey("contest.uuid"), nullable=False),
    )
    _fold_names()


def _fold_names() -> None:
    elector = sa.table(
        "elector",
        *(sa.column(name) for name in ("election_uuid", "number", "last_name", "first_name", "folded")),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(elector)).all():
        mine = (elector.c.election_uuid == row.election_uuid) & (elector.c.number == row.number)
        folded = _plain(f"{row.last_name} {row.first_name}")
        connection.execute(sa.update(elector).where(mine).values(folded=folded))


def _plain(text: str) -> str:
    """As the program folded names when this was written."""
    letters = unicodedata.normalize("NFD", text.casefold())
    spaced = "".join(" " if letter in "’'-‐‑" else letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(spaced.split())
