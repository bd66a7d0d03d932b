"""V05 and V06: ballots that urn and holders count, though they should not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from elections.protocol.canonical import compact, sha256_hex
from elections.protocol.entry import Entry
from tests.attacks.editor import changed, restep
from tests.attacks.forger import Forger
from tests.attacks.table import attack

if TYPE_CHECKING:
    from collections.abc import Callable

    from elections.protocol.canonical import Json
    from elections.protocol.events import Step
    from tests.attacks.forger import Forger


# --- V05: each ballot


def _cast(f: Forger, entry: Entry) -> None:
    """Urn and holders take this entry for the first one of a small contest, and count it."""
    f.recount("s2a", [entry.leaf, *f.leaves("s2a")[1:]])


def _slip_in(f: Forger, entry: Entry) -> None:
    """The urn takes it; who counts has never read it."""
    old = Entry.parse(f.leaves("s2a")[0], "entry").ballot
    f.log("s2a", [entry.leaf, *f.leaves("s2a")[1:]])

    def swap(steps: list[Step]) -> list[Step]:
        steps = [restep("Ballot", [entry.ballot]) if item.bodies == (old,) else item for item in steps]
        there = [item for item in steps if item.event == "Ballot"]
        return [steps[0], *sorted(there, key=lambda item: sha256_hex(item.bodies[0])), *steps[1 + len(there) :]]

    f.steps("s2a", swap)


def _edited(entry: Entry, edit: Callable[[Json], object]) -> Entry:
    """The entry, with its ballot changed after it was signed."""
    value = json.loads(entry.ballot)
    edit(value)
    return Entry(compact(value), entry.tokens)


@attack("V05", "canonical", "ballot.canonical", also=None)
def a_ballot_has_its_keys_in_another_order(f):
    _slip_in(f, _edited(f.entry("s2a"), lambda ballot: ballot.update(election_uuid=ballot.pop("election_uuid"))))


@attack("V05", "uuid", "ballot.election", also=["V09"])
def a_ballot_is_of_another_contest(f):
    _cast(f, f.entry("s2a", edit=lambda ballot: ballot.update(election_uuid=f.path("s1"))))


@attack("V05", "φ", "ballot.fingerprint", also=["V09"])
def a_ballot_is_bound_to_another_record(f):
    _cast(f, f.entry("s2a", edit=lambda ballot: ballot.update(election_hash=f.election("s1").fingerprint)))


@attack("V05", "every proof", "ballot.individual-proof", also=["V09"])
def a_choice_is_not_proved(f):
    _cast(f, f.entry("s2a", edit=lambda b: changed(b, "1", "answers", 0, "individual_proofs", 1, 0, "challenge")))


@attack("V05", "every proof", "ballot.overall-proof", also=["V09"])
def the_number_of_choices_is_not_proved(f):
    _cast(f, f.entry("s2a", edit=lambda b: changed(b, "1", "answers", 0, "overall_proof", 0, "response")))


@attack("V05", "every proof", "ballot.blank-proof", also=["V09"])
def that_a_blank_is_blank_is_not_proved(f):
    _cast(f, f.entry("s2a", edit=lambda b: changed(b, "1", "answers", 0, "blank_proof", 0, "response")))


@attack("V05", "every proof", "ballot.shape", also=["V09"])
def a_ballot_has_no_proof_of_its_blank(f):
    _cast(f, f.entry("s2a", edit=lambda b: b["answers"][0].pop("blank_proof")))


@attack("V05", "every proof", "ballot.individual-proof", also=["V09", "V11", "V13"])
def a_ballot_votes_for_both(f):
    more = f.election("s2a").public_key.encrypt(1, 12345).json()
    _cast(f, f.entry("s2a", edit=lambda ballot: changed(ballot, more, "answers", 0, "choices", 2)))


@attack("V05", "ranges", "json.range", also=None)
def a_challenge_is_not_reduced(f):
    more = f.election("s2a").group.q
    _slip_in(f, _edited(f.entry("s2a"), lambda b: changed(b, str(more), "answers", 0, "overall_proof", 0, "challenge")))


@attack("V05", "membership", "group.member", also=None)
def a_ciphertext_is_outside_the_group(f):
    # y = −1, a point of order 2.
    small = f"{2**255 - 20:064x}"
    _slip_in(f, _edited(f.entry("s2a"), lambda b: changed(b, small, "answers", 0, "choices", 0, "beta")))


@attack("V05", "signature", "ballot.signature", also=["V09"])
def a_ballot_is_not_signed_by_its_credential(f):
    _cast(f, _edited(f.entry("s2a"), lambda ballot: changed(ballot, "1", "signature", "proof", "response")))


@attack("V05", "signature", "ballot.signature-hash", also=["V09"])
def a_ballot_was_changed_after_it_was_signed(f):
    # Counted for the winner, or there might be a tie, which V14 would see too.
    other = json.loads(f.entry("s2a", 0, secret=5).ballot)["answers"]
    _cast(f, _edited(f.entry("s2a", 1, secret=5), lambda ballot: ballot.update(answers=other)))


@attack("V05", "credential ≠ 1", "ballot.identity", also=["V09"])
def anybody_can_sign_for_the_credential(f):
    _cast(f, f.entry("s2a", secret=0))


@attack("V05", "α ≠ 1", "ballot.identity", also=["V09"])
def a_vote_is_not_hidden(f):
    _cast(f, f.entry("s2a", exponents=(0, 5, 7)))


# --- V06: what may stand there once only


@attack("V06", "credential", "verify.credential-twice", also=["V03"])
def one_credential_votes_twice(f):
    two = [f.entry("s2a", secret=12345).leaf for _ in range(2)]
    f.recount("s2a", [*two, *f.leaves("s2a")[2:]])


@attack("V06", "tracker", "verify.copy", also=["V03"])
def a_ballot_is_replayed(f):
    leaf = f.entry("s2a").leaf
    f.recount("s2a", [leaf, leaf, *f.leaves("s2a")[2:]])


@attack("V06", "α of two entries", "verify.alpha-twice")
def two_electors_share_randomness(f):
    two = [f.entry("s2a", 0, exponents=exponents).leaf for exponents in ((5, 6, 7), (8, 9, 5))]
    f.recount("s2a", [*two, *f.leaves("s2a")[2:]])


@attack("V06", "α in one entry", "verify.alpha-twice", also=["V05", "V09"])
def a_ballot_uses_its_randomness_twice(f):
    _cast(f, f.entry("s2a", exponents=(5, 5, 7)))
