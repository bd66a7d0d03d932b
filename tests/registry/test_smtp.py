"""Messages over real SMTP: refused, deferred, cut off, killed; nobody is forgotten, and nobody gets one twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from elections import post
from elections.post import Message, Outbox
from elections.registry import roll
from elections.registry.tables import Elector
from tests.registry.common import NOW, OFFICER, draft, line, sheet
from tests.registry.mailserver import mail_server

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def server():
    with mail_server() as (handler, config):
        yield handler, post.carrier(config)


def electors(store, *addresses):
    """An election with these electors; its uuid, and a notice to each queued."""
    with store.registry.begin() as session:
        election = draft(session)
        lines = [line(f"e{place:05}", email=address) for place, address in enumerate(addresses, 1)]
        file = roll.read_file(session, election.uuid, sheet(*lines))
        assert not file.problems
        roll.apply(session, election.uuid, file, OFFICER, NOW)
        found = session.execute(select(Elector.number, Elector.email).order_by(Elector.number)).all()
        post.queue_all(session, [notice(address, election=election.uuid, number=number) for number, address in found])
        return election.uuid


def notice(address, **more):
    return Message("notice", address, "Votre vote", f"À {address} : bonjour.\n.\n", **more)


def states(store):
    """State and answer by address."""
    with store.registry_reader() as session:
        return {row.recipient: (row.state, row.answer) for row in session.scalars(select(Outbox))}


def counted(store):
    with store.registry_reader() as session:
        return dict(session.execute(select(Outbox.state, func.count()).group_by(Outbox.state)).all())


def test_one_connection_carries_a_slice_and_a_refusal_does_not_end_it(store, server):
    handler, carrier = server
    handler.rcpt = {
        "bad.fr": "550 5.1.1 no such user x@bad.fr",
        "later.fr": "451 4.7.1 greylisted",
        "no.fr": "554 5.7.1",
    }
    handler.data = {"d@good.fr": "552 5.3.4 too big"}
    electors(store, "a@good.fr", "x@bad.fr", "b@later.fr", "d@good.fr", "n@no.fr", "c@good.fr")
    assert post.deliver(store.registry, carrier, NOW) == (2, 4, False)
    assert handler.connections == 1
    assert states(store) == {
        "a@good.fr": ("sent", ""),
        "x@bad.fr": ("refused", "550 5.1.1"),
        "b@later.fr": ("waiting", "451 4.7.1"),
        "d@good.fr": ("refused", "552 5.3.4"),
        "n@no.fr": ("waiting", "554 5.7.1"),
        "c@good.fr": ("sent", ""),
    }
    handler.rcpt = {}
    assert post.deliver(store.registry, carrier, NOW + MINUTE) == (2, 0, False)
    [(_, mail), *_] = handler.taken
    assert "À a@good.fr : bonjour.\r\n..\r\n".encode() in mail or "À a@good.fr : bonjour.\r\n.\r\n".encode() in mail
    assert b"Message-ID: <" in mail


def test_a_server_that_breaks_off_before_the_end_gets_the_message_again_later(store, server):
    handler, carrier = server
    electors(store, "a@good.fr", "b@good.fr")
    handler.rcpt = {"good.fr": "421 4.3.2 shutting down"}
    assert post.deliver(store.registry, carrier, NOW) == (0, 1, False)
    assert states(store)["a@good.fr"] == ("waiting", "down")
    handler.rcpt = {}
    assert post.deliver(store.registry, carrier, NOW + MINUTE) == (2, 0, False)


@pytest.mark.parametrize("when", ["gone before", "gone after"])
def test_a_silence_after_the_whole_message_leaves_it_in_doubt(store, server, when):
    handler, carrier = server
    election = electors(store, "a@good.fr", "b@good.fr")
    handler.data = {"a@good.fr": when}
    assert post.deliver(store.registry, carrier, NOW) == (0, 1, False)
    assert post.deliver(store.registry, carrier, NOW + HOUR) == (1, 0, False)
    assert {name: state for name, (state, _) in states(store).items()} == {
        "a@good.fr": "uncertain",
        "b@good.fr": "sent",
    }
    # A one-time code is awaited, and may come twice.
    code = Message("one-time-code", "a@good.fr", "s", "1234", election=election, number=1)
    with store.registry.begin() as session:
        post.queue(session, code)
    assert post.deliver(store.registry, carrier, NOW + HOUR) == (0, 1, False)
    handler.data = {}
    assert post.deliver(store.registry, carrier, NOW + 2 * HOUR) == (1, 0, False)


def test_a_one_time_code_does_not_queue_behind_a_thousand_notices(store, server):
    handler, carrier = server
    election = electors(store, *(f"e{place}@good.fr" for place in range(1000)))
    with store.registry.begin() as session:
        post.queue(session, Message("one-time-code", "e7@good.fr", "s", "1234", election=election, number=8))
        post.queue(session, Message("mail-alarm", "officer@bureau.fr", "s", "b"))
    assert post.deliver(store.registry, carrier, NOW, most=3, seconds=60) == (3, 0, True)
    assert [address for address, _ in handler.taken] == ["e7@good.fr", "officer@bureau.fr", "e0@good.fr"]


def test_a_slow_server_holds_a_slice_no_longer_than_it_may(store, server):
    handler, carrier = server
    handler.pause = 0.2
    electors(store, *(f"e{place}@good.fr" for place in range(50)))
    begun = time.monotonic()
    done = post.deliver(store.registry, carrier, NOW, seconds=1)
    assert done.more
    assert 1 <= done.sent < 10
    assert time.monotonic() - begun < 5


def test_no_server_at_all_blames_no_message_and_loses_none(store):
    with mail_server() as (_, config):
        pass
    electors(store, "a@good.fr", "b@good.fr")
    carrier = post.carrier(config)
    for minute in range(60):
        post.deliver(store.registry, carrier, NOW + minute * MINUTE)
    assert set(states(store).values()) == {("waiting", "down")}


def test_an_elector_who_leaves_the_roll_takes_what_waits_along(store):
    election = electors(store, "a@good.fr", "b@good.fr")
    with store.registry.begin() as session:
        file = roll.read_file(session, election, sheet(line("e00001", email="a@good.fr")))
        roll.apply(session, election, file, OFFICER, NOW)
    assert list(states(store)) == ["a@good.fr"]


VICTIM = """
import sys
from datetime import datetime, timedelta, UTC
from pathlib import Path
import elections.registry.tables
from elections import post
from elections.config import Config
from elections.storage import Store
now = datetime.fromisoformat(sys.argv[3])
with Store.open(Path(sys.argv[1])) as store:
    carrier = post.carrier(Config(smtp_host="127.0.0.1", smtp_port=int(sys.argv[2]), sender="v@exemple.fr"))
    print("ready", flush=True)
    while post.deliver(store.registry, carrier, now).more:
        pass
"""


def test_killed_in_the_middle_nothing_is_lost_and_nothing_sent_twice(store, request, record_property):
    size, kills = (10_000, 12) if request.config.getoption("--long") else (1_000, 6)
    begun = time.monotonic()
    electors(store, *(f"e{place}@d{place % 7}.fr" for place in range(size)))
    record_property("figure", f"roll and {size} notices queued in {time.monotonic() - begun:.1f} s")
    with mail_server() as (handler, config):
        begun = time.monotonic()
        for number in range(kills):
            arguments = [str(store.state), str(config.smtp_port), (NOW + number * MINUTE).isoformat()]
            victim = subprocess.Popen([sys.executable, "-c", VICTIM, *arguments], stdout=subprocess.PIPE)
            assert victim.stdout
            victim.stdout.readline()
            time.sleep(random.uniform(0.05, 0.6 if size == 1_000 else 4))
            os.kill(victim.pid, signal.SIGKILL)
            victim.wait()
            victim.stdout.close()
        while post.deliver(store.registry, post.carrier(config), NOW + HOUR).more:
            pass
        seconds = time.monotonic() - begun
    record_property("figure", f"{size} messages sent over SMTP through {kills} kills in {seconds:.0f} s")
    received = Counter(address for address, _ in handler.taken)
    assert max(received.values()) == 1
    found = states(store)
    assert len(found) == size
    in_doubt = {address for address, (state, _) in found.items() if state == "uncertain"}
    assert len(in_doubt) <= kills
    # Whoever got none is told to the office by name.
    assert {address for address, (state, _) in found.items() if state == "sent"} == set(received) - in_doubt
    assert {state for state, _ in found.values()} <= {"sent", "uncertain"}
