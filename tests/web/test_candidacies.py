"""The page of candidacies: the report for office and board, rulings by whom the model names, and nothing for others."""

import pytest

from elections.registry import candidacies, elections, journal
from elections.rules.models import load
from tests.doors.world import DRAFTED
from tests.registry.common import CLOSING, NOW, OFFICER, OPENING
from tests.web.site import Site
from tests.web.test_desk import upload
from tests.web.test_public import text

HEADER = (
    "collège;candidature;titre;titulaire;suppléant;situation du titulaire;sexe du titulaire;sexe du suppléant;"
    "signature du titulaire\n"
)
LIST = "".join(f"s1;usm;Liste;NOM{n} A;NOM{n} B;aucune;F;H;\n" for n in range(6))
FAULTY = LIST.replace("NOM2 A;NOM2 B;aucune", "NOM2 A;NOM2 B;congé de longue durée")
TICKET = "s2a;chef;;CHEF Un;CHEF Deux;;;;non\n"


@pytest.fixture
def site(drafted):
    """The site with a second election, of the commission d'avancement, in preparation."""
    return Site(drafted, DRAFTED)


@pytest.fixture
def cav(site):
    """That election's uuid, its candidacies filed: a list and a ticket, both with a fault."""
    with site.world.store.registry.begin() as session:
        made = elections.create(session, load("cav-2026"), OFFICER, NOW, opening=OPENING, closing=CLOSING)
        uuid = made.uuid
        for contest, filed in candidacies.read_file(session, uuid, (HEADER + FAULTY + TICKET).encode()).items():
            candidacies.replace(session, contest, filed, OFFICER, NOW)
    return uuid


def contest(site, cav, place=0):
    with site.world.store.registry_reader() as session:
        return elections.find(session, cav).contests[place].uuid


def page(site, cav, role="officer"):
    # An account of the board belongs to one election; the office's to all.
    return text(site.desk(role).get(f"/bureau/election/{cav}/candidatures"))


def test_the_report_stands_beside_the_names(site, cav):
    shown = page(site, cav)
    assert "Dépôt jusqu’au mardi 6 janvier 2026 inclus décret 2025-659, art. 7" in shown
    assert "par l’autorité organisatrice, au plus tard le vendredi 9 janvier 2026" in shown
    assert "jusqu’au lundi 12 janvier 2026 inclus. À défaut, la liste entière est irrecevable." in shown
    assert "Liste (usm) irrégulière" in shown
    assert "3 NOM2 A ✗ irrégularité : éligibilité NOM2 B" in shown
    assert "Ne peut être candidat (congé de longue maladie, congé de longue durée) : NOM2 A." in shown
    assert "CHEF Un ✗ irrégularité : signature" in shown
    assert "Ordre alphabétique." in shown


def test_time_that_is_over_is_told(site, cav):
    site.later(days=60)
    shown = page(site, cav)
    assert "jusqu’au mardi 6 janvier 2026 inclus (délai expiré)" in shown
    assert "délai expiré le lundi 12 janvier 2026" in shown


def test_nobody_but_office_and_board_sees_the_report(site):
    with site.world.store.registry_reader() as session:
        title = elections.find(session, site.election).contests[0].candidacies[0].title
    for role in ("delegate", "supervision"):
        shown = page(site, site.election, role)
        assert title in shown
        assert "Le rapport compare" not in shown
    for role in ("officer", "president", "secretary"):
        assert "Le rapport compare" in page(site, site.election, role)


def test_the_office_rules_on_lists_and_the_board_on_tickets(site, cav):
    officer = site.desk("officer")
    path = f"/bureau/scrutin/{contest(site, cav)}/candidatures/decision"
    assert officer.send(path, candidacy="usm", ruling="refused").status_code == 303
    assert "refusée, hors du bulletin de vote" in page(site, cav)
    done = officer.send(path, candidacy="usm", ruling="admitted", follow=True)
    assert "La décision est enregistrée." in text(done)
    assert "irrégulière admise" in text(done)
    other = officer.send(
        f"/bureau/scrutin/{contest(site, cav, 1)}/candidatures/decision", candidacy="chef", ruling="admitted"
    )
    assert other.status_code == 422
    assert "« Décision de recevabilité » n’appartient pas à votre rôle" in text(other)
    assert "Décision de recevabilité" in text(officer.get(f"/bureau/election/{cav}/journal"))
    with site.world.store.registry_reader() as session:
        assert [entry.details for entry in journal.entries(session, cav) if entry.act == "ruling"] == [
            {"candidacy": "usm", "ruling": "refused"},
            {"candidacy": "usm", "ruling": "admitted"},
        ]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"candidacy": "usm", "ruling": "perhaps"}, "Choisissez une décision."),
        ({"candidacy": "usm"}, "Choisissez une décision."),
        ({"candidacy": "sm", "ruling": "admitted"}, "il n’y a pas de candidature « sm »"),
    ],
)
def test_a_ruling_that_cannot_be_is_told(site, cav, fields, told):
    answer = site.desk("officer").send(f"/bureau/scrutin/{contest(site, cav)}/candidatures/decision", **fields)
    assert answer.status_code == 422
    assert told in text(answer)


def test_the_shares_wait_for_the_numbers_that_the_office_gives(site, cav):
    officer = site.desk("officer")
    path = f"/bureau/scrutin/{contest(site, cav)}/candidatures/parts"
    assert "reste à indiquer" in page(site, cav)
    done = text(officer.send(path, women="1 000", men="", follow=True))
    assert "Indiquez le nombre d’hommes, en chiffres." in done
    assert "au moins 1" not in done
    assert officer.send(path, women="0", men="0").status_code == 422
    done = text(officer.send(path, women="500", men="500", follow=True))
    assert "Les nombres de femmes et d’hommes sont enregistrés." in done
    assert "12 noms × 500 ÷ 1 000 = 6, reste 0 : 6 femmes. La candidature en compte 6, et 6 hommes." in done


def test_what_is_still_to_be_ruled_upon_stands_on_the_checklist(site, cav):
    officer = site.desk("officer")
    assert "à faire Décision rendue sur chaque candidature irrégulière" in text(officer.get(f"/bureau/election/{cav}"))
    officer.send(f"/bureau/election/{cav}/candidatures", **upload("c.csv", (HEADER + LIST).encode()))
    ticket = TICKET.replace(";non", ";oui")
    officer.send(f"/bureau/election/{cav}/candidatures", **upload("c.csv", (HEADER + ticket).encode()))
    assert "fait Décision rendue sur chaque candidature irrégulière" in text(officer.get(f"/bureau/election/{cav}"))


def test_after_the_draft_nothing_of_it_is_shown(site, cav, sealed):
    later = Site(sealed, DRAFTED)
    shown = page(later, later.election)
    assert "Le rapport compare" not in shown
    assert "Admettre" not in shown


def test_a_slip_in_the_sheet_is_told_in_the_office_s_words(site, cav):
    wrong = (HEADER + FAULTY).replace("congé de longue durée", "congé").encode()
    answer = site.desk("officer").send(f"/bureau/election/{cav}/candidatures", **upload("c.csv", wrong))
    assert answer.status_code == 422
    assert "Ligne 4, situation du titulaire : « congé » n’est aucun de : aucune, none, conge de longue maladie" in text(
        answer
    )
