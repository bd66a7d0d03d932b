r"""What is sealed, on one sheet: block by block with its SHA-256, and one sheet compared with another (R. 211-550).

Everything follows from the set-ups and their fingerprints, so whoever has those can write the sheet again. A block that
is the same in every contest stands once, for the election. The digest of the sheet is the SHA-256 of one line
`<sha256 of setup.json>  <φ>\n` for each contest in order: the two things that key holders sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, array, encode, fields, parse_canonical, sha256_hex, string

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from elections.protocol.setup import Setup

FORMAT = "isoloir-sheet-1"
_DOCUMENTS = "candidacies/"
_COMMON = ("election", "hours", "policy", "batches", "keys", "software", "files")
"""The blocks that contests of one election usually share."""


@dataclass(frozen=True)
class Block:
    """Some lines of the sheet under one heading; `contest` is None for the election."""

    key: str
    contest: str | None
    lines: Mapping[str, Json]

    @property
    def digest(self) -> str:
        """SHA-256 of the lines in canonical form."""
        return sha256_hex(encode(dict(self.lines)))


@dataclass(frozen=True)
class Sheet:
    """All that is sealed of an election."""

    digest: str
    blocks: tuple[Block, ...]

    def encode(self) -> bytes:
        """The sheet as it is kept."""
        blocks = [{"contest": block.contest, "key": block.key, "lines": dict(block.lines)} for block in self.blocks]
        return encode({"blocks": blocks, "digest": self.digest, "format": FORMAT})

    @classmethod
    def parse(cls, raw: bytes) -> Sheet:
        """A sheet that was kept."""
        value = fields(parse_canonical(raw, "sheet"), "sheet", ("blocks", "digest", "format"))
        string(value["format"], "sheet", FORMAT)
        blocks = [fields(item, "sheet", ("contest", "key", "lines")) for item in array(value["blocks"], "sheet")]
        return cls(value["digest"], tuple(Block(item["key"], item["contest"], item["lines"]) for item in blocks))


@dataclass(frozen=True)
class Line:
    """One line of two sheets: None where a sheet has no such line."""

    name: str
    before: Json
    now: Json

    @property
    def changed(self) -> bool:
        """Whether the sheets differ here."""
        return bool(self.before != self.now)


@dataclass(frozen=True)
class Compared:
    """One block of two sheets, with the digest it has on either; None where a sheet lacks it."""

    key: str
    contest: str | None
    before: str | None
    now: str | None
    lines: tuple[Line, ...]

    @property
    def changed(self) -> bool:
        """Whether the sheets differ here."""
        return self.before != self.now


def write(sealed: Sequence[tuple[Setup, str]]) -> Sheet:
    """The sheet of contests in their order, each as its set-up and its fingerprint φ."""
    digest = sha256_hex("".join(f"{setup.digest}  {fingerprint}\n" for setup, fingerprint in sealed).encode())
    by_contest = [{block.key: block for block in _blocks(setup, fingerprint)} for setup, fingerprint in sealed]
    first = by_contest[0]
    shared = [key for key in _COMMON if all(blocks[key].lines == first[key].lines for blocks in by_contest)]
    common = [Block(key, None, first[key].lines) for key in shared]
    own = [block for blocks in by_contest for key, block in blocks.items() if key not in shared]
    return Sheet(digest, (*common, *own))


def compare(before: Sheet | None, now: Sheet) -> tuple[Compared, ...]:
    """The blocks of two sheets side by side, in the order of the newer one; what it no longer has comes last."""
    old = {(block.contest, block.key): block for block in before.blocks} if before else {}
    new = {(block.contest, block.key): block for block in now.blocks}
    return tuple(_compared(place, old.get(place), new.get(place)) for place in dict.fromkeys((*new, *old)))


def _compared(place: tuple[str | None, str], before: Block | None, now: Block | None) -> Compared:
    old, new = before.lines if before else {}, now.lines if now else {}
    lines = tuple(Line(name, old.get(name), new.get(name)) for name in dict.fromkeys((*new, *old)))
    return Compared(place[1], place[0], before.digest if before else None, now.digest if now else None, lines)


def _blocks(setup: Setup, fingerprint: str) -> Iterator[Block]:
    """Everything of one set-up, in the order in which a board reads it; nothing of setup.json is left out."""

    def block(key: str, lines: Mapping[str, Json]) -> Block:
        return Block(key, setup.uuid, lines)

    value = setup.value
    files = value["booth"]
    yield block("contest", {**{key: value["contest"][key] for key in ("title", "college", "uuid")}, **value["rule"]})
    yield block("candidacies", {str(place): item for place, item in enumerate(value["candidacies"], 1)})
    yield block("documents", {name: digest for name, digest in files.items() if name.startswith(_DOCUMENTS)})
    yield block("roll", value["roll"])
    yield block("key", {"fingerprint": fingerprint, "setup": setup.digest, "trustees": value["trustees"]})
    yield block("issuers", {item["id"]: sha256_hex(encode(item)) for item in value["issuers"]})
    yield block("link", {"link_key": value["link_key"]})
    contests = value["contests"]
    election = {key: value[key] for key in ("audience", "model", "rehearsal")}
    yield block("election", {**value["election"], **election, "contests": contests})
    yield block("hours", {key: value[key] for key in ("opening", "closing", "grace")})
    yield block("policy", {str(place): group for place, group in enumerate(value["policy"], 1)})
    yield block("batches", value["batches"])
    yield block(
        "keys", {"record_key": value["record_key"], "urn_key": value["urn"]["key"], "urn": value["urn"]["name"]}
    )
    yield block("software", value["software"])
    yield block("files", {name: digest for name, digest in files.items() if not name.startswith(_DOCUMENTS)})
