"""Encryption and proofs: what is proved verifies, what is changed afterwards is refused by its rule."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.protocol.elgamal import (
    Branch,
    Ciphertext,
    Proof,
    PublicKey,
    check_disjunction,
    check_factor,
    check_hash_signature,
    check_possession,
    check_signature,
    product,
    prove_disjunction,
    prove_factor,
    prove_possession,
    sign,
    sign_hash,
    total,
)
from elections.protocol.group import GROUP_NAMES, group_by_name
from tests.protocol.plain import hashed
from tests.protocol.small import PLAIN
from tests.refused import refused

names = st.sampled_from(GROUP_NAMES)
scalars = st.integers(0, 2**252)


@pytest.fixture(params=GROUP_NAMES)
def group(request):
    return group_by_name(request.param)


def altered(group, proof):
    """The proof with each of its numbers changed, and with both exchanged."""
    return [
        Proof((proof.challenge + 1) % group.q, proof.response),
        Proof(proof.challenge, (proof.response + 1) % group.q),
        Proof(proof.response, proof.challenge),
        Proof(0, 0),
    ]


# --- ciphertexts


@given(names, st.lists(st.tuples(st.integers(0, 5), scalars), min_size=1, max_size=4))
def test_a_product_of_ciphertexts_holds_the_sum(name, plain):
    group = group_by_name(name)
    key = PublicKey(group, group.power_g(31))
    summed = total(group, [key.encrypt(*item) for item in plain])
    assert summed == key.encrypt(sum(value for value, _ in plain), sum(randomness for _, randomness in plain))
    assert summed.beta / summed.alpha**31 == group.power_g(sum(value for value, _ in plain))


def test_products_of_nothing_and_powers(group):
    ciphertext = PublicKey(group, group.power_g(31)).encrypt(1, 17)
    assert product(group, []) == group.identity
    assert total(group, []) == Ciphertext(group.identity, group.identity)
    assert ciphertext**1 == ciphertext
    assert ciphertext**3 == ciphertext * ciphertext * ciphertext
    assert ciphertext**0 == total(group, [])


def test_ciphertexts_are_written_and_read(group):
    ciphertext = PublicKey(group, group.power_g(31)).encrypt(1, 17)
    value = ciphertext.json()
    assert list(value) == ["alpha", "beta"]
    assert Ciphertext.parse(group, value, "it") == Ciphertext.claimed(group, value, "it") == ciphertext
    assert ciphertext.text == f"{value['alpha']},{value['beta']}"


@pytest.mark.parametrize("key", ["alpha", "beta"])
def test_ciphertexts_outside_the_group_are_refused(group, key):
    value = PublicKey(group, group.power_g(31)).encrypt(1, 17).json()
    value[key] = "0" * 64 if group.name == "Ed25519" else "2"
    with refused("group.member"):
        Ciphertext.parse(group, value, "it")
    with refused("group.member"):
        Ciphertext.claimed(group, value, "it").prove()
    with refused("json.missing"):
        Ciphertext.parse(group, {key: value[key]}, "it")
    with refused("json.unknown"):
        Ciphertext.parse(group, {**value, "gamma": "1"}, "it")


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (None, "json.type"),
        ([], "json.type"),
        ({}, "json.missing"),
        ({"challenge": "1"}, "json.missing"),
        ({"challenge": "1", "response": "1", "commitment": "1"}, "json.unknown"),
        ({"challenge": 1, "response": "1"}, "text.decimal"),
        ({"challenge": "1", "response": "01"}, "text.decimal"),
        ({"challenge": "1", "response": "-1"}, "text.decimal"),
        ({"challenge": "Q", "response": "1"}, "json.range"),
        ({"challenge": "1", "response": "Q"}, "json.range"),
    ],
)
def test_proofs_are_read_strictly(group, value, rule):
    if isinstance(value, dict):
        value = {key: str(group.q) if item == "Q" else item for key, item in value.items()}
    with refused(rule):
        Proof.parse(group, value, "it")


@given(names, scalars, scalars)
def test_proofs_are_written_and_read(name, challenge, response):
    proof = Proof(challenge, response)
    assert Proof.parse(group_by_name(name), json.loads(json.dumps(proof.json())), "it") == proof


# --- proofs of an exponent


@given(names, scalars, st.text())
def test_signatures_by_a_secret(name, secret, message):
    group = group_by_name(name)
    key = group.power_g(secret)
    check_signature(group, key, message, sign(group, secret, message), "it")
    check_hash_signature(group, key, message, sign_hash(group, secret, message), "it")
    check_possession(group, key, prove_possession(group, secret), "it")


def test_a_changed_proof_key_or_text_is_refused(group):
    key, other = group.power_g(5), group.power_g(6)
    proof = sign(group, 5, "text")
    for bad in altered(group, proof):
        with refused("elgamal.signature"):
            check_signature(group, key, "text", bad, "it")
    for wrong_key, wrong_text in ((other, "text"), (key, "texts"), (key, "")):
        with refused("elgamal.signature"):
            check_signature(group, wrong_key, wrong_text, proof, "it")


def test_a_changed_proof_of_possession_is_refused(group):
    proof = prove_possession(group, 5)
    for bad in altered(group, proof):
        with refused("elgamal.possession"):
            check_possession(group, group.power_g(5), bad, "it")
    with refused("elgamal.possession"):
        check_possession(group, group.power_g(6), proof, "it")


def test_a_changed_signature_of_a_ballot_is_refused(group):
    proof = sign_hash(group, 5, "h")
    for bad in altered(group, proof):
        with refused("ballot.signature"):
            check_hash_signature(group, group.power_g(5), "h", bad, "it")
    with refused("ballot.signature"):
        check_hash_signature(group, group.power_g(5), "H", proof, "it")


def test_one_kind_of_signature_is_not_another(group):
    with refused("elgamal.signature"):
        check_signature(group, group.power_g(5), "h", sign_hash(group, 5, "h"), "it")
    with refused("ballot.signature"):
        check_hash_signature(group, group.power_g(5), "h", sign(group, 5, "h"), "it")


def test_every_signature_has_its_own_nonce(group):
    assert sign(group, 5, "text") != sign(group, 5, "text")
    assert prove_possession(group, 5) != prove_possession(group, 5)


# --- disjunctions


@given(names, st.integers(1, 4), st.data())
def test_a_true_branch_is_proved_and_only_with_its_randomness(name, size, data):
    group = group_by_name(name)
    key = PublicKey(group, group.power_g(31))
    true = data.draw(st.integers(0, size - 1))
    randomness = data.draw(scalars)
    branches = [Branch(key.encrypt(true, randomness), value) for value in range(size)]
    check_disjunction(key, branches, prove_disjunction(key, branches, true, randomness, "p|"), "p|", "tally.sums", "it")
    forged = prove_disjunction(key, branches, true, randomness + 1, "p|")
    with refused("ballot.blank-proof"):
        check_disjunction(key, branches, forged, "p|", "ballot.blank-proof", "it")


def test_no_false_branch_is_proved(group):
    key = PublicKey(group, group.power_g(31))
    branches = [Branch(key.encrypt(2, 17), 0), Branch(key.encrypt(2, 17), 1)]
    for claimed in (0, 1):
        proofs = prove_disjunction(key, branches, claimed, 17, "p|")
        with refused("ballot.individual-proof"):
            check_disjunction(key, branches, proofs, "p|", "ballot.individual-proof", "it")


def test_a_changed_disjunction_is_refused(group):
    key = PublicKey(group, group.power_g(31))
    branches = [Branch(key.encrypt(1, 17), 0), Branch(key.encrypt(1, 17), 1)]
    proofs = prove_disjunction(key, branches, 1, 17, "p|")
    wrong = [[bad, proofs[1]] for bad in altered(group, proofs[0])]
    wrong += [[proofs[0], bad] for bad in altered(group, proofs[1])]
    wrong += [proofs[::-1], proofs[:1], [*proofs, Proof(0, 0)], []]
    # The sum of the challenges alone proves nothing.
    wrong.append([Proof((p.challenge + d) % group.q, p.response) for p, d in zip(proofs, (1, -1), strict=True)])
    for bad in wrong:
        with refused("ballot.overall-proof"):
            check_disjunction(key, branches, bad, "p|", "ballot.overall-proof", "it")
    with refused("ballot.overall-proof"):
        check_disjunction(key, branches, proofs, "q|", "ballot.overall-proof", "it")


def test_the_hashed_string_of_a_disjunction_is_that_of_the_format(group, monkeypatch):
    """The prefix, then A and B of every branch, all separated by commas."""
    plain, texts = PLAIN[group.name], []

    def hash_to_scalar(_, text):
        texts.append(text)
        return hashed(plain, text)

    monkeypatch.setattr(type(group), "hash_to_scalar", hash_to_scalar)
    key = PublicKey(group, group.power_g(31))
    ciphertext = key.encrypt(1, 17)
    branches = [Branch(ciphertext, 0), Branch(ciphertext, 1)]
    proofs = prove_disjunction(key, branches, 1, 17, "p|")
    check_disjunction(key, branches, proofs, "p|", "ballot.overall-proof", "it")
    alpha, beta = plain.read(ciphertext.alpha.text), plain.read(ciphertext.beta.text)
    y, expected = plain.power(plain.generator, 31), []
    for value, proof in enumerate(proofs):
        shifted = plain.mul(beta, plain.power(plain.generator, -value))
        for base, element in ((plain.generator, alpha), (y, shifted)):
            power = plain.power(element, proof.challenge)
            expected.append(plain.write(plain.mul(plain.power(base, proof.response), power)))
    assert texts == ["p|" + ",".join(expected)] * 2


# --- decryption factors


@given(names, scalars, scalars)
def test_a_factor_is_the_power_by_the_secret_of_the_key(name, secret, exponent):
    group = group_by_name(name)
    alpha = group.power_g(exponent)
    factor, proof = prove_factor(group, secret, alpha, "decrypt|")
    assert factor == alpha**secret
    check_factor(group, group.power_g(secret), alpha, factor, "decrypt|", proof, "it")


def test_a_changed_factor_is_refused(group):
    key, alpha = group.power_g(5), group.power_g(17)
    factor, proof = prove_factor(group, 5, alpha, "decrypt|")
    for bad in altered(group, proof):
        with refused("tally.factor-proof"):
            check_factor(group, key, alpha, factor, "decrypt|", bad, "it")
    for wrong_key, wrong_alpha, wrong_factor, prefix in (
        (group.power_g(6), alpha, factor, "decrypt|"),
        (key, alpha * alpha, factor, "decrypt|"),
        (key, alpha, factor * alpha, "decrypt|"),
        (key, alpha, factor, "decrypts|"),
    ):
        with refused("tally.factor-proof"):
            check_factor(group, wrong_key, wrong_alpha, wrong_factor, prefix, proof, "it")
