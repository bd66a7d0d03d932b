"""The pages are enough to write a verifier from: reader.py was, and finds what the program finds."""

import json
import shutil

import pytest
from cryptography.exceptions import InvalidSignature

from tests.project.reader import check_contest, check_record


def stated(folder, uuid):
    """The totals of result.json, blank first."""
    result = json.loads((folder / uuid / "result.json").read_bytes())
    return [result["blank"], *result["votes"]]


def test_the_second_reader_finds_the_same_totals(rehearsal):
    folder = rehearsal.folder / "record"
    totals = check_record(folder)
    assert totals == {uuid: stated(folder, uuid) for uuid in totals}
    assert [sum(row) for row in totals.values()] == [4]


def test_a_contest_without_ballots_is_read_too(commission):
    uuid = commission.contests["s2b"]
    assert check_contest(commission.folder / "record" / uuid, uuid) == stated(commission.folder / "record", uuid)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("setup.json", '"grace":60', '"grace":61'),
        ("seal.json", '"response":"', '"response":"1'),
        ("checkpoints.jsonl", r"\n4\n", r"\n5\n"),
        ("entries.jsonl", '"issuer":"left"', '"issuer":"lost"'),
        ("decryptions.jsonl", '"challenge":"', '"challenge":"1'),
        ("result.json", '"blank":0', '"blank":1'),
    ],
)
def test_the_second_reader_refuses_what_was_changed(rehearsal, tmp_path, name, old, new):
    [uuid] = rehearsal.contests.values()
    folder = tmp_path / uuid
    shutil.copytree(rehearsal.folder / "record" / uuid, folder)
    text = (folder / name).read_text()
    (folder / name).write_text(text.replace(old, new, 1))
    assert old in text
    with pytest.raises((AssertionError, InvalidSignature)):
        check_contest(folder, uuid)
