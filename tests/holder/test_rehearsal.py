"""The rehearsal: opens ballots whose content everybody knows, and raises nothing else to its secret."""

import json

import pytest

from elections.protocol.ballot import Ballot, Election, make_ballot, write_election
from elections.protocol.canonical import encode, sha256_hex
from elections.protocol.group import group_by_name
from elections.protocol.tally import PartialDecryption, check_partial, check_strong, encrypted_tally
from elections.protocol.trustees import Trustees, write
from tests.holder.ceremonies import CONTESTS, ELECTION, Play, invite
from tests.holder.world import QUESTION
from tests.refused import refused

WHO = "delegate-b"
FIRST = CONTESTS[0]


def rehearse(world, value):
    return world.holder(WHO).rehearse(encode(value))


def election_of(item, uuid="R" * 14, key=None):
    """Another election record in the place of the rehearsal's, under the same key unless one is given."""
    election = Election.parse(item["election"].encode())
    key = key or election.public_key.element
    return Election.parse(write_election(uuid, "N", "D", election.group, key, election.questions))


def ballot_of(election, votes=(1, 0, 0)):
    made = make_ballot(election, 7, [list(votes)])
    randomness = [[str(number) for number in row] for row in made.randomness]
    return {"ballot": made.raw.decode(), "choices": [list(votes)], "randomness": randomness}


def test_the_answer_holds_both_proofs_of_every_factor(held):
    value = held.rehearsal()
    outcome = rehearse(held, value)
    answer = json.loads(outcome.answer)
    assert encode(answer) == outcome.answer
    owner = held.roles.index(WHO) + 1
    assert (answer["format"], answer["owner"], answer["role"]) == ("isoloir-rehearsed-1", owner, WHO)
    for uuid, item in value["contests"].items():
        election = Election.parse(item["election"].encode())
        ballots = [Ballot.parse(ballot["ballot"].encode(), election.group) for ballot in item["ballots"]]
        tally = encrypted_tally(election, ballots)
        key = Trustees.parse(item["trustees"].encode(), election.group).verification_keys[owner - 1]
        part = answer["contests"][uuid]
        partial = PartialDecryption.parse(part["partial"].encode(), election, "partial")
        check_partial(election, tally, key, partial, "partial")
        check_strong(election, tally, owner, key, partial, part["strong"], "strong")
        assert part["fingerprint"] == election.fingerprint
        assert any(election.fingerprint in sentence for sentence in outcome.said)


def test_the_file_remembers_with_which_trustees_it_rehearsed(held):
    rehearse(held, held.rehearsal())
    state = held.holder(WHO).state
    assert {uuid: item.rehearsed for uuid, item in state.contests.items()} == {
        uuid: sha256_hex(raw) for uuid, raw in held.trustees.items()
    }


def test_it_may_be_repeated_until_the_seal_and_never_after(held, sealed):
    for _ in range(2):
        rehearse(held, held.rehearsal())
    with refused("holder.sealed"):
        rehearse(sealed, sealed.rehearsal())


def another_choice(item):
    item["ballots"][0]["choices"][0] = [0, 0, 1]


def another_randomness(item):
    row = item["ballots"][0]["randomness"][0]
    row[0] = str(int(row[0]) + 1)


def randomness_of_another(item):
    item["ballots"][0]["randomness"] = item["ballots"][1]["randomness"]


def fewer_choices(item):
    item["ballots"][0]["choices"][0].pop()


def more_questions(item):
    item["ballots"][0]["randomness"].append([])


def two(item):
    item["ballots"][0]["choices"][0][0] = 2


def unreduced(item):
    row = item["ballots"][0]["randomness"][0]
    row[0] = str(int(row[0]) + Election.parse(item["election"].encode()).group.q)


def no_ballot(item):
    item["ballots"].clear()


def ballot_of_another_election(item):
    item["ballots"][0] = ballot_of(election_of(item))


def the_real_contest(item):
    election = election_of(item, uuid=CONTESTS[1])
    item["election"], item["ballots"] = election.raw.decode(), [ballot_of(election)]


def the_real_election(item):
    election = election_of(item, uuid=ELECTION)
    item["election"], item["ballots"] = election.raw.decode(), [ballot_of(election)]


def under_another_key(item):
    election = election_of(item, key=group_by_name("Ed25519").power_g(3))
    item["election"], item["ballots"] = election.raw.decode(), [ballot_of(election)]


def in_another_group(item):
    group = group_by_name("BELENIOS-2048")
    item["election"] = write_election("R" * 14, "N", "D", group, group.power_g(3), [QUESTION]).decode()


def other_trustees(item):
    item["trustees"] = Play(invite()).play().finished().trustees[CONTESTS[1]].decode()


def trustees_of_another_policy(item):
    item["trustees"] = Play(invite(policy=invite().policy[:1])).play().finished().trustees[CONTESTS[1]].decode()


def altered_trustees(item):
    item["trustees"] = item["trustees"].replace('"threshold":1', '"threshold":2')


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("ballot.opening", another_choice),
        ("ballot.opening", another_randomness),
        ("ballot.opening", randomness_of_another),
        ("json.type", fewer_choices),
        ("json.type", more_questions),
        ("json.range", two),
        ("json.range", unreduced),
        ("holder.no-ballot", no_ballot),
        ("ballot.election", ballot_of_another_election),
        ("holder.real-contest", the_real_contest),
        ("holder.real-contest", the_real_election),
        ("setup.key", under_another_key),
        ("setup.key", in_another_group),
        ("holder.key", other_trustees),
        ("holder.policy", trustees_of_another_policy),
        ("trustees.context", altered_trustees),
    ],
)
def test_anything_else_is_refused_and_nothing_remembered(held, monkeypatch, rule, change):
    """One wrong contest, the second here, and no secret is used for any."""
    value = held.rehearsal()
    change(value["contests"][CONTESTS[1]])
    monkeypatch.setattr("elections.holder.rehearsal.partial_decryption", lambda *_: pytest.fail("decrypted"))
    before = held.path(WHO).read_bytes()
    with refused(rule):
        rehearse(held, value)
    assert held.path(WHO).read_bytes() == before


def test_a_ciphertext_of_somebody_else_is_refused(held):
    """A ballot whose proofs are all right, but whose content is not what is said of it."""
    value = held.rehearsal()
    item = value["contests"][FIRST]
    secret = ballot_of(Election.parse(item["election"].encode()), votes=(0, 1, 0))
    item["ballots"].append({**secret, "choices": [[1, 0, 0]]})
    with refused("ballot.opening"):
        rehearse(held, value)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("json.missing", lambda value: value["contests"].pop(FIRST)),
        ("json.unknown", lambda value: value["contests"].update({"C" * 14: {}})),
        ("text.pattern", lambda value: value.update(format="x")),
    ],
)
def test_every_contest_of_the_ceremony_is_rehearsed(held, rule, change):
    value = held.rehearsal()
    change(value)
    with refused(rule):
        rehearse(held, value)


def test_a_group_of_holders_with_one_key_in_two_contests_is_refused(held):
    """All that is proved in a group stays true in another contest, so a delegate must compare the contests."""
    group, value = held.invitation.group, held.rehearsal()
    first, second = (Trustees.parse(held.trustees[uuid], group) for uuid in CONTESTS)
    mixed = Trustees.parse(write([first.items[0], second.items[1]]), group)
    mixed.check()
    item = value["contests"][CONTESTS[1]]
    election = election_of(item, key=mixed.public_key(group))
    item |= {"ballots": [ballot_of(election)], "election": election.raw.decode(), "trustees": mixed.raw.decode()}
    with refused("setup.key-twice"):
        rehearse(held, value)
