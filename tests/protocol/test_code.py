"""Voting codes and what is derived from them, recomputed here from protocol.md §4 by the standard library alone."""

from __future__ import annotations

import hashlib
import hmac
import json
import re

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from elections.protocol import code
from elections.protocol.canonical import base64_decode, base64_encode
from elections.protocol.code import ALPHABET, VotingKeys
from elections.protocol.errors import ProtocolError

PHI = "mD4pmYjXDOMvYSXcZPlTbMM4vFF6Lw5rKGcCqYbKEqk"
UUID = "AnElection1234"
PARTS = ["0123456789ABCDEFGHJQ", "ZZZZZYYYYYXXXXXWWWWH"]
N = (1 << 3071) + 12345

secret_symbols = st.text(ALPHABET, min_size=19, max_size=19)


def refused(rule, function, *arguments):
    with pytest.raises(ProtocolError) as error:
        function(*arguments)
    assert error.value.rule == rule


def expand(ikm, salt, info, length):
    """HKDF-SHA256 (RFC 5869), a second time."""
    prk = hmac.digest(salt or bytes(32), ikm, "sha256")
    block, out = b"", b""
    while len(out) < length:
        block = hmac.digest(prk, block + info.encode() + bytes([len(out) // 32 + 1]), "sha256")
        out += block
    return out[:length]


# The code itself


def times_power_of_two(symbol, power):
    value = ALPHABET.index(symbol) << power
    for degree in range(value.bit_length(), 5, -1):
        if value >> (degree - 1) & 1:
            value ^= 0b100101 << (degree - 6)
    return value


@given(secret_symbols)
def test_the_check_symbol_is_the_weighted_sum_in_gf_32(symbols):
    total = 0
    for place, symbol in enumerate(symbols):
        total ^= times_power_of_two(symbol, 19 - place)
    assert code.check_symbol(symbols) == ALPHABET[total]


@given(secret_symbols)
def test_every_wrong_symbol_and_every_swap_is_found(symbols):
    right = symbols + code.check_symbol(symbols)
    assert code.read(right) == right
    for place in range(20):
        for symbol in ALPHABET:
            if symbol != right[place]:
                refused("code.check", code.read, right[:place] + symbol + right[place + 1 :])
        for other in range(place):
            swapped = list(right)
            swapped[place], swapped[other] = right[other], right[place]
            if swapped != list(right):
                refused("code.check", code.read, "".join(swapped))


def test_a_new_code_is_read_and_no_two_are_alike():
    made = {code.make() for _ in range(200)}
    assert len(made) == 200
    for one in made:
        assert re.fullmatch(f"[{ALPHABET}]{{5}}(-[{ALPHABET}]{{5}}){{3}}", one)
        assert code.read(one) == one.replace("-", "")
    # Nineteen places are drawn, and each symbol turns up in each of them sooner or later.
    assert {symbol for one in made for symbol in one} == {*ALPHABET, "-"}


@given(secret_symbols, st.randoms())
def test_case_hyphens_spaces_and_look_alikes_are_forgiven(symbols, random):
    right = symbols + code.check_symbol(symbols)
    alike = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        random.choice(alike.get(symbol, symbol + symbol.lower())) + random.choice(["", "", "-", " ", "--"])
        for symbol in right
    )
    assert code.read(typed) == right


@pytest.mark.parametrize("symbol", ["U", "u", "!", "é", "ı", "ſ", "\u2010", "\u00a0", "\n", "\x00", "０"])
def test_a_foreign_symbol_is_named(symbol):
    with pytest.raises(ProtocolError, match=re.escape(repr(symbol))) as error:
        code.read(PARTS[0][:7] + symbol + PARTS[0][8:])
    assert error.value.rule == "code.symbol"


@pytest.mark.parametrize("typed", ["", "-", PARTS[0][:19], PARTS[0] + "0", "0" * 10_000])
def test_a_wrong_length_is_named(typed):
    refused("code.length", code.read, typed)


def test_no_refusal_quotes_the_code():
    with pytest.raises(ProtocolError) as error:
        code.read(PARTS[0][:19] + "0")
    assert error.value.rule == "code.check"
    assert not error.value.values


# Derivation


def test_hkdf_gives_the_third_vector_of_rfc_5869():
    """The one whose salt and info are ours too: empty. The others have an info beyond ASCII."""
    okm = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    assert code.hkdf(b"\x0b" * 22, b"", "", 42).hex() == expand(b"\x0b" * 22, b"", "", 42).hex() == okm


@pytest.mark.parametrize("number", [1, 4_711])
def test_keys_are_derived_as_the_protocol_says(number):
    salt = f"isoloir|code|{UUID}|{number}".encode()
    k = expand(PARTS[0][:19].encode(), salt, "isoloir|key", 32)
    assert code.key([PARTS[0]], UUID, number) == k
    keys = VotingKeys([PARTS[0]], UUID, number, ["first", "second"])
    assert keys.key == k
    assert keys.register.private_bytes_raw() == expand(k, b"", "isoloir|register", 32)
    for issuer in ("first", "second"):
        assert keys.requests[issuer].private_bytes_raw() == expand(k, b"", f"isoloir|request|{issuer}", 32)
    assert keys.row == (
        number,
        keys.register.public_key().public_bytes_raw().hex(),
        {name: key.public_key().public_bytes_raw().hex() for name, key in keys.requests.items()},
    )


def test_with_several_parts_each_issuer_has_its_own_part():
    salt = f"isoloir|code|{UUID}|7".encode()
    keys = VotingKeys(PARTS, UUID, 7, ["first", "second"])
    whole = "".join(part[:19] for part in PARTS).encode()
    assert keys.key == expand(whole, salt, "isoloir|key", 32)
    for part, issuer in zip(PARTS, ("first", "second"), strict=True):
        k_i = expand(part[:19].encode(), salt, "isoloir|key", 32)
        assert keys.requests[issuer].private_bytes_raw() == expand(k_i, b"", f"isoloir|request|{issuer}", 32)


def test_what_belongs_to_a_contest_is_derived_as_the_protocol_says():
    k, link_key, q = bytes(range(32)), bytes(range(32, 64)), 2**252 + 27742317777372353535851937790883648493
    salt = hmac.digest(link_key, b"isoloir|salt|42", hashlib.sha256)
    assert code.elector_salt(link_key, 42) == salt
    seed = expand(k, salt, "isoloir|seed|AContest123456", 64)
    assert code.contest_seed(k, salt, "AContest123456") == seed
    assert code.credential_scalar(seed, q) == int.from_bytes(expand(seed, b"", "isoloir|credential", 64), "big") % q
    assert code.blinding(seed, "one", N) == int.from_bytes(expand(seed, b"", "isoloir|blind|one", 400), "big") % N
    assert code.pss_salt(seed, "one") == expand(seed, b"", "isoloir|salt|one", 48)


def test_the_check_symbol_adds_nothing_and_may_be_cut_off():
    assert code.key([PARTS[0][:19]], UUID, 1) == code.key([PARTS[0]], UUID, 1)


@pytest.mark.parametrize("part", ["", PARTS[0][:18], PARTS[0] + "0", "0123-4567-89AB-CDEFG"])
def test_only_a_code_that_was_read_is_a_secret(part):
    refused("code.part", code.key, [part], UUID, 1)


@pytest.mark.parametrize(("parts", "issuers"), [(0, 1), (0, 2), (2, 1), (2, 3)])
def test_parts_and_issuers_must_fit(parts, issuers):
    refused("code.parts", VotingKeys, PARTS[:parts], UUID, 1, ["a", "b", "c"][:issuers])


def test_a_blinding_that_is_not_prime_to_the_key_is_refused():
    r = int.from_bytes(expand(b"seed", b"", "isoloir|blind|one", 2 + 16), "big")
    factor = next(factor for factor in range(3, 1000) if r % factor == 0)
    refused("token.blinding", code.blinding, b"seed", "one", factor * (40_000 // factor))


def test_no_secret_is_printed():
    assert PARTS[0] not in repr(VotingKeys([PARTS[0]], UUID, 1, ["one"]))


@pytest.mark.parametrize("number", [0, -1, 2**53])
def test_an_elector_number_is_positive(number):
    refused("json.range", code.key, [PARTS[0]], UUID, number)
    refused("json.range", code.elector_salt, bytes(32), number)
    refused("json.range", code.check_register, "00" * 32, PHI, number, "")


# The roll


def rows():
    return [VotingKeys([PARTS[0]], UUID, number, ["b", "a"]).row for number in (10, 9, 1)]


def test_the_roll_digest_is_over_lines_in_numerical_order():
    lines = [
        json.dumps({"number": number, "register": register, "requests": requests}, sort_keys=True).replace(" ", "")
        for number, register, requests in sorted(rows())
    ]
    assert [json.loads(line)["number"] for line in lines] == [1, 9, 10]
    digest = hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()
    assert code.roll_digest(rows()) == code.roll_digest(reversed(rows())) == digest
    assert code.roll_digest([]) == hashlib.sha256(b"").hexdigest()


def test_a_roll_with_a_number_twice_or_an_unusable_key_is_refused():
    refused("code.number", code.roll_digest, [*rows(), rows()[0]])
    _, register, requests = rows()[0]
    refused("json.range", code.roll_digest, [(0, register, requests)])
    refused("text.hex", code.roll_digest, [(1, register.upper(), requests)])
    refused("ed25519.key", code.roll_digest, [(1, register, {**requests, "a": "00" * 32})])


# Signatures

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key().public_bytes_raw().hex()
Z = bytes(range(256)) + bytes(128)


def test_what_is_signed_is_the_text_of_the_protocol():
    key = KEY.public_key()
    digest = hashlib.sha256(Z).hexdigest()
    for signature, text in (
        (code.sign_register(KEY, PHI, 12), f"isoloir|signature|{PHI}|12"),
        (code.sign_request(KEY, "one", PHI, 12, Z), f"isoloir|request|one|{PHI}|12|{digest}"),
    ):
        key.verify(base64_decode(signature, "it", 64), text.encode())


def test_only_the_same_values_check():
    signature = code.sign_request(KEY, "one", PHI, 12, Z)
    code.check_request(PUBLIC, "one", PHI, 12, Z, signature)
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    for arguments in (
        (other, "one", PHI, 12, Z),
        (PUBLIC, "two", PHI, 12, Z),
        (PUBLIC, "one", PHI[:-1] + "A", 12, Z),
        (PUBLIC, "one", PHI, 1, Z),
        (PUBLIC, "one", PHI, 12, Z[:-1] + b"\x01"),
    ):
        refused("ed25519.signature", code.check_request, *arguments, signature)
    refused("ed25519.signature", code.check_register, PUBLIC, PHI, 12, signature)
    register = code.sign_register(KEY, PHI, 12)
    code.check_register(PUBLIC, PHI, 12, register)
    refused("ed25519.signature", code.check_register, PUBLIC, PHI, 13, register)
    refused("ed25519.signature", code.check_request, PUBLIC, "one", PHI, 12, Z, register)


@given(st.integers(0, 3071), st.integers(0, 511))
def test_any_changed_bit_of_a_request_is_refused(bit, signature_bit):
    signature = code.sign_request(KEY, "one", PHI, 12, Z)
    changed = (int.from_bytes(Z, "big") ^ 1 << bit).to_bytes(384, "big")
    refused("ed25519.signature", code.check_request, PUBLIC, "one", PHI, 12, changed, signature)
    raw = int.from_bytes(base64_decode(signature, "it", 64), "big") ^ 1 << signature_bit
    other = base64_encode(raw.to_bytes(64, "big"))
    refused("ed25519.signature", code.check_request, PUBLIC, "one", PHI, 12, Z, other)


def test_keys_and_signatures_have_one_form():
    signature = code.sign_register(KEY, PHI, 12)
    refused("text.base64", code.check_register, PUBLIC, PHI, 12, signature.rstrip("="))
    refused("text.base64", code.check_register, PUBLIC, PHI, 12, signature + "\n")
    refused("text.base64", code.check_register, PUBLIC, PHI, 12, base64_encode(bytes(63)))
    refused("text.hex", code.check_register, PUBLIC.upper(), PHI, 12, signature)
