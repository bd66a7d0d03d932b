"""The seal and its amendments: a holder signs only what she has checked, and only what is bound to it."""

import json

import pytest

from elections.protocol.canonical import encode, sha256_hex
from elections.protocol.elgamal import Proof, check_signature
from elections.protocol.log import Checkpoint, root
from elections.protocol.note import NoteKey
from elections.protocol.setup import Setup, amendment_text, seal_text
from elections.protocol.trustees import Trustees
from tests.holder.ceremonies import CONTESTS, Play, invite
from tests.refused import refused

WHO = "delegate-b"
FIRST = CONTESTS[0]
LINE = "ab" * 32


@pytest.fixture
def rehearsed(held):
    """Everything is ready to be sealed."""
    held.prepare()
    held.holder(WHO).rehearse(encode(held.rehearsal()))
    return held


def seal(world, value):
    return world.holder(WHO).seal(encode(value))


def signer(world, uuid):
    """The key of the holder's certificate, as trustees.json has it."""
    trustees = Trustees.parse(world.trustees[uuid], world.invitation.group)
    certificate = trustees.certificates[world.roles.index(WHO)]
    assert certificate is not None
    return certificate.verification


def check(world, uuid, row, text):
    assert (row["owner"], row["role"]) == (world.roles.index(WHO) + 1, WHO)
    group = world.invitation.group
    proof = Proof.parse(group, {key: row[key] for key in ("challenge", "response")}, "row")
    check_signature(group, signer(world, uuid), text, proof, "row")


def test_the_answer_holds_the_rows_of_seal_json(rehearsed):
    outcome = seal(rehearsed, rehearsed.to_seal())
    rows = json.loads(outcome.answer)["contests"]
    assert list(rows) == list(CONTESTS)
    for uuid, row in rows.items():
        setup, election = rehearsed.setups[uuid], rehearsed.elections[uuid]
        text = seal_text(election.fingerprint, setup.digest, Checkpoint(setup.origin, 0, root([])).text)
        assert set(row) == {"challenge", "owner", "response", "role"}
        check(rehearsed, uuid, row, text)
        assert any(election.fingerprint in sentence for sentence in outcome.said)
        sealed = rehearsed.holder(WHO).state.sealed(uuid)
        assert (sealed.fingerprint, sealed.setup) == (election.fingerprint, setup.digest)
        assert sealed.trustees == sha256_hex(rehearsed.trustees[uuid])


def test_one_contest_may_be_sealed_alone(rehearsed):
    value = rehearsed.to_seal()
    del value["contests"][FIRST]
    assert list(json.loads(seal(rehearsed, value).answer)["contests"]) == [CONTESTS[1]]
    with refused("holder.unsealed"):
        rehearsed.holder(WHO).state.sealed(FIRST)


def test_an_unlocked_draft_is_sealed_again_and_the_holder_is_told(rehearsed):
    seal(rehearsed, rehearsed.to_seal())
    old = rehearsed.elections[FIRST].fingerprint
    rehearsed.prepare(grace=60)
    outcome = seal(rehearsed, rehearsed.to_seal())
    assert any(old in sentence and "void" in sentence for sentence in outcome.said)
    assert rehearsed.holder(WHO).state.sealed(FIRST).fingerprint == rehearsed.elections[FIRST].fingerprint != old


def test_nothing_is_sealed_that_was_not_rehearsed(held):
    held.prepare()
    with refused("holder.unrehearsed"):
        seal(held, held.to_seal())


def test_nothing_is_sealed_again_after_the_count(sealed, record):
    sealed.holder(WHO).decrypt(record)
    with refused("holder.counted"):
        seal(sealed, sealed.to_seal())


def setup_with(world, **changes):
    """The seal's input for a setup of the first contest with some fields changed, its election computed from it."""
    setup = Setup.build({**world.setups[FIRST].value, **changes})
    group = world.invitation.group
    key = Trustees.parse(world.trustees[FIRST], group).public_key(group)
    return {"election": setup.election_record(group, key).decode(), "setup": setup.raw.decode()}


def other_uuid(world):
    return setup_with(world, contest={**world.setups[FIRST].value["contest"], "uuid": CONTESTS[1]})


def other_election(world):
    return setup_with(world, election={"title": "E", "uuid": "D" * 14})


def fewer_contests(world):
    return setup_with(world, contests=[FIRST])


def exchanged_roles(world):
    policy = [dict(group) for group in world.invitation.json()["policy"]]
    policy[1]["holders"] = list(reversed(policy[1]["holders"]))
    return setup_with(world, policy=policy)


def unknown_method(world):
    return setup_with(world, rule={"method": "cumulative", "parameters": {}, "seats": 1})


def short_list(world):
    return setup_with(world, rule={"method": "largest_remainder", "parameters": {}, "seats": 9})


def other_trustees_sealed(world):
    return setup_with(world, trustees="0" * 64)


def election_of_another_setup(world):
    return {"election": setup_with(world, grace=60)["election"]}


def under_another_key(world):
    setup, group = world.setups[FIRST], world.invitation.group
    return {"election": setup.election_record(group, group.power_g(3)).decode()}


def other_trustees(world):
    return {"trustees": Play(invite()).play().finished().trustees[FIRST].decode()}


def checkpoint_of_another_urn(world):
    return {"checkpoint": world.checkpoint(CONTESTS[1])}


def checkpoint_of_a_ballot(world):
    return {"checkpoint": world.checkpoint(FIRST, [bytes(32)])}


def checkpoint_by_another_key(world):
    text = Checkpoint(world.setups[FIRST].origin, 0, root([])).text
    return {"checkpoint": NoteKey.generate("urn").sign(text)}


def loose_setup(world):
    return {"setup": world.setups[FIRST].raw.decode() + " "}


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("holder.setup", other_uuid),
        ("holder.setup", other_election),
        ("holder.setup", fewer_contests),
        ("holder.policy", exchanged_roles),
        ("rules.method", unknown_method),
        ("rules.short_list", short_list),
        ("setup.trustees", other_trustees_sealed),
        ("setup.election", election_of_another_setup),
        ("setup.key", under_another_key),
        ("holder.key", other_trustees),
        ("holder.checkpoint", checkpoint_of_another_urn),
        ("holder.checkpoint", checkpoint_of_a_ballot),
        ("note.unsigned", checkpoint_by_another_key),
        ("json.canonical", loose_setup),
    ],
)
def test_what_does_not_fit_together_is_not_sealed(rehearsed, rule, change):
    value = rehearsed.to_seal()
    value["contests"][FIRST] |= change(rehearsed)
    before = rehearsed.path(WHO).read_bytes()
    with refused(rule):
        seal(rehearsed, value)
    assert rehearsed.path(WHO).read_bytes() == before


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("json.type", lambda value: value.update(contests={})),
        ("json.type", lambda value: value.update(contests=[])),
        ("text.pattern", lambda value: value.update(format="isoloir-rehearsal-1")),
        ("holder.contest", lambda value: value["contests"].update({"C" * 14: value["contests"][FIRST]})),
        ("json.missing", lambda value: value["contests"][FIRST].pop("checkpoint")),
        ("json.unknown", lambda value: value["contests"][FIRST].update(more="")),
        ("json.type", lambda value: value["contests"][FIRST].update(setup=1)),
    ],
)
def test_a_wrong_document_is_not_sealed(rehearsed, rule, change):
    value = rehearsed.to_seal()
    change(value)
    with refused(rule):
        seal(rehearsed, value)


# --- amendments


def act(world, uuid=FIRST, **changes):
    election, setup = world.elections[uuid], world.setups[uuid]
    values = {"change": {"closing": "2026-11-22T10:00:00Z"}, "contest": uuid, "line": LINE}
    return {**values, "fingerprint": election.fingerprint, "setup": setup.digest, **changes}


def amend(world, *acts):
    return world.holder(WHO).amend(encode({"amendments": list(acts), "format": "isoloir-amendment-1"}))


def test_acts_on_the_sealed_contests_are_signed(sealed):
    acts = [act(sealed), act(sealed, CONTESTS[1], line="cd" * 32, change={"suspended": True})]
    outcome = amend(sealed, *acts)
    answer = json.loads(outcome.answer)
    assert answer["format"] == "isoloir-amended-1"
    for item, row, sentence in zip(acts, answer["signatures"], outcome.said, strict=True):
        assert (row["contest"], row["line"]) == (item["contest"], item["line"])
        check(sealed, item["contest"], row, amendment_text(item["fingerprint"], item["line"], item["change"]))
        assert item["fingerprint"] in sentence
        assert encode(item["change"]).decode() in sentence


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("holder.other-seal", {"fingerprint": "x"}),
        ("holder.other-seal", {"setup": "0" * 64}),
        ("holder.contest", {"contest": "C" * 14}),
        ("holder.other-seal", {"contest": CONTESTS[1]}),
        ("text.hex", {"line": "x"}),
        ("json.type", {"change": "now"}),
        ("json.unknown", {"more": 1}),
    ],
)
def test_an_act_on_anything_else_is_not_signed(sealed, rule, changes):
    with refused(rule):
        amend(sealed, act(sealed, **changes))


def test_an_act_is_not_signed_before_the_seal(rehearsed):
    with refused("holder.unsealed"):
        amend(rehearsed, act(rehearsed))


def test_an_act_is_not_signed_after_the_count(sealed, record):
    sealed.holder(WHO).decrypt(record)
    with refused("holder.counted"):
        amend(sealed, act(sealed))
