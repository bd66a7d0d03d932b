"""The tables of the urn, all without a rowid; published batches can be added to and never changed."""

import sqlalchemy as sa
from alembic import op

revision = "urn_0001"
down_revision = None
branch_labels = ("urn",)
depends_on = None


def _key(name: str, type_: sa.types.TypeEngine) -> sa.Column:
    return sa.Column(name, type_, primary_key=True, autoincrement=False)


def _table(name: str, *columns: sa.Column) -> None:
    contest = sa.Column("contest", sa.String(64), sa.ForeignKey("contest.uuid"), primary_key=True)
    op.create_table(name, contest, *columns, sqlite_with_rowid=False)


def _bytes(name: str) -> sa.Column:
    return sa.Column(name, sa.LargeBinary, nullable=False)


def upgrade() -> None:
    """Make the tables and the triggers."""
    op.create_table(
        "contest",
        _key("uuid", sa.String(64)),
        sa.Column("phase", sa.String(10), nullable=False),
        sa.Column("finished", sa.Boolean, nullable=False),
        _bytes("setup"),
        _bytes("record"),
        sqlite_with_rowid=False,
    )
    size = sa.Column("size", sa.Integer, nullable=False)
    _table("waiting", size, _bytes("hashes"), _bytes("marks"), _bytes("leaves"))
    note = sa.Column("note", sa.String, nullable=False)
    _table("batch", _key("size", sa.Integer), note, _bytes("hashes"), _bytes("leaves"))
    _table("mark", _key("digest", sa.LargeBinary(16)))
    _table("arrived", _key("arrival", sa.LargeBinary(32)))
    _table("void", _key("arrival", sa.LargeBinary(32)))
    # The batch of size 0 holds no ballot, and goes when a draft is unlocked.
    for event in ("UPDATE ON batch", "DELETE ON batch WHEN OLD.size > 0"):
        name = f"batch_no_{event.split()[0].lower()}"
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} BEGIN SELECT RAISE(ABORT, 'batches only grow'); END")
