"""Messages: queued with their reason, sent outside of it, and forgotten once they are gone."""

import email
import email.policy
import smtplib
import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from elections import post
from elections.config import Config
from elections.post import Folder, Message, Outbox, Smtp
from tests.registry.common import NOW

CODE = Message("one-time-code", "ada@exemple.fr", "Votre code d’accès", "Code : 12345678\n")


class Broken:
    """A carrier that fails on some messages."""

    def __init__(self, *bad, error=OSError):
        self.bad, self.error, self.sent = bad, error, []

    def send(self, message):
        """Fail, or keep the message."""
        if message.recipient in self.bad:
            raise self.error
        self.sent.append(message)


def put(store, *messages):
    with store.registry.begin() as session:
        return [post.queue(session, message) for message in messages]


def rows(store):
    with store.registry_reader() as session:
        return [(row.sent_at, row.body, row.failures) for row in session.scalars(select(Outbox).order_by(Outbox.id))]


def test_a_message_becomes_a_private_file_and_its_text_is_forgotten(store, tmp_path):
    (number,) = put(store, CODE)
    assert post.deliver(store.registry, Folder(tmp_path / "outbox", "bureau@exemple.fr"), NOW) == (1, 0)
    (file,) = (tmp_path / "outbox").iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == (f"{number:06d}-one-time-code.eml", 0o600)
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert (mail["To"], mail["From"], mail["Subject"]) == ("ada@exemple.fr", "bureau@exemple.fr", CODE.subject)
    assert mail.get_content().replace("\r\n", "\n") == CODE.body
    assert rows(store) == [("2026-01-05T08:00:00Z", "", 0)]


def test_a_message_is_sent_once(store):
    put(store, CODE)
    carrier = Broken()
    assert [post.deliver(store.registry, carrier, NOW) for _ in range(2)] == [(1, 0), (0, 0)]
    assert len(carrier.sent) == 1


def test_one_that_fails_waits_and_holds_nothing_up(store):
    put(store, Message("notice", "bad@exemple.fr", "s", "b"), CODE)
    refusal = smtplib.SMTPRecipientsRefused({})
    assert post.deliver(store.registry, Broken("bad@exemple.fr", error=refusal), NOW) == (1, 1)
    assert rows(store) == [(None, "b", 1), ("2026-01-05T08:00:00Z", "", 0)]
    assert post.deliver(store.registry, Broken(), NOW) == (1, 0)


@pytest.mark.parametrize("error", [TimeoutError, ConnectionRefusedError, smtplib.SMTPServerDisconnected])
def test_a_server_that_cannot_be_reached_is_asked_once_a_round(store, error):
    put(store, CODE, CODE, CODE)
    carrier = Broken(CODE.recipient, error=error)
    assert post.deliver(store.registry, carrier, NOW) == (0, 1)
    assert [failures for _, _, failures in rows(store)] == [1, 0, 0]
    assert post.deliver(store.registry, Broken(), NOW) == (3, 0)


def test_one_that_always_fails_is_given_up(store):
    put(store, CODE)
    carrier = Broken(CODE.recipient, error=ValueError)
    results = [post.deliver(store.registry, carrier, NOW) for _ in range(post.MOST_FAILURES + 1)]
    assert results == [(0, 1)] * post.MOST_FAILURES + [(0, 0)]


def test_a_fault_of_ours_is_not_taken_for_a_failure(store):
    put(store, CODE)
    with pytest.raises(ZeroDivisionError):
        post.deliver(store.registry, Broken(CODE.recipient, error=ZeroDivisionError), NOW)
    assert rows(store) == [(None, CODE.body, 0)]


def test_a_message_goes_with_its_reason(store):
    with store.registry() as session:
        post.queue(session, CODE)
        session.rollback()
    assert rows(store) == []


def test_no_text_adds_a_header():
    mail = Message("notice", "a@b.fr\nBcc: c@d.fr", "s\r\nBcc: c@d.fr", "b").mail("x@y.fr")
    assert [name for name, _ in mail.items() if name == "Bcc"] == []
    assert "\r\n\r\n" in mail.as_bytes().decode()


def test_text_is_not_in_the_repr():
    assert "12345678" not in repr(CODE)


def test_the_folder_is_the_post_unless_a_server_is_set():
    assert post.carrier(Config(state=Path("s"))) == Folder(Path("s/outbox"), "elections@localhost")
    assert post.carrier(Config(smtp_host="mail")) == Smtp(Config(smtp_host="mail"))


@pytest.mark.parametrize(("host", "steps"), [("localhost", ["send"]), ("mail.example", ["tls", "login", "send"])])
def test_a_server_elsewhere_is_spoken_to_over_tls(monkeypatch, host, steps):
    done = []

    class Server:
        def __init__(self, name, port, timeout):
            assert (name, port, timeout) == (host, 587, 20)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def starttls(self, context):
            assert context.check_hostname
            done.append("tls")

        def login(self, user, password):
            assert (user, password) == ("u", "p")
            done.append("login")

        def send_message(self, mail):
            assert mail["To"] == CODE.recipient
            done.append("send")

    monkeypatch.setattr("smtplib.SMTP", Server)
    user = None if host == "localhost" else "u"
    Smtp(Config(smtp_host=host, smtp_user=user, smtp_password="p")).send(CODE)
    assert done == steps
