"""The key file: nothing in it can be changed unnoticed, and no crash leaves half of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.holder.keyfile import LOWEST_COST, KeyFile, write_atomically
from elections.protocol.canonical import encode
from elections.protocol.errors import ProtocolError
from tests.holder.ceremonies import leaves, other, replaced
from tests.holder.world import PASSPHRASE
from tests.refused import refused

CONTENT = {"share": "123456789", "role": "président"}


def names(folder):
    return [path.name for path in folder.iterdir()]


@pytest.fixture
def path(tmp_path):
    KeyFile.create(tmp_path / "a.key", PASSPHRASE, CONTENT, LOWEST_COST)
    return tmp_path / "a.key"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("keyfile") / "a.key"
    KeyFile.create(path, PASSPHRASE, CONTENT, LOWEST_COST)
    return path


def test_what_was_written_is_read_again(path):
    file = KeyFile.open(path, PASSPHRASE)
    assert file.content == CONTENT
    assert path.stat().st_mode & 0o777 == 0o600
    assert file.save({"n": 2}).save({"n": 3}).content == {"n": 3}
    assert KeyFile.open(path, PASSPHRASE).content == {"n": 3}
    assert path.stat().st_mode & 0o777 == 0o600
    assert names(path.parent) == ["a.key"]


def test_the_file_is_canonical_and_shows_nothing(path):
    raw = path.read_bytes()
    value = json.loads(raw)
    assert encode(value) == raw
    assert (value["format"], value["kdf"]["name"], value["kdf"]["n"]) == ("isoloir-holder-1", "scrypt", LOWEST_COST)
    assert b"123456789" not in raw


def test_every_save_has_its_own_nonce(path):
    file, nonces = KeyFile.open(path, PASSPHRASE), set()
    for _ in range(3):
        nonces.add(json.loads(path.read_bytes())["nonce"])
        file = file.save(CONTENT)
    assert len(nonces) == 3


@pytest.mark.parametrize("passphrase", ["", "correct horse batterY", PASSPHRASE + " "])
def test_a_wrong_passphrase_is_refused(path, passphrase):
    with refused("holder.passphrase"):
        KeyFile.open(path, passphrase)


def test_a_passphrase_may_be_typed_composed_or_decomposed(tmp_path):
    KeyFile.create(tmp_path / "b.key", "mot de passé", CONTENT, LOWEST_COST)
    assert KeyFile.open(tmp_path / "b.key", "mot de passe\N{COMBINING ACUTE ACCENT}").content == CONTENT


def test_a_short_passphrase_is_refused(tmp_path):
    with refused("holder.passphrase-short"):
        KeyFile.create(tmp_path / "b.key", "1234567", CONTENT, LOWEST_COST)
    assert names(tmp_path) == []


def test_an_existing_file_is_never_overwritten(path):
    before = path.read_bytes()
    with refused("holder.exists"):
        KeyFile.create(path, PASSPHRASE, {}, LOWEST_COST)
    assert path.read_bytes() == before


@pytest.mark.parametrize("cost", [0, 2**13, 2**14 + 1, 2**21, 2**40])
def test_a_cost_that_is_too_low_too_high_or_no_power_is_refused(path, tmp_path, cost):
    """Before anything is computed: a file cannot ask for all the memory."""
    with refused("holder.cost"):
        KeyFile.create(tmp_path / "b.key", PASSPHRASE, CONTENT, cost)
    value = json.loads(path.read_bytes())
    value["kdf"]["n"] = cost
    path.write_bytes(encode(value))
    with refused("holder.cost"):
        KeyFile.open(path, PASSPHRASE)


def test_every_changed_value_is_refused(path):
    value = json.loads(path.read_bytes())
    for place in leaves(value):
        path.write_bytes(encode(replaced(value, place, other)))
        with pytest.raises(ProtocolError) as caught:
            KeyFile.open(path, PASSPHRASE)
        assert caught.value.rule in {"holder.passphrase", "holder.cost", "json.range", "text.pattern", "text.base64"}


@given(st.data())
def test_any_byte_changed_is_refused(written, tmp_path_factory, data):
    raw = written.read_bytes()
    place = data.draw(st.integers(0, len(raw) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != raw[place]))
    copy = tmp_path_factory.mktemp("altered") / "a.key"
    copy.write_bytes(raw[:place] + bytes([byte]) + raw[place + 1 :])
    with pytest.raises(ProtocolError):
        KeyFile.open(copy, PASSPHRASE)


@pytest.mark.parametrize("raw", [b"", b"x", b"{}", b"[]", b"\xff" * 9])
def test_what_is_no_key_file_is_refused(path, raw):
    path.write_bytes(raw)
    with pytest.raises(ProtocolError):
        KeyFile.open(path, PASSPHRASE)


def test_a_file_of_any_size_is_not_even_read(path, monkeypatch):
    monkeypatch.setattr("elections.holder.keyfile._LARGEST", 100)
    with refused("holder.large"):
        KeyFile.open(path, PASSPHRASE)


def test_two_programs_at_once_do_not_overwrite_each_other(path):
    first, second = KeyFile.open(path, PASSPHRASE), KeyFile.open(path, PASSPHRASE)
    first.save({"tally": "a"})
    with refused("holder.changed"):
        second.save({"tally": "b"})
    assert KeyFile.open(path, PASSPHRASE).content == {"tally": "a"}


@pytest.mark.parametrize("moment", ["os.fsync", "pathlib.Path.replace"])
def test_a_crash_while_saving_leaves_the_old_file(path, monkeypatch, moment):
    def crash(*_):
        raise OSError(28, "No space left on device")

    file = KeyFile.open(path, PASSPHRASE)
    with monkeypatch.context() as patch:
        patch.setattr(moment, crash)
        with pytest.raises(OSError, match="No space"):
            file.save({"n": 2})
    assert KeyFile.open(path, PASSPHRASE).content == CONTENT
    assert names(path.parent) == ["a.key"]


def test_an_answer_replaces_an_older_one(tmp_path):
    for data in (b"one", b"two"):
        write_atomically(tmp_path / "answer.json", data, mode=0o644)
    assert (tmp_path / "answer.json").read_bytes() == b"two"
    assert names(tmp_path) == ["answer.json"]
