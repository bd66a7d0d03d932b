"""What changes after the seal: the board's act at once, resumption and freeze only with signatures (protocol.md §3)."""

import json

import pytest

from elections import counting, keyholders
from elections.demo.staging import DELEGATES, OFFICER, PRESIDENT, SECRETARY
from elections.protocol.canonical import encode
from elections.registry import amendments, lifecycle
from elections.registry.journal import CLOCK, Actor
from elections.rules.phases import Act, Phase, Role
from elections.verify import verify
from tests.doors.victims import ticker
from tests.doors.world import CLOSING, FREEZING, HOUR, NOON, SECOND
from tests.refused import refused

LATER = CLOSING + HOUR


def suspend(world):
    world.act(Act.SUSPEND, PRESIDENT, NOON, reason="incident")


def resume(world, now=NOON + HOUR):
    world.act(Act.RESUME, SECRETARY, now)


def reschedule(world, closing=LATER, now=NOON):
    with world.store.registry.begin() as session:
        lifecycle.reschedule(session, world.a, closing, PRESIDENT, now)


def waiting(world):
    """Who is asked to sign, by the office."""
    return sorted(keyholders.inputs(world.store, world.staging.uuid, OFFICER, NOON))


def pending(world):
    with world.store.registry_reader() as session:
        return [item.act for item in amendments.pending(session, world.a)]


def test_resumption_waits_for_the_president_or_the_secretary_and_two_delegates(world):
    suspend(world)
    for signers in ((), ("president",), ("delegate-1",)):
        world.amend(NOON, signers)
        with refused("registry.pending"):
            resume(world)
    assert waiting(world) == ["delegate-2", "delegate-3", "delegate-4", "secretary"]
    world.amend(NOON, ("delegate-3",))
    assert (pending(world), waiting(world)) == ([], [])
    resume(world)
    assert world.phases() == (Phase.OPEN,) * 3
    assert pending(world) == ["resume"]


def test_delegates_alone_are_not_enough(world):
    suspend(world)
    world.amend(NOON, DELEGATES)
    assert pending(world) == ["suspend"]
    with refused("registry.pending"):
        resume(world)


def test_a_suspension_is_of_one_contest(world):
    suspend(world)
    assert world.phases(world.b) == (Phase.OPEN,) * 3
    assert not world.cast(201, world.prepare(201, college="b"), college="b").already


def test_the_freeze_waits_for_every_signature(world):
    suspend(world)
    world.amend(NOON)
    resume(world)
    world.act(Act.CLOSE, CLOCK, CLOSING)
    with refused("registry.pending"):
        counting.freeze(world.store, world.a, FREEZING)
    # Nothing has begun: the contest is still voted in by whoever has the right to, and its keys are there.
    assert not world.row().halted
    assert not world.cast(1, now=FREEZING - SECOND, opened_at=CLOSING - SECOND).already
    world.amend(FREEZING)
    counting.freeze(world.store, world.a, FREEZING)
    assert world.phases() == (Phase.FROZEN,) * 3


def test_a_new_closing_hour_holds_at_once(world):
    reschedule(world)
    ticking = ticker(world)
    ticking.tick(FREEZING)
    assert world.phases() == (Phase.OPEN,) * 3
    assert not world.cast(1, now=LATER - SECOND).already
    with refused("registry.hour"):
        world.cast(2, now=LATER)
    ticking.tick(LATER)
    assert world.phases() == (Phase.CLOSING,) * 3
    with refused("registry.pending"):
        counting.freeze(world.store, world.a, LATER + (FREEZING - CLOSING))
    world.amend(LATER)
    ticking.tick(LATER + (FREEZING - CLOSING))
    assert world.phases() == (Phase.FROZEN,) * 3


@pytest.mark.parametrize("closing", [CLOSING, CLOSING - SECOND, NOON])
def test_no_hour_is_moved_forward(world, closing):
    with refused("registry.act-hour"):
        reschedule(world, closing)


def test_only_the_board_moves_the_closing_hour_of_a_vote_that_is_going_on(world):
    for actor in (OFFICER, Actor(Role.DELEGATE), CLOCK):
        with world.store.registry() as session, refused("rules.role"):
            lifecycle.reschedule(session, world.a, LATER, actor, NOON)
    world.act(Act.CLOSE, CLOCK, CLOSING)
    with refused("rules.phase"):
        reschedule(world, now=CLOSING)


def test_a_suspension_beyond_the_closing_hour_needs_a_new_one(world):
    suspend(world)
    world.amend(NOON)
    with refused("registry.act-hour"):
        resume(world, CLOSING)
    reschedule(world, now=CLOSING)
    with refused("registry.pending"):
        resume(world, CLOSING)
    world.amend(CLOSING)
    resume(world, CLOSING)
    assert not world.cast(1, now=CLOSING + SECOND).already


def answer(world, role):
    """What a holder's program answers to the amendment that waits for her."""
    _, document = keyholders.inputs(world.store, world.staging.uuid, OFFICER, NOON)[role]
    return json.loads(world.holder(role).amend(document).answer)


def take(world, value):
    return keyholders.take(world.store, world.staging.uuid, encode(value), OFFICER, NOON)


def test_signatures_are_of_this_act_contest_and_holder(world):
    suspend(world)
    world.act(Act.SUSPEND, PRESIDENT, NOON, world.b)
    given = answer(world, "president")
    rows = {row["contest"]: row for row in given["signatures"]}
    mine, other = rows[world.a], rows[world.b]
    attacks = [
        ("elgamal.signature", {**mine, "challenge": other["challenge"], "response": other["response"]}),
        ("elgamal.signature", {**mine, "response": str(int(mine["response"]) + 1)}),
        ("setup.seal-holder", {**mine, "owner": 2}),
        ("setup.seal-holder", {**mine, "owner": 7}),
        ("setup.seal-holder", {**mine, "role": "secretary"}),
    ]
    for rule, row in attacks:
        with refused(rule):
            take(world, {**given, "signatures": [row]})
    assert waiting(world) == sorted(["president", "secretary", *DELEGATES])
    take(world, given)
    assert "president" not in waiting(world)


def test_an_answer_handed_in_twice_changes_nothing(world):
    suspend(world)
    given = answer(world, "president")
    assert [take(world, given), take(world, given)] == ["president", "president"]
    world.amend(NOON, ("delegate-1", "delegate-2"))
    # The amendment is complete; who comes late is thanked, and nothing is written.
    before = journal(world)
    assert take(world, given) == "president"
    assert journal(world) == before


def journal(world):
    from elections.registry.journal import lines

    with world.store.registry_reader() as session:
        return lines(session, world.staging.uuid)


def test_a_vote_with_every_kind_of_amendment_is_verified(world):
    world.cast(1)
    suspend(world)
    world.amend(NOON)
    resume(world)
    reschedule(world, now=NOON + HOUR)
    world.amend(NOON + HOUR)
    for number in range(2, 6):
        world.cast(number, now=LATER - SECOND)
    ticking = ticker(world)
    ticking.tick(LATER)
    ticking.tick(LATER + HOUR)
    assert world.phases() == world.phases(world.b) == (Phase.FROZEN,) * 3
    report = verify(world.finish())
    assert report.holds
    assert world.counts() == (5, 5, 0)
