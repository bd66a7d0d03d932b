"""What the urn receives at the seal, and the phase that it alone obeys."""

import pytest

from elections import urn
from elections.protocol.log import Checkpoint, root
from elections.rules.phases import Phase
from tests.refused import refused
from tests.urn.common import CONTEST, KEY, RECORD, SETUP, VERIFIER, Cast


@pytest.fixture
def draft(store):
    """The urn's sessions; one contest was received and is not sealed."""
    with store.urn.begin() as session:
        urn.receive(session, CONTEST, SETUP, RECORD, KEY, "demo")
    return store.urn


def receive(sessions, setup=SETUP):
    with sessions.begin() as session:
        return urn.receive(session, CONTEST, setup, RECORD, KEY, "demo")


def test_the_first_checkpoint_says_that_the_log_is_empty(draft):
    with draft() as session:
        note = urn.last_checkpoint(session, CONTEST)
        assert Checkpoint.parse(VERIFIER.check(note, "note"), "note") == Checkpoint(f"demo/{CONTEST}", 0, root([]))
        assert urn.received(session, CONTEST) == (SETUP, RECORD)
        assert urn.phase(session, CONTEST) is Phase.DRAFT
        assert (urn.count(session, CONTEST), urn.leaf_hashes(session, CONTEST)) == (0, [])


def test_the_same_set_up_is_received_again_with_the_same_note(draft):
    with draft() as session:
        note = urn.last_checkpoint(session, CONTEST)
    assert receive(draft) == note


def test_another_set_up_takes_the_place_of_a_draft_only(draft):
    receive(draft, b"{}")
    with draft.begin() as session:
        assert urn.received(session, CONTEST) == (b"{}", RECORD)
        urn.set_phase(session, CONTEST, Phase.SEALED)
    receive(draft, b"{}")
    with refused("urn.received"):
        receive(draft)


def test_a_discarded_contest_is_unknown_and_may_be_received_again(draft):
    for _ in range(2):
        with draft.begin() as session:
            urn.discard(session, CONTEST)
    with refused("urn.unknown"), draft() as session:
        urn.received(session, CONTEST)
    receive(draft, b"{}")


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.DRAFT])
def test_what_is_sealed_is_never_discarded(draft, phase):
    with draft.begin() as session:
        urn.set_phase(session, CONTEST, phase)
    with refused("urn.phase"), draft.begin() as session:
        urn.discard(session, CONTEST)


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ([Phase.SEALED, Phase.OPEN, Phase.SUSPENDED, Phase.OPEN, Phase.CLOSING, Phase.FROZEN], Phase.OPEN),
        ([Phase.SEALED, Phase.SEALED, Phase.OPEN, Phase.OPEN], Phase.SEALED),
        ([Phase.OPEN, Phase.STOPPED], Phase.FROZEN),
        ([Phase.CLOSING], Phase.SUSPENDED),
        ([Phase.ARCHIVED], Phase.DRAFT),
    ],
)
def test_the_phase_follows_the_lifecycle_and_never_goes_back(draft, path, back):
    for phase in path:
        with draft.begin() as session:
            urn.set_phase(session, CONTEST, phase)
    with refused("storage.phase"), draft.begin() as session:
        urn.set_phase(session, CONTEST, back)
    with draft() as session:
        assert urn.phase(session, CONTEST) is path[-1]


def test_nothing_is_kept_of_what_is_not_committed(draft):
    with draft() as session:
        urn.set_phase(session, CONTEST, Phase.OPEN)
        Cast().put(session)
    with draft() as session:
        assert (urn.phase(session, CONTEST), urn.count(session, CONTEST)) == (Phase.DRAFT, 0)
