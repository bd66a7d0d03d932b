"""The elector's device in Python: it trusts no file, asks for its tokens blindly, and reads its receipts."""

from functools import cache

import pytest

from elections.elector import Booth, Elector
from elections.protocol import code
from elections.protocol.canonical import sha256_hex
from elections.protocol.entry import check_own_ballot, check_tokens
from elections.protocol.record import register_receipt_text, urn_receipt_text
from tests.protocol.setups import CONTEST, RECORD, URN, bound, issuer_key, setup
from tests.refused import refused

CODE = "0123456789ABCDEFGHJ" + code.check_symbol("0123456789ABCDEFGHJ")
HOUR = "2026-02-06T09:00:00Z"


@cache
def booth():
    read, election, trustees = bound()
    return Booth.open(read.raw, election.raw, trustees.raw)


def elector(number=7, salt=bytes(32)):
    return Elector(booth(), [CODE], number, salt)


def tokens(voter):
    issuer = booth().setup.issuers[0]
    z, signature = voter.request(issuer)
    public = voter.keys.row[2][issuer.id]
    code.check_request(public, issuer.id, booth().election.fingerprint, voter.number, z, signature)
    return [voter.token(issuer, issuer_key().sign_blinded(z))]


# --- the files


def test_files_that_do_not_belong_together_are_refused():
    read, election, trustees = bound()
    with refused("setup.election"):
        Booth.open(setup(trustees=sha256_hex(trustees.raw)).raw, election.raw, trustees.raw)
    with refused("setup.election"):
        Booth.open(read.raw, election.raw.replace(b"CAV 2026", b"CAV 2027"), trustees.raw)
    with refused("setup.trustees"):
        Booth.open(read.raw, election.raw, trustees.raw.replace(b'"pok"', b' "pok"'))


def test_a_vote_is_for_one_candidacy_for_several_or_blank():
    assert (booth().vote(None), booth().vote(0), booth().vote(1)) == ([1, 0, 0], [0, 1, 0], [0, 0, 1])
    assert (booth().vote((0, 1)), booth().vote([1])) == ([0, 1, 1], [0, 0, 1])


# --- credential, tokens, ballot


def test_everything_but_the_ballot_is_the_same_on_another_device():
    first, second = elector(), elector()
    issuer = booth().setup.issuers[0]
    assert (first.credential, first.request(issuer)) == (second.credential, second.request(issuer))
    assert tokens(first) == tokens(second)
    assert first.cast([0, 1, 0], tokens(first)) != second.cast([0, 1, 0], tokens(second))


def test_another_salt_number_or_code_is_another_credential():
    other = Elector(booth(), [code.make()], 7, bytes(32))
    credentials = {elector().credential, elector(number=8).credential, elector(salt=b"1" * 32).credential}
    assert len({*credentials, other.credential}) == 4


def test_the_issuer_does_not_see_the_credential():
    voter = elector()
    z, _ = voter.request(booth().setup.issuers[0])
    assert voter.credential.encode() not in z
    assert z != elector(salt=b"1" * 32).request(booth().setup.issuers[0])[0]


def test_what_is_cast_is_what_door_and_verifier_accept():
    voter = elector()
    sent = voter.cast(booth().vote(1), tokens(voter))
    ballot = check_own_ballot(booth().election, sent.entry.ballot)
    assert ballot.credential.text == voter.credential
    check_tokens(booth().setup.issuers, booth().election.fingerprint, voter.credential, sent.entry.tokens)
    code.check_register(voter.keys.row[1], booth().election.fingerprint, 7, sent.signature)
    group, choices = booth().election.group, ballot.answers[0].choices
    assert [choice.beta / choice.alpha**5 for choice in choices] == [group.identity, group.identity, group.generator]
    assert len(sent.encode(booth().length)) == booth().length


def test_an_issuer_that_signs_something_else_is_caught():
    voter = elector()
    issuer = booth().setup.issuers[0]
    z, _ = elector(number=8).request(issuer)
    with refused("token.answer"):
        voter.token(issuer, issuer_key().sign_blinded(z))


# --- receipts


def receipts(sent, **changes):
    """Both receipts, with some of their words replaced."""
    said = {
        "contest": CONTEST,
        "fingerprint": booth().election.fingerprint,
        "tracker": sent.entry.tracker,
        "leaf": sent.entry.leaf_hash,
        "number": 7,
        **changes,
    }
    urn = urn_receipt_text(said["contest"], said["fingerprint"], said["tracker"], said["leaf"])
    return URN.sign(urn), RECORD.sign(register_receipt_text(CONTEST, said["number"], HOUR))


@pytest.fixture(scope="module")
def sent():
    return elector().cast([0, 1, 0], tokens(elector()))


def test_true_receipts_tell_the_hour(sent):
    assert elector().check_receipts(sent, *receipts(sent)) == HOUR


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"contest": "D" * 14}, "receipt.urn"),
        ({"fingerprint": "x" * 43}, "receipt.urn"),
        ({"tracker": "x" * 43}, "receipt.urn"),
        ({"leaf": bytes(32)}, "receipt.urn"),
        ({"number": 8}, "receipt.register"),
    ],
)
def test_receipts_of_something_else_are_an_alarm(sent, changes, rule):
    with refused(rule):
        elector().check_receipts(sent, *receipts(sent, **changes))


def test_receipts_must_be_signed_by_urn_and_register(sent):
    urn, register = receipts(sent)
    with refused("note.unsigned"):
        elector().check_receipts(sent, register, register)
    with refused("note.unsigned"):
        elector().check_receipts(sent, urn, urn)
    with refused("ed25519.signature"):
        elector().check_receipts(sent, urn.replace(sent.entry.tracker, "x" * 43), register)
    for text in ("isoloir.signature/1\n", f"isoloir.signature/1\n{CONTEST}\n7\n{HOUR}\nmore\n"):
        with refused("receipt.register"):
            elector().check_receipts(sent, urn, RECORD.sign(text))
    with refused("text.hour"):
        elector().check_receipts(sent, urn, RECORD.sign(register_receipt_text(CONTEST, 7, "noon")))


def test_code_and_salt_are_not_printed():
    assert CODE not in repr(elector())
    assert repr(b"1" * 32) not in repr(elector(salt=b"1" * 32))
