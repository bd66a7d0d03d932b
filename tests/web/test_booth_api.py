"""The booth's addresses, spoken to by the simulated elector: what docs/web.md promises, and nothing else."""

import logging
from functools import update_wrapper

import pytest

from elections.elector import Booth, Elector
from elections.protocol.canonical import base64_decode, base64_encode
from elections.protocol.log import Checkpoint, root
from elections.registry.journal import CLOCK
from elections.rules.phases import Act
from elections.web.logs import Listed
from tests.doors.world import CLOSING, SECOND, World
from tests.web.site import FIRST, Site


class Device:
    """An elector's device that speaks HTTP only."""

    def __init__(self, site: Site, number: int) -> None:
        self.site, self.browser, self.path = site, site.elector(number), f"/scrutin/{site.contest}"
        files = self.browser.get(f"{self.path}/dossier.json").json
        booth = Booth.open(*(files[name].encode() for name in ("setup", "election", "trustees")))
        salt = base64_decode(self.browser.ask(f"{self.path}/sel").json["salt"], "salt", 32)
        self.elector = Elector(booth, [site.world.staging.codes[number]], number, salt)

    def token(self, issuer):
        """A token, asked for and verified."""
        z, signature = self.elector.request(issuer)
        answer = self.browser.ask(
            f"{self.path}/jeton/{issuer.id}", json={"z": base64_encode(z), "signature": signature}
        )
        assert answer.status_code == 200, answer.text
        return self.elector.token(issuer, base64_decode(answer.json["s"], "s", 384))

    def ballot(self, choice=0):
        """A fresh ballot with its tokens."""
        booth = self.elector.booth
        return self.elector.cast(booth.vote(choice), [self.token(issuer) for issuer in booth.setup.issuers])

    def send(self, request):
        """Cast."""
        body = request.encode(self.elector.booth.length)
        return self.browser.ask(f"{self.path}/bulletin", data=body, content_type="application/octet-stream")

    def state(self):
        """Where she stands."""
        return self.browser.get(f"{self.path}/etat.json").json


@pytest.fixture
def device(site):
    return Device(site, 31)


def test_an_elector_votes_by_these_addresses_alone(site, device):
    before = device.state()
    assert before == {
        "closing": "2026-02-12T15:00:00Z", "contest": site.contest, "last": "2026-02-12T15:10:00Z",
        "may_vote": True,
        "now": "2026-02-09T12:00:00Z", "number": 31, "phase": "open", "signed_at": None,
    }  # fmt: skip
    request = device.ballot()
    answer = device.send(request)
    assert answer.status_code == 200
    given = answer.json
    assert device.elector.check_receipts(request, given["urn"], given["register"]) == given["hour"]
    assert (given["already"], given["hour"]) == (False, "2026-02-09T12:00:00Z")
    assert device.state() == before | {"may_vote": False, "signed_at": "2026-02-09T12:00:00Z"}
    assert site.world.counts() == (1, 1, 0)


def test_the_same_cast_again_gets_its_receipts_again_and_another_ballot_none(site, device):
    request = device.ballot()
    first, second = device.send(request).json, device.send(request).json
    assert second == first | {"already": True}
    other = device.send(device.ballot(1))
    assert other.status_code == 200
    assert (other.json["already"], other.json["urn"], other.json["register"]) == (True, None, first["register"])
    assert site.world.counts() == (1, 1, 0)


def test_whoever_has_voted_hears_so_in_every_later_phase(site, device, world):
    request = device.ballot()
    given = device.send(request).json
    site.now = CLOSING
    world.act(Act.CLOSE, CLOCK, CLOSING)
    browser = site.elector(31)
    device.browser = browser
    assert device.send(request).json == given | {"already": True}
    assert device.state()["signed_at"] == given["hour"]


def test_leaf_hashes_come_whole_under_their_checkpoint(site, world):
    for number in range(1, 12):
        world.cast(number)
    from elections import counting

    counting.publish(world.store, world.a, elapsed=False)
    answer = site.elector(20).get(f"/scrutin/{world.a}/empreintes").json
    checkpoint = Checkpoint.parse(world.booth.setup.urn_key.check(answer["checkpoint"], "note"), "note")
    data = base64_decode(answer["leaves"], "leaves")
    leaves = [data[at : at + 32] for at in range(0, len(data), 32)]
    assert checkpoint.size == len(leaves) > 0
    assert root(leaves) == checkpoint.root


@pytest.mark.parametrize("role", ["officer", "supervision", "anyone"])
def test_leaf_hashes_are_not_for_everybody_before_the_result(site, role):
    answer = site.visitor(role).get(f"/scrutin/{site.contest}/empreintes")
    assert answer.status_code in {401, 403}


def test_leaf_hashes_are_for_everybody_after_it(proclaimed):
    answer = proclaimed.client().get(f"/scrutin/{proclaimed.contest}/empreintes")
    assert len(base64_decode(answer.json["leaves"], "leaves")) == 5 * 32


GOOD = base64_encode(bytes(383) + b"\x02")


@pytest.mark.parametrize(
    ("given", "status", "rule"),
    [
        ({"data": b"{"}, 400, "web.body"),
        ({"data": b"{", "content_type": "application/json"}, 400, "json.syntax"),
        ({"data": b"\xff", "content_type": "application/json"}, 400, "json.utf8"),
        ({"data": b"[]", "content_type": "application/json"}, 400, "json.type"),
        ({"data": b'{"z":"","z":"","signature":""}', "content_type": "application/json"}, 400, "json.duplicate"),
        ({"json": {"z": GOOD}}, 400, "json.missing"),
        ({"json": {"z": GOOD, "signature": "", "more": 1}}, 400, "json.unknown"),
        ({"json": {"z": "é", "signature": ""}}, 400, "text.base64"),
        ({"json": {"z": GOOD, "signature": 1}}, 400, "json.type"),
        ({"json": {"z": GOOD, "signature": "x"}}, 400, "text.base64"),
        ({"json": {"z": GOOD[:-4], "signature": base64_encode(bytes(64))}}, 400, "token.blinded"),
        ({"json": {"z": "A" * 3000, "signature": ""}}, 413, "web.large"),
    ],
)
def test_a_bad_token_request_is_told_why(site, given, status, rule):
    answer = site.elector(31).ask(f"/scrutin/{site.contest}/jeton/issuer-1", **given)
    assert (answer.status_code, answer.json["error"]) == (status, rule)
    assert answer.json["message"]
    with site.world.store.registry_reader() as session:
        assert not session.connection().exec_driver_sql("SELECT * FROM signed_request WHERE number = 31").all()


def test_an_unknown_issuer_is_not_there(site):
    body = {"z": GOOD, "signature": base64_encode(bytes(64))}
    assert site.elector().ask(f"/scrutin/{site.contest}/jeton/personne", json=body).status_code == 404


@pytest.mark.parametrize(
    "change", [lambda body: body[:-1], lambda body: body + b" ", lambda _: b"", lambda _: b"{" * 100]
)
def test_a_cast_of_another_length_is_refused_before_it_is_read(site, world, change):
    body = change(world.body(1))
    answer = site.elector(1).ask(f"/scrutin/{world.a}/bulletin", data=body, content_type="application/octet-stream")
    assert (answer.status_code, answer.json["error"]) == (400, "request.length")
    assert world.counts() == (0, 0, 0)


def test_a_cast_that_is_far_too_long_is_cut_off(site, world):
    answer = site.elector(1).ask(f"/scrutin/{world.a}/bulletin", data=bytes(2_000_001))
    assert (answer.status_code, answer.json["error"]) == (413, "web.large")


def test_nobody_casts_for_somebody_else(site, world):
    answer = site.elector(2).ask(f"/scrutin/{world.a}/bulletin", data=world.body(1))
    assert answer.json["error"] == "ed25519.signature"
    assert world.counts() == (0, 0, 0)


def test_in_the_grace_only_who_came_before_the_closing_may_finish(site, world):
    site.now = CLOSING - SECOND
    early = site.elector(1)
    world.act(Act.CLOSE, CLOCK, CLOSING)
    site.now = CLOSING + SECOND
    late = site.elector(2)
    assert late.ask(f"/scrutin/{world.a}/bulletin", data=world.body(2)).json["error"] == "registry.hour"
    assert late.get(f"/scrutin/{world.a}/etat.json").json["may_vote"] is False
    assert early.get(f"/scrutin/{world.a}/etat.json").json["may_vote"] is True
    assert early.ask(f"/scrutin/{world.a}/bulletin", data=world.body(1)).status_code == 200


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_refusal_speaks_the_language_of_the_page(site, language):
    browser = site.elector()
    answer = browser.ask(f"/scrutin/{site.contest}/jeton/issuer-1?langue={language}", data=b"x")
    expected = {
        "fr": "La demande n’est pas celle que cette adresse attend.",
        "en": "the request is not what this address asks for",
    }
    assert answer.json["message"] == expected[language]


def test_the_sealed_files_are_the_same_for_everybody_and_kept_by_their_etag(site, world):
    path = f"/scrutin/{world.a}/dossier.json"
    first = site.client().get(path)
    assert first.json["setup"].encode() == world.booth.setup.raw
    assert site.elector().get(path).data == first.data
    assert site.client().get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_no_log_holds_anything_of_a_vote(site, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.handler.addFilter(Listed())
    device = Device(site, 31)
    request = device.ballot()
    device.send(request)
    device.send(device.ballot(1))
    site.client().send(f"/election/{site.election}/connexion", identifier=FIRST.identifier)
    told = "\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records)
    secrets = (
        site.world.staging.codes[31],
        request.signature,
        request.entry.tracker,
        FIRST.identifier,
        "magistrats.example",
    )
    assert not [secret for secret in secrets if secret in told]


def test_a_fault_is_told_by_kind_and_place_only(world: World, caplog):
    site = Site(world)
    site.app.testing = False
    from elections.web import refusals

    site.app.register_error_handler(Exception, refusals._fault)

    def broken(contest_uuid):
        raise KeyError("a001@magistrats.example")

    declared = site.app.view_functions["booth.state"]
    site.app.view_functions["booth.state"] = update_wrapper(broken, declared)
    answer = site.elector().get(f"/scrutin/{site.contest}/etat.json")
    assert (answer.status_code, answer.json["error"]) == (500, "web.fault")
    handler = caplog.records[-1]
    Listed().filter(handler)
    assert "kind=KeyError" in handler.getMessage()
    assert "place=web/test_booth_api.py:" in handler.getMessage()
    assert "magistrats" not in handler.getMessage() + answer.text
