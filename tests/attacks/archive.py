"""V03: the bytes, the chain and the grammar of the archive."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from elections.protocol import events, tar
from elections.protocol.archive import encode_credentials
from elections.protocol.canonical import compact
from tests.attacks.forger import Forger
from tests.attacks.table import attack

if TYPE_CHECKING:
    from collections.abc import Callable

    from elections.protocol.canonical import Json
    from tests.attacks.forger import Forger


def _records(f: Forger, college: str, edit: Callable[[list[tar.Record]], list[tar.Record]]) -> None:
    """Change the records of an archive, below its chain."""

    def change(raw: bytes) -> bytes:
        timestamp, records = tar.read(raw, "archive")
        return tar.write(timestamp, edit(records))

    f.raw(f"{college}/archive.bel", change)


def _last_event(records: list[tar.Record], key: str, value: Json) -> list[tar.Record]:
    """The records, with one value of the last event changed."""
    event = json.loads(records[-1].body)
    return [*records[:-1], tar.Record.of("event", compact({**event, key: value}))]


@attack("V03", "byte-exact tar", "archive.header", also=None)
def the_archive_ends_as_an_ordinary_tar(f):
    f.raw("s2b/archive.bel", lambda raw: raw + bytes(1024))


@attack("V03", "byte-exact tar", "archive.header", also=None)
def a_header_has_another_owner(f):
    f.raw("s2b/archive.bel", lambda raw: raw[:1024] + raw[1024:].replace(b"0000000\0", b"0000001\0", 1))


@attack("V03", "hash chain", "archive.chain", also=None)
def an_event_follows_another_parent(f):
    _records(f, "s2b", lambda records: _last_event(records, "parent", "0" * 64))


@attack("V03", "hash chain", "archive.reference", also=None)
def the_setup_names_another_election(f):
    f.raw("s2b/archive.bel", _with_other_election)


def _with_other_election(raw: bytes) -> bytes:
    """An archive whose setup_data names another election than the one that stands there."""
    timestamp, steps = events.decode(raw, "archive")
    setup = events.Step("Setup", (steps[0].bodies[0].replace(b'"version":1', b'"version":2'), *steps[0].bodies[1:]))
    return events.encode(timestamp, [setup, *steps[1:]])


@attack("V03", "heights", "archive.chain", also=None)
def an_event_has_another_height(f):
    _records(f, "s2b", lambda records: _last_event(records, "height", 1))


@attack("V03", "event grammar", "archive.grammar", also=None)
def there_are_two_results(f):
    f.steps("s1", lambda steps: [*steps, steps[-1]])


@attack("V03", "event grammar", "archive.grammar", also=None)
def a_ballot_comes_after_the_end_of_ballots(f):
    f.steps("s1", lambda steps: [*steps[:1], *steps[2:27], steps[1], *steps[27:]])


@attack("V03", "event grammar", "archive.grammar", also=None)
def the_tally_comes_after_a_decryption(f):
    f.steps("s1", lambda steps: [*steps[:27], steps[28], steps[27], *steps[29:]])


@attack("V03", "event grammar", "archive.grammar", also=None)
def the_end_of_ballots_is_missing(f):
    f.steps("s1", lambda steps: [step for step in steps if step.event != "EndBallots"])


@attack("V03", "event grammar", "archive.grammar", also=None)
def ballots_stand_before_a_second_setup(f):
    f.steps("s1", lambda steps: [*steps[:3], steps[0], *steps[3:]])


@attack("V03", "event grammar", "archive.unfinished", frozen=True, also=None)
def a_frozen_archive_ends_before_the_tally(f):
    f.steps("s2b", lambda steps: steps[:2])


@attack("V03", "nothing unreferenced", "archive.unreferenced", also=None)
def a_record_is_referenced_by_nothing(f):
    _records(f, "s2b", lambda records: [*records, tar.Record.of("data", b"{}")])


@attack("V03", "nothing unreferenced", "archive.records", also=None)
def an_event_has_a_record_too_many(f):
    _records(f, "s2b", lambda records: [tar.Record.of("data", b"{}"), *records])


@attack("V03", "form of §10", "archive.order")
def the_ballots_stand_in_another_order(f):
    f.steps("s1", lambda steps: [steps[0], steps[2], steps[1], *steps[3:]])


@attack("V03", "form of §10", "archive.copy", also=["V08"])
def a_ballot_is_replayed_in_the_archive(f):
    f.steps("s1", lambda steps: [steps[0], steps[1], *steps[1:]])


@attack("V03", "form of §10", "archive.credentials")
def a_credential_stands_there_that_never_voted(f):
    more = f.election("s1").group.generator.text
    f.body("s1", "Setup", lambda raw: encode_credentials([*json.loads(raw), more]), data=2)


@attack("V03", "form of §10", "archive.credentials")
def a_credential_weighs_two(f):
    f.body("s1", "Setup", lambda raw: raw.replace(b'",', b',2",', 1), data=2)


@attack("V03", "form of §10", "json.canonical")
def the_result_has_a_space(f):
    f.body("s2b", "Result", lambda raw: raw.replace(b":", b": "))
