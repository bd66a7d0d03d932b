"""The tables of registry and outbox; the register of signatures and the journal can be added to and never changed."""

import sqlalchemy as sa
from alembic import op

revision = "registry_0001"
down_revision = None
branch_labels = ("registry",)
depends_on = None

HOUR = sa.String(20)


def _key(name: str, type_: sa.types.TypeEngine, *rest: sa.ForeignKey) -> sa.Column:
    return sa.Column(name, type_, *rest, primary_key=True, autoincrement=False)


def _texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def _column(name: str, type_: sa.types.TypeEngine, *rest: sa.ForeignKey, null: bool = False) -> sa.Column:
    return sa.Column(name, type_, *rest, nullable=null)


def _election() -> sa.ForeignKey:
    return sa.ForeignKey("election.uuid")


def _elector() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["election_uuid", "number"], ["elector.election_uuid", "elector.number"], ondelete="CASCADE"
    )


def upgrade() -> None:
    """Make the tables and the triggers."""
    _elections()
    _electors()
    _people()
    _papers()
    for table in ("signature", "journal"):
        for event in ("UPDATE", "DELETE"):
            name = f"{table}_no_{event.lower()}"
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            )


def _elections() -> None:
    op.create_table(
        "election",
        _key("uuid", sa.String(64)),
        *_texts("title", "model", "group_name"),
        _column("rehearsal", sa.Boolean),
        _column("opening", HOUR),
        _column("closing", HOUR),
        _column("grace", sa.Integer),
        *_texts("urn_name"),
        *[_column(name, sa.JSON) for name in ("model_table", "issuers", "audience", "batches", "policy")],
        _column("record_key", sa.String, null=True),
        _column("urn_key", sa.String, null=True),
        _column("last_number", sa.Integer),
    )
    op.create_table(
        "contest",
        _key("uuid", sa.String(64)),
        _column("election_uuid", sa.String(64), _election()),
        _column("position", sa.Integer),
        _column("key", sa.String(32)),
        *_texts("title", "college", "method"),
        _column("seats", sa.Integer),
        _column("parameters", sa.JSON),
        *_texts("kind"),
        _column("closing", HOUR),
        _column("halted", sa.Boolean),
        *[_column(name, sa.LargeBinary, null=True) for name in ("trustees", "setup", "record", "seal", "slips")],
        _column("fingerprint", sa.String, null=True),
        _column("roll_size", sa.Integer, null=True),
        _column("roll_digest", sa.String, null=True),
        _column("phase", sa.String(10)),
        sa.UniqueConstraint("election_uuid", "position"),
        sa.UniqueConstraint("election_uuid", "key"),
    )
    op.create_table(
        "candidacy",
        _key("contest_uuid", sa.String(64), sa.ForeignKey("contest.uuid", ondelete="CASCADE")),
        _key("position", sa.Integer),
        *_texts("id", "title"),
        _column("names", sa.JSON),
    )


def _electors() -> None:
    op.create_table(
        "elector",
        _key("election_uuid", sa.String(64), _election()),
        _key("number", sa.Integer),
        _column("identifier", sa.String(64)),
        *_texts("last_name", "first_name", "email", "roll_unit"),
        sa.UniqueConstraint("election_uuid", "identifier"),
    )
    op.create_table(
        "entitlement",
        _key("contest_uuid", sa.String(64), sa.ForeignKey("contest.uuid")),
        _key("number", sa.Integer),
        _column("election_uuid", sa.String(64)),
        _elector(),
    )
    op.create_table(
        "elector_key",
        _key("election_uuid", sa.String(64)),
        _key("number", sa.Integer),
        *_texts("register"),
        _column("requests", sa.JSON),
        _elector(),
        sa.UniqueConstraint("election_uuid", "register"),
    )
    _casting("signature")
    _casting("attempt", _column("a", sa.LargeBinary(16)))


def _casting(table: str, *columns: sa.Column) -> None:
    op.create_table(
        table,
        _key("contest_uuid", sa.String(64)),
        _key("number", sa.Integer),
        *columns,
        _column("at", HOUR),
        *_texts("signature"),
        sa.ForeignKeyConstraint(["contest_uuid", "number"], ["entitlement.contest_uuid", "entitlement.number"]),
    )


def _people() -> None:
    op.create_table(
        "account",
        _key("login", sa.String(64)),
        *_texts("name", "email", "role"),
        _column("number", sa.Integer),
        _column("election_uuid", sa.String(64), _election(), null=True),
        *_texts("password"),
    )
    op.create_table(
        "one_time_code",
        _key("subject", sa.String(64)),
        *_texts("hash"),
        _column("expires", HOUR),
        _column("tries", sa.Integer),
    )
    op.create_table(
        "knocks",
        _key("subject", sa.String(64)),
        _key("door", sa.String(16)),
        _column("count", sa.Integer),
        _column("last", HOUR),
    )
    op.create_table(
        "web_session",
        _key("id_hash", sa.String(64)),
        _column("kind", sa.String(16)),
        _column("election_uuid", sa.String(64), _election(), null=True),
        _column("name", sa.String(64)),
        _column("opened_at", HOUR),
        _column("last_seen", HOUR),
        _column("ended_at", HOUR, null=True),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        _column("kind", sa.String(40)),
        *_texts("recipient", "subject", "body"),
        _column("sent_at", HOUR, null=True),
        _column("failures", sa.Integer),
    )


def _papers() -> None:
    op.create_table(
        "journal",
        _key("election_uuid", sa.String(64), _election()),
        _key("sequence", sa.Integer),
        _column("line", sa.LargeBinary),
    )
    op.create_table(
        "ceremony_document",
        _key("election_uuid", sa.String(64), _election()),
        _key("role", sa.String(64)),
        _key("step", sa.String(100)),
        _column("body", sa.LargeBinary),
    )
