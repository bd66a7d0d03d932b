"""Both groups compute what plain integers compute, and let nothing in that is not a member."""

import hashlib

import gmpy2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.protocol.group import GROUP_NAMES, belenios2048, group_by_name
from elections.protocol.group.interface import Element
from tests.protocol.plain import P25519, D
from tests.protocol.small import PLAIN
from tests.refused import refused

ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
ED = group_by_name("Ed25519")
BIG = group_by_name("BELENIOS-2048")

exponents = st.one_of(
    st.sampled_from([0, 1, 2, 127, 128, 255, 256, ED.q - 1, ED.q, ED.q + 1, BIG.q - 1, BIG.q, BIG.q + 1]),
    st.integers(-(2**300), 2**300),
)


@pytest.fixture(params=GROUP_NAMES)
def group(request):
    return group_by_name(request.param)


def written(text):
    """Big-endian digits of the 32 bytes of a point with this y and sign."""
    return f"{text:064x}"


# --- they compute what plain integers compute


@pytest.mark.parametrize("name", GROUP_NAMES)
@given(data=st.data())
def test_powers_products_and_quotients_are_those_of_plain_integers(name, data):
    group, plain = group_by_name(name), PLAIN[name]
    e, f, k = (data.draw(exponents) for _ in range(3))
    a, b = group.power_g(e), group.generator.secret_power(f)
    pa, pb = plain.power(plain.generator, e), plain.power(plain.generator, f)
    assert (a.text, b.text) == (plain.write(pa), plain.write(pb))
    assert (a * b).text == plain.write(plain.mul(pa, pb))
    assert (a / b).text == plain.write(plain.mul(pa, plain.power(pb, -1)))
    assert (a**k).text == a.secret_power(k).text == plain.write(plain.power(pa, k))
    assert group.element(a.text, "it") == a
    assert group.powers.commitment(e, b, k).text == plain.write(
        plain.mul(plain.power(plain.generator, e), plain.power(pb, k))
    )


@pytest.mark.parametrize("name", GROUP_NAMES)
def test_a_prepared_base_gives_the_same_powers_before_and_after_its_table_is_made(name):
    group = group_by_name(name)
    base = group.power_g(3**50)
    powers = group.table(base)
    assert powers.base == base
    for exponent in [0, 1, -1, 255, 256, group.q - 1, *(7**k for k in range(90))]:
        assert powers.power(exponent) == base**exponent


def test_order_and_identity(group):
    assert group.generator**group.q == group.identity != group.generator
    assert (
        group.identity**5 == group.identity.secret_power(5) == group.generator**0 == group.generator / group.generator
    )
    assert group.identity * group.generator == group.generator
    assert group.element(group.identity.text, "it") == group.identity


def test_equal_elements_are_one_key_of_a_mapping(group):
    again = group.power_g(2) / group.generator
    assert again == group.generator
    assert {again: 1} == {group.generator: 1}
    assert again != group.identity
    assert again != again.text
    assert Element.__eq__(again, group.generator)
    assert hash(again.text) == Element.__hash__(again)


def test_elements_of_two_groups_are_never_equal_nor_multiplied():
    assert ED.identity != BIG.identity
    assert BIG.identity != ED.identity
    for first, second in ((ED.generator, BIG.generator), (BIG.generator, ED.generator)):
        with pytest.raises(TypeError):
            first * second
        with pytest.raises(TypeError):
            first / second


def test_nothing_of_a_long_element_is_printed_but_its_beginning(group):
    assert len(repr(group.generator)) < 40


@given(st.integers(0, 2**260), st.integers(0, 2**260), st.integers(0, 2**260))
@pytest.mark.parametrize("name", GROUP_NAMES)
def test_a_response_is_nonce_minus_secret_times_challenge(name, nonce, secret, challenge):
    q = group_by_name(name).q
    nonce, secret, challenge = nonce % q, secret % q, challenge % q
    assert group_by_name(name).respond(nonce, secret, challenge) == (nonce - secret * challenge) % q


def test_scalars(group):
    assert group.scalar_from(b"\x01\x00") == 256
    assert group.scalar_from((group.q + 3).to_bytes(64, "big")) == 3
    assert group.hash_to_scalar("é|") == int(hashlib.sha256("é|".encode()).hexdigest(), 16) % group.q
    drawn = {group.random_scalar() for _ in range(8)}
    assert len(drawn) == 8
    assert all(0 <= scalar < group.q for scalar in drawn)


# --- the parameters are the published ones


def test_parameters_of_belenios_2048_are_those_of_the_format():
    p, g, q = (hashlib.sha256(str(number).encode()).hexdigest() for number in (belenios2048._P, belenios2048._G, BIG.q))
    assert (p[:8], p[-8:]) == ("ef7979ce", "475d007f")
    assert (g[:8], g[-6:]) == ("96649bff", "51f3ec")
    assert (q[:8], q[-6:]) == ("77b9ebaa", "1653bb")
    assert gmpy2.is_prime(belenios2048._P, 40)
    assert gmpy2.is_prime(BIG.q, 40)
    assert (belenios2048._P - 1) % BIG.q == 0
    assert (belenios2048._P.bit_length(), BIG.q.bit_length()) == (2048, 256)
    assert BIG.digits == len(str(belenios2048._P - 1))


def test_ed25519_has_the_base_point_of_rfc_8032():
    assert ED.generator.text == "66" * 31 + "58"
    assert gmpy2.is_prime(ED.q, 40)
    assert len(ED.generator.text) == ED.digits


@pytest.mark.parametrize("name", ["", "ed25519", "RFC-3526-2048", None, 7, ["Ed25519"], {}])
def test_other_groups_are_refused(name):
    with refused("group.name"):
        group_by_name(name)


# --- nothing comes in that is not a member


def torsion():
    """The eight points whose order divides 8, from one of order 8."""
    plain = PLAIN["Ed25519"]
    point, points = plain.read(written(ORDER_8)), [plain.identity]
    while (after := plain.write(plain.mul(points[-1], point))) != plain.write(plain.identity):
        points.append(plain.read(after))
    assert len(points) == 8
    return points


OUTSIDE = {f"of small order, {number}": point for number, point in enumerate(torsion()[1:], 1)} | {
    f"a member and a point of small order, {number}": PLAIN["Ed25519"].mul(PLAIN["Ed25519"].generator, point)
    for number, point in enumerate(torsion()[1:], 1)
}
"""Points of the curve that are no members: seven of small order, seven that have such a part.

A libsodium before the end of 2025 takes the one with the part of order 2 for a member (CVE-2025-69277).
"""

NOT_ON_CURVE = next(
    y for y in range(2, 100) if pow((y * y - 1) * pow(D * y * y + 1, -1, P25519), (P25519 - 1) // 2, P25519) != 1
)


@pytest.mark.parametrize("what", OUTSIDE)
def test_points_outside_the_subgroup_are_refused_when_read(what):
    with refused("group.member"):
        ED.element(PLAIN["Ed25519"].write(OUTSIDE[what]), "it")


@pytest.mark.parametrize(
    "number",
    [
        NOT_ON_CURVE,
        P25519 + 1,  # the identity, y not reduced
        1 + 2**255,  # the identity with the sign of an odd x
        P25519,
        P25519 + 3,
        2**255 - 1,
        0,
    ],
)
def test_other_writings_and_other_numbers_are_refused(number):
    with refused("group.member"):
        ED.element(written(number), "it")


@pytest.mark.parametrize(
    "text",
    [None, 7, "", "66" * 31 + "5", "66" * 32 + "58", "6" * 63 + "G", ED.power_g(2).text.upper(), "0x" + "6" * 62],
)
def test_what_is_not_64_hexadecimal_digits_is_refused(text):
    for read in (ED.element, ED.claimed):
        with refused("text.hex"):
            read(text, "it")


P = int(belenios2048._P)
RESIDUES = [0, P - 1, 2, int(BIG.generator.text) * 2 % P, P - int(BIG.generator.text)]


@pytest.mark.parametrize("number", RESIDUES)
def test_residues_outside_the_subgroup_are_refused_when_read(number):
    with refused("group.member"):
        BIG.element(str(number), "it")


CLAIMED = [(ED, PLAIN["Ed25519"].write(point)) for point in OUTSIDE.values()] + [(BIG, str(n)) for n in RESIDUES]
USES = {
    "prove": lambda bad, _: bad.prove(),
    "times": lambda bad, group: bad * group.generator,
    "times, from the left": lambda bad, group: group.generator * bad,
    "over": lambda bad, group: bad / group.generator,
    "under": lambda bad, group: group.generator / bad,
    "power": lambda bad, _: bad**5,
    "power 0": lambda bad, _: bad**0,
    "power q": lambda bad, group: bad**group.q,
    "secret power": lambda bad, _: bad.secret_power(5),
    "secret power 0": lambda bad, _: bad.secret_power(0),
    "commitment": lambda bad, group: group.powers.commitment(3, bad, 5),
    "commitment to 0": lambda bad, group: group.powers.commitment(3, bad, 0),
    "table": lambda bad, group: group.table(bad).power(2),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize(("group", "text"), CLAIMED, ids=range(len(CLAIMED)))
def test_what_is_only_claimed_is_refused_by_the_first_computation(group, text, use):
    with refused("group.member"):
        USES[use](group.claimed(text, "it"), group)


@pytest.mark.parametrize("name", GROUP_NAMES)
@given(exponents, st.lists(exponents, max_size=3))
def test_powers_of_a_claimed_member_are_those_of_a_proved_one(name, secret, several):
    group = group_by_name(name)
    member = group.power_g(secret)
    claimed = group.claimed(member.text, "it")
    for exponent in several:
        assert claimed**exponent == member**exponent
    claimed.prove()
    assert claimed == member
    assert claimed * member == member**2


def test_a_claimed_member_is_proved_once(monkeypatch, group):
    element = group.claimed(group.power_g(9).text, "it")
    assert element**2 == group.power_g(18)
    monkeypatch.setattr(type(element), "_is_member", lambda _: pytest.fail("asked twice"))
    element.prove()
    assert element * group.generator == group.power_g(10)


def test_a_claimed_identity_is_a_member(group):
    for use in (lambda e: e.prove() or e, lambda e: e**3, lambda e: e * group.identity, lambda e: e**0):
        assert use(group.claimed(group.identity.text, "it")) == group.identity


@pytest.mark.parametrize("number", [P, P + 1, P + int(BIG.generator.text)])
def test_residues_that_are_not_reduced_are_refused(number):
    for read in (BIG.element, BIG.claimed):
        with refused("json.range"):
            read(str(number), "it")


@pytest.mark.parametrize("text", [None, 1, "", "01", "+1", "-1", "1 ", "1_0", "١", "1.0", "0x1", "1" * 1301])
def test_what_is_not_a_canonical_decimal_is_refused(text):
    with refused("text.decimal"):
        BIG.element(text, "it")


def test_the_refusal_names_the_place():
    with pytest.raises(ValueError, match="ballot 3, alpha: not an element of the group Ed25519"):
        ED.claimed(written(ORDER_8), "ballot 3, alpha").prove()
