"""The sheet says all that is sealed, its digests follow from that, and two sheets differ where the set-ups do."""

from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.protocol.canonical import encode
from elections.rules.sheet import Sheet, compare, write
from tests.protocol.setups import setup

PHI = "A" * 43


def changed(value):
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, dict):
        return {**value, "one more": 1}
    if isinstance(value, list):
        return [*value, {**value[-1], "id": "another"} if isinstance(value[-1], dict) else "one more"]
    return f"{value}x"


class Plain:
    """A set-up as far as the sheet looks at it, with whatever a test puts in."""

    def __init__(self, value):
        self.value, self.uuid = value, value["contest"]["uuid"]
        self.digest = sha256(encode(value)).hexdigest()


def plain(value) -> Any:
    """One of these in place of a set-up."""
    return Plain(value)


def places(value, path=()):
    """Every place of a set-up below which nothing is left."""
    if isinstance(value, dict) and value and path[:1] != ("rule", "parameters"):
        for key, item in value.items():
            yield from places(item, (*path, key))
    else:
        yield path


def edited(value, path):
    """The set-up with another value at that place."""
    if not path:
        return changed(value)
    return {**value, path[0]: edited(value[path[0]], path[1:])}


VALUE = {key: item for key, item in setup().value.items() if key != "format"}
PLACES = [path for path in places(VALUE) if path != ("contest", "uuid")]


@pytest.mark.parametrize("path", PLACES, ids=".".join)
def test_whatever_changes_in_a_setup_changes_a_block_besides_its_own_digest(path):
    before, now = (write([(plain(value), PHI)]) for value in (VALUE, edited(VALUE, path)))
    differing = [block.key for block in compare(before, now) if block.changed and block.key != "key"]
    assert before.digest != now.digest
    assert differing or path == ("trustees",), path


def test_the_digest_is_what_sha256sum_gives():
    first, second = (plain(edited(VALUE, ("contest", "uuid"))), plain(VALUE))
    lines = f"{first.digest}  {PHI}\n{second.digest}  {'B' * 43}\n".encode()
    assert write([(first, PHI), (second, "B" * 43)]).digest == sha256(lines).hexdigest()


def test_what_contests_share_stands_once_and_what_differs_stands_with_each():
    other = edited(edited(VALUE, ("contest", "uuid")), ("opening",))
    found = write([(plain(VALUE), PHI), (plain(other), PHI)])
    assert [block.contest for block in found.blocks if block.key == "software"] == [None]
    assert [block.contest for block in found.blocks if block.key == "hours"] == [plain(VALUE).uuid, plain(other).uuid]
    assert len([block for block in found.blocks if block.key == "roll"]) == 2


def test_a_sheet_is_kept_and_read_back():
    found = write([(plain(VALUE), PHI)])
    again = Sheet.parse(found.encode())
    assert again.digest == found.digest
    assert not any(block.changed for block in compare(again, found))
    assert all(block.before is None and block.changed for block in compare(None, found))


@given(st.sampled_from(PLACES), st.sampled_from(PLACES))
def test_two_sheets_compare_the_same_from_either_side(first, second):
    one, other = (write([(plain(edited(VALUE, path)), PHI)]) for path in (first, second))
    there, back = compare(one, other), compare(other, one)
    assert {(item.key, line.name) for item in there for line in item.lines if line.changed} == {
        (item.key, line.name) for item in back for line in item.lines if line.changed
    }
    assert any(item.changed for item in there) == (first != second)
