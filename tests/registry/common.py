"""A small election for the registry's tests: two contests, a few electors, key holders as the law wants them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from elections.protocol.answers import Secrets, answer
from elections.protocol.ballot import Election
from elections.protocol.canonical import encode, hour_text, parse_canonical, sha256_hex
from elections.protocol.ceremony import Ceremony
from elections.protocol.elgamal import sign as sign_text
from elections.protocol.group import group_by_name
from elections.protocol.invitation import Invitation
from elections.protocol.log import Checkpoint, root
from elections.protocol.note import NoteKey
from elections.protocol.setup import KeyHolders, Setup, seal_text
from elections.protocol.slips import make_slip
from elections.protocol.token import IssuerKey
from elections.protocol.trustees import Trustees
from elections.registry import (
    candidacies,
    code_files,
    codes,
    configuration,
    elections,
    incidents,
    lifecycle,
    roll,
    sealing,
    sign_in,
)
from elections.registry.journal import Actor
from elections.rules.models import parse
from elections.rules.phases import Act, Phase, Role

OFFICER, PRESIDENT, SECRETARY = Actor(Role.OFFICER), Actor(Role.PRESIDENT), Actor(Role.SECRETARY)
NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
OPENING = datetime(2026, 2, 6, 7, 0, tzinfo=UTC)
CLOSING = datetime(2026, 2, 12, 15, 0, tzinfo=UTC)
GRACE = timedelta(seconds=1800)
MINUTE = timedelta(minutes=1)
FINGERPRINT = "A" * 43

MODEL = b"""
format = "isoloir-model-1"
based_on = "cav-2026"
title = "Petite \xc3\xa9lection"

[[contests]]
key = "list"
title = "Une liste"
college = "Un coll\xc3\xa8ge"
seats = 2
method = "largest_remainder"
parameters = { article = "art. 1" }
order = "drawn"
articles = ["art. 1"]

[[contests]]
key = "one"
title = "Une personne"
college = "Un autre coll\xc3\xa8ge"
seats = 1
method = "plurality"
parameters = { article = "art. 2", tie = "draw" }
order = "alphabetical"
articles = ["art. 2"]
"""


def set_hours(session, uuid, opening, closing, now=NOW):
    """Other hours of a draft, as its page would save them."""
    seen = configuration.values(elections.find(session, uuid), "hours", None)
    wanted = {"opening": hour_text(opening), "closing": hour_text(closing)}
    configuration.change(session, uuid, "hours", None, seen or {}, wanted, OFFICER, now)


HEADER = "identifiant;nom;prénom;email;collège;rôle d'inscription"


def line(identifier, college="list", **values):
    cells = {"nom": "Nom", "prénom": "Prénom", "email": f"{identifier}@exemple.fr", "unit": "Paris"} | values
    return ";".join([identifier, cells["nom"], cells["prénom"], cells["email"], college, cells["unit"]])


def sheet(*lines, header=HEADER, newline="\n"):
    return newline.join([header, *lines, ""]).encode()


ROLL = sheet(*(line(name) for name in ("ada", "bea", "cleo")), *(line(name, "one") for name in ("dina", "eve")))

FILED = {
    "list": [
        {"id": f"l{n}", "names": [{"substitute": "S", "titular": "T"}] * 2, "title": f"Liste {n}"} for n in (1, 2, 3)
    ],
    "one": [{"id": "t1", "names": [{"substitute": None, "titular": "DUPONT Anne"}], "title": "DUPONT Anne"}],
}


def model(*, rehearsal=False):
    return parse(b"rehearsal = true\n" + MODEL if rehearsal else MODEL, "small")


def draft(session, *, rehearsal=False, **values):
    hours = {"opening": OPENING, "closing": CLOSING} | values
    return elections.create(session, model(rehearsal=rehearsal), OFFICER, NOW, **hours)


def enrolled(session, data=ROLL, **values):
    """A draft with its roll."""
    election = draft(session, **values)
    roll.apply(session, election.uuid, roll.read_file(session, election.uuid, data), OFFICER, NOW)
    return election


def coded(session, **values):
    """A draft whose electors have codes, and the codes by number."""
    election = enrolled(session, **values)
    made = code_files.make(codes.request(session, election.uuid))
    codes.take_keys(session, election.uuid, code_files.write_keys(election.uuid, [m.keys for m in made]), OFFICER, NOW)
    return election, {m.keys.number: m.code for m in made}


@dataclass
class Holders:
    """The key holders: their signing keys, by role and contest, and what they have made."""

    secrets: dict
    trustees: dict

    def signature(self, contest, role, owner, text):
        """An item of seal.json."""
        group = group_by_name("Ed25519")
        return {**sign_text(group, self.secrets[role][contest].signing, text).json(), "owner": owner, "role": role}


def ceremony(election):
    """The whole ceremony of an election, all holders in one place."""
    policy = [KeyHolders(tuple(group["holders"]), group["threshold"]) for group in election.policy]
    uuids = [contest.uuid for contest in election.contests]
    invitation = Invitation.make(election.uuid, uuids, group_by_name(election.group, "group"), policy)
    going = Ceremony(invitation)
    secrets: dict[str, dict[str, Secrets]] = {role: {} for role in invitation.seats}
    while going.waiting:
        answers = {}
        for role in going.waiting:
            secrets[role], answers[role] = answer(going, invitation.seats[role], secrets[role])
        for role, document in answers.items():
            going.take(role, parse_canonical(document, "answer"))
    return Holders(secrets, {uuid: dealing.trustees().raw for uuid, dealing in going.dealings.items()})


@cache
def issuer_key(number):
    return IssuerKey.generate("issuer-1")


def prepared(session, **values):
    """An election whose setups are fixed, and its holders."""
    election, made = coded(session, **values)
    holders = ceremony(election)
    sealing.set_keys(session, election.uuid, NoteKey.generate("record").vkey, NoteKey.generate("urn").vkey)
    for contest in election.contests:
        candidacies.replace(session, contest.uuid, FILED[contest.key], OFFICER, NOW)
        sealing.set_trustees(session, contest.uuid, holders.trustees[contest.uuid], OFFICER, NOW)
    for number, contest in enumerate(election.contests):
        setup, record = fixed(session, contest, number)
        sealing.fix(session, contest.uuid, setup, record, OFFICER, NOW)
    return election, holders, made


def fixed(session, contest, number, **changes):
    """setup.json and the election record of a contest, as the office would fix them."""
    value = {
        **sealing.part(session, contest.uuid),
        "booth": {},
        "issuers": [issuer_key(number).public.json()],
        "link_key": sha256_hex(b"link key"),
        "software": {"digest": "00" * 32, "version": "0"},
        **changes,
    }
    setup = Setup.build(value)
    group = group_by_name("Ed25519", "group")
    trustees = Trustees.parse(contest.trustees, group)
    return setup.raw, setup.election_record(group, trustees.public_key(group))


def seal_of(contest, holders, *, without=()):
    setup = Setup.parse(contest.setup)
    text = seal_text(contest.fingerprint, setup.digest, Checkpoint(setup.origin, 0, root([])).text)
    return encode(
        [
            holders.signature(contest.uuid, role, owner, text)
            for owner, role in enumerate(setup.holders, 1)
            if role not in without
        ]
    )


def slips_of(contest, holders, *, without=()):
    record = Election.parse(contest.record)
    return encode(
        [
            make_slip(record, owner, role, holders.secrets[role][contest.uuid].signing)
            for owner, role in enumerate(Setup.parse(contest.setup).holders, 1)
            if role not in without
        ]
    )


def set_seal(session, contest, holders, *, without=()):
    """Everybody else signs and deposits a slip."""
    seal, slips = seal_of(contest, holders, without=without), slips_of(contest, holders, without=without)
    sealing.set_seal(session, contest.uuid, seal, slips)


def sealed(session, **values):
    election, holders, made = prepared(session, **values)
    for contest in election.contests:
        set_seal(session, contest, holders)
        lifecycle.act(session, contest.uuid, Act.SEAL, PRESIDENT, NOW)
    return election, holders, made


def incident(session, election, now=OPENING, **changes):
    """An incident that somebody of the board enters; its number."""
    given = {
        "category": "network",
        "summary": "panne du réseau",
        "noticed": now,
        "noticed_by": "supervision",
        **changes,
    }
    return incidents.enter(session, election.uuid, incidents.Notice(**given), PRESIDENT, now)


def grounds(session, contest, now=OPENING):
    """What the journal wants of a suspension or a stop."""
    number = incident(session, contest.election, now, contest=contest.uuid)
    return {"authority": "autorité organisatrice", "incident": number, "reason": "panne"}


RESUMED = {"authority": "autorité organisatrice", "reason": "réparé"}


def voting(session, **values):
    """A draft with codes, opened without any ceremony: enough for the register. Its first contest, and the codes."""
    election, made = coded(session, **values)
    for contest in election.contests:
        contest.phase, contest.fingerprint = Phase.OPEN, FINGERPRINT
    session.flush()
    return election.contests[0].uuid, made


def by_password(session, knock, password):
    """Who comes in by a password, whose work a site does in no transaction."""
    known = sign_in.known_password(session, knock)
    return sign_in.by_password(session, sign_in.read_password(knock, known, password))
