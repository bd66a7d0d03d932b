"""The count on the holder's side: only the sealed election, only a record that verifies, only one tally."""

import json
import shutil
from dataclasses import replace
from uuid import uuid4

import pytest

from elections.protocol import archive
from elections.protocol.canonical import encode, sha256_hex
from elections.protocol.errors import ProtocolError
from elections.protocol.tally import (
    EncryptedTally,
    PartialDecryption,
    check_partial,
    check_strong,
    totals,
)
from elections.protocol.trustees import Trustees, combine
from tests.holder.ceremonies import CONTESTS
from tests.holder.world import PASSPHRASE, VOTES
from tests.refused import refused

QUORUM = ("secretary", "delegate-b", "delegate-d")
BLANK = (1, 0, 0)


def tally_of(record, uuid):
    """The encrypted tally as the record's archive has it."""
    tally = archive.read((record / uuid / "archive.bel").read_bytes()).encrypted_tally
    assert tally is not None
    return tally


def test_a_quorum_opens_the_totals_and_every_proof_holds(sealed, record):
    answers = {role: json.loads(sealed.holder(role).decrypt(record).answer) for role in QUORUM}
    for uuid in CONTESTS:
        election = sealed.elections[uuid]
        tally = EncryptedTally.parse(tally_of(record, uuid), election)
        trustees = Trustees.parse(sealed.trustees[uuid], election.group)
        factors = {}
        for answer in answers.values():
            part, owner = answer["contests"][uuid], answer["owner"]
            partial = PartialDecryption.parse(part["partial"].encode(), election, "partial")
            key = trustees.verification_keys[owner - 1]
            check_partial(election, tally, key, partial, "partial")
            check_strong(election, tally, owner, key, partial, part["strong"], "strong")
            assert (part["fingerprint"], part["tally"]) == (election.fingerprint, tally.digest)
            factors[owner] = partial.factors[0]
        row = [combine(election.group, trustees, {o: f[place] for o, f in factors.items()}) for place in range(3)]
        assert totals(election, tally, (tuple(row),), len(VOTES)) == [[0, 2, 1]]


def test_the_same_tally_may_be_opened_again(sealed, record):
    for _ in range(2):
        answer = sealed.holder("president").decrypt(record).answer
    assert answer == encode(json.loads(answer))


def test_a_second_tally_of_a_key_is_refused_for_ever(sealed, record, tmp_path):
    sealed.holder("president").decrypt(record)
    other = sealed.record(tmp_path / "other", votes=[*VOTES, BLANK])
    for _ in range(2):
        with refused("holder.other-tally"):
            sealed.holder("president").decrypt(other)
    sealed.holder("president").decrypt(record)


def test_the_tally_is_on_disk_before_anything_is_decrypted(sealed, record, monkeypatch):
    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("elections.holder.decryption.partial_decryption", crash)
    with pytest.raises(KeyboardInterrupt):
        sealed.holder("president").decrypt(record)
    for uuid in CONTESTS:
        assert sealed.holder("president").state.held(uuid).tally == sha256_hex(tally_of(record, uuid))


def test_a_key_file_that_sealed_nothing_opens_nothing(held, record):
    with refused("holder.unsealed"):
        held.holder("president").decrypt(record)


def test_a_record_of_another_seal_is_refused(sealed, record):
    """The same keys, sealed again after the draft was unlocked."""
    sealed.prepare(grace=60)
    sealed.holder("president").seal(encode(sealed.to_seal()))
    with refused("holder.other-seal"):
        sealed.holder("president").decrypt(record)


def test_a_record_of_another_election_is_told_as_such(sealed, record, monkeypatch):
    holder = sealed.holder("president")
    invitation, seat = holder.state.finished()
    other = replace(invitation, contests=tuple(str(uuid4()) for _ in invitation.contests))
    monkeypatch.setattr("elections.holder.state.State.finished", lambda _: (other, seat))
    with refused("holder.other-election"):
        holder.decrypt(record)


def test_a_stopped_contest_has_nothing_to_decrypt(sealed, tmp_path):
    folder = sealed.record(tmp_path / "record", stopped=CONTESTS[:1])
    outcome = sealed.holder("president").decrypt(folder)
    assert list(json.loads(outcome.answer)["contests"]) == [CONTESTS[1]]
    assert sealed.holder("president").state.held(CONTESTS[0]).tally is None
    everything = sealed.record(tmp_path / "nothing", stopped=CONTESTS)
    with refused("holder.nothing"):
        sealed.holder("secretary").decrypt(everything)


@pytest.mark.parametrize(
    ("check", "file"),
    [
        ("V01", "manifest.note"),
        ("V01", "journal.jsonl"),
        ("V02", f"{CONTESTS[0]}/seal.json"),
        ("V03", f"{CONTESTS[1]}/archive.bel"),
        ("V08", f"{CONTESTS[0]}/checkpoints.jsonl"),
    ],
)
def test_a_record_that_does_not_verify_is_not_opened(sealed, record, tmp_path, check, file):
    folder = tmp_path / "record"
    shutil.copytree(record, folder)
    data = bytearray((folder / file).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / file).write_bytes(data)
    with pytest.raises(ProtocolError) as caught:
        sealed.holder("president").decrypt(folder)
    assert caught.value.rule == "verify.required"
    assert caught.value.values["id"] in {check, "V01"}
    assert sealed.holder("president").state.held(CONTESTS[0]).tally is None


def test_every_check_up_to_the_tally_is_asked_for(sealed, record, monkeypatch):
    """Whichever of them fails, nothing is decrypted; later ones are not this program's business."""
    from elections.verify.report import Check, Report

    holder, ids = sealed.holder("president"), [f"V{number:02}" for number in range(1, 16)]
    for failing in ids:
        checks = [Check(name, None, "fails" if name == failing else "holds", None) for name in ids]
        report = Report("record", checks)
        monkeypatch.setattr("elections.holder.decryption.judge_record", lambda _, report=report: report)
        if failing <= "V09":
            with pytest.raises(ProtocolError) as caught:
                holder.decrypt(record)
            assert caught.value.values["id"] == failing
        else:
            holder.decrypt(record)


def test_the_tally_is_computed_from_the_entries(sealed, record, monkeypatch, tmp_path):
    """Should the verifier ever let an archive pass whose tally is another one, the program does not believe it."""
    from elections.verify.report import Check, Report

    lies = sealed.record(tmp_path / "lies", votes=[BLANK])
    shutil.copy(record / CONTESTS[0] / "entries.jsonl", lies / CONTESTS[0] / "entries.jsonl")
    good = Report("record", [Check(f"V{n:02}", None, "holds", None) for n in range(1, 16)])
    monkeypatch.setattr("elections.holder.decryption.judge_record", lambda _: good)
    sealed.holder("president").decrypt(lies)
    assert sealed.holder("president").state.held(CONTESTS[0]).tally == sha256_hex(tally_of(record, CONTESTS[0]))


def test_a_copy_of_the_key_file_works_as_well(sealed, record, tmp_path):
    """A substitute holds a copy of her delegate's file: the same index, so together they count once."""
    from elections.holder.program import Holder

    shutil.copy(sealed.path("delegate-a"), tmp_path / "substitute.key")
    copied = Holder.open(tmp_path / "substitute.key", PASSPHRASE).decrypt(record)
    own = sealed.holder("delegate-a").decrypt(record)
    factors = [
        json.loads(json.loads(o.answer)["contests"][CONTESTS[0]]["partial"])["decryption_factors"]
        for o in (own, copied)
    ]
    assert factors[0] == factors[1]
    assert json.loads(own.answer)["owner"] == json.loads(copied.answer)["owner"]
