"""Who comes in: by password or one-time code, each attempt counted, and nobody told who exists."""

import re
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from elections.protocol.errors import ProtocolError
from elections.registry import accounts, hashes, journal, sessions, sign_in
from elections.registry.accounts import NewAccount
from elections.registry.sign_in import CODE_LIFE, LIMITS, Door, Subject
from elections.registry.tables import Elector, Knocks, OneTimeCode, WebSession
from elections.rules.phases import Role
from tests.refused import refused
from tests.registry.common import HEADER, MINUTE, NOW, OFFICER, by_password, enrolled, line, sheet

PASSWORD = "a long enough password"
FREE = LIMITS[Door.PASSWORD].free
ACCOUNT = NewAccount("Presidente", "Anne Dupont", "anne@exemple.fr", Role.PRESIDENT, PASSWORD)


@pytest.fixture
def election(session):
    return enrolled(session)


@pytest.fixture
def account(session, election):
    return accounts.create(session, ACCOUNT, OFFICER, NOW)


def elector(election, name="ada"):
    return Subject("elector", name, election.uuid)


def ask(session, subject, now=NOW, door=Door.ASK):
    return sign_in.ask(session, sign_in.draw(sign_in.knock(session, subject, door, now)), now)


def use(session, subject, code, now=NOW):
    return sign_in.by_code(session, sign_in.read_code(subject, code), now)


def enter(session, password, name="presidente", now=NOW):
    subject = Subject("account", name)
    return by_password(session, sign_in.knock(session, subject, Door.PASSWORD, now), password)


def test_an_elector_comes_in_by_the_code_that_was_sent(session, election):
    delivery = ask(session, elector(election, " ADA "))
    assert (delivery.name, delivery.channel, delivery.address) == ("Prénom Nom", "mail", "ada@exemple.fr")
    assert re.fullmatch(r"\d{4} \d{4} \d{4}", delivery.code)
    assert delivery.code not in repr(delivery)
    assert use(session, elector(election), f" {delivery.code.replace(' ', '-')} ").identifier == "ada"


def test_a_code_is_used_once(session, election):
    code = ask(session, elector(election)).code
    use(session, elector(election), code)
    with refused("sign-in.refused"):
        use(session, elector(election), code)


def test_a_code_is_over_after_fifteen_minutes(session, election):
    code = ask(session, elector(election)).code
    with refused("sign-in.refused"):
        use(session, elector(election), code, NOW + CODE_LIFE)
    assert use(session, elector(election), code, NOW + CODE_LIFE - MINUTE).number == 1


@pytest.mark.parametrize("late", [True, False])
def test_a_code_that_is_late_opens_after_a_new_one_was_asked_for_and_once_in_none_does(session, election, late):
    old, new = (ask(session, elector(election), now).code for now in (NOW, NOW + MINUTE))
    assert use(session, elector(election), old if late else new, NOW + MINUTE).number == 1
    for code in (old, new):
        with refused("sign-in.refused"):
            use(session, elector(election), code, NOW + MINUTE)


def test_nothing_that_others_do_keeps_an_elector_out(session, election):
    """Somebody asks for codes whenever that is possible, and tries wrong ones all the time; she comes in (ADR 0019)."""
    subject, now, sent = elector(election), NOW, []
    while now < NOW + timedelta(hours=2):
        with suppress(ProtocolError):
            sent.append((now, ask(session, subject, now).code))
        for guess in range(3):
            with refused("sign-in.refused"):
                use(session, subject, f"{guess:012}", now)
        now += timedelta(seconds=30)
    # She may not ask herself now. What was sent to her last opens for a while yet, and so do the two before.
    with refused("sign-in.wait"):
        ask(session, subject, now - timedelta(seconds=1))
    assert [now - at < CODE_LIFE for at, _ in sent[-3:]] == [True] * 3
    assert use(session, subject, sent[-3][1], now).identifier == "ada"


def test_a_code_comes_by_sms_where_that_was_asked_and_there_is_a_number(session):
    lines = [line("ada") + ";+33612345678", line("bea") + ";"]
    election = enrolled(session, sheet(*lines, header=HEADER + ";téléphone"))
    channels = {
        (name, door): ask(session, elector(election, name), NOW, door)
        for name in ("ada", "bea")
        for door in (Door.ASK, Door.ASK_SMS)
    }
    assert {key: (delivery.channel, delivery.address) for key, delivery in channels.items()} == {
        ("ada", Door.ASK): ("mail", "ada@exemple.fr"),
        ("ada", Door.ASK_SMS): ("sms", "+33612345678"),
        ("bea", Door.ASK): ("mail", "bea@exemple.fr"),
        ("bea", Door.ASK_SMS): ("mail", "bea@exemple.fr"),
    }
    assert use(session, elector(election), channels["ada", Door.ASK_SMS].code).identifier == "ada"


def test_a_code_opens_for_its_elector_in_its_election_only(session, election):
    code, other = ask(session, elector(election)).code, enrolled(session)
    for subject in (elector(election, "bea"), elector(other), Subject("account", "ada")):
        with refused("sign-in.refused"):
            use(session, subject, code)


def test_a_code_is_too_long_to_be_guessed(session, election):
    """At a hundred tries a second for a week, with as many codes alive as there can be: less than one in a thousand."""
    alive = 2 * (CODE_LIFE // LIMITS[Door.ASK].longest + 3)
    assert 100 * 7 * 86_400 * alive / 10**sign_in.CODE_DIGITS < 1 / 1000


def test_a_code_is_not_kept(session, election):
    code = ask(session, elector(election)).code.replace(" ", "")
    kept = session.scalar(select(OneTimeCode.hash))
    assert kept == hashes.one_time(code, elector(election).key)
    assert code not in kept
    assert kept != hashes.one_time(code, elector(election, "bea").key)


def test_nobody_is_told_who_exists(session, election):
    """The same rows, the same waits and the same refusals, whether the name is on the roll or not."""
    seen = []
    for name in ("ada", "nobody"):
        subject, rules = elector(election, name), []
        delivery = ask(session, subject)
        assert (delivery is None) is (name == "nobody")
        for number in range(FREE + 3):
            try:
                use(session, subject, "x", NOW + number * timedelta(seconds=10))
                ask(session, subject, NOW + number * timedelta(seconds=10))
            except ProtocolError as error:
                rules.append(str(error))
        columns = (Knocks.door, Knocks.count, Knocks.last)
        rows = session.execute(select(*columns).where(Knocks.subject == subject.key).order_by(Knocks.door)).all()
        codes = session.scalar(select(func.count()).where(OneTimeCode.subject == subject.key))
        seen.append((rules, rows, codes))
    assert seen[0] == seen[1]


def _counted(function, calls):
    def counted(*given):
        calls.append(function.__name__)
        return function(*given)

    return counted


def test_a_name_that_nobody_has_costs_the_same_work(session, election, monkeypatch):
    calls: list[object] = []
    for name in ("one_time", "check"):
        monkeypatch.setattr(hashes, name, _counted(getattr(hashes, name), calls))
    work = []
    for name in ("ada", "nobody"):
        calls.clear()
        ask(session, elector(election, name))
        with refused("sign-in.refused"):
            use(session, elector(election, name), "x")
        work.append([*calls])
    assert work == [["one_time", "one_time"]] * 2


def test_attempts_are_counted_before_they_are_judged(store):
    """A refusal rolls its own transaction back; the attempt, committed before, stays."""
    with store.registry.begin() as session:
        accounts.create(session, ACCOUNT, OFFICER, NOW)
    subject = Subject("account", "presidente")
    for _ in range(FREE):
        with store.registry.begin() as session:
            knock = sign_in.knock(session, subject, Door.PASSWORD, NOW)
        with refused("sign-in.refused"), store.registry.begin() as session:
            by_password(session, knock, "x")
    with refused("sign-in.wait"), store.registry.begin() as session:
        sign_in.knock(session, subject, Door.PASSWORD, NOW)


@pytest.mark.parametrize(
    ("door", "expected"),
    [(Door.PASSWORD, [30, 60, 120, 240, 480, 900, 900, 900]), (Door.ASK, [60, 120, 240, 300, 300, 300, 300, 300])],
)
def test_waits_grow_to_a_limit_at_each_door_by_itself(session, election, door, expected):
    subject, now = elector(election), NOW
    waits: list[int] = []
    for _ in range(LIMITS[door].free):
        sign_in.knock(session, subject, door, now)
    for _ in range(8):
        try:
            sign_in.knock(session, subject, door, now)
        except ProtocolError as error:
            waits.append(int(str(error.values["seconds"])) - 1)
            now += timedelta(seconds=waits[-1])
            sign_in.knock(session, subject, door, now)
    assert waits == expected
    sign_in.knock(session, subject, Door.ASK_SMS, now)


def test_a_clock_that_was_set_back_makes_nobody_wait(session, election):
    subject = Subject("account", "presidente")
    sign_in.knock(session, subject, Door.PASSWORD, NOW)
    sign_in.knock(session, subject, Door.PASSWORD, NOW - timedelta(hours=1))


def test_attempts_are_forgotten_after_a_day_and_when_she_comes_in(session, election):
    for minutes in (0, 1, 3, 7):
        sign_in.knock(session, elector(election), Door.ASK, NOW + minutes * MINUTE)
    code = ask(session, elector(election), NOW + timedelta(days=1)).code
    use(session, elector(election), code, NOW + timedelta(days=1))
    assert session.scalar(select(func.count()).select_from(Knocks)) == 0


def test_an_account_comes_in_by_its_password(session, account):
    assert enter(session, PASSWORD, " PRESIDENTE ").login == "presidente"
    assert accounts.actor_of(account).role is Role.PRESIDENT


@pytest.mark.parametrize(("name", "password"), [("presidente", "wrong"), ("nobody", PASSWORD), ("presidente", "")])
def test_a_wrong_name_or_password_is_refused_alike(session, account, name, password):
    with refused("sign-in.refused"):
        enter(session, password, name)


def test_an_account_may_also_get_a_one_time_code(session, account):
    subject = Subject("account", "presidente")
    delivery = ask(session, subject)
    assert (delivery.name, delivery.address) == ("Anne Dupont", "anne@exemple.fr")
    assert use(session, subject, delivery.code) is account


def test_an_elector_has_no_password(session, election):
    knock = sign_in.knock(session, elector(election), Door.PASSWORD, NOW)
    with refused("sign-in.refused"):
        by_password(session, knock, "")


def test_a_password_that_was_changed_while_it_was_looked_at_opens_nothing(session, account):
    knock = sign_in.knock(session, Subject("account", "presidente"), Door.PASSWORD, NOW)
    right = sign_in.read_password(knock, sign_in.known_password(session, knock), PASSWORD)
    accounts.set_password(session, "presidente", PASSWORD[::-1])
    with refused("sign-in.refused"):
        sign_in.by_password(session, right)


def test_a_knock_is_good_for_its_own_door(session, election, account):
    knock = sign_in.knock(session, Subject("account", "presidente"), Door.ASK, NOW)
    with refused("sign-in.refused"):
        by_password(session, knock, PASSWORD)
    with refused("sign-in.refused"):
        sign_in.draw(sign_in.knock(session, elector(election), Door.PASSWORD, NOW))


def test_what_is_over_is_swept_away(session, election):
    ask(session, elector(election))
    token = sessions.open_for(session, session.get_one(Elector, (election.uuid, 1)), NOW)
    for now, left in ((NOW + MINUTE, 1), (NOW + timedelta(days=2), 0)):
        sign_in.sweep(session, now)
        sessions.sweep(session, now)
        for table in (OneTimeCode, Knocks, WebSession):
            assert session.scalar(select(func.count()).select_from(table)) == left
    with refused("sign-in.session"):
        sessions.find(session, token, NOW)


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"login": "presidente "}, "registry.login"),
        ({"login": "a b"}, "registry.login"),
        ({"login": ""}, "registry.login"),
        ({"role": Role.CLOCK}, "registry.role"),
        ({"password": "short"}, "registry.password"),
        ({"password": "x" * 1001}, "registry.password"),
        ({"name": "a\nb"}, "text.pattern"),
        ({"email": "a b@c"}, "text.pattern"),
    ],
)
def test_an_account_that_cannot_be_is_refused(session, account, values, rule):
    given = {"login": "other", "name": "N", "email": "n@exemple.fr", "role": Role.SECRETARY, "password": PASSWORD}
    with refused(rule):
        accounts.create(session, NewAccount(**{**given, **values}), OFFICER, NOW)


def test_accounts_of_an_election_stand_in_its_journal_without_a_name(session, election, account):
    new = NewAccount("d2", "Zoé", "z@exemple.fr", Role.DELEGATE, PASSWORD, 2, election.uuid)
    accounts.create(session, new, OFFICER, NOW)
    entry = journal.entries(session, election.uuid)[-1]
    assert (entry.act, entry.details) == ("account", {"number": 2, "role": "delegate"})
    assert [found.login for found in accounts.everyone(session, election.uuid)] == ["d2", "presidente"]
    assert [found.login for found in accounts.everyone(session, "other")] == ["presidente"]


def test_a_new_password_replaces_the_old_one(session, account):
    accounts.set_password(session, "presidente", PASSWORD[::-1])
    with refused("sign-in.refused"):
        enter(session, PASSWORD)
    assert enter(session, PASSWORD[::-1]) is account
    with refused("registry.login"):
        accounts.set_password(session, "nobody", PASSWORD)
    with refused("registry.password"):
        accounts.set_password(session, "presidente", "short")
