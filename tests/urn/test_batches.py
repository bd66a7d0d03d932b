"""When ballots are published, in what order, and the freeze (protocol.md §7, §10)."""

from itertools import pairwise

import pytest

from elections import urn
from elections.protocol.log import Checkpoint, check_consistency, consistency_proof, leaf_hash, root
from elections.protocol.note import NoteKey
from elections.rules.phases import Phase
from elections.urn import tables
from tests.refused import refused
from tests.urn.common import (
    BATCHES,
    CONTEST,
    KEY,
    OTHER,
    ROLL,
    VERIFIER,
    cast,
    freeze,
    move,
    opened,
    publish,
)


def log_of(sessions, contest=CONTEST):
    """Checkpoints as they were signed, and the published leaf hashes."""
    with sessions() as session:
        notes, hashes = urn.checkpoints(session, contest), urn.leaf_hashes(session, contest)
        assert urn.last_checkpoint(session, contest) == notes[-1]
    return [Checkpoint.parse(VERIFIER.check(note, "note"), "note") for note in notes], hashes


def check_log(sessions, contest=CONTEST):
    """Refuse a log of which a verifier would complain; give the sizes of its batches."""
    points, hashes = log_of(sessions, contest)
    assert {point.origin for point in points} == {f"demo/{contest}"}
    assert points[0].size == 0
    assert points[-1].size == len(hashes)
    for old, new in pairwise(points):
        assert new.root == root(hashes[: new.size])
        check_consistency(old.size, new.size, old.root, new.root, consistency_proof(hashes[: new.size], old.size))
        batch = hashes[old.size : new.size]
        assert batch == sorted(batch)
    return [new.size - old.size for old, new in pairwise(points)]


@pytest.mark.parametrize(
    ("waiting", "elapsed", "roll", "published"),
    [
        (0, True, ROLL, None),
        (39, True, ROLL, None),
        (40, True, ROLL, 20),
        (40, False, ROLL, None),
        (63, False, ROLL, None),
        (63, True, ROLL, 43),
        (64, False, ROLL, 44),
        (64, False, 200, 44),
        (64, True, 199, None),
    ],
)
def test_a_batch_is_published_when_the_sealed_settings_say(sessions, waiting, elapsed, roll, published):
    cast(sessions, waiting)
    with sessions() as session:
        assert urn.due(session, CONTEST, BATCHES, roll, elapsed=elapsed) is (published is not None)
    note = publish(sessions, elapsed=elapsed, roll=roll)
    assert check_log(sessions) == ([published] if published else [])
    with sessions() as session:
        assert note == (urn.last_checkpoint(session, CONTEST) if published else None)
        assert urn.count(session, CONTEST) == waiting


def test_every_batch_hides_each_ballot_among_twenty(sessions):
    casts = []
    for number in (64, 44, 25, 50, 3):
        casts += cast(sessions, number)
        publish(sessions, elapsed=True)
    last = freeze(sessions)
    sizes = check_log(sessions)
    assert sizes == [44, 44, 25, 50, 23]
    with sessions() as session:
        assert urn.last_checkpoint(session, CONTEST) == last
        assert urn.leaf_hashes(session, CONTEST) == [leaf_hash(leaf) for leaf in urn.entries(session, CONTEST)]
        assert sorted(urn.entries(session, CONTEST)) == sorted(each.leaf for each in casts)


def test_who_stays_behind_is_drawn_anew(sessions):
    """Of 64 ballots each stays with 20/64, the first and the last to come alike: 40 draws are never all the same."""
    casts = cast(sessions, 64)
    stayed = []
    for _ in range(40):
        with sessions() as session:  # rolled back each time
            urn.publish(session, CONTEST, KEY, BATCHES, ROLL, elapsed=False)
            stayed.append({each.hash for each in casts} - set(urn.leaf_hashes(session, CONTEST)))
    assert {len(kept) for kept in stayed} == {20}
    for each in (casts[0], casts[-1]):
        assert 0 < sum(each.hash in kept for kept in stayed) < 40


@pytest.mark.parametrize("ballots", [1, 19, 30])
def test_a_small_contest_has_one_batch_at_the_freeze(sessions, ballots):
    cast(sessions, ballots)
    assert publish(sessions, elapsed=True, roll=199) is None
    freeze(sessions)
    assert check_log(sessions) == [ballots]


def test_an_empty_urn_keeps_its_first_checkpoint(sessions):
    with sessions() as session:
        first = urn.last_checkpoint(session, CONTEST)
    assert freeze(sessions) == first
    assert check_log(sessions) == []
    with sessions() as session:
        assert list(urn.entries(session, CONTEST)) == []


def test_the_freeze_is_done_once_and_forgets_the_attempts(sessions, store):
    first = cast(sessions, 3)[0]
    with sessions.begin() as session:
        urn.resolve(session, CONTEST, bytes(32))
    note = freeze(sessions)
    assert freeze(sessions) == note
    assert publish(sessions, elapsed=True) is None
    with sessions() as session:
        assert session.query(tables.Arrived).count() == session.query(tables.Void).count() == 0
        assert urn.count(session, CONTEST) == 3
    with refused("urn.phase"), sessions.begin() as session:
        first.put(session)
    with refused("storage.phase"):
        move(sessions, Phase.OPEN)


def test_the_freeze_is_refused_while_the_vote_goes_on(sessions):
    for phase in (Phase.OPEN, Phase.SUSPENDED, Phase.OPEN, Phase.CLOSING):
        move(sessions, phase)
        with refused("urn.phase"), sessions.begin() as session:
            urn.freeze(session, CONTEST, KEY)


def test_no_entry_is_shown_before_the_freeze_is_complete(sessions):
    cast(sessions, 64)
    publish(sessions)
    for phase in (Phase.OPEN, Phase.SUSPENDED, Phase.CLOSING, Phase.FROZEN):
        move(sessions, phase) if phase is not Phase.CLOSING else None
        with refused("urn.phase"), sessions() as session:
            urn.entries(session, CONTEST)


def test_a_stopped_contest_publishes_nothing_more(sessions):
    cast(sessions, 70)
    publish(sessions)
    move(sessions, Phase.STOPPED)
    assert publish(sessions, elapsed=True) is None
    with sessions.begin() as session:
        urn.freeze(session, CONTEST, KEY)
        assert urn.count(session, CONTEST) == 70
    assert check_log(sessions) == [50]
    with refused("urn.phase"), sessions() as session:
        urn.entries(session, CONTEST)


@pytest.mark.parametrize("phase", [Phase.SUSPENDED, Phase.CLOSING])
def test_batches_go_on_while_the_contest_is_not_over(sessions, phase):
    cast(sessions, 64)
    move(sessions, phase)
    assert publish(sessions) is not None


def test_a_log_that_is_not_what_was_signed_is_not_extended(sessions):
    cast(sessions, 64)
    publish(sessions)
    cast(sessions, 44)
    with sessions.begin() as session:
        connection = session.connection()
        connection.exec_driver_sql("DROP TRIGGER batch_no_update")
        connection.exec_driver_sql("UPDATE batch SET hashes = randomblob(length(hashes)) WHERE size > 0")
    with refused("urn.log"):
        publish(sessions)


def test_another_key_does_not_extend_the_log(sessions):
    cast(sessions, 64)
    for key in (NoteKey("urn-demo", b"1" * 32), NoteKey("urn-other", bytes(32))):
        with refused("note.unsigned"), sessions.begin() as session:
            urn.publish(session, CONTEST, key, BATCHES, ROLL, elapsed=False)


def test_a_checkpoint_given_out_must_be_a_beginning_of_the_log(store, sessions):
    cast(sessions, 64)
    note = publish(sessions)
    with sessions() as session:
        assert urn.check_extends(session, CONTEST, VERIFIER, note).size == 44
        empty = urn.checkpoints(session, CONTEST)[0]
        assert urn.check_extends(session, CONTEST, VERIFIER, empty).size == 0
    opened(store, OTHER)
    strange = Checkpoint(f"demo/{CONTEST}", 10, bytes(32))
    longer = Checkpoint(f"demo/{CONTEST}", 100, root([bytes(32)] * 100))
    with sessions() as session:
        for bad in (KEY.sign(strange.text), KEY.sign(longer.text)):
            with refused("urn.log"):
                urn.check_extends(session, CONTEST, VERIFIER, bad)
        for bad in (note, empty):
            with refused("urn.log"):
                urn.check_extends(session, OTHER, VERIFIER, bad)
        with refused("note.unsigned"):
            urn.check_extends(session, CONTEST, VERIFIER, NoteKey("urn-demo", b"2" * 32).sign(strange.text))
