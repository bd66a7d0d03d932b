"""Messages on screen: announced once, told one by one, exported harmlessly, and an alarm where a domain takes none."""

import csv
import html
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from elections import mailing, post
from elections.config import Config
from elections.post import MailAlarm, Message, Outbox
from elections.protocol.canonical import hour_text
from elections.registry import journal
from elections.registry.tables import Elector
from elections.ticking import Ticker
from tests.doors.world import DRAFTED
from tests.registry.mailserver import mail_server
from tests.registry.test_bounces import report
from tests.web.site import EVERYBODY, FIRST, Site

MINUTE = timedelta(minutes=1)


def text(answer):
    return html.unescape(answer.text).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def bare(answer):
    """The words of a page, without what marks them up."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text(answer)))


@pytest.fixture
def draft(drafted):
    """The site of an election in preparation."""
    return Site(drafted, DRAFTED)


@pytest.fixture
def address(draft):
    return f"/bureau/election/{draft.election}/envois"


def outbox(site):
    with site.world.store.registry_reader() as session:
        return list(session.scalars(select(Outbox).order_by(Outbox.id)))


def test_the_vote_is_announced_once_after_a_look(draft, address):
    officer = draft.desk("officer")
    assert f"Annoncer le vote à {EVERYBODY} électeurs" in text(officer.get(address))
    page = text(officer.get(f"{address}/annonce"))
    assert f"Votre identifiant : {FIRST.identifier}" in page
    assert f"/election/{draft.election}/connexion" in page
    assert outbox(draft) == []
    assert officer.send(f"{address}/annonce", reason="").status_code == 303
    sent = outbox(draft)
    assert len(sent) == EVERYBODY
    assert sent[0].body in page.replace("&#39;", "'") or FIRST.identifier in sent[0].body
    again = officer.send(f"{address}/annonce", reason="")
    assert again.status_code == 422
    assert "Il n’y a personne à qui écrire." in text(again)
    assert len(outbox(draft)) == EVERYBODY
    with draft.world.store.registry_reader() as session:
        entry = journal.entries(session, draft.election)[-1]
    assert (entry.act, entry.details) == ("notices", {"electors": EVERYBODY, "repeated": False})


def test_who_did_not_get_it_may_be_written_to_again(draft, address):
    officer = draft.desk("officer")
    officer.send(f"{address}/annonce", reason="")
    with draft.world.store.registry.begin() as session:
        session.execute(update(Outbox).values(state="sent"))
        session.execute(update(Outbox).where(Outbox.number == 1).values(state="refused", answer="550 5.1.1"))
        session.execute(update(Outbox).where(Outbox.number == 2).values(state="uncertain"))
    page = text(officer.get(address))
    assert "Écrire de nouveau à 2 électeurs" in page
    assert "550 5.1.1" in page
    officer.send(f"{address}/annonce?a=echecs", reason="")
    assert [row.number for row in outbox(draft)][EVERYBODY:] == [1, 2]
    assert "Écrire de nouveau" not in text(officer.get(address))


def test_a_changed_roll_owes_a_notice_and_the_clock_pays(draft, address):
    store, config = draft.world.store, Config(address="http://localhost")
    mailing.look(store, config, draft.now)
    assert outbox(draft) == []
    draft.desk("officer").send(f"{address}/annonce", reason="")
    with store.registry.begin() as session:
        session.get_one(Elector, (draft.election, 3)).email = "nouvelle@ailleurs.fr"
    for _ in range(2):
        mailing.look(store, config, draft.now + MINUTE)
    assert [row.recipient for row in outbox(draft)][EVERYBODY:] == ["nouvelle@ailleurs.fr"]


def test_an_elector_without_a_code_is_told_to_the_office_once(draft):
    store = draft.world.store
    draft.desk("officer")
    with store.registry.begin() as session:
        elector = session.get_one(Elector, (draft.election, 3))
        session.add(
            Elector(
                election_uuid=draft.election, number=999, identifier="nouvelle", last_name="N", first_name="P",
                email="n@exemple.fr", phone=None, roll_unit=elector.roll_unit,
            )
        )  # fmt: skip
    for minute in range(3):
        mailing.look(store, Config(), draft.now + minute * MINUTE)
    (told,) = outbox(draft)
    assert (told.recipient, told.number) == ("officer@exemple.fr", None)
    assert "Un électeur n’a pas de code de vote." in told.body


def test_whom_no_channel_reaches_is_listed_until_the_address_is_corrected(draft, address):
    officer, store, config = draft.desk("officer"), draft.world.store, Config(address="http://localhost")
    desk = f"/bureau/election/{draft.election}"
    officer.send(f"{address}/annonce", reason="")
    with store.registry.begin() as session:
        session.execute(update(Outbox).values(state="sent"))
        session.execute(update(Outbox).where(Outbox.number == 1).values(state="bounced"))
        session.execute(update(Outbox).where(Outbox.number.in_((2, 3))).values(state="refused", answer="550 5.1.1"))
        # A one-time code reached her by SMS.
        second = session.get_one(Elector, (draft.election, 2))
        second.phone = "+33612345678"
        code = Message("one-time-code", second.phone, "s", "b", channel="sms", election=draft.election, number=2)
        post.queue(session, code)
    page = text(officer.get(f"{address}?etat=unreached"))
    assert "2 électeurs ne sont joints par aucune voie" in page
    assert '<p role="status">2 électeurs' in page
    assert "/liste/electeurs/1" in page
    assert f"messages peuvent joindre : {EVERYBODY - 2} sur {EVERYBODY}" in bare(officer.get(desk))
    assert FIRST.identifier not in text(draft.desk("president").get(f"{address}?etat=unreached"))
    with store.registry.begin() as session:
        session.get_one(Elector, (draft.election, 1)).email = "bonne@ailleurs.fr"
    mailing.look(store, config, draft.now + MINUTE)
    assert '<p role="status">1 électeur' in text(officer.get(f"{address}?etat=unreached"))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", EVERYBODY),
        ("?etat=refused", 1),
        ("?etat=none", 0),
        ("?quoi=one-time-code&etat=none", EVERYBODY),
        (f"?recherche={FIRST.identifier.upper()}", 1),
        ("?domaine=nowhere.fr", 0),
        ("?etat=x&tri=x&page=x&quoi=x", EVERYBODY),
    ],
)
def test_the_ledger_is_filtered(draft, address, query, count):
    officer = draft.desk("officer")
    officer.send(f"{address}/annonce", reason="")
    with draft.world.store.registry.begin() as session:
        session.execute(update(Outbox).where(Outbox.number == 1).values(state="refused"))
    page = text(officer.get(address + query))
    assert f'<p role="status">{count} électeur' in page
    exported = officer.get(f"{address}/registre.csv{query}")
    assert len(list(csv.reader(io.StringIO(exported.text), delimiter=";"))) == count + 1


def test_who_signs_in_and_how_many_do_no_page_tells(draft, address):
    """A one-time code that arrives is a sign that somebody signed in; one that does not is why she calls."""
    texts = ("s", "Code : 123456789012")
    with draft.world.store.registry.begin() as session:
        for number, state in enumerate(("sent", "sent", "waiting", "sending", "refused", "bounced"), 1):
            message = Message("one-time-code", f"{state}@code.fr", *texts, election=draft.election, number=number)
            row = session.get(Outbox, post.queue(session, message))
            row.state, row.tried_at, row.sent_at = state, "2026-01-05T08:00:00Z", "2026-01-05T08:00:00Z"
    officer, query = draft.desk("officer"), "?quoi=one-time-code"
    for page in (officer.get(address + query), officer.get(f"{address}/registre.csv{query}")):
        assert page.status_code == 200
        assert not any(f"{state}@code.fr" in page.text for state in ("sent", "waiting", "sending"))
        assert all(f"{state}@code.fr" in page.text for state in ("refused", "bounced"))
    for state, count in (("sent", 0), ("sending", 0), ("waiting", 0), ("none", EVERYBODY - 2), ("refused", 1)):
        assert f'<p role="status">{count} électeur' in text(officer.get(f"{address}{query}&etat={state}"))
    with draft.world.store.registry_reader() as session:
        assert dict(mailing.progress(session, draft.election, "one-time-code").states) == {
            "none": EVERYBODY - 2, "refused": 1, "bounced": 1,
        }  # fmt: skip


def test_when_somebody_signed_in_is_forgotten_after_a_day(draft):
    hours = (draft.now - timedelta(hours=23), draft.now - timedelta(hours=25))
    with draft.world.store.registry.begin() as session:
        for kind in ("one-time-code", "notice"):
            for state in ("sent", "refused", "waiting"):
                for at in hours:
                    row = session.get(
                        Outbox,
                        post.queue(session, Message(kind, "a@b.fr", "s", "b", election=draft.election, number=1)),
                    )
                    row.state, row.tried_at = state, hour_text(at)
    Ticker(draft.world.store, post.Folder(draft.world.store.state / "sent", "e@exemple.fr")).advance(draft.now)
    left = [(row.kind, row.state) for row in outbox(draft) if row.tried_at == hour_text(hours[1])]
    assert left == [("one-time-code", "waiting"), ("notice", "sent"), ("notice", "refused"), ("notice", "waiting")]
    assert len(outbox(draft)) == 10


def test_the_ledger_has_pages(draft, address, monkeypatch):
    monkeypatch.setattr("elections.web.deliveries._PAGE", 20)
    officer = draft.desk("officer")
    seen = set()
    for page in range(1, 13):
        answer = text(officer.get(f"{address}?page={page}"))
        seen |= {person for person in draft.world.staging.numbers if f"<small>{person}</small>" in answer}
    assert len(seen) == EVERYBODY
    assert f"Page 2 sur {-(-EVERYBODY // 20)}" in text(officer.get(f"{address}?page=2"))


def test_an_exported_name_is_no_formula(draft, address):
    with draft.world.store.registry.begin() as session:
        session.get_one(Elector, (draft.election, 1)).last_name = "=HYPERLINK(evil)"
    cells = [cell for row in csv.reader(io.StringIO(draft.desk("officer").get(f"{address}/registre.csv").text),
                                        delimiter=";") for cell in row]  # fmt: skip
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert [cell for cell in cells if cell.startswith("'=HYPERLINK(evil)")]


def test_reports_of_mail_servers_are_taken_on_screen(draft, address):
    officer = draft.desk("officer")
    officer.send(f"{address}/annonce", reason="")
    row = outbox(draft)[0]
    with draft.world.store.registry.begin() as session:
        session.execute(update(Outbox).values(state="sent", sent_at="2026-01-05T08:00:00Z"))
    raw = report(row.id, row.token)
    answer = officer.send(f"{address}/retours", file=(io.BytesIO(raw), "../../x.eml"), follow=True)
    assert "1 envoi est marqué comme revenu." in text(answer)
    assert outbox(draft)[0].state == "bounced"
    for junk in (b"", b"\x00" * 100):
        wrong = officer.send(f"{address}/retours", file=(io.BytesIO(junk), "x.eml"))
        assert wrong.status_code == 422
        assert "ni un message ni une boîte" in text(wrong)


def test_the_board_sees_no_names(draft, address):
    draft.desk("officer").send(f"{address}/annonce", reason="")
    for role in ("president", "supervision"):
        page = text(draft.desk(role).get(address))
        assert "Ce que chaque message est devenu" in page
        assert FIRST.identifier not in page
        assert draft.desk(role).get(f"{address}/registre.csv").status_code == 403


def test_a_domain_that_refuses_is_an_alarm_within_minutes(draft, address):
    """R12, with a real mail server that refuses one domain."""
    officer = draft.desk("officer")
    with draft.world.store.registry.begin() as session:
        for number in range(1, 9):
            elector = session.get_one(Elector, (draft.election, number))
            elector.email = f"e{number}@{'muet' if number < 7 else 'bon'}.fr"
    officer.send(f"{address}/annonce", reason="")
    with mail_server() as (handler, config):
        handler.rcpt = {"muet.fr": "451 4.7.1 try later"}
        ticker = Ticker(draft.world.store, post.carrier(config))
        for minute in range(3):
            ticker.send(draft.now + minute * MINUTE)
        told = [content for recipient, content in handler.taken if recipient == "officer@exemple.fr"]
        draft.later(minutes=3)
        page = text(officer.get(address))
        assert "muet.fr a refusé 6 messages en dix minutes et en a accepté 0." in page.replace("<strong>", "").replace(
            "</strong>", ""
        )
        assert "Des messages n’arrivent pas" in text(officer.get(f"/bureau/election/{draft.election}"))
        assert "bon.fr</strong> a refusé" not in page
        assert len(told) == 1
        # The same alarm is not told every minute, and is over once the domain takes messages again.
        handler.rcpt = {}
        for minute in range(3, 30):
            ticker.send(draft.now + minute * MINUTE)
        assert len([1 for recipient, _ in handler.taken if recipient == "officer@exemple.fr"]) == 1
    with draft.world.store.registry_reader() as session:
        assert session.scalars(select(MailAlarm)).all() == []


def test_a_silent_domain_and_a_dead_server_are_alarms_too(draft):
    store, now = draft.world.store, draft.now
    with store.registry.begin() as session:
        post.queue(session, Message("x", "a@rare.fr", "s", "b"))
        session.execute(update(Outbox).values(failures=3, answer="451", failing_since="2025-01-01T00:00:00Z"))
    with store.registry_reader() as session:
        assert [(one.domain, one.kind) for one in post.troubles(session, now)] == [("rare.fr", "silent")]
    with store.registry.begin() as session:
        session.execute(update(Outbox).values(answer="down"))
    with store.registry_reader() as session:
        assert [(one.domain, one.kind) for one in post.troubles(session, now)] == [("", "server")]
