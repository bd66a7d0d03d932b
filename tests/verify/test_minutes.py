"""The data of the minutes and the export of a real record, judged by other means than those that write them."""

import json
import re
from pathlib import Path

import pytest

from elections.protocol.canonical import encode, hour, sha256_hex
from elections.protocol.errors import ProtocolError
from elections.protocol.journal import parse_journal, write_entry
from elections.protocol.record import JOURNAL
from elections.rules import cdf, cdf_schema, minutes
from tests.attacks import Forger

PROTOCOL = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()


def parts_of(record):
    forger = Forger(record, dict(record.files))
    return {uuid: forger.contest(uuid) for uuid in record.contests.values()}


def export_of(record):
    return json.loads(record.files[cdf.CDF])


# --- When they are made, and what they say ------------------------------------------------------------------


def test_each_counted_contest_and_the_operations_have_minutes(commission):
    counted = [uuid for uuid in commission.contests.values() if f"{uuid}/result.json" in commission.files]
    assert commission.contests["s3a"] not in counted
    stems = {f"minutes/{name}" for name in (*counted, "operations")}
    assert {path for path in commission.files if path.startswith("minutes/")} == {
        f"{stem}.{form}" for stem in stems for form in ("json", "pdf")
    }
    assert not any(path.startswith("minutes/") or path == cdf.CDF for path in commission.frozen)


def test_later_acts_change_nothing_of_the_minutes(commission):
    journal = parse_journal(commission.files[JOURNAL])
    contests = parts_of(commission)
    before = minutes.read(contests, journal)
    late = write_entry(
        "archive", "officer", 1, hour("2028-02-14T09:00:00Z", ""), next(iter(contests)), {}, journal[-1]
    )  # fmt: skip
    after = minutes.read(contests, [*journal, late])
    assert before.concluded == after.concluded is not None
    assert minutes.write(before) == minutes.write(after)
    assert cdf.write(before) == cdf.write(after)


def test_before_the_proclamation_they_are_a_draft(commission):
    journal = [entry for entry in parse_journal(commission.files[JOURNAL]) if entry.act != "proclaim"]
    account = minutes.read(parts_of(commission), journal)
    assert account.concluded is None
    data = minutes.write(account)
    assert json.loads(data[minutes.OPERATIONS])["concluded"] is None
    result = json.loads(data[f"minutes/{commission.contests['s1']}.json"])
    assert (result["hours"]["proclaim"], result["hours"]["count"]) == (None, "2026-02-13T17:30:00Z")
    assert json.loads(cdf.write(account))["Status"] == "unofficial-complete"


def test_the_minutes_of_a_result_repeat_the_record(commission):
    uuid = commission.contests["s2a"]
    data = json.loads(commission.files[f"minutes/{uuid}.json"])
    assert encode(data["result"]) == commission.files[f"{uuid}/result.json"]
    assert data["result_sha256"] == sha256_hex(commission.files[f"{uuid}/result.json"])
    assert data["setup"] == sha256_hex(commission.files[f"{uuid}/setup.json"])
    assert encode(data["register"]) == commission.files[f"{uuid}/register.json"]
    assert data["closing"] == "2026-02-13T15:00:00Z"
    assert [item["role"] for item in data["holders"] if item["present"]] == ["president", "delegate-1", "delegate-3"]
    hours = {line["act"]: line["at"] for line in map(json.loads, commission.files[JOURNAL].splitlines())
             if line["contest"] == uuid}  # fmt: skip
    assert data["hours"] == {act: hours.get(act) for act in data["hours"]}


def test_the_operations_tell_every_act_to_the_last_proclamation(commission):
    told = json.loads(commission.files[minutes.OPERATIONS])
    lines = commission.files[JOURNAL].splitlines()
    assert len(told["acts"]) == told["journal"]["lines"] == len(lines)
    assert told["journal"]["digest"] == sha256_hex(lines[-1])
    assert [item["contest"]["uuid"] for item in told["contests"]] == list(commission.contests.values())
    (stopped,) = (item for item in told["contests"] if item["hours"]["stop"])
    assert stopped["contest"]["uuid"] == commission.contests["s3a"]


@pytest.mark.parametrize("name", ["operations", "s1"])
def test_shapes_are_those_of_the_specification(name, commission):
    real = json.loads(commission.files[f"minutes/{commission.contests.get(name, name)}.json"])
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PROTOCOL, re.DOTALL)]
    [shown] = [block for block in blocks if block["format"] == real["format"]]
    assert list(shown) == sorted(shown) == sorted(real)
    for key in ("checkpoint", "election", "hours", "journal", "software"):
        assert shown.get(key, {}).keys() == real.get(key, {}).keys()
    assert shown["policy"][0].keys() == real["policy"][0].keys()


def test_an_election_that_was_stopped_as_a_whole_has_minutes_of_its_operations(commission):
    stopped = commission.contests["s3a"]
    account = minutes.read({stopped: parts_of(commission)[stopped]}, parse_journal(commission.files[JOURNAL]))
    assert account.concluded == "2026-02-06T11:00:00Z"
    assert list(minutes.write(account)) == [minutes.OPERATIONS]
    report = json.loads(cdf.write(account))
    cdf_schema.check(report, "export")
    assert report["GeneratedDate"] == account.concluded


def test_no_contest_has_no_account():
    with pytest.raises(ProtocolError) as refused:
        minutes.read({}, [])
    assert refused.value.rule == "record.contests"


# --- The export ---------------------------------------------------------------------------------------------


def test_the_export_carries_the_figures_of_every_result(commission):
    report = export_of(commission)
    (election,) = report["Election"]
    names = {item["@id"]: item["Name"]["Text"][0]["Content"] for item in report["Party"]}
    names |= {item["@id"]: item["BallotName"]["Text"][0]["Content"] for item in election["Candidate"]}
    units = {unit["@id"]: unit for unit in report["GpUnit"]}
    contests = {item["ExternalIdentifier"][0]["Value"]: item for item in election["Contest"]}
    assert list(contests) == list(commission.contests.values())
    for uuid, contest in contests.items():
        if uuid == commission.contests["s3a"]:
            assert "SummaryCounts" not in contest
            assert contest["CountStatus"][0]["Status"] == "not-processed"
            continue
        result = json.loads(commission.files[f"{uuid}/result.json"])
        told = [
            (names[(item.get("PartyIds") or item["CandidateIds"])[0]], item["VoteCounts"][0]["Count"])
            for item in contest["BallotSelection"]
        ]
        titles = [item[0] for item in told]
        assert [item[1] for item in told] == result["votes"]
        assert titles == result["names"]
        counts = {item.get("OtherType", "all"): item["BallotsCast"] for item in contest["SummaryCounts"]}
        assert counts == {"all": result["ballots"], "blank": result["blank"], "valid": result["valid"]}
        unit = units[contest["ElectoralDistrictId"]]
        assert (unit["VotersRegistered"], unit["VotersParticipated"]) == (result["roll"], result["signatures"])
        winners = [
            item["BallotName"]["Text"][0]["Content"]
            for item in election["Candidate"]
            if uuid in item["@id"] and item.get("PostElectionStatus") == "winner"
        ]
        assert winners == [name for item in result["elected"] for name in item["titulars"]]


def test_the_export_says_what_kind_each_contest_is(commission):
    report = export_of(commission)
    kinds = [item["@type"].removeprefix("ElectionResults.") for item in report["Election"][0]["Contest"]]
    assert kinds == ["PartyContest" if college == "s1" else "CandidateContest" for college in commission.contests]
    assert (report["IsTest"], report["Status"], report["GeneratedDate"]) == (False, "certified", "2026-02-13T17:30:00Z")
    assert (report["Election"][0]["StartDate"], report["Election"][0]["EndDate"]) == ("2026-02-06", "2026-02-13")


def test_the_export_keeps_to_the_standard(commission):
    cdf_schema.check(export_of(commission), "export")


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (lambda report: report.update({"@type": "ElectionResults.Election"}), "cdf.class"),
        (lambda report: report.update({"@type": 7}), "cdf.class"),
        (lambda report: report.update(Election=[5]), "json.type"),
        (lambda report: report.update(Election={}), "json.type"),
        (lambda report: report.update(IsTest=0), "json.type"),
        (lambda report: report.update(SequenceEnd="1"), "json.type"),
        (lambda report: report.update(GeneratedDate="2026-02-13"), "text.hour"),
        (lambda report: report["Election"][0].update(StartDate="6/2/2026"), "text.pattern"),
        (lambda report: report["Election"][0]["Contest"][0].update(VoteVariation="hare"), "text.pattern"),
        (lambda report: report["Election"][0]["Candidate"][0]["BallotName"].update(Text=[]), "json.range"),
        (lambda report: report["Election"][0].update(ElectionScopeId=report["Party"][0]["@id"]), "cdf.reference"),
        (lambda report: report["Party"].append(report["Party"][0]), "cdf.twice"),
        (lambda report: report["GpUnit"][0].pop("Type"), "json.missing"),
    ],
)
def test_what_the_standard_does_not_know_is_refused(edit, rule, commission):
    report = export_of(commission)
    edit(report)
    with pytest.raises(ProtocolError) as refused:
        cdf_schema.check(report, "export")
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (lambda result: result.pop("blank"), "json.missing"),
        (lambda result: result.update(votes=[1]), "json.type"),
        (lambda result: result.update(elected=[{}]), "json.missing"),
        (lambda result: result["elected"][0].update(titulars=[7]), "json.type"),
        (lambda result: result["elected"][0].update(candidacy=-1), "json.range"),
    ],
)
def test_a_result_that_cannot_be_read_is_named(edit, rule, commission):
    contests = parts_of(commission)
    uuid = commission.contests["s1"]
    result = json.loads(contests[uuid]["result.json"])
    edit(result)
    contests[uuid]["result.json"] = encode(result)
    account = minutes.read(contests, parse_journal(commission.files[JOURNAL]))
    with pytest.raises(ProtocolError) as refused:
        cdf.write(account)
    assert refused.value.rule == rule


def test_minutes_of_a_contest_whose_files_are_not_there_are_refused():
    with pytest.raises(ProtocolError) as caught:
        minutes.read({"u": {}}, [])
    assert str(caught.value) == "the file u/setup.json is missing"
