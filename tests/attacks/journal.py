"""V14: the journal, whose chain is closed again after every edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol import events
from elections.protocol.canonical import sha256_hex
from tests.attacks.editor import changed, later
from tests.attacks.forger import Forger
from tests.attacks.table import attack

if TYPE_CHECKING:
    from elections.protocol.canonical import Json
    from tests.attacks.forger import Forger


def _move(f: Forger, act: str, college: str, **by: int) -> None:
    """An act comes sooner or later, and stands where its hour is."""
    f.act(act, college, lambda line: later(line, **by))
    f.journal(lambda lines: sorted(lines, key=lambda line: line["at"]))


def _swap(f: Forger, one: str, other: str, college: str) -> None:
    """Two acts on a contest change places; each keeps the other's hour."""

    def change(lines: list[Json]) -> None:
        first, second = (
            next(n for n, line in enumerate(lines) if f.is_act(line, act, college)) for act in (one, other)
        )
        lines[first]["at"], lines[second]["at"] = lines[second]["at"], lines[first]["at"]
        lines[first], lines[second] = lines[second], lines[first]

    f.journal(change)


@attack("V14", "chain", "journal.chain", also=None)
def a_line_of_the_journal_is_changed(f):
    f.put("journal.jsonl", "somebody", 60, "actor", "role")


@attack("V14", "chain", "journal.chain", also=None)
def a_line_of_the_journal_is_left_out(f):
    f.put("journal.jsonl", lambda lines: [*lines[:70], *lines[71:]])


@attack("V14", "chain", "journal.chain", also=None)
def the_lines_are_numbered_otherwise(f):
    f.put("journal.jsonl", lambda lines: [*lines[:-1], {**lines[-1], "sequence": 1}])


@attack("V14", "chain", "journal.hours", also=None)
def an_hour_goes_back(f):
    f.act("count", "s1", lambda line: later(line, days=-5))


@attack("V14", "chain", "verify.act-contest")
def an_act_is_on_no_contest(f):
    f.insert("count", "s1", "suspend", "president", {}, contest=None)


@attack("V14", "chain", "verify.act-contest")
def an_act_is_on_an_unknown_contest(f):
    f.insert("count", "s1", "count", "president", {}, contest="1111111111111111111111")


@attack("V14", "phases in order", "rules.phase")
def a_contest_was_never_opened(f):
    f.journal(lambda lines: [line for line in lines if not f.is_act(line, "open", "s1")])


@attack("V14", "phases in order", "rules.phase")
def a_contest_is_opened_twice(f):
    f.insert("close", "s1", "open", "president", {})


@attack("V14", "phases in order", "rules.role")
def the_office_opens_the_vote(f):
    f.act("open", "s1", lambda line: line["actor"].update(role="officer"))


@attack("V14", "phases in order", "verify.act-order")
def nobody_known_opens_the_vote(f):
    f.act("open", "s1", lambda line: line["actor"].update(role="somebody"))


@attack("V14", "phases in order", "verify.phase")
def the_journal_ends_before_the_result(f):
    f.journal(lambda lines: [line for line in lines if not f.is_act(line, "count", "s1") and line["act"] != "proclaim"])


@attack("V14", "phases in order", "verify.phase")
def a_stopped_contest_was_never_stopped(f):
    f.journal(lambda lines: [line for line in lines if line["act"] != "stop"])


@attack("V14", "phases in order", "record.missing")
def the_result_of_one_contest_is_withheld(f):
    f.drop("s1/decryptions.jsonl")
    f.drop("s1/result.json")
    f.steps("s1", lambda steps: steps[:28])


@attack("V14", "phases in order", "verify.act-order")
def the_roll_is_imported_after_the_seal(f):
    f.insert("close", "s1", "roll", "officer", {"added": 1}, contest=None)


@attack("V14", "phases in order", "verify.act-order")
def candidacies_change_after_the_seal(f):
    f.insert("close", "s1", "candidacies", "officer", {})


@attack("V14", "phases in order", "verify.act-order")
def who_wins_among_equals_is_chosen_after_the_seal(f):
    f.insert("close", "s1", "rule", "officer", {"parameters": {"tie": "oldest"}})


@attack("V14", "phases in order", "verify.act-order")
def a_candidacy_is_ruled_upon_after_the_seal(f):
    f.insert("close", "s1", "ruling", "officer", {"candidacy": "a", "ruling": "refused"})


@attack("V14", "opening", "verify.act-hour")
def a_contest_opens_before_its_hour(f):
    _move(f, "open", "s1", hours=-1)


@attack("V14", "closing", "verify.act-hour")
def a_contest_closes_before_its_hour(f):
    _move(f, "close", "s1", seconds=-1)


@attack("V14", "closing", "verify.act-hour")
def an_amended_closing_is_not_kept(f):
    _move(f, "close", "s2a", days=-1)


@attack("V14", "early closing", "rules.role")
def the_board_closes_a_real_vote_early(f):
    f.act("close", "s1", lambda line: line["actor"].update(role="president"))
    _move(f, "close", "s1", hours=-1)


@attack("V14", "early closing", "verify.act-hour", on="rehearsal")
def the_clock_closes_a_rehearsal_early(f):
    f.act("close", "s2a", lambda line: line["actor"].update(role="clock"))


@attack("V14", "freeze", "verify.act-hour")
def a_contest_is_frozen_within_its_grace(f):
    _move(f, "freeze", "s1", seconds=-1)


@attack("V14", "freeze", "verify.act-details")
def the_journal_counts_another_number_of_ballots(f):
    f.act("freeze", "s1", lambda line: line["details"].update(ballots=26))


@attack("V14", "freeze", "verify.act-details")
def the_journal_names_another_last_checkpoint(f):
    f.act("freeze", "s1", lambda line: line["details"].update(checkpoint="0" * 64))


@attack("V14", "freeze", "verify.archive-hour")
def the_archive_is_of_another_hour(f):
    def change(raw: bytes) -> bytes:
        timestamp, steps = events.decode(raw, "archive")
        return events.encode(timestamp + 1, steps)

    f.raw("s1/archive.bel", change)


@attack("V14", "seal before opening", "rules.phase")
def the_seal_comes_after_the_opening(f):
    _swap(f, "seal", "open", "s1")


@attack("V14", "seal before opening", "verify.act-details")
def the_journal_seals_another_setup(f):
    f.act("seal", "s1", lambda line: line["details"].update(setup="0" * 64))


@attack("V14", "seal before opening", "verify.act-details")
def the_journal_prepares_another_setup(f):
    f.act("prepare", "s1", lambda line: line["details"].update(setup="0" * 64))


@attack("V14", "seal before opening", "verify.act-details")
def the_journal_names_another_seal(f):
    f.act("seal", "s1", lambda line: line["details"].update(seal="0" * 64))


@attack("V14", "result after freeze", "rules.phase")
def the_count_comes_before_the_freeze(f):
    _swap(f, "freeze", "count", "s1")


@attack("V14", "result after freeze", "verify.act-details")
def the_journal_counts_another_result(f):
    f.act("count", "s1", lambda line: line["details"].update(result="0" * 64))


@attack("V14", "amendments", "verify.unsigned-amendment")
def a_suspension_is_not_signed_before_the_resumption(f):
    f.journal(lambda lines: _without_amendment(lines, 0))


@attack("V14", "amendments", "verify.unsigned-amendment")
def a_new_closing_hour_is_signed_by_nobody(f):
    f.journal(lambda lines: _without_amendment(lines, -1))


def _without_amendment(lines: list[Json], place: int) -> list[Json]:
    there = [number for number, line in enumerate(lines) if line["act"] == "amendment"][place]
    return [*lines[:there], *lines[there + 1 :]]


@attack("V14", "amendments", "setup.seal")
def an_amendment_lacks_a_delegate(f):
    f.act("amendment", "s2a", lambda line: changed(line, lambda rows: rows[:2], "details", "signatures"))


@attack("V14", "amendments", "elgamal.signature")
def a_signature_of_an_amendment_is_wrong(f):
    f.act("amendment", "s2a", lambda line: changed(line, "1", "details", "signatures", 0, "challenge"))


@attack("V14", "amendments", "verify.amendment")
def the_holders_signed_another_change(f):
    f.act("reschedule", "s2a", lambda line: line["details"].update(change={"closing": "2026-02-13T14:00:00Z"}))


@attack("V14", "amendments", "verify.amendment")
def an_amendment_ratifies_no_act(f):
    setup = sha256_hex(f.files[f.path("s2a/setup.json")])
    f.insert("close", "s2a", "amendment", "officer", {"act": "0" * 64, "change": {}, "setup": setup, "signatures": []})


@attack("V14", "amendments", "verify.change")
def the_rule_is_amended(f):
    f.insert("close", "s1", "reschedule", "president", {"change": {"rule": {"seats": 7}}})


@attack("V14", "amendments", "verify.change")
def the_roll_is_amended_by_an_act_of_its_own(f):
    f.insert("close", "s1", "enlarge", "president", {"change": {"roll": 41}})


@attack("V14", "amendments", "verify.act-hour")
def the_closing_is_brought_forward(f):
    f.insert("close", "s1", "reschedule", "president", {"change": {"closing": "2026-02-12T14:00:00Z"}})
    _move(f, "reschedule", "s1", hours=-2)


@attack("V14", "amendments", "verify.unsigned-amendment")
def the_software_changes_unsigned(f):
    change = {"software": {"digest": "0" * 64, "version": "2"}}
    f.insert("close", "s1", "software", "president", {"change": change})


@attack("V14", "amendments", "verify.unsigned-amendment")
def another_device_takes_over_unsigned(f):
    f.insert("close", "s1", "take-over", "president", {"change": {"device": "the second server"}})


@attack("V14", "re-issues", "verify.reissues")
def the_register_counts_another_reissue(f):
    f.put("s1/register.json", 2, "reissues")


@attack("V14", "re-issues", "verify.reissues")
def a_reissue_is_left_out_of_the_journal(f):
    f.journal(lambda lines: [line for line in lines if line["act"] != "reissue"])


@attack("V14", "re-issues", "verify.reissue-roll")
def a_reissue_leaves_the_roll_as_it_was(f):
    f.act("reissue", "s1", lambda line: line["details"].update(roll=f.read("s1/setup.json")["roll"]["digest"]))


@attack("V14", "re-issues", "json.unknown")
def a_reissue_names_the_elector(f):
    f.act("reissue", "s1", lambda line: line["details"].update(number=17))


@attack("V14", "re-issues", "verify.act-order")
def a_code_is_reissued_by_the_office_alone(f):
    f.act("reissue", "s1", lambda line: line["actor"].update(role="officer"))
