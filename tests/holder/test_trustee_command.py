"""`elections trustee`: what it says, what it writes, and its status when it refuses."""

import json

import pytest
from click.testing import CliRunner

from elections.cli import main
from elections.protocol.canonical import encode
from tests.holder.ceremonies import inputs
from tests.holder.world import PASSPHRASE, World


def run(*words, text=None):
    return CliRunner().invoke(main, ["trustee", *map(str, words)], input=text, prog_name="elections")


@pytest.fixture
def passphrase(tmp_path):
    path = tmp_path / "passphrase"
    path.write_text(f"{PASSPHRASE}\n")
    return path


def test_a_key_file_is_made_once(tmp_path, passphrase, monkeypatch):
    monkeypatch.setattr("elections.holder.program.COST", 2**14)
    key = tmp_path / "a.key"
    done = run("create", key, "--passphrase-file", passphrase)
    assert (done.exit_code, done.stderr) == (0, "")
    assert str(key) in done.stdout
    before = key.read_bytes()
    done = run("create", key, "--passphrase-file", passphrase)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "never overwritten" in done.stderr
    assert key.read_bytes() == before


def test_the_passphrase_is_asked_for_twice_and_not_shown(tmp_path):
    done = run("create", tmp_path / "a.key", text=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert done.exit_code == 0
    assert PASSPHRASE not in done.output
    assert World(tmp_path, issuers={}).path("a").exists()


def test_the_whole_way_of_one_holder(held, record, tmp_path, passphrase, sealed):
    """Round 1 with a new file; then rehearsal, seal, amendment and count with files that went all the way."""
    document, answer = tmp_path / "in.json", tmp_path / "out.json"

    def act(name, world, value):
        document.write_bytes(encode(value))
        done = run(name, world.path("president"), document, answer, "--passphrase-file", passphrase)
        assert (done.exit_code, done.stderr) == (0, ""), done.output
        assert str(answer) in done.stdout
        return done.stdout, json.loads(answer.read_bytes())

    World(tmp_path, issuers={}).create()
    fresh = World(tmp_path, held.invitation, issuers={})
    _, given = act("step", fresh, json.loads(inputs(held.invitation, {})["president"]))
    assert given["kind"] == "certificates"
    act("rehearse", held, held.rehearsal())
    held.prepare()
    said, given = act("seal", held, held.to_seal())
    for uuid, election in held.elections.items():
        assert election.fingerprint in said
        assert given["contests"][uuid]["role"] == "president"
    item = {"change": {"suspended": True}, "contest": uuid, "line": "0" * 64}
    item |= {"fingerprint": election.fingerprint, "setup": held.setups[uuid].digest}
    said, _ = act("amend", held, {"amendments": [item], "format": "isoloir-amendment-1"})
    assert election.fingerprint in said
    done = run("decrypt", sealed.path("president"), record, answer, "--passphrase-file", passphrase)
    assert done.exit_code == 0
    assert all(election.fingerprint in done.stdout for election in sealed.elections.values())
    assert json.loads(answer.read_bytes())["format"] == "isoloir-decrypted-1"


def test_a_refusal_is_one_line_and_writes_nothing(held, tmp_path, passphrase):
    document, answer = tmp_path / "in.json", tmp_path / "out.json"
    document.write_text("{}")
    for name in ("step", "rehearse", "seal", "amend"):
        done = run(name, held.path("president"), document, answer, "--passphrase-file", passphrase)
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr.startswith("Error: ")
        assert done.stderr.count("\n") == 1
        assert not answer.exists()


def test_a_wrong_passphrase_is_status_1(held, tmp_path):
    (tmp_path / "wrong").write_text("something else\n")
    (tmp_path / "in.json").write_text("{}")
    words = ("step", held.path("president"), tmp_path / "in.json", tmp_path / "out.json", "--passphrase-file")
    done = run(*words, tmp_path / "wrong")
    assert done.exit_code == 1
    assert "the passphrase is wrong" in done.stderr
    (tmp_path / "wrong").write_bytes(b"\xff")
    assert run(*words, tmp_path / "wrong").exit_code == 1


def test_what_is_not_there_is_status_2(held, tmp_path, passphrase):
    key, missing = held.path("president"), tmp_path / "missing"
    for words in (
        ("step", missing, missing, tmp_path / "out.json", "--passphrase-file", passphrase),
        ("step", key, missing, tmp_path / "out.json", "--passphrase-file", passphrase),
        ("step", key, key, tmp_path / "out.json", "--passphrase-file", missing),
        ("decrypt", key, missing, tmp_path / "out.json", "--passphrase-file", passphrase),
        ("lot", key, missing, key, tmp_path / "out.json", "--passphrase-file", passphrase),
        ("create", missing / "a.key", "--passphrase-file", passphrase),
        ("step", key),
    ):
        assert run(*words).exit_code == 2, words


def test_the_answer_never_overwrites_the_key(held, tmp_path, passphrase):
    key = held.path("president")
    before = key.read_bytes()
    (tmp_path / "in.json").write_text("{}")
    done = run("rehearse", key, tmp_path / "in.json", key, "--passphrase-file", passphrase)
    assert done.exit_code == 1
    assert "overwrite the key file" in done.stderr
    assert key.read_bytes() == before


def test_what_the_office_writes_cannot_steer_the_terminal(sealed, tmp_path, passphrase):
    uuid, election = next(iter(sealed.elections.items()))
    item = {"change": {"\x1b[2J\x9b": True}, "contest": uuid, "line": "0" * 64}
    item |= {"fingerprint": election.fingerprint, "setup": sealed.setups[uuid].digest}
    (tmp_path / "in.json").write_bytes(encode({"amendments": [item], "format": "isoloir-amendment-1"}))
    done = run(
        "amend", sealed.path("president"), tmp_path / "in.json", tmp_path / "out.json", "--passphrase-file", passphrase
    )
    assert done.exit_code == 0
    assert "\x1b" not in done.stdout
    assert "\x9b" not in done.stdout
