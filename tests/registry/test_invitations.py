"""Invitations: a link serves once, for some days, and opens what was offered."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from elections.registry import accounts, invitations, journal
from elections.registry.account_tables import Invitation
from elections.registry.invitations import LIFE, Guest
from elections.rules.phases import Role
from tests.refused import refused
from tests.registry.common import NOW, OFFICER, draft

PASSWORD = "une phrase assez longue"


def guest(election=None, **values):
    given = {"name": "Une personne", "email": "une@exemple.fr", "role": Role.DELEGATE, "number": 2, **values}
    return Guest(election_uuid=election, **given)


@pytest.fixture
def election(session):
    return draft(session).uuid


@pytest.fixture
def token(session, election):
    return invitations.invite(session, guest(election), OFFICER, NOW)[1]


def acts(session, election):
    return [(entry.act, entry.details) for entry in journal.entries(session, election)][1:]


def test_a_link_opens_the_account_that_was_offered(session, election, token):
    made = invitations.accept(
        session, token, " Déléguée".replace("é", "e"), PASSWORD, NOW + LIFE - timedelta(seconds=1)
    )
    assert (made.login, made.role, made.number, made.election_uuid) == ("deleguee", "delegate", 2, election)
    told = {"number": 2, "role": "delegate"}
    assert acts(session, election) == [("invitation", told), ("account", told)]


def test_a_substitute_is_one(session, election):
    _, token = invitations.invite(session, guest(election, substitute=True), OFFICER, NOW)
    assert invitations.accept(session, token, "s", PASSWORD, NOW).substitute
    told = {"number": 2, "role": "delegate", "substitute": True}
    assert acts(session, election) == [("invitation", told), ("account", told)]


def test_a_login_that_was_chosen_by_the_office_stays(session, election):
    _, token = invitations.invite(session, guest(election, login="Choisi"), OFFICER, NOW)
    assert invitations.accept(session, token, "autre", PASSWORD, NOW).login == "choisi"


def test_nobody_takes_a_login_that_was_promised_to_somebody_else(session, election, token):
    other = guest(election, login="Choisi", number=3, email="autre@exemple.fr")
    _, promised = invitations.invite(session, other, OFFICER, NOW)
    with refused("registry.login"):
        invitations.accept(session, token, "choisi", PASSWORD, NOW)
    with refused("registry.login"):
        invitations.invite(
            session, guest(election, login="choisi", number=4, email="troisieme@exemple.fr"), OFFICER, NOW
        )
    assert invitations.accept(session, promised, "", PASSWORD, NOW).login == "choisi"


def test_a_link_serves_once(session, token):
    invitations.accept(session, token, "d", PASSWORD, NOW)
    for act in (
        lambda: invitations.open_link(session, token, NOW),
        lambda: invitations.accept(session, token, "e", PASSWORD, NOW),
    ):
        with refused("accounts.link"):
            act()


def test_to_look_does_not_use_it(session, token):
    for _ in range(3):
        assert invitations.open_link(session, token, NOW).number == 2


@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: t + "x", lambda _t: "", lambda _t: "é\udcff"])
def test_a_forged_link_opens_nothing(session, token, spoil):
    with refused("accounts.link"):
        invitations.accept(session, spoil(token), "d", PASSWORD, NOW)


def test_a_link_grows_old(session, token):
    with refused("accounts.link"):
        invitations.accept(session, token, "d", PASSWORD, NOW + LIFE)


def test_a_link_that_was_renewed_or_withdrawn_is_void(session, election, token):
    number = session.scalar(select(Invitation.id))
    _, newer = invitations.renew(session, number, OFFICER, NOW + timedelta(days=6))
    with refused("accounts.link"):
        invitations.open_link(session, token, NOW)
    assert invitations.open_link(session, newer, NOW + timedelta(days=12)).id == number
    invitations.withdraw(session, number, OFFICER, NOW)
    with refused("accounts.link"):
        invitations.open_link(session, newer, NOW)
    for act in (invitations.renew, invitations.withdraw):
        with refused("accounts.invitation"):
            act(session, number, OFFICER, NOW)
    assert [act for act, _ in acts(session, election)] == ["invitation", "invitation", "invitation-withdrawn"]


def test_what_is_kept_opens_nothing(session, token):
    assert token not in str(session.execute(text("SELECT * FROM invitation")).all())
    assert len(token) == 43


def test_the_journal_names_nobody(session, election, token):
    invitations.accept(session, token, "deleguee", PASSWORD, NOW)
    raw = journal.lines(session, election).decode()
    assert not any(name in raw for name in ("Une personne", "exemple.fr", "deleguee", token))


@pytest.mark.parametrize("place", [{"number": 2}, {"number": 2, "email": "autre@exemple.fr"}])
def test_nobody_is_invited_to_a_place_that_is_taken(session, election, token, place):
    with refused("accounts.taken"):
        invitations.invite(session, guest(election, **place), OFFICER, NOW)
    invitations.accept(session, token, "d", PASSWORD, NOW)
    for uuid in (election, None):
        with refused("accounts.taken"):
            invitations.invite(session, guest(uuid, **place), OFFICER, NOW)
    # Another number, another election and the substitute are other places.
    other = draft(session).uuid
    third = {"number": 3, "email": "troisieme@exemple.fr"}
    for uuid, values in ((election, third), (other, place), (election, {**place, "substitute": True})):
        invitations.invite(session, guest(uuid, **values), OFFICER, NOW)


@pytest.mark.parametrize("other", [{"number": 3}, {"role": Role.PRESIDENT, "number": 1, "email": "Une@Exemple.fr"}])
def test_one_mailbox_is_one_person(session, election, token, other):
    """Who had two roles could do alone what takes two."""
    with refused("accounts.mailbox"):
        invitations.invite(session, guest(election, **other), OFFICER, NOW)
    invitations.accept(session, token, "d", PASSWORD, NOW)
    with refused("accounts.mailbox"):
        invitations.invite(session, guest(election, **other), OFFICER, NOW)


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"role": Role.CLOCK}, "registry.role"),
        ({"role": Role.PRESIDENT, "substitute": True}, "accounts.substitute"),
        ({"role": Role.OBSERVER, "substitute": True}, "accounts.substitute"),
        ({"number": 0}, "accounts.number"),
        ({"number": 101}, "accounts.number"),
        ({"email": "nobody"}, "text.pattern"),
        ({"email": "a@b\nBcc: c@d"}, "text.pattern"),
        ({"name": ""}, "text.pattern"),
        ({"name": "a\nb"}, "text.pattern"),
        ({"login": "à part"}, "registry.login"),
    ],
)
def test_who_cannot_be_invited(session, election, values, rule):
    with refused(rule):
        invitations.invite(session, guest(election, **values), OFFICER, NOW)


def test_a_refused_acceptance_leaves_the_link_as_it_was(store):
    with store.registry.begin() as session:
        _, token = invitations.invite(session, guest(draft(session).uuid), OFFICER, NOW)
    for login, password, rule in (("d", "short", "registry.password"), ("à", PASSWORD, "registry.login")):
        with refused(rule), store.registry.begin() as session:
            invitations.accept(session, token, login, password, NOW)
    with store.registry.begin() as session:
        assert invitations.accept(session, token, "d", PASSWORD, NOW).login == "d"


def test_an_invitation_to_all_elections_is_told_in_those_under_way(session, election):
    invitations.invite(session, guest(None, role=Role.OFFICER), OFFICER, NOW)
    assert acts(session, election) == [("invitation", {"number": 2, "role": "officer"})]
    assert [waiting.role for waiting in invitations.waiting(session, election)] == ["officer"]
    assert accounts.everyone(session, election) == []
