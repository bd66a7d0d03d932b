"""What key holders hand in is checked while its sender is still there (protocol.md §9)."""

import json

import pytest

from elections import keyholders
from elections.demo.staging import HOLDERS, OFFICER
from elections.holder.keyfile import LOWEST_COST
from elections.holder.program import Holder
from elections.protocol.canonical import encode
from elections.protocol.ceremony import KINDS
from elections.registry import ceremony
from elections.registry.journal import Actor, lines
from elections.rules.phases import Role
from tests.doors.world import DRAFTED
from tests.refused import refused


def inputs(world):
    return keyholders.inputs(world.store, world.staging.uuid, OFFICER, DRAFTED)


def take(world, raw):
    return keyholders.take(world.store, world.staging.uuid, raw, OFFICER, DRAFTED)


def waiting(world):
    return keyholders.waiting_for(world.store, world.staging.uuid)


def journal(world):
    with world.store.registry_reader() as session:
        return lines(session, world.staging.uuid)


def create(world):
    """A key file for every holder."""
    for role in HOLDERS:
        Holder.create(world.staging.key(role), world.staging.passphrases[role], LOWEST_COST)


def test_nobody_answers_before_being_asked(drafted, held):
    with held.store.registry_reader() as session:
        first = ceremony.get(session, held.staging.uuid, "president", KINDS[0])
        rehearsed = ceremony.get(session, held.staging.uuid, "president", "rehearsed")
    with refused("keyholders.early"):
        take(drafted, first)
    assert waiting(drafted) == ("ceremony", list(HOLDERS))
    inputs(drafted)
    with refused("keyholders.early"):
        take(drafted, rehearsed)


def test_asking_again_gives_the_same_documents(drafted):
    first, before = inputs(drafted), journal(drafted)
    assert inputs(drafted) == first
    assert journal(drafted) == before
    assert sorted(first) == sorted(HOLDERS)


def test_an_answer_is_kept_once_and_another_in_its_place_is_refused(drafted):
    create(drafted)
    documents = inputs(drafted)
    answer = drafted.holder("president").step(documents["president"][1]).answer
    before = journal(drafted)
    assert take(drafted, answer) == "president"
    after = journal(drafted)
    assert take(drafted, answer) == "president"
    assert journal(drafted) == after != before
    # A second key file of the same holder, after the others have been heard.
    drafted.staging.key("president").unlink()
    Holder.create(drafted.staging.key("president"), drafted.staging.passphrases["president"], LOWEST_COST)
    with pytest.raises(ValueError, match="president"):
        take(drafted, drafted.holder("president").step(documents["president"][1]).answer)
    assert "president" not in waiting(drafted)[1]


@pytest.mark.parametrize("key", ["role", "owner", "format", "contests"])
def test_a_rehearsal_is_the_holder_s_own_and_whole(held, key):
    """The rehearsal of another, or of one contest for the other, or with a part missing, is none."""
    with held.store.registry_reader() as session:
        given = ceremony.handed_in(session, held.staging.uuid, "rehearsed")
    mine, other = json.loads(given["president"]), json.loads(given["delegate-2"])
    before = journal(held)
    with pytest.raises(ValueError, match=r"\w"):
        take(held, encode(mine | {key: other[key] if other[key] != mine[key] else "another"}))
    swapped = dict(zip(mine["contests"], reversed(mine["contests"].values()), strict=True))
    with pytest.raises(ValueError, match=r"\w"):
        take(held, encode(mine | {"contests": swapped}))
    with refused("json.missing"):
        take(held, encode(mine | {"contests": dict(list(mine["contests"].items())[:1])}))
    assert journal(held) == before


def test_what_was_handed_in_is_noted_with_who_did_it(drafted):
    create(drafted)
    document = inputs(drafted)["secretary"][1]
    answer = drafted.holder("secretary").step(document).answer
    actor = Actor(Role.DELEGATE, 2)
    keyholders.take(drafted.store, drafted.staging.uuid, answer, actor, DRAFTED)
    last = json.loads(journal(drafted).splitlines()[-1])
    assert last["act"] == "ceremony"
    assert last["actor"] == {"number": 2, "role": "delegate"}
    assert last["details"]["role"] == "secretary"
