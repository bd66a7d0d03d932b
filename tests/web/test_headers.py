"""What every answer carries, and what no page may hold."""

import gzip
import re
from pathlib import Path

import pytest

from elections import web
from elections.web.headers import HEADERS
from tests.web.site import Site, found

TEMPLATES = sorted((Path(web.__file__).parent / "templates").rglob("*.html"))


@pytest.mark.parametrize(
    "path", ["/", "/bureau/connexion", "/nulle-part", "/static/booth/site.css", "/scrutin/x/dossier.json"]
)
def test_every_answer_carries_the_headers(site, path):
    answer = site.client().get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "Strict-Transport-Security" not in answer.headers


def test_the_policy_allows_nothing_foreign_and_nothing_inline():
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy


def test_over_tls_browsers_are_told_to_stay_there(world):
    answer = Site(world, address="https://vote.exemple.fr").client().get("/", base_url="https://vote.exemple.fr")
    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize("host", ["autre.exemple.fr", "vote.exemple.fr.attaquant.fr", ""])
def test_the_site_has_one_name(world, host):
    client = Site(world, address="https://vote.exemple.fr").app.test_client()
    assert client.get("/", headers={"Host": host}).status_code == 400


def test_what_belongs_to_somebody_is_kept_nowhere(site):
    assert site.client().get("/").headers["Cache-Control"] == "no-cache"
    for path in ("/", "/mes-scrutins", f"/scrutin/{site.contest}/vote", f"/scrutin/{site.contest}/etat.json"):
        assert site.elector().get(path).headers["Cache-Control"] == "no-store"
    assert site.desk("officer").get("/bureau").headers["Cache-Control"] == "no-store"
    assert site.client().send("/bureau/connexion", login="x", password="y").headers["Cache-Control"] == "no-store"


def test_the_page_that_judges_a_challenge_is_saved_and_not_shown(site):
    answer = site.client().get("/static/booth/controle.html")
    assert answer.headers["Content-Disposition"] == "attachment; filename=controle.html"
    assert "Content-Disposition" not in site.client().get("/static/booth/site.css").headers


def test_static_files_are_pinned_by_their_digest(site):
    page = site.client().get("/").text
    address = found(r'href="(/static/booth/site\.css\?v=[0-9a-f]+)"', page)
    kept = site.client().get(address)
    assert "immutable" in kept.headers["Cache-Control"]
    assert site.client().get("/static/booth/site.css?v=0").headers["Cache-Control"] == "no-cache"
    assert site.client().get("/static/../app.py").status_code == 404
    assert re.search(r'integrity="sha384-[A-Za-z0-9+/]{64}"', page)


def test_static_files_travel_compressed_and_pages_do_not(site):
    asking = {"headers": {"Accept-Encoding": "gzip, deflate"}}
    packed, plain = site.client().get("/static/booth/site.css", **asking), site.client().get("/static/booth/site.css")
    assert (packed.content_encoding, plain.content_encoding) == ("gzip", None)
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert site.client().get("/static/booth/site.css", headers={"Accept-Encoding": "gzip;q=0"}).data == plain.data
    asking["headers"]["Accept-Encoding"] = "gzip, deflate, br"
    shortest = site.client().get("/static/booth/site.css", **asking)
    assert shortest.content_encoding == "br"
    assert len(shortest.data) < len(packed.data)
    # What lies packed beside a file is no file of its own.
    assert site.client().get("/static/booth/site.css.br").status_code == 404
    assert site.client().get("/", **asking).content_encoding is None


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_inline_code_or_foreign_content(template):
    text = template.read_text("utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:|<style", text)
    assert all("src=" in tag and "integrity=" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert not re.search(r'(src|href|action)="(https?:)?//', text)


def test_every_form_of_every_template_carries_the_token():
    for template in TEMPLATES:
        text = template.read_text("utf-8")
        posted = re.findall(r'<form[^>]*method="post"[^>]*>(.*?)</form>', text, re.DOTALL)
        assert all("m.csrf()" in form for form in posted), template.name
        # A form without a method is the booth's own: its script stops the browser from sending it. One that only asks
        # says `get`, and a view that takes `get` alone changes nothing.
        others = re.findall(r'<form(?![^>]*method="(?:post|get)")[^>]*>', text)
        assert all("data-form=" in form for form in others), template.name


def test_who_names_no_icon_is_given_ours(site):
    icon = site.client().get("/favicon.ico")
    assert (icon.status_code, icon.mimetype, icon.data[:4]) == (200, "image/svg+xml", b"<svg")
