"""Ed25519 as strict as protocol/ed25519.py promises."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from elections.protocol import ed25519
from elections.protocol.errors import ProtocolError

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, PRIME) % PRIME
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PRIVATE.public_key().public_bytes_raw()


def refused(rule, public, signature, message=b"text"):
    with pytest.raises(ProtocolError) as error:
        ed25519.check(public, signature, message, "it")
    assert error.value.rule == rule


def test_the_first_vector_of_rfc_8032():
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b"
    )
    ed25519.check(public, signature, b"", "it")
    refused("ed25519.signature", public, signature)


@given(st.integers(0, 511))
def test_any_changed_bit_of_a_signature_is_refused(bit):
    signature = PRIVATE.sign(b"text")
    refused("ed25519.signature", PUBLIC, (int.from_bytes(signature, "big") ^ 1 << bit).to_bytes(64, "big"))


def test_a_signature_has_one_form_only():
    signature = PRIVATE.sign(b"text")
    s = int.from_bytes(signature[32:], "little")
    refused("ed25519.signature", PUBLIC, signature[:32] + (s + ORDER).to_bytes(32, "little"))
    refused("ed25519.signature", PUBLIC, signature + b"\x00")
    refused("ed25519.signature", PUBLIC, signature[:-1])


def squared_x(y):
    return (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME


def doubled(y):
    """The y of twice a point, which depends on its y alone."""
    x2 = squared_x(y)
    return (y * y + x2) * pow(1 - D * x2 * y * y, -1, PRIME) % PRIME


def test_every_point_of_small_order_is_refused():
    signature = PRIVATE.sign(b"text")
    on_curve = 0
    for y in ed25519._SMALL_ORDER:
        assert doubled(doubled(doubled(y))) == 1
        x2 = squared_x(y)
        assert x2 == 0 or pow(x2, (PRIME - 1) // 2, PRIME) == 1
        on_curve += 1 if x2 == 0 else 2
        for sign in (0, 1 << 255):
            refused("ed25519.key", (y | sign).to_bytes(32, "little"), signature)
    assert on_curve == 8  # the curve's cofactor: there are no others


def test_a_signature_that_fits_every_message_is_what_this_prevents():
    """R the identity, S zero, under the key that is the identity: OpenSSL itself says yes."""
    identity = (1).to_bytes(32, "little")
    forged = identity + bytes(32)
    Ed25519PublicKey.from_public_bytes(identity).verify(forged, b"whatever")
    refused("ed25519.key", identity, forged)


@pytest.mark.parametrize("y", [PRIME, PRIME + 3, 2**255 - 1])
def test_a_key_has_one_form_only(y):
    refused("ed25519.key", y.to_bytes(32, "little"), bytes(64))


@pytest.mark.parametrize("key", [b"", PUBLIC[:-1], PUBLIC + b"\x00"])
def test_a_key_has_32_bytes(key):
    refused("ed25519.key", key, bytes(64))


def test_a_key_that_is_no_point_verifies_nothing():
    y = next(y for y in range(2, 100) if pow(squared_x(y), (PRIME - 1) // 2, PRIME) == PRIME - 1)
    refused("ed25519.signature", y.to_bytes(32, "little"), PRIVATE.sign(b"text"))
