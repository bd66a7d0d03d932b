"""The models that are shipped are right, and a broken copy is told where it is broken."""

import tomllib
from contextlib import suppress
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.protocol.errors import ProtocolError
from elections.rules.filing import candidacy_rules
from elections.rules.models import KeyGroup, load, names, parse, read
from elections.rules.parameters import choices
from elections.rules.seats import check_rule

CAV = (resources.files("elections.rules") / "models" / "cav-2026.toml").read_bytes()
DELEGATES = ["delegate-1", "delegate-2", "delegate-3"]


def broken(old, new, count=1):
    text = CAV.decode()
    assert old in text
    return text.replace(old, new, count).encode()


def refused(data, rule, place):
    with pytest.raises(ProtocolError) as caught:
        parse(data, "copy")
    assert caught.value.rule == rule
    assert place in str(caught.value)
    assert str(caught.value).startswith("model ")


CHOICES = {"base": "admitted", "first_round": "9" * 22, "tie": "draw"}
"""What an office may choose where a model leaves a rule open."""


def test_models_shipped():
    assert set(names()) == {
        "association", "cav-2022", "cav-2022-first-degree", "cav-2026", "cav-2026-rehearsal", "csa-ministry",
        "csm-chiefs", "csm-chiefs-second-round", "csm-first-degree", "csm-second-degree", "ethics-board",
    }  # fmt: skip


@pytest.mark.parametrize("name", names())
def test_every_model_can_be_counted_by_once_its_office_has_chosen(name):
    for contest in load(name).contests:
        chosen = {key: CHOICES[key] for key in choices(contest.method, contest.parameters) if key in CHOICES}
        check_rule(contest.method, contest.seats, {**chosen, **contest.parameters}, 4)


@pytest.mark.parametrize("name", names())
def test_every_model_says_what_it_rests_on_and_what_was_not_found(name):
    model = load(name)
    assert model.sources
    assert model.not_found
    assert all(contest.articles for contest in model.contests)
    assert read(model.table, name) == model
    open_ = [contest for contest in model.contests if {"tie", "base"} & set(missing(contest))]
    assert bool(open_) == any("avant le scellement" in line for line in model.not_found)


def missing(contest):
    """What the office must choose of a contest's rule before the seal."""
    return [key for key in choices(contest.method, contest.parameters) if key not in contest.parameters]


def test_the_seats_of_every_body():
    seats = {name: [contest.seats for contest in load(name).contests] for name in names()}
    assert seats["cav-2022"] == [1, 1, 2, 2, 7, 3]
    assert seats["csm-second-degree"] == [3, 3]
    assert seats["csm-chiefs"] == seats["csm-chiefs-second-round"] == [1] * 6
    assert seats["csa-ministry"] == [15]
    assert seats["ethics-board"] == [1, 1]


def test_lists_of_the_committee_have_an_even_number_of_names_from_two_thirds_to_all():
    [committee] = load("csa-ministry").contests
    assert (committee.method, committee.parameters["names"]) == ("highest_average", [20, 30])
    rules = candidacy_rules(committee.candidacies, "committee")
    assert rules.names
    assert (rules.names.least, rules.names.full, rules.names.even) == (20, 30, True)


def test_lists_of_the_csm_need_five_percent():
    for name in ("csm-first-degree", "csm-second-degree"):
        assert {tuple(contest.parameters["bar"]) for contest in load(name).contests} == {(5, 100)}


def test_cav_has_seven_contests_and_twelve_seats():
    model = load("cav-2026")
    assert [contest.key for contest in model.contests] == ["s1", "s2a", "s2b", "s3a", "s3b", "s4a", "s4b"]
    assert [contest.seats for contest in model.contests] == [6, 1, 1, 1, 1, 1, 1]
    assert {(contest.ballot, contest.method, contest.order) for contest in model.contests} == {
        ("list", "largest_remainder", "drawn"),
        ("ticket", "plurality", "alphabetical"),
    }
    assert [contest.parameters["article"][-7:] for contest in model.contests] == ["art. 14"] + ["art. 16"] * 2 + [
        "art. 24"
    ] * 2 + ["art. 27"] * 2
    assert [missing(contest) for contest in model.contests] == [[]] + [["tie"]] * 6
    assert len({contest.college for contest in model.contests}) == 7
    assert (model.rehearsal, model.grace) == (False, 1800)
    assert model.batches == {"at_once": 64, "every": 600, "keep_back": 20, "publish_at": 40, "single_below": 200}
    assert model.policy == (KeyGroup(("president", "secretary"), 1), KeyGroup(("delegate",), 2))
    assert any("le bureau choisit la règle avant le scellement" in line for line in model.not_found)


def test_rehearsal_differs_in_three_things_only():
    real, trial = load("cav-2026"), load("cav-2026-rehearsal")
    assert (trial.rehearsal, trial.grace) == (True, 60)
    assert trial.title.startswith("Vote à blanc")
    for member in ("audience", "batches", "contests", "not_found", "policy", "sources"):
        assert getattr(trial, member) == getattr(real, member)


def test_policy_of_three_delegates():
    assert load("cav-2026").policy_for(DELEGATES) == [
        {"holders": ["president", "secretary"], "threshold": 1},
        {"holders": DELEGATES, "threshold": 2},
    ]


def test_policy_of_one_delegate():
    assert load("cav-2026").policy_for(["delegate"])[1] == {"holders": ["delegate"], "threshold": 1}


@pytest.mark.parametrize(
    ("delegates", "rule"),
    [([], "rules.policy"), (["a", "b"], "rules.policy"), (["a", "b", "a"], "rules.twice")],
)
def test_policy_that_hangs_on_each_key_is_refused(delegates, rule):
    with pytest.raises(ProtocolError, match="model cav-2026, policy 2") as caught:
        load("cav-2026").policy_for(delegates)
    assert caught.value.rule == rule


@pytest.mark.parametrize("name", ["", "cav", "../models/cav-2026", "cav-2026.toml", "/etc/passwd", "cav-2026\0"])
def test_unknown_model_is_refused(name):
    with pytest.raises(ProtocolError, match="known: association, ") as caught:
        load(name)
    assert caught.value.rule == "rules.model"


@pytest.mark.parametrize(
    ("old", "new", "rule", "place"),
    [
        ('format = "isoloir-model-1"', 'format = "isoloir-model-2"', "rules.choice", "model copy, format"),
        ('format = "isoloir-model-1"', "", "json.missing", "'format'"),
        ("grace = 1800", "grace = -1", "json.range", "model copy, grace"),
        ("grace = 1800", "grace = 1800.0", "json.type", "model copy, grace"),
        ("grace = 1800", "grace = 99999999999999999999", "json.range", "model copy, grace"),
        ("grace = 1800", "grace = true", "json.type", "model copy, grace"),
        ("rehearsal = false", "rehearsal = 0", "json.type", "model copy, rehearsal"),
        ("rehearsal = false", "rehearsal = false\ncolour = 1", "json.unknown", "'colour'"),
        ('"elector"]', '"electors"]', "rules.choice", "model copy, audience 4"),
        ('"elector"]', '"president"]', "rules.twice", "model copy, audience"),
        ('["delegate"]', '["elector"]', "rules.choice", "policy 2, holders 1"),
        ('["delegate"]', "[]", "json.type", "policy 2, holders"),
        ("threshold = 1 }", "threshold = 2 }", "rules.policy", "policy 1"),
        ("threshold = 1 }", "threshold = 0 }", "json.range", "policy 1, threshold"),
        ("keep_back = 20", "keep_back = 21", "rules.batches", "batches"),
        ("at_once = 64", "at_once = 39", "rules.batches", "batches"),
        ("every = 600", "every = 1979-05-27", "json.type", "batches, every"),
        ("seats = 6", "seats = 0", "json.range", "contest 1 (s1), seats"),
        ("seats = 1\n", "seats = 2\n", "rules.one_seat", "contest 2 (s2a)"),
        ('"largest_remainder"', '"borda"', "rules.method", "contest 1 (s1)"),
        ('art. 16" }', 'art. 16", tie = nan }', "rules.open", "contest 2 (s2a)"),
        ('{ article = "décret 2025-659, art. 14" }', "14", "json.type", "contest 1 (s1), parameters"),
        ('{ article = "décret 2025-659, art. 14" }', "{ bar = 5 }", "rules.pair", "contest 1 (s1)"),
        ('order = "drawn"', 'order = "random"', "rules.choice", "contest 1 (s1), order"),
        ('key = "s2a"', 'key = "s1"', "rules.twice", "contests, key"),
        ('key = "s1"', 'key = "S 1"', "text.pattern", "contest 1, key"),
        ('title = "Procureur de', 'title = "\\u001b[2J', "text.pattern", "contest 5 (s3b), title"),
        ('"R. 211-564"]', "564]", "json.type", "contest 1 (s1), articles 3"),
        ("months = 1", "months = 0", "json.range", "contest 1 (s1), candidacies, closes, months"),
        ("others = true", "other = true", "json.unknown", "contest 1 (s1), electors"),
        (
            '["procureur général près',
            '["premier président d\'une cour d\'appel", "x',
            "rules.twice",
            "contests, electors",
        ),
        ("[batches]", "[batches", "rules.toml", "not TOML"),
        ("grace = 1800", "grace = 1800\ngrace = 1801", "rules.toml", "model copy"),
    ],
)
def test_broken_copy_names_its_place(old, new, rule, place):
    refused(broken(old, new), rule, place)


def test_nobody_has_a_substitute_of_her_own_where_names_follow():
    data = broken('art. 14" }', 'art. 14", substitutes = "following" }')
    assert parse(data, "copy").mandate
    data = data.replace(b'by = "list_substitute"', b'by = "own_substitute"')
    refused(data, "rules.needs", "mandate, own_substitute of s1")


def test_model_may_leave_open_what_no_text_says():
    contest = load("cav-2026").contests[1]
    check_rule(contest.method, contest.seats, contest.parameters, None)
    with pytest.raises(ProtocolError, match="'tie' has no default"):
        check_rule(contest.method, contest.seats, contest.parameters, 2)


def test_a_contest_need_not_say_who_may_stand_or_vote():
    text = CAV.decode()
    tables = text[text.index("# Art. 7 asks") : text.index("# The six others")]
    contest = parse(text.replace(tables, "").encode(), "copy").contests[0]
    assert (contest.key, contest.candidacies, contest.electors) == ("s1", None, None)


def test_model_without_contests_is_refused():
    table = CAV.decode()
    refused((table[: table.index("# One national")] + "\n").encode(), "json.missing", "'contests'")
    head = table[: table.index("[batches]")]
    refused(
        f"{head}contests = []\n{table[len(head) : table.index('# One national')]}".encode(), "json.type", "contests"
    )


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"\xff", "json.utf8"),
        (b"a = " + b"[" * 100_000, "rules.toml"),
        (b"a = " + b"1" * 5000, "rules.toml"),
        (b"", "json.missing"),
    ],
)
def test_bytes_that_are_no_model_are_refused(data, rule):
    with pytest.raises(ProtocolError, match="model copy") as caught:
        parse(data, "copy")
    assert caught.value.rule == rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('format = "isoloir-model-1"\nbased_on = "cav-2026-rehearsal"', "rules.based_on"),
        ('format = "isoloir-model-1"\nbased_on = "../cav-2026"', "text.pattern"),
        ('format = "isoloir-model-1"\nbased_on = "csm"', "rules.model"),
        ('format = "isoloir-model-1"\nbased_on = 2026', "json.type"),
        ('based_on = "cav-2026"', "json.missing"),
    ],
)
def test_base_of_a_model_is_checked(text, rule):
    with pytest.raises(ProtocolError) as caught:
        parse(text.encode(), "copy")
    assert caught.value.rule == rule


def test_office_can_change_a_copy():
    model = parse(b'format = "isoloir-model-1"\nbased_on = "cav-2026"\ngrace = 0', "copy")
    assert (model.name, model.grace, len(model.contests)) == ("copy", 0, 7)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def places(value, path=()):
    """Every place of a TOML table."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


ALL_PLACES = list(places(tomllib.loads(CAV.decode())))


@given(st.sampled_from(ALL_PLACES), PLAIN)
def test_any_value_anywhere_is_accepted_or_refused_by_name(path, value):
    table = tomllib.loads(CAV.decode())
    inner = table
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("elections.rules.models.tomllib.loads", lambda _: table)
        with suppress(ProtocolError):
            parse(b"", "copy")
