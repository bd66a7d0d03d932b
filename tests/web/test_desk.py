"""The desk: an election from its model to its proclamation, by forms and files alone."""

import html
import io
import re
import zipfile

import pytest

from elections import keyholders
from elections.demo.staging import OFFICER
from elections.holder.program import Holder
from elections.post import Folder
from elections.registry import elections, journal
from elections.ticking import Ticker
from tests.doors.world import DRAFTED, FREEZING, HOUR, OPENING, SEALED, SECOND, fiction
from tests.web.site import FIRST, Site, found
from tests.web.test_public import text

HEADER = "identifiant;nom;prénom;email;collège;rôle d'inscription\n"
FIRST_LINE = ";".join(
    (FIRST.identifier, FIRST.last_name, FIRST.first_name, FIRST.email, FIRST.college, f"{FIRST.unit}\n")
)
NEW = {
    "model": "cav-2026", "title": "", "group": "Ed25519", "delegates": "3",
    "opening_day": "2026-06-01", "opening_hour": "09:00", "closing_day": "2026-06-08", "closing_hour": "16:00",
}  # fmt: skip


def upload(name, data):
    return {"file": (io.BytesIO(data), name)}


@pytest.fixture
def draft(drafted):
    """The site of an election in preparation."""
    return Site(drafted, DRAFTED)


# --- In preparation ---------------------------------------------------------------------------------


def test_an_officer_creates_an_election_from_the_model(draft):
    officer = draft.desk("officer")
    made = officer.send("/bureau/nouvelle", **NEW)
    assert made.status_code == 303
    page = text(officer.get(made.location))
    assert "Représentants des magistrats du siège et du parquet" in page
    assert "lundi 1er juin 2026 à 9 h 00 (heure de Paris ; 07:00 UTC)" in page
    assert page.count("en préparation") == 8  # seven contests and the election
    assert "Préparer le scellement" in page
    assert "Élection créée" in text(officer.get(f"{made.location}/journal"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"model": ""}, "Choisissez un modèle."),
        ({"model": "../../etc"}, "Choisissez un modèle."),
        ({"group": "RSA"}, "Choisissez un groupe."),
        ({"delegates": "0"}, "De 1 à 50 délégués."),
        ({"delegates": "2"}, "Avec 2 délégués, il faudrait les clés de tous"),
        ({"delegates": "beaucoup"}, "Indiquez un nombre entier."),
        ({"opening_day": "demain"}, "Indiquez le jour d’ouverture."),
        ({"opening_hour": "25:00"}, "Indiquez l’heure d’ouverture."),
        ({"closing_day": "2026-05-01"}, "L’ouverture (lundi 1er juin 2026 à 9 h 00) doit précéder"),
        ({"closing_day": "2026-03-29", "closing_hour": "02:30", "opening_day": "2026-03-01"}, "n’existe pas à Paris"),
        ({"closing_day": "2026-10-25", "closing_hour": "02:30"}, "n’existe pas à Paris ou y vient deux fois"),
        ({"opening_day": "0001-01-01", "opening_hour": "00:00"}, "L’année 1 n’est pas comprise entre 1970 et 8999."),
        ({"opening_day": "0206-06-01"}, "L’année 206 n’est pas comprise"),
        ({"closing_day": "9999-12-31"}, "L’année 9999 n’est pas comprise"),
        ({"title": "x" * 401}, "Le titre compte au plus 400 caractères."),
    ],
)
def test_a_wrong_field_is_told_and_nothing_is_written(draft, change, told):
    officer = draft.desk("officer")
    answer = officer.send("/bureau/nouvelle", **NEW | change)
    assert answer.status_code == 422
    assert told in text(answer)
    with draft.world.store.registry_reader() as session:
        assert len(elections.everything(session)) == 1


def test_hostile_text_stays_text(draft):
    officer = draft.desk("officer")
    made = officer.send("/bureau/nouvelle", **NEW | {"title": "<script>alert(1)</script>\u202e"})
    assert "<script>alert" not in officer.get(made.location).text
    assert "&lt;script&gt;" in officer.get(made.location).text


def test_the_calendar_of_a_draft_may_change(draft):
    officer, path = draft.desk("officer"), f"/bureau/election/{draft.election}/reglages/heures"
    page = officer.get(path).text
    assert 'value="2026-02-06"' in page
    hours = {key: NEW[key] for key in NEW if key.endswith(("day", "hour"))}
    seen = html.unescape(found(r'name="seen" value="([^"]+)"', page))
    answer = officer.send(path, follow=True, seen=seen, sure="1", **hours)
    assert "C’est enregistré." in text(answer)
    assert 'value="2026-06-08"' in officer.get(path).text
    assert "lundi 8 juin 2026 à 16 h 00" in text(officer.get(f"/bureau/election/{draft.election}"))


def test_candidacies_are_filed_by_a_sheet(draft):
    officer, path = draft.desk("officer"), f"/bureau/election/{draft.election}/candidatures"
    sheet = "collège;candidature;titre;titulaire;suppléant\na;seul;;DUPONT Anne;DURAND Luc\n".encode()
    done = officer.send(path, follow=True, **upload("c.csv", sheet))
    assert re.search(r"DUPONT Anne .*Suppléant : DURAND Luc", text(done))
    wrong = officer.send(path, **upload("c.csv", sheet.replace(b"\na;", b"\nz;")))
    assert wrong.status_code == 422
    assert "Ligne 2, collège : « z »" in text(wrong)
    assert "DUPONT Anne" in text(wrong)


def test_office_chooses_what_no_text_settles(draft):
    officer, path = draft.desk("officer"), f"/bureau/election/{draft.election}/regles"
    contest = draft.contest
    with draft.world.store.registry.begin() as session:
        elections.contest(session, contest).parameters = {"article": "art. 1"}
    assert "Règle de décompte choisie dans chaque scrutin" in text(officer.get(f"/bureau/election/{draft.election}"))
    assert "Départage en cas d’égalité à choisir" in text(officer.get(path))
    done = text(officer.send(path, follow=True, contest=contest, tie="oldest"))
    assert "La règle est enregistrée." in done
    assert "Ordre d’âge ou d’ancienneté à choisir" in done
    assert "a-1, a-2" in done
    wrong = officer.send(path, contest=contest, order="a-1")
    assert wrong.status_code == 422
    assert "doit nommer chaque candidature une fois" in text(wrong)
    officer.send(path, contest=contest, order="a-2, a-1")
    with draft.world.store.registry_reader() as session:
        assert elections.contest(session, contest).parameters == {"article": "art. 1", "order": [1, 0], "tie": "oldest"}
        lines = len(journal.lines(session, draft.election))
    # What is left as it was is no choice; nor is what this rule does not have.
    officer.send(path, contest=contest, tie="oldest", order="a-2, a-1", base="valid", first_round="x")
    with draft.world.store.registry_reader() as session:
        assert len(journal.lines(session, draft.election)) == lines
    assert officer.send(path, contest="z" * 22, tie="draw").status_code == 422
    assert officer.send(path, contest=contest, tie="first").status_code == 422
    assert "a-2, a-1" in text(draft.desk("president").get(path))
    assert "Enregistrer" not in text(draft.desk("president").get(path))


# --- Keys and seal ----------------------------------------------------------------------------------


def holders(site, roles=None):
    staging = site.world.staging
    return {role: Holder.open(staging.key(role), staging.passphrases[role]) for role in roles or staging.passphrases}


def rounds(site, browser, act):
    """Hand every holder who is waited for her file, and her answer back to the site."""
    path = f"/bureau/election/{site.election}/cles"
    asked = keyholders.inputs(site.world.store, site.election, OFFICER, site.now)
    for role, holder in holders(site, asked).items():
        document = browser.send(f"{path}/entree/{role}")
        if act == "amend" and document.status_code == 404:
            break  # enough have signed
        assert document.status_code == 200, text(document)
        answer = getattr(holder, act)(document.data).answer
        assert "La pièce est vérifiée" in text(browser.send(path, follow=True, **upload("r.json", answer)))


def test_a_ceremony_passes_through_the_page_and_what_is_wrong_does_not(draft):
    site, browser = draft, draft.desk("officer")
    path = f"/bureau/election/{site.election}/cles"
    for role, phrase in site.world.staging.passphrases.items():
        Holder.create(site.world.staging.key(role), phrase, 2**14)
    assert text(browser.get(path)).count("attendu") == 6
    for data, told in ((b"{", "ce n’est pas du JSON"), (b"{}", "Ce n’est pas une réponse du programme")):
        wrong = browser.send(path, **upload("r.json", data))
        assert wrong.status_code == 422
        assert told in text(wrong)
    assert browser.send(f"{path}/entree/personne").status_code == 404
    rounds(site, browser, "step")
    assert text(browser.get(path)).count("attendu") == 6


def look(site, *roles):
    """These look at what is prepared, each on her own screen, and say so."""
    path = f"/bureau/election/{site.election}/scellement"
    for role in roles:
        browser = site.desk(role)
        digest = found(r'name="digest"[^>]*value="([^"]+)"', browser.get(path).text)
        assert browser.send(f"{path}/vu", digest=digest).status_code == 303


def test_the_seal_is_prepared_signed_and_set_by_those_whom_the_table_names(held):
    site = Site(held, SEALED)
    officer, president = site.desk("officer"), site.desk("president")
    base = f"/bureau/election/{site.election}"
    assert officer.send(f"{base}/preparer").status_code == 303
    assert "Sceller" in text(president.get(base))
    look(site, "president", "delegate", "delegate-2")
    present = {"present": ["president", "delegate-1", "delegate-2"]}
    early = president.send(f"{base}/sceller", **present)
    assert early.status_code == 422
    assert "il manque au scellement" in text(early)
    rounds(site, site.desk("delegate"), "seal")
    assert officer.send(f"{base}/sceller", **present).status_code == 403
    assert "Indiquez qui est présent." in text(president.send(f"{base}/sceller"))
    assert president.send(f"{base}/sceller", **present).status_code == 303
    assert site.phase() == "sealed"
    assert "Scellement" in text(president.get(f"{base}/journal"))


def test_a_prepared_draft_may_be_unlocked(held):
    site = Site(held, SEALED)
    officer, base = site.desk("officer"), f"/bureau/election/{held.staging.uuid}"
    officer.send(f"{base}/preparer")
    locked = officer.send(f"{base}/candidatures", **upload("c.csv", fiction().candidacies))
    assert "rien n’y change plus" in text(locked)
    assert officer.get(f"{base}/deverrouiller").status_code == 200
    assert officer.send(f"{base}/deverrouiller").status_code == 303
    assert officer.send(f"{base}/candidatures", **upload("c.csv", fiction().candidacies)).status_code == 303


# --- The vote and the count -------------------------------------------------------------------------


def test_opening_needs_the_hour_and_the_board(sealed):
    site = Site(sealed, OPENING - SECOND)
    president, path = site.desk("president"), f"/bureau/election/{sealed.staging.uuid}/ouvrir"
    early = president.send(path)
    assert early.status_code == 422
    assert "cela dépend du vendredi 6 février 2026 à 9 h 00" in text(early)
    site.now = OPENING
    assert site.desk("officer").send(path).status_code == 403
    assert president.send(path).status_code == 303
    assert {site.phase(sealed.a), site.phase(sealed.b)} == {"open"}


def test_one_contest_is_suspended_for_a_reason_and_resumed_once_holders_have_signed(site, world):
    president, base = site.desk("president"), f"/bureau/scrutin/{world.a}"
    mute = president.send(f"{base}/suspendre")
    assert "Indiquez un motif" in text(mute)
    assert "Aucun incident n’est ouvert" in text(mute)
    why = {"reason": "panne d'un serveur", "authority": "le garde des sceaux"}
    assert "Il manque ceci : l’incident" in text(president.send(f"{base}/suspendre", **why))
    assert site.phase() == "open"
    assert president.send(f"{base}/suspendre", incident=site.incident(), **why).status_code == 303
    assert (site.phase(world.a), site.phase(world.b)) == ("suspended", "open")
    why["reason"] = "réparé"
    refused = president.send(f"{base}/reprendre", **why)
    assert "Il manque encore des signatures" in text(refused)
    rounds(site, president, "amend")
    assert "autorisation" in text(president.send(f"{base}/reprendre", reason="réparé"))
    assert president.send(f"{base}/reprendre", **why).status_code == 303
    assert site.phase() == "open"
    journal = text(president.get(f"/bureau/election/{site.election}/journal"))
    assert "panne d'un serveur" in journal
    assert "Avenant signé par les détenteurs de clé" in journal


def test_the_closing_may_come_later_never_earlier(site, world):
    president, path = site.desk("president"), f"/bureau/scrutin/{world.a}/reporter"
    assert president.get(path).status_code == 200
    earlier = president.send(path, day="2026-02-10", hour="10:00")
    assert earlier.status_code == 422
    assert president.send(path, day="9999-12-31", hour="23:59").status_code == 422
    assert president.send(path, day="2026-02-13", hour="10:00").status_code == 303
    assert "vendredi 13 février 2026 à 10 h 00" in text(site.client().get(f"/scrutin/{world.a}"))
    assert president.send(path, day="", hour="").status_code == 422


def test_a_real_vote_is_never_closed_early(site, world):
    president = site.desk("president")
    refused = president.send(f"/bureau/scrutin/{world.a}/clore")
    assert refused.status_code == 422
    assert site.phase() == "open"
    assert "Clore avant l’heure" not in text(president.get(f"/bureau/election/{site.election}"))


def test_an_election_is_counted_and_proclaimed_by_the_board(site, world, tmp_path):
    for number in (1, 3, 4):  # a tie would need a lot
        world.cast(number)
    site.now = FREEZING
    Ticker(world.store, Folder(tmp_path / "outbox", "vote@exemple.fr")).tick(FREEZING)
    president, base = site.desk("president"), f"/bureau/election/{site.election}"
    early = president.send(f"{base}/depouiller")
    assert "trop peu de détenteurs de clé ont déchiffré" in text(early)
    packed = president.send(f"{base}/cles/dossier-fige")
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        archive.extractall(tmp_path)
    for holder in holders(site, ("secretary", "delegate-2", "delegate-4")).values():
        answer = holder.decrypt(tmp_path / "record").answer
        assert president.send(f"{base}/cles", **upload("r.json", answer)).status_code == 303
    site.now += HOUR
    president = site.desk("president")
    assert president.send(f"{base}/depouiller").status_code == 303
    shown = president.get(f"{base}/resultats")
    assert "Voix et sièges" in text(shown)
    drafts = re.findall(r'href="([^"]*/projet/[^"]*)"', shown.text)
    assert [path.rpartition("/")[2] for path in drafts] == ["operations.pdf", f"{world.a}.pdf", f"{world.b}.pdf"]
    assert all(president.get(path).data.startswith(b"%PDF-1.7") for path in drafts)
    assert president.get(f"{base}/projet/other.pdf").status_code == 404
    assert site.client().get(f"{base}/resultats").status_code == 303
    assert "Résultat" not in text(site.client().get(f"/scrutin/{world.a}"))
    assert president.send(f"{base}/proclamer").status_code == 303
    assert "Résultat proclamé" in text(site.client().get(f"/scrutin/{world.a}"))


def test_a_proclaimed_election_is_archived_by_the_office(proclaimed):
    path = f"/bureau/election/{proclaimed.election}/archiver"
    assert "Le délai de recours doit être expiré" in text(proclaimed.desk("officer").get(path))
    assert proclaimed.desk("president").send(path).status_code == 403
    assert proclaimed.desk("officer").send(path).status_code == 303
    assert proclaimed.phase() == "archived"
    assert proclaimed.client().get(f"/election/{proclaimed.election}/dossier.zip").status_code == 200


@pytest.mark.parametrize("role", ["officer", "president", "secretary", "delegate", "supervision"])
def test_every_page_of_the_desk_stands_for_every_role(site, role):
    browser, base = site.desk(role), f"/bureau/election/{site.election}"
    for path in ("/bureau", base, f"{base}/candidatures", f"{base}/liste", f"{base}/cles", f"{base}/journal"):
        assert browser.get(path).status_code == 200
        assert browser.get(f"{path}?langue=en").status_code == 200
