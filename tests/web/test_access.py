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
from tests.web.site import ROLES, Site, address

DRAFT, OPEN = {Phase.DRAFT}, {Phase.OPEN}
EVERYBODY = {"anyone": ALWAYS}
DESK = access.to(ROLES)
OFFICE = {"officer": ALWAYS}
BOARD = ("president", "secretary")
REISSUING = {Phase.DRAFT, Phase.SEALED, Phase.OPEN, Phase.SUSPENDED}
FILING = ("officer", "delegate")
OFFICE_AND_BOARD = ("officer", *BOARD, "delegate")


def board(*phases):
    return access.to(BOARD, phases)


WATCHING = access.to(("elector", *BOARD, "delegate"), FIXED) | {"anyone": PUBLISHED}

TABLE = {
    "static": EVERYBODY,
    "favicon": EVERYBODY,
    "public.home": EVERYBODY,
    "public.assistance": EVERYBODY,
    # Of a draft, only where its roll is shown: tests/web/test_electors.py.
    "openid.leave": EVERYBODY,
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
    "login.identifier": EVERYBODY,
    "login.code": EVERYBODY,
    "login.account": EVERYBODY,
    "login.leave": EVERYBODY,
    "invited.accept": EVERYBODY,
    **{f"proof.{step}": EVERYBODY for step in ("second", "by_passkey", "challenge")},
    "proof.confirm": DESK,
    **{f"own.{page}": DESK for page in ("show", "first", "add_codes", "add_passkey", "remove", "password")},
    "own.sessions_of": DESK,
    **{f"accounts.{page}": OFFICE for page in ("everybody", "show", "account", "invite", "renew", "withdraw")},
    "accounts.end_sessions": OFFICE,
    "recoveries.ask": OFFICE,
    **{f"recoveries.{page}": access.to(("officer", *BOARD)) for page in ("waiting", "agree", "refuse")},
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
    "codes.show": access.to(("officer", *BOARD)),
    "codes.request_file": {"officer": DRAFT},
    "codes.addresses": {"officer": REISSUING},
    "codes.take": {"officer": DRAFT},
    "codes.ask": {"officer": REISSUING},
    "codes.agree": access.to(BOARD, REISSUING),
    "codes.withdraw": access.to(("officer", *BOARD), REISSUING),
    "codes.agreed_file": {"officer": REISSUING},
    "codes.take_agreed": {"officer": REISSUING},
    "deliveries.show": access.to(("officer", *BOARD, "supervision")),
    "deliveries.export": {"officer": ALWAYS},
    "deliveries.announce": {"officer": REISSUING},
    "deliveries.bounces": {"officer": ALWAYS},
    "calendar.show": DESK,
    "setup.show": DESK,
    "setup.contest": DESK,
    "setup.part": {"officer": DRAFT},
    "setup.contest_part": {"officer": DRAFT},
    "setup.date": {"officer": DRAFT},
    "setup_order.new": {"officer": DRAFT},
    "setup_order.move": {"officer": DRAFT},
    "setup_order.remove": {"officer": DRAFT},
    "copies.export": DESK,
    "copies.copy": {"officer": ALWAYS},
    "copies.ask": {"officer": ALWAYS},
    "copies.look": {"officer": ALWAYS},
    "copies.make": {"officer": ALWAYS},
    "mandates.show": {"anyone": PUBLISHED},
    **{f"mandates.{act}": {"officer": PUBLISHED} for act in ("desk", "vacate", "begin", "withdraw")},
    **{f"journal.{name}": DESK for name in ("show", "lines", "log")},
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
    # What somebody sees of another's filing follows from the filing: tests/web/test_nominations.py.
    **{f"nominations.{page}": access.to((*FILING, *BOARD)) for page in ("show", "edit", "table")},
    **{f"nominations.{act}": access.to(FILING, DRAFT) for act in ("begin", "save", "paste")},
    **{f"filings.{page}": access.to((*FILING, *BOARD)) for page in ("acknowledgement", "note", "piece")},
    **{f"filings.{act}": access.to(FILING, DRAFT) for act in ("confirm", "withdraw", "attach")},
    "filings.contest": access.to(("officer", *BOARD), DRAFT),
    "ordering.show": DESK,
    **{f"ordering.{act}": access.to(("officer", *BOARD), DRAFT) for act in ("begin", "draw", "enter")},
    "roll.show": DESK,
    "roll.publish": {"officer": DRAFT},
    "roll.withdraw": {"officer": DRAFT},
    # Not before it is shown, of electors to those of the contest only, and to no observer: tests/web/test_electors.py.
    "roll.posted": access.to(("elector", "officer", *BOARD, "delegate")),
    **{
        f"roll_trial.{view}": {"officer": DRAFT}
        for view in ("look", "report", "take_home", "columns", "apply", "give_up")
    },
    **{f"electors.{view}": {"officer": ALWAYS} for view in ("table", "one", "changes")},
    **{f"electors.{view}": {"officer": DRAFT} for view in ("enter", "correct", "remove")},
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
    "seal.show": DESK,
    "seal.see": access.to((*BOARD, "delegate"), DRAFT),
    "incidents.show": access.to(ROLES, FIXED),
    "incidents.look": access.to(ROLES, FIXED),
    **{
        f"incidents.{act}": access.to((*OFFICE_AND_BOARD, "supervision"), FIXED - {Phase.ARCHIVED})
        for act in ("enter", "annotate")
    },
    **{
        f"incidents.{act}": access.to(("officer", *BOARD, "supervision"), FIXED - {Phase.ARCHIVED})
        for act in ("begin", "end")
    },
    "incidents.close": access.to(("officer", *BOARD), FIXED - {Phase.ARCHIVED}),
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


GRAVE = {
    "accounts.invite",
    "accounts.renew",
    "board.reschedule",
    "board.unlock",
    "candidacies.rule",
    *(f"codes.{act}" for act in ("ask", "agree", "take", "take_agreed")),
    "deliveries.announce",
    "documents.publish",
    "filings.contest",
    "lots.enter",
    "ordering.draw",
    "ordering.enter",
    "own.add_codes",
    "own.add_passkey",
    "own.password",
    "own.remove",
    "recoveries.agree",
    "recoveries.ask",
    "roll.publish",
    "roll.withdraw",
    "seal.see",
    *(f"board.contest_{act}" for act in ("open", "suspend", "resume", "stop", "close")),
    *(
        f"board.election_{act}"
        for act in ("prepare", "seal", "open", "suspend", "resume", "stop", "close", "count", "proclaim", "archive")
    ),
}
"""What asks for a proof of who comes."""


def test_the_table_names_every_grave_act_and_the_way_to_a_first_factor(site):
    views = {rule.endpoint: site.app.view_functions[rule.endpoint].access for rule in site.app.url_map.iter_rules()}
    assert {endpoint for endpoint, found in views.items() if found.grave} == GRAVE
    assert {endpoint for endpoint, found in views.items() if found.first} == {
        "own.first",
        "own.add_codes",
        "own.add_passkey",
        "proof.confirm",
    }


def test_no_grave_act_is_reached_without_a_proof_of_some_minutes(site):
    """Every route of the table, in a phase in which its role may come: ten minutes are good, and no more."""
    browsers = {role: site.desk(role) for role in ("officer", "president")}
    assert all(browser.token for browser in browsers.values())
    for endpoint, view in list(site.app.view_functions.items()):
        found = view.access
        site.app.view_functions[endpoint] = access.access(found.grants, grave=found.grave)(lambda **_: "in")
    site.app.error_handler_spec[None][None][ProtocolError] = lambda error: (error.rule, status_of(error))
    for minutes, expected in ((9, "in"), (2, "web.proof")):
        site.later(minutes=minutes)
        for rule in site.app.url_map.iter_rules():
            if rule.endpoint not in GRAVE:
                continue
            role = "officer" if "officer" in TABLE[rule.endpoint] else "president"
            phase = next(iter(TABLE[rule.endpoint][role]))
            with site.world.store.registry.begin() as session:
                for contest in elections.find(session, site.election).contests:
                    contest.phase = phase
            path = address(site, rule)
            for answer in [
                *([browsers[role].get(path)] if "GET" in (rule.methods or ()) else []),
                browsers[role].send(path),
            ]:
                assert answer.text == expected, (rule.endpoint, minutes)


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
        if phase is not Phase.DRAFT and not _in_an_election(rule):
            continue
        path = address(site, rule)
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


def _in_an_election(rule):
    return bool({"election_uuid", "contest_uuid"} & rule.arguments)


def _everywhere(rule, role):
    """A page of no election has no phase."""
    return not _in_an_election(rule) and role in TABLE[rule.endpoint]


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
