"""Repeated, stalled and cut off casts: one vote each, and the same answers (protocol.md §6)."""

import json

import pytest

from elections import casting, counting, urn
from elections.demo.staging import PRESIDENT
from elections.protocol.canonical import encode
from elections.registry import register
from elections.registry.journal import CLOCK
from elections.rules.phases import Act, Phase
from tests.doors.faults import crash_before, meanwhile
from tests.doors.test_casting import VICTIM, made_with
from tests.doors.test_sealing import reissue
from tests.doors.world import CLOSING, FREEZING, HOUR, NOON, SECOND
from tests.refused import refused

OTHER = 2


def entry_of(world, number, signer):
    """The entry of one elector in the request of another."""
    mine, hers = json.loads(world.body(signer)), json.loads(world.body(number))
    return encode(hers | {"signature": mine["signature"]}).ljust(world.booth.length)


# --- The same request again ------------------------------------------------------------------------------


def test_the_same_bytes_again_get_the_same_receipts(world):
    first = world.cast(VICTIM)
    again = world.cast(VICTIM, now=NOON + HOUR)
    assert (first.already, again.already) == (False, True)
    assert (again.urn, again.register, again.at) == (first.urn, first.register, NOON)
    assert world.counts() == (1, 1, 0)


def test_receipts_are_those_of_the_ballot_and_the_elector(world):
    elector = world.elector(VICTIM)
    request = elector.cast(world.booth.vote(0), world.tokens(elector))
    receipts = world.cast(VICTIM, request.encode(world.booth.length))
    assert elector.check_receipts(request, receipts.urn, receipts.register) == "2026-02-09T12:00:00Z"
    # Each says its half only: no hour in the urn's, no tracker in the register's.
    assert "2026" not in receipts.urn
    assert request.entry.tracker not in receipts.register


def test_another_ballot_after_a_vote_is_answered_from_the_register_alone(world):
    first = world.cast(VICTIM)
    other = world.prepare(VICTIM, choice=1)
    assert other != world.body(VICTIM)
    answer = world.cast(VICTIM, other)
    assert (answer.already, answer.urn, answer.register) == (True, None, first.register)
    assert world.counts() == (1, 1, 0)


def test_a_vote_is_answered_for_as_long_as_the_contest_is_known(world):
    first = world.cast(VICTIM)
    world.freeze()
    late = world.cast(VICTIM, now=FREEZING + HOUR)
    assert (late.already, late.urn, late.register) == (True, first.urn, first.register)


# --- Entries, credentials and randomness of others --------------------------------------------------------


@pytest.mark.parametrize("published", [False, True])
def test_a_replayed_entry_is_refused_and_its_sender_may_still_vote(world, published):
    world.cast(VICTIM)
    if published:
        for number in range(10, 19):
            world.cast(number)
        assert counting.publish(world.store, world.a, elapsed=False)
    before = world.counts()
    with refused("urn.credential"):
        world.cast(OTHER, entry_of(world, VICTIM, OTHER))
    assert world.counts() == before
    assert not world.cast(OTHER).already
    assert world.counts()[0] == before[0] + 1


def test_other_bytes_under_a_credential_of_the_urn_are_refused(world):
    world.cast(VICTIM)
    thief, owner = world.elector(OTHER), world.elector(VICTIM)
    # She knows the secret credential of the first elector, and has its tokens.
    thief.__dict__["_secret"] = owner._secret
    request = thief.cast(world.booth.vote(1), world.tokens(owner))
    with refused("urn.credential"):
        world.cast(OTHER, request.encode(world.booth.length))
    assert world.counts() == (1, 1, 0)


def test_randomness_of_another_ballot_is_refused(world):
    first, second = made_with(world, (5, 6, 7), VICTIM), made_with(world, (8, 9, 6), OTHER)
    assert not world.cast(VICTIM, first).already
    with refused("urn.alpha"):
        world.cast(OTHER, second)
    assert world.counts() == (1, 1, 0)
    assert not world.cast(OTHER).already


# --- Cut off between two steps ----------------------------------------------------------------------------


def cut_before_the_urn(world, number):
    with crash_before(urn, "put"):
        world.cast(number)
    assert world.counts()[2] == 1


def cut_after_the_urn(world, number):
    with crash_before(register, "sign"):
        world.cast(number)
    assert world.counts()[2] == 1


def test_cut_before_the_urn_she_has_not_voted_and_may(world):
    cut_before_the_urn(world, VICTIM)
    assert world.counts() == (0, 0, 1)
    assert not world.cast(VICTIM).already
    assert world.counts() == (1, 1, 0)


def test_cut_after_the_urn_her_vote_is_recorded_at_its_hour(world):
    cut_after_the_urn(world, VICTIM)
    assert world.counts() == (0, 1, 1)
    again = world.cast(VICTIM, now=NOON + HOUR)
    assert (again.already, again.at) == (True, NOON)
    assert again.urn is not None
    assert world.counts() == (1, 1, 0)


def test_cut_after_the_urn_another_ballot_is_not_recorded(world):
    cut_after_the_urn(world, VICTIM)
    again = world.cast(VICTIM, world.prepare(VICTIM, choice=1), now=NOON + HOUR)
    assert (again.already, again.urn) == (True, None)
    assert world.counts() == (1, 1, 0)


def test_recovery_settles_every_attempt_and_may_be_repeated(world):
    cut_before_the_urn(world, 1)
    with crash_before(register, "sign"):
        world.cast(2)
    with crash_before(urn, "put"):
        world.cast(3)
    assert world.counts() == (0, 1, 3)
    assert casting.recover(world.store, world.a) == 3
    assert (world.counts(), world.numbers()) == ((1, 1, 0), [2])
    assert casting.recover(world.store, world.a) == 0
    assert world.counts() == (1, 1, 0)


def test_a_recovery_that_is_cut_off_is_mended_by_the_next(world):
    with crash_before(register, "sign"):
        world.cast(1)
    with crash_before(urn, "put"):
        world.cast(2)
    for module, name in ((register, "sign"), (register, "drop_attempt")):
        with crash_before(module, name):
            casting.recover(world.store, world.a)
    assert casting.recover(world.store, world.a) > 0
    assert (world.counts(), world.numbers()) == ((1, 1, 0), [1])


def to(world, phase):
    """Lead the contest to a phase while attempts are open, without the recovery that its acts begin with."""
    if phase is Phase.SUSPENDED:
        world.act(Act.SUSPEND, PRESIDENT, NOON)
    elif phase is Phase.CLOSING:
        world.act(Act.CLOSE, CLOCK, CLOSING)
    elif phase is Phase.STOPPED:
        world.act(Act.STOP, PRESIDENT, NOON)
    elif phase is Phase.FROZEN:
        world.act(Act.CLOSE, CLOCK, CLOSING)
        counting.freeze(world.store, world.a, FREEZING)


@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.SUSPENDED, Phase.CLOSING, Phase.FROZEN, Phase.STOPPED])
def test_attempts_are_settled_in_every_phase(world, phase):
    with crash_before(register, "sign"):
        world.cast(1)
    with crash_before(urn, "put"):
        world.cast(2)
    to(world, phase)
    casting.recover(world.store, world.a)
    assert (world.counts(), world.numbers()) == ((1, 1, 0), [1])
    assert world.phases() == (phase, phase, phase)


# --- Stalled --------------------------------------------------------------------------------------------


def test_a_late_step_3_of_a_voided_attempt_is_refused(world, monkeypatch):
    """The only try of the request: what came late stays out, whatever the clock says."""
    monkeypatch.setattr(casting, "_TRIES", 1)
    with meanwhile(urn, "put", lambda: casting.recover(world.store, world.a)), refused("casting.busy"):
        world.cast(VICTIM)
    assert world.counts() == (0, 0, 0)


def test_a_cast_that_a_recovery_has_voided_begins_again(world):
    with meanwhile(urn, "put", lambda: casting.recover(world.store, world.a)):
        receipts = world.cast(VICTIM)
    assert (receipts.already, world.counts()) == (False, (1, 1, 0))


def test_a_late_step_4_finds_its_signature(world):
    with meanwhile(register, "sign", lambda: casting.recover(world.store, world.a)):
        receipts = world.cast(VICTIM)
    assert (receipts.already, receipts.at, world.counts()) == (False, NOON, (1, 1, 0))


def test_of_two_tabs_the_quicker_one_votes_and_the_other_is_told(world):
    """The first stalls before the urn; the second, with another ballot, voids its attempt and votes."""
    other, answers = world.prepare(VICTIM, choice=1), []
    with meanwhile(urn, "put", lambda: answers.append(world.cast(VICTIM, other))):
        slow = world.cast(VICTIM)
    assert not answers[0].already
    assert answers[0].urn is not None
    assert (slow.already, slow.urn, slow.register) == (True, None, answers[0].register)
    assert world.counts() == (1, 1, 0)


def test_of_two_tabs_the_second_is_told_of_the_first(world):
    """The first stalls after the urn; the second finds its attempt arrived."""
    answers = []
    with meanwhile(register, "sign", lambda: answers.append(world.cast(VICTIM, world.prepare(VICTIM, choice=1)))):
        first = world.cast(VICTIM)
    assert (first.already, first.urn is not None) == (False, True)
    assert (answers[0].already, answers[0].urn, answers[0].register) == (True, None, first.register)
    assert world.counts() == (1, 1, 0)


def test_a_tab_that_gives_up_leaves_the_other_one_s_attempt_alone(world, monkeypatch):
    """Else each could void the other's and go, and nobody would have voted."""
    monkeypatch.setattr(casting, "_TRIES", 1)

    def other():
        with refused("casting.busy"):
            world.cast(VICTIM)

    with meanwhile(urn, "put", other):
        receipts = world.cast(VICTIM)
    assert (receipts.already, world.counts()) == (False, (1, 1, 0))


@pytest.mark.parametrize("act", [Act.SUSPEND, Act.STOP])
def test_a_cast_stalled_before_the_urn_is_refused_by_what_the_board_did(world, act):
    with meanwhile(urn, "put", lambda: world.act(act, PRESIDENT, NOON)), refused("urn.phase"):
        world.cast(VICTIM)
    assert world.counts() == (0, 0, 0)


def close_and_freeze(world):
    world.act(Act.CLOSE, CLOCK, CLOSING)
    counting.freeze(world.store, world.a, FREEZING)


def test_a_cast_stalled_before_the_urn_is_refused_after_the_freeze(world):
    with meanwhile(urn, "put", lambda: close_and_freeze(world)), refused("urn.phase"):
        world.cast(VICTIM, now=CLOSING - SECOND)
    assert (world.counts(), world.phases()[0]) == ((0, 0, 0), Phase.FROZEN)


@pytest.mark.parametrize("act", [Act.SUSPEND, Act.STOP, Act.FREEZE])
def test_a_cast_stalled_after_the_urn_is_recorded_whatever_the_board_did(world, act):
    def acted():
        close_and_freeze(world) if act is Act.FREEZE else world.act(act, PRESIDENT, NOON)

    with meanwhile(register, "sign", acted):
        receipts = world.cast(VICTIM)
    assert (receipts.already, receipts.at) == (False, NOON)
    assert (world.counts(), world.numbers()) == ((1, 1, 0), [VICTIM])


# --- Codes issued anew ----------------------------------------------------------------------------------


def test_a_code_is_not_issued_anew_while_a_cast_is_under_way(world):
    cut_before_the_urn(world, VICTIM)
    with refused("codes.voted"):
        reissue(world, VICTIM)
    casting.recover(world.store, world.a)
    reissue(world, VICTIM)
    with refused("ed25519.signature"):
        world.cast(VICTIM)
    assert world.counts() == (0, 0, 0)
