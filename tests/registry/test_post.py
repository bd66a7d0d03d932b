"""Messages: queued with their reason, sent outside of it, and forgotten once they are gone."""

import email
import email.policy
import json
import smtplib
import ssl
import stat
import threading
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from elections import post
from elections.config import Config
from elections.post import Channels, Folder, Gateway, Message, Outbox, Smtp, carriers
from elections.post.outbox import MOST_FAILURES
from elections.registry.accounts import EMAIL
from tests.refused import refused
from tests.registry.common import NOW

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
SMS = Message("one-time-code", "+33612345678", "s", 'Code "à" 1234 & {phone}', channel="sms")
JSON = """Authorization: Bearer secret\r\ncontent-type: application/json; charset=utf-8\r\n\r
{"to": "{phone}", "text": "{text}"}\r\n"""
FORM = "Content-Type: application/x-www-form-urlencoded\n\nto={phone}&text={text}\n"
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

    def close(self):
        """Nothing to close."""


def put(store, *messages):
    with store.registry.begin() as session:
        return [post.queue(session, message) for message in messages]


def rows(store):
    with store.registry_reader() as session:
        return [(row.sent_at, row.body, row.failures) for row in session.scalars(select(Outbox).order_by(Outbox.id))]


def deliver(store, carrier, now=NOW):
    """How many were sent and how many failed."""
    return post.deliver(store.registry, carrier, now)[:2]


def test_a_message_becomes_a_private_file_and_its_text_is_forgotten(store, tmp_path):
    (number,) = put(store, CODE)
    assert deliver(store, Folder(tmp_path / "outbox", "bureau@exemple.fr")) == (1, 0)
    (file,) = (tmp_path / "outbox").iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == (f"{number:06d}-one-time-code.eml", 0o600)
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert (mail["To"], mail["From"], mail["Subject"]) == ("ada@exemple.fr", "bureau@exemple.fr", CODE.subject)
    assert mail.get_content().replace("\r\n", "\n") == CODE.body
    assert rows(store) == [("2026-01-05T08:00:00Z", "", 0)]


def test_a_message_is_sent_once(store):
    put(store, CODE)
    carrier = Broken()
    assert [deliver(store, carrier) for _ in range(2)] == [(1, 0), (0, 0)]
    assert len(carrier.sent) == 1


def test_one_that_fails_waits_and_holds_nothing_up(store):
    put(store, Message("notice", "bad@exemple.fr", "s", "b"), CODE)
    refusal = smtplib.SMTPRecipientsRefused({})
    assert deliver(store, Broken("bad@exemple.fr", error=refusal)) == (1, 1)
    assert rows(store) == [(None, "b", 1), ("2026-01-05T08:00:00Z", "", 0)]
    assert deliver(store, Broken(), NOW + 4 * SECOND) == (0, 0)
    assert deliver(store, Broken(), NOW + 5 * SECOND) == (1, 0)


@pytest.mark.parametrize(
    "error", [TimeoutError, ConnectionRefusedError, smtplib.SMTPServerDisconnected, ssl.SSLCertVerificationError]
)
def test_a_server_that_cannot_be_reached_is_asked_once_a_round(store, error):
    put(store, CODE, CODE, CODE)
    carrier = Broken(CODE.recipient, error=error)
    assert deliver(store, carrier) == (0, 1)
    assert [failures for _, _, failures in rows(store)] == [1, 0, 0]
    assert deliver(store, Broken(), NOW + 5 * SECOND) == (3, 0)


def test_one_that_always_fails_is_given_up(store):
    put(store, CODE)
    carrier = Broken(CODE.recipient, error=smtplib.SMTPDataError(451, b"4.3.0 later"))
    tried = [hour for hour in range(48) if deliver(store, carrier, NOW + hour * HOUR) == (0, 1)]
    assert len(tried) == MOST_FAILURES
    assert rows(store) == [(None, "", MOST_FAILURES)]


def test_an_address_that_no_message_can_have_is_refused_at_once(store):
    put(store, CODE)
    carrier = Broken(CODE.recipient, error=ValueError)
    assert [deliver(store, carrier, NOW + hour * HOUR) for hour in range(2)] == [(0, 1), (0, 0)]


def test_a_fault_of_ours_is_not_taken_for_a_failure(store):
    put(store, CODE)
    with pytest.raises(ZeroDivisionError):
        deliver(store, Broken(CODE.recipient, error=ZeroDivisionError))
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


@given(st.from_regex(EMAIL, fullmatch=True), st.text(max_size=80))
def test_every_address_that_is_taken_makes_a_mail(address, subject):
    """What the standard library stumbles over would end the round of all others."""
    raw = (
        replace(CODE, recipient=address, subject=subject, token="a" * 32).mail("Élections <vote@exemple.fr>").as_bytes()
    )
    names = [line.partition(b":")[0] for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n") if line[:1] != b" "]
    assert {b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted"} <= set(names)
    assert len(set(names)) == len(names)


def test_text_is_not_in_the_repr():
    assert "12345678" not in repr(CODE)


def test_the_folder_is_the_post_unless_a_server_is_set():
    folder = Folder(Path("s/outbox"), "elections@localhost")
    assert post.carrier(Config(state=Path("s"))) == Channels(folder, folder)
    mailed = Config(state=Path("s"), smtp_host="mail")
    assert post.carrier(mailed) == Channels(Smtp(mailed), folder)
    assert (Config().sms, mailed.sms, replace(mailed, sms_url="https://sms.exemple.fr").sms) == (True, False, True)


@pytest.mark.parametrize(("host", "steps"), [("localhost", ["send"]), ("mail.example", ["tls", "login", "send"])])
def test_a_server_elsewhere_is_spoken_to_over_tls(monkeypatch, host, steps):
    done = []

    class Server:
        def __init__(self, name, port, timeout):
            assert (name, port, timeout) == (host, 587, 20)

        def starttls(self, context):
            assert context.check_hostname
            done.append("tls")

        def login(self, user, password):
            assert (user, password) == ("u", "p")
            done.append("login")

        def ehlo_or_helo_if_needed(self):
            pass

        def mail(self, sender):
            assert sender == "elections@localhost"
            return 250, b"ok"

        def rcpt(self, recipient):
            assert recipient == CODE.recipient
            return 250, b"ok"

        def data(self, mail):
            assert b"To: ada@exemple.fr" in mail
            done.append("send")
            return 250, b"ok"

    monkeypatch.setattr("smtplib.SMTP", Server)
    user = None if host == "localhost" else "u"
    Smtp(Config(smtp_host=host, smtp_user=user, smtp_password="p")).send(CODE)
    assert done == steps


@pytest.mark.parametrize("step", ["starttls", "login"])
@pytest.mark.parametrize(
    "error",
    [
        ssl.SSLCertVerificationError("certificate has expired"),
        smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server."),
        UnicodeError("a password that is not ASCII"),
    ],
)
def test_what_is_wrong_with_the_server_is_held_against_no_message(store, monkeypatch, step, error):
    class Server:
        def __init__(self, *_, **__):
            pass

        def __getattr__(self, name):
            def act(*_, **__):
                if name == step:
                    raise error

            return act

    monkeypatch.setattr("smtplib.SMTP", Server)
    put(store, CODE, CODE)
    carrier = Smtp(Config(smtp_host="mail.example", smtp_user="u", smtp_password="p"))
    assert deliver(store, carrier) == (0, 1)
    assert rows(store) == [(None, CODE.body, 1), (None, CODE.body, 0)]


# --- SMS, by a gateway that a test stands in for -----------------------------------------------------


@pytest.fixture
def gateway():
    """A gateway on this machine: `answers` is what it will answer, `taken` what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def _take(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            server.taken.append((self.command, self.path, dict(self.headers), body))
            self.send_response(server.answers.pop(0))
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        do_POST = do_PUT = _take  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_):
            pass

    class Server(HTTPServer):
        answers: list[int]
        taken: list[tuple[str, str, dict[str, str], str]]

    server = Server(("127.0.0.1", 0), Handler)
    server.answers, server.taken = [202], []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def setting(tmp_path, gateway):
    """`setting(template)` is the configuration of that gateway."""

    def _setting(template, mode=0o600, **more):
        file = tmp_path / "sms"
        file.write_bytes(template.encode())
        file.chmod(mode)
        url = f"http://127.0.0.1:{gateway.server_port}/v1/send?from=isoloir"
        return Config(**{"state": tmp_path, "sms_url": url, "sms_template": file, **more})

    return _setting


@pytest.mark.parametrize(
    ("template", "read"), [(JSON, json.loads), (FORM, lambda body: parse_qs(body, strict_parsing=True))]
)
def test_an_sms_is_one_request_in_which_no_text_ends_its_place(gateway, setting, template, read):
    carrier = post.carrier(setting(template, sms_method="PUT"))
    carrier.send(SMS)
    ((method, path, headers, body),) = gateway.taken
    assert (method, path) == ("PUT", "/v1/send?from=isoloir")
    found = {name: value if isinstance(value, str) else value[0] for name, value in read(body).items()}
    assert found == {"to": SMS.recipient, "text": SMS.body}
    assert template != JSON or headers["Authorization"] == "Bearer secret"
    assert "secret" not in repr(carrier)


@pytest.mark.parametrize("status", [302, 400, 401, 503])
def test_a_gateway_that_does_not_take_it_is_asked_again_later_unless_the_message_is_wrong(
    store, gateway, setting, status
):
    put(store, SMS)
    gateway.answers = [status, 200]
    carrier = post.carrier(setting(JSON))
    tries = [deliver(store, carrier, NOW + number * HOUR) for number in range(3)]
    if status == 400:
        assert tries == [(0, 1), (0, 0), (0, 0)]
        assert rows(store) == [(None, "", 1)]
    else:
        assert tries == [(0, 1), (1, 0), (0, 0)]
        assert [path for _, path, _, _ in gateway.taken] == ["/v1/send?from=isoloir"] * 2
        assert rows(store) == [("2026-01-05T09:00:00Z", "", 1)]


def test_messages_go_by_their_channel(store, gateway, setting):
    put(store, CODE, SMS)
    config = setting(JSON)
    assert deliver(store, post.carrier(config)) == (2, 0)
    assert [file.suffix for file in (config.state / "outbox").iterdir()] == [".eml"]
    assert len(gateway.taken) == 1


def test_without_a_gateway_an_sms_becomes_a_private_file(store, tmp_path):
    put(store, SMS)
    post.deliver(store.registry, post.carrier(Config(state=tmp_path)), NOW)
    (file,) = (tmp_path / "outbox").glob("*.txt")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text("utf-8") == f"{SMS.recipient}\n\n{SMS.body}"


@pytest.mark.parametrize(("status", "tried"), [(422, 2), (503, 1)])
def test_a_number_that_is_refused_holds_up_nobody_and_a_gateway_that_is_down_is_asked_once(
    store, gateway, setting, status, tried
):
    put(store, SMS, SMS)
    gateway.answers = [status] * 2
    assert deliver(store, post.carrier(setting(JSON))) == (0, tried)
    assert len(gateway.taken) == tried


def test_a_channel_that_is_down_does_not_hold_up_the_other(store):
    put(store, SMS, SMS, CODE)
    carrier = Broken(SMS.recipient, error=TimeoutError)
    assert deliver(store, carrier) == (1, 1)
    # One of the two was tried, and it alone has failed.
    assert [failures for _, _, failures in rows(store)] == [1, 0, 0]


@pytest.mark.parametrize(
    ("template", "more", "rule"),
    [
        (JSON, {"sms_url": "http://sms.exemple.fr/"}, "registry.address"),
        (JSON, {"sms_url": "ftp://127.0.0.1/"}, "registry.address"),
        (JSON, {"sms_url": "file:///etc/passwd"}, "registry.address"),
        (JSON, {"sms_url": "127.0.0.1"}, "registry.address"),
        (JSON, {"sms_url": "https://[bad/"}, "registry.address"),
        (JSON, {"sms_url": "http://127.0.0.1:65536/"}, "registry.address"),
        (JSON, {"sms_template": None}, "registry.secret"),
        (JSON, {"sms_template": Path("/nowhere")}, "registry.secret"),
        (JSON, {"mode": 0o640}, "registry.secret"),
        (JSON.replace("{text}", ""), {}, "post.template"),
        (JSON.replace("{phone}", ""), {}, "post.template"),
        ("no header\n\n{phone}{text}", {}, "post.template"),
        ("{phone}{text}", {}, "post.template"),
        (JSON.replace("application/json", "text/xml"), {}, "post.template-kind"),
        ("A: b\n\n{phone}{text}", {}, "post.template-kind"),
    ],
)
def test_a_gateway_that_could_not_work_is_refused_at_the_start(setting, template, more, rule):
    with refused(rule):
        post.carrier(setting(template, **more))


def test_a_gateway_elsewhere_is_spoken_to_over_tls_that_is_checked(setting, monkeypatch):
    seen = []

    class Connection:
        def __init__(self, host, timeout, context):
            seen.append((host, timeout, context.check_hostname))
            raise TimeoutError

    monkeypatch.setattr(carriers, "HTTPSConnection", Connection)
    with pytest.raises(TimeoutError):
        Gateway.configured(setting(JSON, sms_url="https://sms.exemple.fr:8443/send")).send(SMS)
    assert seen == [("sms.exemple.fr:8443", 20, True)]
