"""result.cdf.json: the results in the words of NIST SP 1500-100, version 2, for programs that know no word of ours.

One report of one election: each college is a reporting unit, each list a party, each person who stands a
candidate; winners are marked. A contest by lists is a `PartyContest`, any other a `CandidateContest`; one that was
stopped has no counts. Blank and valid votes, for which the standard has no member, are counts of type `other`.
Substitutes, arithmetic and proofs have no place there: result.json has them, and its digest is given.
`cdf_schema` says which members there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, array, encode, fields, hour, hour_text, integer, string
from elections.protocol.setup import QUOTIENT_METHODS
from elections.rules.french import PARIS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from elections.protocol.setup import Candidacy
    from elections.rules.minutes import Account, Part

CDF = "result.cdf.json"

_ISSUER, _ABBREVIATION = "Bureau de vote électronique", "BVE"
_VARIATIONS = {"plurality": "plurality", "majority_two_rounds": "majority", "block": "n-of-m"}
_KINDS = ("blank", "valid")
_COUNTED = ("ballots", "blank", "elected", "valid", "votes")


def write(account: Account) -> bytes:
    """The canonical bytes of result.cdf.json."""
    parts = account.parts
    setup = parts[0].setup
    last = account.concluded or hour_text(account.entries[-1].at if account.entries else setup.closing)
    scope = _named(
        "ReportingUnit",
        f"unit-{setup.election_uuid}",
        Name=setup.election_title,
        Type="other",
        OtherType="election",
        ComposingGpUnitIds=[_unit(part) for part in parts],
    )
    election = _made(
        "Election",
        Candidate=[item for part in parts for item in _candidates(part)],
        Contest=[_contest(part) for part in parts],
        ElectionScopeId=scope["@id"],
        EndDate=_day(max(hour(part.closing, "closing") for part in parts)),
        ExternalIdentifier=[_identifier("election-uuid", setup.election_uuid)],
        Name=_text(setup.election_title),
        OtherType="commission",
        StartDate=_day(min(part.setup.opening for part in parts)),
        Type="other",
    )
    return encode(
        _made(
            "ElectionReport",
            Election=[election],
            Format="summary-contest",
            GeneratedDate=last,
            GpUnit=[scope, *(_college(part) for part in parts)],
            IsTest=setup.rehearsal,
            Issuer=_ISSUER,
            IssuerAbbreviation=_ABBREVIATION,
            Party=[item for part in parts for item in _parties(part)],
            SequenceEnd=1,
            SequenceStart=1,
            Status="certified" if account.concluded else "unofficial-complete",
            VendorApplicationId=f"isoloir {setup.value['software']['version']}",
        )
    )


def _made(kind: str, **members: Json) -> dict[str, Json]:
    """One object of the standard; an array without items is left out, as the standard allows."""
    return {"@type": f"ElectionResults.{kind}", **{key: value for key, value in members.items() if value != []}}


def _named(kind: str, name: str, **members: Json) -> dict[str, Json]:
    return {"@id": name, **_made(kind, **members)}


def _text(content: str) -> Json:
    return _made("InternationalizedText", Text=[_made("LanguageString", Content=content, Language="fr")])


def _identifier(kind: str, value: str) -> Json:
    return _made("ExternalIdentifier", Type="other", OtherType=kind, Value=value)


def _day(moment: datetime) -> str:
    """The day in Paris: the standard wants a date without an hour."""
    return moment.astimezone(PARIS).date().isoformat()


def _unit(part: Part) -> str:
    return f"unit-{part.setup.uuid}"


def _party(part: Part, place: int) -> str:
    return f"party-{part.setup.uuid}-{place}"


def _candidate(part: Part, place: int, name: int) -> str:
    return f"candidate-{part.setup.uuid}-{place}-{name}"


def _college(part: Part) -> Json:
    return _named(
        "ReportingUnit",
        _unit(part),
        Name=part.setup.college,
        Type="other",
        OtherType="electoral-college",
        VotersParticipated=part.register.signatures,
        VotersRegistered=part.setup.roll_size,
    )


def _by_list(part: Part) -> bool:
    return part.setup.rule.method in QUOTIENT_METHODS


def _parties(part: Part) -> list[Json]:
    if not _by_list(part):
        return []
    lists = enumerate(part.setup.candidacies)
    return [_named("Party", _party(part, place), Name=_text(item.title)) for place, item in lists]


def _candidates(part: Part) -> list[Json]:
    """Everybody who stands as titular, in list order; who is elected is a winner."""
    counted = _counted(part)
    winners = {
        (item["candidacy"], name)
        for item in ([] if counted is None else counted["elected"])
        for name in item["titulars"]
    }  # fmt: skip
    found = []
    for place, candidacy in enumerate(part.setup.candidacies):
        for number, name in enumerate(candidacy.names):
            more: dict[str, Json] = {"PartyId": _party(part, place)} if _by_list(part) else {}
            if (place, name.titular) in winners:
                more["PostElectionStatus"] = "winner"
            found.append(
                _named("Candidate", _candidate(part, place, number), BallotName=_text(name.titular), **more)
            )  # fmt: skip
    return found


def _contest(part: Part) -> Json:
    setup, counted = part.setup, _counted(part)
    identifiers = [_identifier("contest-uuid", setup.uuid), _identifier("fingerprint", part.fingerprint)]
    if part.digest is not None:
        identifiers.append(_identifier("sha256-result.json", part.digest))
    members: dict[str, Json] = {
        "BallotSelection": [
            _selection(part, place, item, None if counted is None else counted["votes"])
            for place, item in enumerate(setup.candidacies)
        ],
        "CountStatus": [_made("CountStatus", Status="not-processed" if counted is None else "completed", Type="total")],
        "ElectoralDistrictId": _unit(part),
        "ExternalIdentifier": identifiers,
        "Name": setup.title,
        "SummaryCounts": [] if counted is None else _summary(counted),
    }
    if _by_list(part):
        return _named("PartyContest", f"contest-{setup.uuid}", VoteVariation="proportional", **members)
    return _named(
        "CandidateContest",
        f"contest-{setup.uuid}",
        NumberElected=setup.rule.seats,
        VoteVariation=_VARIATIONS.get(setup.rule.method, "other"),
        VotesAllowed=setup.question.maximum,
        **members,
    )


def _summary(counted: Mapping[str, Json]) -> list[Json]:
    """Ballots in all, and those that were blank or valid: each ballot of one contest is either."""
    kinds = [_made("SummaryCounts", Type="other", OtherType=kind, BallotsCast=counted[kind]) for kind in _KINDS]
    return [_made("SummaryCounts", Type="total", BallotsCast=counted["ballots"]), *kinds]


def _selection(part: Part, place: int, candidacy: Candidacy, votes: Sequence[int] | None) -> Json:
    """A list, or the person of a ticket, with its votes where they are counted."""
    name = f"selection-{part.setup.uuid}-{place}"
    counts = [] if votes is None else [_made("VoteCounts", Count=votes[place], Type="total")]
    members: dict[str, Json] = {"SequenceOrder": place + 1, "VoteCounts": counts}
    if _by_list(part):
        return _named("PartySelection", name, PartyIds=[_party(part, place)], **members)
    candidates = [_candidate(part, place, number) for number in range(len(candidacy.names))]
    return _named("CandidateSelection", name, CandidateIds=candidates, **members)


def _counted(part: Part) -> Mapping[str, Json] | None:
    """The result where there is one; V13 judges it, here it has only to be readable."""
    if part.result is None:
        return None
    place = f"{part.setup.uuid}/result.json"
    others = tuple(part.result) if isinstance(part.result, dict) else ()
    counted = fields(part.result, place, _COUNTED, others)
    array(counted["votes"], f"{place}, votes", len(part.setup.candidacies))
    for item in array(counted["elected"], f"{place}, elected"):
        elected = fields(item, f"{place}, elected", ("candidacy", "substitutes", "titulars"))
        integer(elected["candidacy"], f"{place}, elected")
        for name in array(elected["titulars"], f"{place}, elected"):
            string(name, f"{place}, elected")
    return counted
