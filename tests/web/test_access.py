"""Who may come where: every route declares it, this table says it again, and the site holds to it."""

import pytest
from flask import Flask

from elections.app import create_app
from elections.config import Config
from elections.protocol.errors import ProtocolError
from elections.registry import elections
from elections.rules.phases import Phase
from elections.web import access
from elections.web.access import ALWAYS, FIXED, OPENED, PUBLISHED, VOTING
from elections.web.refusals import status_of
from tests.doors.world import STRANGER
from tests.web.site import ROLES, Site

DRAFT, OPEN = {Phase.DRAFT}, {Phase.OPEN}
EVERYBODY = {"anyone": ALWAYS}
DESK = access.to(ROLES)
BOARD = ("president", "secretary")
OFFICE_AND_BOARD = ("officer", *BOARD, "delegate")


def board(*phases):
    return access.to(BOARD, phases)


WATCHING = access.to(("elector", *BOARD, "delegate"), FIXED) | {"anyone": PUBLISHED}

TABLE = {
    "static": EVERYBODY,
    "favicon": EVERYBODY,
    "public.home": EVERYBODY,
    "public.assistance": EVERYBODY,
    "openid.leave": {"anyone": FIXED},
    "openid.arrive": EVERYBODY,
    "public.how": EVERYBODY,
    "public.refusals": EVERYBODY,
    "public.accessibility": EVERYBODY,
    "public.election": {"anyone": FIXED},
    "public.contest": {"anyone": FIXED},
    "public.sealed": {"anyone": FIXED},
    "public.sealed_file": {"anyone": FIXED},
    "public.record": {"anyone": PUBLISHED},
    "public.record_file": {"anyone": PUBLISHED},
    "login.identifier": {"anyone": FIXED},
    "login.code": {"anyone": FIXED},
    "login.account": EVERYBODY,
    "login.leave": EVERYBODY,
    "elector.contests": {"elector": ALWAYS},
    "elector.vote": {"elector": OPENED},
    "elector.check": WATCHING,
    "booth.state": {"elector": OPENED},
    "booth.salt": {"elector": VOTING},
    "booth.token": {"elector": VOTING},
    "booth.cast": {"elector": OPENED},
    "booth.leaves": WATCHING,
    "officer.home": DESK,
    "officer.new": {"officer": ALWAYS},
    "officer.desk": DESK,
    "calendar.show": DESK,
    "calendar.set_hours": {"officer": DRAFT},
    "mandates.show": {"anyone": PUBLISHED},
    **{f"mandates.{act}": {"officer": PUBLISHED} for act in ("desk", "vacate", "begin", "withdraw")},
    "officer.show_journal": DESK,
    "candidacies.show": DESK,
    "candidacies.file": {"officer": DRAFT},
    "candidacies.shares": {"officer": DRAFT},
    "candidacies.rule": access.to(("officer", *BOARD), DRAFT),
    "documents.put": {"officer": DRAFT},
    "documents.remove": {"officer": DRAFT},
    "documents.publish": {"officer": DRAFT},
    "documents.preview": access.to(OFFICE_AND_BOARD, {Phase.DRAFT, Phase.SEALED}),
    # To whom a draft's candidacies are shown depends on whether they were published: tests/web/test_documents.py.
    "documents.show": EVERYBODY,
    "documents.logos": EVERYBODY,
    "documents.piece": EVERYBODY,
    "roll.show": DESK,
    "roll.look": {"officer": DRAFT},
    "roll.apply": {"officer": DRAFT},
    "rules.show": DESK,
    "rules.choose": {"officer": DRAFT},
    "ceremony.show": DESK,
    "ceremony.next_input": access.to(OFFICE_AND_BOARD, ALWAYS),
    "ceremony.take": access.to(OFFICE_AND_BOARD, ALWAYS),
    "ceremony.frozen": access.to(OFFICE_AND_BOARD, {Phase.FROZEN}),
    "board.unlock": {"officer": DRAFT},
    "board.reschedule": board(Phase.OPEN, Phase.SUSPENDED),
    "board.results": access.to(ROLES, {Phase.COUNTED}),
    "board.draft": access.to(ROLES, {Phase.COUNTED}),
    "lots.show": access.to(ROLES, {Phase.FROZEN}),
    "lots.enter": board(Phase.FROZEN),
    "board.election_prepare": {"officer": DRAFT},
    "board.election_seal": board(Phase.DRAFT),
    "board.election_count": board(Phase.FROZEN),
    "board.election_proclaim": board(Phase.COUNTED),
    "board.election_archive": {"officer": {Phase.PROCLAIMED}},
    **{f"board.{what}_open": board(Phase.SEALED) for what in ("contest", "election")},
    **{f"board.{what}_suspend": board(Phase.OPEN) for what in ("contest", "election")},
    **{f"board.{what}_resume": board(Phase.SUSPENDED) for what in ("contest", "election")},
    **{f"board.{what}_stop": board(Phase.OPEN, Phase.SUSPENDED) for what in ("contest", "election")},
    **{f"board.{what}_close": board(Phase.OPEN) for what in ("contest", "election")},
}


def test_the_table_names_every_route_and_what_it_declares(site):
    declared = {rule.endpoint: site.app.view_functions[rule.endpoint].access for rule in site.app.url_map.iter_rules()}
    assert {
        endpoint: {role: set(phases) for role, phases in found.grants.items()} for endpoint, found in declared.items()
    } == {endpoint: {role: set(phases) for role, phases in grants.items()} for endpoint, grants in TABLE.items()}


def test_a_route_without_declared_access_keeps_the_program_from_starting(world, monkeypatch):
    app = Flask(__name__)
    app.add_url_rule("/porte", "porte", lambda: "")
    with pytest.raises(RuntimeError, match="porte"):
        access.check(app)
    # The application itself asks that question.
    monkeypatch.setattr("elections.web.public.home.access", None, raising=False)
    monkeypatch.delattr("elections.web.public.home.access")
    with pytest.raises(RuntimeError, match=r"public\.home"):
        create_app(Config(), world.store)


@pytest.mark.parametrize("phase", list(Phase))
def test_every_route_lets_in_exactly_whom_the_table_names(world, phase):
    site = Site(world)
    browsers = {role: site.visitor(role) for role in ("anyone", "elector", *ROLES)}
    assert all(browser.token for browser in browsers.values())
    # Views do nothing from here on: what is tested stands before them.
    for endpoint, view in list(site.app.view_functions.items()):
        site.app.view_functions[endpoint] = _stub(view)
    site.app.error_handler_spec[None][None][ProtocolError] = lambda error: (error.rule, status_of(error))
    with world.store.registry.begin() as session:
        for contest in elections.find(session, site.election).contests:
            contest.phase = phase
    for rule in site.app.url_map.iter_rules():
        path = _path(site, rule)
        for role, browser in browsers.items():
            answer = browser.get(path) if "GET" in (rule.methods or ()) else browser.send(path)
            expected = any(
                phase in TABLE[rule.endpoint].get(name, ()) or _everywhere(rule, name) for name in ("anyone", role)
            )
            assert (answer.text == "in") is expected, (rule.endpoint, role, phase.value, answer.status_code)
            if not expected:
                assert answer.text in {"web.session", "web.role", "web.phase"}, (rule.endpoint, role, answer.text)


def _stub(view):
    return access.access(view.access.grants)(lambda **_: "in")


def _path(site, rule):
    values = {
        "election_uuid": site.election,
        "contest_uuid": site.contest,
        "name": "x",
        "path": "x",
        "role": "x",
        "issuer": "x",
    }
    with site.app.test_request_context():
        return site.app.url_map.bind("localhost").build(rule.endpoint, {key: values[key] for key in rule.arguments})


def _everywhere(rule, role):
    """A page of no election has no phase."""
    return not {"election_uuid", "contest_uuid"} & rule.arguments and role in TABLE[rule.endpoint]


@pytest.mark.parametrize("path", ["/mes-scrutins", "/scrutin/{contest}/vote", "/bureau", "/bureau/nouvelle"])
def test_whoever_is_not_signed_in_is_led_to_the_right_door(site, path):
    answer = site.client().get(path.format(contest=site.contest))
    doors = {"/mes-scrutins": "/", "/bureau": "/bureau/connexion", "/bureau/nouvelle": "/bureau/connexion"}
    assert answer.status_code == 303
    assert answer.location == doors.get(path, f"/election/{site.election}/connexion")


def test_an_elector_has_no_door_into_a_contest_that_is_not_hers(site, world):
    hers, other = site.elector(1), site.elector(STRANGER)
    assert hers.get(f"/scrutin/{world.a}/vote").status_code == 200
    assert other.get(f"/scrutin/{world.a}/vote").status_code == 403
    assert other.ask(f"/scrutin/{world.a}/sel").json["error"] == "web.role"


def test_an_account_of_one_election_sees_no_other(site, world):
    from elections.demo.staging import OFFICER
    from elections.rules.models import load
    from tests.doors.world import CLOSING, DRAFTED, OPENING

    with world.store.registry.begin() as session:
        other = elections.create(session, load("cav-2026"), OFFICER, DRAFTED, opening=OPENING, closing=CLOSING).uuid
    assert site.desk("president").get(f"/bureau/election/{other}").status_code == 403
    assert site.desk("officer").get(f"/bureau/election/{other}").status_code == 200


@pytest.mark.parametrize("path", ["/nulle-part", "/election/xxx", "/scrutin/xxx", "/scrutin/xxx/dossier.json"])
def test_what_is_not_there_is_said_so(site, path):
    answer = site.client().get(path)
    assert answer.status_code == 404
    assert ("error" in answer.json) if path.endswith("json") else ("introuvable" in answer.text)


def test_a_session_that_was_ended_opens_nothing_more(site):
    browser = site.elector()
    assert browser.get("/mes-scrutins").status_code == 200
    site.later(minutes=31)
    assert browser.get("/mes-scrutins").status_code == 303


def test_a_session_in_use_is_kept(site):
    browser = site.elector()
    for _ in range(4):
        site.later(minutes=20)
        assert browser.get("/mes-scrutins").status_code == 200
