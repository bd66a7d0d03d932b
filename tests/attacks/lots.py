"""Lots: the slips of the seal (V02, V14), the draw in the result (V13), the draw on paper (V13, V14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol import archive
from elections.protocol.canonical import compact, encode
from elections.protocol.elgamal import Ciphertext, Proof, sign
from elections.protocol.setup import Setup
from elections.protocol.slips import _challenge, _statement, lot_seed, make_slip, product
from elections.protocol.tally import EncryptedTally
from elections.rules.lots import draw, drawn_on_paper, matter
from elections.rules.result import result, write_result
from tests.attacks.count import forged_factor
from tests.attacks.editor import changed
from tests.attacks.forger import Forger
from tests.attacks.table import attack

if TYPE_CHECKING:
    from collections.abc import Callable

    from elections.protocol.canonical import Json
    from elections.rules.lots import Drawn
    from tests.attacks.forger import Forger

# --- The slips ----------------------------------------------------------------------------------------


def _slips(f: Forger, edit: Callable[[list[Json]], object]) -> None:
    """Change the slips of the first contest; the journal's seal names the new ones."""
    slips = f.read("s1/slips.json")
    f.deposit("s1", edit(slips) or slips)


def _signed(f: Forger, owner: int, role: str, ciphertext: Ciphertext, proof: Json | None = None) -> Json:
    """A slip of this ciphertext under the holder's own signature, with a proof for the exponent 1 if none is given."""
    election = f.election("s1")
    text = _statement(election, owner, role, ciphertext)
    challenge = _challenge(election, text, election.group.generator)
    signing = f.secrets("s1", owner).signing
    return {
        **ciphertext.json(),
        "owner": owner,
        "proof": proof or Proof(challenge, election.group.respond(1, 1, challenge)).json(),
        "role": role,
        "signature": sign(election.group, signing, text).json(),
    }


@attack("V02", "slips", "slips.twice")
def a_slip_is_copied(f):
    """The last delegate hides what the president hides, so that the two would cancel out in some clever product."""
    first = f.slips("s1")[0]
    _slips(f, lambda slips: changed(slips, _signed(f, 6, slips[5]["role"], first.ciphertext, slips[0]["proof"]), 5))


@attack("V02", "slips", "slips.proof")
def a_slip_is_computed_from_another(f):
    """The inverse of the president's slip, randomised: of their product the delegate alone would know the element."""
    first, key, group = f.slips("s1")[0].ciphertext, f.election("s1").public_key.element, f.election("s1").group
    related = Ciphertext(group.generator / first.alpha, key * group.power_g(7) / first.beta)
    _slips(f, lambda slips: changed(slips, _signed(f, 6, slips[5]["role"], related), 5))


@attack("V02", "slips", "slips.proof")
def a_slip_is_of_another_contest(f):
    other = f.read("s2a/slips.json")[2]
    _slips(f, lambda slips: changed(slips, other, 2))


@attack("V02", "slips", "elgamal.signature")
def a_slip_is_deposited_in_another_s_name(f):
    """By whoever runs the site: the randomness is known and proved, the president's signing key is not."""
    key = f.secrets("s1", 2).signing
    _slips(f, lambda slips: changed(slips, make_slip(f.election("s1"), 1, slips[0]["role"], key), 0))


@attack("V02", "slips", "slips.holders")
def somebody_deposits_who_holds_no_key(f):
    _slips(f, lambda slips: [*slips, {**slips[5], "owner": 7, "role": "observer"}])


@attack("V02", "slips", "slips.holders")
def a_holder_deposits_twice(f):
    _slips(f, lambda slips: [*slips, f.slip("s1", 6)])


@attack("V02", "slips", "slips.holders")
def the_slip_of_an_honest_holder_is_left_out(f):
    _slips(f, lambda slips: [*slips[:3], *slips[4:]])


@attack("V02", "slips", "slips.neutral")
def a_slip_hides_nothing(f):
    group = f.election("s1").group
    _slips(f, lambda slips: changed(slips, group.identity.text, 1, "alpha"))


@attack("V02", "slips", "group.member")
def a_slip_has_an_element_of_small_order(f):
    # (0, −1), of order two: a point of the curve that is not in the subgroup.
    _slips(f, lambda slips: changed(slips, "7" + "f" * 61 + "ec", 1, "beta"))


@attack("V02", "slips", "record.missing", also=["V01", "V14"])
def the_slips_are_missing(f):
    f.drop("s1/slips.json")


@attack("V14", "slips", "verify.act-details")
def a_slip_is_swapped_after_the_seal(f):
    """By its own holder, with the record key: the journal's seal still names the other."""
    f.write("s1/slips.json", [f.slip("s1", 1), *f.read("s1/slips.json")[1:]])


# --- The draw -----------------------------------------------------------------------------------------


def _pending(f: Forger) -> Json:
    """The result of the rehearsal's contest as it waits for its lot."""
    setup, stated = Setup.parse(f.files[f.path("s2a/setup.json")]), f.read("s2a/result.json")
    return result(setup, [stated["blank"], *stated["votes"]], stated["ballots"])


def _drawn(f: Forger, drawn: Drawn, college: str = "s2a") -> None:
    """The result that follows from this draw, whatever it is."""
    setup, stated = Setup.parse(f.files[f.path(f"{college}/setup.json")]), f.read(f"{college}/result.json")
    f.result(college, write_result(setup, [stated["blank"], *stated["votes"]], stated["ballots"], drawn))


def _transcript(f: Forger, new: object, *keys: str | int) -> None:
    """Change one value of the lot that the result shows."""
    f.result("s2a", encode(changed(f.read("s2a/result.json"), new, "lot", *keys)))


@attack("V13", "lots", "tally.factor-proof", on="rehearsal")
def a_slip_is_swapped_after_the_lot(f):
    """The journal too is written anew: but the holders have opened another product, and open no second one."""
    f.deposit("s2a", [f.slip("s2a", 1), *f.read("s2a/slips.json")[1:]])


@attack("V13", "lots", "verify.lot", on="rehearsal")
def a_lot_is_concealed(f):
    value = f.read("s2a/result.json")
    winner = {"candidacy": 0, "substitutes": ["A"], "titulars": ["B"]}
    f.result("s2a", encode({**value, "elected": [winner], "lot": None, "seats": [1, 0]}))


@attack("V13", "lots", "verify.lot", on="rehearsal")
def a_lot_is_needed_and_none_is_shown(f):
    f.result("s2a", encode(_pending(f)))


@attack("V13", "lots", "verify.lot-needless")
def a_lot_is_shown_where_none_is_needed(f):
    lot = {"between": [0, 1], "seats": 1, "transcript": {"kind": "slips"}}
    f.result("s1", encode({**f.read("s1/result.json"), "lot": lot}))


@attack("V13", "lots", "verify.lot-matter", on="rehearsal")
def others_take_part_in_the_lot(f):
    _transcript(f, [0], "between")


@attack("V13", "lots", "verify.lot-matter", on="rehearsal")
def the_lot_is_for_more_seats(f):
    _transcript(f, 2, "seats")


@attack("V13", "lots", "json.missing", on="rehearsal")
def a_lot_is_drawn_in_another_way(f):
    _transcript(f, {"drawn": 0}, "transcript")


@attack("V13", "lots", "tally.factor-proof", on="rehearsal")
def one_slip_is_left_out_of_the_product(f):
    _drawn(f, f.drawn("s2a", _pending(f), slips=f.slips("s2a")[1:]))


@attack("V13", "lots", "tally.factor-proof", on="rehearsal")
def one_slip_is_opened_by_itself(f):
    _drawn(f, f.drawn("s2a", _pending(f), slips=f.slips("s2a")[:1]))


@attack("V13", "lots", "trustees.policy", on="rehearsal")
def a_delegate_opens_the_product_alone(f):
    _transcript(f, lambda rows: rows[1:2], "transcript", "decryptions")


@attack("V13", "lots", "verify.owner-twice", on="rehearsal")
def a_delegate_opens_the_product_twice(f):
    _transcript(f, lambda rows: [*rows[:2], rows[1]], "transcript", "decryptions")


@attack("V13", "lots", "tally.strong-proof", on="rehearsal")
def a_factor_of_the_product_is_forged_as_belenios_allows(f):
    election, [[whole]] = f.election("s2a"), product(f.election("s2a"), f.slips("s2a")).columns
    factor, proof = forged_factor(election, f.share("s2a", 1), whole.alpha)
    partial = compact({"decryption_factors": [[factor.text]], "decryption_proofs": [[proof.json()]]}).decode()
    _transcript(f, partial, "transcript", "decryptions", 0, "partial")


@attack("V13", "lots", "tally.factor-proof", on="rehearsal")
def a_total_is_shown_as_the_product(f):
    """What a holder decrypted of the blank votes, with its proofs, in place of the product."""
    body = archive.read(f.files[f.path("s2a/archive.bel")], "archive").encrypted_tally
    [column] = EncryptedTally.parse(body or b"", f.election("s2a")).columns
    _transcript(f, f.opening("s2a", 1, EncryptedTally.of([column[:1]])), "transcript", "decryptions", 0)


@attack("V13", "lots", "verify.lot-element", on="rehearsal")
def another_element_is_said_to_be_opened(f):
    _transcript(f, f.election("s2a").group.power_g(3).text, "transcript", "element")


@attack("V13", "lots", "verify.lot-seed", on="rehearsal")
def another_seed_is_stated(f):
    _transcript(f, "0" * 64, "transcript", "seed")


@attack("V13", "lots", "verify.lot-seed", on="rehearsal")
def the_seed_is_of_another_result(f):
    """Everything that follows fits: the seed of the same element and of votes that were not cast."""
    drawn, pending = f.drawn("s2a", _pending(f)), _pending(f)
    other = matter({**pending, "votes": [3, 3], "ballots": 6})
    element = f.election("s2a").group.element(drawn.transcript["element"], "element")
    seed = lot_seed(f.election("s2a").fingerprint, element, other)
    [chosen] = draw(seed, pending["lot"]["between"], 1)
    transcript = {**drawn.transcript, "draws": [chosen.json()], "seed": seed.hex()}
    _drawn(f, type(drawn)((chosen.candidacy,), transcript))


@attack("V13", "lots", "verify.lot-choice", on="rehearsal")
def another_name_comes_out(f):
    drawn = f.drawn("s2a", _pending(f))
    loser = 1 - drawn.chosen[0]
    _drawn(f, type(drawn)((loser,), changed(drawn.transcript, loser, "draws", 0, "candidacy")))


@attack("V13", "lots", "verify.lot-choice", on="rehearsal")
def a_reading_that_did_not_please_is_passed_over(f):
    _transcript(f, lambda read: [*read, "00"], "transcript", "draws", 0, "read")


@attack("V13", "lots", "verify.result", on="rehearsal")
def the_loser_of_the_lot_takes_the_seat(f):
    f.result("s2a", encode(changed(f.read("s2a/result.json"), lambda seats: seats[::-1], "seats")))


@attack("V13", "lots", "verify.result", on="rehearsal")
def a_depositor_is_not_named(f):
    _transcript(f, lambda roles: roles[1:], "transcript", "deposited")


# --- On paper -----------------------------------------------------------------------------------------

_PAPER = {"chosen": [0], "drawn_at": "2026-02-12T16:00:00Z", "drawn_by": "the president", "how": "two folded papers"}


@attack("V14", "paper", "verify.lot-paper", on="rehearsal")
def paper_takes_the_place_of_the_slips(f):
    """The draw from the slips did not please: but the journal knows of no paper."""
    _drawn(f, drawn_on_paper(_PAPER))


@attack("V14", "paper", "verify.lot-paper")
def a_draw_on_paper_is_not_in_the_journal(f):
    f.journal(lambda lines: [line for line in lines if line["act"] != "lot"])


@attack("V14", "paper", "verify.lot-paper")
def another_name_comes_out_than_the_board_hasretell(f):
    drawn = f.drawn("s4a", {})
    _drawn(f, drawn_on_paper({**_details(f), "chosen": [1 - drawn.chosen[0]]}), "s4a")


def _details(f: Forger) -> Json:
    [line] = [line for line in f.read("journal.jsonl") if f.is_act(line, "lot", "s4a")]
    return line["details"]


def retell(f: Forger, **changes: Json) -> None:
    """The board's line and the result both tell the draw otherwise."""
    details = {**_details(f), **changes}
    f.act("lot", "s4a", lambda line: line["details"].update(changes))
    _drawn(f, drawn_on_paper(details), "s4a")


@attack("V14", "paper", "verify.act-hour")
def a_lot_was_drawn_before_the_freeze(f):
    retell(f, drawn_at="2026-02-12T12:00:00Z")


@attack("V14", "paper", "verify.act-order")
def the_office_enters_a_draw(f):
    f.act("lot", "s4a", lambda line: line["actor"].update(role="officer"))


@attack("V14", "paper", "verify.act-order")
def a_lot_is_drawn_until_it_pleases(f):
    f.insert("count", "s4a", "lot", "president", _details(f))


@attack("V13", "lots", "lots.chosen")
def both_come_out_of_a_lot_for_one(f):
    value = f.read("s4a/result.json")
    f.act("lot", "s4a", lambda line: line["details"].update(chosen=[0, 1]))
    f.result("s4a", encode(changed(value, [0, 1], "lot", "transcript", "chosen")))
