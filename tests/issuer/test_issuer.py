"""The issuers: one token for each elector, contest and request key, on record before it is signed (§5)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from elections import issuer
from elections.issuer import Request, tables
from elections.protocol import code, token
from elections.protocol.canonical import sha256_hex
from elections.protocol.errors import ProtocolError
from elections.rules.phases import Phase
from elections.storage import Store
from tests.refused import refused

CONTEST, OTHER = "dBRFsGMXpcQZvR", "7pGdQmXkLr4TzN"
PHI = "Yxs9ECdEpT3LQm0wQvKlHkkqUfn3ZE1rBzuVfYBBXfU"
NUMBER = 7
ELECTOR = Ed25519PrivateKey.from_private_bytes(b"1" * 32)
REISSUED = Ed25519PrivateKey.from_private_bytes(b"2" * 32)
SALT = bytes(48)


@pytest.fixture(scope="module")
def key():
    """The private key of the issuer `main`; making it takes a while."""
    key = token.IssuerKey.generate("main")
    key.public.check()
    return key


@pytest.fixture
def sessions(store):
    """The registry's sessions; one contest is open, elector 7 may ask `main` and `second` for a token."""
    with store.registry.begin() as session:
        for name in ("main", "second"):
            issuer.enrol(session, name, CONTEST, {NUMBER: public(ELECTOR), 8: public(REISSUED)})
        issuer.receive(session, CONTEST, PHI)
        issuer.set_phase(session, CONTEST, Phase.OPEN)
    return store.registry


def public(private):
    return private.public_key().public_bytes_raw().hex()


def message(key):
    return token.token_message(key.id, PHI, "credential")


def ask(key, r=3, private=ELECTOR, **values):
    """A request as the elector's browser makes it; `r` blinds it."""
    z = token.blind(key.public, message(key), r, SALT)
    signature = code.sign_request(private, key.id, PHI, NUMBER, z)
    return replace(Request(CONTEST, NUMBER, z, signature), **values)


def move(sessions, phase):
    with sessions.begin() as session:
        issuer.set_phase(session, CONTEST, phase)


def counts(sessions):
    with sessions() as session:
        return issuer.token_counts(session, CONTEST)


def test_an_entitled_elector_gets_her_token(sessions, key):
    s = issuer.sign(sessions, key, ask(key, r=5))
    signature = token.finalize(key.public, message(key), s, 5, SALT)
    token.check_token(key.public, message(key), signature, "token")
    assert counts(sessions) == {"main": 1, "second": 0}


def test_the_same_request_has_the_same_answer_and_another_none(sessions, key):
    first = issuer.sign(sessions, key, ask(key))
    assert issuer.sign(sessions, key, ask(key)) == first
    with refused("issuer.second"):
        issuer.sign(sessions, key, ask(key, r=5))
    assert counts(sessions)["main"] == 1


def test_a_reissued_code_has_a_token_of_its_own(sessions, key):
    issuer.sign(sessions, key, ask(key))
    with sessions.begin() as session:
        issuer.replace_key(session, "main", CONTEST, NUMBER, public(REISSUED))
    with refused("ed25519.signature"):
        issuer.sign(sessions, key, ask(key))
    issuer.sign(sessions, key, ask(key, r=5, private=REISSUED))
    assert counts(sessions)["main"] == 2
    with refused("issuer.second"):
        issuer.sign(sessions, key, ask(key, r=7, private=REISSUED))


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"contest": OTHER}, "issuer.unknown"),
        ({"number": 9}, "issuer.entitlement"),
        ({"number": 8}, "ed25519.signature"),
        ({"signature": ""}, "text.base64"),
        ({"z": b"\x01"}, "token.blinded"),
        ({"z": bytes(384)}, "token.blinded"),
        ({"z": (1).to_bytes(384, "big")}, "token.blinded"),
        ({"z": b"\xff" * 384}, "token.blinded"),
        ({"z": (2).to_bytes(384, "big")}, "ed25519.signature"),
    ],
)
def test_what_is_wrong_is_refused_and_leaves_no_record(sessions, key, changed, rule):
    with refused(rule):
        issuer.sign(sessions, key, ask(key, **changed))
    assert counts(sessions)["main"] == 0
    issuer.sign(sessions, key, ask(key))


def test_a_request_to_one_issuer_is_none_to_another(sessions, key):
    second = token.IssuerKey("second", key.p, key.q)
    with refused("ed25519.signature"):
        issuer.sign(sessions, second, ask(key))


@pytest.mark.parametrize("phase", list(Phase))
def test_tokens_are_given_out_while_ballots_are_taken(store, key, phase):
    with store.registry.begin() as session:
        issuer.enrol(session, "main", CONTEST, {NUMBER: public(ELECTOR)})
        issuer.receive(session, CONTEST, PHI)
        issuer.set_phase(session, CONTEST, phase)
        assert issuer.phase(session, CONTEST) is phase
    if phase in {Phase.OPEN, Phase.CLOSING}:
        issuer.sign(store.registry, key, ask(key))
    else:
        with refused("issuer.phase"):
            issuer.sign(store.registry, key, ask(key))
        assert counts(store.registry) == {"main": 0}


def test_the_record_is_on_disk_before_the_key_is_used(store, sessions, key):
    request = ask(key)

    class Watching(token.IssuerKey):
        def sign_blinded(self, z):
            with Store.open(store.state) as other, other.registry_reader() as session:
                (found,) = issuer.requests_of(session, CONTEST, NUMBER)
                assert found.digest == sha256_hex(z)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        issuer.sign(sessions, Watching("main", key.p, key.q), request)
    # After that crash the same request is answered, another one is not.
    with refused("issuer.second"):
        issuer.sign(sessions, key, ask(key, r=5))
    issuer.sign(sessions, key, request)


def test_of_two_hundred_requests_at_once_one_is_recorded(sessions, key):
    requests = [ask(key, r=r) for r in range(3, 13)] * 20

    def outcome(request):
        try:
            with sessions.begin() as session:
                issuer.authorise(session, key.public, request)
        except ProtocolError as error:
            return error.rule
        return sha256_hex(request.z)

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(outcome, requests))
    assert outcomes.count("issuer.second") == 180
    assert len(set(outcomes)) == 2
    assert counts(sessions)["main"] == 1


def test_each_elector_is_shown_her_requests_until_they_are_destroyed(sessions, key):
    request = ask(key)
    issuer.sign(sessions, key, request)
    with sessions() as session:
        (mine,) = issuer.requests_of(session, CONTEST, NUMBER)
        assert (mine.issuer, mine.digest, mine.signature) == ("main", sha256_hex(request.z), request.signature)
        code.check_request(mine.key, mine.issuer, PHI, NUMBER, request.z, mine.signature)
        assert issuer.requests_of(session, CONTEST, 8) == issuer.requests_of(session, OTHER, NUMBER) == []
    for phase in (Phase.OPEN, Phase.CLOSING, Phase.FROZEN, Phase.COUNTED):
        move(sessions, phase)
        with refused("issuer.phase"), sessions.begin() as session:
            issuer.destroy_requests(session, CONTEST)
    move(sessions, Phase.PROCLAIMED)
    with sessions.begin() as session:
        issuer.destroy_requests(session, CONTEST)
        assert issuer.requests_of(session, CONTEST, NUMBER) == []


def test_a_roll_is_replaced_whole_until_the_seal(store):
    with store.registry.begin() as session:
        issuer.enrol(session, "main", CONTEST, {1: public(ELECTOR), 2: public(ELECTOR)})
        issuer.enrol(session, "main", OTHER, {1: public(ELECTOR)})
        issuer.receive(session, CONTEST, PHI)
        issuer.enrol(session, "main", CONTEST, {2: public(REISSUED), 3: public(ELECTOR)})
        rows = session.query(tables.RequestKey).filter_by(contest=CONTEST).order_by(tables.RequestKey.number)
        assert [(row.number, row.key) for row in rows] == [(2, public(REISSUED)), (3, public(ELECTOR))]
        assert issuer.token_counts(session, OTHER) == {"main": 0}
        issuer.set_phase(session, CONTEST, Phase.SEALED)
    with refused("issuer.phase"), store.registry.begin() as session:
        issuer.enrol(session, "main", CONTEST, {})
    with store.registry() as session:
        assert session.query(tables.RequestKey).count() == 3


def test_what_is_no_key_is_not_enrolled(sessions, store):
    with refused("text.hex"), store.registry.begin() as session:
        issuer.enrol(session, "main", OTHER, {1: "no key"})
    with refused("text.hex"), sessions.begin() as session:
        issuer.replace_key(session, "main", CONTEST, NUMBER, "no key")
    with refused("issuer.entitlement"), sessions.begin() as session:
        issuer.replace_key(session, "main", CONTEST, 9, public(REISSUED))


def test_the_fingerprint_changes_only_before_the_seal(store):
    with store.registry.begin() as session:
        issuer.receive(session, CONTEST, "other")
        issuer.receive(session, CONTEST, PHI)
        issuer.set_phase(session, CONTEST, Phase.SEALED)
        issuer.receive(session, CONTEST, PHI)
    with refused("issuer.phase"), store.registry.begin() as session:
        issuer.receive(session, CONTEST, "other")
