"""Amendments: what the board did is signed by the holders, line by line, before the vote goes on or ends."""

import pytest

from elections.protocol.ballot import Election
from elections.protocol.canonical import encode_lines, parse_canonical
from elections.protocol.journal import parse_journal
from elections.protocol.setup import Setup
from elections.protocol.trustees import Trustees
from elections.registry import amendments, ceremony, journal, lifecycle
from elections.registry.journal import CLOCK
from elections.rules.phases import Act, Phase
from elections.verify.timeline import Timeline
from tests.refused import refused
from tests.registry.common import CLOSING, GRACE, MINUTE, OFFICER, OPENING, PRESIDENT, RESUMED, grounds, sealed

ENOUGH = ("secretary", "delegate-1", "delegate-3")


@pytest.fixture
def suspended(session):
    """A contest that is suspended, and its holders."""
    election, holders, _ = sealed(session)
    contest = election.contests[0]
    lifecycle.act(session, contest.uuid, Act.OPEN, PRESIDENT, OPENING)
    lifecycle.act(session, contest.uuid, Act.SUSPEND, PRESIDENT, OPENING + MINUTE, grounds(session, contest))
    return contest, holders


def signature(contest, holders, role, text):
    return holders.signature(contest.uuid, role, Setup.parse(contest.setup).holders.index(role) + 1, text)


def sign(session, contest, holders, item, roles=ENOUGH, now=OPENING + MINUTE):
    text = amendments.text(contest, item)
    for role in roles:
        entry = amendments.sign(
            session, contest.uuid, item.digest, signature(contest, holders, role, text), OFFICER, now
        )
    return entry


def test_the_last_signature_that_is_needed_makes_the_amendment(session, suspended):
    contest, holders = suspended
    (item,) = amendments.pending(session, contest.uuid)
    assert (item.act, item.at, item.change) == ("suspend", OPENING + MINUTE, {"phase": "suspended"})
    assert sign(session, contest, holders, item, ENOUGH[:2]) is None
    assert amendments.pending(session, contest.uuid) == [item]
    entry = sign(session, contest, holders, item, ENOUGH[2:])
    assert amendments.pending(session, contest.uuid) == []
    assert (entry.act, entry.contest, set(entry.details)) == (
        "amendment",
        contest.uuid,
        {"act", "change", "setup", "signatures"},
    )
    assert [item["role"] for item in entry.details["signatures"]] == ["secretary", "delegate-1", "delegate-3"]


def test_a_signed_suspension_may_be_resumed_and_the_resumption_is_signed_before_the_freeze(session, suspended):
    contest, holders = suspended
    sign(session, contest, holders, amendments.pending(session, contest.uuid)[0])
    lifecycle.act(session, contest.uuid, Act.RESUME, PRESIDENT, OPENING + 2 * MINUTE, RESUMED)
    assert contest.phase is Phase.OPEN
    lifecycle.act(session, contest.uuid, Act.CLOSE, CLOCK, CLOSING)
    with refused("registry.pending"):
        lifecycle.halt(session, contest.uuid, CLOSING + GRACE)
    sign(session, contest, holders, amendments.pending(session, contest.uuid)[0], now=CLOSING)
    lifecycle.halt(session, contest.uuid, CLOSING + GRACE)


def test_the_verifier_accepts_the_same_life(session, suspended):
    """V14's own reading of the journal, signatures included, ends where the registry is."""
    contest, holders = suspended
    sign(session, contest, holders, amendments.pending(session, contest.uuid)[0])
    later = CLOSING + MINUTE
    lifecycle.reschedule(session, contest.uuid, later, PRESIDENT, OPENING + 2 * MINUTE)
    sign(session, contest, holders, amendments.pending(session, contest.uuid)[0], now=OPENING + 2 * MINUTE)
    lifecycle.act(session, contest.uuid, Act.RESUME, PRESIDENT, OPENING + 3 * MINUTE, RESUMED)
    sign(session, contest, holders, amendments.pending(session, contest.uuid)[0], now=OPENING + 3 * MINUTE)
    lifecycle.act(session, contest.uuid, Act.CLOSE, CLOCK, later)
    timeline = Timeline(_Sealed(contest), parse_journal(journal.lines(session, contest.election_uuid)))  # type: ignore[arg-type]
    with refused("verify.phase"):
        # All acts are read; what is refused is only that they end before the freeze.
        timeline.judge()
    assert (timeline.phase, timeline.closing, timeline.pending) == (Phase.CLOSING, later, {})


class _Sealed:
    """What V14 asks a record for, from the registry's rows."""

    stopped, kind, lots = False, "full", True

    def __init__(self, contest):
        self.uuid = contest.uuid
        self.setup, self.election = Setup.parse(contest.setup), Election.parse(contest.record)
        self.trustees = Trustees.parse(contest.trustees, self.election.group)
        self.files = {"seal.json": contest.seal, "slips.json": contest.slips}

    def raw(self, name):
        return self.files[name]


def test_a_signature_is_of_one_act_and_one_change(session, suspended):
    contest, holders = suspended
    (item,) = amendments.pending(session, contest.uuid)
    for text in (
        amendments.text(contest, item).replace(item.digest, "00" * 32),
        amendments.text(contest, item).replace(contest.fingerprint, "A" * 43),
        amendments.text(contest.election.contests[1], item),
    ):
        with refused("elgamal.signature"):
            amendments.sign(
                session, contest.uuid, item.digest, signature(contest, holders, "secretary", text), OFFICER, OPENING
            )
    assert ceremony.handed_in(session, contest.election_uuid, f"amendment-{item.digest}") == {}


def test_a_holder_signs_for_herself(session, suspended):
    contest, holders = suspended
    (item,) = amendments.pending(session, contest.uuid)
    right = signature(contest, holders, "secretary", amendments.text(contest, item))
    for wrong, rule in (
        ({**right, "role": "president"}, "setup.seal-holder"),
        ({**right, "owner": 1}, "setup.seal-holder"),
        ({**right, "owner": 9}, "setup.seal-holder"),
        ({**right, "owner": 1, "role": "president"}, "elgamal.signature"),
        ({**right, "more": 1}, "json.unknown"),
        ({**right, "response": "x"}, "text.decimal"),
        ([], "json.type"),
    ):
        with refused(rule):
            amendments.sign(session, contest.uuid, item.digest, wrong, OFFICER, OPENING)


def test_a_signature_given_twice_counts_once(session, suspended):
    contest, holders = suspended
    (item,) = amendments.pending(session, contest.uuid)
    same = signature(contest, holders, "delegate-1", amendments.text(contest, item))
    for _ in range(2):
        assert amendments.sign(session, contest.uuid, item.digest, same, OFFICER, OPENING) is None
    with refused("registry.document"):
        sign(session, contest, holders, item, ["delegate-1"])


def test_what_is_not_pending_cannot_be_signed(session, suspended):
    contest, holders = suspended
    (item,) = amendments.pending(session, contest.uuid)
    sign(session, contest, holders, item)
    for digest in (item.digest, "00" * 32, ""):
        with refused("registry.not-pending"):
            amendments.sign(session, contest.uuid, digest, {}, OFFICER, OPENING)


def test_journal_of_an_amended_contest_is_canonical(session, suspended):
    contest, holders = suspended
    sign(session, contest, holders, amendments.pending(session, contest.uuid)[0])
    lines = journal.lines(session, contest.election_uuid)
    assert encode_lines(parse_canonical(line, "line") for line in lines.splitlines()) == lines
