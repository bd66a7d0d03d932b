"""Second factors: codes of RFC 6238, each good once; secrets sealed for one account."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from hypothesis import given
from hypothesis import strategies as st

from elections.registry import accounts, factors, sign_in
from elections.registry.account_tables import Factor
from elections.registry.accounts import NewAccount
from elections.registry.sign_in import Door, Subject
from elections.registry.tables import Account
from elections.rules.phases import Role
from tests.refused import refused
from tests.registry.common import NOW, OFFICER, by_password, draft

KEY = bytes(range(32))
STEP = timedelta(seconds=factors.STEP)
RFC_SECRET = b"12345678901234567890"
RFC_6238 = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
"""Appendix B, SHA-1: eight digits, of which the last six are the code of six."""


def account(session, login="p", **values):
    new = NewAccount(login, "Nom", f"{login}@exemple.fr", Role.PRESIDENT, "a long enough password", **values)
    return accounts.create(session, new, OFFICER, NOW)


def shown(sealed, now, login="p"):
    """What the program of a telephone shows that was given this secret as text."""
    secret, _ = factors.shown(KEY, login, sealed)
    return codes(base64.b32decode(secret), int(now.timestamp()))


def codes(secret, at):
    return TOTP(secret, 6, SHA1(), 30).generate(at).decode()  # noqa: S303


@pytest.fixture
def enrolled(session):
    """An account with a program, and its sealed secret."""
    mine, sealed = account(session), factors.draw(KEY, "p")
    factors.add_codes(session, KEY, mine, sealed, shown(sealed, NOW - 10 * STEP), "Téléphone", NOW - 10 * STEP)
    return sealed


@pytest.mark.parametrize(("at", "code"), RFC_6238)
def test_codes_are_those_of_rfc_6238(at, code):
    now = datetime.fromtimestamp(at, UTC)
    assert factors._step(RFC_SECRET, code[-6:], now, 0) == at // 30
    assert factors._step(RFC_SECRET, f" {code[-6:-3]} {code[-3:]} ", now, 0) == at // 30
    assert factors._step(RFC_SECRET, code, now, 0) is None
    assert factors._step(RFC_SECRET, code[-6:], now, at // 30 + 1) is None


@given(text=st.text(max_size=8))
def test_what_is_no_code_opens_nothing(text):
    now = datetime.fromtimestamp(59, UTC)
    expected = 1 if "".join(text.split()) == "287082" else None
    near = {codes(RFC_SECRET, 30 * step) for step in (0, 2)}
    if "".join(text.split()) not in near:
        assert factors._step(RFC_SECRET, text, now, 0) == expected


def test_a_code_serves_once_and_none_before_it_serves_any_more(session, enrolled):
    code = shown(enrolled, NOW)
    factors.check_code(session, KEY, "p", code, NOW)
    for replayed in (code, shown(enrolled, NOW - STEP)):
        with refused("factors.refused"):
            factors.check_code(session, KEY, "p", replayed, NOW)
    factors.check_code(session, KEY, "p", shown(enrolled, NOW + STEP), NOW + STEP)


def test_a_program_that_is_sent_twice_is_one_and_its_codes_still_serve_once(session, enrolled):
    mine, now = session.get_one(Account, "p"), NOW - 10 * STEP
    factors.add_codes(session, KEY, mine, enrolled, shown(enrolled, now), "Téléphone", now)
    assert len(factors.of(session, "p")) == 1
    factors.check_code(session, KEY, "p", shown(enrolled, NOW), NOW)
    with refused("factors.refused"):
        factors.check_code(session, KEY, "p", shown(enrolled, NOW), NOW)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_that_differs_by_a_step_is_taken(session, enrolled, steps):
    factors.check_code(session, KEY, "p", shown(enrolled, NOW + steps * STEP), NOW)


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_clock_that_differs_by_more_is_not(session, enrolled, steps):
    with refused("factors.refused"):
        factors.check_code(session, KEY, "p", shown(enrolled, NOW + steps * STEP), NOW)


def test_the_code_that_enrols_opens_nothing_more(session):
    mine, sealed = account(session), factors.draw(KEY, "p")
    factors.add_codes(session, KEY, mine, sealed, shown(sealed, NOW), "Téléphone", NOW)
    with refused("factors.refused"):
        factors.check_code(session, KEY, "p", shown(sealed, NOW), NOW)


def test_a_wrong_code_enrols_nothing(session):
    mine, sealed = account(session), factors.draw(KEY, "p")
    wrong = f"{(int(shown(sealed, NOW)) + 1) % 1_000_000:06d}"
    near = {shown(sealed, NOW + step * STEP) for step in (-1, 1)}
    if wrong not in near:
        with refused("factors.code"):
            factors.add_codes(session, KEY, mine, sealed, wrong, "Téléphone", NOW)
    assert factors.of(session, "p") == []


def test_a_secret_is_sealed_for_one_account_and_under_one_key(session):
    other, sealed = account(session, "q"), factors.draw(KEY, "p")
    with refused("web.body"):
        factors.add_codes(session, KEY, other, sealed, shown(sealed, NOW), "Téléphone", NOW)
    for key, login, text in ((bytes(32), "p", sealed), (KEY, "p", sealed[:-4]), (KEY, "p", "é"), (KEY, "p", "")):
        with refused("web.body"):
            factors.shown(key, login, text)


def test_what_is_kept_does_not_show_the_secret(session, enrolled):
    secret, uri = factors.shown(KEY, "p", enrolled)
    kept = session.get_one(Factor, factors.of(session, "p")[0].id).secret
    assert base64.b32decode(secret) not in kept
    assert uri.startswith("otpauth://totp/Isoloir:p?")
    assert f"secret={secret}" in uri


def test_factors_are_named_and_the_last_one_stays(session, enrolled):
    mine, sealed = session.get_one(Account, "p"), factors.draw(KEY, "p")
    first = factors.of(session, "p")[0].id
    with refused("factors.last"):
        factors.remove(session, "p", first)
    added = factors.add_codes(session, KEY, mine, sealed, shown(sealed, NOW), " Tablette ", NOW)
    assert [factor.name for factor in factors.of(session, "p")] == ["Téléphone", "Tablette"]
    account(session, "q")
    for login, factor in (("q", first), ("p", first + 99)):
        with refused("factors.unknown"):
            factors.remove(session, login, factor)
    factors.remove(session, "p", first)
    assert factors.of(session, "p") == [added]
    with refused("text.pattern"):
        factors.add(session, Factor(login="p", kind="totp", name=" ", secret=b"", counter=0), NOW)


def test_an_account_has_so_many_factors_and_no_more(session, enrolled):
    for n in range(factors.MOST - 1):
        factors.add(session, Factor(login="p", kind="totp", name=str(n), secret=b"", counter=0), NOW)
    with refused("factors.most"):
        factors.add(session, Factor(login="p", kind="totp", name="x", secret=b"", counter=0), NOW)


def test_who_owes_a_factor(session):
    real, blank = draft(session), draft(session, rehearsal=True)
    assert factors.owed(session, account(session, "everywhere"))
    assert factors.owed(session, account(session, "real", election_uuid=real.uuid))
    assert not factors.owed(session, account(session, "blank", election_uuid=blank.uuid))
    assert not factors.owed(session, account(session, "demo", excused=True))


def test_the_password_does_not_make_tries_at_the_factor_forgotten(session):
    account(session)
    subject = Subject("account", "p")
    for _ in range(sign_in.LIMITS[Door.FACTOR].free):
        trying = sign_in.knock(session, subject, Door.FACTOR, NOW)
    by_password(session, sign_in.knock(session, subject, Door.PASSWORD, NOW), "a long enough password")
    with refused("sign-in.wait"):
        sign_in.knock(session, subject, Door.FACTOR, NOW)
    sign_in.forget(session, trying)
    sign_in.knock(session, subject, Door.FACTOR, NOW)
