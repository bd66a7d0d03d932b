"""What is sealed is what the registry holds, and nothing changes it afterwards but unlocking the draft."""

import pytest

from elections.protocol.canonical import encode, parse_canonical
from elections.protocol.note import NoteKey
from elections.protocol.setup import Setup
from elections.registry import candidacies, journal, lifecycle, roll, sealing
from elections.rules.phases import Act, Phase
from tests.refused import refused
from tests.registry.common import (
    FILED,
    NOW,
    OFFICER,
    PRESIDENT,
    ceremony,
    coded,
    draft,
    fixed,
    prepared,
    seal_of,
    sealed,
    set_seal,
    slips_of,
)


def test_a_setup_says_what_the_registry_holds(session):
    election, _, _ = prepared(session)
    contest = election.contests[0]
    setup = Setup.parse(contest.setup)
    assert (setup.uuid, setup.election_uuid, setup.title) == (contest.uuid, election.uuid, "Une liste")
    assert setup.roll_digest == contest.roll_digest == roll.digest(session, contest.uuid)
    assert (setup.roll_size, contest.roll_size) == (3, 3)
    assert setup.value["candidacies"] == FILED["list"]
    assert contest.fingerprint is not None


def test_nothing_is_fixed_while_something_is_missing(session):
    election, _ = coded(session)
    with refused("registry.missing"):
        sealing.part(session, election.contests[0].uuid)
    for contest in election.contests:
        candidacies.replace(session, contest.uuid, FILED[contest.key], OFFICER, NOW)
    with refused("registry.missing"):
        sealing.part(session, election.contests[0].uuid)


@pytest.fixture
def again(session):
    """An election that was fixed and unlocked: everything is there, nothing fixed."""
    election, holders, _ = prepared(session)
    sealing.unlock(session, election.uuid, OFFICER, NOW)
    return election, holders


@pytest.mark.parametrize(
    "change",
    [
        {"grace": 1799},
        {"rehearsal": True},
        {"closing": "2026-02-12T15:00:01Z"},
        {"candidacies": FILED["list"][::-1]},
        {"candidacies": FILED["list"][:2]},
        {"roll": {"digest": "00" * 32, "size": 3}},
        {"audience": ["elector"]},
        {"policy": [{"holders": ["president"], "threshold": 1}]},
        {"rule": {"method": "largest_remainder", "parameters": {}, "seats": 2}},
        {"urn": {"key": "", "name": ""}},
    ],
)
def test_a_setup_that_says_anything_else_is_refused(session, again, change):
    contest = again[0].contests[0]
    if change.get("urn"):
        change = {"urn": {**parse_canonical(fixed(session, contest, 0)[0], "setup")["urn"], "name": "other"}}
    setup, record = fixed(session, contest, 0, **change)
    with refused("registry.setup"):
        sealing.fix(session, contest.uuid, setup, record, OFFICER, NOW)
    assert contest.setup is None


def test_the_election_record_must_be_the_one_computed(session, again):
    contest = again[0].contests[0]
    setup, record = fixed(session, contest, 0)
    with refused("setup.election"):
        sealing.fix(session, contest.uuid, setup, record.replace(b"Petite", b"Grande"), OFFICER, NOW)


def test_fixing_again_changes_nothing_and_another_setup_is_refused(session):
    election, _, _ = prepared(session)
    contest = election.contests[0]
    before = journal.lines(session, election.uuid)
    sealing.fix(session, contest.uuid, contest.setup, contest.record, OFFICER, NOW)
    assert journal.lines(session, election.uuid) == before
    setup, record = fixed(session, contest, 0, link_key="11" * 32)
    with refused("registry.locked"):
        sealing.fix(session, contest.uuid, setup, record, OFFICER, NOW)


def test_only_the_office_prepares(session, again):
    contest = again[0].contests[0]
    setup, record = fixed(session, contest, 0)
    with refused("rules.role"):
        sealing.fix(session, contest.uuid, setup, record, PRESIDENT, NOW)


def test_keys_of_another_policy_or_form_are_refused(session):
    election, one = draft(session), draft(session, delegates=["delegate-1"])
    trustees = ceremony(one).trustees[one.contests[0].uuid]
    with refused("setup.trustees-policy"):
        sealing.set_trustees(session, election.contests[0].uuid, trustees, OFFICER, NOW)
    with refused("json.canonical"):
        sealing.set_trustees(session, one.contests[0].uuid, trustees + b" ", OFFICER, NOW)
    key = NoteKey.generate("record").vkey
    with refused("note.key"):
        sealing.set_keys(session, election.uuid, key, key.replace("record", "other"))


def test_seal_needs_president_or_secretary_and_two_delegates(session):
    election, holders, _ = prepared(session)
    contest = election.contests[0]
    for without in (["president", "secretary"], ["delegate-1", "delegate-3"]):
        with refused("setup.seal"):
            set_seal(session, contest, holders, without=without)
    set_seal(session, contest, holders, without=["president", "delegate-2"])


def test_a_seal_needs_a_slip_of_everybody_who_signed(session):
    election, holders, _ = prepared(session)
    contest, alone = election.contests
    seal, other = seal_of(contest, holders), slips_of(alone, holders)
    for slips, rule in (
        (b"[]", "slips.holders"),
        (slips_of(contest, holders, without=["delegate-3"]), "slips.holders"),
        (other, "slips.proof"),
    ):
        with refused(rule):
            sealing.set_seal(session, contest.uuid, seal, slips)
    # A single candidacy wins by itself: nothing of a slip is kept.
    sealing.set_seal(session, alone.uuid, seal_of(alone, holders), b"[]")
    assert (contest.slips, alone.slips) == (None, None)


def test_seal_of_another_contest_is_refused(session):
    election, holders, _ = prepared(session)
    one, other = election.contests
    with refused("elgamal.signature"):
        sealing.set_seal(session, one.uuid, seal_of(other, holders), b"[]")


def test_an_act_seals_only_what_was_signed(session):
    election, holders, _ = prepared(session)
    contest = election.contests[0]
    with refused("registry.unsealed"):
        lifecycle.act(session, contest.uuid, Act.SEAL, PRESIDENT, NOW)
    set_seal(session, contest, holders)
    entry = lifecycle.act(session, contest.uuid, Act.SEAL, PRESIDENT, NOW)
    assert contest.phase is Phase.SEALED
    assert set(entry.details) == {"fingerprint", "seal", "setup", "slips"}


def test_what_is_sealed_is_never_unlocked_nor_sealed_again(session):
    election, _, _ = sealed(session)
    contest = election.contests[0]
    with refused("registry.locked"):
        sealing.unlock(session, election.uuid, OFFICER, NOW)
    with refused("registry.unsealed"):
        sealing.set_seal(session, contest.uuid, contest.seal, contest.slips)
    with refused("rules.phase"):
        sealing.fix(session, contest.uuid, contest.setup, contest.record, OFFICER, NOW)
    with refused("registry.locked"):
        sealing.set_trustees(session, contest.uuid, contest.trustees, OFFICER, NOW)


def test_unlocking_voids_what_was_fixed(session, again):
    contest = again[0].contests[0]
    fixed_columns = ("setup", "record", "seal", "fingerprint", "roll_size", "roll_digest")
    assert {getattr(contest, column) for column in fixed_columns} == {None}
    assert journal.entries(session, again[0].uuid)[-1].act == "unlock"


def test_a_seal_is_read_strictly(session):
    election, holders, _ = prepared(session)
    contest = election.contests[0]
    items = parse_canonical(seal_of(contest, holders), "seal")
    for raw in (b"[]", encode(items + items[:1]), encode(items) + b"\n"):
        with refused({b"[]": "setup.seal"}.get(raw, "json.canonical" if raw.endswith(b"\n") else "setup.seal-holder")):
            sealing.set_seal(session, contest.uuid, raw, b"[]")
