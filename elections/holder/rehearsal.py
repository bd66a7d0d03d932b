"""The rehearsal: a test urn is opened with the real keys, the real files and the real devices (R1, R2).

Input `{"contests":{u:{"ballots":[opened…],"election":s,"trustees":s}},"format":"isoloir-rehearsal-1"}`: for every
contest of the ceremony the bytes of trustees.json and of an election record of its own uuid, as strings, and
opened ballots (protocol.challenge).
Answer `{"contests":{u:{"fingerprint":φ,"partial":s,"strong":{…}}},"format":"isoloir-rehearsed-1","owner":n,"role":r}`:
`partial` is the Belenios record, `strong` what would be the line of decryptions.jsonl.

The program raises no unknown element to its secret: it makes every ciphertext again from choice and
randomness and refuses any other. After the seal it refuses every rehearsal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from elections.holder.state import Outcome, State
from elections.protocol.ballot import Election
from elections.protocol.canonical import Json, array, encode, fields, parse_canonical, sha256_hex, string
from elections.protocol.challenge import Opened
from elections.protocol.errors import ProtocolError
from elections.protocol.tally import encrypted_tally, partial_decryption, write_strong

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elections.protocol.ballot import Ballot
    from elections.protocol.trustees import Trustees

INPUT_FORMAT = "isoloir-rehearsal-1"
ANSWER_FORMAT = "isoloir-rehearsed-1"


def rehearse(state: State, raw: bytes) -> Outcome:
    """Decrypt the tally of the test urn of every contest, and remember its trustees.json.

    No secret is used before everything has been checked, of all contests.
    """
    invitation, seat = state.finished()
    value = fields(parse_canonical(raw, "rehearsal"), "rehearsal", ("contests", "format"))
    string(value["format"], "rehearsal, format", INPUT_FORMAT)
    contests = fields(value["contests"], "rehearsal, contests", invitation.contests)
    tests = {uuid: _test(state, uuid, item) for uuid, item in contests.items()}
    _check_keys_differ([test.trustees for test in tests.values()])
    parts, changed, said = {}, {}, []
    for uuid, test in tests.items():
        fingerprint, count = test.election.fingerprint, len(test.ballots)
        tally = encrypted_tally(test.election, test.ballots)
        partial, proofs = partial_decryption(test.election, tally, state.share(uuid), seat.owner)
        strong = write_strong(seat.owner, partial, proofs)
        parts[uuid] = {"fingerprint": fingerprint, "partial": partial.decode(), "strong": strong}
        changed[uuid] = replace(state.held(uuid), rehearsed=sha256_hex(test.trustees.raw))
        said.append(f"Contest {uuid}: opened {count} test ballots, fingerprint {fingerprint}.")
    answer = encode({"contests": parts, "format": ANSWER_FORMAT, "owner": seat.owner, "role": seat.role})
    said.append("Your key works for every contest. It may now be sealed with these key holders.")
    return Outcome(state.with_contests(changed), answer, tuple(said))


@dataclass(frozen=True)
class _Test:
    """One contest's test urn, checked."""

    trustees: Trustees
    election: Election
    ballots: Sequence[Ballot]


def _test(state: State, uuid: str, item: Json) -> _Test:
    what = f"rehearsal of contest {uuid}"
    if state.held(uuid).seal is not None:
        raise ProtocolError("holder.sealed", contest=uuid)
    fields(item, what, ("ballots", "election", "trustees"))
    trustees = state.check_trustees(uuid, string(item["trustees"], what).encode())
    election = _election(state, trustees, string(item["election"], what).encode(), what)
    ballots = [
        Opened.parse(election, ballot, f"{what}, ballot {number}").ballot
        for number, ballot in enumerate(array(item["ballots"], what), 1)
    ]
    if not ballots:
        raise ProtocolError("holder.no-ballot", what=what)
    return _Test(trustees, election, ballots)


def _check_keys_differ(contests: Sequence[Trustees]) -> None:
    """V04: what a group proves of its key is true in any contest, so it must be looked at across them."""
    keys = [key for trustees in contests for key in {key.text for key in trustees.verification_keys}]
    if len(set(keys)) != len(keys):
        raise ProtocolError("setup.key-twice", what="rehearsal")


def _election(state: State, trustees: Trustees, raw: bytes, what: str) -> Election:
    """The election of the test urn: under the real key, but none of the real contests."""
    invitation, _ = state.finished()
    election = Election.parse(raw, what)
    if election.uuid in (*invitation.contests, invitation.election):
        raise ProtocolError("holder.real-contest", what=what)
    if election.group is not invitation.group or election.public_key.element != trustees.public_key(election.group):
        raise ProtocolError("setup.key", what=what)
    return election
