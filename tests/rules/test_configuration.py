"""A configuration as a file: written, read and written again it is the same; whatever is wrong is told by its place."""

import tomllib
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from elections.protocol.canonical import hour_text
from elections.protocol.errors import ProtocolError
from elections.rules import configuration, contests, moves, parts
from elections.rules.configuration import Configuration, parse, write
from elections.rules.models import load, names
from elections.rules.parameters import KINDS
from tests.refused import refused

OPENING, CLOSING = "2026-02-06T08:00:00Z", "2026-02-12T15:00:00Z"
VOTE = {
    "opening": OPENING, "closing": CLOSING, "group": "Ed25519", "delegates": 3, "issuers": ["issuer-1"], "urn": "urn",
}  # fmt: skip
LINES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=[chr(code) for code in (*range(32), 127)]),
    min_size=1,
    max_size=40,
)


def of(name, **vote):
    return Configuration(name, {**load(name).table, "election": {**VOTE, **vote}})


CAV, DAY = of("cav-2026"), date(2026, 1, 1)
FILE = write(CAV).decode()


@st.composite
def configurations(draw):
    """Whatever an office could have made of a model; most are right."""
    name = draw(st.sampled_from(names()))
    opening = datetime(2001, 1, 1, tzinfo=UTC) + timedelta(seconds=draw(st.integers(0, 89 * 365 * 86400)))
    closing = opening + draw(st.timedeltas(timedelta(hours=72), timedelta(days=7, hours=20)))
    table: dict = {
        **load(name).table,
        "title": draw(LINES),
        "grace": draw(st.integers(0, 86400)),
        "sources": draw(st.lists(LINES, max_size=4)),
        "election": {
            **VOTE,
            "opening": hour_text(opening),
            "closing": hour_text(closing.replace(microsecond=0)),
            "delegates": draw(st.integers(3, 9)),
            "issuers": draw(st.lists(st.sampled_from(["etat", "delegues", "a-1"]), min_size=1, unique=True)),
        },
    }  # fmt: skip
    table["contests"] = [{**item, "title": draw(LINES), "articles": [draw(LINES)]} for item in table["contests"]]
    for key in contests.keys(table)[1:]:
        if draw(st.booleans()):
            table = dict(contests.removed(table, key))
    return Configuration(name, table)


@given(configurations())
def test_written_read_and_written_again_it_is_the_same(made):
    try:
        configuration.check(made)
    except ProtocolError:
        assume(False)
    file = write(made)
    read = parse(file)
    assert read == made
    assert write(read) == file
    assert all(sign.isprintable() or sign.isspace() for sign in file.decode())


@pytest.mark.parametrize("name", names())
def test_every_model_makes_a_file(name):
    table = of(name)
    assert parse(write(table)) == table


def test_a_file_tells_each_part_and_holds_plain_toml():
    table = tomllib.loads(FILE)
    assert table["format"] == "isoloir-configuration-1"
    assert table["model"] == "cav-2026"
    assert table["election"]["opening"].isoformat() == "2026-02-06T09:00:00+01:00"
    for line in ("[election]", "[batches]", "[calendar]", "[mandate]", "[[contests]]"):
        place = FILE.index(f"\n{line}\n")
        assert FILE[:place].rpartition("\n")[2].startswith("# ")


def test_what_does_not_show_is_written_by_its_number():
    title = 'a\u202eb "c" \\ \u2028\U000e0001é'
    file = write(Configuration("cav-2026", {**CAV.table, "title": title})).decode()
    assert r'title = "a\u202eb \"c\" \\ \u2028\U000e0001é"' in file
    assert parse(file.encode()).table["title"] == title


@pytest.mark.parametrize(
    ("old", "new", "rule", "told"),
    [
        ("isoloir-configuration-1", "isoloir-model-1", "rules.choice", "configuration, format"),
        ('model = "cav-2026"', 'model = "../cav"', "text.pattern", "configuration, model"),
        ('model = "cav-2026"\n', "", "json.missing", "'model'"),
        ("grace = 1800", "grace = 90000", "json.range", "grace"),
        ("grace = 1800", "grace = 18OO", "rules.toml", "at line"),
        ("grace = 1800", "grace = 1800\ngrace = 1800", "rules.toml", "at line"),
        ("grace = 1800", "grace = nan", "json.type", "grace"),
        ("grace = 1800", 'grace = 1800\nroll = "…"', "json.unknown", "'roll'"),
        ("T09:00:00+01:00", "T09:00:00", "configuration.hour", "election, opening"),
        ("T09:00:00+01:00", "T09:00:00.5+01:00", "configuration.hour", "election, opening"),
        ("2026-02-06T09:00:00+01:00", "0001-01-01T00:00:00+01:00", "text.year", "year 1"),
        ("2026-02-06T09:00:00+01:00", "9999-12-31T23:00:00-10:00", "text.year", "year 9999"),
        ("opening = 2026-02-06", "opening = 2026-03-06", "registry.hours", "opening"),
        ("opening = 2026-02-06", "opening = 2026-02-11", "rules.duration", "72 hours"),
        ("2026-02-06T09:00:00+01:00", '"2026-02-06"', "configuration.hour", "election, opening"),
        ('group = "Ed25519"', 'group = "RSA"', "rules.choice", "election, group"),
        ("delegates = 3", "delegates = 2", "rules.policy", "policy 2"),
        ("delegates = 3", "delegates = 51", "json.range", "election, delegates"),
        ("delegates = 3", "delegates = true", "json.type", "election, delegates"),
        ('["issuer-1"]', "[]", "json.type", "election, issuers"),
        ('["issuer-1"]', '["a", "a"]', "rules.twice", "election, issuers"),
        ('urn = "urn"', 'urn = ""', "text.pattern", "election, urn"),
        ('key = "s2a"', 'key = "s1"', "rules.twice", "contests, key"),
        ("seats = 6", "seats = 6.0", "rules.number", "seats"),
        ("seats = 6", "seats = 2026-02-06", "json.type", "seats"),
        ("[election]", "[elections]", "json.missing", "'election'"),
        ('offset = "-1 month"', 'offset = "-1 lune"', "rules.offset", "'-1 lune'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_its_line_or_field(old, new, rule, told):
    assert old in FILE
    with pytest.raises(ProtocolError) as error:
        parse(FILE.replace(old, new, 1).encode())
    if rule == "rules.number":
        assert error.value.rule in ("rules.number", "json.type")
    else:
        assert error.value.rule == rule
    assert told in str(error.value)


def test_hostile_files_are_refused():
    with refused("json.utf8"):
        parse(b"\xff\xfe")
    with refused("json.range"):
        parse(b"#" * (configuration.LARGEST + 1))
    with refused("rules.toml"):
        parse(b"a = " + b"[" * 100_000)
    with refused("rules.toml"):
        parse(b"a.b = 1\n" * 2)
    contest = {**CAV.table["contests"][1], "electors": {"functions": ["x"], "article": "y"}}
    many = [{**contest, "key": f"c{n}", "electors": {"functions": [f"f{n}"], "article": "y"}} for n in range(101)]
    table = {key: value for key, value in CAV.table.items() if key not in ("calendar", "mandate")}
    with refused("json.range"):
        parse(write(Configuration("cav-2026", {**table, "contests": many})))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    with pytest.raises(ProtocolError):
        parse(data)


@given(st.data())
def test_a_file_with_a_part_cut_out_is_read_or_refused(data):
    lines = FILE.encode().splitlines(keepends=True)
    start = data.draw(st.integers(0, len(lines) - 1))
    end = data.draw(st.integers(start, min(len(lines), start + 20)))
    with suppress(ProtocolError):
        parse(b"".join(lines[:start] + lines[end:]))


# --- Parts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", names())
def test_what_a_part_reads_it_writes_back(name):
    table = of(name).table
    for part in parts.PARTS.values():
        for key in {"election": [""], "contest": contests.keys(table), "date": parts.open_dates(table)}[part.of]:
            assert parts.changed(table, part, parts.look(table, part, key), key) == table


@pytest.mark.parametrize("method", KINDS)
def test_a_method_keeps_the_parameters_that_it_has(method):
    part = parts.PARTS["method"]
    contest = {
        **CAV.table["contests"][0],
        "parameters": {"article": "a", "bar": [5, 100], "base": "valid", "order": []},
    }
    values = part.read(contest) | {
        "method": method,
        "seats": 1,
        "round": "1" if method == "majority_two_rounds" else "",
    }
    after = part.write(contest, values)["parameters"]
    assert ("bar" in after) is (KINDS[method].ballot == "list")
    assert "order" not in after or method in ("plurality", "block")
    assert ("round" in after) is (method == "majority_two_rounds")
    assert after["article"] == "a"


def test_what_moves_is_told():
    later = configuration.at_hours(CAV, datetime(2026, 2, 7, 8, tzinfo=UTC), datetime(2026, 2, 12, 15, tzinfo=UTC))
    found = moves.between(CAV, later, DAY)
    keys = {line.key for pair in found.moved for line in pair if line is not None}
    assert {"opening", "lists", "rolls", "notice"} <= keys
    assert not {"closing", "count", "destruction"} & keys
    assert found.same > 0
    assert moves.between(CAV, CAV, DAY).moved == ()
    without = Configuration("cav-2026", contests.removed(CAV.table, "s1"))
    gone = [before and before.key for before, after in moves.between(CAV, without, DAY).moved if after is None]
    assert gone == ["lists", "admissibility", "corrections", "general-roll"]
