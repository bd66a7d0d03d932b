"""The tables `[contests.candidacies]` and `[contests.electors]` of a model: read whole, refused with their place."""

import pytest

from elections.protocol.errors import ProtocolError
from elections.rules.filing import Basis, Closes, Mending, Names, Ruling, Shares, candidacy_rules, elector_rules
from elections.rules.models import load, names

ART = {"article": "art. 1"}
CLOSES, RULING = {"days": 8, **ART}, {"by": "board", **ART}
MENDING = {"days": 3, "unmended": "struck", **ART}


@pytest.mark.parametrize("name", names())
def test_every_model_s_tables_can_be_read(name):
    for contest in load(name).contests:
        candidacy_rules(contest.candidacies or {}, "c")
        assert contest.electors is None or elector_rules(contest.electors, "e").article


def test_the_general_college_of_the_cav():
    rules = candidacy_rules(load("cav-2026").contests[0].candidacies, "s1")
    art_7, art_8 = Basis("décret 2025-659, art. 7", assumed=False), Basis("décret 2025-659, art. 8", assumed=False)
    assumed = art_7._replace(assumed=True)
    assert (rules.filed_by, rules.signed) == ("union", None)
    assert rules.names == Names(assumed, 12, (1, 1), even=False)
    assert rules.shares == Shares(assumed, "either")
    assert (rules.closes, rules.ruling) == (Closes(art_7, "months", 1), Ruling(art_8, "office", 3))
    assert rules.mending == Mending(art_8, 3, "refused")
    assert [rule.basis.article[-2:] for rule in rules.barred[:3]] == ["1°", "2°", "3°"]


def test_nothing_said_is_nothing_asked():
    rules = candidacy_rules({}, "x")
    assert not any(getattr(rules, key) for key in rules.__slots__)


@pytest.mark.parametrize(
    ("full", "least", "even", "wanted"),
    [
        (30, "2/3", True, 20),
        (22, "2/3", True, 16),
        (22, "2/3", False, 15),
        (20, "2/3", True, 14),
        (12, "1/1", False, 12),
    ],
)
def test_the_smallest_number_is_rounded_up_and_then_to_an_even_one(full, least, even, wanted):
    table = {"names": {"full": full, "least": least, "even": even, **ART}}
    names = candidacy_rules(table, "x").names
    assert names is not None
    assert names.least == wanted


@pytest.mark.parametrize(
    ("table", "rule", "place"),
    [
        ({"x": 1}, "json.unknown", "c"),
        ({"filed_by": "party"}, "rules.choice", "c, filed_by"),
        ({"names": {"full": 12}}, "json.missing", "c, names"),
        ({"names": {"full": 0, **ART}}, "json.range", "c, names, full"),
        ({"names": {"full": 12, "least": 2, **ART}}, "json.type", "c, names, least"),
        ({"names": {"full": 12, "least": "3/2", **ART}}, "rules.part", "c, names, least"),
        ({"names": {"full": 12, "least": "0/2", **ART}}, "rules.part", "c, names, least"),
        ({"names": {"full": 12, "least": "0.5", **ART}}, "rules.part", "c, names, least"),
        ({"names": {"full": 11, "even": True, **ART}}, "rules.odd", "c, names, full"),
        ({"names": {"full": 12, "assumed": 1, **ART}}, "json.type", "c, names, assumed"),
        ({"substitutes": {"article": "a\nb"}}, "text.pattern", "c, substitutes, article"),
        ({"shares": {"rounding": "up", **ART}}, "rules.choice", "c, shares, rounding"),
        ({"particulars": {"given": ["age"], **ART}}, "rules.choice", "c, particulars, given 1"),
        ({"particulars": {"given": [], **ART}}, "json.type", "c, particulars, given"),
        ({"one_per_union": ART}, "rules.needs", "c, one_per_union"),
        ({"filed_by": "person", "one_per_union": ART}, "rules.needs", "c, one_per_union"),
        ({"barred": {"situations": ["x"], **ART}}, "json.type", "c, barred"),
        (
            {"barred": [{"situations": ["x"], **ART}, {"situations": "x", **ART}]},
            "json.type",
            "c, barred 2, situations",
        ),
        ({"closes": ART}, "rules.one_of", "c, closes"),
        ({"closes": {"days": 8, "weeks": 1, **ART}}, "rules.one_of", "c, closes"),
        ({"closes": {"days": 0, **ART}}, "json.range", "c, closes, days"),
        ({"ruling": {"by": "judge", **ART}}, "rules.choice", "c, ruling, by"),
        ({"closes": CLOSES, "mending": MENDING}, "rules.needs", "c, mending"),
        ({"ruling": RULING, "mending": MENDING}, "rules.needs", "c, mending"),
        (
            {"closes": CLOSES, "ruling": RULING, "mending": MENDING | {"unmended": "x"}},
            "rules.choice",
            "c, mending, unmended",
        ),
    ],
)
def test_broken_rules_for_candidacies_name_their_place(table, rule, place):
    with pytest.raises(ProtocolError) as caught:
        candidacy_rules(table, "c")
    assert caught.value.rule == rule
    assert str(caught.value).startswith(f"{place}")


@pytest.mark.parametrize(
    ("table", "rule", "place"),
    [
        ({"others": True}, "json.missing", "e"),
        (ART, "rules.one_of", "e"),
        ({"functions": ["x"], "others": True, **ART}, "rules.one_of", "e"),
        ({"functions": [], **ART}, "json.type", "e, functions"),
        ({"functions": ["x"], "nowhere": ["y"], **ART}, "rules.needs", "e, nowhere"),
        ({"functions": ["x"], "positions": ["\x1b"], **ART}, "text.pattern", "e, positions 1"),
        ({"others": True, "assumed": ["functions"], **ART}, "rules.choice", "e, assumed 1"),
        ({"others": 1, **ART}, "json.type", "e, others"),
    ],
)
def test_broken_rules_for_electors_name_their_place(table, rule, place):
    with pytest.raises(ProtocolError) as caught:
        elector_rules(table, "e")
    assert caught.value.rule == rule
    assert str(caught.value).startswith(f"{place}")
