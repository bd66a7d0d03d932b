"""Filing on line: two delegates who never see each other, drafts that are never lost, and the clock of the server."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from elections.post import Outbox
from elections.protocol.note import Verifier
from elections.registry import accounts, admission, candidacies, elections, journal, nominations, sessions
from elections.registry.journal import Actor
from elections.registry.tables import Nomination
from elections.rules.models import load
from elections.rules.phases import Role
from tests.documents import linked, pdf, png
from tests.doors.world import DRAFTED
from tests.registry.common import CLOSING, NOW, OFFICER, OPENING
from tests.web.site import PASSWORD, Site, enrol, found
from tests.web.test_desk import upload
from tests.web.test_public import text

SECOND = timedelta(seconds=1)


class Commission(Site):
    """The site with an election of the commission d'avancement in preparation: its uuid, and its contests by key."""

    def __init__(self, world) -> None:
        super().__init__(world, DRAFTED)
        with world.store.registry.begin() as session:
            made = elections.create(session, load("cav-2026"), OFFICER, NOW, opening=OPENING, closing=CLOSING)
            self.cav, self.keys = made.uuid, {contest.key: contest.uuid for contest in made.contests}


@pytest.fixture
def site(drafted):
    """That site, with as many women as men among the electors."""
    made = Commission(drafted)
    with made.world.store.registry.begin() as session:
        admission.set_electorate(session, made.keys["s1"], 50, 50, OFFICER, NOW)
    return made


def delegate(site, number=1, role="delegate"):
    """The browser of somebody of the CAV's election."""
    login = f"cav-{role}-{number}"
    with site.world.store.registry.begin() as session:
        account = accounts.by_login(session, login)
        if account is None:
            new = accounts.NewAccount(
                login, f"Une personne ({login})", f"{login}@exemple.fr", Role(role), PASSWORD, number, site.cav
            )
            account = accounts.create(session, new, Actor(Role.OFFICER), site.now)
            enrol(session, site.world.store, login, site.now)
        return site.client(sessions.open_for(session, account, site.now))


def twelve(prefix="NOM", **change):
    """The form's fields for six titulars and six substitutes, six of them women."""
    fields: dict[str, str] = {}
    for place in range(6):
        for who, sex in (("titular", "f"), ("substitute", "m")):
            mine = f"{place}-{who}"
            fields |= {
                f"{mine}-name": f"{prefix}{place} {who}",
                f"{mine}-sex": sex,
                f"{mine}-functions": "juge",
                f"{mine}-court": "TJ de Lille",
            }
        fields[f"{place}-rank"] = str(place + 1)
    return fields | change


def begin(site, browser, union="Union A", key="s1"):
    answer = browser.send(f"/bureau/scrutin/{site.keys[key]}/depots", union=union)
    assert answer.status_code == 303, text(answer)
    return answer.location


def save(browser, path, **fields):
    page = browser.get(path).text
    revision = found(r'name="revision" value="(\d+)"', page)
    return browser.send(
        path, **{"revision": revision, "title": "Liste A", "union": "Union A", "delegate": "DUPONT Anne"} | fields
    )


def filed(site, browser, union="Union A", title="Liste A", prefix="NOM"):
    path = begin(site, browser, union)
    assert save(browser, path, **twelve(prefix), title=title, union=union).status_code == 303
    answer = browser.send(f"{path}/deposer", reason="")
    assert answer.status_code == 303, text(answer)
    return path


def row(site, path):
    with site.world.store.registry_reader() as session:
        return session.get(Nomination, (site.keys["s1"], path.rpartition("/")[2]))


def mails(site):
    with site.world.store.registry_reader() as session:
        return [(item.recipient, item.subject, item.body) for item in session.scalars(select(Outbox))]


# --- Drafts -----------------------------------------------------------------------------------------


def test_a_list_is_prepared_examined_filed_and_acknowledged(site):
    browser = delegate(site)
    listed = text(browser.get(f"/bureau/election/{site.cav}/depots"))
    assert "jusqu’au mardi 6 janvier 2026 inclus, minuit à Paris décret 2025-659, art. 7" in listed
    assert "Premier président" not in listed
    path = begin(site, browser)
    assert save(browser, path, **{"0-titular-name": "NOM0 titular"}).status_code == 303
    assert "1 nom ; il en faut 12" in text(browser.get(path))
    assert save(browser, path, **twelve()).status_code == 303
    page = text(browser.get(path))
    assert "12 noms × 50 ÷ 100 = 6, reste 0 : 6 femmes." in page
    assert "projet, non déposé" in page
    with site.world.store.registry_reader() as session:
        assert elections.contest(session, site.keys["s1"]).candidacies == []
        assert [entry.act for entry in journal.entries(session, site.cav) if entry.act == "nomination"] == []
    assert "Une candidature déposée ne se retire plus (décret 2025-659, art. 8)" in text(browser.get(f"{path}/deposer"))
    done = browser.send(f"{path}/deposer", follow=True, reason="")
    assert "Candidature déposée le lundi 5 janvier 2026 à 10 h 00 (heure de Paris)." in text(done)
    with site.world.store.registry_reader() as session:
        [made] = elections.contest(session, site.keys["s1"]).candidacies
        key = elections.find(session, site.cav).record_key
        [entry] = [entry for entry in journal.entries(session, site.cav) if entry.act == "nomination"]
        assert b"NOM" not in journal.lines(session, site.cav)
    assert (made.id, made.union, len(made.names)) == ("union-a", "Union A", 6)
    note = browser.get(f"{path}/accuse.txt")
    assert "attachment" in note.headers["Content-Disposition"]
    assert key
    signed = Verifier.parse(key, "key").check(note.text, "note")
    assert f"digest {entry.details['digest']}\n" in signed
    assert "1. titulaire\N{NO-BREAK SPACE}: NOM0 titular (F, juge, TJ de Lille)" in signed
    assert mails(site) == [("cav-delegate-1@exemple.fr", mails(site)[0][1], mails(site)[0][2])]
    assert f"http://localhost{path}/accuse" in mails(site)[0][2]


def test_one_delegate_never_sees_the_other_s(site):
    first, second = delegate(site, 1), delegate(site, 2)
    path = begin(site, first)
    save(first, path, **twelve("SECRET"))
    watchers = {"second": second, "officer": site.desk("officer"), "president": delegate(site, 1, "president")}
    for name, browser in watchers.items():
        for page in ("", "/accuse", "/accuse.txt", "/tableau.csv", "/piece?genre=logo"):
            assert browser.get(path + page).status_code == 404, (name, page)
        for page in ("", "/deposer", "/retirer", "/tableau", "/pieces"):
            if name != "president":
                assert "SECRET" not in browser.send(path + page, revision="1", table="x", reason="").text
        assert "SECRET" not in browser.get(f"/bureau/election/{site.cav}/depots").text
    assert row(site, path).content["names"][0]["titular"] == "SECRET0 titular"
    # Filed, the authority sees it; another delegate does not, as long as she may file herself.
    first.send(f"{path}/deposer", reason="")
    preview, page = f"/bureau/scrutin/{site.keys['s1']}/apercu", f"/bureau/election/{site.cav}/candidatures"
    for name in ("officer", "president"):
        assert "SECRET0" in watchers[name].get(path).text
        assert "SECRET0" in watchers[name].get(page).text
        assert watchers[name].get(preview).status_code == 200
    assert second.get(path).status_code == 404
    assert "SECRET0" not in second.get(page).text
    assert second.get(preview).status_code == 409
    assert second.get(f"/election/{site.cav}/candidatures").status_code == 409
    # Nor does the journal, its file or the page of the election tell her that somebody has.
    journal = f"/bureau/election/{site.cav}/journal"
    assert "union-a" not in second.get(journal).text
    assert "Dépôt d’une candidature en ligne" not in text(second.get(f"/bureau/election/{site.cav}"))
    assert {second.get(f"{journal}.{kind}").status_code for kind in ("jsonl", "nist.json")} == {409}
    assert "union-a" in first.get(journal).text
    assert "union-a" in watchers["president"].get(f"{journal}.jsonl").text
    desk = f"/bureau/election/{site.cav}"
    assert "Candidatures enregistrées dans chaque scrutin" in text(watchers["officer"].get(desk))
    assert "Candidatures enregistrées dans chaque scrutin" not in text(second.get(desk))
    # The same names in her list: her own examination does not tell that somebody else has them.
    mine = filed(site, second, "Union B", "Liste B", "SECRET")
    assert "Plusieurs candidatures" not in text(second.get(mine))
    assert "Plusieurs candidatures" in text(watchers["officer"].get(page))


def test_after_filing_is_over_everybody_at_the_desk_sees_who_stands(site):
    filed(site, delegate(site, 1))
    site.later(days=3)
    second = delegate(site, 2)
    assert "NOM0 titular" in second.get(f"/bureau/election/{site.cav}/candidatures").text
    assert "union-a" in second.get(f"/bureau/election/{site.cav}/journal").text
    # The file is of all contests, and in the others people may file until the eighth day before the vote.
    file = f"/bureau/election/{site.cav}/journal.jsonl"
    assert second.get(file).status_code == 409
    site.later(days=23)
    assert "union-a" in delegate(site, 2).get(file).text


def test_a_row_moves_by_its_rank_and_empty_rows_vanish(site):
    browser = delegate(site)
    path = begin(site, browser)
    empty = {f"2-{who}-{key}": "" for who in nominations.WHO for key in ("name", "sex", "functions", "court")}
    save(browser, path, **twelve(**{"5-rank": "1", **empty}))
    assert [pair["titular"][:4] for pair in row(site, path).content["names"]] == [
        "NOM0",
        "NOM5",
        "NOM1",
        "NOM3",
        "NOM4",
    ]
    assert browser.send(path, more="1", **{"revision": "2", "title": "L"} | twelve()).status_code == 303
    assert browser.get(f"{path}?lignes=9").text.count('-titular-name"') >= 9


def test_two_windows_lose_nothing(site):
    browser = delegate(site)
    path = begin(site, browser)
    assert save(browser, path, **twelve("PREMIER")).status_code == 303
    answer = browser.send(path, **{"revision": "1", "title": "Autre"} | twelve("SECONDE"))
    assert answer.status_code == 422
    page = text(answer)
    assert "enregistré entre-temps depuis une autre page" in page
    assert "PREMIER0 titular" in page
    assert 'value="SECONDE0 titular"' in answer.text
    assert row(site, path).content["names"][0]["titular"] == "PREMIER0 titular"
    revision = found(r'name="revision" value="(\d+)"', answer.text)
    assert browser.send(path, **{"revision": revision, "title": "Autre"} | twelve("SECONDE")).status_code == 303
    assert row(site, path).content["names"][0]["titular"] == "SECONDE0 titular"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("3-titular-name", "x" * 201, "Ligne 4, titulaire"),
        ("3-substitute-name", "DUPONT \u202eennA", "Ligne 4, suppléant"),
        ("0-titular-court", "=HYPERLINK(1)", "Ligne 1, juridiction du titulaire"),
        ("0-titular-name", "@somme", "Ligne 1, titulaire"),
        ("title", "\u200bListe", "titre"),
        ("title", "x" * 201, "Au plus 200 caractères."),
        ("revision", "demain", "enregistré entre-temps"),
    ],
)
def test_what_cannot_be_kept_is_told_and_shown_again(site, field, value, told):
    browser = delegate(site)
    path = begin(site, browser)
    answer = save(browser, path, **twelve() | {field: value})
    assert answer.status_code == 422
    assert told in text(answer)
    assert "NOM5 substitute" in answer.text
    assert row(site, path).content["names"] == []


def test_markup_in_a_name_stays_text(site):
    browser = delegate(site)
    path = begin(site, browser)
    assert save(browser, path, **twelve(**{"0-titular-name": "<script>alert(1)</script>"})).status_code == 422
    assert save(browser, path, **twelve(**{"0-titular-name": "DUPONT <script>alert(1)</script>"})).status_code == 303
    for page in (path, f"{path}/deposer"):
        assert "<script>alert" not in browser.get(page).text


def test_a_table_fills_the_form_and_keeps_nothing_yet(site):
    browser = delegate(site)
    path = begin(site, browser)
    table = "titulaire\tsuppléant\tsexe du titulaire\tfonctions du titulaire\nDUPONT Anne\tMARTIN Luc\tF\tjuge\n"
    answer = browser.send(f"{path}/tableau", table=table)
    assert answer.status_code == 200
    assert "Rien n’est encore enregistré" in text(answer)
    assert 'value="DUPONT Anne"' in answer.text
    assert row(site, path).content["names"] == []
    sent = browser.send(f"{path}/tableau", **upload("liste.csv", table.replace("\t", ";").encode("cp1252")))
    assert 'value="MARTIN Luc"' in sent.text
    save(browser, path, **twelve())
    model = browser.get(f"{path}/tableau.csv")
    assert model.data.startswith(b"\xef\xbb\xbftitulaire;suppl")
    again = browser.send(f"{path}/tableau", **upload("liste.csv", model.data))
    assert again.text.count('value="TJ de Lille"') == 12


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("", "Collez un tableau ou choisissez un fichier."),
        ("nom;prénom\nA;B\n", "La première ligne doit nommer les colonnes"),
        ("titulaire;suppléant\n", "Le fichier n’a aucune ligne"),
        ("titulaire;suppléant;sexe du titulaire\nA;B;X\n", "Ligne 2, sexe du titulaire : « X »"),
        ("titulaire;suppléant\nA\u202e;B\n", "Ligne 2, titulaire"),
    ],
)
def test_a_table_that_cannot_be_read_is_told(site, table, told):
    browser = delegate(site)
    path = begin(site, browser)
    answer = browser.send(f"{path}/tableau", table=table)
    assert answer.status_code == 422
    assert told in text(answer)


# --- The clock --------------------------------------------------------------------------------------


def closes(site):
    with site.world.store.registry_reader() as session:
        return nominations.clock(elections.contest(session, site.keys["s1"]))


def test_filing_ends_with_its_last_second(site):
    browser = delegate(site)
    path = begin(site, browser)
    save(browser, path, **twelve())
    site.now = closes(site).closes
    assert site.now.isoformat() == "2026-01-06T23:00:00+00:00"
    late = delegate(site)
    for answer in (
        late.send(f"{path}/deposer", reason=""),
        late.send(path, revision="2", title="Autre", **twelve("AUTRE")),
    ):
        assert answer.status_code == 422
        assert "le dépôt est clos depuis le mercredi 7 janvier 2026 à 0 h 00" in text(answer)
    assert "ce projet n’a pas été déposé et ne peut plus l’être" in text(late.get(path))
    assert delegate(site, 2).send(f"/bureau/scrutin/{site.keys['s1']}/depots", union="Union B").status_code == 422
    site.now -= SECOND
    assert delegate(site).send(f"{path}/deposer", reason="").status_code == 303


def test_until_then_a_filed_list_is_filed_anew_and_never_withdrawn(site):
    browser = delegate(site)
    path = filed(site, browser)
    assert "ne se retire pas (décret 2025-659, art. 8)" in text(browser.get(path))
    refused = browser.send(f"{path}/retirer", reason="")
    assert refused.status_code == 422
    assert browser.send(f"{path}/deposer", reason="").status_code == 422
    save(browser, path, **twelve(**{"0-titular-name": "AUTRE Anne"}))
    assert "Ce projet diffère de ce qui est déposé." in text(browser.get(path))
    with site.world.store.registry_reader() as session:
        assert elections.contest(session, site.keys["s1"]).candidacies[0].names[0]["titular"] == "NOM0 titular"
    assert browser.send(f"{path}/deposer", reason="").status_code == 303
    assert [item.act for item in receipts(site, path)] == ["filed", "changed"]
    page = text(browser.get(f"{path}/accuse"))
    assert page.index("accusé n° 2") < page.index("accusé n° 1")
    assert "NOM0 titular" in browser.get(f"{path}/accuse.txt?numero=1").text
    assert browser.get(f"{path}/accuse.txt?numero=3").status_code == 404


def receipts(site, path):
    with site.world.store.registry_reader() as session:
        return list(session.get(Nomination, (site.keys["s1"], path.rpartition("/")[2])).receipts)


# --- Correction -------------------------------------------------------------------------------------


def contest_name(site, path, browser=None, **fields):
    return (browser or site.desk("officer")).send(
        f"{path}/ineligible", **{"names": "2-titular", "since": "before"} | fields
    )


@pytest.fixture
def contested(site):
    """A filed list of which the office found a name ineligible the day after filing closed; its path."""
    path = filed(site, delegate(site))
    site.now = closes(site).closes
    assert contest_name(site, path).status_code == 303
    return path


def test_the_delegate_is_told_at_once_and_corrects(site, contested):
    recipient, subject, body = mails(site)[-1]
    assert (recipient, "Nom inéligible à remplacer" in subject) == ("cav-delegate-1@exemple.fr", True)
    assert "NOM2 titular" in body
    browser = delegate(site)
    page = text(browser.get(contested))
    assert "L’autorité a constaté l’inéligibilité de : NOM2 titular" in page
    assert "jusqu’au lundi 12 janvier 2026 inclus, minuit à Paris (décret 2025-659, art. 8)" in page
    with site.world.store.registry_reader() as session:
        assert b"NOM2" not in journal.lines(session, site.cav)
        assert [item.id for item in admission.report(session, site.cav)[0].examined] == ["union-a"]
        assert admission.report(session, site.cav)[0].unruled == ("union-a",)
    change = {"2-titular-name": "NEUVE Zoé", "5-rank": "1", "0-rank": "6"}
    save(browser, contested, **twelve(**change))
    assert browser.send(f"{contested}/deposer", reason="").status_code == 303
    assert receipts(site, contested)[-1].act == "corrected"
    with site.world.store.registry_reader() as session:
        assert admission.report(session, site.cav)[0].unruled == ()
        names = [pair["titular"] for pair in elections.contest(session, site.keys["s1"]).candidacies[0].names]
    assert "NEUVE Zoé" in names
    assert "NOM2 titular" not in names
    # What was asked for is done: nothing changes any more.
    assert 'name="revision"' not in browser.get(contested).text
    assert browser.send(contested, revision="9", title="x", **twelve()).status_code == 422


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title": "Autre titre"}, "Restent à remplacer : NOM2 titular."),
        ({"2-titular-name": "NEUVE Zoé", "3-titular-name": "AUTRE Anne"}, "Seuls ces noms peuvent être remplacés"),
        ({"2-titular-name": "NEUVE Zoé", "2-titular-sex": "m"}, "La liste corrigée doit encore respecter cette règle"),
        ({"2-titular-name": "", "2-substitute-name": ""}, "manque le nom du titulaire"),
        ({"2-titular-name": "NOM0 titular"}, "Plusieurs candidatures"),
    ],
)
def test_a_correction_replaces_these_names_and_keeps_the_rest(site, contested, change, told):
    browser = delegate(site)
    assert save(browser, contested, **twelve(**change)).status_code == 303
    answer = browser.send(f"{contested}/deposer", reason="")
    assert answer.status_code == 422
    assert told in text(answer)
    assert [item.act for item in receipts(site, contested)] == ["filed"]


def test_corrections_end_with_their_last_second_and_the_list_falls(site, contested):
    save(delegate(site), contested, **twelve(**{"2-titular-name": "NEUVE Zoé"}))
    site.now = closes(site).mended
    assert site.now.isoformat() == "2026-01-12T23:00:00+00:00"
    late = delegate(site)
    assert late.send(f"{contested}/deposer", reason="").status_code == 422
    assert "la liste n’est pas regardée comme régulièrement déposée" in text(late.get(contested))
    officer = site.desk("officer")
    assert "Constatez-le par « Refuser »" in text(officer.get(f"/bureau/election/{site.cav}/candidatures"))
    with site.world.store.registry_reader() as session:
        assert admission.report(session, site.cav)[0].unruled == ("union-a",)
    assert contest_name(site, contested).status_code == 422
    rule = f"/bureau/scrutin/{site.keys['s1']}/candidatures/decision"
    assert officer.send(rule, candidacy="union-a", ruling="refused").status_code == 303
    with site.world.store.registry_reader() as session:
        assert candidacies.filed(elections.contest(session, site.keys["s1"])) == []
    site.now -= SECOND
    assert delegate(site).send(f"{contested}/deposer", reason="").status_code == 303


def test_filing_anew_before_the_deadline_does_not_end_the_demand(site):
    browser = delegate(site)
    path = filed(site, browser)
    assert contest_name(site, path).status_code == 303
    save(browser, path, **twelve(**{"1-rank": "9"}), title="Autre titre")
    assert browser.send(f"{path}/deposer", reason="").status_code == 303
    assert row(site, path).contested == [[1, "titular"]]
    save(browser, path, **twelve(**{"1-titular-name": "NEUVE Zoé"}))
    draft = text(site.desk("officer").get(path))
    assert "NEUVE Zoé" not in draft
    assert site.desk("officer").get(f"{path}/deposer").status_code == 404


def test_who_became_ineligible_later_is_not_replaced(site):
    path = filed(site, delegate(site))
    site.now = closes(site).closes
    done = contest_name(site, path, since="after")
    assert done.status_code == 303
    assert len(mails(site)) == 1
    with site.world.store.registry_reader() as session:
        assert elections.contest(session, site.keys["s1"]).candidacies[0].ruling == "admitted"
    assert delegate(site).send(path, revision="3", title="x", **twelve()).status_code == 422


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"names": "9-titular"}, ""),
        ({"names": []}, "Choisissez au moins un nom."),
        ({"since": ""}, "Indiquez depuis quand."),
    ],
)
def test_a_name_that_is_not_there_is_not_contested(site, fields, told):
    path = filed(site, delegate(site))
    answer = contest_name(site, path, **fields)
    assert answer.status_code == 422
    assert told in text(answer)
    assert row(site, path).contested is None


def test_only_whom_the_model_names_contests(site):
    path = filed(site, delegate(site))
    answer = contest_name(site, path, delegate(site, 1, "president"))
    assert answer.status_code == 422
    assert "n’appartient pas à votre rôle" in text(answer)


def test_admitting_ends_the_demand(site, contested):
    rule = f"/bureau/scrutin/{site.keys['s1']}/candidatures/decision"
    assert site.desk("officer").send(rule, candidacy="union-a", ruling="admitted").status_code == 303
    assert row(site, contested).contested is None


# --- The office -------------------------------------------------------------------------------------


def test_the_office_enters_for_a_delegate_who_shares_it(site):
    officer, first, second = site.desk("officer"), delegate(site, 1), delegate(site, 2)
    answer = officer.send(f"/bureau/scrutin/{site.keys['s1']}/depots", union="Union A", owner="2")
    path = answer.location
    assert first.get(path).status_code == 404
    assert save(second, path, **twelve()).status_code == 303
    assert officer.send(f"{path}/deposer", reason="").status_code == 303
    assert mails(site)[-1][0] == "cav-delegate-2@exemple.fr"
    assert second.send(f"/bureau/scrutin/{site.keys['s1']}/depots", union="Union C").status_code == 422


def test_a_ticket_needs_its_signed_papers_which_are_nobody_else_s(site):
    officer, contest = site.desk("officer"), site.keys["s2a"]
    assert delegate(site).send(f"/bureau/scrutin/{contest}/depots", title="CHEF Anne").status_code == 422
    path = officer.send(f"/bureau/scrutin/{contest}/depots", title="CHEF Anne").location
    fields = {"0-titular-name": "CHEF Anne", "0-titular-court": "CA de Lyon", "0-substitute-name": "SECOND Luc"}
    officer.send(path, revision="1", title="CHEF Anne", **fields)
    refused = officer.send(f"{path}/deposer", reason="")
    assert refused.status_code == 422
    assert "Joignez la déclaration de candidature signée" in text(refused)
    papers = {"declared": (io.BytesIO(pdf()), "../../d.pdf"), "accepted": (io.BytesIO(pdf(pages=2)), "a.pdf")}
    assert officer.send(f"{path}/pieces", **papers).status_code == 303
    assert officer.send(f"{path}/deposer", reason="").status_code == 303
    with site.world.store.registry_reader() as session:
        [made] = elections.contest(session, contest).candidacies
        digest = next(item.sha256 for item in elections.contest(session, contest).documents)
    assert made.persons
    assert [made.persons[0][who]["signed"] for who in ("titular", "substitute")] == [True, True]
    assert site.client().get(f"/scrutin/{contest}/piece/{digest}").status_code in (404, 409)
    assert officer.get(f"/scrutin/{contest}/piece/{digest}").status_code == 404
    shown = officer.get(f"{path}/piece?genre=accepted")
    assert (shown.data, "sandbox" in shown.headers["Content-Security-Policy"]) == (pdf(pages=2), True)
    assert officer.send(f"{path}/retirer", reason="").status_code == 303
    with site.world.store.registry_reader() as session:
        assert elections.contest(session, contest).candidacies == []
    assert officer.send(f"{path}/deposer", reason="").status_code == 303


@pytest.mark.parametrize("raw", [b"MZ" + b"\0" * 99, pdf(linked(S="/JavaScript", JS="app.alert(1)")), b"%PDF-1.7 "])
def test_a_hostile_file_is_refused_and_nothing_is_lost(site, raw):
    browser = delegate(site)
    path = begin(site, browser)
    save(browser, path, **twelve())
    answer = browser.send(f"{path}/pieces", statement=(io.BytesIO(raw), "x.pdf"))
    assert answer.status_code == 422
    assert "NOM0 titular" in answer.text
    assert browser.send(f"{path}/pieces", logo=(io.BytesIO(png()), "x.png")).status_code == 303
    assert browser.get(f"{path}/piece?genre=logo").status_code == 200
    large = browser.post(f"{path}/pieces", data=b"x" * 9_000_000, content_type="multipart/form-data; boundary=x")
    assert large.status_code == 413


def test_a_sheet_of_the_office_leaves_what_was_filed_on_line(site):
    path = filed(site, delegate(site))
    head = "collège;candidature;titre;titulaire;suppléant;situation du titulaire\n"
    other = "".join(f"s1;autre;Autre;A{n};B{n};\n" for n in range(6))
    same = "".join(f"s1;union-a;Liste A;NOM{n} titular;NOM{n} substitute;aucune\n" for n in range(6))
    officer, page = site.desk("officer"), f"/bureau/election/{site.cav}/candidatures"
    changed = other + same.replace("NOM3 titular", "NOM3 autre")
    answer = officer.send(page, **upload("c.csv", (head + changed).encode()))
    assert answer.status_code == 422
    assert "« union-a » est en dépôt en ligne" in text(answer)
    for sheet, ids in ((other, ["autre", "union-a"]), (same + other, ["union-a", "autre"])):
        assert officer.send(page, **upload("c.csv", (head + sheet).encode())).status_code == 303
        with site.world.store.registry_reader() as session:
            assert [item.id for item in elections.contest(session, site.keys["s1"]).candidacies] == ids
    # What the office knows of a name stays when the delegate files anew.
    browser = delegate(site)
    save(browser, path, **twelve(**{"1-titular-name": "AUTRE Anne"}))
    assert browser.send(f"{path}/deposer", reason="").status_code == 303
    with site.world.store.registry_reader() as session:
        [kept] = [item for item in elections.contest(session, site.keys["s1"]).candidacies if item.id == "union-a"]
    assert kept.persons
    assert kept.persons[0]["titular"]["situation"] == ""
    assert "situation" not in kept.persons[1]["titular"]


def test_every_number_of_the_page_is_spelled(site):
    path = filed(site, delegate(site))
    for page in (path, f"{path}/accuse", f"/bureau/election/{site.cav}/depots"):
        shown = delegate(site).get(page).text
        assert not re.search(r"\bNone\b|%\(|\{\w+\}", re.sub(r"<[^>]*>", " ", shown)), page
