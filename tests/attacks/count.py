"""V09 to V11: tally, decryptions, totals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from elections.protocol import events
from elections.protocol.canonical import compact, sha256_hex
from elections.protocol.elgamal import Proof
from tests.attacks import ballots
from tests.attacks.editor import changed
from tests.attacks.forger import Forger
from tests.attacks.table import attack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from elections.protocol.ballot import Election
    from elections.protocol.canonical import Json
    from elections.protocol.events import Step
    from elections.protocol.group import Element
    from tests.attacks.forger import Forger


# --- V09: the tally


@attack("V09", "recomputed", "verify.tally", frozen=True)
def a_vote_is_added_to_the_tally(f):
    group = f.election("s1").group

    def add(raw: bytes) -> bytes:
        more = changed(json.loads(raw), lambda beta: (group.element(beta, "β") * group.generator).text, 0, 1, "beta")
        return compact(more)

    f.body("s1", "EncryptedTally", add)


@attack("V09", "recomputed", "json.canonical", frozen=True)
def the_tally_is_written_otherwise(f):
    def turn(raw: bytes) -> bytes:
        return compact([[dict(reversed(item.items())) for item in row] for row in json.loads(raw)])

    f.body("s1", "EncryptedTally", turn)


def _sized(f: Forger, **numbers: int) -> None:
    """Say another number or weight of ballots; the tally stays."""

    def change(steps: list[Step]) -> None:
        place = next(place for place, item in enumerate(steps) if item.event == "EncryptedTally")
        tally, sized = steps[place].bodies
        there = {key: value for key, value in json.loads(sized).items() if key != "encrypted_tally"}
        steps[place] = events.step("EncryptedTally", tally, **{**there, **numbers})

    f.steps("s1", change)


@attack("V09", "num_tallied", "verify.tally-size")
def another_number_of_ballots_is_stated(f):
    _sized(f, num_tallied=26)


@attack("V09", "total_weight", "verify.tally-size")
def another_weight_is_stated(f):
    _sized(f, total_weight=50)


# --- V10: the decryptions


def _partial(f: Forger, edit: Callable[[Json], object], place: int = 0) -> None:
    """Change a partial decryption; its strong line names the new one."""

    def change(raw: bytes) -> bytes:
        value = json.loads(raw)
        new = compact(edit(value) or value)
        f.put("s1/decryptions.jsonl", sha256_hex(new), place, "payload")
        return new

    f.body("s1", "PartialDecryption", change, place=place)


def forged_factor(election: Election, x: int, alpha: Element) -> tuple[Element, Proof]:
    """A factor F ≠ α^x with a Belenios proof that verifies: its string hashes neither α nor F (protocol.md §10).

    With A = g^w and B = α^w·g, c depends on them alone, and F = α^x·g^(1/c) fits B = α^r·F^c.
    """
    group, w = election.group, 12345
    first, second = group.power_g(w), alpha**w * group.generator
    c = group.hash_to_scalar(f"decrypt|{election.fingerprint}|{group.power_g(x).text}|{first.text},{second.text}")
    return alpha**x * group.power_g(pow(c, -1, group.q)), Proof(c, group.respond(w, x, c))


def _forge_factor(f: Forger, value: Json) -> None:
    _, steps = events.decode(f.files[f.path("s1/archive.bel")], "archive")
    (tally,) = (item.bodies[0] for item in steps if item.event == "EncryptedTally")
    alpha = f.election("s1").group.element(json.loads(tally)[0][1]["alpha"], "α")
    factor, proof = forged_factor(f.election("s1"), f.share("s1", 1), alpha)
    changed(value, factor.text, "decryption_factors", 0, 1)
    changed(value, proof.json(), "decryption_proofs", 0, 1)


@attack("V10", "Belenios proofs", "tally.factor-proof", also=["V11", "V13"])
def a_factor_is_not_proved(f):
    _partial(f, lambda value: changed(value, "1", "decryption_proofs", 0, 0, "response"))


@attack("V10", "Belenios proofs", "json.canonical")
def a_decryption_is_written_otherwise(f):
    _partial(f, lambda value: dict(reversed(value.items())))


@attack("V10", "strong proofs", "tally.strong-proof", also=["V11", "V13"])
def a_factor_is_forged_as_belenios_allows(f):
    _partial(f, lambda value: _forge_factor(f, value))


@attack("V10", "strong proofs", "tally.strong-proof")
def a_strong_proof_is_wrong(f):
    f.put("s1/decryptions.jsonl", "1", 0, "proofs", 0, 0, "challenge")


@attack("V10", "strong proofs", "tally.strong-line")
def a_strong_proof_is_of_another_decryption(f):
    f.put("s1/decryptions.jsonl", "0" * 64, 0, "payload")


@attack("V10", "strong proofs", "verify.strong-lines")
def the_strong_proofs_of_one_holder_are_missing(f):
    f.put("s1/decryptions.jsonl", lambda lines: lines[:-1])


def _decryptions(f: Forger, places: Sequence[int]) -> None:
    """These decryptions only, in this order, with their strong lines."""

    def choose(steps: list[Step]) -> list[Step]:
        there = [item for item in steps if item.event == "PartialDecryption"]
        return [*steps[: -len(there) - 1], *(there[place] for place in places), steps[-1]]

    f.steps("s1", choose)
    f.put("s1/decryptions.jsonl", lambda lines: [lines[place] for place in places])


@attack("V10", "distinct owners", "verify.owner-twice", also=["V11", "V13"])
def a_delegate_decrypts_twice(f):
    _decryptions(f, (0, 1, 1))


@attack("V10", "distinct owners", "verify.owner", also=["V11", "V13"])
def a_stranger_decrypts(f):
    def change(steps: list[Step]) -> None:
        steps[-2] = events.step("PartialDecryption", steps[-2].bodies[0], owner=7)

    f.steps("s1", change)
    f.put("s1/decryptions.jsonl", 7, 2, "owner")


@attack("V10", "policy satisfied", "trustees.policy", also=["V11", "V13"])
def one_delegate_counts_alone(f):
    _decryptions(f, (0, 1))


@attack("V10", "policy satisfied", "trustees.policy", also=["V11", "V13"])
def the_delegates_count_without_president_and_secretary(f):
    _decryptions(f, (1, 2))


# --- V11: the totals


@attack("V11", "each number proved", "tally.total", also=["V13"])
def two_totals_are_swapped(f):
    f.body("s1", "Result", lambda _: compact({"result": [[0, 6, 15, 3, 1]]}))


@attack("V11", "sums", "tally.sums", also=["V05", "V09", "V13"])
def the_totals_are_more_than_the_ballots(f):
    ballots.a_ballot_votes_for_both(f)
