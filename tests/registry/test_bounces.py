"""What mail servers send back is believed only for a message that was really sent, and breaks nothing."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from elections import mailing, post
from elections.post import Message, Outbox, read_bounces
from elections.protocol.errors import ProtocolError
from elections.registry import journal
from tests.refused import refused
from tests.registry.common import NOW, OFFICER, enrolled

TOKEN = "0123456789abcdef" * 2


def report(number=7, token=TOKEN, action="failed", status="5.1.1", returned="text/rfc822-headers", kind="report"):
    """A report as Postfix writes it."""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mail.exemple.fr
To: vote@exemple.fr
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/{kind}; report-type=delivery-status; boundary="b0"

This is a MIME-encapsulated message.

--b0
Content-Type: text/plain; charset=us-ascii

I'm sorry. Action: failed

--b0
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.exemple.fr

Final-Recipient: rfc822; ada@exemple.fr
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b0
Content-Type: {returned}

From: vote@exemple.fr
Message-ID: <{number}.{token}@exemple.fr>
Subject: Votre vote

--b0--
""".encode()


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_a_report_names_the_message_and_why(returned, newline):
    raw = report(returned=returned).replace(b"\n", newline)
    assert read_bounces(raw) == ([(7, TOKEN, "5.1.1")], 0)


def test_a_mailbox_has_many_of_them():
    box = b"".join(b"From MAILER-DAEMON Mon Jan  5 08:00:00 2026\n" + report(number) + b"\n" for number in (1, 2))
    assert read_bounces(box + b"From ada Mon Jan  5 08:00:00 2026\nSubject: hello\n\nFrom here\n") == (
        [(1, TOKEN, "5.1.1"), (2, TOKEN, "5.1.1")],
        1,
    )


@pytest.mark.parametrize(
    "raw",
    [
        report(action="delayed", status="4.4.1"),
        report(action="delivered", status="2.0.0"),
        report(status="4.2.2"),
        report(token="short"),
        report(kind="mixed"),
        report(returned="text/plain"),
        b"Subject: out of office\nAuto-Submitted: auto-replied\n\nback on Monday\n",
    ],
)
def test_what_is_no_bounce_is_none(raw):
    assert read_bounces(raw) == ([], 1)


@pytest.mark.parametrize(
    ("raw", "rule"), [(b"", "post.bounces"), (b"\x00\x01\x02", "post.bounces"), (b":" * 9_000_000, "post.bounces-size")]
)
def test_what_is_no_mail_is_refused(raw, rule):
    with refused(rule):
        read_bounces(raw)


@given(st.binary(max_size=400), st.integers(0, len(report())), st.integers(0, 300))
def test_whatever_a_report_holds_breaks_nothing(junk, place, cut):
    raw = report()
    try:
        bounces, others = read_bounces(raw[:place] + junk + raw[place + cut :])
    except ProtocolError:
        return
    assert len(bounces) + others >= 1


def test_a_thousand_nested_parts_end(session):
    raw = b"".join(
        f'Content-Type: multipart/report; boundary="b{depth}"\n\n--b{depth}\n'.encode() for depth in range(1000)
    )
    assert read_bounces(raw) == ([], 1)


def _hostile(depth, fill, head=b""):
    """A report that keeps the standard parser busy: parts in parts, or parameters without end."""
    nested = b"".join(b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (at, at + 1) for at in range(depth))
    return report().replace(b"This is a", head + nested + fill + b"a", 1)


@pytest.mark.parametrize(
    "raw",
    [
        _hostile(200, b"\n" * 2_000_000),
        _hostile(200, b"\r" * 2_000_000),
        _hostile(1, b"--b1\nContent-Type: multipart/mixed; x=" + b"; a=b" * 400_000 + b"\n\n"),
        _hostile(1, b'--b1\nContent-Type: multipart/mixed; x="' + b"\n ;" * 400_000 + b"\n\n"),
        _hostile(0, b"--b0\nContent-Type: message/delivery-status\n\n" + b"a: b\n" * 400_000),
        b"".join(b"From a b\n" + _hostile(15, b"\n" * 1_900) + b"\n" for _ in range(200)),
    ],
    ids=["nested", "nested, old line ends", "parameters", "folded parameters", "fields", "many"],
)
def test_no_mail_keeps_its_reader_busy(raw):
    began, refused = process_time(), ""
    try:
        read_bounces(raw)
    except ProtocolError as error:
        refused = error.rule
    assert refused in ("", "post.bounces-size")
    assert process_time() - began < 10


def test_only_who_knows_the_token_marks_a_message(session):
    election = enrolled(session)
    number = post.queue(session, Message("notice", "ada@exemple.fr", "s", "b", election=election.uuid, number=1))
    row = session.get(Outbox, number)
    row.state = "sent"
    session.flush()
    other = enrolled(session)
    for election_uuid, token in ((election.uuid, "f" * 32), (other.uuid, row.token)):
        taken = mailing.take_bounces(session, election_uuid, read_bounces(report(number, token)), OFFICER, NOW)
        assert taken == (0, 1)
    assert mailing.take_bounces(session, election.uuid, read_bounces(report(number, row.token)), OFFICER, NOW) == (1, 0)
    assert mailing.take_bounces(session, election.uuid, read_bounces(report(number, row.token)), OFFICER, NOW) == (0, 1)
    session.expire_all()
    row = session.scalars(select(Outbox)).one()
    assert (row.state, row.answer, row.bounced_at) == ("bounced", "5.1.1", "2026-01-05T08:00:00Z")
    entry = journal.entries(session, election.uuid)[-1]
    assert (entry.act, entry.details) == ("bounces", {"messages": 1})
