"""V15: the minutes and the export, which say nothing that the rest of the record does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.canonical import encode
from elections.protocol.journal import parse_journal
from elections.protocol.record import JOURNAL
from elections.rules import minutes
from tests.attacks.editor import stand_in
from tests.attacks.table import attack

if TYPE_CHECKING:
    from tests.attacks.forger import Forger

CDF = "result.cdf.json"


def _data(f: Forger, college: str = "s1") -> str:
    return f"minutes/{f.path(college)}.json"


# --- The minutes of a result


@attack("V15", "minutes", "verify.minutes")
def the_minutes_have_another_figure(f):
    f.put(_data(f), 1, "result", "blank")


@attack("V15", "minutes", "verify.minutes")
def the_minutes_elect_somebody_else(f):
    f.put(_data(f), "VIALARD Louise", "result", "elected", 0, "titulars", 0)


@attack("V15", "minutes", "verify.minutes")
def a_step_of_the_minutes_is_worded_otherwise(f):
    f.put(_data(f), "Le quotient est de 4.", "result", "steps", 1, "fr")


@attack("V15", "minutes", "verify.minutes")
def the_minutes_have_another_hour(f):
    f.put(_data(f), "2026-02-12T16:00:00Z", "hours", "close")


@attack("V15", "minutes", "verify.minutes")
def the_minutes_have_another_fingerprint(f):
    f.put(_data(f), "A" * 43, "fingerprint")


@attack("V15", "minutes", "verify.minutes")
def the_minutes_say_that_the_secretary_was_there(f):
    f.put(_data(f), True, "holders", 1, "present")


@attack("V15", "minutes", "verify.minutes")
def the_minutes_leave_a_line_out(f):
    f.put(_data(f), lambda value: {key: value[key] for key in value if key != "register"})


@attack("V15", "minutes", "json.canonical")
def the_minutes_are_written_otherwise(f):
    f.raw(_data(f), lambda raw: raw + b"\n")


@attack("V15", "minutes", "verify.unjudged")
def a_stopped_contest_has_minutes_of_a_result(f):
    raw = encode(f.read(_data(f)))
    f.files[_data(f, "s3a")] = raw
    f.files[minutes.pdf_of(_data(f, "s3a"))] = stand_in(raw)


# --- The minutes of the operations


@attack("V15", "operations", "verify.minutes")
def a_suspension_is_left_out(f):
    f.put(minutes.OPERATIONS, lambda acts: [act for act in acts if act["act"] != "suspend"], "acts")


@attack("V15", "operations", "verify.minutes")
def an_incident_has_another_reason(f):
    f.put(minutes.OPERATIONS, lambda acts: [_calm(act) for act in acts], "acts")


def _calm(act):
    return {**act, "details": {"reason": "none"}} if act["act"] == "stop" else act


@attack("V15", "operations", "verify.minutes")
def an_act_has_another_hour(f):
    f.put(minutes.OPERATIONS, "2026-02-13T16:00:00Z", "acts", -1, "at")


# --- The PDF


@attack("V15", "PDF", "verify.minutes-pdf")
def the_pdf_is_that_of_other_data(f):
    f.files[minutes.pdf_of(_data(f))] = f.files[minutes.pdf_of(_data(f, "s2a"))]


@attack("V15", "PDF", "verify.minutes-pdf")
def the_pdf_is_none(f):
    f.raw(minutes.pdf_of(_data(f)), lambda pdf: pdf.replace(b"%PDF-", b"%TXT-"))


# --- The export


@attack("V15", "CDF", "verify.minutes")
def the_export_has_another_figure(f):
    f.put(CDF, 14, "Election", 0, "Contest", 0, "BallotSelection", 0, "VoteCounts", 0, "Count")


@attack("V15", "CDF", "verify.minutes")
def the_export_has_another_winner(f):
    def swap(candidates):
        first, last = candidates[0], candidates[-1]
        last["PostElectionStatus"] = first.pop("PostElectionStatus")

    f.put(CDF, lambda candidates: swap(candidates) or candidates, "Election", 0, "Candidate")


@attack("V15", "CDF", "json.missing")
def the_export_lacks_a_member(f):
    f.put(CDF, lambda report: {key: report[key] for key in report if key != "Issuer"})


@attack("V15", "CDF", "json.unknown")
def the_export_has_a_member_of_its_own(f):
    f.put(CDF, lambda contest: {**contest, "Turnout": 1}, "Election", 0, "Contest", 0)


@attack("V15", "CDF", "text.pattern")
def the_export_has_a_word_that_the_standard_does_not_know(f):
    f.put(CDF, "official", "Status")


@attack("V15", "CDF", "cdf.class")
def an_object_of_the_export_is_of_another_class(f):
    f.put(CDF, "ElectionResults.PartySelection", "Election", 0, "Contest", 0, "@type")


@attack("V15", "CDF", "cdf.reference")
def a_contest_of_the_export_has_no_college(f):
    f.put(CDF, "unit-nowhere", "Election", 0, "Contest", 0, "ElectoralDistrictId")


@attack("V15", "CDF", "cdf.twice")
def two_colleges_of_the_export_have_one_name(f):
    f.put(CDF, lambda units: [*units, units[-1]], "GpUnit")


# --- All of them, or none


@attack("V15", "all or none", "record.missing")
def the_minutes_of_a_contest_are_missing(f):
    f.drop(_data(f))


@attack("V15", "all or none", "record.missing")
def the_minutes_of_the_operations_are_missing(f):
    f.drop(minutes.OPERATIONS)


@attack("V15", "all or none", "record.missing")
def the_pdf_is_missing(f):
    f.drop(minutes.pdf_of(_data(f)))


@attack("V15", "all or none", "record.missing")
def the_export_is_missing(f):
    f.drop(CDF)


@attack("V15", "all or none", "verify.unjudged")
def there_are_other_minutes_beside(f):
    f.files["minutes/other.pdf"] = b"%PDF-"


@attack("V15", "all or none", "verify.minutes-early", on="rehearsal")
def there_are_minutes_before_the_proclamation(f):
    contests = {uuid: f.contest(uuid) for uuid in f.record.contests.values()}
    data = minutes.write(minutes.read(contests, parse_journal(f.files[JOURNAL])))
    f.files |= data | {minutes.pdf_of(path): stand_in(raw) for path, raw in data.items()}
