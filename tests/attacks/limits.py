"""What no check can refuse; docs/limitations.md tells each by its name."""

from __future__ import annotations

from elections.rules import minutes
from tests.attacks.editor import later
from tests.attacks.forger import STRANGER
from tests.attacks.lots import retell


def the_site_votes_for_abstainers(f):
    """With the issuer's key and the urn's: a ballot, a token and a signature that nobody gave."""
    f.recount("s2a", [*f.leaves("s2a"), f.entry("s2a").leaf])
    f.put("s2a/register.json", lambda value: {**value, "ballots": 5, "signatures": 5, "tokens": {"issuer-1": 5}})


def a_ballot_and_its_signature_vanish(f):
    """With the urn's key and the register in one hand, and holders who count what they are shown."""
    f.recount("s1", f.leaves("s1")[1:], batches=[4, 4, 16])
    f.put("s1/register.json", lambda value: {**value, "ballots": 24, "signatures": 24})


def a_counted_contest_is_said_to_be_stopped(f):
    """With the record key alone: nobody signs that a contest was not stopped."""
    for name in ("archive.bel", "entries.jsonl", "decryptions.jsonl", "result.json", "slips.json"):
        f.drop(f"s1/{name}")
    over = ("close", "freeze", "count", "proclaim")
    f.insert("close", "s1", "stop", "president", {"reason": "none"})
    f.journal(lambda lines: [line for line in lines if line["act"] not in over or line["contest"] != f.path("s1")])


def the_journal_gives_another_reason(f):
    """With the record key alone: of what the journal tells, only what setups, seals and amendments bind is certain."""
    f.act("suspend", "s2a", lambda line: line["details"].update(reason="a strike"))


def a_proclamation_has_another_hour(f):
    """The same; the last line is chained to nothing after it."""
    f.act("proclaim", "s4a", lambda line: later(line, days=1))


def an_issuer_states_another_number_of_tokens(f):
    """An issuer's word: between the signatures and the roll any number fits."""
    f.put("s1/register.json", 30, "tokens", "issuer-1")


def the_seal_of_a_stopped_contest_is_signed_by_nobody(f):
    """Without the election record its signatures cannot be checked."""
    f.sealed("s3a", [{**row, "challenge": "1"} for row in f.read("s3a/seal.json")])


def a_draw_on_paper_is_told_otherwise(f):
    """With the record key alone: who came out of a lot on paper is known from the board's word only."""
    retell(f, chosen=[0])


def a_cosignature_is_added(f):
    """A line by a key that the setup does not name is nobody's here: it vouches only to whoever knows the key."""
    f.put("s1/checkpoints.jsonl", lambda note: note + STRANGER.line(note.partition("\n\n")[0] + "\n"), 1, "note")


def a_pdf_shows_another_result(f):
    """With the record key: of a PDF only the digest that it names is read, and not what it shows."""
    path = minutes.pdf_of(f"minutes/{f.path('s1')}.json")
    f.raw(path, lambda pdf: pdf.replace(b"/Count 3", b"/Count 1"))


LIMITS = (
    the_site_votes_for_abstainers,
    a_ballot_and_its_signature_vanish,
    a_counted_contest_is_said_to_be_stopped,
    the_journal_gives_another_reason,
    a_proclamation_has_another_hour,
    an_issuer_states_another_number_of_tokens,
    the_seal_of_a_stopped_contest_is_signed_by_nobody,
    a_draw_on_paper_is_told_otherwise,
    a_cosignature_is_added,
    a_pdf_shows_another_result,
)
