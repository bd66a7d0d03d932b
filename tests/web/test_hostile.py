"""Whatever is sent, an answer comes that is ours: never a fault of the program, never the text as code."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.routing import IntegerConverter

from tests.web.site import address
from tests.web.test_desk import NEW, upload

TEXTS = (
    "\x00",
    "a\x00b", "é" * 300, "'; DROP TABLE elector; --", "<script>alert(1)</script>", "{{ 1234 * 1234 }}", "%s%n%(x)s",
    "\u202eabc", "\ud7ff\uffff", "../../../etc/passwd", "x" * 10_000, "\r\nSet-Cookie: a=b", "{what}", "😀",
)  # fmt: skip
INCIDENT = {
    "category": "other", "summary": "Panne", "noticed_by": "help", "contest": "", "day": "2026-02-09", "hour": "09:00",
    "note": "",
}  # fmt: skip
WORK = [("1", act) for act in ("note", "intervention", "fin", "cloture")]
TYPED = ("text", "by", "plan", "done", "outcome")
FINE = {200, 303, 400, 401, 403, 404, 405, 409, 413, 422, 429}


@pytest.mark.parametrize("text", TEXTS[:6])
def test_in_every_place_of_every_address(site, text):
    browsers = {role: site.visitor(role) for role in ("anyone", "elector", "officer", "president")}
    for rule in site.app.url_map.iter_rules():
        browser = browsers[
            next(role for role in browsers if role in site.app.view_functions[rule.endpoint].access.grants)
        ]
        for hostile, place in rule._converters.items():
            if isinstance(place, IntegerConverter):
                # A place for a number takes nothing else: such an address cannot be built.
                continue
            path = address(site, rule, **{"issuer": "issuer-1"} | {hostile: text})
            answer = browser.get(path) if "GET" in (rule.methods or ()) else browser.send(path)
            assert answer.status_code in FINE, (rule.endpoint, answer.status_code)
            assert "<script>alert" not in answer.text


@pytest.mark.parametrize("text", TEXTS)
def test_in_every_field_of_a_form(site, text):
    officer, president, anyone = site.desk("officer"), site.desk("president"), site.client()
    base = f"/bureau/election/{site.election}"
    answers = [officer.send("/bureau/nouvelle", **NEW | {name: text}) for name in NEW]
    answers += [
        anyone.send("/bureau/connexion", login=text, password=text),
        anyone.send(f"/election/{site.election}/connexion", identifier=text),
        anyone.send(f"/election/{site.election}/connexion/code", identifier=text, code=text),
        anyone.get("/", query_string={"langue": text}),
        president.send(f"/bureau/scrutin/{site.contest}/reporter", day=text, hour=text),
        president.send(f"/bureau/scrutin/{site.contest}/suspendre", reason=text, authority=text, incident=text),
        *(president.send(f"{base}/incidents/nouveau", **INCIDENT | {name: text}) for name in INCIDENT),
        *(president.send(f"{base}/incidents/{number}/{act}", **dict.fromkeys(TYPED, text)) for number, act in WORK),
        president.get(f"{base}/incidents"),
        president.get(f"{base}/incidents/1"),
        president.send(f"{base}/scellement/vu", digest=text),
        president.get(f"{base}/scellement", query_string={"avant": text}),
        president.get(f"{base}/journal"),
        officer.get("/bureau"),
        officer.send(f"{base}/cles", **upload(text, text.encode("utf-8", "replace"))),
        officer.send("/deconnexion", csrf_token=text),
    ]
    for answer in answers:
        assert answer.status_code in FINE
        assert "<script>alert" not in answer.text
        assert "1522756" not in answer.text
        assert not any(name.lower() == "set-cookie" and value.startswith("a=") for name, value in answer.headers)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=600))
@example(data=b'"')
def test_files_of_any_bytes(drafted_site, data):
    officer, base = drafted_site
    for path in ("/candidatures", "/cles"):
        assert officer.send(base + path, **upload("fichier", data)).status_code == 422
    # What can be read at all leads to a report, which tells what is wrong with it.
    answer = officer.send(f"{base}/liste/essai", **upload("fichier", data))
    assert answer.status_code in (303, 422)
    if answer.status_code == 303:
        assert "Appliquer" not in officer.get(answer.location).text


@pytest.fixture
def drafted_site(drafted):
    from tests.doors.world import DRAFTED
    from tests.web.site import Site

    site = Site(drafted, DRAFTED)
    return site.desk("officer"), f"/bureau/election/{site.election}"


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "isoloir=" + "x" * 5_000},
        {"Cookie": "isoloir=\xff\xfe; formulaires=;;;"},
        {"Accept-Language": "x" * 5_000},
        {"Accept-Language": "fr;q=NaN, en;q=-1"},
        {"Content-Type": "multipart/form-data"},
        {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Host": "autre.exemple.fr"},
        {"If-None-Match": "*"},
        {"Range": "bytes=99999999-"},
    ],
)
def test_headers_of_any_kind(site, headers):
    for path in ("/", f"/scrutin/{site.contest}/dossier.json", "/static/booth/site.css"):
        answer = site.client().get(path, headers=headers)
        assert answer.status_code in FINE | {304, 416}
        assert "autre.exemple.fr" not in answer.text
