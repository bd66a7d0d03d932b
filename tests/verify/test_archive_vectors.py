"""Bare archives: the published ones are consistent, and what belenios-tool lets pass is refused by its own rule."""

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.protocol import archive, events
from elections.protocol.ballot import Ballot
from elections.protocol.canonical import compact
from elections.protocol.elgamal import prove_possession
from elections.protocol.events import step
from elections.protocol.group import group_by_name
from elections.protocol.pedersen import HolderKey
from elections.protocol.tally import parse_result, partial_decryption, weighted_tally, write_result
from elections.protocol.trustees import Single, write
from elections.verify import verify
from elections.verify.archive import judge_archive
from tests.belenios import judge_archive as belenios_judges
from tests.belenios import require_belenios_tool
from tests.conftest import SHARED
from tests.protocol.small import KEY, PUBLISHED, bel, cast, election, leaves

JUDGED = ["V03", "V04", "V05", "V06", "V09", "V10", "V11"]


def verdicts(report):
    return {check.id: check.verdict for check in report.checks}


def details(report):
    return {check.id: check.detail for check in report.checks}


def refusing(report):
    """The rule by which each check fails."""
    return {check.id: check.detail.rpartition("[")[2][:-1] for check in report.checks if check.verdict == "fails"}


@pytest.mark.parametrize("letter", PUBLISHED)
def test_every_published_archive_is_consistent(letter, shared_vectors):
    report = verify(bel(shared_vectors, letter))
    assert report.holds, refusing(report)
    assert (report.verdict, report.subject) == ("consistent", "archive")
    judged = {f"V{number:02}": "absent" for number in range(1, 16)} | dict.fromkeys(JUDGED, "holds")
    assert verdicts(report) == judged
    report.require(*JUDGED)
    said = details(report)
    assert said["V04"] == ("threshold keys in the form of Belenios 2.0" if letter == "B" else None)
    assert said["V06"] == ("re-votes: 1; of each credential the last ballot counts" if letter == "L" else None)
    content = archive.read(bel(shared_vectors, letter).read_bytes())
    assert json.loads(said["V11"]) == json.loads(content.result or b"")["result"]


def test_several_processes_judge_alike(monkeypatch):
    monkeypatch.setattr("elections.verify.ballots._CHUNK", 2)
    data = many_ballots(5)
    assert judge_archive(data, "it", jobs=2) == judge_archive(data, "it")
    assert judge_archive(data, "it").holds


# --- what belenios-tool lets pass


@cache
def steps_of(letter):
    """The steps of a published archive, by kind."""
    content = archive.read(bel(SHARED / "vectors", letter).read_bytes())
    found: dict = {}
    for item in content.steps:
        found.setdefault(item.event, []).append(item)
    return content.timestamp, found


def rebuilt(letter, edit):
    """The archive with other steps, chained and hashed as an attacker would."""
    timestamp, s = steps_of(letter)
    named = {name: s.get(name, []) for name in events.DATA}
    return events.encode(timestamp, edit(*named.values()))


def retold(tally, **changes):
    """The EncryptedTally event with another index."""
    index = {"num_tallied": 5, "total_weight": 5, **changes}
    return [step("EncryptedTally", tally[0].bodies[0], **index)]


def reversed_columns(tally):
    """The EncryptedTally event of other ciphertexts, which nobody decrypted."""
    return [step("EncryptedTally", compact([json.loads(tally[0].bodies[0])[0][::-1]]), num_tallied=5, total_weight=5)]


FALSE = step("Result", b'{"result":[[9,9,9,9]]}')
TAMPERINGS = {
    "a replayed ballot": (lambda s, b, e, t, d, r: [*s, *b, b[0], *e, *t, *d, *r], "V03", "archive.copy"),
    "a replayed ballot beside the first": (
        lambda s, b, e, t, d, r: [*s, b[0], *b, *e, *t, *d, *r],
        "V03",
        "archive.copy",
    ),
    "a foreign tally": (lambda s, b, e, t, d, r: [*s, *b, *e, *reversed_columns(t), *d, *r], "V09", "verify.tally"),
    "other ballots before the last run": (
        lambda s, b, e, t, d, r: [*s, *b[:2], *e, *b, *e, *t, *d, *r],
        "V03",
        "archive.grammar",
    ),
    "rubbish before the last run": (
        lambda s, b, e, t, d, r: [*s, step("Ballot", b'{"rubbish":1}'), *e, *b, *e, *t, *d, *r],
        "V03",
        "archive.grammar",
    ),
    "a false num_tallied": (
        lambda s, b, e, t, d, r: [*s, *b, *e, *retold(t, num_tallied=99), *d, *r],
        "V09",
        "verify.tally-size",
    ),
    "a false total_weight": (
        lambda s, b, e, t, d, r: [*s, *b, *e, *retold(t, total_weight=99), *d, *r],
        "V09",
        "verify.tally-size",
    ),
    "a tally before the end of the ballots": (
        lambda s, b, e, t, d, r: [*s, *b, *t, *e, *d, *r],
        "V03",
        "archive.grammar",
    ),
    "ballots without an end": (lambda s, b, _, t, d, r: [*s, *b, *t, *d, *r], "V03", "archive.grammar"),
    "a decryption before the tally": (lambda s, b, e, t, d, r: [*s, *b, *e, *d, *t, *r], "V03", "archive.grammar"),
    "a result before its decryption": (lambda s, b, e, t, d, r: [*s, *b, *e, *t, *r, *d], "V03", "archive.grammar"),
    "two results": (lambda s, b, e, t, d, r: [*s, *b, *e, *t, *d, *r, *r], "V03", "archive.grammar"),
    "a false result and then a true one": (
        lambda s, b, e, t, d, r: [*s, *b, *e, *t, *d, FALSE, *r],
        "V03",
        "archive.grammar",
    ),
    "a decryption twice": (lambda s, b, e, t, d, r: [*s, *b, *e, *t, *d, *d, *r], "V10", "verify.owner-twice"),
    "two tallies": (lambda s, b, e, t, d, r: [*s, *b, *e, *t, *t, *d, *r], "V03", "archive.grammar"),
    "two ends": (lambda s, b, e, t, d, r: [*s, *b, *e, *e, *t, *d, *r], "V03", "archive.grammar"),
    "two beginnings": (lambda s, b, e, t, d, r: [*s, *s, *b, *e, *t, *d, *r], "V03", "archive.grammar"),
}
"""Of the six kinds of steps (Setup, Ballot, EndBallots, EncryptedTally, PartialDecryption, Result) an archive,
the check that must refuse it and its rule."""


@pytest.mark.parametrize("what", TAMPERINGS)
def test_what_belenios_tool_lets_pass_is_refused_here(what, shared_vectors):
    edit, check, rule = TAMPERINGS[what]
    report = judge_archive(rebuilt("A", edit), "it")
    assert refusing(report)[check] == rule
    assert (report.verdict, report.holds) == ("refused", False)


@pytest.mark.parametrize("what", TAMPERINGS)
def test_belenios_tool_does_let_it_pass(what, shared_vectors, tmp_path):
    """So that the tests above are about something: 2.0 accepts every one of these."""
    require_belenios_tool()
    judgement = belenios_judges(rebuilt("A", TAMPERINGS[what][0]), tmp_path)
    assert judgement.accepted, judgement.output


# --- other tampering: whatever is changed, some check fails, and the right one says why


def replaced(kind, body, edit):
    """An archive A in which one record of one step is another."""

    def steps(*groups):
        result = []
        for name, group in zip(events.DATA, groups, strict=True):
            for item in group:
                bodies = list(item.bodies)
                if name == kind and item is group[0]:
                    bodies[body] = edit(bodies[body])
                index = parsed_index(item) if name in {"EncryptedTally", "PartialDecryption"} else {}
                result.append(step(name, *bodies[: len(bodies) - bool(index or name == "Setup")], **index))
        return result

    return rebuilt("A", steps)


def parsed_index(item):
    """The numbers of the index of a step."""
    return {key: number for key, number in json.loads(item.bodies[-1]).items() if type(number) is int}


def other_result(body):
    value = json.loads(body)
    value["result"][0][1] += 1
    value["result"][0][2] -= 1
    return compact(value)


def other_name(body):
    return compact({**json.loads(body), "name": "Another"})


def other_key(body):
    group = group_by_name("BELENIOS-2048")
    return compact({**json.loads(body), "public_key": group.power_g(5).text})


def without(number):
    return lambda body: compact([item for place, item in enumerate(json.loads(body)) if place != number])


CHANGES = {
    "a count": ("Result", 0, other_result, {"V11": "tally.total"}),
    "counts that are more than the ballots": ("Result", 0, lambda _: FALSE.bodies[0], {"V11": "tally.total"}),
    "the title of the election": ("Setup", 0, other_name, {"V05": "verify.ballots"}),
    "the key of the election": ("Setup", 0, other_key, {"V04": "setup.key", "V05": "verify.ballots"}),
    "a public credential left out": (
        "Setup",
        2,
        lambda body: compact([item for item in json.loads(body) if item != first_credential()]),
        {"V05": "verify.credential-list"},
    ),
    "a public credential outside the group": (
        "Setup",
        2,
        lambda body: compact([*json.loads(body), "2"]),
        {"V05": "group.member"},
    ),
    "a public credential twice": (
        "Setup",
        2,
        lambda body: compact([*json.loads(body), json.loads(body)[0]]),
        {"V05": "archive.credential"},
    ),
    "a weight": (
        "Setup",
        2,
        lambda body: compact([item + ",2" * (item == first_credential()) for item in json.loads(body)]),
        {"V09": "verify.tally"},
    ),
    "a weight that no machine could count by copies": (
        "Setup",
        2,
        lambda body: compact([item + f",{2**53 - 1}" * (item == first_credential()) for item in json.loads(body)]),
        {"V09": "verify.tally"},
    ),
    "no trustees": ("Setup", 1, lambda _: b"[]", {"V04": "trustees.none"}),
    "an elector's ballot": (
        "Ballot",
        0,
        lambda body: body.replace(b":", b": "),
        {"V05": "verify.ballots"},
    ),
}


def first_credential():
    return json.loads(steps_of("A")[1]["Ballot"][0].bodies[0])["credential"]


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_record_is_refused_by_the_check_it_concerns(what, shared_vectors):
    kind, body, edit, expected = CHANGES[what]
    found = refusing(judge_archive(replaced(kind, body, edit), "it"))
    assert {check: found.get(check) for check in expected} == expected


def test_rebuilding_changes_nothing_by_itself(shared_vectors):
    assert replaced("Ballot", 0, lambda body: body) == bel(shared_vectors, "A").read_bytes()


def test_an_archive_without_result_is_refused_as_unfinished(shared_vectors):
    report = judge_archive(rebuilt("A", lambda s, b, e, t, *_: [*s, *b, *e, *t]), "it")
    assert refusing(report)["V03"] == "archive.unfinished"


HOSTILE: list[object] = [None, True, 0, -1, 2**53, 2**62, "", "0", "x", "9" * 1301, [], {}, [[]], [None], {"x": {}}]
HOSTILE_TEXT = [b"", b"null", b"[]", b"{}", b'""', b"\xff", b"[" * 2000, b"1e9", b'{"a":1,"a":2}', b'"\\ud800"']


@settings(max_examples=25)
@given(data=st.data())
def test_no_record_whatever_it_holds_breaks_the_verifier(shared_vectors, data):
    """Any one value of any record, or the whole record, replaced by a hostile one, with all hashes mended."""
    kind = data.draw(st.sampled_from(sorted(events.DATA)))
    bodies = steps_of("A")[1][kind][0].bodies
    if not bodies:
        return
    place = data.draw(st.integers(0, len(bodies) - 1))

    def edit(body):
        if data.draw(st.booleans()):
            return data.draw(st.sampled_from(HOSTILE_TEXT) | st.binary(max_size=20))
        return with_hostile(body, data)

    timestamp, found = steps_of("A")
    steps = [item for name in events.DATA for item in found[name]]
    target = steps.index(found[kind][0])
    changed = [*bodies]
    changed[place] = edit(bodies[place])
    # The index, where there is one, is made again, unless it is itself what was changed.
    if events.index_keys(kind) and place < len(bodies) - 1:
        numbers = parsed_index(found[kind][0])
        steps[target] = step(kind, *changed[:-1], **numbers)
    else:
        steps[target] = events.Step(kind, tuple(changed))
    report = judge_archive(events.encode(timestamp, steps), "it")
    assert len(report.checks) == 15
    assert all(check.verdict in {"holds", "fails", "absent"} for check in report.checks)


def with_hostile(body, data):
    """The record with one value, leaf or not, replaced."""
    value = json.loads(body)
    paths = leaves(value)
    path = data.draw(st.sampled_from(paths))
    path = path[: data.draw(st.integers(0, len(path)))]
    hostile = data.draw(st.sampled_from(HOSTILE))
    if not path:
        return compact(hostile)
    place = value
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = hostile
    return compact(value)


@given(data=st.data())
def test_any_changed_byte_of_an_archive_is_refused(data):
    raw = bytearray(many_ballots(1))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= 1 << data.draw(st.integers(0, 7))
    assert not judge_archive(bytes(raw), "it").holds


@given(st.binary(max_size=2000))
def test_random_bytes_are_refused(data):
    report = judge_archive(data, "it")
    assert refusing(report)["V03"].startswith("archive.")


# --- archives of our own making


@cache
def many_ballots(number, weights=()):
    """An archive with one holder, in which elector n votes for list n mod 3."""
    contest = election()
    group = contest.group
    votes = [[0, *(int(place == voter % 3) for place in range(3))] for voter in range(number)]
    ballots = [Ballot.parse(cast(contest, vote, credential=voter + 2), group) for voter, vote in enumerate(votes)]
    weights = weights or (1,) * number
    tally = weighted_tally(contest, zip(ballots, weights, strict=True))
    counts = [sum(w * v for w, v in zip(weights, column, strict=True)) for column in zip(*votes, strict=True)]
    named = [f"{b.credential.text},{w}" if w != 1 else b.credential.text for b, w in zip(ballots, weights, strict=True)]
    trustees = write([Single(HolderKey(prove_possession(group, KEY), group.power_g(KEY)))])
    return events.encode(
        0,
        [
            step("Setup", contest.raw, trustees, compact(named)),
            *(step("Ballot", ballot.raw) for ballot in ballots),
            step("EndBallots"),
            step("EncryptedTally", tally.raw, num_tallied=number, total_weight=sum(weights)),
            step("PartialDecryption", partial_decryption(contest, tally, KEY, 1)[0], owner=1),
            step("Result", write_result([counts])),
        ],
    )


def test_weighted_ballots_count_by_their_weight():
    report = judge_archive(many_ballots(3, (1, 3, 0)), "it")
    assert report.holds, refusing(report)
    assert details(report)["V11"] == "[[0, 1, 3, 0]]"


def test_a_result_is_read_as_it_stands():
    assert parse_result(archive.read(many_ballots(3)).result or b"", election()) == [[0, 1, 1, 1]]
