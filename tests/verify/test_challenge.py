"""A challenge against the sealed dossier of its contest, and against a finished record."""

import json
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from elections.cli import main
from elections.protocol.ballot import Ballot, Election, make_ballot
from elections.protocol.canonical import encode
from elections.protocol.challenge import Challenge, write_challenge
from elections.verify.challenge import check_challenge
from elections.verify.contest import Contest
from elections.verify.judge import judge_record
from tests.protocol import small
from tests.refused import refused


def contest_of(record, college="s1"):
    uuid = record.contests[college]
    prefix = f"{uuid}/"
    return Contest(uuid, {path.removeprefix(prefix): raw for path, raw in record.files.items() if prefix in path})


def challenge_in(election, place=1):
    """The challenge of a vote for the candidacy at a place from 1, or for blank at 0."""
    vote = [int(place == index) for index in range(election.questions[0].choices)]
    return write_challenge(election, make_ballot(election, small.CREDENTIAL, [vote]), [vote])


@pytest.fixture(scope="module")
def contest(commission):
    """The general college, as it was sealed."""
    return contest_of(commission)


@pytest.fixture
def folder(contest, tmp_path):
    """`dossier.json` as the site gives it, and a challenge of a vote for the first candidacy."""
    names = {"election": contest.election.raw, "setup": contest.raw("setup.json"), "trustees": contest.trustees.raw}
    texts = {name: raw.decode() for name, raw in names.items()}
    (tmp_path / "dossier.json").write_text(json.dumps(texts, indent=1))
    (tmp_path / "challenge.json").write_bytes(challenge_in(contest.election))
    return tmp_path


def run(*words):
    done = CliRunner().invoke(main, ["verify", *map(str, words)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def test_the_command_says_what_the_ballot_holds(folder, contest):
    done = run(folder / "dossier.json", "--challenge", folder / "challenge.json")
    assert (done.exit_code, done.stderr) == (0, "")
    first, second, last = done.stdout.splitlines()
    tracker = Challenge.parse((folder / "challenge.json").read_bytes()).tracker
    answer = contest.election.questions[0].answers[0]
    assert first.startswith("ok     dossier ")
    assert contest.election.fingerprint in first
    assert contest.setup.digest in first
    assert second.startswith("ok     challenge ")
    assert second.endswith(f": ballot {tracker} holds: {answer}")
    assert last.startswith("CONSISTENT: compare ")


def test_blank_is_said_in_words(folder, contest):
    (folder / "challenge.json").write_bytes(challenge_in(contest.election, 0))
    done = run(folder / "dossier.json", "--challenge", folder / "challenge.json")
    assert done.stdout.splitlines()[1].endswith(" holds: blank vote")


def test_its_json_has_the_shape_of_every_report(folder):
    done = run(folder / "dossier.json", "--challenge", folder / "challenge.json", "--json")
    report = json.loads(done.stdout)
    assert (report["format"], report["holds"], report["subject"]) == ("isoloir-report-1", True, "dossier")
    assert [(check["id"], check["verdict"]) for check in report["checks"]] == [
        ("dossier", "holds"),
        ("challenge", "holds"),
    ]


def test_a_device_of_another_election_is_found_out(folder, contest):
    """The names change places: the file is sound in itself, and its φ is not the sealed one."""
    text = contest.election.raw.decode()
    first, second, *_ = contest.election.questions[0].answers
    swapped = text.replace(first, "\0").replace(second, first).replace("\0", second)
    (folder / "challenge.json").write_bytes(challenge_in(Election.parse(swapped.encode())))
    done = run(folder / "dossier.json", "--challenge", folder / "challenge.json")
    assert done.exit_code == 1
    assert "FAILS  challenge " in done.stdout
    assert "[verify.challenge-election]" in done.stdout


@pytest.mark.parametrize(
    ("name", "change", "rule"),
    [
        ("dossier.json", lambda value: {**value, "trustees": "[]"}, "trustees.none"),
        (
            "dossier.json",
            lambda value: {**value, "setup": value["setup"].replace('"grace":1800', '"grace":1')},
            "setup",
        ),
        ("dossier.json", lambda value: {**value, "more": ""}, "json.unknown"),
        ("dossier.json", lambda value: [value], "json.type"),
        ("challenge.json", lambda value: {**value, "format": "isoloir-challenge-2"}, "text.pattern"),
        ("challenge.json", lambda value: value["opened"], "json.missing"),
    ],
)
def test_what_is_wrong_is_named_and_status_1(folder, name, change, rule):
    path = folder / name
    path.write_bytes(encode(change(json.loads(path.read_bytes()))))
    done = run(folder / "dossier.json", "--challenge", folder / "challenge.json")
    assert (done.exit_code, done.stderr) == (1, "")
    assert f"[{rule}" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("REFUSED: ")


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"BELENIOS" + bytes(600), b"\x1b[2J"])
def test_any_bytes_are_refused_in_words(folder, raw):
    for name in ("dossier.json", "challenge.json"):
        kept = (folder / name).read_bytes()
        (folder / name).write_bytes(raw)
        done = run(folder / "dossier.json", "--challenge", folder / "challenge.json")
        assert done.exit_code == 1
        assert "\x1b" not in done.stdout
        (folder / name).write_bytes(kept)


def test_wrong_usage_is_status_2(folder):
    dossier, challenge = folder / "dossier.json", folder / "challenge.json"
    for words in (
        (dossier, "--challenge", folder / "none"),
        (dossier, "--challenge", folder),
        (folder / "none", "--challenge", challenge),
        (dossier, "--challenge", challenge, "--anchor", challenge),
    ):
        assert run(*words).exit_code == 2


# --- A record -----------------------------------------------------------------------------------------------


def shown(record, tmp_path, raw):
    """The line on a challenge that is shown to a record."""
    path = tmp_path / "challenge.json"
    path.write_bytes(raw)
    [line] = [check for check in judge_record(record.files, challenge=path).checks if check.id == "challenge"]
    return line


def test_a_finished_record_knows_its_contests_and_that_the_ballot_was_not_cast(commission, tmp_path, quick):
    for college in ("s1", "s2a", "s2b"):
        line = shown(commission, tmp_path, challenge_in(contest_of(commission, college).election))
        assert line.verdict == "holds"
        assert (line.detail or "").endswith("; it is not in the urn")
    line = shown(commission, tmp_path, challenge_in(small.election()))
    assert line.verdict == "fails"
    assert "[verify.challenge-election]" in (line.detail or "")


@pytest.mark.parametrize("cast", ["the ballot itself", "one with its randomness"])
def test_what_was_opened_and_cast_all_the_same_is_found(cast, contest):
    raw = challenge_in(contest.election)
    opened = Challenge.parse(raw).opened.ballot
    others = [Ballot.parse(entry.ballot, contest.election.group) for entry in contest.entries]
    alphas = [[alpha.text for alpha in ballot.alphas] for ballot in others]
    mine = [alpha.text for alpha in opened.alphas]
    late = mine if cast == "the ballot itself" else [*alphas[0][:-1], mine[-1]]

    def urn(*more):
        judged = SimpleNamespace(alphas=[*alphas, *more])
        return [SimpleNamespace(election=contest.election, judged=judged, stopped=False, uuid=contest.uuid)]

    check_challenge(urn(), raw)
    with refused("verify.challenge-cast"):
        check_challenge(urn(late), raw)
