"""A finished record under the hands of somebody who has keys, and the few tools that an attack on it needs.

Paths name a contest by its college: `s1/register.json`. Whatever is changed, the rest stays as it was, and what
can be mended is mended with the keys: the journal's chain and its amendments, checkpoints, tally, decryptions.
So what an attack leaves broken is only what it is about.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from elections.protocol import ballot as ballots
from elections.protocol import events
from elections.protocol.archive import encode_credentials
from elections.protocol.ballot import Ballot, Election, make_ballot
from elections.protocol.canonical import Json, base64_encode, compact, encode, encode_lines, sha256_hex
from elections.protocol.elgamal import sign, sign_hash
from elections.protocol.entry import Entry, Token
from elections.protocol.journal import FIRST
from elections.protocol.log import Checkpoint, leaf_hash, root
from elections.protocol.note import NoteKey
from elections.protocol.record import checkpoint_line, manifest_text, write_manifest
from elections.protocol.setup import Setup, amendment_text, seal_text
from elections.protocol.tally import PartialDecryption, encrypted_tally, partial_decryption, totals
from elections.protocol.tally import write_result as belenios_result
from elections.protocol.tally import write_strong
from elections.protocol.token import blind, finalize, token_message
from elections.protocol.trustees import Trustees
from elections.rules.result import write_result
from elections.verify.decryption import combined_factors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from elections.protocol.answers import Secrets
    from elections.protocol.events import Step
    from elections.protocol.token import IssuerKey
    from tests.records import Record

STRANGER = NoteKey.generate("stranger")
"""A key that no setup names."""

COUNTING = (1, 3, 5)
"""The owners who decrypt: president, two delegates."""


@dataclass
class Forger:
    """The files of a record, and the keys of all parties. `rewrite` changes the manifest, `last` what was signed."""

    record: Record
    files: dict[str, bytes]
    rewrite: Callable[[dict[str, Json]], bytes | None] = lambda _: None
    last: list[Callable[[Forger], object]] = field(default_factory=list)
    borrowed: dict[str, str] = field(default_factory=dict)
    """The contest whose holders' keys a contest uses instead of its own."""

    # --- Files

    def path(self, short: str) -> str:
        """`s1/setup.json` with the contest's uuid."""
        college, slash, name = short.partition("/")
        return f"{self.record.contests.get(college, college)}{slash}{name}"

    def read(self, short: str) -> Json:
        """A JSON file, or the lines of a `.jsonl`, as a value of its own."""
        raw = self.files[self.path(short)]
        return [json.loads(line) for line in raw.splitlines()] if short.endswith(".jsonl") else json.loads(raw)

    def write(self, short: str, value: Json) -> None:
        """Write it back canonically."""
        self.files[self.path(short)] = encode_lines(value) if short.endswith(".jsonl") else encode(value)

    def put(self, short: str, new: object, *keys: str | int) -> None:
        """Change one value of a JSON file: `new` is the value, or what makes it from the old one."""
        value = self.read(short)
        self.write(short, changed(value, new, *keys))

    def drop(self, short: str) -> None:
        """Remove a file."""
        del self.files[self.path(short)]

    def raw(self, short: str, edit: Callable[[bytes], bytes]) -> None:
        """Change a file byte by byte."""
        path = self.path(short)
        self.files[path] = edit(self.files[path])

    def finish(self, key: NoteKey | None) -> dict[str, bytes]:
        """The record with its manifest mended, and signed anew by `key` unless that is None."""
        old = json.loads(self.record.files["manifest.json"])
        others = {path: raw for path, raw in self.files.items() if path not in ("manifest.json", "manifest.note")}
        manifest = write_manifest(old["election"]["title"], old["election"]["uuid"], old["contests"], others)
        value = json.loads(manifest)
        manifest = self.rewrite(value) or encode(value)
        self.files["manifest.json"] = manifest
        if key is not None:
            self.files["manifest.note"] = key.sign(manifest_text(old["election"]["uuid"], manifest)).encode()
        for edit in self.last:
            edit(self)
        return self.files

    # --- The journal

    def journal(self, edit: Callable[[list[Json]], object]) -> None:
        """Change the lines of the journal; the chain is closed again, amendments are signed again for the new lines."""
        lines = self.read("journal.jsonl")
        known = [sha256_hex(encode(line)) for line in lines]
        for line, digest in zip(lines, known, strict=True):
            line["was"] = digest
        lines = _edited(edit, lines)
        digests: dict[str, str] = {}
        previous = FIRST
        for number, line in enumerate(lines):
            was = line.pop("was", None)
            line |= {"previous": previous, "sequence": number}
            act = line["details"].get("act", "")
            if line["act"] == "amendment" and digests.get(act, act) != act:
                self._sign_again(line, digests[act])
            previous = sha256_hex(encode(line))
            if was is not None:
                digests[was] = previous
        self.write("journal.jsonl", lines)

    def act(self, act: str, college: str | None, edit: Callable[[Json], object]) -> None:
        """Change the last line of an act on a contest, or on the whole election."""

        def change(lines: list[Json]) -> None:
            edit([line for line in lines if (line["act"], line["contest"]) == (act, self._uuid(college))][-1])

        self.journal(change)

    def insert(self, before: str, college: str, act: str, role: str, details: Json, **more: Json) -> None:
        """Put a line before the last one of the act `before`, at its hour unless `at` is given."""

        def add(lines: list[Json]) -> None:
            there = [number for number, line in enumerate(lines) if self._is(line, before, college)][-1]
            actor = {"number": int(role != "clock"), "role": role}
            line = {"act": act, "actor": actor, "contest": self._uuid(college), "details": details}
            lines.insert(there, {**line, "at": lines[there]["at"], **more})

        self.journal(add)

    def _is(self, line: Json, act: str, college: str) -> bool:
        return (line["act"], line["contest"]) == (act, self._uuid(college))

    def _uuid(self, college: str | None) -> str | None:
        return None if college is None else self.record.contests.get(college, college)

    def _sign_again(self, line: Json, act: str) -> None:
        uuid, details = line["contest"], line["details"]
        election = Election.parse(self._setup_bodies(uuid)[0])
        text = amendment_text(election.fingerprint, act, details["change"])
        rows = [self.seal_row(uuid, row["owner"], text) for row in details["signatures"]]
        line["details"] = {**details, "act": act, "signatures": rows}

    def seal_row(self, uuid: str, owner: int, text: str) -> Json:
        """A holder's signature as seal.json and amendments have it."""
        election, setup = Election.parse(self._setup_bodies(uuid)[0]), json.loads(self.files[f"{uuid}/setup.json"])
        role = [role for group in setup["policy"] for role in group["holders"]][owner - 1]
        proof = sign(election.group, self.secrets(uuid, owner).signing, text)
        return {**proof.json(), "owner": owner, "role": role}

    def secrets(self, college: str, owner: int) -> Secrets:
        """What a holder keeps of a contest."""
        uuid = self.path(college)
        return self.record.holders[owner - 1][self.borrowed.get(uuid, uuid)]

    # --- The archive

    def steps(self, college: str, edit: Callable[[list[Step]], object]) -> None:
        """Change the events of an archive; chain and heights are written anew."""
        path = self.path(f"{college}/archive.bel")
        timestamp, steps = events.decode(self.files[path], path)
        self.files[path] = events.encode(timestamp, _edited(edit, list(steps)))

    def body(self, college: str, event: str, edit: Callable[[bytes], bytes], *, place: int = 0, data: int = 0) -> None:
        """Change one data record of the event's `place`-th occurrence; whoever names its digest names the new one."""

        def change(steps: list[Step]) -> None:
            number = [at for at, item in enumerate(steps) if item.event == event][place]
            bodies = list(steps[number].bodies)
            bodies[data] = edit(bodies[data])
            steps[number] = restep(event, bodies)

        self.steps(college, change)

    def _setup_bodies(self, uuid: str) -> tuple[bytes, ...]:
        path = f"{uuid}/archive.bel"
        return events.decode(self.files[path], path)[1][0].bodies

    def election(self, college: str) -> Election:
        """The Belenios election of a contest, as its archive has it now."""
        return Election.parse(self._setup_bodies(self.path(college))[0])

    def trustees(self, college: str) -> Trustees:
        """Its trustees."""
        return Trustees.parse(self._setup_bodies(self.path(college))[1], self.election(college).group)

    # --- Ballots

    def token(
        self, college: str, credential: str, *, fingerprint: str | None = None, by: IssuerKey | None = None
    ) -> Token:
        """A genuine token by an issuer (the first of the contest), for any credential."""
        key = by or self.record.issuers(college)[0]
        message = token_message(key.id, fingerprint or self.election(college).fingerprint, credential)
        signed = key.sign_blinded(blind(key.public, message, 2, salt := secrets.token_bytes(48)))
        return Token(key.id, finalize(key.public, message, signed, 2, salt))

    def entry(self, college: str, choice: int | None = 0, *, secret: int | None = None, exponents: Sequence[int] = (),
              edit: Callable[[Json], object] = lambda _: None) -> Entry:  # fmt: skip
        """A new entry with the tokens of every issuer: of a fresh credential, or of `secret`.

        `exponents` replaces the randomness; `edit` changes the ballot's value before its owner signs it.
        """
        election = self.election(college)
        group, question = election.group, election.questions[0]
        secret = group.random_scalar() if secret is None else secret
        vote = [int(place == (0 if choice is None else choice + 1)) for place in range(question.choices)]
        value = json.loads(make_ballot(election, secret, [vote]).raw)
        if exponents:
            credential = group.generator.secret_power(secret)
            value["answers"] = [ballots._make_answer(election, credential, question, vote, exponents).json()]
        edit(value)
        del value["signature"]
        digest = base64_encode(hashlib.sha256(compact(value)).digest()).rstrip("=")
        raw = compact({**value, "signature": {"hash": digest, "proof": sign_hash(group, secret, digest).json()}})
        tokens = [self.token(college, value["credential"], by=key) for key in self.record.issuers(college)]
        return Entry(raw, tuple(tokens))

    def leaves(self, college: str) -> list[bytes]:
        """The urn's leaves, in log order."""
        return self.files[self.path(f"{college}/entries.jsonl")].splitlines()

    # --- What urn and key holders can do

    def log(self, college: str, leaves: Sequence[bytes], batches: Sequence[int] = (), *, ordered: bool = True) -> None:
        """The urn publishes these leaves, in one batch or in several; the journal's freeze says so too."""
        batches = batches or ([len(leaves)] if leaves else [])
        sizes = [0, *accumulate(batches)]
        rows = [leaves[before:after] for before, after in pairwise(sizes)]
        rows = [sorted(row, key=leaf_hash) if ordered else row for row in rows]
        lines = [leaf for row in rows for leaf in row]
        self.files[self.path(f"{college}/entries.jsonl")] = b"".join(leaf + b"\n" for leaf in lines)
        hashes = [leaf_hash(leaf) for leaf in lines]
        self.checkpoints(college, [(size, root(hashes[:size])) for size in sizes])
        self.act("freeze", college, lambda line: line["details"].update(ballots=len(lines), signatures=len(lines)))

    def checkpoints(self, college: str, trees: Sequence[tuple[int, bytes]], *, origin: str | None = None) -> None:
        """Checkpoints of these sizes and roots, under the urn's key."""
        origin = origin or f"urn/{self.path(college)}"
        notes = [self.record.urn_key.sign(Checkpoint(origin, size, tree).text) for size, tree in trees]
        self.write(f"{college}/checkpoints.jsonl", [checkpoint_line(note) for note in notes])
        digest = sha256_hex(notes[-1].encode()) if notes else ""
        self.act("freeze", college, lambda line: line["details"].update(checkpoint=digest))

    def trees(self, college: str) -> list[tuple[int, bytes]]:
        """Size and root of every checkpoint there is."""
        texts = [line["note"].partition("\n\n")[0] + "\n" for line in self.read(f"{college}/checkpoints.jsonl")]
        return [(item.size, item.root) for item in (Checkpoint.parse(text, "checkpoint") for text in texts)]

    def recount(self, college: str, leaves: Sequence[bytes], *, owners: Sequence[int] = COUNTING, **batches) -> None:
        """Urn and holders start over from these leaves: log, archive, decryptions, result; not the register."""
        self.log(college, leaves, **batches)
        uuid, election, trustees = self.path(college), self.election(college), self.trustees(college)
        raws = sorted((Entry.parse(leaf, "leaf").ballot for leaf in leaves), key=sha256_hex)
        parsed = [Ballot.parse(raw, election.group) for raw in raws]
        tally = encrypted_tally(election, parsed)
        shares = {owner: self.secrets(uuid, owner).share or 0 for owner in owners}
        given = {owner: partial_decryption(election, tally, share, owner) for owner, share in shares.items()}
        factors = {owner: PartialDecryption.parse(part, election, "").factors for owner, (part, _) in given.items()}
        counts = totals(election, tally, combined_factors(election, trustees, factors), 2 * len(raws))
        credentials = encode_credentials(ballot.credential.text for ballot in parsed)
        steps = [
            events.step("Setup", *self._setup_bodies(uuid)[:2], credentials),
            *(events.step("Ballot", raw) for raw in raws),
            events.step("EndBallots"),
            events.step("EncryptedTally", tally.raw, num_tallied=len(raws), total_weight=len(raws)),
            *(events.step("PartialDecryption", part, owner=owner) for owner, (part, _) in given.items()),
            events.step("Result", belenios_result(counts)),
        ]
        self.steps(college, lambda _: steps)
        lines = [write_strong(owner, part, proofs) for owner, (part, proofs) in given.items()]
        self.write(f"{college}/decryptions.jsonl", lines)
        setup = Setup.parse(self.files[f"{uuid}/setup.json"])
        self.result(college, write_result(setup, counts[0], len(raws)))

    def result(self, college: str, raw: bytes) -> None:
        """Another result.json; the journal's count names it."""
        self.files[self.path(f"{college}/result.json")] = raw
        self.act("count", college, lambda line: line["details"].update(result=sha256_hex(raw)))

    # --- What everybody together can do

    def seal(self, college: str, *, setup: Callable[[Json], object] = lambda _: None, trustees: bytes | None = None,
             election: Callable[[Json], object] = lambda _: None, owners: Sequence[int] = range(1, 7),
             text: Callable[[str], str] = str, count: bool = True) -> None:  # fmt: skip
        """Seal a contest without ballots anew, with another setup, trustees.json or election record, and count it."""
        uuid = self.path(college)
        value, bodies = self.read(f"{college}/setup.json"), self._setup_bodies(uuid)
        trustees = trustees or bodies[1]
        value["trustees"] = sha256_hex(trustees)
        setup(value)
        self.write(f"{college}/setup.json", value)
        sealed = Setup.parse(self.files[f"{uuid}/setup.json"])
        old = Election.parse(bodies[0])
        key = Trustees.parse(trustees, old.group).public_key(old.group)
        record = json.loads(sealed.election_record(old.group, key))
        election(record)
        raw = compact(record)
        self.steps(college, lambda steps: [events.step("Setup", raw, trustees, bodies[2]), *steps[1:]])
        fingerprint = Election.parse(raw).fingerprint
        words = text(seal_text(fingerprint, sealed.digest, Checkpoint(sealed.origin, 0, root([])).text))
        rows = [self.seal_row(uuid, owner, words) for owner in owners]
        self.sealed(college, rows)
        for act in ("prepare", "seal"):
            self.act(act, college, lambda line: line["details"].update(fingerprint=fingerprint, setup=sealed.digest))
        if count:
            self.recount(college, [])

    def sealed(self, college: str, rows: Json) -> None:
        """Another seal.json; the journal's seal names it."""
        self.write(f"{college}/seal.json", rows)
        digest = sha256_hex(self.files[self.path(f"{college}/seal.json")])
        self.act("seal", college, lambda line: line["details"].update(seal=digest))


def changed(value: Json, new: object, *keys: str | int) -> Json:
    """`value` with what stands under `keys` replaced by `new`, or by what it makes of the old one."""
    if not keys:
        return new(value) if callable(new) else new
    value[keys[0]] = changed(value[keys[0]], new, *keys[1:])
    return value


def _edited(edit: Callable[[Json], object], value: Json) -> Json:
    """What an edit gives, or the value that it changed in place."""
    new = edit(value)
    return value if new is None else new


def restep(event: str, bodies: Sequence[bytes]) -> Step:
    """A step whose index, where it has one, names the digests of these bodies."""
    if not events.index_keys(event):
        return events.Step(event, tuple(bodies))
    index = json.loads(bodies[-1])
    numbers = {key: index[key] for key in index if key not in events.DATA[event]}
    return events.step(event, *bodies[:-1], **numbers)
