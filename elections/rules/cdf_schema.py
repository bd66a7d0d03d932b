"""The classes of NIST SP 1500-100, version 2, that result.cdf.json is made of: their members, and the words allowed.

Written from the standard; it has more classes and members than a report of ours needs, and those are unknown here.
An object names its class (`@type`), and an object that others refer to its identifier (`@id`): each reference must
lead to an object of a class that the standard allows there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, array, boolean, fields, hour, integer, string
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Rule = Callable[["_Reading", Json, str], object]

_PREFIX = "ElectionResults."


def check(report: Json, what: str) -> None:
    """Refuse what is no `ElectionReport`: a member missing or unknown, a value of another kind, a loose reference."""
    reading = _Reading()
    _object("ElectionReport")(reading, report, what)
    for name, allowed, place in reading.references:
        if reading.objects.get(name) not in allowed:
            raise ProtocolError("cdf.reference", what=place, name=name, allowed=" / ".join(allowed))


@dataclass
class _Reading:
    """What was met so far: the class of each identifier, and who refers to which."""

    objects: dict[str, str] = field(default_factory=dict)
    references: list[tuple[str, Sequence[str], str]] = field(default_factory=list)


def _object(*classes: str) -> Rule:
    """An object of one of these classes."""

    def rule(reading: _Reading, value: Json, what: str) -> None:
        if not isinstance(value, dict):
            raise ProtocolError("json.type", what=what, expected="an object")
        kind = str(value.get("@type", "")).removeprefix(_PREFIX)
        if kind not in classes:
            raise ProtocolError("cdf.class", what=what, allowed=" / ".join(classes))
        required, optional = _CLASSES[kind]
        fields(value, what, ("@type", *required), tuple(optional))
        for key, item in value.items():
            if key != "@type":
                (required.get(key) or optional[key])(reading, item, f"{what}, {key}")
        if "@id" in value:
            if value["@id"] in reading.objects:
                raise ProtocolError("cdf.twice", what=what, name=value["@id"])
            reading.objects[value["@id"]] = kind

    return rule


def _each(item: Rule, least: int = 0) -> Rule:
    def rule(reading: _Reading, value: Json, what: str) -> None:
        values = array(value, what)
        if len(values) < least:
            raise ProtocolError("json.range", what=what)
        for number, one in enumerate(values, 1):
            item(reading, one, f"{what}, {number}")

    return rule


def _to(*classes: str) -> Rule:
    """The identifier of an object of one of these classes."""

    def rule(reading: _Reading, value: Json, what: str) -> None:
        reading.references.append((string(value, what), classes, what))

    return rule


def _one_of(words: str) -> Rule:
    return lambda _, value, what: string(value, what, "|".join(map(re.escape, words.split())))


def _text(_: _Reading, value: Json, what: str) -> None:
    string(value, what)


def _date(_: _Reading, value: Json, what: str) -> None:
    string(value, what, r"\d{4}-\d{2}-\d{2}")


def _hour(_: _Reading, value: Json, what: str) -> None:
    hour(value, what)


def _whole(_: _Reading, value: Json, what: str) -> None:
    integer(value, what)


def _flag(_: _Reading, value: Json, what: str) -> None:
    boolean(value, what)


_COUNT_TYPE = _one_of(
    "absentee absentee-fwab absentee-in-person absentee-mail early election-day other provisional total uocava write-in"
)
_UNIT_TYPE = _one_of(
    "ballot-batch ballot-style-area borough city city-council combined-precinct congressional country county"
    " county-council drop-box judicial municipality other polling-place precinct school special split-precinct state"
    " state-house state-senate town township utility village vote-center ward water"
)
_VARIATION = _one_of(
    "1-of-m approval borda cumulative majority n-of-m other plurality proportional range rcv super-majority"
)
_WORDS = _object("InternationalizedText")
_IDENTIFIERS = _each(_object("ExternalIdentifier"))
_CONTEST = {"@id": _text, "ElectoralDistrictId": _to("ReportingUnit"), "Name": _text}
_OF_A_CONTEST: dict[str, Rule] = {
    "Abbreviation": _text, "BallotSubTitle": _WORDS, "BallotTitle": _WORDS,
    "BallotSelection": _each(_object("CandidateSelection", "PartySelection")),
    "CountStatus": _each(_object("CountStatus")), "ExternalIdentifier": _IDENTIFIERS, "HasRotation": _flag,
    "OtherVoteVariation": _text, "SequenceOrder": _whole, "SubUnitsReported": _whole,
    "SummaryCounts": _each(_object("SummaryCounts")), "TotalSubUnits": _whole, "VoteVariation": _VARIATION,
}  # fmt: skip
_COUNTED: dict[str, Rule] = {
    "GpUnitId": _to("ReportingUnit"), "IsSuppressedForPrivacy": _flag, "OtherType": _text,
}  # fmt: skip
_SELECTED: dict[str, Rule] = {"SequenceOrder": _whole, "VoteCounts": _each(_object("VoteCounts"))}

_CLASSES: Mapping[str, tuple[Mapping[str, Rule], Mapping[str, Rule]]] = {
    "Candidate": (
        {"@id": _text, "BallotName": _WORDS},
        {
            "ExternalIdentifier": _IDENTIFIERS, "FileDate": _date, "IsIncumbent": _flag, "IsTopTicket": _flag,
            "PartyId": _to("Party"),
            "PostElectionStatus": _one_of("advanced-to-runoff projected-winner winner withdrawn"),
            "PreElectionStatus": _one_of("filed qualified withdrawn write-in"),
        },
    ),
    "CandidateContest": (
        {**_CONTEST, "VotesAllowed": _whole},
        {**_OF_A_CONTEST, "NumberElected": _whole, "NumberRunoff": _whole},
    ),
    "CandidateSelection": (
        {"@id": _text, "CandidateIds": _each(_to("Candidate"), 1)},
        {**_SELECTED, "EndorsementPartyIds": _each(_to("Party")), "IsWriteIn": _flag},
    ),
    "CountStatus": (
        {"Status": _one_of("completed in-process not-processed unknown"), "Type": _COUNT_TYPE},
        {"OtherType": _text},
    ),
    "Election": (
        {
            "ElectionScopeId": _to("ReportingUnit"), "EndDate": _date, "Name": _WORDS, "StartDate": _date,
            "Type": _one_of("general other partisan-primary-closed partisan-primary-open primary runoff special"),
        },
        {
            "Candidate": _each(_object("Candidate")), "Contest": _each(_object("CandidateContest", "PartyContest")),
            "CountStatus": _each(_object("CountStatus")), "ExternalIdentifier": _IDENTIFIERS, "OtherType": _text,
        },
    ),
    "ElectionReport": (
        {
            "Format": _one_of("precinct-level summary-contest"), "GeneratedDate": _hour, "Issuer": _text,
            "IssuerAbbreviation": _text, "SequenceEnd": _whole, "SequenceStart": _whole,
            "Status": _one_of("certified correction pre-election recount unofficial-complete unofficial-partial"),
            "VendorApplicationId": _text,
        },
        {
            "Election": _each(_object("Election")), "ExternalIdentifier": _IDENTIFIERS,
            "GpUnit": _each(_object("ReportingUnit")), "IsTest": _flag, "Notes": _text,
            "Party": _each(_object("Party")), "TestType": _text,
        },
    ),
    "ExternalIdentifier": (
        {"Type": _one_of("fips local-level national-level ocd-id other state-level"), "Value": _text},
        {"Label": _text, "OtherType": _text},
    ),
    "InternationalizedText": ({"Text": _each(_object("LanguageString"), 1)}, {"Label": _text}),
    "LanguageString": ({"Content": _text, "Language": _text}, {}),
    "Party": (
        {"@id": _text, "Name": _WORDS},
        {"Abbreviation": _text, "ExternalIdentifier": _IDENTIFIERS, "IsWriteIn": _flag},
    ),
    "PartyContest": (_CONTEST, _OF_A_CONTEST),
    "PartySelection": ({"@id": _text, "PartyIds": _each(_to("Party"), 1)}, _SELECTED),
    "ReportingUnit": (
        {"@id": _text, "Type": _UNIT_TYPE},
        {
            "ComposingGpUnitIds": _each(_to("ReportingUnit")), "CountStatus": _each(_object("CountStatus")),
            "ExternalIdentifier": _IDENTIFIERS, "IsDistricted": _flag, "IsMailOnly": _flag, "Name": _text,
            "Number": _text, "OtherType": _text, "SubUnitsReported": _whole,
            "SummaryCounts": _each(_object("SummaryCounts")), "TotalSubUnits": _whole,
            "VotersParticipated": _whole, "VotersRegistered": _whole,
        },
    ),
    "SummaryCounts": (
        {"Type": _COUNT_TYPE},
        {
            **_COUNTED, "BallotsCast": _whole, "BallotsOutstanding": _whole, "BallotsRejected": _whole,
            "Overvotes": _whole, "Undervotes": _whole, "WriteIns": _whole,
        },
    ),
    "VoteCounts": ({"Count": _whole, "Type": _COUNT_TYPE}, _COUNTED),
}  # fmt: skip
