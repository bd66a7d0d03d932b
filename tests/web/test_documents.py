"""Logos and professions de foi on the site: handed in at the desk, shown once they are public, harmless as served."""

import io
import json

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from elections.demo.staging import OFFICER
from elections.protocol.canonical import sha256_hex
from elections.protocol.setup import Setup
from elections.registry import admission, documents, elections
from elections.web.candidacies.documents import POLICY
from elections.web.headers import HEADERS
from tests.documents import linked, pdf, png
from tests.doors.world import DRAFTED
from tests.web.site import Site, found
from tests.web.test_public import text


@pytest.fixture
def site(drafted):
    """The site while the election is in preparation."""
    return Site(drafted, DRAFTED)


def send(site, role="officer", candidacy="a-1", **files):
    """Hand files in, as the form of the desk does."""
    desk = site.desk(role)
    fields = {kind: FileStorage(io.BytesIO(raw), f"../../{kind}" if raw else "") for kind, raw in files.items()}
    boundary, body = encode_multipart({"csrf_token": desk.token, "candidacy": candidacy, **fields})
    kind = f"multipart/form-data; boundary={boundary}"
    return desk.post(f"/bureau/scrutin/{site.contest}/candidatures/pieces", data=body, content_type=kind)


def piece(site, raw):
    return f"/scrutin/{site.contest}/piece/{sha256_hex(raw)}"


def publish(site):
    return site.desk("officer").send(f"/bureau/election/{site.election}/candidatures/publier")


def test_the_desk_takes_both_and_shows_them(site):
    assert send(site, logo=png(), statement=pdf()).status_code == 303
    page = site.desk("officer").get(f"/bureau/election/{site.election}/candidatures")
    for raw in (png(), pdf()):
        assert piece(site, raw) in page.text
        assert site.desk("president").get(piece(site, raw)).data == raw
    assert "Profession de foi : CANDIDAT1 a (PDF, 1 ko, nouvel onglet)" in text(page)
    path = f"/bureau/scrutin/{site.contest}/candidatures/pieces/retirer"
    assert site.desk("officer").send(path, candidacy="a-1", kind="logo").status_code == 303
    assert site.desk("officer").get(piece(site, png())).status_code == 404


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "Choisissez un fichier."),
        ({"logo": b"<svg onload='alert(1)'/>"}, "Un délégué, a-1 : il faut une image PNG ou JPEG ordinaire"),
        ({"logo": png(700, 20)}, "l’image a 700 pixels sur 20 ; il en faut de 16 à 600 par côté."),
        ({"logo": bytes(20_001)}, "le fichier dépasse 20 ko."),
        ({"statement": b"MZ" + bytes(100)}, "ce n’est pas un PDF complet et bien formé."),
        ({"statement": pdf(linked(S="/Launch", F="calc.exe"))}, "autre chose que du texte, des images et des liens"),
        ({"statement": bytes(2_000_001)}, "le fichier dépasse 2000 ko."),
        ({"logo": png(), "statement": b""}, None),
        ({"candidacy": "a-9", "logo": png()}, "il n’y a pas de candidature « a-9 »"),
    ],
)
def test_what_is_refused_is_told_and_nothing_is_kept(site, files, told):
    answer = send(site, **files)
    with site.world.store.registry_reader() as session:
        kept = documents.digests(elections.contest(session, site.contest))
    if told is None:
        # A field left empty is no file.
        assert (answer.status_code, len(kept)) == (303, 1)
    else:
        assert (answer.status_code, kept) == (422, {})
        assert told in text(answer)


def test_one_that_is_refused_keeps_the_other_out(site):
    assert send(site, logo=png(), statement=b"no").status_code == 422
    assert site.desk("officer").get(piece(site, png())).status_code == 404


def test_a_file_beyond_all_measure_is_not_read(site):
    assert send(site, statement=bytes(3_000_000)).status_code == 413


def test_nobody_outside_sees_a_draft_until_the_office_publishes_it(site):
    send(site, logo=png(), statement=pdf())
    page = f"/election/{site.election}/candidatures"
    for path in (page, piece(site, png()), f"/scrutin/{site.contest}/logos"):
        assert site.client().get(path).status_code == 409
        assert site.desk("president").get(path).status_code == 200
    assert publish(site).status_code == 303
    assert site.client().get(piece(site, png())).headers["Cache-Control"] == "no-cache"
    shown = site.client().get(page)
    assert "Elles peuvent encore changer jusque-là" in text(shown)
    assert "CANDIDAT1 a" in text(shown)
    assert piece(site, png()) in shown.text
    assert "publiées depuis le" in text(site.desk("officer").get(f"/bureau/election/{site.election}/candidatures"))
    # What else there is of a draft stays nobody's business.
    assert site.client().get(f"/scrutin/{site.contest}").status_code == 409


def test_all_logos_come_in_one_answer_each_after_its_length(site):
    send(site, logo=png(), statement=pdf())
    send(site, candidacy="a-2", logo=png(40, 20))
    publish(site)
    answer = site.client().get(f"/scrutin/{site.contest}/logos")
    assert answer.data == b"".join(len(raw).to_bytes(4, "big") + raw for raw in (png(), png(40, 20)))
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_desk_of_another_election_is_outside(site):
    with site.world.store.registry.begin() as session:
        from elections.rules.models import load
        from tests.doors.world import CLOSING, OPENING

        other = elections.create(session, load("cav-2026"), OFFICER, DRAFTED, opening=OPENING, closing=CLOSING).uuid
    assert site.desk("president").get(f"/election/{other}/candidatures").status_code == 409
    assert site.desk("officer").get(f"/election/{other}/candidatures").status_code == 200


def test_a_candidacy_that_was_refused_is_not_shown(site):
    send(site, logo=png())
    publish(site)
    with site.world.store.registry.begin() as session:
        admission.rule(session, site.contest, "a-1", "refused", OFFICER, DRAFTED)
    assert site.client().get(piece(site, png())).status_code == 404
    assert "CANDIDAT1 a" not in text(site.client().get(f"/election/{site.election}/candidatures"))


def test_search_engines_are_told_to_leave_candidates_alone(site):
    publish(site)
    page = site.client().get(f"/election/{site.election}/candidatures")
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page.text


def test_a_document_is_served_without_any_right(site):
    send(site, statement=pdf())
    publish(site)
    answer = site.client().get(piece(site, pdf()))
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == "inline; filename=profession-de-foi-a-1.pdf"
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert POLICY.startswith("sandbox; default-src 'none'; ")
    assert {name: answer.headers[name] for name in HEADERS if name != "Content-Security-Policy"} == {
        name: value for name, value in HEADERS.items() if name != "Content-Security-Policy"
    }
    for name in ("0" * 64, "..%2f..%2fkeys", "logo.png", sha256_hex(pdf()).upper()):
        assert site.client().get(f"/scrutin/{site.contest}/piece/{name}").status_code == 404


@pytest.fixture
def fixed(held):
    """The site of an election with a logo and a statement, sealed, and its set-up."""
    from tests.doors.world import SEALED

    site = Site(held, DRAFTED)
    send(site, logo=png(), statement=pdf())
    held.staging.seal(SEALED)
    with held.store.registry_reader() as session:
        return site, Setup.parse(elections.contest(session, site.contest).setup or b"")


def test_what_is_shown_is_what_was_sealed(fixed):
    site, setup = fixed
    sealed = {name: digest for name, digest in setup.value["booth"].items() if name.startswith("candidacies/")}
    assert sealed == {
        "candidacies/a-1/logo.png": sha256_hex(png()),
        "candidacies/a-1/statement.pdf": sha256_hex(pdf()),
    }
    for page in (f"/scrutin/{site.contest}", f"/election/{site.election}/candidatures"):
        shown = site.client().get(page).text
        for digest in sealed.values():
            assert f"/scrutin/{site.contest}/piece/{digest}" in shown
    answer = site.client().get(piece(site, png()))
    assert (sha256_hex(answer.data), answer.mimetype) == (sealed["candidacies/a-1/logo.png"], "image/png")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Ces candidatures sont scellées" in text(site.client().get(f"/election/{site.election}/candidatures"))


def test_the_preview_holds_what_would_be_sealed(site):
    send(site, logo=png(), statement=pdf())
    path = f"/bureau/scrutin/{site.contest}/apercu"
    assert site.client().get(path).location == "/bureau/connexion"
    assert site.desk("supervision").get(path).status_code == 403
    for role in ("officer", "president", "secretary", "delegate"):
        page = site.desk(role).get(path)
        assert "Il ne permet pas de voter." in text(page)
        given = json.loads(found(r'data-preview="([^"]+)"', page.text).replace("&#34;", '"').replace("&amp;", "&"))
        assert given["booth"]["candidacies/a-1/logo.png"] == sha256_hex(png())
        assert [item["id"] for item in given["candidacies"]] == ["a-1", "a-2"]
