"""A configuration as a file at the desk, and elections made of one: downloaded, imported after a look, copied."""

import base64
import html
import io

import pytest

from elections.registry import configuration, elections
from elections.rules.configuration import LARGEST, write
from tests.doors.world import DRAFTED
from tests.web.site import Site, found
from tests.web.test_public import text
from tests.web.test_setup import Desk, commission, desk

__all__ = ["commission", "desk"]

HOURS = {"opening_day": "2027-02-05", "opening_hour": "09:00", "closing_day": "2027-02-11", "closing_hour": "16:00"}


@pytest.fixture
def site(drafted):
    """The site while elections are prepared."""
    return Site(drafted, DRAFTED)


def count(site):
    with site.world.store.registry_reader() as session:
        return len(elections.everything(session))


def look(officer, data, name="configuration.toml"):
    return officer.send("/bureau/import/essai", file=(io.BytesIO(data), name))


def content(page):
    return html.unescape(found(r'name="content"[^>]*value="([^"]*)"', page))


def test_a_configuration_is_downloaded_looked_at_and_made_anew(site, desk):
    officer, before = desk.client, count(site)
    file = officer.get(f"/bureau/election/{desk.uuid}/configuration.toml")
    assert file.mimetype == "application/toml"
    assert file.headers["Content-Disposition"] == f'attachment; filename="configuration-{desk.uuid}.toml"'
    assert officer.get("/bureau/import").status_code == 200
    tried = look(officer, file.data)
    told = text(tried)
    assert "Rien n’est encore écrit." in told
    assert "Élection des membres de la commission d’avancement" in told
    assert "vendredi 6 février 2026 à 9 h 00" in told
    assert "1 sur 2 : président" in told
    assert "7 scrutins" in told
    assert count(site) == before
    hours = {"opening_day": "2026-02-06", "opening_hour": "09:00", "closing_day": "2026-02-12", "closing_hour": "16:00"}
    made = officer.send("/bureau/import", content=content(tried.text), **hours)
    assert made.status_code == 303
    again = officer.get(f"{made.location}/configuration.toml")
    assert again.data == file.data
    assert count(site) == before + 1
    other = officer.send("/bureau/import", content=content(tried.text), **HOURS)
    assert "vendredi 5 février 2027" in text(officer.get(other.location))


def test_hours_that_cannot_be_come_back_with_the_look(site, desk):
    officer, before = desk.client, count(site)
    file = officer.get(f"/bureau/election/{desk.uuid}/configuration.toml").data
    packed = base64.b64encode(file).decode()
    short = officer.send("/bureau/import", content=packed, **HOURS | {"closing_day": "2027-02-06"})
    assert short.status_code == 422
    assert "un vote par internet dure de 72 heures à 8 jours" in text(short)
    assert content(short.text) == packed
    empty = officer.send("/bureau/import", content=packed, **HOURS | {"opening_day": ""})
    assert "Indiquez le jour d’ouverture." in text(empty)
    assert officer.send("/bureau/import", content="***", **HOURS).status_code == 400
    assert count(site) == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda body: body.replace(b"seats = 6", b"seats = 6000"), "), « seats » : valeur hors des limites"),
        (lambda body: body.replace(b"grace = 1800", b"grace = = 1800"), "ce n’est pas du TOML"),
        (lambda _: b"#" * (LARGEST + 1), "valeur hors des limites"),
        (lambda _: b"\xff\xfe\x00", "ces octets ne sont pas du texte UTF-8"),
        (lambda body: b"PK\x03\x04" + body, "ce n’est pas du TOML"),
        (lambda _: b"", "la clé « format » manque"),
        (lambda body: body + b"\n[roll]\nname = 1\n", "la clé « roll » est inconnue"),
        (lambda body: body.replace(b"title = ", b'title = "<script>alert(1)</script>" #', 1).replace(
            b"grace = 1800", b"grace = 1"), None),
    ],
)  # fmt: skip
def test_a_hostile_file_is_told_by_its_place_and_makes_nothing(site, desk, change, told):
    before = count(site)
    body = change(desk.client.get(f"/bureau/election/{desk.uuid}/configuration.toml").data)
    answer = look(desk.client, body, "../../x.toml")
    if told is None:
        assert "&lt;script&gt;alert(1)" in answer.text
        assert "<script>alert" not in answer.text
    else:
        assert answer.status_code == 422
        assert told in text(answer)
    assert count(site) == before
    assert look(desk.client, b"#" * 500_000).status_code == 413
    assert desk.client.send("/bureau/import/essai").status_code == 422


def test_a_copy_has_its_own_hours_and_nobody_in_it(site):
    desk = Desk(site, site.election)
    path = f"/bureau/election/{site.election}/copie"
    page = desk.client.get(path)
    assert "Ce qui est repris" in text(page)
    assert "la liste électorale" in text(page)
    title = "Petite élection, l'an prochain"
    made = desk.client.send(path, title=title, **HOURS)
    assert made.status_code == 303
    uuid = made.location.rpartition("/")[2]
    with site.world.store.registry_reader() as session:
        old, new = (elections.find(session, item) for item in (site.election, uuid))
        before, after = configuration.read(old).table, configuration.read(new).table
        assert after["title"] == title
        assert after["election"]["opening"] == "2027-02-05T08:00:00Z"
        different = {key for key in before if before[key] != after[key]}
        assert different == {"title", "election"}
        assert [contest.candidacies for contest in new.contests] == [[], []]
        assert b"suppleante" not in write(configuration.read(old))
    for bad, told in (
        ({"title": ""}, "Saisissez l’intitulé"),
        ({"closing_day": "2026-01-01"}, "doit précéder la clôture"),
        ({"opening_day": "x"}, "Indiquez le jour d’ouverture."),
    ):
        answer = desk.client.send(path, **{"title": "Le titre saisi", **HOURS} | bad)
        assert answer.status_code == 422
        assert told in text(answer)
        assert ("Le titre saisi" in answer.text) is ("title" not in bad)


def test_a_sealed_election_is_copied_too_and_who_watches_may_read_its_configuration(sealed):
    site = Site(sealed)
    made = site.desk("officer").send(f"/bureau/election/{site.election}/copie", title="Suivante", **HOURS)
    assert made.status_code == 303
    assert site.desk("president").get(f"/bureau/election/{site.election}/configuration.toml").status_code == 200
    assert site.desk("president").get(f"/bureau/election/{site.election}/copie").status_code == 403
