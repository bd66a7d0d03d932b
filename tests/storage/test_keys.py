"""Server secrets as files: written once, whole, for the owner only, and destroyed for good."""

import os
import threading

import pytest

from elections.protocol.errors import ProtocolError
from elections.storage import KeyFolder
from tests.refused import refused

ELECTION = "8Wk1ssd1PE8qvK"
SECRET = bytes(range(32))


@pytest.fixture
def keys(tmp_path):
    return KeyFolder(tmp_path)


@pytest.fixture
def folder(keys):
    keys.write(ELECTION, "link-1", SECRET)
    return keys.root / ELECTION


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_key_is_read_as_it_was_written(keys, folder):
    keys.write(ELECTION, "link-2", b"")
    assert keys.read(ELECTION, "link-1") == SECRET
    assert keys.read(ELECTION, "link-2") == b""
    assert names(folder) == ["link-1", "link-2"]


def test_only_the_owner_reads_a_key(folder):
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "link-1").stat().st_mode & 0o777 == 0o600


def test_a_key_is_never_overwritten(keys, folder):
    with refused("storage.key_exists"):
        keys.write(ELECTION, "link-1", b"another")
    assert keys.read(ELECTION, "link-1") == SECRET
    assert names(folder) == ["link-1"]


def test_of_several_writers_one_wins_whole(keys):
    won = []

    def write(content):
        try:
            keys.write(ELECTION, "cast", content)
        except ProtocolError:
            return
        won.append(content)

    threads = [threading.Thread(target=write, args=(bytes([number]) * 5000,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [keys.read(ELECTION, "cast")]
    assert names(keys.root / ELECTION) == ["cast"]


def test_a_destroyed_key_is_gone_with_its_bytes(keys, folder):
    # A second link shows what becomes of the bytes on the disk.
    os.link(folder / "link-1", keys.root / "bytes")
    keys.destroy(ELECTION, "link-1")
    assert not keys.exists(ELECTION, "link-1")
    assert names(folder) == []
    left = (keys.root / "bytes").read_bytes()
    assert len(left) == len(SECRET)
    assert left != SECRET
    with refused("storage.key_missing"):
        keys.read(ELECTION, "link-1")


def test_destroying_reaches_what_a_crash_left_and_nothing_else(keys, folder):
    keys.write(ELECTION, "link-10", b"lives")
    keys.write(ELECTION, "link-1.b", b"lives")
    keys.write(ELECTION, "link", b"lives")
    (folder / ".link-1.0123456789abcdef").write_bytes(SECRET)
    (folder / "link-1").unlink()
    keys.destroy(ELECTION, "link-1")
    keys.destroy(ELECTION, "link-1")
    assert names(folder) == ["link", "link-1.b", "link-10"]


def test_destroying_where_nothing_ever_was_does_nothing(keys):
    keys.destroy(ELECTION, "link-1")
    assert not list(keys.root.iterdir())


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", ".hidden", "a b", "clé", "x" * 101, "a\n"])
def test_a_name_stays_inside_its_folder(keys, name):
    for election, key in ((ELECTION, name), (name, "link-1")):
        for act in (lambda e, k: keys.write(e, k, SECRET), keys.read, keys.exists, keys.destroy):
            with refused("storage.name"):
                act(election, key)
    assert not list(keys.root.iterdir())
