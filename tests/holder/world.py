"""A small election from its ceremony to its frozen record, without any database: what key holders see of one."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from elections.holder.keyfile import LOWEST_COST
from elections.holder.program import Holder
from elections.protocol import archive
from elections.protocol.ballot import Ballot, Election, Question, make_ballot, write_election
from elections.protocol.canonical import encode, encode_lines, parse, sha256_hex
from elections.protocol.entry import Entry, Token
from elections.protocol.invitation import Invitation
from elections.protocol.journal import write_entry
from elections.protocol.log import Checkpoint, root
from elections.protocol.note import NoteKey
from elections.protocol.record import RegisterCounts, checkpoint_line, manifest_text, write_manifest
from elections.protocol.setup import Setup
from elections.protocol.tally import encrypted_tally
from elections.protocol.token import IssuerKey, blind, finalize, token_message
from elections.protocol.trustees import Trustees
from tests.holder.ceremonies import CONTESTS, ELECTION, ended, inputs, invite

PASSPHRASE = "correct horse battery"
HOUR = datetime(2026, 11, 21, 8, tzinfo=UTC)
QUESTION = Question("Test", ("one", "two"), blank=True, minimum=1, maximum=1)
VOTES = ((0, 1, 0), (0, 0, 1), (0, 1, 0))
"""Three ballots for each contest."""


@dataclass
class World:
    """The office of a small election, the urn and the issuer; the holders' key files lie in `folder`."""

    folder: Path
    invitation: Invitation = field(default_factory=invite)
    trustees: dict = field(default_factory=dict)
    setups: dict = field(default_factory=dict)
    elections: dict = field(default_factory=dict)
    seals: dict = field(default_factory=dict)
    slips: dict = field(default_factory=dict)
    urn: NoteKey = field(default_factory=lambda: NoteKey.generate("urn"))
    record_key: NoteKey = field(default_factory=lambda: NoteKey.generate("record"))
    issuers: dict = field(default_factory=lambda: {uuid: IssuerKey.generate("office") for uuid in CONTESTS})

    @property
    def roles(self):
        """All holders, in the order of the owners."""
        return list(self.invitation.seats)

    def path(self, role):
        """A holder's key file."""
        return self.folder / f"{role}.key"

    def holder(self, role):
        """A holder at her device."""
        return Holder.open(self.path(role), PASSPHRASE)

    def create(self):
        """Every holder makes a key file."""
        for role in self.roles:
            Holder.create(self.path(role), PASSPHRASE, LOWEST_COST)

    def hold(self):
        """The whole ceremony."""
        holders = {role: self.holder(role) for role in self.roles}
        answers: dict = {role: [] for role in self.roles}
        for _ in range(4):
            for role, document in inputs(self.invitation, answers).items():
                answers[role].append(holders[role].step(document).answer)
        self.trustees = ended(self.invitation, answers).trustees

    # --- The rehearsal

    def rehearsal(self):
        """The input of a rehearsal, as a value."""
        return {"contests": {uuid: self._test(uuid) for uuid in CONTESTS}, "format": "isoloir-rehearsal-1"}

    def _test(self, uuid):
        group, raw = self.invitation.group, self.trustees[uuid]
        key = Trustees.parse(raw, group).public_key(group)
        election = Election.parse(write_election(f"R{uuid}", "Vote à blanc", "test", group, key, [QUESTION]))
        ballots = []
        for votes in VOTES[:2]:
            made = make_ballot(election, group.random_scalar(), [votes])
            randomness = [[str(number) for number in row] for row in made.randomness]
            ballots.append({"ballot": made.raw.decode(), "choices": [list(votes)], "randomness": randomness})
        return {"ballots": ballots, "election": election.raw.decode(), "trustees": raw.decode()}

    # --- The seal

    def prepare(self, **changes):
        """setup.json and election record of every contest; `changes` replace what stands in setup.json."""
        for uuid in CONTESTS:
            setup = self.setups[uuid] = Setup.build({**self._setup(uuid), **changes})
            group = self.invitation.group
            key = Trustees.parse(self.trustees[uuid], group).public_key(group)
            self.elections[uuid] = Election.parse(setup.election_record(group, key))

    def _setup(self, uuid):
        candidacies = [
            {"id": name, "names": [{"substitute": None, "titular": name.title()}], "title": name}
            for name in ("one", "two")
        ]
        return {
            "audience": ["delegate"],
            "batches": {"at_once": 64, "every": 600, "keep_back": 20, "publish_at": 40, "single_below": 200},
            "booth": {},
            "candidacies": candidacies,
            "closing": "2026-11-22T08:00:00Z",
            "contest": {"college": "C", "title": f"Contest {uuid[0]}", "uuid": uuid},
            "contests": list(CONTESTS),
            "election": {"title": "E", "uuid": ELECTION},
            "grace": 1800,
            "issuers": [self.issuers[uuid].public.json()],
            "link_key": "0" * 64,
            "model": "test",
            "opening": "2026-11-21T08:00:00Z",
            "policy": self.invitation.json()["policy"],
            "record_key": self.record_key.vkey,
            "rehearsal": False,
            "roll": {"digest": "0" * 64, "size": 10},
            "rule": {"method": "largest_remainder", "parameters": {}, "seats": 1},
            "software": {"digest": "0" * 64, "version": "0"},
            "trustees": sha256_hex(self.trustees[uuid]),
            "urn": {"key": self.urn.vkey, "name": "urn"},
        }

    def checkpoint(self, uuid, hashes=()):
        """A checkpoint of the urn over these leaf hashes, signed."""
        return self.urn.sign(Checkpoint(self.setups[uuid].origin, len(hashes), root(list(hashes))).text)

    def to_seal(self):
        """The input of the seal, as a value."""
        contests = {
            uuid: {
                "checkpoint": self.checkpoint(uuid),
                "election": self.elections[uuid].raw.decode(),
                "setup": self.setups[uuid].raw.decode(),
                "trustees": self.trustees[uuid].decode(),
            }
            for uuid in CONTESTS
        }
        return {"contests": contests, "format": "isoloir-seal-1"}

    def seal(self):
        """Every holder rehearses and seals."""
        self.prepare()
        rehearsal, sealing = encode(self.rehearsal()), encode(self.to_seal())
        self.seals, self.slips = ({uuid: [] for uuid in CONTESTS} for _ in range(2))
        for role in self.roles:
            holder = self.holder(role)
            holder.rehearse(rehearsal)
            answer = parse(holder.seal(sealing).answer, "seal")
            for uuid in CONTESTS:
                self.seals[uuid].append(answer["contests"][uuid])
                self.slips[uuid].append(answer["slips"][uuid])

    # --- The frozen record

    def record(self, folder, votes=VOTES, stopped=()):
        """Write a frozen record with these votes in every contest that was not stopped."""
        files: dict[str, bytes] = {}
        for uuid in CONTESTS:
            entries = sorted((self._entry(uuid, vote) for vote in votes), key=lambda entry: entry.leaf_hash)
            mine = self._files(uuid, None if uuid in stopped else entries)
            files |= {f"{uuid}/{name}": data for name, data in mine.items()}
        files["journal.jsonl"] = write_entry("freeze", "clock", 0, HOUR, None, {}, None).line + b"\n"
        for path, data in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        self.sign_manifest(folder)
        return folder

    def sign_manifest(self, folder):
        """Manifest and note of what lies in the folder now."""
        files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        listed = {name: path.read_bytes() for name, path in files.items() if not name.startswith("manifest")}
        manifest = write_manifest("E", ELECTION, CONTESTS, listed)
        (folder / "manifest.json").write_bytes(manifest)
        (folder / "manifest.note").write_text(self.record_key.sign(manifest_text(ELECTION, manifest)))

    def without(self, role):
        """The same election, sealed by everybody else."""
        owner = self.roles.index(role) + 1
        kept = [
            {uuid: [row for row in rows[uuid] if row["owner"] != owner] for uuid in rows}
            for rows in (self.seals, self.slips)
        ]
        return replace(self, seals=kept[0], slips=kept[1])

    def _entry(self, uuid, vote):
        election, issuer = self.elections[uuid], self.issuers[uuid]
        made = make_ballot(election, election.group.random_scalar(), [vote])
        credential = Ballot.parse(made.raw, election.group).credential.text
        message, factor, salt = token_message("office", election.fingerprint, credential), 2, secrets.token_bytes(48)
        signed = issuer.sign_blinded(blind(issuer.public, message, factor, salt))
        return Entry(made.raw, (Token("office", finalize(issuer.public, message, signed, factor, salt)),))

    def _files(self, uuid, entries):
        count = len(entries or ())
        register = RegisterCounts(
            contest=uuid, roll=10, signatures=count, ballots=count, reissues=0, tokens={"office": count}
        )
        files = {
            "setup.json": self.setups[uuid].raw,
            "seal.json": encode(self.seals[uuid]),
            "register.json": register.encode(),
            "checkpoints.jsonl": encode_lines([checkpoint_line(self.checkpoint(uuid))]),
        }
        if entries is None:
            return files
        election = self.elections[uuid]
        ballots = [Ballot.parse(entry.ballot, election.group) for entry in entries]
        notes = [self.checkpoint(uuid), self.checkpoint(uuid, [entry.leaf_hash for entry in entries])]
        files["checkpoints.jsonl"] = encode_lines(checkpoint_line(note) for note in notes)
        files["entries.jsonl"] = b"".join(entry.leaf + b"\n" for entry in entries)
        files["slips.json"] = encode(self.slips[uuid])
        files["archive.bel"] = archive.write(
            timestamp=1795290028,
            election=election.raw,
            trustees=self.trustees[uuid],
            credentials=archive.encode_credentials(ballot.credential.text for ballot in ballots),
            ballots=[entry.ballot for entry in entries],
            encrypted_tally=encrypted_tally(election, ballots).raw,
        )
        return files
