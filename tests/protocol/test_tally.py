"""The count: what is added, decrypted and proved is what was voted; anything changed is refused by its rule."""

import hashlib
import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.protocol.ballot import Question, check_ballot
from elections.protocol.canonical import compact
from elections.protocol.elgamal import Ciphertext, total
from elections.protocol.errors import ProtocolError
from elections.protocol.group import GROUP_NAMES, group_by_name
from elections.protocol.tally import (
    EncryptedTally,
    PartialDecryption,
    check_partial,
    check_strong,
    check_sums,
    check_totals,
    discrete_logs,
    encrypted_tally,
    parse_result,
    partial_decryption,
    totals,
    weighted_tally,
    write_result,
    write_strong,
)
from tests.protocol.plain import compact_digest
from tests.protocol.small import KEY, LISTS, NAMES, PLAIN, cast, cast_many, changed, election, leaves
from tests.refused import refused

VOTES = [[0, 1, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, 1, 0, 0]]
COUNTS = [[1, 2, 0, 1]]


class Count:
    """An election with four ballots, decrypted by the one holder of its key."""

    def __init__(self, name):
        self.election = election(name)
        self.group = self.election.group
        self.ballots = cast_many(self.election, VOTES)
        self.tally = encrypted_tally(self.election, self.ballots)
        self.key = self.election.public_key.element
        self.raw, self.strong = partial_decryption(self.election, self.tally, KEY, 1)
        self.line = write_strong(1, self.raw, self.strong)

    @property
    def partial(self):
        """The decryption, parsed."""
        return PartialDecryption.parse(self.raw, self.election, "it")

    def judge(self, raw=None, line=None):
        """Both halves of V10."""
        partial = PartialDecryption.parse(raw or self.raw, self.election, "it")
        check_partial(self.election, self.tally, self.key, partial, "it")
        check_strong(self.election, self.tally, 1, self.key, partial, line or self.line, "it")


@cache
def counted(name):
    return Count(name)


@pytest.fixture(params=GROUP_NAMES)
def count(request):
    return counted(request.param)


# --- what is counted is what was voted


@pytest.mark.parametrize("name", GROUP_NAMES)
@settings(max_examples=10)
@given(st.lists(st.sampled_from([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]), max_size=5))
def test_totals_are_the_sums_of_the_votes(name, votes):
    contest = election(name)
    tally = encrypted_tally(contest, cast_many(contest, votes))
    raw, strong = partial_decryption(contest, tally, KEY, 1)
    partial = PartialDecryption.parse(raw, contest, "it")
    partial.check_canonical("it")
    check_partial(contest, tally, contest.public_key.element, partial, "it")
    check_strong(contest, tally, 1, contest.public_key.element, partial, write_strong(1, raw, strong), "it")
    counts = totals(contest, tally, partial.factors, len(votes))
    assert counts == [[sum(column) for column in zip([0] * 4, *votes, strict=True)]]
    check_totals(contest, tally, partial.factors, counts, "it")
    check_sums(LISTS, counts[0], len(votes), "it")
    assert EncryptedTally.parse(tally.raw, contest) == tally
    assert parse_result(write_result(counts), contest) == counts


def test_the_tally_is_the_product_and_nothing_else(count):
    columns = zip(*(ballot.answers[0].choices for ballot in count.ballots), strict=True)
    assert count.tally.columns == (tuple(total(count.group, column) for column in columns),)
    assert count.tally.raw == compact([[ciphertext.json() for ciphertext in count.tally.columns[0]]])
    assert count.tally.digest == hashlib.sha256(count.tally.raw).hexdigest()
    parts = [encrypted_tally(count.election, count.ballots[start : start + 2]) for start in (0, 2)]
    assert parts[0] * parts[1] == count.tally


def test_a_weight_is_so_many_copies_and_a_huge_one_costs_nothing(count):
    ballot = count.ballots[0]
    assert weighted_tally(count.election, [(ballot, 3)]) == encrypted_tally(count.election, [ballot] * 3)
    assert weighted_tally(count.election, [(ballot, 0)]) == encrypted_tally(count.election, [])
    huge = weighted_tally(count.election, [(ballot, 2**53 - 1)])
    assert huge.columns[0][1].beta / huge.columns[0][1].alpha ** KEY == count.group.power_g(2**53 - 1)


def test_a_tally_without_ballots_is_neutral_and_decrypts_to_zero(count):
    tally = encrypted_tally(count.election, [])
    neutral = Ciphertext(count.group.identity, count.group.identity)
    assert tally.columns == ((neutral,) * 4,)
    raw, strong = partial_decryption(count.election, tally, KEY, 1)
    partial = PartialDecryption.parse(raw, count.election, "it")
    check_partial(count.election, tally, count.key, partial, "it")
    check_strong(count.election, tally, 1, count.key, partial, write_strong(1, raw, strong), "it")
    assert totals(count.election, tally, partial.factors, 0) == [[0, 0, 0, 0]]


# --- discrete logarithms


@pytest.mark.parametrize("name", GROUP_NAMES)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=4), st.integers(0, 20))
def test_discrete_logarithms_are_those_of_brute_force(name, numbers, room):
    group = group_by_name(name)
    powers = [group.power_g(number) for number in range(max(numbers) + 1)]
    assert discrete_logs(group, [powers[number] for number in numbers], max(numbers) + room) == numbers
    assert [powers.index(powers[number]) for number in numbers] == numbers


@pytest.mark.parametrize("most", [0, 1, 2, 3, 8, 9, 99, 100])
@pytest.mark.parametrize("name", GROUP_NAMES)
def test_every_logarithm_up_to_the_bound_is_found(name, most):
    group = group_by_name(name)
    assert discrete_logs(group, [group.power_g(number) for number in range(most + 1)], most) == list(range(most + 1))


@pytest.mark.parametrize("name", GROUP_NAMES)
def test_no_logarithm_is_invented(name):
    group = group_by_name(name)
    for exponent in (-1, 10**6, 2**200):
        with refused("tally.no-logarithm"):
            discrete_logs(group, [group.power_g(exponent)], 100)


# --- decryptions: whatever is changed is refused by its rule


def test_every_changed_field_of_a_partial_decryption_is_refused(count):
    for path in leaves(json.loads(count.raw)):
        element = path[0] == "decryption_factors"
        raw = changed(count.raw, path, lambda text, element=element: _another(count.group, text, element=element))
        with refused("tally.factor-proof"):
            count.judge(raw)


def _another(group, text, *, element):
    return (group.element(text, "it") * group.generator).text if element else str((int(text) + 1) % group.q)


def test_every_changed_field_of_a_strong_proof_is_refused(count):
    for path in leaves(count.line["proofs"]):
        line = json.loads(changed(json.dumps(count.line), ("proofs", *path), lambda text: str(int(text) - 1)))
        with refused("tally.strong-proof"):
            count.judge(line=line)


LINES = {
    "another owner": (lambda line: {**line, "owner": 2}, "tally.strong-line"),
    "no owner": (lambda line: {**line, "owner": 0}, "json.range"),
    "an owner that is a text": (lambda line: {**line, "owner": "1"}, "json.type"),
    "another decryption": (lambda line: {**line, "payload": "0" * 64}, "tally.strong-line"),
    "a payload that is no digest": (lambda line: {**line, "payload": None}, "tally.strong-line"),
    "a missing key": (lambda line: {"owner": 1, "payload": line["payload"]}, "json.missing"),
    "an unknown key": (lambda line: {**line, "x": 1}, "json.unknown"),
    "a missing proof": (lambda line: {**line, "proofs": [line["proofs"][0][:3]]}, "json.type"),
    "no proofs": (lambda line: {**line, "proofs": []}, "json.type"),
    "exchanged proofs": (lambda line: {**line, "proofs": [line["proofs"][0][::-1]]}, "tally.strong-proof"),
    "a list": (lambda _: [], "json.type"),
}


@pytest.mark.parametrize("what", LINES)
def test_other_lines_are_refused_by_their_rule(count, what):
    edit, rule = LINES[what]
    with refused(rule):
        check_strong(count.election, count.tally, 1, count.key, count.partial, edit(count.line), "it")


def test_a_strong_proof_hashes_all_that_it_speaks_of(count, monkeypatch):
    """Every part of the string of protocol.md §10, in its order; so none of them may be another."""
    digests = []
    honest = type(count.group).scalar_from

    def scalar_from(group, data):
        digests.append(data)
        return honest(group, data)

    monkeypatch.setattr(type(count.group), "scalar_from", scalar_from)
    count.judge()
    plain, ciphertext, factor = PLAIN[count.group.name], count.tally.columns[0][2], count.partial.factors[0][2]
    proof = count.line["proofs"][0][2]
    commitments = []
    for base, element in ((count.group.generator, count.key), (ciphertext.alpha, factor)):
        powers = [
            plain.power(plain.read(item.text), int(proof[number]))
            for item, number in ((base, "response"), (element, "challenge"))
        ]
        commitments.append(plain.write(plain.mul(*powers)))
    parts = [
        "isoloir|decrypt",
        compact_digest(count.election.raw),
        hashlib.sha256(count.tally.raw).hexdigest(),
        "1",
        count.key.text,
        "0",
        "2",
        ciphertext.alpha.text,
        factor.text,
        *commitments,
    ]
    assert digests[2] == hashlib.sha512("|".join(parts).encode()).digest()
    assert int(proof["challenge"]) == int.from_bytes(digests[2], "big") % count.group.q


def test_a_factor_proved_to_belenios_alone_is_caught_by_the_strong_proof(count):
    """The Belenios proof hashes neither α nor F: a holder who chooses α after the proof passes it with a wrong F."""
    group, secret, nonce = count.group, KEY, 123
    key = count.key
    # Commitments A = g^w and B of her choice fix the challenge; then F follows from B = α^r·F^c, whatever x is.
    alpha = count.tally.columns[0][0].alpha
    first, second = group.power_g(nonce), group.power_g(77)
    challenge = group.hash_to_scalar(f"decrypt|{count.election.fingerprint}|{key.text}|{first.text},{second.text}")
    response = group.respond(nonce, secret % group.q, challenge)
    factor = (second / alpha**response) ** pow(challenge, -1, group.q)
    assert factor != alpha**secret
    value = json.loads(count.raw)
    value["decryption_factors"][0][0] = factor.text
    value["decryption_proofs"][0][0] = {"challenge": str(challenge), "response": str(response)}
    forged = PartialDecryption.parse(compact(value), count.election, "it")
    check_partial(count.election, count.tally, key, forged, "it")
    line = write_strong(1, forged.raw, count.strong)
    with refused("tally.strong-proof"):
        check_strong(count.election, count.tally, 1, key, forged, line, "it")


PARTIALS = {
    "no object": (lambda _: [], "json.type"),
    "a missing key": (lambda v: {"decryption_factors": v["decryption_factors"]}, "json.missing"),
    "an unknown key": (lambda v: {**v, "x": 1}, "json.unknown"),
    "a row too few": (lambda v: {**v, "decryption_factors": []}, "json.type"),
    "a factor too few": (lambda v: {**v, "decryption_factors": [v["decryption_factors"][0][1:]]}, "json.type"),
    "a proof too many": (lambda v: {**v, "decryption_proofs": [v["decryption_proofs"][0] * 2]}, "json.type"),
    "factors exchanged": (
        lambda v: {**v, "decryption_factors": [v["decryption_factors"][0][::-1]]},
        "tally.factor-proof",
    ),
    "proofs exchanged": (lambda v: {**v, "decryption_proofs": [v["decryption_proofs"][0][::-1]]}, "tally.factor-proof"),
    "a row that is none": (lambda v: {**v, "decryption_factors": [None]}, "json.type"),
}


@pytest.mark.parametrize("what", PARTIALS)
def test_partial_decryptions_of_another_shape_are_refused_by_their_rule(count, what):
    edit, rule = PARTIALS[what]
    with refused(rule):
        count.judge(compact(edit(json.loads(count.raw))))


def test_factors_outside_the_group_are_refused(count):
    outside = {"Ed25519": "00" * 32, "BELENIOS-2048": "2"}[count.group.name]
    raw = changed(count.raw, ("decryption_factors", 0, 1), lambda _: outside)
    with refused("group.member"):
        count.judge(raw)


def test_another_writing_of_a_partial_decryption_is_not_ours(count):
    partial = PartialDecryption.parse(json.dumps(json.loads(count.raw)).encode(), count.election, "it")
    check_partial(count.election, count.tally, count.key, partial, "it")
    with refused("json.canonical"):
        partial.check_canonical("it")


@pytest.mark.parametrize("name", GROUP_NAMES)
@given(data=st.data())
def test_any_changed_bit_of_a_decryption_is_refused(name, data):
    count = counted(name)
    raw = bytearray(count.raw)
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(ProtocolError):
        count.judge(bytes(raw))


# --- tallies and results


TALLIES = {
    "no array": (lambda _: {}, "json.type"),
    "a column too few": (lambda _: [], "json.type"),
    "a ciphertext too few": (lambda v: [v[0][1:]], "json.type"),
    "a ciphertext that is none": (lambda v: [[None, *v[0][1:]]], "json.type"),
    "a half ciphertext": (lambda v: [[{"alpha": v[0][0]["alpha"]}, *v[0][1:]]], "json.missing"),
}


@pytest.mark.parametrize("what", TALLIES)
def test_tallies_of_another_shape_are_refused_by_their_rule(count, what):
    edit, rule = TALLIES[what]
    with refused(rule):
        EncryptedTally.parse(compact(edit(json.loads(count.tally.raw))), count.election)


def test_tallies_outside_the_group_are_refused(count):
    outside = {"Ed25519": "00" * 32, "BELENIOS-2048": "2"}[count.group.name]
    for key in ("alpha", "beta"):
        with refused("group.member"):
            EncryptedTally.parse(changed(count.tally.raw, (0, 1, key), lambda _: outside), count.election)


@pytest.mark.parametrize("counts", [[[1, 2, 1, 0]], [[0, 2, 0, 1]], [[1, 2, 0, 5]]])
def test_a_count_that_is_not_decrypted_is_refused(count, counts):
    check_totals(count.election, count.tally, count.partial.factors, COUNTS, "it")
    with refused("tally.total"):
        check_totals(count.election, count.tally, count.partial.factors, counts, "it")


def test_a_wrong_key_shows_no_count(count):
    factors = tuple(tuple(factor * count.group.power_g(10**9) for factor in row) for row in count.partial.factors)
    with refused("tally.no-logarithm"):
        totals(count.election, count.tally, factors, len(VOTES))


@pytest.mark.parametrize(
    ("question", "counts", "ballots"),
    [
        (LISTS, [1, 2, 0, 1], 4),
        (LISTS, [4, 0, 0, 0], 4),
        (LISTS, [0, 0, 0, 0], 0),
        (NAMES, [0, 0], 3),
        (NAMES, [3, 3], 3),
        (Question("?", ("a", "b"), True, 1, 2), [1, 2, 0], 3),
        (Question("?", ("a", "b"), True, 1, 2), [1, 2, 2], 3),
    ],
)
def test_counts_that_fit_the_ballots(question, counts, ballots):
    check_sums(question, counts, ballots, "it")


@pytest.mark.parametrize(
    ("question", "counts", "ballots"),
    [
        (LISTS, [1, 2, 0, 1], 5),
        (LISTS, [1, 2, 0, 1], 3),
        (LISTS, [5, 0, 0, 0], 4),
        (LISTS, [1, 4, 0, -1], 4),
        (NAMES, [4, 0], 3),
        (Question("?", ("a", "b", "c"), True, 2, 2), [1, 3, 1, 1], 3),
        (Question("?", ("a", "b"), True, 1, 2), [1, 3, 0], 3),
        (Question("?", ("a", "b"), True, 1, 2), [1, 1, 0], 3),
    ],
)
def test_counts_that_fit_no_ballots_are_refused(question, counts, ballots):
    with refused("tally.sums"):
        check_sums(question, counts, ballots, "it")


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ([], "json.type"),
        ({"result": []}, "json.type"),
        ({"result": [[1, 2, 0]]}, "json.type"),
        ({"result": [[1, 2, 0, -1]]}, "json.range"),
        ({"result": [[1, 2, 0, True]]}, "json.type"),
        ({"result": [[1, 2, 0, None]]}, "json.type"),
        ({"result": [[1, 2, 0, 2**30]]}, "json.range"),
        ({"result": [[1, 2, 0, "1"]]}, "json.range"),
        ({"result": [[1, 2, 0, "01073741824"]]}, "text.decimal"),
        ({"result": [[1, 2, 0, str(2**53)]]}, "json.range"),
        ({"result": [[1, 2, 0, 1]], "x": 1}, "json.unknown"),
        ({}, "json.missing"),
    ],
)
def test_results_are_read_strictly(value, rule):
    with refused(rule):
        parse_result(compact(value), election())


def test_a_count_above_the_integers_of_belenios_is_a_text():
    assert parse_result(b'{"result":[[0,1,1073741823,"1073741824"]]}', election()) == [[0, 1, 2**30 - 1, 2**30]]


def test_several_questions_are_counted_apart():
    contest = election("Ed25519", (LISTS, NAMES))
    votes = (([0, 1, 0, 0], [1, 1]), ([1, 0, 0, 0], [0, 1]))
    tally = encrypted_tally(contest, [check_ballot(contest, cast(contest, *vote)) for vote in votes])
    raw, _ = partial_decryption(contest, tally, KEY, 1)
    factors = PartialDecryption.parse(raw, contest, "it").factors
    assert totals(contest, tally, factors, 2) == [[1, 1, 0, 0], [1, 2]]
