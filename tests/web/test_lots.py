"""A lot on the screens: what is to be drawn, the holders' files, a draw on paper, and how a result tells of it."""

import io

import pytest

from elections.demo.staging import QUORUM
from tests.doors.test_lots import asked, count, opened, tied, tied_master
from tests.doors.world import FREEZING, HOUR
from tests.web.site import Site
from tests.web.test_public import text

__all__ = ["tied", "tied_master"]

PAPER = {"drawn": "1", "day": "2026-02-12", "hour": "16:30", "drawn_by": "le président", "how": "deux bulletins pliés"}


@pytest.fixture
def equal(tied):
    """The site of an election whose lot is to be drawn."""
    return Site(tied, FREEZING + HOUR)


def test_the_desk_leads_to_what_is_to_be_drawn(equal):
    delegate, base = equal.desk("delegate"), f"/bureau/election/{equal.election}"
    assert "Une égalité doit être tranchée par tirage au sort" in text(delegate.get(base))
    page = text(delegate.get(f"{base}/tirage"))
    assert "1 siège à attribuer entre :" in page
    assert "CANDIDAT1 a" in page
    assert "Aucun ne l’a fait encore." in page
    assert "Enregistrer un tirage sur papier" not in page
    assert "Enregistrer un tirage sur papier" in text(equal.desk("president").get(f"{base}/tirage"))


def test_a_quorum_draws_the_lot_through_the_page_and_the_result_explains_it(equal, tied):
    president, base = equal.desk("president"), f"/bureau/election/{equal.election}"
    early = president.send(f"{base}/depouiller")
    assert "un tirage au sort doit précéder le dépouillement" in text(early)
    for role in QUORUM:
        page = text(president.get(f"{base}/cles"))
        assert "elections trustee lot CLE record ENTREE.json REPONSE.json" in page
        document = president.send(f"{base}/cles/entree/{role}")
        assert document.data == asked(tied)[role]
        answer = io.BytesIO(opened(tied, role))
        assert president.send(f"{base}/cles", file=(answer, "r.json")).status_code == 303
    assert president.send(f"{base}/cles/entree/president").status_code == 404
    assert "fait" in text(president.get(f"{base}/tirage"))
    assert president.send(f"{base}/depouiller").status_code == 303
    assert "Le tirage au sort" in text(president.get(f"{base}/resultats"))
    assert president.send(f"{base}/proclamer").status_code == 303
    page = text(equal.client().get(f"/scrutin/{equal.contest}"))
    for told in (
        "1 siège restait à attribuer entre",
        "chaque membre du bureau qui a signé a déposé un pli",
        "Plis déposés par président du bureau de vote",
        "Graine",
        "Les plis scellés (α, β)",
    ):
        assert told in page
    assert "everybody can do the whole calculation again" in text(
        equal.client().get(f"/scrutin/{equal.contest}?langue=en")
    )


def test_the_board_enters_a_draw_on_paper(equal, tied):
    president, path = equal.desk("president"), f"/bureau/scrutin/{equal.contest}/tirage"
    assert "sa régularité repose sur la parole du bureau de vote" in text(president.get(path))
    assert equal.desk("officer").get(path).status_code == 403
    for change, told in (
        ({"drawn": []}, "Indiquez qui est sorti."),
        ({"drawn": ["0", "1"]}, "désigne autant de ceux"),
        ({"drawn": "x"}, "Indiquez qui est sorti."),
        ({"day": "2026-02-11"}, "après le gel de l’urne et avant maintenant"),
        ({"drawn_by": ""}, "Indiquez qui a tiré."),
        ({"how": ""}, "Indiquez comment le tirage s’est fait."),
    ):
        wrong = president.send(path, **PAPER | change)
        assert wrong.status_code == 422
        assert told in text(wrong), change
    done = president.send(path, follow=True, **PAPER)
    assert "Le tirage est enregistré au journal." in text(done)
    assert "Tirage au sort sur papier" in text(president.get(f"/bureau/election/{equal.election}/journal"))
    count(tied)
    assert president.send(f"/bureau/election/{equal.election}/proclamer").status_code == 303
    page = text(equal.client().get(f"/scrutin/{equal.contest}"))
    assert "Aucun calcul ne peut refaire un tirage sur papier" in page
    assert "Qui a tiré le président" in page
    assert "jeudi 12 février 2026 à 16 h 30" in page


def test_no_page_where_nothing_is_to_be_drawn(equal, tied):
    assert equal.desk("president").get(f"/bureau/scrutin/{tied.b}/tirage").status_code == 404
