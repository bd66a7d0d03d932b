"""The demo's folder: its own is emptied and used again, anybody else's is left as it is."""

import stat

import pytest

from elections.demo.play import MARK, prepare_folder
from tests.refused import refused


def test_a_new_folder_is_its_owners_alone(tmp_path):
    prepare_folder(tmp_path / "demo")
    assert {path.name for path in (tmp_path / "demo").iterdir()} == {MARK, "keys", "state"}
    assert stat.S_IMODE((tmp_path / "demo").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "demo" / MARK).stat().st_mode) == 0o600


def test_what_a_demo_left_is_replaced(tmp_path):
    prepare_folder(tmp_path)
    (tmp_path / "record").mkdir()
    prepare_folder(tmp_path)
    assert not (tmp_path / "record").exists()


@pytest.mark.parametrize("marked", [False, True])
def test_a_folder_with_anything_else_is_refused_and_left(tmp_path, marked):
    if marked:
        (tmp_path / MARK).write_text("{}")
    (tmp_path / "thesis.txt").write_text("years of work")
    with refused("demo.folder"):
        prepare_folder(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
