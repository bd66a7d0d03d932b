"""A challenge says what its ballot holds, in both groups; any field changed is refused, here and in JavaScript alike.

`booth/test/challenges.json` holds challenges and changes of them, each with the rule that refuses it; the booth's tests
read the same file. `python -m tests.protocol.test_challenge` makes it anew.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.protocol.ballot import make_ballot
from elections.protocol.canonical import compact, encode
from elections.protocol.challenge import Challenge, write_challenge
from elections.protocol.errors import ProtocolError
from elections.protocol.group import GROUP_NAMES, group_by_name
from tests.protocol.small import CREDENTIAL, LISTS, NAMES, changed, election, leaves
from tests.refused import refused

KNOWN = Path(__file__).parents[2] / "elections/web/booth/test/challenges.json"
QUESTIONS = (LISTS, NAMES)
VOTES = ((0, 0, 1, 0), (1, 1))
VECTORS = json.loads(KNOWN.read_bytes()) if KNOWN.exists() else []


def challenge(group="Ed25519", votes=VOTES, credential=CREDENTIAL):
    """The file of a ballot of two questions."""
    contest = election(group, QUESTIONS)
    return write_challenge(contest, make_ballot(contest, credential, votes), votes)


@pytest.mark.parametrize("group", GROUP_NAMES)
def test_a_challenge_says_what_is_in_the_ballot(group):
    raw = challenge(group)
    read = Challenge.parse(raw)
    assert (read.answers, read.opened.choices) == ([["B"], ["a", "b"]], VOTES)
    assert read.election.raw == election(group, QUESTIONS).raw
    assert read.tracker == read.opened.ballot.tracker
    assert read.opened.ballot.raw.decode() == json.loads(raw)["opened"]["ballot"]
    assert Challenge.parse(challenge(group, ((1, 0, 0, 0), (0, 0)))).answers == [[None], []]


def test_two_challenges_of_one_elector_have_nothing_in_common_but_her_credential():
    first, second = Challenge.parse(challenge()).opened.ballot, Challenge.parse(challenge()).opened.ballot
    assert first.credential == second.credential
    assert first.tracker != second.tracker
    assert not {alpha.text for alpha in first.alphas} & {alpha.text for alpha in second.alphas}


@pytest.mark.parametrize("path", [("election",), ("opened", "ballot")], ids=["election", "ballot"])
def test_every_field_of_record_and_ballot_counts(path):
    value = json.loads(challenge())
    *above, last = path
    holder = value[above[0]] if above else value
    inner = holder[last]
    for leaf in leaves(json.loads(inner)):
        holder[last] = changed(inner, leaf, other).decode()
        with pytest.raises(ProtocolError):
            Challenge.parse(encode(value))
    holder[last] = inner
    Challenge.parse(encode(value))


def test_every_choice_and_every_randomness_counts():
    value = json.loads(challenge())
    for rows in (value["opened"]["choices"], value["opened"]["randomness"]):
        for row, place in leaves(rows):
            kept = rows[row][place]
            rows[row][place] = other(kept)
            with refused("ballot.opening"):
                Challenge.parse(encode(value))
            rows[row][place] = kept
    Challenge.parse(encode(value))


def other(leaf):
    """Another value of the same kind, in range wherever the first one was."""
    if isinstance(leaf, str):
        return (leaf[:-1] or "x") + ("1" if leaf[-1:] != "1" else "2")
    return not leaf if isinstance(leaf, bool) else 1 - leaf


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0), symbol=st.characters(codec="utf-8"))
def test_no_other_bytes_say_the_same(place, symbol):
    text = VECTORS[0]["file"]
    place %= len(text)
    edited = text[:place] + symbol + text[place + 1 :]
    if edited != text:
        with pytest.raises(ProtocolError):
            Challenge.parse(edited.encode())


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[]", b"{}", b"{" * 200, b'{"election":1,"format":1,"opened":1}'])
def test_what_is_no_challenge_is_refused(raw):
    with pytest.raises(ProtocolError):
        Challenge.parse(raw)


# --- What both languages say ---------------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_vectors_are_judged_as_they_say(vector):
    text = vector["file"]
    if "rule" in vector:
        with refused(vector["rule"]):
            Challenge.parse(text.encode())
        return
    read = Challenge.parse(text.encode())
    assert (read.tracker, read.answers) == (vector["tracker"], vector["answers"])
    for name, at, cut, put, rule in vector["changes"]:
        with pytest.raises(ProtocolError) as caught:
            Challenge.parse((text[:at] + put + text[at + cut :]).encode())
        assert caught.value.rule == rule, name


def test_the_vectors_hold_every_refusal_of_a_ballot():
    rules = {vector["rule"] for vector in VECTORS if "rule" in vector}
    rules |= {rule for vector in VECTORS for *_, rule in vector.get("changes", [])}
    assert {
        "json.canonical", "json.missing", "json.range", "json.syntax", "json.type", "json.unknown", "text.decimal",
        "text.pattern", "group.member", "ballot.canonical", "ballot.election", "ballot.fingerprint", "ballot.shape",
        "ballot.individual-proof", "ballot.blank-proof", "ballot.overall-proof", "ballot.signature-hash",
        "ballot.signature", "ballot.identity", "ballot.alpha-twice", "ballot.opening",
    } == rules  # fmt: skip


def _vectors():
    found = []
    for group in GROUP_NAMES:
        raw = challenge(group)
        read = Challenge.parse(raw)
        changes = [_difference(name, raw.decode(), text) for name, text in _changes(group, json.loads(raw))]
        vector = {"answers": read.answers, "changes": changes, "file": raw.decode(), "name": group}
        found.append({**vector, "tracker": read.tracker})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(group_by_name("Ed25519")), "random_scalar", lambda _: 11)
        repeated = challenge()
    for name, raw in (("a neutral credential", challenge(credential=0)), ("one randomness for all", repeated)):
        found.append({"file": raw.decode(), "name": name, "rule": _rule(raw)})
    return found


def _rule(raw):
    with pytest.raises(ProtocolError) as caught:
        Challenge.parse(raw)
    return caught.value.rule


def _difference(name, text, edited):
    """What to cut out of a text and to put in its place, and the rule that refuses the outcome."""
    pairs = enumerate(zip(text, edited, strict=False))
    start = next((place for place, (left, right) in pairs if left != right), min(len(text), len(edited)))
    end = 0
    while end < min(len(text), len(edited)) - start and text[-1 - end] == edited[-1 - end]:
        end += 1
    return [name, start, len(text) - end - start, edited[start : len(edited) - end], _rule(edited.encode())]


def _changes(group, value):
    """Challenges with one thing changed, by name."""
    q, opened = group_by_name(group).q, value["opened"]
    member = group_by_name(group).power_g(99).text

    def with_(**parts):
        return encode({**value, **parts}).decode()

    def with_opened(**parts):
        return with_(opened={**opened, **parts})

    def with_ballot(*path, put=other):
        return with_opened(ballot=changed(opened["ballot"], path, put).decode())

    def with_election(*path, put=other):
        return with_(election=changed(value["election"], path, put).decode())

    first, *rest = opened["randomness"][0]
    lacking = json.loads(opened["ballot"])
    lacking["answers"].pop()
    proof = ("answers", 0, "individual_proofs", 1, 0, "response")
    return [
        ("another format", with_(format="isoloir-challenge-2")),
        ("a space", with_().replace("{", "{ ", 1)),
        ("cut off", with_()[:-1]),
        ("a key more", with_(more=1)),
        ("a key less", with_(opened={"ballot": opened["ballot"], "choices": opened["choices"]})),
        ("another uuid", with_election("uuid", put=lambda _: "Smaii111111112")),
        ("another title", with_election("name")),
        ("another key", with_election("public_key", put=lambda _: member)),
        ("answers change places", with_election("questions", 0, "answers", put=lambda names: names[::-1])),
        ("the ballot of another election", with_ballot("election_uuid")),
        ("the ballot of another record", with_ballot("election_hash")),
        ("another credential", with_ballot("credential", put=lambda _: member)),
        ("another alpha", with_ballot("answers", 0, "choices", 2, "alpha", put=lambda _: member)),
        ("another beta", with_ballot("answers", 1, "choices", 1, "beta", put=lambda _: member)),
        ("no member", with_ballot("answers", 0, "choices", 0, "alpha", put=lambda _: "0" * len(member))),
        ("another proof of a choice", with_ballot(*proof)),
        ("a proof out of range", with_ballot(*proof, put=lambda _: str(q))),
        ("a choice without proofs", with_ballot("answers", 0, "individual_proofs", put=lambda proofs: proofs[1:])),
        ("another proof of the sum", with_ballot("answers", 0, "overall_proof", 1, "challenge")),
        ("another proof of blank", with_ballot("answers", 0, "blank_proof", 0, "response")),
        ("another signed hash", with_ballot("signature", "hash")),
        ("another signature", with_ballot("signature", "proof", "response")),
        ("one answer less", with_opened(ballot=compact(lacking).decode())),
        ("a space in the ballot", with_opened(ballot=opened["ballot"].replace(",", ", ", 1))),
        ("another choice", with_opened(choices=[[0, 1, 0, 0], [1, 1]])),
        ("a choice too many", with_opened(choices=[[0, 1, 1, 0], [1, 1]])),
        ("no choice", with_opened(choices=[[0, 0, 1, 0], [2, 1]])),
        ("a choice less", with_opened(choices=[[0, 0, 1], [1, 1]])),
        ("another randomness", with_opened(randomness=[[str((int(first) + 1) % q), *rest], opened["randomness"][1]])),
        ("the same modulo q", with_opened(randomness=[[str(int(first) + q), *rest], opened["randomness"][1]])),
        ("leading zeros", with_opened(randomness=[[f"0{first}", *rest], opened["randomness"][1]])),
        ("a row of randomness less", with_opened(randomness=opened["randomness"][:1])),
    ]


if __name__ == "__main__":
    KNOWN.write_bytes(encode(_vectors()) + b"\n")
