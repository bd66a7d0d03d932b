"""`elections bench verify`: an honest archive, whole processes, and figures in the shape of contracts.md."""

import json
import subprocess

import pytest
from click.testing import CliRunner

from elections.bench import verifying as bench
from elections.bench.verifying import BenchError, Comparison, Timing, compare, write_archive
from elections.cli import main
from elections.protocol import archive
from elections.protocol.ballot import Election
from elections.protocol.group import GROUP_NAMES, group_by_name
from elections.protocol.trustees import Trustees
from elections.verify.archive import judge_archive
from tests.belenios import judge_archive as belenios_judges
from tests.belenios import require_belenios_tool


def run(*words):
    return CliRunner().invoke(main, ["bench", "verify", "--ballots", "2", *words])


@pytest.mark.parametrize("name", GROUP_NAMES)
def test_the_archive_is_honest_and_as_the_law_wants_it(name):
    data = write_archive(group_by_name(name), 5)
    assert judge_archive(data, "it").holds
    content = archive.read(data)
    election = Election.parse(content.election)
    assert len(content.ballots) == 5
    assert (election.questions[0].blank, len(election.questions[0].answers)) == (True, 3)
    trustees = Trustees.parse(content.trustees, election.group)
    trustees.check()
    assert trustees.policy() == [(2, 1), (3, 2)]
    archive.check_record_form(content)


def test_belenios_tool_accepts_the_archive(tmp_path):
    require_belenios_tool()
    judgement = belenios_judges(write_archive(group_by_name("BELENIOS-2048"), 3), tmp_path)
    assert judgement.accepted, judgement.output


def test_json_without_a_peer():
    done = run("--json")
    assert done.exit_code == 0
    figures = json.loads(done.stdout)
    assert list(figures) == ["ballots", "cores", "group", "ours", "peer", "ratio"]
    assert (figures["ballots"], figures["cores"], figures["group"]) == (2, 1, "Ed25519")
    assert (figures["peer"], figures["ratio"]) == (None, None)
    assert list(figures["ours"]) == ["ms_per_ballot", "seconds"]
    assert figures["ours"]["ms_per_ballot"] == pytest.approx(figures["ours"]["seconds"] * 500, abs=1)


def test_json_and_text_against_belenios_tool(monkeypatch):
    require_belenios_tool()
    done = run("--json", "--group", "BELENIOS-2048", "--against", "belenios-tool")
    assert done.exit_code == 0
    figures = json.loads(done.stdout)
    assert sorted(figures["peer"]) == ["ms_per_ballot", "name", "seconds"]
    assert figures["peer"]["name"] == "belenios-tool"
    assert figures["ratio"] == pytest.approx(figures["peer"]["seconds"] / figures["ours"]["seconds"], abs=0.02)
    found = Comparison("BELENIOS-2048", Timing(1.0, 100), "belenios-tool", Timing(1.8749, 100))
    monkeypatch.setattr("elections.bench.verifying.compare", lambda *_: found)
    assert run("--against", "belenios-tool").stdout.splitlines() == [
        "BELENIOS-2048, 100 ballots of three lists and blank, one core",
        "elections verify      1.00 s    10.00 ms a ballot",
        "belenios-tool         1.87 s    18.75 ms a ballot",
        "ratio 1.87",
    ]


def test_a_peer_that_cannot_read_the_group_is_status_1_and_says_why():
    require_belenios_tool()
    done = run("--json", "--against", "belenios-tool")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == (
        "Error: belenios-tool does not accept the archive: belenios-tool: unknown group: Ed25519"
    )


def test_a_peer_that_is_not_installed_is_status_1(monkeypatch):
    monkeypatch.setenv("PATH", "")
    done = run("--against", "belenios-tool")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "belenios-tool is not installed" in done.stderr


@pytest.mark.parametrize(
    "words", [("--ballots", "0"), ("--ballots", "x"), ("--group", "RFC-3526-2048"), ("--against", "rm")]
)
def test_wrong_usage_is_status_2(words):
    assert run(*words).exit_code == 2


def test_the_median_of_alternating_runs_counts(monkeypatch):
    seconds = iter([9.0, 1.0, 2.0, 3.0, 3.0, 2.0])
    called = []

    def timed(name, *_):
        called.append(name)
        return next(seconds)

    monkeypatch.setattr(bench, "_time", timed)
    monkeypatch.setattr("shutil.which", lambda _: "somewhere")
    found = compare(group_by_name("Ed25519"), 2, "belenios-tool")
    assert called == ["belenios-tool", "elections verify"] * 3
    assert (found.peer, found.ours, found.ratio) == (Timing(3.0, 2), Timing(2.0, 2), 1.5)


@pytest.mark.parametrize(("status", "said"), [(1, "all checks passed"), (0, "W: no result to check"), (0, "")])
def test_a_program_that_does_not_accept_is_not_timed(monkeypatch, status, said):
    done = subprocess.CompletedProcess([], status, "", said)
    monkeypatch.setattr("subprocess.run", lambda *_, **__: done)
    with pytest.raises(BenchError, match="does not accept"):
        bench._time("it", ["it"], "all checks passed")
