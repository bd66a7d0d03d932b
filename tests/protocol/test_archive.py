"""Archives: the published ones read and written back, and every other byte, order or form refused by name."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from elections.protocol import archive, events, tar
from elections.protocol.canonical import compact
from elections.protocol.errors import ProtocolError
from elections.protocol.events import Step, step
from tests.belenios import judge, judge_archive, require_belenios_tool
from tests.conftest import SHARED

VECTORS = {
    name[0]: name
    for name in (
        "A-single-belenios2048-3answers-blank",
        "B-pedersen2of3-belenios2048-10answers-max6",
        "C-pedersen2of3-belenios2048-3answers-blank-made-by-3.3.0",
        "D-single-ed25519-10answers-max6-made-by-3.3.0",
        "L-late-compiled-credentials",
    )
}
HOUR = 1795290028
CREDENTIALS = ["7", "23", "101"]
BALLOTS = sorted((b'{"ballot":%d}' % n for n in range(3)), key=lambda body: hashlib.sha256(body).digest())
SETUP = step("Setup", b'{"name":"x"}', b"[]", compact(CREDENTIALS))
BALLOT = [step("Ballot", ballot) for ballot in BALLOTS]
END = step("EndBallots")
TALLY = step("EncryptedTally", b"[[1]]", num_tallied=3, total_weight=3)
DECRYPTION = [step("PartialDecryption", b'{"by":%d}' % owner, owner=owner) for owner in (1, 3)]
RESULT = step("Result", b'{"result":[[3]]}')
FROZEN = [SETUP, *BALLOT, END, TALLY]
STEPS = [*FROZEN, *DECRYPTION, RESULT]
SMALL = events.encode(HOUR, STEPS)
"""An archive of ours in everything that is looked at here: what its records say is not."""


@pytest.fixture(params=VECTORS)
def vector(request, shared_vectors):
    return shared_vectors / "belenios" / VECTORS[request.param]


def published(folder):
    return next(folder.glob("*.bel")).read_bytes()


def refused(data, rule):
    with pytest.raises(ProtocolError) as caught:
        archive.read(data)
    assert caught.value.rule == rule


def rebuilt(data, **changes):
    """What `write` makes of the content of an archive."""
    content = archive.read(data)
    names = ("timestamp", "election", "trustees", "credentials", "ballots", "encrypted_tally", "decryptions", "result")
    return archive.write(**{name: getattr(content, name) for name in names} | changes)


def sized(content):
    """What the archive says of its tally, which it must hold."""
    assert content.sized_tally is not None
    return content.sized_tally


# --- what is honest


def test_published_archives_are_read_and_written_back(vector):
    data = published(vector)
    content = archive.read(data)
    assert events.encode(content.timestamp, content.steps) == data
    assert content.ended
    assert content.encrypted_tally is not None
    assert sized(content).hash == hashlib.sha256(content.encrypted_tally).hexdigest()
    for name in ("election", "trustees"):
        loose = vector / f"{name}.json"
        assert not loose.exists() or loose.read_bytes().rstrip(b"\n") == getattr(content, name)


def test_records_are_those_that_tarfile_finds(vector):
    data = published(vector)
    with tarfile.open(fileobj=io.BytesIO(data)) as other:
        members = [(member, other.extractfile(member)) for member in other.getmembers()]
        found = [(member.name, body.read(), member.mtime) for member, body in members if body is not None]
    timestamp, records = tar.read(data, "archive")
    assert [(f"{r.digest}.{r.kind}.json", r.body, timestamp) for r in records] == found[1:]
    assert found[0] == ("BELENIOS", b'{"version":1,"timestamp":"%d"}' % timestamp, timestamp)


@pytest.mark.parametrize("name", "ABCL")
def test_belenios_tool_accepts_the_published_archives(name, shared_vectors):
    require_belenios_tool()
    assert judge(shared_vectors / "belenios" / VECTORS[name]).accepted


@pytest.mark.parametrize("name", "ABC")
def test_belenios_tool_accepts_our_form(name, shared_vectors, tmp_path):
    require_belenios_tool()
    data = rebuilt(published(shared_vectors / "belenios" / VECTORS[name]))
    assert judge_archive(data, tmp_path).accepted


def test_the_judge_is_not_content_with_an_election_without_result(shared_vectors, tmp_path):
    require_belenios_tool()
    data = rebuilt(published(shared_vectors / "belenios" / VECTORS["A"]), decryptions=(), result=None)
    judgement = judge_archive(data, tmp_path)
    assert not judgement.accepted
    assert "no result to check" in judgement.output


def test_a_finished_and_a_frozen_record_are_written_and_read():
    content = archive.read(SMALL)
    archive.check_record_form(content)
    archive.check_credentials(content, reversed(CREDENTIALS))
    assert content.ballots == tuple(BALLOTS)
    assert content.decryptions == ((1, b'{"by":1}'), (3, b'{"by":3}'))
    assert (sized(content).num_tallied, sized(content).total_weight) == (3, 3)
    assert rebuilt(SMALL) == rebuilt(SMALL, ballots=reversed(BALLOTS)) == SMALL
    assert rebuilt(SMALL, decryptions=(), result=None) == events.encode(HOUR, FROZEN)


def test_a_contest_without_ballots_is_written():
    content = archive.read(rebuilt(SMALL, ballots=(), credentials=b"[]"))
    assert content.ballots == ()
    assert sized(content).num_tallied == 0


@pytest.mark.parametrize("count", range(1, len(STEPS)))
def test_an_unfinished_archive_is_read_but_only_a_frozen_one_is_a_record(count):
    content = archive.read(events.encode(HOUR, STEPS[:count]))
    assert content.ended == (count > 4)
    assert content.result is None
    if STEPS[:count] == FROZEN:
        archive.check_record_form(content)
    else:
        with pytest.raises(ProtocolError) as caught:
            archive.check_record_form(content)
        assert caught.value.rule == "archive.unfinished"


def test_a_revote_is_read(shared_vectors):
    content = archive.read(published(shared_vectors / "belenios" / VECTORS["L"]))
    credentials = [json.loads(ballot)["credential"] for ballot in content.ballots]
    assert (len(credentials), len(set(credentials)), sized(content).num_tallied) == (7, 6, 6)
    archive.check_copies(content)


# --- bytes


SHORT = [SETUP, BALLOT[0], END]
"""Few enough records to try every byte; published archives are tried at places drawn by Hypothesis."""


def test_every_changed_byte_is_refused():
    original = events.encode(HOUR, SHORT)
    for offset in range(len(original)):
        changed = bytearray(original)
        changed[offset] ^= 1 << (offset % 8)
        with pytest.raises(ProtocolError):
            archive.read(bytes(changed))


@given(data=st.data())
def test_any_changed_bit_of_a_published_archive_is_refused(data):
    original = _drawn_vector(data)
    bit = data.draw(st.integers(0, 8 * len(original) - 1))
    changed = bytearray(original)
    changed[bit // 8] ^= 1 << (bit % 8)
    with pytest.raises(ProtocolError):
        archive.read(bytes(changed))


@given(data=st.data())
def test_a_published_archive_cut_anywhere_is_refused_unless_it_ends_with_an_event(data):
    original = _drawn_vector(data)
    cut = original[: data.draw(st.integers(0, len(original) - 1))]
    timestamp, steps = events.decode(original, "archive")
    if cut not in {events.encode(timestamp, steps[:count]) for count in range(1, len(steps))}:
        with pytest.raises(ProtocolError):
            archive.read(cut)


def _drawn_vector(data):
    folder = SHARED / "vectors" / "belenios"
    if not folder.is_dir():
        # The known answers above are the tests that ask for the vectors; here any archive will do.
        return SMALL
    return published(folder / VECTORS[data.draw(st.sampled_from(sorted(VECTORS)))])


def test_an_archive_may_end_after_an_event_and_nowhere_else():
    original = events.encode(HOUR, SHORT)
    ends = {len(events.encode(HOUR, SHORT[:count])) for count in (1, 2)}
    for length in range(len(original)):
        if length in ends:
            archive.read(original[:length])
        else:
            with pytest.raises(ProtocolError):
                archive.read(original[:length])


@given(st.binary(min_size=1, max_size=2048))
def test_anything_appended_is_refused(more):
    with pytest.raises(ProtocolError):
        archive.read(SMALL + more)


@pytest.mark.parametrize("blocks", [1, 2, 20])
def test_the_end_of_an_ordinary_tar_is_refused(blocks):
    refused(SMALL + bytes(512 * blocks), "archive.header")


@given(st.binary(max_size=2048))
def test_any_bytes_are_read_or_refused_by_name(data):
    with pytest.raises(ProtocolError):
        archive.read(data)


def test_an_ordinary_tar_is_refused():
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as other:
        other.addfile(tarfile.TarInfo("BELENIOS"))
    refused(written.getvalue(), "archive.first")


@pytest.mark.parametrize(
    "body",
    [
        b'{"version":1,"timestamp":1795290028}',
        b'{"version":2,"timestamp":"1795290028"}',
        b'{"version":1,"timestamp":"01795290028"}',
        b'{"version":1,"timestamp":"9999999999"}',
        b'{"version":1,"timestamp":"-5"}',
        b'{"timestamp":"1795290028","version":1}',
        b'{"version":1, "timestamp":"1795290028"}',
        b'{"version":1,"timestamp":"1795290028"}\n',
        '{"version":1,"timestamp":"१"}'.encode(),
        b"",
    ],
)
def test_the_first_record_has_one_form(body):
    refused(b"".join(tar._written("BELENIOS", body, HOUR)) + SMALL[1024:], "archive.first")


def test_every_record_bears_the_hour_of_the_first():
    other = events.encode(HOUR + 1, STEPS)
    assert archive.read(other).timestamp == HOUR + 1
    refused(SMALL[:1024] + other[1024:], "archive.header")


def test_a_record_has_its_digest_for_a_name():
    body = b'{"name":"y"}'
    for name in ("x", f"{'0' * 64}.data.json", hashlib.sha256(body).hexdigest() + ".json"):
        refused(SMALL[:1024] + b"".join(tar._written(name, body, HOUR)), "archive.name")


def test_padding_and_length_are_checked():
    refused(SMALL[:-1] + b"\1", "archive.padding")
    refused(SMALL[:-1], "archive.truncated")
    refused(SMALL[: 1024 + 100], "archive.truncated")
    refused(b"", "archive.first")


@pytest.mark.parametrize("timestamp", [-1, 8**11])
def test_an_hour_that_no_header_can_hold_is_not_written(timestamp):
    with pytest.raises(ProtocolError):
        rebuilt(SMALL, timestamp=timestamp)


# --- records, chain and references


RECORDS = tar.read(SMALL, "archive")[1]


@given(st.permutations(range(len(RECORDS))))
def test_records_in_another_order_are_refused(order):
    assume(order != list(range(len(RECORDS))))
    with pytest.raises(ProtocolError):
        archive.read(tar.write(HOUR, [RECORDS[place] for place in order]))


@pytest.mark.parametrize("place", range(len(RECORDS)))
def test_a_record_left_out_or_doubled_or_exchanged_is_refused(place):
    before, record, after = RECORDS[:place], RECORDS[place], RECORDS[place + 1 :]
    other = tar.Record.of(record.kind, record.body + b" ")
    turned = tar.Record("event" if record.kind == "data" else "data", record.digest, record.body)
    for edited in ([], [record, record], [other], [turned], [record, other]):
        with pytest.raises(ProtocolError):
            archive.read(tar.write(HOUR, [*before, *edited, *after]))


KINDS = st.sampled_from(["data", "event"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "height", "x"]), inner),
    max_leaves=6,
)
BODIES = st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode())


@given(st.lists(st.builds(tar.Record.of, KINDS, BODIES), max_size=4), st.integers(0, len(RECORDS)))
def test_well_named_nonsense_is_refused_by_name(nonsense, place):
    assume(nonsense)
    with pytest.raises(ProtocolError):
        archive.read(tar.write(HOUR, [*RECORDS[:place], *nonsense, *RECORDS[place:]]))


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b'{"height":0,"type":"Setup","payload":"%s"}', None),
        (b'{"height":1,"type":"Setup","payload":"%s"}', "archive.chain"),
        (b'{"height":"0","type":"Setup","payload":"%s"}', "archive.chain"),
        (b'{"parent":"%s","height":0,"type":"Setup","payload":"%s"}', "archive.chain"),
        (b'{"height":0,"type":"Setup"}', "archive.chain"),
        (b'{"height":0,"type":"Setup","payload":"0%s"}', "archive.chain"),
        (b'{"parent":null,"height":0,"type":"Setup","payload":"%s"}', "json.canonical"),
        (b'{"height":false,"type":"Setup","payload":"%s"}', "json.canonical"),
        (b'{"height":-0,"type":"Setup","payload":"%s"}', "json.canonical"),
        (b'{"type":"Setup","height":0,"payload":"%s"}', "json.canonical"),
        (b'{"height":0, "type":"Setup","payload":"%s"}', "json.canonical"),
        (b'{"height":0,"type":"\\u0053etup","payload":"%s"}', "json.canonical"),
        (b'{"height":0,"type":"Setup","payload":"%s"}\n', "json.canonical"),
        (b'{"height":0,"type":"Setup","payload":"%s","note":""}', "json.unknown"),
        (b'{"height":0,"height":0,"type":"Setup","payload":"%s"}', "json.duplicate"),
        (b'{"height":0.0,"type":"Setup","payload":"%s"}', "json.number"),
        (b'{"height":0,"payload":"%s"}', "json.missing"),
        (b'{"height":0,"type":["Setup"],"payload":"%s"}', "json.type"),
        (b'{"height":0,"type":"Setup?","payload":"%s"}', "archive.event"),
        (b'{"height":0,"type":"Ballot","payload":"%s"}', "archive.records"),
        (b'{"height":0,"type":"Shuffle","payload":"%s"}', "archive.shuffle"),
        (b'{"height":0,"type":"EndShuffles"}', "archive.shuffle"),
        (b'["Setup"]', "json.type"),
        (b"", "json.syntax"),
    ],
)
def test_an_event_has_one_form(body, rule):
    data = [tar.Record.of("data", body) for body in SETUP.bodies]
    event = tar.Record.of("event", body.replace(b"%s", data[-1].digest.encode()))
    written = tar.write(HOUR, [*data, event])
    if rule is None:
        archive.read(written)
    else:
        refused(written, rule)


def test_an_event_names_the_one_before_it():
    other = events.encode(HOUR, [step("Setup", b'{"name":"y"}', b"[]", b"[]"), *STEPS[1:]])
    cut = len(events.encode(HOUR, STEPS[:1]))
    assert len(other) == len(SMALL)
    refused(SMALL[:cut] + other[cut:], "archive.chain")


def test_data_after_the_last_event_is_refused():
    refused(tar.write(HOUR, [*RECORDS, tar.Record.of("data", b"[]")]), "archive.unreferenced")


def _with_index(item, **changes):
    """The step with another index: changed, added or (None) missing keys."""
    index = json.loads(item.bodies[-1]) | changes
    return Step(item.event, (*item.bodies[:-1], compact({k: v for k, v in index.items() if v is not None})))


@pytest.mark.parametrize(
    ("item", "changes", "rule"),
    [
        (SETUP, {"election": "0" * 64}, "archive.reference"),
        (SETUP, {"trustees": 5}, "archive.reference"),
        (SETUP, {"credentials": None}, "json.missing"),
        (SETUP, {"credentials_certificate": "0" * 64}, "json.unknown"),
        (TALLY, {"encrypted_tally": "0" * 64}, "archive.reference"),
        (TALLY, {"num_tallied": -1}, "json.range"),
        (TALLY, {"num_tallied": "3"}, "json.type"),
        (TALLY, {"num_tallied": True}, "json.type"),
        (TALLY, {"total_weight": 2**30}, "json.range"),
        (TALLY, {"total_weight": "3"}, "json.range"),
        (TALLY, {"total_weight": "03"}, "text.decimal"),
        (TALLY, {"total_weight": None}, "json.missing"),
        (DECRYPTION[0], {"payload": "0" * 64}, "archive.reference"),
        (DECRYPTION[0], {"owner": 0}, "json.range"),
        (DECRYPTION[0], {"owner": [1]}, "json.type"),
        (DECRYPTION[0], {"name": "x"}, "json.unknown"),
    ],
)
def test_an_index_names_the_records_before_it(item, changes, rule):
    steps = [_with_index(item, **changes) if step is item else step for step in STEPS]
    refused(events.encode(HOUR, steps), rule)


def test_a_large_weight_is_a_string():
    steps = [_with_index(TALLY, total_weight=str(2**40)) if step is TALLY else step for step in STEPS]
    assert sized(archive.read(events.encode(HOUR, steps))).total_weight == 2**40


# --- grammar: belenios-tool looks at none of this


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([], id="nothing at all"),
        pytest.param(STEPS[1:], id="no Setup"),
        pytest.param([SETUP, *STEPS], id="two Setups"),
        pytest.param([SETUP, BALLOT[0], END, *BALLOT[1:], END, *STEPS[5:]], id="events before the last run of ballots"),
        pytest.param([*FROZEN, BALLOT[0], END, TALLY, *STEPS[6:]], id="a tally before the last run of ballots"),
        pytest.param([*STEPS, BALLOT[0]], id="a ballot after the result"),
        pytest.param([*STEPS[:4], TALLY, *STEPS[6:]], id="no EndBallots"),
        pytest.param([*STEPS[:4], END, END, *STEPS[5:]], id="two EndBallots"),
        pytest.param([*STEPS[:4], TALLY, END, *STEPS[6:]], id="the tally before EndBallots"),
        pytest.param([*FROZEN, TALLY, *STEPS[6:]], id="two tallies"),
        pytest.param([*STEPS[:5], *STEPS[6:]], id="no tally"),
        pytest.param([*FROZEN, RESULT], id="a result without decryption"),
        pytest.param([*FROZEN, RESULT, *DECRYPTION], id="the result before the decryptions"),
        pytest.param([*STEPS, RESULT], id="two results"),
        pytest.param([*STEPS, step("Result", b'{"result":[[2]]}')], id="another result"),
        pytest.param([*STEPS, DECRYPTION[0]], id="a decryption after the result"),
    ],
)
def test_events_follow_each_other_as_they_should(steps):
    refused(events.encode(HOUR, steps), "archive.grammar")


@pytest.mark.parametrize(
    ("steps", "rule"),
    [
        ([*STEPS[:4], Step("EndBallots", (b"{}",)), *STEPS[5:]], "archive.records"),
        ([*STEPS[:4], Step("EndBallots", (b"",)), *STEPS[5:]], "archive.records"),
        ([*STEPS[:4], END, Step("Shuffle", (b"{}", b"{}")), *STEPS[5:]], "archive.shuffle"),
        ([*STEPS[:5], Step("EndShuffles", ()), *STEPS[5:]], "archive.shuffle"),
        ([*STEPS, Step("Notice", ())], "archive.event"),
        ([*STEPS, Step("", ())], "archive.event"),
    ],
)
def test_events_are_those_of_a_homomorphic_election(steps, rule):
    refused(events.encode(HOUR, steps), rule)


# --- the form of our records


def _spaced(item, place):
    bodies = list(item.bodies)
    bodies[place] = bodies[place].replace(b":", b": ").replace(b"]", b" ]")
    if place == len(bodies) - 1:
        return Step(item.event, tuple(bodies))
    numbers = {key: value for key, value in json.loads(item.bodies[-1]).items() if isinstance(value, int)}
    return step(item.event, *bodies[:-1], **numbers)


def _turned(item):
    """The step with the keys of its index in reverse order."""
    index = dict(reversed(json.loads(item.bodies[-1]).items()))
    return Step(item.event, (*item.bodies[:-1], compact(index)))


def _setup(credentials):
    return step("Setup", *SETUP.bodies[:2], credentials)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (BALLOT, [*BALLOT, BALLOT[0]], "archive.copy"),
        (BALLOT, [BALLOT[0], *BALLOT], "archive.copy"),
        (BALLOT, [BALLOT[1], BALLOT[0], BALLOT[2]], "archive.order"),
        ([SETUP], [_setup(b'["23","7","101"]')], "archive.credentials"),
        ([SETUP], [_setup(b'["101","23","7"]')], "archive.credentials"),
        ([SETUP], [_setup(b'["7,1","23","101"]')], "archive.credentials"),
        ([SETUP], [_setup(b'["7", "23","101"]')], "archive.credentials"),
        ([SETUP], [_setup(b'["7","7"]')], "archive.credential"),
        ([SETUP], [_setup(b'["7","7,2"]')], "archive.credential"),
        ([SETUP], [_setup(b'{"7":1}')], "json.type"),
        ([SETUP], [_spaced(SETUP, 0)], "json.canonical"),
        ([SETUP], [_spaced(SETUP, 1)], "json.canonical"),
        ([SETUP], [_spaced(SETUP, 3)], "json.canonical"),
        ([SETUP], [_turned(SETUP)], "json.canonical"),
        ([TALLY], [_spaced(TALLY, 0)], "json.canonical"),
        ([TALLY], [_spaced(TALLY, 1)], "json.canonical"),
        ([TALLY], [_turned(TALLY)], "json.canonical"),
        (DECRYPTION, [_spaced(DECRYPTION[0], 0)], "json.canonical"),
        (DECRYPTION, [_spaced(DECRYPTION[0], 1)], "json.canonical"),
        (DECRYPTION, [_turned(DECRYPTION[0])], "json.canonical"),
        ([RESULT], [_spaced(RESULT, 0)], "json.canonical"),
        ([RESULT], [], "archive.unfinished"),
        ([*DECRYPTION, RESULT], [DECRYPTION[0]], "archive.unfinished"),
    ],
)
def test_our_records_have_one_form(old, new, rule):
    place = STEPS.index(old[0])
    content = archive.read(events.encode(HOUR, [*STEPS[:place], *new, *STEPS[place + len(old) :]]))
    with pytest.raises(ProtocolError) as caught:
        archive.check_record_form(content)
    assert caught.value.rule == rule


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"ballots": [*BALLOTS, BALLOTS[1]]}, "archive.copy"),
        ({"result": None}, "archive.unfinished"),
        ({"decryptions": ()}, "archive.grammar"),
        ({"credentials": b'["23","7"]'}, "archive.credentials"),
        ({"election": b'{"name": "x"}'}, "json.canonical"),
        ({"trustees": b"not JSON"}, "json.syntax"),
        ({"decryptions": [(0, b"{}")]}, "json.range"),
    ],
)
def test_what_is_refused_in_a_record_is_not_written(changes, rule):
    with pytest.raises(ProtocolError) as caught:
        rebuilt(SMALL, **changes)
    assert caught.value.rule == rule


@pytest.mark.parametrize("credentials", [["7", "23"], ["7", "23", "102"], ["7", "23", "101", "101"], []])
def test_credentials_are_those_of_the_ballots(credentials):
    with pytest.raises(ProtocolError) as caught:
        archive.check_credentials(archive.read(SMALL), credentials)
    assert caught.value.rule == "archive.credentials"


# --- credentials


@pytest.mark.parametrize("name", "ABCL")  # in Ed25519 the tools have an order of their own, which nobody checks
def test_published_credentials_are_sorted_as_numbers(name, shared_vectors):
    data = archive.read(published(shared_vectors / "belenios" / VECTORS[name])).credentials
    assert archive.encode_credentials(reversed(archive.parse_credentials(data))) == data


@given(st.sets(st.integers(0, 2**2048)))
def test_decimal_credentials_are_sorted_as_numbers(numbers):
    written = archive.encode_credentials(map(str, numbers))
    assert archive.parse_credentials(written) == list(map(str, sorted(numbers)))


@given(st.sets(st.integers(0, 2**256 - 1)))
def test_hexadecimal_credentials_are_sorted_as_numbers(numbers):
    written = archive.encode_credentials(f"{number:064x}" for number in numbers)
    assert [int(text, 16) for text in archive.parse_credentials(written)] == sorted(numbers)


def test_weights_are_read():
    assert archive.weights(b'["5","7,0","8,100000000000"]') == {"5": 1, "7": 0, "8": 10**11}
    assert archive.parse_credentials(b'["5","7,0"]') == ["5", "7"]


@pytest.mark.parametrize("text", ["5,", "5,-1", "5,01", "5,1,1", "5,1.0", "5,x"])
def test_a_weight_is_a_canonical_number(text):
    with pytest.raises(ProtocolError) as caught:
        archive.weights(compact([text]))
    assert caught.value.rule == "text.decimal"
