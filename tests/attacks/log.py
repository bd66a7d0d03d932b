"""V07 and V08: tokens, and the log of the urn."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

from elections.protocol import events
from elections.protocol.archive import encode_credentials
from elections.protocol.entry import Entry, Token
from elections.protocol.log import leaf_hash, root
from tests.attacks.forger import STRANGER, Forger
from tests.attacks.table import attack

if TYPE_CHECKING:
    from collections.abc import Callable

    from elections.protocol.events import Step
    from tests.attacks.forger import Forger


# --- V07: the tokens


def _tokens(f: Forger, *tokens: Token, college: str = "s2a") -> None:
    """The first entry bears other tokens."""
    first, *others = f.leaves(college)
    f.recount(college, [Entry(Entry.parse(first, "entry").ballot, tokens).leaf, *others])


def _credential(f: Forger, college: str = "s2a", place: int = 0) -> str:
    return json.loads(Entry.parse(f.leaves(college)[place], "entry").ballot)["credential"]


@attack("V07", "issuer key in setup", "token.signature")
def a_token_is_invented(f):
    _tokens(f, Token("issuer-1", bytes(383) + b"\x02"))


@attack("V07", "issuer key in setup", "token.signature")
def a_token_is_by_the_key_of_another_contest(f):
    _tokens(f, f.token("s2a", _credential(f), by=f.record.issuers("s1")[0]))


@attack("V07", "this φ", "token.signature")
def a_token_is_for_another_contest(f):
    _tokens(f, f.token("s2a", _credential(f), fingerprint=f.election("s1").fingerprint))


@attack("V07", "this credential", "token.signature")
def a_token_is_of_another_ballot(f):
    _tokens(f, f.token("s2a", _credential(f, place=1)))


@attack("V07", "all issuers", "entry.tokens", on="rehearsal")
def the_token_of_one_issuer_is_missing(f):
    _tokens(f, Entry.parse(f.leaves("s2a")[0], "entry").tokens[0])


@attack("V07", "all issuers", "entry.tokens", on="rehearsal")
def the_tokens_stand_in_another_order(f):
    _tokens(f, *reversed(Entry.parse(f.leaves("s2a")[0], "entry").tokens))


@attack("V07", "all issuers", "token.signature", on="rehearsal")
def one_issuer_signs_for_both(f):
    left, right = f.record.issuers("s2a")
    forged = f.token("s2a", _credential(f), by=left)
    _tokens(f, forged, Token(right.id, forged.signature))


# --- V08: the log


def _trees(f: Forger, edit: Callable[[list[tuple[int, bytes]]], list[tuple[int, bytes]]], college: str = "s1") -> None:
    f.checkpoints(college, edit(f.trees(college)))


def _batches(f: Forger) -> list[int]:
    sizes = [size for size, _ in f.trees("s1")]
    return [after - before for before, after in pairwise(sizes)]


@attack("V08", "first checkpoint", "verify.first-checkpoint")
def the_log_does_not_begin_empty(f):
    _trees(f, lambda trees: trees[1:])


@attack("V08", "first checkpoint", "verify.first-checkpoint")
def the_first_checkpoint_has_another_root(f):
    _trees(f, lambda trees: [(0, bytes(32)), *trees[1:]])


@attack("V08", "first checkpoint", "verify.origin")
def the_checkpoints_are_of_another_log(f):
    f.checkpoints("s1", f.trees("s1"), origin=f"urn/{f.path('s2a')}")


@attack("V08", "keep_back", "verify.batch")
def a_batch_is_too_small(f):
    f.log("s1", f.leaves("s1"), [3, 22])


@attack("V08", "keep_back", "verify.batch")
def the_last_batch_is_too_small(f):
    f.log("s1", f.leaves("s1"), [24, 1])


@attack("V08", "single_below", "verify.batch")
def a_small_college_has_several_batches(f):
    f.log("s2a", f.leaves("s2a"), [1, 3])


@attack("V08", "single_below", "verify.batch")
def a_small_stopped_college_has_a_batch(f):
    uuid = f.path("s3a")
    note = f.record.urn_key.sign(f"urn/{uuid}\n2\n{'A' * 43}=\n")
    f.put("s3a/checkpoints.jsonl", lambda lines: [*lines, {"note": note}])


@attack("V08", "no ballot", "verify.batch")
def an_empty_log_has_two_notes(f):
    _trees(f, lambda trees: trees * 2, "s2b")


@attack("V08", "order in batches", "verify.leaf-order")
def the_leaves_stand_in_the_order_of_arrival(f):
    leaves = f.leaves("s1")
    f.log("s1", [leaves[1], leaves[0], *leaves[2:]], _batches(f), ordered=False)


@attack("V08", "roots", "verify.root")
def a_checkpoint_signs_another_root(f):
    _trees(f, lambda trees: [*trees[:2], (trees[2][0], bytes(32)), *trees[3:]])


@attack("V08", "signatures", "note.unsigned")
def a_checkpoint_is_signed_by_a_stranger(f):
    f.put("s1/checkpoints.jsonl", lambda note: STRANGER.sign(note.partition("\n\n")[0] + "\n"), 1, "note")


@attack("V08", "signatures", "ed25519.signature")
def a_checkpoint_was_changed_after_it_was_signed(f):
    f.put("s1/checkpoints.jsonl", lambda note: note.replace("\n4\n", "\n5\n"), 1, "note")


@attack("V08", "consistent", "verify.root")
def the_log_was_forked(f):
    hashes = [leaf_hash(leaf) for leaf in f.leaves("s1")]
    fork = root([leaf_hash(f.entry("s1").leaf), *hashes[1:8]])
    _trees(f, lambda trees: [*trees[:2], (8, fork), *trees[3:]])


@attack("V08", "covers all", "verify.log-end")
def the_last_batch_has_no_checkpoint(f):
    _trees(f, lambda trees: trees[:-1])


@attack("V08", "entries and ballots", "verify.entries")
def a_ballot_is_missing_in_the_archive(f):
    def remove(steps: list[Step]) -> list[Step]:
        gone = json.loads(steps[1].bodies[0])["credential"]
        credentials = encode_credentials(item for item in json.loads(steps[0].bodies[2]) if item != gone)
        return [events.step("Setup", *steps[0].bodies[:2], credentials), *steps[2:]]

    f.steps("s1", remove)


@attack("V08", "entries and ballots", "register.ballots")
def the_register_of_a_stopped_contest_does_not_fit(f):
    f.put("s3a/register.json", 1, "signatures")
