"""The lot on the holder's side: the product of the sealed slips is opened, and no slip by itself (protocol.md §10).

Input `{"contests":{u:asked…},"format":"isoloir-lot-1"}`, each `{"decryptions":[…],"matter":{…}}`: what holders have
decrypted of the totals, as `{"owner":n,"partial":s,"proofs":[[proof…]…]}`, and what the lot decides (rules/lots.py).
Answer `{"contests":{u:opened…},"format":"isoloir-lot-opened-1","owner":n,"role":r}`, each
`{"fingerprint":φ,"partial":s,"product":hex,"strong":{…}}` with the shapes of a decryption, `product` the SHA-256 of
the product as a tally of one choice.

The program believes nobody that a lot is needed: it judges the frozen record once more, checks the decryptions,
counts, and compares. It opens the product that its key file has remembered since it opened the totals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.holder.decryption import check_remembered
from elections.holder.state import Outcome, State
from elections.protocol.canonical import Json, encode, fields, parse_canonical, string
from elections.protocol.errors import ProtocolError
from elections.protocol.tally import partial_decryption, totals, write_strong
from elections.rules.lots import matter
from elections.rules.result import result
from elections.verify.decryption import check_decryptions, combined_factors
from elections.verify.lots import rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from elections.holder.decryption import Count

INPUT_FORMAT = "isoloir-lot-1"
ANSWER_FORMAT = "isoloir-lot-opened-1"


def open_product(state: State, counts: Mapping[str, Count], raw: bytes) -> Outcome:
    """The holder's factor of the product of slips, for every contest that is asked for and needs a lot."""
    _, seat = state.finished()
    value = fields(parse_canonical(raw, "lot"), "lot", ("contests", "format"))
    string(value["format"], "lot, format", INPUT_FORMAT)
    if not isinstance(value["contests"], dict) or not value["contests"]:
        raise ProtocolError("json.type", what="lot, contests", expected="an object with a contest at least")
    said: list[str] = []
    # All is checked, of all contests, before a secret is used.
    for uuid, asked in value["contests"].items():
        if uuid not in counts:
            raise ProtocolError("holder.contest", contest=uuid)
        if state.held(uuid).tally is None:
            raise ProtocolError("holder.lot-early", contest=uuid)
        check_remembered(state, uuid, counts[uuid])
        said += _check(uuid, counts[uuid], asked)
    parts: dict[str, Json] = {}
    for uuid in value["contests"]:
        election, product = counts[uuid].election, counts[uuid].product
        if product is None:
            raise ProtocolError("holder.no-lot", contest=uuid)
        partial, proofs = partial_decryption(election, product, state.share(uuid), seat.owner)
        parts[uuid] = {
            "fingerprint": election.fingerprint,
            "partial": partial.decode(),
            "product": product.digest,
            "strong": write_strong(seat.owner, partial, proofs),
        }
    said.append("You opened your part of the product of all slips, of no slip by itself, and of no other product ever.")
    answer = encode({"contests": parts, "format": ANSWER_FORMAT, "owner": seat.owner, "role": seat.role})
    return Outcome(state, answer, tuple(said))


def _check(uuid: str, count: Count, asked: Json) -> list[str]:
    """Count from the decryptions that were handed in: the totals must need this very lot; what the holder is told."""
    what, contest = f"lot of contest {uuid}", count.contest
    fields(asked, what, ("decryptions", "matter"))
    given, strong = rows(asked["decryptions"], what)
    factors = check_decryptions(count.election, contest.trustees, given, count.tally, strong)
    combined = combined_factors(count.election, contest.trustees, factors)
    [counted] = totals(count.election, count.tally, combined, count.ballots)
    pending = result(contest.setup, counted, count.ballots)
    if pending["lot"] is None:
        raise ProtocolError("holder.no-lot", contest=uuid)
    if asked["matter"] != matter(pending):
        raise ProtocolError("holder.other-lot", contest=uuid)
    names = ", ".join(f"“{name}”" for name in asked["matter"]["names"])
    return [
        f"“{contest.setup.title}”, contest {uuid}: the totals were counted again and leave equals.",
        f"  A lot is needed for {asked['matter']['seats']} of these: {names}.",
    ]
