"""`elections verify` at the command line: exit statuses, the JSON of contracts.md, and hostile files."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from elections.cli import main
from elections.verify.report import SENTENCES
from tests.protocol.small import PUBLISHED, bel

V = [f"V{number:02}" for number in range(1, 16)]
JUDGED = {"V03", "V04", "V05", "V06", "V09", "V10", "V11"}


def run(*words):
    done = CliRunner().invoke(main, ["verify", *map(str, words)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


@pytest.fixture
def broken(shared_vectors, tmp_path):
    """Archive A with one byte of a ballot changed."""
    data = bytearray(bel(shared_vectors, "A").read_bytes())
    data[data.index(b'"individual_proofs"') + 60] ^= 1
    path = tmp_path / "broken.bel"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("letter", PUBLISHED)
def test_an_honest_archive_is_consistent_and_status_0(letter, shared_vectors):
    done = run(bel(shared_vectors, letter))
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line[7:10] for line in lines[:-1]] == V
    assert lines[-1].startswith("CONSISTENT: ")
    assert ("re-votes: 1" in done.stdout) is (letter == "L")
    assert ("in the form of Belenios 2.0" in done.stdout) is (letter == "B")


def test_a_broken_archive_is_refused_and_status_1(broken):
    done = run(broken)
    assert (done.exit_code, done.stderr) == (1, "")
    assert done.stdout.splitlines()[-1].startswith("REFUSED: ")
    assert "FAILS  V03 " in done.stdout


def test_json_has_the_shape_of_the_contracts(shared_vectors):
    done = run(bel(shared_vectors, "A"), "--json")
    assert done.exit_code == 0
    assert done.stdout.count("\n") == 1
    report = json.loads(done.stdout)
    assert sorted(report) == ["checks", "format", "holds", "subject"]
    assert (report["format"], report["holds"], report["subject"]) == ("isoloir-report-1", True, "archive")
    assert [check["id"] for check in report["checks"]] == V
    for check in report["checks"]:
        assert sorted(check) == ["contest", "detail", "id", "sentence", "verdict"]
        assert check["contest"] is None
        assert check["sentence"] == SENTENCES[check["id"]]
        assert check["verdict"] == ("holds" if check["id"] in JUDGED else "absent")
        assert check["detail"] is None or isinstance(check["detail"], str)


def test_json_of_what_is_refused(broken):
    done = run(broken, "--json")
    assert done.exit_code == 1
    report = json.loads(done.stdout)
    assert report["holds"] is False
    refusal = next(check for check in report["checks"] if check["id"] == "V03")
    assert refusal["verdict"] == "fails"
    assert refusal["detail"].endswith("[archive.name]")


@pytest.mark.parametrize(
    "words",
    [(), ("no-such-file",), ("--jobs", "0", "/"), ("--nothing", "/"), ("/", "/"), ("/", "--anchor", "no-such-file")],
)
def test_wrong_usage_and_missing_paths_are_status_2(words):
    done = run(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_an_anchor_goes_with_a_record(shared_vectors, broken):
    for option in ("--anchor", "--receipt"):
        assert run(bel(shared_vectors, "A"), option, broken).exit_code == 2


def header(name, size, checksum=b""):
    return name.ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0" % size + b"0" * 11 + b"\0" + checksum


FILES = {
    "empty": b"",
    "random bytes": bytes(range(256)) * 40,
    "text": b"hello\n" * 500,
    "zeros": bytes(4096),
    "one byte": b"B",
    "half a header": header(b"BELENIOS", 10)[:300],
    "a huge size": header(b"BELENIOS", 8**11 - 1).ljust(512, b"\0"),
    "a huge size with a body": header(b"BELENIOS", 8**11 - 1).ljust(512, b"\0") + bytes(2048),
    "a size that is no number": header(b"BELENIOS", 0).replace(b"%011o" % 0, b"99999999999", 1).ljust(512, b"\0"),
    "json": b"{}",
    "an ordinary tar": b"x".ljust(257, b"\0") + b"ustar\0" + b"00".ljust(249, b"\0"),
    "a name that steers the terminal": b"\x1b[2J\x1b]0;x\x07".ljust(512, b"\0"),
}


@pytest.mark.parametrize("what", FILES)
def test_a_hostile_file_is_refused_in_words_and_status_1(what, tmp_path):
    path = tmp_path / "evil.bel"
    path.write_bytes(FILES[what])
    done = run(path)
    assert (done.exit_code, done.stderr) == (1, "")
    assert "[archive." in done.stdout
    assert done.stdout.isascii()
    assert all(character.isprintable() or character == "\n" for character in done.stdout)
    assert json.loads(run(path, "--json").stdout)["holds"] is False


@pytest.mark.parametrize("name", ["\x1b[2Jevil.bel", "two\nlines.bel", "café.bel"])
def test_the_name_of_a_file_does_not_steer_the_terminal(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(b"x")
    done = run(path)
    assert done.exit_code == 1
    assert "\x1b" not in done.stdout
    assert [line[7:10] for line in done.stdout.splitlines()[:-1]] == V


def test_an_empty_folder_is_a_record_that_fails(tmp_path):
    done = run(tmp_path)
    assert done.exit_code == 1
    assert "FAILS  V01 " in done.stdout
    assert json.loads(run(tmp_path, "--json").stdout)["subject"] == "record"


def test_what_is_no_plain_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    done = run(tmp_path / "pipe")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "not a plain file" in done.stderr
    assert run(tmp_path).exit_code == 1


def test_a_file_that_may_not_be_read_is_status_1(shared_vectors, monkeypatch):
    def denied(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("pathlib.Path.read_bytes", denied)
    done = run(bel(shared_vectors, "A"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "cannot be read (Permission denied)" in done.stderr


def test_a_process_of_its_own_says_the_same(shared_vectors, broken):
    """Whole processes: no traceback, no colour, statuses as scripts see them."""
    command = [sys.executable, "-c", "from elections.cli import main; main(prog_name='elections')", "verify"]
    for path, status in ((bel(shared_vectors, "D"), 0), (broken, 1), (broken.parent / "nothing", 2)):
        done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == status
        assert "Traceback" not in done.stdout + done.stderr
        assert "\x1b" not in done.stdout + done.stderr
