"""The record, built from what the two databases hold (protocol.md §10, §11).

`gather` reads what is public of every contest: from the registry counts and the trustees' public parts only,
from the urn its entries and checkpoints. The rest computes: the same material always gives the same bytes.
Before the holders have decrypted the record is the frozen one; a stopped contest has neither archive nor entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections import issuer, paper, urn
from elections.protocol import archive
from elections.protocol.ballot import Ballot, Election
from elections.protocol.canonical import encode_lines, parse_canonical
from elections.protocol.entry import Entry
from elections.protocol.errors import ProtocolError
from elections.protocol.journal import parse_journal
from elections.protocol.record import (
    JOURNAL,
    MANIFEST,
    MANIFEST_NOTE,
    RegisterCounts,
    checkpoint_line,
    manifest_text,
    write_manifest,
)
from elections.protocol.setup import Setup
from elections.protocol.slips import Slip, product
from elections.protocol.tally import (
    EncryptedTally,
    PartialDecryption,
    encrypted_tally,
    totals,
    write_result,
    write_strong,
)
from elections.protocol.trustees import Trustees
from elections.registry import ceremony, elections, journal, lots, register
from elections.rules import cdf, minutes, result
from elections.rules.lots import Drawn, drawn_from_slips, drawn_on_paper
from elections.rules.phases import Act, Phase
from elections.verify.decryption import combined_factors
from elections.verify.lots import opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.protocol.journal import JournalEntry
    from elections.protocol.note import NoteKey
    from elections.registry.tables import Contest
    from elections.storage import Store

DECRYPTED = "decrypted"
"""The step under which the registry keeps what holders decrypted."""

_OVER = (Phase.FROZEN, Phase.COUNTED, Phase.PROCLAIMED, Phase.ARCHIVED, Phase.STOPPED)


@dataclass(frozen=True, slots=True)
class Decryption:
    """What one holder gave for one contest: the Belenios record, and the `proofs` of decryptions.jsonl."""

    owner: int
    partial: bytes
    strong: Json

    def json(self) -> Json:
        """As a lot's documents have it."""
        return {"owner": self.owner, "partial": self.partial.decode(), "proofs": self.strong}


@dataclass(frozen=True)
class Material:
    """All that a contest's part of the record is computed from."""

    setup: Setup
    seal: bytes
    record: bytes
    trustees: bytes
    register: RegisterCounts
    checkpoints: Sequence[str]
    entries: Sequence[bytes] | None
    """None for a stopped contest."""
    frozen_at: int
    """The hour of the freeze in Unix seconds: the timestamp of the archive."""
    decryptions: Sequence[Decryption]
    slips: bytes | None
    """slips.json, None where no lot is possible."""
    openings: Sequence[Decryption]
    """What holders decrypted of the product of the slips, once they are enough."""
    paper: JournalEntry | None
    """The journal's line of a lot that was drawn on paper."""


def gather(store: Store, election_uuid: str, *, counting: bool = False) -> list[Material]:
    """The material of every contest; refused unless all of them are frozen or stopped.

    What holders decrypted belongs to it once the result stands, or while it is computed (`counting`): until
    then the record is the frozen one, however many have answered.
    """
    with store.registry_reader() as session, store.urn_reader() as urn_session:
        election = elections.find(session, election_uuid)
        counted = counting or all(contest.phase != Phase.FROZEN for contest in election.contests)
        given = decryptions(session, election_uuid) if counted else {}
        return [_material(session, urn_session, contest, given) for contest in election.contests]


def _material(
    session: Session, urn_session: Session, contest: Contest, given: Mapping[str, Sequence[Decryption]]
) -> Material:
    if contest.phase not in _OVER or not (contest.setup and contest.seal and contest.record and contest.trustees):
        raise ProtocolError("publication.phase", contest=contest.title, phase=contest.phase)
    setup = Setup.parse(contest.setup)
    counts = register.count(session, contest.uuid)
    stopped = contest.phase == Phase.STOPPED
    numbers = RegisterCounts(
        contest=contest.uuid,
        roll=setup.roll_size,
        signatures=counts.signatures,
        ballots=urn.count(urn_session, contest.uuid),
        reissues=counts.reissues,
        tokens=issuer.token_counts(session, contest.uuid),
    )
    return Material(
        setup=setup,
        seal=contest.seal,
        record=contest.record,
        trustees=contest.trustees,
        register=numbers,
        checkpoints=urn.checkpoints(urn_session, contest.uuid),
        entries=None if stopped else list(urn.entries(urn_session, contest.uuid)),
        frozen_at=_frozen_at(session, contest),
        decryptions=[] if stopped else given.get(contest.uuid, []),
        slips=contest.slips,
        openings=_openings(session, contest),
        paper=lots.paper(session, contest),
    )


def decryptions(session: Session, election_uuid: str) -> dict[str, list[Decryption]]:
    """All that holders decrypted, by contest and owner; each was checked when it was handed in."""
    given = ceremony.handed_in(session, election_uuid, DECRYPTED)
    return _by_contest(parse_canonical(raw, f"decryptions of {role}") for role, raw in given.items())


def _openings(session: Session, contest: Contest) -> list[Decryption]:
    """What holders opened of the product of the slips; nothing as long as they are not enough."""
    found = _by_contest(lots.opened(session, contest.election_uuid).values()).get(contest.uuid, [])
    roles = [role for group in contest.election.policy for role in group["holders"]]
    return found if lots.enough(contest.election, [roles[item.owner - 1] for item in found]) else []


def _by_contest(answers: Iterable[Json]) -> dict[str, list[Decryption]]:
    found: dict[str, list[Decryption]] = {}
    for answer in answers:
        for uuid, item in answer["contests"].items():
            decryption = Decryption(answer["owner"], item["partial"].encode(), item["strong"]["proofs"])
            found.setdefault(uuid, []).append(decryption)
    return {uuid: sorted(items, key=lambda item: item.owner) for uuid, items in found.items()}


def _frozen_at(session: Session, contest: Contest) -> int:
    for entry in journal.entries(session, contest.election_uuid):
        if entry.contest == contest.uuid and entry.act in (Act.FREEZE, Act.STOP):
            return int(entry.at.timestamp())
    raise ProtocolError("publication.phase", contest=contest.title, phase=contest.phase)


def tally_of(store: Store, contest: Contest) -> tuple[Election, EncryptedTally, int]:
    """Election record, encrypted tally and number of ballots of a frozen contest, from its entries."""
    election = Election.parse(contest.record or b"")
    with store.urn_reader() as session:
        leaves = list(urn.entries(session, contest.uuid))
    ballots = (Ballot.parse(Entry.parse(leaf, "entry").ballot, election.group) for leaf in leaves)
    return election, encrypted_tally(election, ballots), len(leaves)


def sealed_slips(election: Election, raw: bytes) -> list[Slip]:
    """The slips of a contest, each of which was checked before the seal."""
    return [Slip.parse(item, election, "slips.json") for item in parse_canonical(raw, "slips.json")]


def contest_files(material: Material) -> dict[str, bytes]:
    """The files of one contest, by name."""
    files = {
        "setup.json": material.setup.raw,
        "seal.json": material.seal,
        "register.json": material.register.encode(),
        "checkpoints.jsonl": encode_lines(checkpoint_line(note) for note in material.checkpoints),
    }
    if material.entries is None:
        return files
    if material.slips is not None:
        files["slips.json"] = material.slips
    election = Election.parse(material.record)
    entries = [Entry.parse(leaf, f"entry {number}") for number, leaf in enumerate(material.entries, 1)]
    ballots = [Ballot.parse(entry.ballot, election.group) for entry in entries]
    tally = encrypted_tally(election, ballots)
    found: list[list[int]] | None = None
    if material.decryptions:
        found = counts(election, material.trustees, tally, material.decryptions, len(entries))
        lines = [write_strong(item.owner, item.partial, item.strong) for item in material.decryptions]
        files["decryptions.jsonl"] = encode_lines(lines)
        drawn = _drawn(material, election, result.result(material.setup, found[0], len(entries)))
        files["result.json"] = result.write_result(material.setup, found[0], len(entries), drawn)
    files["entries.jsonl"] = b"".join(leaf + b"\n" for leaf in material.entries)
    files["archive.bel"] = archive.write(
        timestamp=material.frozen_at,
        election=material.record,
        trustees=material.trustees,
        credentials=archive.encode_credentials(ballot.credential.text for ballot in ballots),
        ballots=[entry.ballot for entry in entries],
        encrypted_tally=tally.raw,
        decryptions=[(item.owner, item.partial) for item in material.decryptions],
        result=None if found is None else write_result(found),
    )
    return files


def counts(
    election: Election, trustees: bytes, tally: EncryptedTally, given: Sequence[Decryption], ballots: int
) -> list[list[int]]:
    """The totals of every question, from what holders decrypted."""
    factors = {
        item.owner: PartialDecryption.parse(item.partial, election, f"decryption of owner {item.owner}").factors
        for item in given
    }
    combined = combined_factors(election, Trustees.parse(trustees, election.group), factors)
    return totals(election, tally, combined, ballots)


def _drawn(material: Material, election: Election, pending: Mapping[str, Json]) -> Drawn | None:
    """The lot that the result needs, None where it needs none or none is drawn yet."""
    if pending["lot"] is None:
        return None
    if material.paper is not None:
        return drawn_on_paper(material.paper.details)
    if not material.openings or material.slips is None:
        return None
    slips = sealed_slips(election, material.slips)
    rows, trustees = [item.json() for item in material.openings], Trustees.parse(material.trustees, election.group)
    element = opened(election, trustees, product(election, slips), rows, "lot")
    return drawn_from_slips(pending, election.fingerprint, element, rows, [slip.role for slip in slips])


def record_files(contests: Mapping[str, Mapping[str, bytes]], lines: bytes, key: NoteKey) -> dict[str, bytes]:
    """The whole record by path: every contest's files, the journal, and the signed manifest of them all.

    Minutes and export are made once every contest is proclaimed or stopped, and are the same ever after.
    """
    files = {f"{uuid}/{name}": raw for uuid, mine in contests.items() for name, raw in mine.items()}
    files[JOURNAL] = lines
    account = minutes.read(contests, parse_journal(lines))
    if account.concluded is not None:
        files |= minutes_files(account)
        files[cdf.CDF] = cdf.write(account)
    setup = Setup.parse(next(iter(contests.values()))["setup.json"])
    manifest = write_manifest(setup.election_title, setup.election_uuid, setup.contests, files)
    note = key.sign(manifest_text(setup.election_uuid, manifest))
    return {**files, MANIFEST: manifest, MANIFEST_NOTE: note.encode()}


def minutes_files(account: minutes.Account) -> dict[str, bytes]:
    """The minutes by path, each as its data and as a PDF; of a record that is not concluded, a draft."""
    data = minutes.write(account)
    return data | {minutes.pdf_of(path): paper.typeset(raw, path) for path, raw in data.items()}


def draft(store: Store, election_uuid: str) -> dict[str, bytes]:
    """The minutes as things stand, by path: what the board reads before it proclaims, marked as a draft until then."""
    contests = {material.setup.uuid: contest_files(material) for material in gather(store, election_uuid)}
    with store.registry_reader() as session:
        lines = journal.lines(session, election_uuid)
    return minutes_files(minutes.read(contests, parse_journal(lines)))


def write_folder(record: Mapping[str, bytes], out: Path) -> None:
    """Write a record into a folder that is empty or not yet there."""
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise ProtocolError("publication.folder", path=out)
    for path, raw in record.items():
        target = out / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(raw)
