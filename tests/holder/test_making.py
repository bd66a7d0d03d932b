"""The ceremony by the holders' program: a round is answered once, and only for one ceremony."""

import json

import pytest

from elections.holder.program import Holder
from elections.holder.state import State
from elections.protocol.canonical import encode, parse
from elections.protocol.ceremony import Ceremony
from elections.protocol.errors import ProtocolError
from elections.protocol.setup import KeyHolders
from elections.protocol.trustees import Trustees
from tests.holder.ceremonies import CONTESTS, inputs, invite, leaves, other, replaced
from tests.holder.world import World
from tests.refused import refused

WHO = "delegate-b"


@pytest.fixture
def world(tmp_path):
    """Three holders of one contest, each with a new key file."""
    policy = (KeyHolders(("president",), 1), KeyHolders(("delegate-a", "delegate-b"), 1))
    world = World(tmp_path, invite(policy=policy, contests=CONTESTS[:1]), issuers={})
    world.create()
    return world


def rounds(world, number, answers=None):
    """Let every holder answer so many rounds; all answers by role."""
    answers = answers or {role: [] for role in world.roles}
    holders = {role: world.holder(role) for role in world.roles}
    for _ in range(number):
        for role, document in inputs(world.invitation, answers).items():
            answers[role].append(holders[role].step(document).answer)
    return answers


def test_each_holder_keeps_her_share_of_every_contest(held):
    group = held.invitation.group
    for owner, role in enumerate(held.roles, 1):
        state = held.holder(role).state
        for uuid in CONTESTS:
            trustees = Trustees.parse(held.trustees[uuid], group)
            assert group.power_g(state.share(uuid)) == trustees.verification_keys[owner - 1]
            state.check_trustees(uuid, held.trustees[uuid])


def test_the_content_of_a_key_file_is_read_as_it_was_written(held, sealed):
    for world in (held, sealed):
        value = world.holder(WHO).state.json()
        assert State.parse(value) == world.holder(WHO).state
        assert State.parse(parse(encode(value), "state")).json() == value
    assert State.parse(State().json()) == State()


def test_a_state_of_another_form_is_refused(sealed):
    value = sealed.holder(WHO).state.json()
    for key, changed in {"format": "x", "answered": 9, "role": "officer", "contests": None, "more": 1}.items():
        with pytest.raises(ProtocolError):
            State.parse({**value, key: changed})
    for path in leaves(value["contests"]):
        with pytest.raises(ProtocolError):
            State.parse({**value, "contests": replaced(value["contests"], path, lambda _: {})})


def test_the_same_input_gets_the_same_answer_again(world):
    answers = rounds(world, 2)
    document = inputs(world.invitation, answers)[WHO]
    first = world.holder(WHO).step(document)
    before = world.path(WHO).read_bytes()
    again = world.holder(WHO).step(document)
    assert (again.answer, world.path(WHO).read_bytes()) == (first.answer, before)
    assert "again" in again.said[0]


def test_another_input_for_an_answered_round_is_refused(world, tmp_path):
    """Else the office could learn two polynomials, or two sets of shares, of one holder."""
    answers = rounds(world, 1)
    world.holder(WHO).step(inputs(world.invitation, answers)[WHO])
    (tmp_path / "second").mkdir()
    stranger = Holder.create(tmp_path / "second" / "president.key", "correct horse battery", 2**14)
    first = inputs(world.invitation, {role: [] for role in world.roles})["president"]
    answers["president"] = [stranger.step(first).answer]
    with refused("holder.answered"):
        world.holder(WHO).step(inputs(world.invitation, answers)[WHO])


def test_an_answer_that_the_office_replaced_is_noticed(world, tmp_path):
    answers = rounds(world, 1)
    (tmp_path / "second").mkdir()
    stranger = Holder.create(tmp_path / "second" / "x.key", "correct horse battery", 2**14)
    answers[WHO] = [stranger.step(inputs(world.invitation, {})[WHO]).answer]
    with refused("holder.answered"):
        world.holder(WHO).step(inputs(world.invitation, answers)[WHO])


def test_rounds_cannot_be_skipped_or_done_again(world):
    answers = rounds(world, 1)
    early = inputs(world.invitation, answers)["president"]
    late = inputs(world.invitation, {})["president"]
    fresh = Holder.create(world.folder / "fresh.key", "correct horse battery", 2**14)
    with refused("holder.round"):
        fresh.step(early)
    rounds(world, 1, answers)
    with refused("holder.round"):
        world.holder("president").step(late)


def test_a_key_file_belongs_to_one_ceremony_and_one_role(world):
    rounds(world, 1)
    asked = inputs(world.invitation, {})
    with refused("holder.ceremony"):
        world.holder(WHO).step(asked["president"])
    other_ceremony = World(world.folder, issuers={})
    with refused("holder.ceremony"):
        world.holder(WHO).step(inputs(other_ceremony.invitation, {})[WHO])


def test_a_refused_step_changes_nothing(world):
    answers = rounds(world, 1)
    before = world.path(WHO).read_bytes()
    value = parse(inputs(world.invitation, answers)[WHO], "input")
    with refused("elgamal.signature"):
        world.holder(WHO).step(
            encode(replaced(value, ("answers", "delegate-a", 0, "contests", CONTESTS[0], "message"), mend))
        )
    assert world.path(WHO).read_bytes() == before


def mend(message):
    """Another certificate in good form, which nobody signed."""
    content = json.loads(message)
    content["encryption"] = content["verification"]
    return json.dumps(content, separators=(",", ":"))


def test_every_changed_value_of_an_input_is_refused_or_is_another_ceremony(world):
    """The invitation is bound by its id: whatever is changed in it, the answers no longer fit."""
    value = parse(inputs(world.invitation, rounds(world, 1))[WHO], "input")
    holder = world.holder(WHO)
    for path in leaves(value):
        if path[:2] in {("answers", role) for role in world.roles if role != "delegate-a"}:
            continue
        with pytest.raises(ProtocolError):
            holder.step(encode(replaced(value, path, other)))


def test_nothing_can_be_done_before_the_ceremony_is_over(world, tmp_path):
    rounds(world, 3)
    holder = world.holder(WHO)
    for act in (holder.rehearse, holder.seal, holder.amend):
        with refused("holder.unfinished"):
            act(b"{}")
    with refused("holder.unfinished"):
        holder.decrypt(tmp_path)


def test_the_program_says_what_it_did(world):
    said = world.holder(WHO).step(inputs(world.invitation, {})[WHO]).said
    assert world.invitation.id in said[0]
    assert WHO in said[1]
    assert "Round 1 of 4" in said[2]
    assert Ceremony(world.invitation).waiting == world.roles
