"""Killed at every step of casting, of publication and of the freeze: no vote lost, none doubled, every receipt true.

Each act is killed once at every point; a third of `--kills N` are killed at any moment, amid everything.
"""

import random
import time

import pytest

from elections import casting, urn
from elections.demo.staging import PRESIDENT
from elections.protocol.record import register_receipt_text, urn_receipt_text
from elections.registry import register
from elections.rules.phases import Act, Phase
from tests.doors import victims
from tests.doors.faults import crash_before
from tests.doors.world import CLOSING, FREEZING, HOUR, NOON, READY, SECOND, open_copy

EARLY = CLOSING - SECOND


def check(world):
    """After any kill and a recovery: the invariant, the receipts, the log."""
    casting.recover(world.store, world.a)
    signatures, ballots, attempts = world.counts()
    assert (signatures, attempts) == (ballots, 0)
    signed = set(world.numbers())
    for number, urn_note, register_note in victims.receipts(world.folder):
        assert number in signed
        check_notes(world, number, urn_note, register_note)
    return signed


def check_notes(world, number, urn_note, register_note):
    """Both receipts are those of this elector and of the ballot that was sent for her."""
    setup, entry = world.booth.setup, world.entry(world.body(number))
    text = urn_receipt_text(world.a, world.booth.election.fingerprint, entry.tracker, entry.leaf_hash)
    assert setup.urn_key.check(urn_note, "urn receipt") == text
    signed = setup.record_key.check(register_note, "register receipt")
    assert signed == register_receipt_text(world.a, number, signed.split("\n")[3])


def check_frozen(world):
    """A completed freeze: everybody who signed has her ballot in the log, the keys are gone, tokens are enough."""
    assert world.phases() == (Phase.FROZEN,) * 3
    left = [path.name for path in (world.store.keys.root / world.staging.uuid).iterdir()]
    assert not [name for name in left if name.startswith((".", "link", "cast"))]
    assert world.trackers() == {world.entry(world.body(number)).tracker for number in check(world)}
    assert len(READY) >= world.counts()[0]


def test_a_cast_killed_at_every_point_is_recorded_or_not_and_once(world):
    """One elector for each point; who was cut off casts again."""
    for number in READY:
        before = world.counts()[1]
        status = victims.run(victims.cast, world.folder, number, number)
        arrived = world.counts()[1] - before
        check(world)
        again = world.cast(number, now=EARLY)
        assert (again.already, again.urn is not None) == (arrived == 1, True)
        check_notes(world, number, again.urn, again.register)
        assert world.counts() == (before + 1, before + 1, 0)
        if status is not None:
            break
    # Before the attempt, the urn and the signature last, and after it.
    assert (status, number) == (4, 5)


@pytest.mark.parametrize(
    ("ready", "now", "sizes"),
    [(9, NOON, [0, 6]), (9, FREEZING, [0, 9])],
    ids=["publication", "closing and freeze"],
)
def test_a_tick_killed_at_every_point_is_completed_by_the_next(world, tmp_path, ready, now, sizes):
    """Each time from the same state, with two casts cut off besides: one before the urn and one after it."""
    world.act(Act.STOP, PRESIDENT, NOON, world.b)
    with crash_before(register, "sign"):
        world.cast(ready, now=EARLY)
    with crash_before(urn, "put"):
        world.cast(ready + 1, now=EARLY)
    for number in range(1, ready):
        victims.note(world.folder, number, world.cast(number, now=EARLY))
    kept = world.checkpoints()
    world.store.close()
    point, status = 0, None
    while status is None:
        point += 1
        copy = open_copy(world.folder, tmp_path / f"killed-{point}")
        status = victims.run(victims.tick, copy.folder, point, now)
        check_published(copy, kept, sizes)
        victims.ticker(copy).tick(now + SECOND)
        check_published(copy, kept, sizes, done=True)
        if now is FREEZING:
            check_frozen(copy)
        copy.store.close()
    assert point == status + 1
    assert status >= (4 if now is NOON else 14)


def check_published(world, kept, sizes, *, done=False):
    """The log extends the checkpoints that were given out, and is as long as it was or as it should be."""
    check(world)
    notes = world.checkpoints()
    assert notes[: len(kept)] == kept
    assert world.sizes() == sizes if done else world.sizes() in ([0], sizes)


def test_killed_at_any_moment_in_the_thick_of_it(master, tmp_path, pytestconfig):
    """Four threads cast for everybody while batches are published; at last the freeze is killed in the same way."""
    left, rounds, drawn = pytestconfig.getoption("kills") // 3, 0, random.Random(1)
    while left > 0:
        rounds += 1
        world = open_copy(master / "open", tmp_path / f"round-{rounds}")
        kept = world.checkpoints()
        for kill in range(6):
            now = NOON + kill * HOUR
            if kill == 5:
                now = FREEZING
                for number in READY[::3]:
                    victims.note(world.folder, number, world.cast(number, now=EARLY))
            begun = victims.CONTEXT.Event()
            process = victims.CONTEXT.Process(target=victims.storm, args=(world.folder, left, now, begun))
            process.start()
            assert begun.wait(60)
            time.sleep(drawn.uniform(0.01, 0.3))
            process.kill()
            process.join()
            left -= 1
            check(world)
            notes = world.checkpoints()
            assert notes[: len(kept)] == kept
            kept = notes
        victims.ticker(world).tick(FREEZING)
        check_frozen(world)
        # Those above are ten: the storms gave out some of their own.
        assert len(victims.receipts(world.folder)) > 10
        assert world.checkpoints()[: len(kept)] == kept
        world.store.close()
