"""`elections calendar --model`, as a person types it."""

import json

import pytest
from click.testing import CliRunner

from elections.cli import main
from elections.rules.models import source

HOURS = ("--opening", "2026-02-06T08:00+01:00", "--closing", "2026-02-12T16:00+01:00")
CAV = ("--model", "cav-2026")


def run(*words):
    return CliRunner().invoke(main, ["calendar", *map(str, words)], prog_name="elections")


def test_dates_stand_in_their_order_with_what_each_rests_on():
    done = run(*CAV, *HOURS)
    lines = done.stdout.splitlines()
    assert (done.exit_code, done.stderr) == (0, "")
    assert lines[2] == "2026-01-06        Lists of candidates filed (at the latest, s1)"
    assert lines[3].strip() == "1 month before the opening of the vote (6 February 2026). [décret 2025-659, art. 7]"
    assert "2026-02-06 08:00  Opening of the vote" in lines
    assert "2026-02-19        Result contested before the organising authority (at the latest, provisional)" in lines
    assert lines[-2].startswith("?                 Roll of the general college posted, then claims (s1)")


def test_dates_in_french():
    lines = run(*CAV, *HOURS, "--language", "fr").stdout.splitlines()
    assert lines[2] == "2026-01-06        Dépôt des listes de candidats (au plus tard, s1)"


def test_dates_as_json():
    value = json.loads(run(*CAV, *HOURS, "--json").stdout)
    found = {line["key"]: line for line in value["dates"]}
    assert (found["lists"]["day"], found["opening"]["at"]) == ("2026-01-06", "2026-02-06T07:00:00Z")
    assert (found["lists"]["state"], value["faults"]) == (None, [])


def test_window_is_told_and_refuses_nothing():
    done = run(*CAV, *HOURS, "--expiry", "2026-02-20")
    assert done.exit_code == 0
    warning = "not between 2025-09-20 and 2026-02-05, before the mandates expire (décret 2025-659, art. 1)"
    assert done.stderr.splitlines() == [
        f"Warning: Opening of the vote, 2026-02-06: {warning}",
        f"Warning: Closing of the vote, 2026-02-12: {warning}",
    ]
    assert len(json.loads(run(*CAV, *HOURS, "--expiry", "2026-02-20", "--json").stdout)["faults"]) == 2


def test_a_rehearsal_may_last_an_hour_and_a_real_vote_may_not():
    short = ("--opening", "2026-02-06T08:00Z", "--closing", "2026-02-06T09:00Z")
    assert run("--model", "cav-2026-rehearsal", *short).exit_code == 0
    done = run(*CAV, *short)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "72 hours to 8 days (R. 211-561)" in done.stderr


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ((), 2, "Give an ELECTION, or --model"),
        (("x", *CAV, *HOURS), 2, "Give an ELECTION, or --model"),
        (CAV, 2, "Give an ELECTION, or --model"),
        ((*CAV, *HOURS[:2]), 2, "Give an ELECTION, or --model"),
        ((*CAV, *HOURS, "--expiry", "31/03/2026"), 2, "not a day like 2026-03-01"),
        (("--model", "none", *HOURS), 1, "the model 'none' is unknown"),
        ((*CAV, "--opening", HOURS[3], "--closing", HOURS[1]), 1, "the opening must come before the closing"),
        ((*CAV, "--opening", "1998-02-06T08:00Z", "--closing", "1998-02-12T08:00Z"), 1, "the years 2000 to 2099"),
    ],
)
def test_bad_input_is_refused_with_its_status(words, status, says):
    done = run(*words)
    assert (done.exit_code, done.stdout) == (status, "")
    assert says in done.stderr


def test_a_model_that_counts_no_dates_says_so(tmp_path):
    text = source("cav-2026").decode()
    start, end = text.index("# The dates of this body"), text.index("# One national")
    copy = tmp_path / "without-dates.toml"
    copy.write_text(text[:start] + text[end:])
    done = run("--model", copy, *HOURS)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "This model counts no legal dates.\n")
