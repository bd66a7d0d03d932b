"""trustees.json: published ones are accepted, anything else in them is refused by name, factors combine."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.protocol import archive
from elections.protocol.ballot import Election
from elections.protocol.canonical import compact
from elections.protocol.elgamal import prove_possession
from elections.protocol.errors import ProtocolError
from elections.protocol.group import group_by_name
from elections.protocol.pedersen import HolderKey
from elections.protocol.setup import KeyHolders
from elections.protocol.tally import EncryptedTally, PartialDecryption, check_totals, parse_result
from elections.protocol.trustees import Pedersen, Single, Trustees, combine, write
from tests.holder.ceremonies import LAW, Play, invite, leaves, other, replaced
from tests.refused import refused

VECTORS = {
    "A-single-belenios2048-3answers-blank": ([(1, 1)], False),
    "B-pedersen2of3-belenios2048-10answers-max6": ([(3, 2)], True),
    "C-pedersen2of3-belenios2048-3answers-blank-made-by-3.3.0": ([(3, 2)], False),
    "D-single-ed25519-10answers-max6-made-by-3.3.0": ([(1, 1)], False),
    "L-late-compiled-credentials": ([(1, 1)], False),
}
GROUPS = ("Ed25519", "BELENIOS-2048")


@pytest.fixture(scope="module", params=GROUPS)
def play(request):
    """A ceremony for one contest under the law's policy."""
    return Play(invite(request.param, contests=("AAAAAAAAAAAAAA",))).play()


@pytest.fixture(scope="module")
def small():
    """The trustees of two holders, in the quicker group."""
    policy = (KeyHolders(("president", "secretary"), 1), KeyHolders(("delegate-a",), 1))
    return Play(invite(policy=policy, contests=("AAAAAAAAAAAAAA",))).play()


def trustees_of(play):
    return Trustees.parse(next(iter(play.finished().trustees.values())), play.invitation.group)


def judged(raw, group, *, allow_old=False):
    Trustees.parse(raw, group).check(allow_old=allow_old)


def published(folder, name):
    content = archive.read(next((folder / "belenios" / name).glob("*.bel")).read_bytes())
    election = Election.parse(content.election)
    return content, election, Trustees.parse(content.trustees, election.group)


@pytest.mark.parametrize("name", VECTORS)
def test_published_trustees_are_accepted_and_written_back(shared_vectors, name):
    policy, old = VECTORS[name]
    _, election, trustees = published(shared_vectors, name)
    trustees.check(allow_old=True)
    assert (trustees.policy(), trustees.old_form) == (policy, old)
    assert trustees.public_key(election.group) == election.public_key.element
    assert write(trustees.items) == trustees.raw


@pytest.mark.parametrize("name", VECTORS)
def test_published_decryptions_combine_to_the_published_result(shared_vectors, name):
    content, election, trustees = published(shared_vectors, name)
    tally = EncryptedTally.parse(content.encrypted_tally, election)
    given = {owner: PartialDecryption.parse(raw, election, "decryption") for owner, raw in content.decryptions}
    factors = tuple(
        tuple(
            combine(election.group, trustees, {owner: item.factors[row][place] for owner, item in given.items()})
            for place in range(len(column))
        )
        for row, column in enumerate(tally.columns)
    )
    check_totals(election, tally, factors, parse_result(content.result, election), "result")


def test_only_the_form_of_today_is_accepted_in_a_record_of_ours(shared_vectors):
    rules = {"A": "trustees.single", "B": "trustees.old-form", "D": "trustees.single"}
    for name in VECTORS:
        _, _, trustees = published(shared_vectors, name)
        if name[0] in rules:
            with refused(rules[name[0]]):
                trustees.check()
    published(shared_vectors, next(name for name in VECTORS if name[0] == "C"))[2].check()


def test_any_number_changed_in_old_trustees_is_refused_too(shared_vectors):
    _, election, trustees = published(shared_vectors, "B-pedersen2of3-belenios2048-10answers-max6")
    value = json.loads(trustees.raw)
    for path in leaves(value):
        with pytest.raises(ProtocolError):
            judged(compact(replaced(value, path, other)), election.group, allow_old=True)


def test_any_value_changed_is_refused(small):
    """Every leaf of the file, those inside signed texts included."""
    raw, group = trustees_of(small).raw, small.invitation.group
    value = json.loads(raw)
    paths = list(leaves(value))
    assert len(paths) > 40
    for path in paths:
        with pytest.raises(ProtocolError) as caught:
            judged(compact(replaced(value, path, other)), group)
        assert caught.value.rule.split(".")[0] in {"trustees", "elgamal", "group", "json", "text"}, path


@given(st.data())
def test_any_byte_changed_is_refused(small, data):
    raw, group = trustees_of(small).raw, small.invitation.group
    place = data.draw(st.integers(0, len(raw) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != raw[place]))
    with pytest.raises(ProtocolError):
        judged(raw[:place] + bytes([byte]) + raw[place + 1 :], group)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("trustees.none", lambda value: value.clear()),
        ("trustees.kind", lambda value: value[0].__setitem__(0, "Shamir")),
        ("trustees.size", lambda value: value[0][1]["certs"].pop()),
        ("trustees.size", lambda value: value[0][1]["verification_keys"].pop()),
        ("trustees.size", lambda value: value[0][1]["signatures"].pop()),
        ("trustees.size", lambda value: value[0][1].update(threshold=3)),
        ("trustees.context", lambda value: value[0][1]["certs"].reverse()),
        ("trustees.context", lambda value: value[0][1].update(threshold=2)),
        ("elgamal.signature", lambda value: value[0][1]["coefexps"].reverse()),
        ("elgamal.signature", lambda value: value[0][1]["signatures"].reverse()),
        ("trustees.form", lambda value: value[0][1].pop("signatures")),
        ("trustees.form", lambda value: value[0][1]["verification_keys"][0].pop("signature")),
        ("trustees.old-form", lambda value: [key.pop("signature") for key in value[0][1]["verification_keys"]]),
        ("trustees.name", lambda value: value[0][1]["verification_keys"][0].update(name="x")),
        ("json.unknown", lambda value: value[0][1].update(more=1)),
        ("json.range", lambda value: value[0][1].update(threshold=0)),
    ],
)
def test_each_wrong_form_has_its_rule(small, rule, change):
    value = json.loads(trustees_of(small).raw)
    change(value)
    with refused(rule):
        judged(compact(value), small.invitation.group)


def test_a_key_that_the_coefficients_do_not_give_is_refused(small):
    group = small.invitation.group
    trustees = trustees_of(small)
    item = trustees.items[0]
    key = HolderKey(prove_possession(group, 5), group.power_g(5), item.keys[0].signature)
    altered = Pedersen(item.threshold, item.certificates, item.coefficients, item.signatures, (key, item.keys[1]))
    with refused("trustees.equation"):
        judged(write([altered, trustees.items[1]]), group)


def test_keys_that_cancel_each_other_are_refused():
    group = group_by_name("Ed25519")
    pair = [Single(HolderKey(prove_possession(group, key), group.power_g(key))) for key in (7, group.q - 7)]
    with refused("trustees.neutral"):
        judged(write(pair), group, allow_old=True)


def test_spaces_are_refused_in_a_record_of_ours(small):
    raw = trustees_of(small).raw
    with refused("json.canonical"):
        judged(raw + b" ", small.invitation.group)
    judged(raw + b" ", small.invitation.group, allow_old=True)


def test_every_sufficient_set_of_holders_opens_and_no_other(play):
    """2 owners with threshold 1, then 4 with threshold 2: all 64 sets of present holders."""
    trustees, group = trustees_of(play), play.invitation.group
    base = group.power_g(group.random_scalar())
    shares = {owner: kept["AAAAAAAAAAAAAA"].share for owner, kept in enumerate(play.kept.values(), 1)}
    factors = {owner: base.secret_power(share) for owner, share in shares.items()}
    secret = sum_of_secrets(play)
    assert trustees.public_key(group) == group.power_g(secret)
    for size in range(7):
        for present in itertools.combinations(factors, size):
            given_factors = {owner: factors[owner] for owner in present}
            enough = set(present) & {1, 2} and len(set(present) & {3, 4, 5, 6}) >= 2
            if enough:
                assert combine(group, trustees, given_factors) == base**secret
            else:
                with refused("trustees.policy"):
                    combine(group, trustees, given_factors)


def sum_of_secrets(play):
    """The key's exponent, which no program ever computes: of each group f(0) by interpolation of all shares."""
    q, total, shares = play.invitation.group.q, 0, [kept["AAAAAAAAAAAAAA"].share for kept in play.kept.values()]
    for group in LAW:
        size = len(group.holders)
        mine, shares = shares[:size], shares[size:]
        for index, share in enumerate(mine, 1):
            weight = share
            for k in range(1, size + 1):
                if k != index:
                    weight = weight * k * pow(k - index, -1, q) % q
            total += weight
    return total % q


def test_a_false_factor_gives_another_result(play):
    trustees, group = trustees_of(play), play.invitation.group
    base = group.power_g(3)
    factors = {
        owner: base.secret_power(kept["AAAAAAAAAAAAAA"].share) for owner, kept in enumerate(play.kept.values(), 1)
    }
    right = combine(group, trustees, factors)
    assert combine(group, trustees, {**factors, 3: factors[4]}) != right
    assert combine(group, trustees, {**factors, 6: factors[5]}) == right, "the first two delegates are enough"
