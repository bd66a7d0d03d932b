"""An account is given back by two people, neither of whom is its owner; one alone never does it."""

from datetime import timedelta

import pytest

from elections.registry import accounts, factors, invitations, journal, recovery, sessions, sign_in
from elections.registry.account_tables import Factor
from elections.registry.accounts import NewAccount
from elections.registry.sign_in import Door, Subject
from elections.rules.phases import Role
from tests.refused import refused
from tests.registry.common import NOW, OFFICER, by_password, draft

PASSWORD = "une phrase assez longue"


@pytest.fixture
def election(session):
    return draft(session).uuid


@pytest.fixture
def people(session, election):
    """By login: two officers of all elections, the board and a delegate of one, the president of another."""

    def make(login, role, number=1, own=election, email=None):
        new = NewAccount(login, login, email or f"{login}@exemple.fr", role, PASSWORD, number, own)
        return accounts.create(session, new, OFFICER, NOW)

    return {
        "one": make("one", Role.OFFICER, 1, None),
        "two": make("two", Role.OFFICER, 2, None),
        "same": make("same", Role.OFFICER, 1, None),
        "mailbox": make("mailbox", Role.OFFICER, 3, None, "ONE@exemple.fr"),
        "president": make("president", Role.PRESIDENT),
        "secretary": make("secretary", Role.SECRETARY),
        "delegate": make("delegate", Role.DELEGATE),
        "supervision": make("supervision", Role.SUPERVISION),
        "foreign": make("foreign", Role.PRESIDENT, own=draft(session).uuid),
    }


def asked(session, people, login="delegate", by="one"):
    return recovery.ask(session, login, people[by], NOW)


@pytest.mark.parametrize("second", ["two", "president", "secretary"])
def test_two_people_give_an_account_back(session, election, people, second):
    lost = people["delegate"]
    token = sessions.open_for(session, lost, NOW)
    factors.add(session, Factor(login="delegate", kind="totp", name="x", secret=b"", counter=0), NOW)
    asked(session, people)
    invitation, link = recovery.agree(session, "delegate", people[second], NOW)
    assert invitation.email == "delegate@exemple.fr"
    # The old way in is closed at once.
    assert factors.of(session, "delegate") == []
    with refused("sign-in.session"):
        sessions.find(session, token, NOW)
    with refused("sign-in.refused"):
        by_password(session, sign_in.knock(session, Subject("account", "delegate"), Door.PASSWORD, NOW), PASSWORD)
    # The new one is the link, once.
    found = invitations.accept(session, link, "stranger", PASSWORD[::-1], NOW)
    assert found is lost
    with refused("accounts.link"):
        invitations.accept(session, link, "stranger", PASSWORD, NOW)
    by_password(session, sign_in.knock(session, Subject("account", "delegate"), Door.PASSWORD, NOW), PASSWORD[::-1])
    told = [(entry.act, entry.role, entry.details) for entry in journal.entries(session, election)][-2:]
    details = {"number": 1, "role": "delegate"}
    assert told == [("recovery", "officer", details), ("recovery-agreed", people[second].role, details)]


@pytest.mark.parametrize("second", ["one", "same", "mailbox", "supervision"])
def test_one_person_is_not_two(session, people, second):
    asked(session, people)
    with refused("accounts.two-people"):
        recovery.agree(session, "delegate", people[second], NOW)


@pytest.mark.parametrize("act", [recovery.ask, recovery.agree, recovery.refuse])
@pytest.mark.parametrize(("login", "by"), [("one", "one"), ("one", "mailbox"), ("president", "president")])
def test_nobody_is_one_of_the_two_for_herself(session, people, act, login, by):
    asked(session, people, login, "two")
    with refused("accounts.oneself"):
        act(session, login, people[by], NOW)


@pytest.mark.parametrize("by", ["president", "secretary", "delegate", "supervision"])
def test_an_officer_asks(session, people, by):
    with refused("accounts.two-people" if by != "delegate" else "accounts.oneself"):
        asked(session, people, by=by)


def test_nobody_agrees_to_what_was_not_asked_or_too_long_ago(session, people):
    with refused("accounts.recovery"):
        recovery.agree(session, "delegate", people["two"], NOW)
    asked(session, people)
    with refused("accounts.recovery"):
        recovery.agree(session, "delegate", people["two"], NOW + recovery.LIFE)
    with refused("accounts.unknown"):
        recovery.agree(session, "nobody", people["two"], NOW)
    recovery.agree(session, "delegate", people["two"], NOW + recovery.LIFE - timedelta(seconds=1))
    with refused("accounts.recovery"):
        recovery.agree(session, "delegate", people["two"], NOW)


def test_whoever_refuses_leaves_everything_as_it_was(session, election, people):
    before = people["delegate"].password
    asked(session, people)
    recovery.refuse(session, "delegate", people["president"], NOW)
    with refused("accounts.recovery"):
        recovery.agree(session, "delegate", people["two"], NOW)
    assert people["delegate"].password == before
    assert journal.entries(session, election)[-1].act == "recovery-refused"


def test_the_board_of_another_election_has_no_say(session, people):
    asked(session, people)
    with refused("accounts.unknown"):
        recovery.agree(session, "delegate", people["foreign"], NOW)
    assert recovery.waiting(session, people["foreign"], NOW) == []
    assert [item[0].login for item in recovery.waiting(session, people["president"], NOW)] == ["delegate"]


def test_an_office_of_one_is_helped_by_the_board(session, people):
    asked(session, people, "one", "two")
    recovery.agree(session, "one", people["president"], NOW)


def test_a_second_recovery_makes_the_link_of_the_first_void(session, people):
    links = []
    for by, second in (("one", "two"), ("two", "one")):
        asked(session, people, by=by)
        links.append(recovery.agree(session, "delegate", people[second], NOW)[1])
    with refused("accounts.link"):
        invitations.open_link(session, links[0], NOW)
    # Such a link is none of those that an officer alone sends again or withdraws.
    number = invitations.open_link(session, links[1], NOW).id
    for act in (invitations.renew, invitations.withdraw):
        with refused("accounts.invitation"):
            act(session, number, OFFICER, NOW)
