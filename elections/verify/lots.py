"""The lot that result.json shows, replayed (V13): from the sealed slips and the decryptions of their product.

A draw on paper cannot be replayed. It is checked that it could have come out of this lot, V14 finds it in the journal,
and the verdict says that it rests on the board's word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, array, fields, integer, parse_canonical, string
from elections.protocol.errors import ProtocolError
from elections.protocol.slips import product
from elections.protocol.tally import write_strong
from elections.rules.lots import PAPER, check_paper, drawn_from_slips, drawn_on_paper
from elections.rules.outcome import Lot
from elections.rules.result import result
from elections.verify.decryption import check_decryptions, combined_factors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from elections.protocol.ballot import Election
    from elections.protocol.group import Element
    from elections.protocol.slips import Slip
    from elections.protocol.tally import EncryptedTally
    from elections.protocol.trustees import Trustees
    from elections.rules.lots import Drawn
    from elections.verify.contest import Contest

_SLIP_KEYS = ("decryptions", "deposited", "draws", "element", "kind", "seed")


def replay(contest: Contest, slips: Callable[[], Sequence[Slip]]) -> Drawn | None:
    """The lot as it can be shown again; refused where one is missing, needless, or other than what is shown."""
    what = contest.name("result.json, lot")
    stated = shown(contest)
    pending = result(contest.setup, contest.totals, len(contest.entries))
    needed = pending["lot"]
    if needed is None:
        if stated is not None:
            raise ProtocolError("verify.lot-needless", what=what)
        return None
    if stated is None or not stated["transcript"]:
        raise ProtocolError("verify.lot", what=what)
    if (stated["between"], stated["seats"]) != (needed["between"], needed["seats"]):
        raise ProtocolError("verify.lot-matter", what=what)
    transcript = stated["transcript"]
    if transcript.get("kind") == PAPER:
        details = {key: item for key, item in transcript.items() if key != "kind"}
        check_paper(details, Lot(tuple(needed["between"]), needed["seats"]), what)
        return drawn_on_paper(details)
    fields(transcript, what, _SLIP_KEYS)
    return _from_slips(contest, pending, transcript, slips(), what)


def shown(contest: Contest) -> Json | None:
    """The lot in result.json, None where there is none; its transcript is an object."""
    what = contest.name("result.json")
    value = parse_canonical(contest.raw("result.json"), what)
    lot = value.get("lot") if isinstance(value, dict) else None
    if lot is None:
        return None
    fields(lot, f"{what}, lot", ("between", "seats", "transcript"))
    if not isinstance(lot["transcript"], dict):
        raise ProtocolError("json.type", what=f"{what}, lot, transcript", expected="an object")
    return lot


def on_paper(contest: Contest) -> Json | None:
    """The transcript of a draw on paper, None where the result has none."""
    lot = shown(contest)
    return lot["transcript"] if lot is not None and lot["transcript"].get("kind") == PAPER else None


def _from_slips(
    contest: Contest, pending: Mapping[str, Json], stated: Mapping[str, Json], slips: Sequence[Slip], what: str
) -> Drawn:
    election, decryptions = contest.election, stated["decryptions"]
    element = opened(election, contest.trustees, product(election, slips), decryptions, what)
    drawn = drawn_from_slips(pending, election.fingerprint, element, decryptions, [slip.role for slip in slips])
    for key, rule in (("element", "verify.lot-element"), ("seed", "verify.lot-seed"), ("draws", "verify.lot-choice")):
        if stated[key] != drawn.transcript[key]:
            raise ProtocolError(rule, what=what)
    return drawn


def opened(election: Election, trustees: Trustees, slips: EncryptedTally, decryptions: Json, what: str) -> Element:
    """The element that the product of the slips hides, from decryptions with both proofs by enough holders."""
    given, strong = rows(decryptions, what)
    factors = check_decryptions(election, trustees, given, slips, strong)
    [[factor]] = combined_factors(election, trustees, factors, slips.shape)
    return slips.columns[0][0].beta / factor


def rows(decryptions: Json, what: str) -> tuple[list[tuple[int, bytes]], list[Json]]:
    """Decryptions `{"owner":n,"partial":s,"proofs":[[proof…]…]}`: as an archive has them, and their strong lines."""
    given, strong = [], []
    for number, item in enumerate(array(decryptions, f"{what}, decryptions"), 1):
        place = f"{what}, decryption {number}"
        fields(item, place, ("owner", "partial", "proofs"))
        owner, partial = integer(item["owner"], place, 1), string(item["partial"], place).encode()
        given.append((owner, partial))
        strong.append(write_strong(owner, partial, item["proofs"]))
    return given, strong
