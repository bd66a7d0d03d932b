"""What the keys of all parties can do to a record together: new ballots, a new log, a new count, a new seal.

Whatever is made here fits: an attack changes one thing, and the parties sign everything that follows from it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from elections.protocol import ballot as ballots
from elections.protocol import events
from elections.protocol.archive import encode_credentials
from elections.protocol.ballot import Ballot, Election, make_ballot
from elections.protocol.canonical import Json, base64_encode, compact, encode, sha256_hex
from elections.protocol.elgamal import sign_hash
from elections.protocol.entry import Entry, Token
from elections.protocol.log import Checkpoint, leaf_hash, root
from elections.protocol.note import NoteKey
from elections.protocol.record import checkpoint_line
from elections.protocol.setup import Setup, amendment_text, seal_text
from elections.protocol.slips import Slip, make_slip, product
from elections.protocol.tally import (
    EncryptedTally,
    PartialDecryption,
    encrypted_tally,
    partial_decryption,
    totals,
    write_strong,
)
from elections.protocol.tally import write_result as belenios_result
from elections.protocol.token import blind, finalize, token_message
from elections.protocol.trustees import Trustees
from elections.rules.lots import Drawn, drawn_from_slips, drawn_on_paper
from elections.rules.result import result, write_result
from elections.verify.decryption import combined_factors
from elections.verify.lots import opened
from tests.attacks.editor import Editor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from elections.protocol.token import IssuerKey

STRANGER = NoteKey.generate("stranger")
"""A key that no setup names."""

COUNTING = (1, 3, 5)
"""The owners who decrypt: president, two delegates."""


@dataclass
class Forger(Editor):
    """A record under the hands of somebody who has every key."""

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

    @staticmethod
    def tracker(leaf: bytes) -> str:
        """The tracker of the ballot in a leaf."""
        return Entry.parse(leaf, "leaf").tracker

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
        shares = {owner: self.share(uuid, owner) for owner in owners}
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
        pending = result(setup, counts[0], len(raws))
        drawn = self.drawn(college, pending, owners=owners) if pending["lot"] else None
        self.result(college, write_result(setup, counts[0], len(raws), drawn))

    # --- Lots

    def slips(self, college: str) -> list[Slip]:
        """The slips of a contest, as its file has them now."""
        return [Slip.parse(item, self.election(college), "slip") for item in self.read(f"{college}/slips.json")]

    def slip(self, college: str, owner: int, role: str | None = None) -> Json:
        """A new and genuine slip of a holder, or of hers under another role."""
        rows = {row["owner"]: row["role"] for row in self.read(f"{college}/seal.json")}
        election, secrets = self.election(college), self.secrets(self.path(college), owner)
        return make_slip(election, owner, role or rows[owner], secrets.signing)

    def deposit(self, college: str, slips: Json) -> None:
        """Another slips.json; the journal's seal names it."""
        self.write(f"{college}/slips.json", slips)
        digest = sha256_hex(self.files[self.path(f"{college}/slips.json")])
        self.act("seal", college, lambda line: line["details"].update(slips=digest))

    def drawn(self, college: str, pending: Json, *, owners: Sequence[int] = COUNTING,
              slips: Sequence[Slip] | None = None) -> Drawn:  # fmt: skip
        """The lot as these holders open it, from these slips or all; one that was drawn on paper is drawn so again."""
        papers = [line for line in self.read("journal.jsonl") if self.is_act(line, "lot", college)]
        if papers:
            return drawn_on_paper(papers[0]["details"])
        election, slips = self.election(college), self.slips(college) if slips is None else slips
        whole = product(election, slips)
        rows = [self.opening(college, owner, whole) for owner in owners]
        element = opened(election, self.trustees(college), whole, rows, "lot")
        return drawn_from_slips(pending, election.fingerprint, element, rows, [slip.role for slip in slips])

    def opening(self, college: str, owner: int, whole: EncryptedTally) -> Json:
        """One holder's decryption of a product of slips."""
        partial, proofs = partial_decryption(self.election(college), whole, self.share(college, owner), owner)
        return {"owner": owner, "partial": partial.decode(), "proofs": proofs}

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
        record = Election.parse(raw)
        slips = [make_slip(record, row["owner"], row["role"], self.secrets(uuid, row["owner"]).signing) for row in rows]
        self.deposit(college, slips)
        for act in ("prepare", "seal"):
            self.act(act, college, lambda line: line["details"].update(fingerprint=fingerprint, setup=sealed.digest))
        if count:
            self.recount(college, [])

    def amend(self, college: str, act: str, change: Json, *, owners: Sequence[int] = (1, 3, 4)) -> None:
        """The board changes something just before the closing, and holders sign it."""
        self.insert("close", college, act, "president", {"change": change})
        line = next(line for line in self.read("journal.jsonl") if self.is_act(line, act, college))
        uuid, digest = self.path(college), sha256_hex(encode(line))
        text = amendment_text(self.election(college).fingerprint, digest, change)
        rows = [self.seal_row(uuid, owner, text) for owner in owners]
        setup = sha256_hex(self.files[f"{uuid}/setup.json"])
        details = {"act": digest, "change": change, "setup": setup, "signatures": rows}
        self.insert("close", college, "amendment", "officer", details)

    def sealed(self, college: str, rows: Json) -> None:
        """Another seal.json; the journal's seal names it."""
        self.write(f"{college}/seal.json", rows)
        digest = sha256_hex(self.files[self.path(f"{college}/seal.json")])
        self.act("seal", college, lambda line: line["details"].update(seal=digest))
