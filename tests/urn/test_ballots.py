"""One cast's part in the urn: what is let in, once, and how attempts are settled (protocol.md §6)."""

import secrets
from dataclasses import replace

import pytest

from elections import urn
from elections.rules.phases import Phase
from tests.refused import refused
from tests.urn.common import CONTEST, KEY, OTHER, Cast, cast, freeze, move, opened, publish


@pytest.fixture(params=["waiting", "published"])
def first(request, sessions):
    """A ballot that is in the urn, before its batch or after it."""
    if request.param == "waiting":
        return cast(sessions, 1)[0]
    casts = cast(sessions, 64)
    publish(sessions)
    with sessions() as session:
        published = set(urn.leaf_hashes(session, CONTEST))
    return next(each for each in casts if each.hash in published)


def attempt(sessions, each):
    with sessions.begin() as session:
        each.put(session)


def test_a_ballot_is_counted_and_found_by_its_tracker(sessions, first):
    with sessions() as session:
        before = urn.count(session, CONTEST)
        assert urn.holds(session, CONTEST, first.tracker)
        assert not urn.holds(session, CONTEST, Cast().tracker)
    cast(sessions, 1)
    with sessions() as session:
        assert urn.count(session, CONTEST) == before + 1


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        (lambda first: first, "urn.arrived"),
        (lambda first: Cast(arrival=first.arrival), "urn.arrived"),
        (lambda first: replace(first, arrival=secrets.token_bytes(32)), "urn.credential"),
        (lambda first: Cast(credential=first.credential), "urn.credential"),
        (lambda first: Cast(alphas=(*Cast().alphas, first.alphas[2])), "urn.alpha"),
        (lambda _: Cast(alphas=("a" * 64, "b" * 64, "a" * 64)), "urn.alpha"),
    ],
    ids=["same request", "same attempt", "same ballot", "same credential", "same alpha", "alpha twice"],
)
def test_what_comes_twice_is_refused_and_nothing_is_written(sessions, first, changed, rule):
    again = changed(first)
    with sessions() as session:
        before = urn.count(session, CONTEST)
    with refused(rule):
        attempt(sessions, again)
    with sessions.begin() as session:
        assert urn.count(session, CONTEST) == before
        if again.arrival != first.arrival:
            assert urn.resolve(session, CONTEST, again.arrival) == "void"


def test_the_same_tracker_is_refused_whatever_else_is_said_to_be_in_the_ballot(sessions, first):
    other = Cast()
    with refused("urn.tracker"), sessions.begin() as session:
        urn.put(session, CONTEST, other.arrival, other.credential, first.tracker, other.alphas, first.leaf)


def test_a_credential_is_no_alpha(sessions, first):
    attempt(sessions, Cast(credential=first.alphas[0], alphas=(first.credential,)))


def test_contests_do_not_know_each_other(store, sessions, first):
    opened(store, OTHER)
    with sessions.begin() as session:
        assert not urn.holds(session, OTHER, first.tracker)
        first.put(session, OTHER)
        assert urn.count(session, OTHER) == 1


@pytest.mark.parametrize("phase", [Phase.SUSPENDED, Phase.CLOSING, Phase.FROZEN, Phase.STOPPED])
def test_only_an_open_or_closing_urn_takes_ballots(sessions, phase):
    move(sessions, phase)
    if phase is Phase.CLOSING:
        attempt(sessions, Cast())
    else:
        with refused("urn.phase"):
            attempt(sessions, Cast())


def test_a_sealed_urn_takes_none_yet(store):
    with store.urn.begin() as session:
        urn.receive(session, CONTEST, b"", b"", KEY, "demo")
        urn.set_phase(session, CONTEST, Phase.SEALED)
    with refused("urn.phase"):
        attempt(store.urn, Cast())


def test_nothing_is_known_of_a_contest_that_was_not_received(store):
    acts = [
        lambda session: Cast().put(session),
        lambda session: urn.resolve(session, CONTEST, bytes(32)),
        lambda session: urn.set_phase(session, CONTEST, Phase.OPEN),
        lambda session: urn.freeze(session, CONTEST, KEY),
        *(
            lambda session, ask=ask: ask(session, CONTEST)
            for ask in (urn.phase, urn.received, urn.count, urn.checkpoints, urn.last_checkpoint, urn.entries)
        ),
        lambda session: urn.holds(session, CONTEST, "tracker"),
    ]
    for act in acts:
        with refused("urn.unknown"), store.urn() as session:
            act(session)


def test_an_arrived_attempt_stays_arrived(sessions, first):
    for _ in range(2):
        with sessions.begin() as session:
            assert urn.resolve(session, CONTEST, first.arrival) == "arrived"


def test_a_void_attempt_stays_void_and_its_late_ballot_is_refused(sessions):
    late = Cast()
    for _ in range(2):
        with sessions.begin() as session:
            assert urn.resolve(session, CONTEST, late.arrival) == "void"
    with refused("urn.void"):
        attempt(sessions, late)
    # Another attempt with the same ballot is as good as the first would have been.
    attempt(sessions, replace(late, arrival=secrets.token_bytes(32)))


@pytest.mark.parametrize("phase", [Phase.SUSPENDED, Phase.CLOSING, Phase.FROZEN, Phase.STOPPED])
def test_attempts_are_settled_in_every_phase_until_they_are_forgotten(sessions, first, phase):
    move(sessions, phase)
    with sessions.begin() as session:
        assert urn.resolve(session, CONTEST, first.arrival) == "arrived"
        assert urn.resolve(session, CONTEST, bytes(32)) == "void"
        urn.freeze(session, CONTEST, KEY) if phase in {Phase.FROZEN, Phase.STOPPED} else None
    if phase in {Phase.FROZEN, Phase.STOPPED}:
        with refused("urn.finished"), sessions.begin() as session:
            urn.resolve(session, CONTEST, first.arrival)


def test_a_frozen_urn_still_knows_its_trackers(sessions, first):
    freeze(sessions)
    with sessions() as session:
        assert urn.holds(session, CONTEST, first.tracker)
        assert not urn.holds(session, CONTEST, Cast().tracker)


def test_no_refusal_repeats_what_it_refuses(sessions, first):
    secrets_ = (first.credential, first.tracker, *first.alphas, first.arrival.hex(), first.arrival)
    for again in (first, replace(first, arrival=bytes(32)), Cast(alphas=first.alphas)):
        with pytest.raises(ValueError, match=CONTEST) as caught:
            attempt(sessions, again)
        assert not [secret for secret in secrets_ if str(secret) in str(caught.value)]
