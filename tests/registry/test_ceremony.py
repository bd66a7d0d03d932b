"""Documents of key holders: taken once, told apart by role and step, noted in the journal by digest."""

import pytest

from elections.protocol.canonical import sha256_hex
from elections.registry import ceremony, journal
from tests.refused import refused
from tests.registry.common import NOW, OFFICER, draft


@pytest.fixture
def uuid(session):
    return draft(session).uuid


def put(session, uuid, role="delegate-1", step="certificates", body=b"{}"):
    ceremony.put(session, uuid, role, step, body, OFFICER, NOW)


def test_documents_are_kept_by_role_and_step(session, uuid):
    put(session, uuid, body=b"1")
    put(session, uuid, role="president", body=b"2")
    put(session, uuid, step="reveals", body=b"3")
    assert ceremony.handed_in(session, uuid, "certificates") == {"delegate-1": b"1", "president": b"2"}
    assert ceremony.get(session, uuid, "delegate-1", "reveals") == b"3"
    assert ceremony.get(session, uuid, "president", "reveals") is None
    entry = journal.entries(session, uuid)[1]
    assert (entry.act, entry.details) == (
        "ceremony",
        {"role": "delegate-1", "sha256": sha256_hex(b"1"), "step": "certificates"},
    )


def test_a_document_is_taken_once(session, uuid):
    put(session, uuid)
    lines = journal.lines(session, uuid)
    put(session, uuid)
    assert journal.lines(session, uuid) == lines
    with refused("registry.document"):
        put(session, uuid, body=b"other")


@pytest.mark.parametrize("values", [{"role": "Président"}, {"role": ""}, {"step": "../x"}, {"step": ""}])
def test_names_are_plain(session, uuid, values):
    with refused("text.pattern"):
        put(session, uuid, **values)


def test_documents_of_an_unknown_election_are_refused(session):
    with refused("registry.election"):
        put(session, "x")


def test_a_step_is_voided_whole_and_on_record(session, uuid):
    put(session, uuid)
    put(session, uuid, role="president")
    put(session, uuid, step="reveals")
    ceremony.discard(session, uuid, "certificates", OFFICER, NOW)
    ceremony.discard(session, uuid, "certificates", OFFICER, NOW)
    assert ceremony.handed_in(session, uuid, "certificates") == {}
    assert ceremony.get(session, uuid, "delegate-1", "reveals") == b"{}"
    last = journal.entries(session, uuid)[-1]
    assert (last.act, last.details, last.sequence) == ("ceremony-void", {"documents": 2, "step": "certificates"}, 4)
    put(session, uuid, body=b"anew")
