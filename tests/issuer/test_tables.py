"""What the issuers may know: numbers and their keys, no name, no time, and nothing that a ballot has."""

from sqlalchemy import MetaData

from elections.issuer.tables import IssuerContest, RequestKey, SignedRequest
from elections.storage import RegistryBase
from tests.storage.schema import differences

TABLES = (IssuerContest, RequestKey, SignedRequest)
COLUMNS = {
    "issuer_contest": {"contest", "phase", "fingerprint"},
    "request_key": {"contest", "issuer", "number", "key"},
    "signed_request": {"contest", "issuer", "number", "key", "digest", "signature"},
}


def test_every_column_is_known_and_none_comes_from_a_ballot():
    assert {model.__tablename__: set(model.__table__.columns.keys()) for model in TABLES} == COLUMNS


def test_the_room_has_no_key_into_another():
    assert not [key for model in TABLES for key in model.__table__.foreign_keys]


def test_migrations_make_the_models(tmp_path):
    own = MetaData()
    for model in TABLES:
        RegistryBase.metadata.tables[model.__tablename__].to_metadata(own)
    found = differences(tmp_path / "registry.sqlite", "registry", own)
    # The registry's own tables and their indexes stand in the same database and are another room's.
    assert [entry for entry in found if not _of_another_room(entry)] == []


def _of_another_room(entry):
    """Whether a difference is a table that `COLUMNS` does not name, or an index of one."""
    kind, item = entry[:2]
    if kind == "remove_index":
        return item.table.name not in COLUMNS
    return kind == "remove_table" and item.name not in COLUMNS
