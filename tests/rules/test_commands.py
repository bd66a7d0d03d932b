"""`elections seats` and `elections model`, as a person types them."""

import json

import pytest
from click.testing import CliRunner

from elections.cli import main
from elections.rules.models import load, names, source
from elections.rules.seats import count


def run(*words):
    return CliRunner().invoke(main, list(map(str, words)), prog_name="elections")


def seats(votes, *words, method="largest_remainder", n="6"):
    return run("seats", "--method", method, "--seats", n, "--votes", votes, *words)


def test_seats_prints_each_line_with_its_article():
    done = seats("3501,1437,718,84", "--names", "USM, SM, UM-FO, CFDT")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "Valid votes: 3,501 + 1,437 + 718 + 84 = 5,740.  [décret 2025-659, art. 14]"
    assert lines[-1] == "Seats: 4 for USM, 1 for SM, 1 for UM-FO, 0 for CFDT.  [décret 2025-659, art. 14]"
    assert "\x1b" not in done.stdout


def test_seats_in_french():
    assert seats("3,1", "--language", "fr").stdout.splitlines()[-1].startswith("Sièges\u00a0: 5 pour n° 1, 1 pour")


def test_seats_json_is_the_outcome():
    done = seats("3501,1437,718,84", "--json")
    value = json.loads(done.stdout)
    assert value == count("largest_remainder", (3501, 1437, 718, 84), 6).json()
    assert (value["seats"], value["lot"], value["votes"]) == ([4, 1, 1, 0], None, [3501, 1437, 718, 84])


def test_lot_is_told_and_is_no_failure():
    value = seats("10,10,10,10", "--json")
    assert value.exit_code == 0
    assert json.loads(value.stdout)["lot"] == {"between": [0, 1, 2, 3], "seats": 2}
    assert json.loads(seats("7,7,3", "--json", method="plurality", n="1").stdout)["lot"] == {
        "between": [0, 1],
        "seats": 1,
    }


def test_tie_by_age():
    done = seats("7,7,3", "--json", "--tie", "oldest", "--order", "2,1,0", method="plurality", n="1")
    assert json.loads(done.stdout)["seats"] == [0, 1, 0]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("0,0",), "no valid vote"),
        (("",), "--votes, place 1"),
        (("5,-3",), "--votes, place 2"),
        (("5,3.0",), "--votes, place 2"),
        (("5,٣",), "--votes, place 2"),
        (("5,1_000",), "--votes, place 2"),
        (("5,9999999999",), "votes of candidacy 2"),
        (("5," + "9" * 5000,), "--votes, place 2"),
        (("5,3", "--names", "A"), "1 names for 2 candidacies"),
        (("5,3", "--names", "A,\x1b[2J"), "--names, place 2"),
        (("5,3", "--names", "A,"), "--names, place 2"),
        (("5,3", "--bar", "5"), "--bar"),
        (("5,3", "--bar", "0.05"), "--bar"),
        (("5,3", "--bar", "٥%"), "--bar"),
        (("5,3", "--bar", "100/5"), "'bar' must be less than the whole"),
        (("5,3", "--bar", "0%"), "the rule, bar"),
        (("5,3", "--base", "valid"), "'base' means nothing without bar"),
        (("5,3", "--candidates", "2,2"), "candidacy 1: 2 names cannot fill 6 seats (décret 2025-659, art. 7)"),
        (("5,3", "--candidates", "6"), "1 numbers of candidates for 2 candidacies"),
        (("5,3", "--candidates", "6,x"), "--candidates, place 2"),
        (("5,3", "--round", "2"), "no parameter 'round'"),
        (("5,3", "--tie", "draw"), "no parameter 'tie'"),
        (("5,3", "--order", "0,x"), "--order, place 2"),
    ],
)
def test_bad_input_is_one_line_and_status_1(words, says):
    done = seats(*words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("method", "n"), [("majority_two_rounds", "2"), ("x", "1"), ("plurality", "2")])
def test_method_that_does_not_fit_is_status_1(method, n):
    assert seats("5,3", method=method, n=n).exit_code == 1


@pytest.mark.parametrize(("method", "words"), [("plurality", ("--bar", "5%")), ("block", ("--candidates", "1,1"))])
def test_option_of_lists_is_not_for_persons(method, words):
    done = seats("5,3", *words, method=method, n="1")
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"the method {method} has no parameter" in done.stderr


@pytest.mark.parametrize(
    ("words", "won"),
    [
        (("largest_remainder", "6", "--bar", "5%"), [4, 1, 1, 0]),
        (("largest_remainder", "6", "--bar", "12.6%", "--base", "valid"), [4, 2, 0, 0]),
        (("largest_remainder", "6", "--bar", "12,6 %"), [4, 2, 0, 0]),
        (("highest_average", "6", "--bar", "1/20"), [4, 2, 0, 0]),
        (("highest_average", "6", "--candidates", "3,3,3,3"), [3, 2, 0, 0]),
        (("plurality", "1"), [1, 0, 0, 0]),
        (("majority_two_rounds", "1"), [1, 0, 0, 0]),
        (("majority_two_rounds", "1", "--round", "2"), [1, 0, 0, 0]),
        (("block", "2", "--article", "statuts, art. 12"), [1, 1, 0, 0]),
    ],
)
def test_every_method_counts(words, won):
    method, n, *options = words
    done = seats("3501,1437,718,84", "--json", *options, method=method, n=n)
    value = json.loads(done.stdout)
    assert (value["method"], value["seats"], value["lot"]) == (method, won, None)


def test_a_bar_names_no_text_that_sets_none():
    """The bar is none of décret 2025-659, art. 14; whoever names a text for the whole names it for the bar."""
    bars = {}
    for words in ((), ("--article", "LO 94-100, art. 3")):
        done = seats("3501,84", "--bar", "5%", "--json", *words, method="largest_remainder", n="6")
        steps = {step["id"]: step["article"] for step in json.loads(done.stdout)["steps"]}
        bars[words] = steps["bar"]
    assert list(bars.values()) == ["no text named", "LO 94-100, art. 3"]


def test_tie_of_averages_by_candidates():
    done = seats("4,4", "--candidates", "2,3", method="highest_average", n="1")
    assert "more candidates presented go first, No. 2 (3 candidates) and No. 1 (2 candidates)" in done.stdout


def test_grand_electors():
    done = run("degrees", "first", "--magistrates", "47,300", "--names", "Paris cours,Paris tribunaux")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1].startswith("16 grand electors in 2 units")
    assert json.loads(run("degrees", "first", "--magistrates", "47,300", "--json").stdout)["seats"] == [3, 13]


def test_formations():
    words = ("degrees", "formations", "--votes", "130,90", "--seats", "2,1", "--places", "siège=2, parquet=1")
    assert json.loads(run(*words, "--json").stdout)["turn"] == 0
    done = run(*words, "--choices", "parquet", "--names", "USM,SM", "--language", "fr")
    assert done.stdout.splitlines()[1].startswith("Tour n° 1\u00a0: USM choisit parquet.")
    equal = run(*words[:2], "--votes", "9,9,9", "--seats", "1,1,1", "--places", "a=2,b=1", "--drawn", "2,0,1", "--json")
    assert json.loads(equal.stdout)["turn"] == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("first", "--magistrates", "3,-1"), "--magistrates, place 2"),
        (("first", "--magistrates", "3,1", "--names", "A"), "1 names for 2 candidacies"),
        (("formations", "--votes", "9", "--seats", "1", "--places", "a"), "--places, place 1"),
        (("formations", "--votes", "9", "--seats", "1", "--places", "a=1,a=2"), "'a' stands twice"),
        (("formations", "--votes", "9", "--seats", "4", "--places", "a=1,b=2"), "4 seats cannot sit in 3 places"),
    ],
)
def test_degrees_refuse_in_one_line(words, says):
    done = run("degrees", *words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("n", ["0", "-1", "six", "1001", "6.0", ""])
def test_seats_must_be_a_number(n):
    done = seats("5,3", n=n)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "seats" in done.stderr


def test_missing_option_is_wrong_usage():
    assert run("seats", "--seats", "6").exit_code == 2


def test_model_list():
    done = run("model", "list")
    assert done.exit_code == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(names())


@pytest.mark.parametrize("name", names())
def test_model_show(name):
    done = run("model", "show", name)
    assert done.exit_code == 0
    assert all(contest.title in done.stdout for contest in load(name).contests)
    assert "not found in the texts:" in done.stdout
    assert ("a rehearsal" in done.stdout) == name.endswith("rehearsal")


def test_model_show_tells_who_may_stand_and_vote():
    told = run("model", "show", "cav-2026").stdout
    assert '  candidacies, closes: {"article":"décret 2025-659, art. 7","months":1}' in told
    assert "  electors, others: true" in told


def test_unknown_model_is_status_1():
    done = run("model", "show", "../../etc/passwd")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "cav-2022-first-degree, cav-2026, cav" in done.stderr


def test_a_model_is_copied_changed_and_checked(tmp_path):
    copy = tmp_path / "our-committee.toml"
    run("model", "copy", "csa-ministry", copy)
    assert copy.read_bytes() == source("csa-ministry")
    assert run("model", "copy", "csa-ministry", copy).exit_code == 1
    copy.write_text(copy.read_text().replace("seats = 15", "seats = 11"))
    shown = run("model", "show", copy)
    assert shown.stdout.startswith("our-committee: ")
    assert "  11 seats by highest_average" in shown.stdout
    copy.write_text(copy.read_text().replace("seats = 11", "seats = 0"))
    broken = run("model", "show", copy)
    assert (broken.exit_code, "model our-committee, contest 1 (committee), seats" in broken.stderr) == (1, True)
    assert run("model", "show", tmp_path / "nothing.toml").exit_code == 2
    assert run("model", "copy", "nothing", tmp_path / "new.toml").exit_code == 1
