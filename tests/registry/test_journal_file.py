"""The journal as a file: written by the command, judged alone by the verifier."""

import json

import pytest
from click.testing import CliRunner

from elections.cli import main
from elections.registry import journal
from tests.registry.common import NOW, PRESIDENT, draft


def run(*words):
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


@pytest.fixture
def election(store):
    with store.registry.begin() as session:
        uuid = draft(session).uuid
        journal.append(session, uuid, "incident", PRESIDENT, NOW, details={"reason": "panne"})
    return uuid


def test_the_journal_is_written_and_verified_alone(store, election, tmp_path):
    out = tmp_path / "journal.jsonl"
    done = run("journal", election, "--out", out, "--state", store.state)
    assert done.exit_code == 0, done.output
    with store.registry_reader() as session:
        assert out.read_bytes() == journal.lines(session, election)
        digest = journal.entries(session, election)[-1].digest
    assert f"2 acts, last digest {digest}" in done.stderr
    judged = run("verify", out)
    assert judged.exit_code == 0
    assert f"2 acts, last digest {digest}" in judged.stdout
    assert "CONSISTENT: compare number and last digest" in judged.stdout
    report = json.loads(run("verify", out, "--json").stdout)
    assert (report["holds"], report["subject"], [check["id"] for check in report["checks"]]) == (
        True,
        "journal",
        ["journal"],
    )


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw.replace(b"president", b"secretary"),
        lambda raw: raw.replace(b"officer", b"nobodys"),
        lambda raw: raw[raw.index(b"\n") + 1 :],
        lambda raw: raw[:-1],
        lambda raw: raw + b"{}\n",
        lambda _: b"",
        lambda _: b"\xff\n",
    ],
)
def test_a_journal_that_was_touched_is_refused(store, election, tmp_path, spoil):
    with store.registry_reader() as session:
        raw = journal.lines(session, election)
    changed = spoil(raw)
    path = tmp_path / "j.jsonl"
    path.write_bytes(changed)
    judged = run("verify", path)
    # Nothing follows the last line yet that would name its digest: who has kept that digest sees the change.
    last = changed == raw.replace(b"president", b"secretary")
    assert judged.exit_code == (0 if last else 1)
    assert ("REFUSED" in judged.stdout) is not last
    if last:
        assert judged.stdout != run("verify", _written(tmp_path, raw)).stdout


def _written(folder, raw):
    path = folder / "whole.jsonl"
    path.write_bytes(raw)
    return path


def test_nist_and_a_file_that_is_there(store, election, tmp_path):
    out = tmp_path / "log.json"
    assert run("journal", election, "--format", "nist-json", "--out", out, "--state", store.state).exit_code == 0
    log = json.loads(out.read_bytes())
    assert [event["Id"] for event in log["Device"][0]["Event"]] == ["create", "incident"]
    again = run("journal", election, "--out", out, "--state", store.state)
    assert again.exit_code == 1
    assert json.loads(out.read_bytes()) == log
    assert run("journal", "z" * 22, "--out", tmp_path / "z", "--state", store.state).exit_code == 1
    assert not (tmp_path / "z").exists()


def test_a_broken_journal_is_written_as_evidence(store, election, tmp_path):
    with store.registry.begin() as session:
        session.connection().exec_driver_sql("DROP TRIGGER journal_no_update")
        session.connection().exec_driver_sql(
            "UPDATE journal SET line = CAST(replace(line, 'officer', 'nobodyx') AS BLOB) WHERE sequence = 0"
        )
    out = tmp_path / "journal.jsonl"
    done = run("journal", election, "--out", out, "--state", store.state)
    assert done.exit_code == 1
    assert "nobodyx" in out.read_text()
    nist = run("journal", election, "--format", "nist-json", "--out", tmp_path / "n", "--state", store.state)
    assert (nist.exit_code, (tmp_path / "n").exists()) == (1, False)
