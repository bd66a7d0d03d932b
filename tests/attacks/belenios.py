"""Tampering that belenios-tool 2.0 accepts (belenios-format.md, item 4 of its head); a test has it say so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from elections.protocol import events
from elections.protocol.canonical import compact
from tests.attacks.table import attack

if TYPE_CHECKING:
    from elections.protocol.events import Step
    from tests.attacks.forger import Forger


def _by_kind(f: Forger) -> dict[str, list[Step]]:
    """The steps of the archive, by the kind of their event."""
    _, steps = events.decode(f.files[f.path("s2a/archive.bel")], "archive")
    return {kind: [item for item in steps if item.event == kind] for kind in events.DATA}


def _rewrite(f: Forger, *kinds: str | Step) -> None:
    """The archive with these steps: all of a kind by its name, or a step that is given."""
    known = _by_kind(f)
    f.steps("s2a", lambda _: [item for kind in kinds for item in (known[kind] if isinstance(kind, str) else [kind])])


_END = ("EndBallots", "EncryptedTally", "PartialDecryption", "Result")


@attack("V03", "form of §10", "archive.copy", on="belenios", also=["V08"], accepted=True)
def a_replayed_ballot_passes(f):
    _rewrite(f, "Setup", _by_kind(f)["Ballot"][0], "Ballot", *_END)


@attack("V03", "event grammar", "archive.grammar", on="belenios", also=None, accepted=True)
def other_ballots_before_the_last_run_pass(f):
    _rewrite(f, "Setup", *_by_kind(f)["Ballot"][:2], "EndBallots", "Ballot", *_END)


@attack("V03", "event grammar", "archive.grammar", on="belenios", also=None, accepted=True)
def a_result_before_its_decryptions_passes(f):
    _rewrite(f, "Setup", "Ballot", "EndBallots", "EncryptedTally", "Result", "PartialDecryption")


@attack("V03", "event grammar", "archive.grammar", on="belenios", also=None, accepted=True)
def a_false_result_before_the_true_one_passes(f):
    false = events.step("Result", b'{"result":[[0,0,4]]}')
    _rewrite(f, "Setup", "Ballot", "EndBallots", "EncryptedTally", "PartialDecryption", false, "Result")


@attack("V09", "recomputed", "verify.tally", on="belenios", also=["V10", "V11", "V13"], accepted=True)
def a_tally_of_other_ciphertexts_passes(f):
    (tally,) = _by_kind(f)["EncryptedTally"]
    other = compact([json.loads(tally.bodies[0])[0][::-1]])
    false = events.step("EncryptedTally", other, num_tallied=4, total_weight=4)
    _rewrite(f, "Setup", "Ballot", "EndBallots", false, "PartialDecryption", "Result")


@attack("V09", "num_tallied", "verify.tally-size", on="belenios", accepted=True)
def another_number_of_ballots_passes(f):
    (tally,) = _by_kind(f)["EncryptedTally"]
    false = events.step("EncryptedTally", tally.bodies[0], num_tallied=99, total_weight=4)
    _rewrite(f, "Setup", "Ballot", "EndBallots", false, "PartialDecryption", "Result")


@attack("V10", "distinct owners", "verify.strong-lines", on="belenios", also=["V11", "V13"], accepted=True)
def a_second_decryption_by_one_holder_passes(f):
    _rewrite(f, "Setup", "Ballot", "EndBallots", "EncryptedTally", "PartialDecryption", "PartialDecryption", "Result")


@attack("V10", "strong proofs", "verify.strong-lines", on="belenios", accepted=True)
def decryptions_without_strong_proofs_pass(f):
    f.put("s2a/decryptions.jsonl", [])


@attack("V08", "entries and ballots", "verify.log-end", on="belenios", accepted=True)
def a_log_that_lacks_ballots_is_not_looked_at(f):
    f.checkpoints("s2a", f.trees("s2a")[:1])
