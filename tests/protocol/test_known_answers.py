"""Known answers: every string that is hashed, every digest, key and count of the archives made by belenios-tool."""

import hashlib
import json

import pytest

from elections.protocol.ballot import Ballot, check_ballot, tracker
from elections.protocol.canonical import base64_compact, sha256_hex
from elections.protocol.group import Group
from elections.protocol.tally import EncryptedTally, PartialDecryption, check_partial, parse_result
from elections.protocol.trustees import Trustees
from tests.protocol.plain import ballot_holds
from tests.protocol.small import PLAIN, PUBLISHED, published
from tests.refused import refused


@pytest.fixture(scope="module", params="ABCD")
def letter(request):
    return request.param


@pytest.fixture(scope="module")
def known(letter, shared_vectors):
    return json.loads((shared_vectors / "belenios" / PUBLISHED[letter] / "vectors.json").read_bytes())


@pytest.fixture(scope="module")
def content(letter, shared_vectors):
    return published(shared_vectors, letter)


def first_ballot(content):
    return content[0].ballots[0]


def exponent(uuid, private):
    """A private credential, as 2.0 derives it or as the versions since 2.4 do (belenios-format.md §1.6)."""
    if len(private) == 19:
        return int.from_bytes(hashlib.pbkdf2_hmac("sha256", private.encode(), uuid.encode(), 1000, 32), "big")
    texts = [f"derive_credential|{uuid}|{half}|{private}".encode() for half in (0, 1)]
    return int.from_bytes(b"".join(hashlib.sha256(text).digest() for text in texts), "big")


def test_fingerprints_and_trackers(known, content):
    archive, election = content
    assert sha256_hex(archive.election) == known["election_sha256_hex"]
    assert election.fingerprint == base64_compact(archive.election) == known["election_fingerprint_base64"]
    assert sha256_hex(archive.ballots[0]) == known["first_ballot_sha256_hex"]
    assert tracker(archive.ballots[0]) == known["first_ballot_tracker_base64"]


def test_the_result_is_that_of_the_votes(known, content, letter, shared_vectors):
    archive, election = content
    votes = (shared_vectors / "belenios" / PUBLISHED[letter] / "votes.txt").read_text().splitlines()
    columns = zip(*(json.loads(vote)[0] for vote in votes), strict=True)
    assert parse_result(archive.result, election) == known["result"] == [[sum(column) for column in columns]]


def test_the_private_credential_gives_the_public_one(known, content):
    credential, (_, election) = known["credential"], content
    assert credential["uuid"] == election.uuid
    secret = exponent(election.uuid, credential["private"]) % election.group.q
    assert secret == int(credential["exponent"])
    public = election.group.element(credential["public"], "it")
    assert election.group.power_g(secret) == election.group.generator.secret_power(secret) == public
    plain = PLAIN[election.group.name]
    assert plain.write(plain.power(plain.generator, secret)) == public.text


def test_every_private_credential_is_in_the_archive(content, letter, shared_vectors):
    archive, election = content
    lines = (shared_vectors / "belenios" / PUBLISHED[letter] / "private_creds.txt").read_text().splitlines()
    secrets = [exponent(election.uuid, line.split()[1]) for line in lines]
    publics = {election.group.power_g(secret).text for secret in secrets}
    assert publics == set(json.loads(archive.credentials))
    assert {Ballot.parse(raw, election.group).credential.text for raw in archive.ballots} <= publics


@pytest.fixture(scope="module")
def hashed(content):
    """All strings that are hashed when the trustees, the first ballot and the first decryption are checked."""
    archive, election = content
    texts = []
    honest = Group.hash_to_scalar

    def hash_to_scalar(group, text):
        texts.append(text)
        return honest(group, text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Group, "hash_to_scalar", hash_to_scalar)
        trustees = Trustees.parse(archive.trustees, election.group)
        trustees.check(allow_old=True)
        check_ballot(election, archive.ballots[0])
        owner, raw = archive.decryptions[0]
        tally = EncryptedTally.parse(archive.encrypted_tally, election)
        partial = PartialDecryption.parse(raw, election, "it")
        check_partial(election, tally, trustees.verification_keys[owner - 1], partial, "it")
    return texts


def test_every_published_preimage_is_hashed_here_and_nothing_else_is(known, hashed):
    preimages = [item["preimage"] for item in known["hash_preimages_first_ballot_and_trustees"]]
    assert sorted(hashed) == sorted(preimages)


def test_every_published_challenge_is_computed_here(known, content):
    group = content[1].group
    for item in known["hash_preimages_first_ballot_and_trustees"]:
        assert hashlib.sha256(item["preimage"].encode()).hexdigest() == item["sha256"]
        assert group.hash_to_scalar(item["preimage"]) == int(item["challenge_mod_q"]), item["label"]


def test_plain_integers_accept_a_published_ballot(content):
    archive, election = content
    assert ballot_holds(PLAIN[election.group.name], archive.election, archive.ballots[0])


def test_published_ballots_belong_to_their_own_election(content, shared_vectors, letter):
    archive, election = content
    other = published(shared_vectors, {"A": "C", "B": "A", "C": "A", "D": "A"}[letter])[1]
    with refused("text.decimal" if letter == "D" else "ballot.election"):
        check_ballot(other, archive.ballots[0])
    for raw in archive.ballots:
        check_ballot(election, raw)
