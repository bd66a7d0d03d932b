"""The draw of the display order on the site: a digest, everybody's numbers, an order that the journal gives again."""

import re

import pytest
from click.testing import CliRunner

from elections.cli import main
from elections.registry import candidacies, elections, journal
from tests.registry.common import NOW, OFFICER
from tests.web.test_desk import upload
from tests.web.test_nominations import Commission, delegate
from tests.web.test_public import text

HEAD = "collège;candidature;titre;titulaire;suppléant\n"
NUMBERS = {
    "0-who": "présidente", "0-number": "17", "1-who": "déléguée n° 1", "1-number": "000 042", "3-who": "délégué n° 2",
    "3-number": "5",
}  # fmt: skip


def lists(*ids):
    return "".join(f"s1;{id_};Liste {id_};{id_}{n} A;{id_}{n} B\n" for id_ in ids for n in range(6))


@pytest.fixture
def site(drafted):
    """An election of the commission d'avancement with four lists, the day after filing closed."""
    made = Commission(drafted)
    with made.world.store.registry.begin() as session:
        for uuid, filed in candidacies.read_file(
            session, made.cav, (HEAD + lists("d", "c", "b", "a")).encode()
        ).items():
            candidacies.replace(session, uuid, filed, OFFICER, NOW)
    made.later(days=2)
    return made


def path_of(site):
    return f"/bureau/scrutin/{site.keys['s1']}/ordre"


def order(site):
    with site.world.store.registry_reader() as session:
        return [item.id for item in candidacies.standing(elections.contest(session, site.keys["s1"]))]


def acts(site, act):
    with site.world.store.registry_reader() as session:
        return [entry.details for entry in journal.entries(session, site.cav) if entry.act == act]


def drawn(site):
    officer = site.desk("officer")
    assert officer.send(f"{path_of(site)}/commencer").status_code == 303
    answer = officer.send(f"{path_of(site)}/tirer", **NUMBERS)
    assert answer.status_code == 303, text(answer)
    return officer


def test_the_order_is_drawn_shown_and_replayed(site, tmp_path):
    officer = site.desk("officer")
    assert "Ordre provisoire" in text(officer.get(f"/bureau/election/{site.cav}/candidatures"))
    officer.send(f"{path_of(site)}/commencer")
    [begun] = acts(site, "display-begun")
    assert begun["commitment"] in officer.get(path_of(site)).text
    # Begun again, the secret stays.
    officer.send(f"{path_of(site)}/commencer")
    assert acts(site, "display-begun") == [begun]
    assert officer.send(f"{path_of(site)}/tirer", **NUMBERS).status_code == 303
    [details] = acts(site, "display")
    assert (details["order"], sorted(order(site))) == (order(site), ["a", "b", "c", "d"])
    assert details["given"][1] == {"number": "000042", "who": "déléguée n° 1"}
    page = officer.get(path_of(site))
    assert details["secret"] in page.text
    assert "Ordre tiré au sort" in text(officer.get(f"/bureau/election/{site.cav}/candidatures"))
    # The ballot shows that order.
    shown = officer.get(f"/bureau/scrutin/{site.keys['s1']}/apercu").text
    places = [shown.index(f"Liste {id_}") for id_ in details["order"]]
    assert places == sorted(places)
    with site.world.store.registry_reader() as session:
        raw = journal.lines(session, site.cav)
    file = tmp_path / "journal.jsonl"
    file.write_bytes(raw)
    done = CliRunner().invoke(main, ["candidacies", "replay", str(file)])
    assert done.exit_code == 0, done.output
    assert f"{', '.join(details['order'])}  (replayed)" in done.output
    assert not site.world.store.keys.exists(site.cav, f"order-{site.keys['s1']}")


def test_a_draw_that_holds_is_not_done_again(site):
    officer = drawn(site)
    before = order(site)
    for path in ("commencer", "tirer"):
        answer = officer.send(f"{path_of(site)}/{path}", **NUMBERS)
        assert answer.status_code == 422
        assert "ne se tire pas une seconde fois" in text(answer)
    assert order(site) == before


def test_a_sheet_in_another_order_keeps_the_draw_and_a_new_list_voids_it(site):
    officer = drawn(site)
    before, page = order(site), f"/bureau/election/{site.cav}/candidatures"
    officer.send(page, **upload("c.csv", (HEAD + lists("a", "b", "c", "d")).encode()))
    assert order(site) == before
    officer.send(page, **upload("c.csv", (HEAD + lists("a", "b", "c", "d", "e")).encode()))
    assert order(site) == ["a", "b", "c", "d", "e"]
    assert officer.send(f"{path_of(site)}/commencer").status_code == 303


def test_who_is_refused_leaves_his_place_to_the_next(site):
    officer = drawn(site)
    before = order(site)
    decision = f"/bureau/scrutin/{site.keys['s1']}/candidatures/decision"
    officer.send(decision, candidacy=before[1], ruling="refused")
    assert order(site) == [before[0], *before[2:]]
    assert "ne se tire pas une seconde fois" in text(officer.send(f"{path_of(site)}/commencer"))


def test_the_draw_waits_for_the_end_of_filing(site):
    site.now = site.now.replace(day=6, hour=22, minute=59, second=59)
    answer = site.desk("officer").send(f"{path_of(site)}/commencer")
    assert answer.status_code == 422
    assert "à partir du mercredi 7 janvier 2026 à 0 h 00" in text(answer)
    site.later(seconds=1)
    assert site.desk("officer").send(f"{path_of(site)}/commencer").status_code == 303


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"1-number": "", "3-number": "", "1-who": "", "3-who": ""}, "Il faut les nombres de 2 à 20 personnes"),
        ({"1-number": "quarante"}, "chacun de un à douze chiffres"),
        ({"1-number": "1" * 13}, "chacun de un à douze chiffres"),
        ({"1-number": "٤٢"}, "chacun de un à douze chiffres"),
        ({"1-number": "-4"}, "chacun de un à douze chiffres"),
        ({"1-number": ""}, "chacun de un à douze chiffres"),
        ({"1-who": ""}, "la fonction de qui le donne"),
        ({"1-who": "\u202e"}, "la fonction de qui le donne"),
    ],
)
def test_numbers_that_are_none_are_told_and_kept_on_the_page(site, change, told):
    officer = site.desk("officer")
    officer.send(f"{path_of(site)}/commencer")
    answer = officer.send(f"{path_of(site)}/tirer", **NUMBERS | change)
    assert answer.status_code == 422
    assert told in text(answer)
    assert 'value="présidente"' in answer.text
    assert acts(site, "display") == []


def test_nothing_is_drawn_before_the_digest_was_shown(site):
    answer = site.desk("officer").send(f"{path_of(site)}/tirer", **NUMBERS)
    assert answer.status_code == 422
    assert "aucun tirage n’est commencé" in text(answer)


def test_other_candidacies_want_another_beginning(site):
    officer = site.desk("officer")
    officer.send(f"{path_of(site)}/commencer")
    sheet = (HEAD + lists("a", "b")).encode()
    officer.send(f"/bureau/election/{site.cav}/candidatures", **upload("c.csv", sheet))
    assert officer.send(f"{path_of(site)}/tirer", **NUMBERS).status_code == 422
    officer.send(f"{path_of(site)}/commencer")
    one, two = acts(site, "display-begun")
    assert one["commitment"] != two["commitment"]
    assert officer.send(f"{path_of(site)}/tirer", **NUMBERS).status_code == 303


PAPER = {"day": "2026-01-07", "hour": "09:00", "drawn_by": "la présidente du bureau", "how": "quatre papiers pliés"}
RANKS = {"rank-a": "3", "rank-b": "1", "rank-c": "4", "rank-d": "2"}


def test_a_draw_on_paper_is_entered(site):
    board = delegate(site, 1, "president")
    assert board.send(f"{path_of(site)}/papier", **PAPER | RANKS).status_code == 303
    assert order(site) == ["b", "d", "a", "c"]
    [details] = acts(site, "display")
    assert details["drawn_at"] == "2026-01-07T08:00:00Z"
    assert "quatre papiers pliés" in text(board.get(path_of(site)))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rank-a": "1"}, "un rang différent"),
        ({"rank-a": ""}, "un rang différent"),
        ({"rank-a": "5"}, "un rang différent"),
        ({"day": "2026-01-08"}, "qui est encore à venir"),
        ({"how": ""}, "Indiquez comment le tirage s’est fait."),
    ],
)
def test_a_draw_on_paper_that_is_not_whole_is_told(site, change, told):
    answer = site.desk("officer").send(f"{path_of(site)}/papier", **PAPER | RANKS | change)
    assert answer.status_code == 422
    assert told in text(answer)
    assert order(site) == ["d", "c", "b", "a"]


def test_alphabetical_contests_have_no_draw(site):
    path = f"/bureau/scrutin/{site.keys['s2a']}/ordre"
    assert "par ordre alphabétique" in text(site.desk("officer").get(path))
    assert site.desk("officer").send(f"{path}/commencer").status_code == 422


def test_delegates_look_on_and_do_not_draw(site):
    watcher = delegate(site)
    assert re.search("Liste a", watcher.get(path_of(site)).text)
    assert watcher.send(f"{path_of(site)}/commencer").status_code == 403
