"""Ballot tokens against the vectors of RFC 9474 and the openssl program, and what is refused."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import subprocess
from itertools import count

import gmpy2
import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from elections.protocol import token
from elections.protocol.canonical import base64_encode, encode, parse
from elections.protocol.errors import ProtocolError
from elections.protocol.token import E, IssuerKey, IssuerPublic
from tests.conftest import require

VARIANTS = [
    f"RSABSSA-SHA384-{padding_}-{form}" for padding_ in ("PSS", "PSSZERO") for form in ("Deterministic", "Randomized")
]
MESSAGE = token.token_message("first", "mD4pmYjXDOMvYSXcZPlTbMM4vFF6Lw5rKGcCqYbKEqk", "5866" * 16)
SALT = bytes(range(48))
R = 0x1234567890ABCDEF << 2900 | 1

bits = st.integers(0, 3071)


def refused(rule, function, *arguments):
    with pytest.raises(ProtocolError) as error:
        function(*arguments)
    assert error.value.rule == rule


def flipped(data, bit):
    return (int.from_bytes(data, "big") ^ 1 << bit).to_bytes(len(data), "big")


@pytest.fixture(scope="session")
def key():
    return IssuerKey.generate("first")


@pytest.fixture(scope="session")
def public(key):
    return key.public


@pytest.fixture(scope="session")
def signed(key, public):
    """Request, answer and token of MESSAGE."""
    z = token.blind(public, MESSAGE, R, SALT)
    s = key.sign_blinded(z)
    return z, s, token.finalize(public, MESSAGE, s, R, SALT)


# Published vectors


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_vectors_of_rfc_9474(shared_vectors, variant):
    vectors = json.loads((shared_vectors / "rfc9474.json").read_text())
    vector = next(one for one in vectors if one["name"] == variant)
    p, q, n, inverse = (int(vector[name], 16) for name in ("p", "q", "n", "inv"))
    message, salt = bytes.fromhex(vector["input_msg"]), bytes.fromhex(vector["salt"])
    assert p * q == n
    public = IssuerPublic("vector", n, ())
    r = int(gmpy2.invert(inverse, n))
    assert token.blind(public, message, r, salt).hex() == vector["blinded_msg"]
    answer = IssuerKey("vector", p, q).sign_blinded(bytes.fromhex(vector["blinded_msg"]))
    assert answer.hex() == vector["blind_sig"]
    assert token.finalize(public, message, answer, r, salt).hex() == vector["sig"]
    if salt:
        token.check_token(public, message, bytes.fromhex(vector["sig"]), "it")
    else:
        # Ours have a salt of 48 bytes and no other.
        refused("token.signature", token.check_token, public, message, bytes.fromhex(vector["sig"]), "it")


def test_a_token_is_an_ordinary_signature_for_openssl(public, signed, tmp_path):
    require(shutil.which("openssl"), "the openssl program is not installed")
    pem = public.verifier.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for name, data in (("key.pem", pem), ("message", MESSAGE), ("token", signed[2])):
        (tmp_path / name).write_bytes(data)
    command = "openssl dgst -sha384 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:48 -sigopt rsa_mgf1_md:sha384"
    command += " -verify key.pem -signature token message"
    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "Verified OK")
    (tmp_path / "message").write_bytes(MESSAGE + b"!")
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode == 1


# From request to token


def test_the_message_names_issuer_election_and_credential():
    assert token.token_message("a-1", "phi", "cred") == b"isoloir|token|a-1|phi|cred"


def test_the_same_values_give_the_same_request_answer_and_token(key, public, signed):
    z, s, signature = signed
    assert token.blind(public, MESSAGE, R, SALT) == z
    assert key.sign_blinded(z) == s
    assert len(z) == len(s) == len(signature) == 384
    token.check_token(public, MESSAGE, signature, "it")


def test_another_blinding_hides_the_request_and_gives_the_same_token(key, public, signed):
    other = R + 2
    z = token.blind(public, MESSAGE, other, SALT)
    assert z != signed[0]
    assert token.finalize(public, MESSAGE, key.sign_blinded(z), other, SALT) == signed[2]


def test_a_request_must_be_a_number_between_1_and_n(key, public):
    for number in (0, 1, public.n, public.n + 2, 2**3072 - 1):
        refused("token.blinded", key.sign_blinded, number.to_bytes(384, "big"))
    for length in (0, 383, 385):
        refused("token.blinded", key.sign_blinded, b"\x00" * (length - 1) + b"\x02" if length else b"")
    assert int.from_bytes(key.sign_blinded((public.n - 1).to_bytes(384, "big")), "big") == public.n - 1


def test_a_fault_in_the_issuers_arithmetic_never_leaves_it(key, public, signed):
    """With one wrong half, gcd(s^e − z, n) would be a factor of n (Boneh, DeMillo, Lipton 1997)."""
    faulty = IssuerKey(key.id, key.p, key.q)
    faulty.__dict__["public"] = public
    faulty.__dict__["_exponents"] = [key._exponents[0], (key.q, key._exponents[1][1] + 2)]
    refused("token.fault", faulty.sign_blinded, signed[0])


@given(bits)
def test_any_changed_bit_of_a_token_or_an_answer_is_refused(public, signed, bit):
    _, s, signature = signed
    refused("token.signature", token.check_token, public, MESSAGE, flipped(signature, bit), "it")
    refused("token.answer", token.finalize, public, MESSAGE, flipped(s, bit), R, SALT)


@given(st.integers(0, 8 * len(MESSAGE) - 1))
def test_any_changed_bit_of_the_message_is_refused(public, signed, bit):
    refused("token.signature", token.check_token, public, flipped(MESSAGE, bit), signed[2], "it")


def test_a_token_has_one_form_only(public, signed):
    signature = signed[2]
    number = int.from_bytes(signature, "big")
    others = [b"", signature[:-1], signature + b"\x00", b"\x00" + signature, bytes(384), (number + public.n)]
    for other in others:
        data = other if isinstance(other, bytes) else other.to_bytes(385, "big").removeprefix(b"\x00")
        refused("token.signature", token.check_token, public, MESSAGE, data, "it")
    answer = int.from_bytes(signed[1], "big") + public.n
    refused("token.answer", token.finalize, public, MESSAGE, answer.to_bytes(385, "big"), R, SALT)
    refused("token.answer", token.finalize, public, MESSAGE, signed[1][1:], R, SALT)


def test_a_signature_of_another_scheme_is_no_token(key, public):
    dp, dq = (exponent for _, exponent in key._exponents)
    d = int(gmpy2.invert(E, (key.p - 1) * (key.q - 1)))
    numbers = rsa.RSAPrivateNumbers(
        key.p, key.q, d, dp, dq, rsa.rsa_crt_iqmp(key.p, key.q), rsa.RSAPublicNumbers(E, public.n)
    )
    private = numbers.private_key()
    good = private.sign(MESSAGE, padding.PSS(padding.MGF1(SHA384()), 48), SHA384())
    token.check_token(public, MESSAGE, good, "it")
    for scheme in (padding.PSS(padding.MGF1(SHA384()), 32), padding.PKCS1v15()):
        other = private.sign(MESSAGE, scheme, SHA384())
        refused("token.signature", token.check_token, public, MESSAGE, other, "it")


@pytest.mark.parametrize("r", [0, "p"])
def test_a_blinding_must_be_prime_to_the_key(key, public, r):
    refused("token.blinding", token.blind, public, MESSAGE, key.p if r == "p" else r, SALT)


# The public key


def test_a_generated_key_passes_its_check(public):
    public.check()
    assert public.n.bit_length() == 3072
    assert IssuerPublic.parse(parse(encode(public.json()), "setup"), "issuer") == public


def test_the_roots_are_of_numbers_nobody_chose(public):
    n = public.n.to_bytes(384, "big")
    prk = hmac.digest(bytes(32), hashlib.sha256(n).digest(), "sha256")
    for index, root in enumerate(public.roots, 1):
        block = out = b""
        for counter in range(1, 14):
            block = hmac.digest(prk, block + f"isoloir|rsa|{index}".encode() + bytes([counter]), "sha256")
            out += block
        assert pow(root, E, public.n) == int.from_bytes(out[:400], "big") % public.n


def modulus(factor):
    """A number of 3072 bits: this factor and two large primes."""
    large = gmpy2.next_prime(1 << 1530)
    return int(factor * large * gmpy2.next_prime((1 << 3071) // (factor * large)))


def test_every_condition_of_a_key_is_checked(public):
    roots = public.roots
    for n, rule in (
        (public.n >> 1, "token.key_size"),
        (public.n << 1, "token.key_size"),
        (0, "token.key_size"),
        (public.n ^ 1, "token.key_factor"),
        (modulus(3), "token.key_factor"),
        (modulus(65521), "token.key_factor"),
        (modulus(65537), "token.key_root"),  # not below 65537; the roots are of another key
    ):
        refused(rule, IssuerPublic("first", n, roots).check)
    for changed in (
        (),
        roots[:-1],
        (*roots, roots[0]),
        roots[::-1],
        (roots[0] + public.n, *roots[1:]),
        (roots[0] - public.n, *roots[1:]),
        (0, *roots[1:]),
    ):
        refused("token.key_root", IssuerPublic("first", public.n, changed).check)


@given(bits, st.integers(0, 7))
def test_any_changed_bit_of_a_key_is_refused(public, bit, index):
    changed = list(public.roots)
    changed[index] ^= 1 << bit
    refused("token.key_root", IssuerPublic("first", public.n, tuple(changed)).check)
    with pytest.raises(ProtocolError) as error:
        IssuerPublic("first", public.n ^ 1 << bit, public.roots).check()
    assert error.value.rule.startswith("token.key_")


def test_a_key_that_is_no_permutation_has_no_eight_roots(key):
    """Where e divides p − 1 only one number in 65537 has an e-th root: the cheat this proof is against."""
    p = next(p for k in count((1 << 1535) // E) if gmpy2.is_prime(p := 2 * E * k + 1))
    n = int(p) * key.q
    for index in range(1, 9):
        # By Euler's criterion: h has a root mod p only if h^((p−1)/e) = 1.
        assert gmpy2.powmod(token.challenge(n, index), (p - 1) // E, p) != 1


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"e": 3}, "json.range"),
        ({"e": "65537"}, "json.type"),
        ({"id": "First"}, "text.pattern"),
        ({"id": "a" * 33}, "text.pattern"),
        ({"id": "a|b"}, "text.pattern"),
        ({"n": "AAAA"}, "text.base64"),
        ({"roots": []}, "json.type"),
        ({"roots": ["AAAA"] * 8}, "text.base64"),
        ({"roots": [0] * 8}, "text.base64"),
        ({"more": 1}, "json.unknown"),
    ],
)
def test_a_malformed_public_key_is_refused(public, change, rule):
    refused(rule, IssuerPublic.parse, {**public.json(), **change}, "issuer")
    refused("json.missing", IssuerPublic.parse, {}, "issuer")


def test_under_a_key_no_check_has_passed_no_token_is_valid(signed):
    for n in (0, 4, 2**3071, 2**3071 + 1):
        refused("token.signature", token.check_token, IssuerPublic("x", n, ()), MESSAGE, signed[2], "it")


# The private key


def test_a_private_key_is_stored_and_read(key):
    again = IssuerKey.parse(key.encode(), "file")
    assert (again.id, again.p, again.q, again.public) == (key.id, key.p, key.q, key.public)
    assert str(key.p) not in repr(key)


def test_a_file_that_is_no_private_key_is_refused(key):
    item = parse(key.encode(), "file")
    for change, rule in (
        ({"q": item["p"]}, "token.key_private"),
        ({"q": base64_encode((key.q + 2).to_bytes(192, "big"))}, "token.key_private"),
        ({"q": base64_encode((5).to_bytes(192, "big"))}, "token.key_private"),
        ({"q": base64_encode((0).to_bytes(192, "big"))}, "token.key_private"),
        ({"p": "AAAA"}, "text.base64"),
        ({"id": "A"}, "text.pattern"),
        ({"format": "other"}, "text.pattern"),
        ({"d": ""}, "json.unknown"),
    ):
        refused(rule, IssuerKey.parse, encode({**item, **change}), "file")
    refused("json.syntax", IssuerKey.parse, b"", "file")
    refused("json.canonical", IssuerKey.parse, key.encode() + b"\n", "file")
