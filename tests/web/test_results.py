"""Results as everybody sees them: the picture of the seats, the shares of the unions, the minutes to take home."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.rules import representativity
from elections.rules.seats import count
from elections.web import public, seating
from tests.web.test_public import text

NAMES, VOTES = ["USM", "SM", "Unité Magistrats <FO>", "CFDT"], [3501, 1437, 718, 84]
FEBRUARY = {
    "ballots": 5750,
    "blank": 10,
    "contest": "u",
    "elected": [],
    "lot": None,
    "names": NAMES,
    "roll": 9163,
    "seats": [4, 1, 1, 0],
    "seats_to_fill": 6,
    "steps": count("largest_remainder", VOTES, 6, NAMES).json()["steps"],
    "valid": 5740,
    "votes": VOTES,
}
"""The general college of February 2026, in one of the few tables of votes that round to its published shares."""


@pytest.fixture
def february(proclaimed, monkeypatch):
    """The site of a proclaimed election, whose result is that of February 2026."""
    monkeypatch.setattr(public, "_result", lambda _: FEBRUARY)
    return proclaimed


# --- The picture --------------------------------------------------------------------------------------------


@given(won=st.lists(st.integers(0, 9), min_size=1, max_size=5), free=st.integers(0, 3))
def test_every_seat_stands_apart_and_inside_the_picture(won, free):
    total = sum(won) + free
    seats = seating.hall(won, total)
    assert len(seats) == (total if 1 < total <= 34 else len(seats))
    assert [seats.count(seat) for seat in seats] == [1] * len(seats)
    for number, seat in enumerate(seats):
        assert seat.radius <= seat.x <= 400 - seat.radius
        assert seat.radius <= seat.y <= 205 - seat.radius
        for other in seats[:number]:
            assert (seat.x - other.x) ** 2 + (seat.y - other.y) ** 2 > (2 * seat.radius) ** 2
    if seats:
        assert [sum(seat.list == place for seat in seats) for place in range(len(won))] == won
        assert sum(seat.list is None for seat in seats) == free


@pytest.mark.parametrize(("won", "total"), [([1], 1), ([0], 0), ([500, 500], 1000), ([1] * 27, 27)])
def test_one_seat_and_a_crowd_have_no_picture(won, total):
    assert seating.hall(won, total) == []


def test_the_picture_says_in_words_what_it_shows(february):
    page = february.client().get(f"/scrutin/{february.contest}").text
    picture = page[page.index("<svg viewBox") : page.index("</figure>")]
    assert re.findall(r"<text[^>]*>(\w)</text>", picture) == ["A", "A", "A", "A", "B", "C"]
    (title,) = re.findall(r"<title[^>]*>(.*?)</title>", picture)
    assert re.sub(r"\s+", " ", title) == "Sièges : A, USM, 4. B, SM, 1. C, Unité Magistrats &lt;FO&gt;, 1. "
    assert 'role="img" aria-labelledby="seats-u"' in picture
    assert "style=" not in picture
    table = page[page.index("<caption>Voix et sièges") :]
    assert re.findall(r'class="mark list-(\d)" aria-hidden="true">(\w)<', table) == [
        ("0", "A"), ("1", "B"), ("2", "C"), ("3", "D"),
    ]  # fmt: skip
    assert "60,99\u00a0%" in table


# --- Unions -------------------------------------------------------------------------------------------------


def test_the_election_shows_which_unions_reach_the_reported_threshold(february, monkeypatch):
    monkeypatch.setattr(representativity, "told", lambda _method, _model: True)
    page = text(february.client().get(f"/election/{february.election}"))
    assert "La presse rapporte qu’un premier seuil est fixé à 6 % ; ce tableau montre qui l’atteint" in page
    assert "USM 3 501 / 5 740 60,99 % oui" in page
    assert "CFDT 84 / 5 740 1,46 % non" in page
    english = text(february.client().get(f"/election/{february.election}?langue=en"))
    assert "USM 3,501 / 5,740 60.99% yes" in english


def test_other_bodies_show_no_unions(proclaimed):
    assert "Représentativité" not in proclaimed.client().get(f"/election/{proclaimed.election}").text


# --- Minutes ------------------------------------------------------------------------------------------------


def test_the_minutes_are_linked_where_people_look(proclaimed):
    browser = proclaimed.client()
    base = f"/election/{proclaimed.election}/dossier/minutes"
    paths = [f"{base}/operations.pdf", f"{base}/{proclaimed.contest}.pdf"]
    page = browser.get(f"/election/{proclaimed.election}").text
    for path in paths:
        assert f'href="{path}"' in page
        answer = browser.get(path)
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.data.startswith(b"%PDF-1.7")
    assert f'href="{paths[1]}"' in browser.get(f"/scrutin/{proclaimed.contest}").text
    desk = proclaimed.desk("secretary").get(f"/bureau/election/{proclaimed.election}").text
    assert f'href="/election/{proclaimed.election}#proces-verbaux"' in desk


def test_a_record_without_minutes_links_none(proclaimed, monkeypatch):
    monkeypatch.setattr(public, "_manifest", lambda _: {"files": {}})
    assert "/minutes/" not in proclaimed.client().get(f"/election/{proclaimed.election}").text
    assert "/minutes/" not in proclaimed.client().get(f"/scrutin/{proclaimed.contest}").text
