"""What everybody sees, and that what they take home verifies."""

import gzip
import html
import io
import re
import zipfile

import pytest

from elections.demo.staging import OFFICER, PRESIDENT
from elections.protocol.canonical import parse_canonical, sha256_hex
from elections.registry import elections
from elections.rules.models import load
from elections.verify import verify
from tests.doors.world import CLOSING, DRAFTED, OPENING, SIZE
from tests.web.site import Site, found


def text(page):
    """A page's words, spaces made plain."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", page.text)))


def test_a_draft_is_nobodys_business(site, world):
    with world.store.registry.begin() as session:
        draft = elections.create(session, load("cav-2026"), OFFICER, DRAFTED, opening=OPENING, closing=CLOSING)
        uuid, contest = draft.uuid, draft.contests[0].uuid
    assert uuid not in site.client().get("/").text
    assert site.client().get(f"/election/{uuid}").status_code == 409
    assert site.client().get(f"/scrutin/{contest}").status_code == 409
    assert site.client().get(f"/scrutin/{contest}/dossier.json").json["error"] == "web.phase"


def test_the_home_page_says_when_in_paris_and_in_utc(site):
    page = text(site.client().get("/"))
    assert "Petite élection" in page
    assert "Du vendredi 6 février 2026 à 9 h 00 (heure de Paris ; 08:00 UTC)" in page
    assert "ouvert" in page


def test_a_contest_shows_what_is_sealed(site, world):
    page = text(site.client().get(f"/scrutin/{world.a}"))
    setup = world.booth.setup
    for figure in (world.booth.election.fingerprint, setup.digest, setup.roll_digest, setup.value["urn"]["key"]):
        assert figure in page
    assert "Résultat" not in page


@pytest.mark.parametrize(("name", "part"), [("setup.json", 0), ("election.json", 1), ("trustees.json", 2)])
def test_sealed_files_come_byte_for_byte(site, world, name, part):
    from elections import casting

    raw = casting.open_booth(world.store, world.a)[part]
    answer = site.client().get(f"/scrutin/{world.a}/scelle/{name}")
    assert answer.data == raw
    assert "attachment" in answer.headers["Content-Disposition"]


def test_what_a_ballot_is_made_from_travels_compressed(site, world):
    path = f"/scrutin/{world.a}/dossier.json"
    plain, packed = site.client().get(path), site.client().get(path, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data
    assert (packed.content_encoding, plain.content_encoding) == ("gzip", None)
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    assert site.client().get(path, headers=again).status_code == 304


@pytest.mark.parametrize("name", ["registry.sqlite", "..%2fsetup.json", "setup.json.bak"])
def test_nothing_else_is_a_sealed_file(site, world, name):
    assert site.client().get(f"/scrutin/{world.a}/scelle/{name}").status_code == 404


def test_there_is_no_record_before_the_result(site):
    assert site.client().get(f"/election/{site.election}/dossier.zip").status_code == 409
    assert site.client().get(f"/election/{site.election}/dossier/manifest.json").status_code == 409


def test_the_record_verifies_once_it_is_unpacked(proclaimed, tmp_path):
    answer = proclaimed.client().get(f"/election/{proclaimed.election}/dossier.zip")
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        archive.extractall(tmp_path)
    assert verify(tmp_path / "record").holds
    assert proclaimed.client().get(f"/election/{proclaimed.election}/dossier.zip").data == answer.data


def test_every_file_of_the_record_comes_by_itself(proclaimed):
    browser, base = proclaimed.client(), f"/election/{proclaimed.election}/dossier"
    manifest = parse_canonical(browser.get(f"{base}/manifest.json").data, "manifest")
    page = browser.get(f"/election/{proclaimed.election}").text
    for path, file in manifest["files"].items():
        assert sha256_hex(browser.get(f"{base}/{path}").data) == file["sha256"]
        assert f"/dossier/{path}" in page
    for path in ("manifest.note", "x.json", "../../registry.sqlite", "%2e%2e/%2e%2e/registry.sqlite"):
        assert browser.get(f"{base}/{path}").status_code == (200 if path == "manifest.note" else 404)


def test_the_result_stands_with_its_arithmetic(proclaimed):
    browser = proclaimed.client()
    base = f"/election/{proclaimed.election}/dossier/{proclaimed.contest}"
    result = parse_canonical(browser.get(f"{base}/result.json").data, "result")
    page, english = (text(browser.get(f"/scrutin/{proclaimed.contest}?langue={code}")) for code in ("fr", "en"))
    for step in result["steps"]:
        assert re.sub(r"\s+", " ", step["fr"]).replace("'", "’") in page
        assert step["en"] in english
    for name, votes in zip(result["names"], result["votes"], strict=True):
        assert re.search(rf"{re.escape(name)} {votes} ", page)
    assert f"Inscrits {SIZE} Votants 5 (2,50 %)" in page
    elected = result["elected"][0]
    assert elected["titulars"][0] in page.partition("Sont élus")[2]


def test_a_stopped_contest_says_that_nothing_is_counted(site, world):
    from elections.rules.phases import Act

    world.act(Act.STOP, PRESIDENT, site.now, reason="essai")
    assert "Rien n’en est dépouillé" in text(site.client().get(f"/scrutin/{world.a}"))


def test_pages_of_words_stand(site: Site):
    assert "sauf si" in text(site.client().get("/verifier"))
    assert "non conforme" in text(site.client().get("/accessibilite"))
    assert "Dernière révision" in text(site.client().get("/accessibilite"))
    assert "last reviewed" in text(site.client().get("/accessibilite?langue=en")).lower()


def test_help_names_the_centre_of_the_settings(site, world):
    assert "figurent dans votre courrier" in text(site.client().get("/aide"))
    helped = Site(world, help_phone="0 800 00 00 00", help_email="aide@exemple.fr", help_hours="de 9 h 00 à 18 h 00")
    for path in ("/aide", "/accessibilite"):
        page = helped.client().get(path).text
        assert 'href="tel:0800000000"' in page
        assert 'href="mailto:aide@exemple.fr"' in page
        assert "figurent dans votre courrier" not in page
    assert '<span lang="fr">de 9' in helped.client().get("/aide?langue=en").text


def test_help_and_trust_speak_of_what_people_ask(site):
    page = site.client().get("/aide").text
    cases = (
        "identifiant",
        "code-unique",
        "code-non-demande",
        "code-de-vote",
        "coupure",
        "cloture",
        "changer",
        "pas-moi",
    )
    for case in (*cases, "alarme", "bulletin", "navigateur", "outre-mer", "handicap"):
        assert f'id="{case}"' in page
    trust = text(site.client().get("/verifier"))
    # The six properties of protocol.md §13, and each party by itself.
    assert trust.count("sauf si") >= 2
    for party in ("Qui tient le site", "Qui fabrique les codes de vote", "Un détenteur de clé", "Votre appareil"):
        assert party in trust
    for command in ("elections verify record --anchor", "elections verify record --receipt"):
        assert command in trust


def _pages(site, world):
    """Every kind of page, answers to forms among them, which have no address of their own; each with its browser."""
    anyone, elector, officer = site.client(), site.elector(), site.desk("officer")
    door = f"/election/{site.election}/connexion"
    public = ("/", "/aide", "/verifier", "/accessibilite", "/bureau/connexion", "/nulle-part", door)
    for path in (*public, f"/election/{site.election}", f"/scrutin/{world.a}"):
        yield anyone, anyone.get(path)
    for path in ("/mes-scrutins", f"/scrutin/{world.a}/vote", f"/scrutin/{world.a}/controle"):
        yield elector, elector.get(path)
    for path in ("/bureau", f"/bureau/election/{site.election}/journal?page=1"):
        yield officer, officer.get(path)
    yield officer, officer.send(f"/bureau/election/{site.election}/liste/essai")
    yield anyone, anyone.send(door, identifier="")
    yield anyone, anyone.send(door, identifier="personne")
    yield anyone, anyone.send(f"{door}/code", identifier="personne", code="1")
    yield anyone, anyone.send("/bureau/connexion", login="personne", password="faux")


def test_every_page_can_be_had_in_the_other_language(site, world):
    for browser, answer in _pages(site, world):
        path, page = answer.request.path, answer.text
        assert '<html lang="fr">' in page, path
        link = re.search(r'href="([^"]*langue=en)"', page)
        if link:
            target = html.unescape(link[1])
            other = browser.get(path + target if target.startswith("?") else target)
        else:
            other = browser.send(html.unescape(found(r'action="([^"]*langue=en)"', page)), identifier="personne")
        assert '<html lang="en">' in other.text, path
        assert other.status_code in {200, answer.status_code}, path
        browser.get("/?langue=fr")


def test_every_footer_leads_to_help_trust_and_accessibility(site, world):
    for _, answer in _pages(site, world):
        footer = answer.text.partition('<footer class="site">')[2]
        for path in ("/aide", "/verifier", "/accessibilite"):
            assert f'href="{path}"' in footer, answer.request.path
