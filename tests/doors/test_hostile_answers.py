"""A key holder's answer with anything in any place is refused by name, at every step (protocol.md §9)."""

import json

import pytest

from elections import keyholders
from elections.demo.staging import HOLDERS, OFFICER, PRESIDENT
from elections.holder.keyfile import LOWEST_COST
from elections.holder.program import Holder
from elections.protocol.canonical import encode
from elections.protocol.ceremony import KINDS
from elections.protocol.errors import ProtocolError
from elections.registry import ceremony
from elections.registry.journal import lines
from elections.rules.phases import Act
from tests.doors.world import DRAFTED, NOON

VALUES: tuple[object, ...] = (None, 2**60, "é\x00", [], {}, [None], {"": None})


def places(value, path=()):
    """Every place of a document, the whole first."""
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


def put(value, path, other):
    """A copy of the document with another value in a place."""
    if not path:
        return other
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = put(value[path[0]], path[1:], other)
    return copy


def assault(world, raw, now):
    """Hand the answer in with another value in each place in turn; nothing may be kept of any."""
    store, uuid = world.store, world.staging.uuid
    with store.registry_reader() as session:
        before = lines(session, uuid)
    document = json.loads(raw)
    # The rows of the last contest are like those of the first: every other place is enough.
    for number, path in enumerate(list(places(document))[::2]):
        with pytest.raises(ProtocolError):
            keyholders.take(store, uuid, encode(put(document, path, VALUES[number % len(VALUES)])), OFFICER, now)
    with store.registry_reader() as session:
        assert lines(session, uuid) == before


def test_from_the_first_certificate_to_the_rehearsal(drafted):
    uuid, steps = drafted.staging.uuid, []
    for role in HOLDERS:
        Holder.create(drafted.staging.key(role), drafted.staging.passphrases[role], LOWEST_COST)
    while documents := keyholders.inputs(drafted.store, uuid, OFFICER, DRAFTED):
        for role, (step, document) in documents.items():
            holder = drafted.holder(role)
            given = (holder.rehearse if step == "rehearsal" else holder.step)(document).answer
            if role == "delegate-1":
                assault(drafted, given, DRAFTED)
                steps.append(step)
            keyholders.take(drafted.store, uuid, given, OFFICER, DRAFTED)
    assert steps == [*KINDS, "rehearsal"]


def test_at_the_seal(sealed):
    with sealed.store.registry_reader() as session:
        assault(sealed, ceremony.get(session, sealed.staging.uuid, "delegate-1", "sealed"), DRAFTED)


def test_at_an_amendment(world):
    world.act(Act.SUSPEND, PRESIDENT, NOON)
    _, document = keyholders.inputs(world.store, world.staging.uuid, OFFICER, NOON)["president"]
    given = world.holder("president").amend(document).answer
    assault(world, given, NOON)
    for value in VALUES:
        with pytest.raises(ProtocolError):
            keyholders.take(
                world.store, world.staging.uuid, encode(put(json.loads(given), ("signatures",), value)), OFFICER, NOON
            )
