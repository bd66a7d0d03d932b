"""The Belenios archive, `.bel`: the grammar of its events, and the stricter form of our records.

Check V03 of protocol.md §12, from the bytes up: `tar` (bytes), `events` (chain and references), and here:
- the events follow each other as in `_NEXT`, to which belenios-tool does not look. An archive may stop
  after any of them; shuffles are refused by name, as only homomorphic questions are supported;
- in an archive of ours (`check_record_form`, protocol.md §10) nothing stops before EncryptedTally
  (frozen) or between decryptions and Result; ballots stand by SHA-256, none twice; credentials are
  sorted as numbers and bear no weights; all JSON is compact.

What ballots, keys, tallies and proofs say is checked elsewhere (V04–V06, V09–V11). A second, different
ballot of one credential is a re-vote, which Belenios knows: `read` lets it pass.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from elections.protocol.canonical import array, compact, decimal, integer, parse, sha256_hex, string
from elections.protocol.errors import ProtocolError
from elections.protocol.events import DATA, Step, decode, encode, index_keys, step

if TYPE_CHECKING:
    from collections.abc import Iterable

_BEGINNING = "the beginning"

_NEXT: dict[str, tuple[str, ...]] = {
    _BEGINNING: ("Setup",),
    "Setup": ("Ballot", "EndBallots"),
    "Ballot": ("Ballot", "EndBallots"),
    "EndBallots": ("EncryptedTally",),
    "EncryptedTally": ("PartialDecryption",),
    "PartialDecryption": ("PartialDecryption", "Result"),
    "Result": (),
}
"""What may follow each event: one Setup, ballots, one EndBallots, one tally, decryptions, one Result."""

_LARGEST_NUMBER = 2**30 - 1
"""Belenios writes a larger weight as a decimal string."""


@dataclass(frozen=True, slots=True)
class SizedTally:
    """What the EncryptedTally event says of its tally: number of ballots, their weight, the tally's SHA-256."""

    num_tallied: int
    total_weight: int
    hash: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Archive:
    """The content of a `.bel`: raw bytes, in the order of the events.

    `ended` tells whether EndBallots was reached; `decryptions` are pairs of owner (counted from 1 over
    all trustees) and partial decryption; `events.encode(timestamp, steps)` gives the file back.
    """

    timestamp: int
    election: bytes
    trustees: bytes
    credentials: bytes
    setup_data: bytes
    ballots: tuple[bytes, ...]
    ended: bool
    encrypted_tally: bytes | None
    sized_tally: SizedTally | None
    decryptions: tuple[tuple[int, bytes], ...]
    result: bytes | None
    steps: tuple[Step, ...] = field(repr=False)


def read(data: bytes, what: str = "archive") -> Archive:
    """Read any honest homomorphic archive, finished or not; raises `archive.*`, `json.*` or `text.*` (V03)."""
    timestamp, steps = decode(data, what)
    names = [_BEGINNING, *(item.event for item in steps)] if steps else [_BEGINNING, "the end"]
    for before, after in pairwise(names):
        if after not in _NEXT[before]:
            raise ProtocolError("archive.grammar", what=what, before=before, after=after)
    found: dict[str, list[tuple[bytes, ...]]] = defaultdict(list)
    for item in steps:
        found[item.event].append(item.bodies)
    # The grammar has left one Setup, and at most one EncryptedTally and one Result.
    election, trustees, credentials, setup_data = found["Setup"][0]
    tally, sized = found["EncryptedTally"][0] if found["EncryptedTally"] else (None, None)
    return Archive(
        timestamp=timestamp,
        election=election,
        trustees=trustees,
        credentials=credentials,
        setup_data=setup_data,
        ballots=tuple(ballot for (ballot,) in found["Ballot"]),
        ended=bool(found["EndBallots"]),
        encrypted_tally=tally,
        sized_tally=None if sized is None else _sized_tally(sized, f"{what}, sized_encrypted_tally"),
        decryptions=tuple((_owner(owned, f"{what}, owned"), part) for part, owned in found["PartialDecryption"]),
        result=found["Result"][0][0] if found["Result"] else None,
        steps=steps,
    )


def _sized_tally(raw: bytes, what: str) -> SizedTally:
    value = parse(raw, what)
    weight = value["total_weight"]
    if isinstance(weight, str):
        weight = integer(decimal(weight, what, below=2**53), what, least=_LARGEST_NUMBER + 1)
    else:
        weight = integer(weight, what, most=_LARGEST_NUMBER)
    number = integer(value["num_tallied"], what, most=_LARGEST_NUMBER)
    return SizedTally(number, weight, value["encrypted_tally"], raw)


def _owner(raw: bytes, what: str) -> int:
    return integer(parse(raw, what)["owner"], what, least=1, most=_LARGEST_NUMBER)


def check_record_form(archive: Archive, what: str = "archive") -> None:
    """Refuse what an archive of ours never holds (protocol.md §10).

    That the credentials are those of the ballots is left to `check_credentials`, and the form of each
    ballot to V05, for who has parsed the ballots.
    """
    if archive.encrypted_tally is None or bool(archive.decryptions) != (archive.result is not None):
        raise ProtocolError("archive.unfinished", what=what, last=archive.steps[-1].event)
    check_copies(archive, what)
    if list(archive.ballots) != sorted(archive.ballots, key=sha256_hex):
        raise ProtocolError("archive.order", what=what)
    check_credentials(archive, parse_credentials(archive.credentials, f"{what}, credentials"), what)
    for item in archive.steps:
        if item.event != "Ballot":
            _check_compact(item, what)


def _check_compact(item: Step, what: str) -> None:
    """Refuse white space, needless escapes, and another order of keys where the order is ours to know."""
    for name, body in zip(DATA[item.event], item.bodies, strict=True):
        value = parse(body, f"{what}, {name}")
        if compact(value) != body:
            raise ProtocolError("json.canonical", what=f"{what}, {name}")
    if index_keys(item.event) and tuple(value) != index_keys(item.event):
        raise ProtocolError("json.canonical", what=f"{what}, {name}")


def check_copies(archive: Archive, what: str = "archive") -> None:
    """Refuse an exact copy of an earlier ballot: a replay, which belenios-tool 2.0 lets pass."""
    seen: set[bytes] = set()
    for ballot in archive.ballots:
        if ballot in seen:
            raise ProtocolError("archive.copy", what=what, digest=sha256_hex(ballot))
        seen.add(ballot)


def check_credentials(archive: Archive, credentials: Iterable[str], what: str = "archive") -> None:
    """Refuse an archive whose list is not exactly `credentials`, sorted as numbers and without weights."""
    if archive.credentials != encode_credentials(credentials):
        raise ProtocolError("archive.credentials", what=what)


def weights(credentials: bytes, what: str = "credentials") -> dict[str, int]:
    """The published credentials as `{element: weight}`, in their order; that they are elements is not checked."""
    result: dict[str, int] = {}
    for item in array(parse(credentials, what), what):
        element, comma, weight = string(item, what).partition(",")
        if element in result:
            raise ProtocolError("archive.credential", what=what, credential=element[:80])
        result[element] = decimal(weight, what, below=2**53) if comma else 1
    return result


def parse_credentials(credentials: bytes, what: str = "credentials") -> list[str]:
    """The published credentials without their weights, in their order."""
    return list(weights(credentials, what))


def encode_credentials(credentials: Iterable[str]) -> bytes:
    """The credentials record of serialised elements: sorted as numbers, without weights."""
    # Decimals without leading zeros, and hexadecimals of one length, are sorted as numbers this way.
    return compact(sorted(credentials, key=lambda element: (len(element), element)))


def write(  # noqa: PLR0913  one argument for each kind of record
    *,
    timestamp: int,
    election: bytes,
    trustees: bytes,
    credentials: bytes,
    ballots: Iterable[bytes],
    encrypted_tally: bytes,
    decryptions: Iterable[tuple[int, bytes]] = (),
    result: bytes | None = None,
) -> bytes:
    """Write the archive of a record (protocol.md §10): frozen, or with decryptions and a result.

    `timestamp` is in Unix seconds, `decryptions` are pairs of owner and partial decryption; ballots may
    come in any order and weigh one each. Equal content gives equal bytes. What is written is read back:
    what `check_record_form` refuses is refused here.
    """
    ordered = sorted(ballots, key=sha256_hex)
    steps = [
        step("Setup", election, trustees, credentials),
        *(step("Ballot", ballot) for ballot in ordered),
        step("EndBallots"),
        step("EncryptedTally", encrypted_tally, num_tallied=len(ordered), total_weight=len(ordered)),
        *(step("PartialDecryption", partial, owner=owner) for owner, partial in decryptions),
    ]
    if result is not None:
        steps.append(step("Result", result))
    data = encode(timestamp, steps)
    check_record_form(read(data))
    return data
