"""Slips: each bound to its holder and contest, none copied or computed from another, only their product opened."""

from dataclasses import replace

import pytest

from elections.protocol.ballot import Election, Question, write_election
from elections.protocol.canonical import encode, parse
from elections.protocol.elgamal import Ciphertext
from elections.protocol.group import group_by_name
from elections.protocol.slips import Slip, lot_seed, make_slip, product, read_slips
from elections.protocol.trustees import Trustees
from tests.holder.ceremonies import CONTESTS, LAW, Play, invite
from tests.refused import refused

UUID = CONTESTS[0]
QUESTION = Question("Test", ("one", "two"), blank=True, minimum=1, maximum=1)


@pytest.fixture(scope="module", params=["Ed25519", "BELENIOS-2048"])
def sealed(request):
    """Election, trustees, holders' secrets by owner, and a slip of each holder, in one of the groups."""
    group = group_by_name(request.param)
    play = Play(invite(request.param, LAW, CONTESTS[:1])).play()
    trustees = Trustees.parse(play.finished().trustees[UUID], group)
    election = Election.parse(write_election(UUID, "E", "C", group, trustees.public_key(group), [QUESTION]))
    roles = list(play.invitation.seats)
    secrets = {owner: play.kept[role][UUID] for owner, role in enumerate(roles, 1)}
    slips = [make_slip(election, owner, role, secrets[owner].signing) for owner, role in enumerate(roles, 1)]
    return election, trustees, secrets, slips


def read(sealed, slips=None, signers=None):
    election, trustees, _, given = sealed
    rows = given if slips is None else slips
    who = signers or [(row["owner"], row["role"]) for row in given]
    return read_slips(encode(rows), election, trustees, who, "slips.json")


def test_the_slips_of_all_who_signed_are_accepted_in_their_order(sealed):
    slips = read(sealed)
    assert [slip.owner for slip in slips] == [1, 2, 3, 4, 5, 6]
    some = sealed[3][1:4]
    assert len(read(sealed, some, [(row["owner"], row["role"]) for row in some])) == 3


def test_the_product_opens_to_the_product_of_what_was_hidden(sealed):
    """Seen with all randomness in hand: (∏α, ∏β) = (g^Σr, y^Σr·∏M)."""
    election, group = sealed[0], sealed[0].group
    hidden = [(2, 5), (3, 7), (11, 13)]
    slips = [
        replace(slip, ciphertext=Ciphertext(group.power_g(r), election.public_key.element**r * group.power_g(m)))
        for slip, (r, m) in zip(read(sealed), hidden, strict=False)
    ]
    [[whole]] = product(election, slips).columns
    assert whole.alpha == group.power_g(16)
    assert whole.beta == election.public_key.element**16 * group.power_g(25)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("slips.holders", lambda rows: rows[:-1]),
        ("slips.holders", lambda rows: [rows[1], rows[0], *rows[2:]]),
        ("slips.holders", lambda rows: [*rows, rows[0]]),
        ("slips.twice", lambda rows: [rows[0], {**rows[0], "owner": 2, "role": rows[1]["role"]}, *rows[2:]]),
        ("slips.twice", lambda rows: [{**rows[0], "beta": rows[0]["alpha"]}, *rows[1:]]),
        ("slips.proof", lambda rows: [{**rows[0], "proof": rows[1]["proof"]}, *rows[1:]]),
        ("slips.proof", lambda rows: [{**rows[0], "alpha": rows[1]["beta"], "beta": rows[1]["alpha"]}, *rows[2:]]),
        ("elgamal.signature", lambda rows: [{**rows[0], "signature": rows[1]["signature"]}, *rows[1:]]),
        ("json.unknown", lambda rows: [{**rows[0], "more": 1}, *rows[1:]]),
        ("json.missing", lambda rows: [{"owner": 1}, *rows[1:]]),
        ("json.type", lambda _: {}),
    ],
)
def test_what_is_no_slip_of_this_holder_is_refused(sealed, rule, change):
    rows = change(sealed[3])
    signers = None
    if rule == "slips.proof" and len(rows) == 5:
        signers = [(row["owner"], row["role"]) for row in rows]
    with refused(rule):
        read(sealed, rows, signers)


def test_neutral_and_foreign_elements_are_refused(sealed):
    election = sealed[0]
    for key in ("alpha", "beta"):
        with refused("slips.neutral"):
            Slip.parse({**sealed[3][0], key: election.group.identity.text}, election, "slip")
    # Of order two: −1 in each group's own writing.
    small = "7" + "f" * 61 + "ec" if election.group.name == "Ed25519" else str(_modulus(election) - 1)
    with refused("group.member"):
        Slip.parse({**sealed[3][0], "alpha": small}, election, "slip")


def _modulus(election):
    from elections.protocol.group import belenios2048

    return int(belenios2048._P)


def test_a_slip_is_of_one_election_record(sealed):
    """Another φ under the same key: proof and signature hash it."""
    election, trustees, _, slips = sealed
    other = Election.parse(write_election(UUID, "E", "C2", election.group, election.public_key.element, [QUESTION]))
    with refused("slips.proof"):
        read_slips(encode(slips), other, trustees, [(row["owner"], row["role"]) for row in slips], "slips.json")


def test_a_holder_signs_for_her_own_place(sealed):
    election, trustees, secrets, slips = sealed
    stolen = make_slip(election, 1, "president", secrets[2].signing)
    with refused("elgamal.signature"):
        read(sealed, [stolen, *slips[1:]])
    with refused("setup.seal-holder"):
        Slip.parse({**slips[0], "owner": 9}, election, "slip").check(election, trustees, "slip")


def test_the_seed_hangs_on_element_record_and_matter(sealed):
    group = sealed[0].group
    seeds = {
        lot_seed(fingerprint, group.power_g(exponent), parse(matter, "matter"))
        for fingerprint in ("A", "B")
        for exponent in (1, 2)
        for matter in (b"{}", b'{"seats":1}')
    }
    assert len(seeds) == 8
