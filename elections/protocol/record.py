"""The record that anyone may download: its files, manifest, register and receipts (protocol.md §8, §11).

Shapes are those of contracts.md. A record is a mapping of path to bytes until somebody writes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, encode, fields, hexadecimal, integer, parse_canonical, sha256_hex, string
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MANIFEST = "manifest.json"
MANIFEST_NOTE = "manifest.note"
JOURNAL = "journal.jsonl"
MINUTES = "minutes"
RECORD_FORMAT = "isoloir-record-1"
REGISTER_FORMAT = "isoloir-register-1"

_PATH = re.compile(
    r"journal\.jsonl|result\.cdf\.json|minutes/[A-Za-z0-9-]+\.(json|pdf)"
    r"|[1-9A-HJ-NP-Za-km-z]{14,64}/(setup|seal|register|result|slips)\.json"
    r"|[1-9A-HJ-NP-Za-km-z]{14,64}/(archive\.bel|(entries|checkpoints|decryptions)\.jsonl)",
    re.ASCII,
)


def write_manifest(title: str, uuid: str, contests: Sequence[str], files: Mapping[str, bytes]) -> bytes:
    """manifest.json: size and SHA-256 of every other file but the note."""
    listed = {path: {"sha256": sha256_hex(data), "size": len(data)} for path, data in files.items()}
    election = {"title": title, "uuid": uuid}
    return encode({"contests": list(contests), "election": election, "files": listed, "format": RECORD_FORMAT})


def manifest_text(election_uuid: str, manifest: bytes) -> str:
    """What manifest.note signs."""
    return f"isoloir.record/1\n{election_uuid}\n{sha256_hex(manifest)}\n"


@dataclass(frozen=True)
class Manifest:
    """A parsed manifest: title and uuid of the election, its contests, (SHA-256, size) by path."""

    title: str
    uuid: str
    contests: tuple[str, ...]
    files: Mapping[str, tuple[str, int]]

    @classmethod
    def parse(cls, raw: bytes, what: str = MANIFEST) -> Manifest:
        """Read manifest.json; a path that no record has is refused."""
        value = fields(parse_canonical(raw, what), what, ("contests", "election", "files", "format"))
        string(value["format"], f"{what}, format", RECORD_FORMAT)
        election = fields(value["election"], f"{what}, election", ("title", "uuid"))
        if not isinstance(value["files"], dict) or not isinstance(value["contests"], list):
            raise ProtocolError("json.type", what=what, expected="an object of files and an array of contests")
        files = {}
        for path, item in value["files"].items():
            if not _PATH.fullmatch(path):
                raise ProtocolError("record.path", what=what, path=path[:80])
            fields(item, f"{what}, {path}", ("sha256", "size"))
            files[path] = (hexadecimal(item["sha256"], f"{what}, {path}"), integer(item["size"], f"{what}, {path}"))
        contests = tuple(string(uuid, f"{what}, contests") for uuid in value["contests"])
        return cls(string(election["title"], what), string(election["uuid"], what), contests, files)


@dataclass(frozen=True)
class RegisterCounts:
    """register.json: counts only, nobody's number."""

    contest: str
    roll: int
    signatures: int
    ballots: int
    reissues: int
    tokens: Mapping[str, int]

    def encode(self) -> bytes:
        """The canonical bytes of register.json."""
        counts = {"ballots": self.ballots, "reissues": self.reissues, "roll": self.roll, "signatures": self.signatures}
        return encode({"contest": self.contest, "format": REGISTER_FORMAT, "tokens": dict(self.tokens), **counts})

    @classmethod
    def parse(cls, raw: bytes, what: str) -> RegisterCounts:
        """Read register.json."""
        keys = ("ballots", "contest", "format", "reissues", "roll", "signatures", "tokens")
        value = fields(parse_canonical(raw, what), what, keys)
        string(value["format"], f"{what}, format", REGISTER_FORMAT)
        if not isinstance(value["tokens"], dict):
            raise ProtocolError("json.type", what=f"{what}, tokens", expected="an object")
        return cls(
            contest=string(value["contest"], what),
            roll=integer(value["roll"], f"{what}, roll"),
            signatures=integer(value["signatures"], f"{what}, signatures"),
            ballots=integer(value["ballots"], f"{what}, ballots"),
            reissues=integer(value["reissues"], f"{what}, reissues"),
            tokens={issuer: integer(count, f"{what}, tokens") for issuer, count in value["tokens"].items()},
        )

    def check(self, issuers: Sequence[str], roll: int, ballots: int, what: str) -> None:
        """V12: ballots = signatures ≤ tokens of each issuer ≤ roll + re-issues; signatures ≤ roll."""
        if self.roll != roll:
            raise ProtocolError("register.roll", what=what, roll=self.roll, sealed=roll)
        if self.ballots != ballots or self.signatures != ballots:
            raise ProtocolError("register.ballots", what=what, signatures=self.signatures, ballots=ballots)
        if self.signatures > roll:
            raise ProtocolError("register.signatures", what=what, signatures=self.signatures, roll=roll)
        if sorted(self.tokens) != sorted(issuers):
            raise ProtocolError("register.issuers", what=what)
        for issuer, count in self.tokens.items():
            if not self.signatures <= count <= roll + self.reissues:
                raise ProtocolError("register.tokens", what=what, issuer=issuer, tokens=count)


def urn_receipt_text(contest: str, fingerprint: str, tracker: str, leaf_hash: bytes) -> str:
    """The urn's receipt: which ballot is recorded; neither time nor person."""
    return f"isoloir.receipt/1\n{contest}\n{fingerprint}\n{tracker}\n{leaf_hash.hex()}\n"


def register_receipt_text(contest: str, number: int, hour: str) -> str:
    """The register's receipt: who has signed and when; nothing of the ballot."""
    return f"isoloir.signature/1\n{contest}\n{number}\n{hour}\n"


def checkpoint_line(note: str) -> Json:
    """One line of checkpoints.jsonl."""
    return {"note": note}
