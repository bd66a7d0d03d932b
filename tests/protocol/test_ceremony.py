"""The key ceremony: honest ones end in a good trustees.json, and every false word stops it and names its sender."""

import hashlib
import json

import pytest

from elections.protocol import answers as holder
from elections.protocol import archive, shares
from elections.protocol.answers import Secrets, answer
from elections.protocol.ballot import Ballot, Election, Question, make_ballot, write_election
from elections.protocol.canonical import encode, parse
from elections.protocol.ceremony import KINDS, Ceremony, next_inputs
from elections.protocol.errors import ProtocolError
from elections.protocol.group import group_by_name
from elections.protocol.invitation import Invitation
from elections.protocol.setup import KeyHolders
from elections.protocol.shares import Route, commitment, open_share, seal_share, value_at
from elections.protocol.tally import encrypted_tally, partial_decryption, write_result
from elections.protocol.trustees import Trustees
from elections.verify.archive import judge_archive as judge
from tests.belenios import judge_archive, require_belenios_tool
from tests.holder.ceremonies import ALONE, CONTESTS, DELEGATES, LAW, Play, invite, leaves, other, replaced
from tests.refused import refused

PAIR = (KeyHolders(("president", "secretary"), 1), KeyHolders(DELEGATES[:3], 2))
WHO = "delegate-b"
"""Who cheats."""


@pytest.fixture(scope="module")
def played():
    """A whole ceremony for two contests; a test that changes it copies it."""
    return Play(invite(policy=PAIR)).play()


@pytest.fixture
def play(played):
    return Play(played.invitation, {role: list(given) for role, given in played.answers.items()}, dict(played.kept))


@pytest.fixture
def begun():
    """A ceremony of which so many rounds were answered."""
    return lambda rounds: Play(invite(policy=PAIR)).play(rounds)


def named(play, rule, role):
    """The office refuses what it has, by this rule, and says whose it is."""
    with pytest.raises(ProtocolError) as caught:
        play.next()
    assert caught.value.rule == rule
    assert role in str(caught.value)


# --- what is honest


@pytest.mark.parametrize("group", ["Ed25519", "BELENIOS-2048"])
@pytest.mark.parametrize("policy", [LAW, ALONE], ids=["law", "alone"])
def test_a_ceremony_gives_every_contest_its_own_key(group, policy):
    done = Play(invite(group, policy)).play().finished()
    assert list(done.trustees) == list(done.public_keys) == list(CONTESTS)
    keys = set()
    for uuid, raw in done.trustees.items():
        trustees = Trustees.parse(raw, group_by_name(group))
        trustees.check()
        assert trustees.policy() == [(len(item.holders), item.threshold) for item in policy]
        assert trustees.public_key(trustees.group) == done.public_keys[uuid]
        keys |= {done.public_keys[uuid], *trustees.verification_keys}
    # With threshold 1 every holder's key is the group's key.
    assert len(keys) == 2 * {LAW: 1 + 4 + 1, ALONE: 1}[policy]


def test_the_same_answers_give_the_same_documents(begun):
    play = begun(2)
    first = play.next()
    assert first == play.next()
    assert list(first) == list(play.invitation.seats)
    play.answer("secretary", first["secretary"])
    assert play.next() == {role: document for role, document in first.items() if role != "secretary"}


def test_answers_may_arrive_in_any_order(played):
    backwards = {role: played.answers[role] for role in reversed(played.answers)}
    assert next_inputs(played.invitation, backwards) == played.finished()


def test_nothing_is_revealed_before_everybody_has_committed(begun):
    play = begun(1)
    *most, last = play.next().items()
    for role, document in most:
        play.answer(role, document)
    assert list(play.next()) == [last[0]], "the last one is waited for, and nobody is asked to reveal"
    assert json.loads(last[1])["answers"]["president"][1:] == []


def test_documents_are_canonical_and_carry_no_secret(played):
    secrets = {
        str(number)
        for kept in played.kept.values()
        for item in kept.values()
        for number in (item.share, item.signing)
        if number is not None
    }
    for given in played.answers.values():
        for document in given:
            assert encode(parse(document, "answer")) == document
            assert not any(secret in document.decode() for secret in secrets)


def test_what_is_no_longer_needed_is_forgotten(played):
    for kept in played.kept.values():
        for item in kept.values():
            assert (item.coefficients, item.opening, item.encryption) == (None, None, None)
            assert item.share is not None


def test_a_commitment_is_the_digest_of_this_text(played):
    contest = CONTESTS[1]
    revealed = json.loads(played.answers[WHO][2])["contests"][contest]
    owner = list(played.invitation.seats).index(WHO) + 1
    opening, message = revealed["opening"], revealed["coefexps"]["message"]
    text = f"isoloir|commitment|{played.invitation.id}|{contest}|{owner}|{opening}|{message}"
    assert json.loads(played.answers[WHO][1])["contests"][contest] == hashlib.sha256(text.encode()).hexdigest()


def test_the_id_commits_to_the_invitation(played):
    value = played.invitation.json()
    assert played.invitation.id == hashlib.sha256(encode(value)).hexdigest()
    again = Invitation.make(value["election"], CONTESTS, played.invitation.group, PAIR)
    assert again.id != played.invitation.id


def test_an_election_under_these_keys_passes_both_verifiers(tmp_path):
    """The law's two groups in BELENIOS-2048, opened by the secretary and two delegates."""
    require_belenios_tool()
    play = Play(invite("BELENIOS-2048", LAW, CONTESTS[:1])).play()
    done, group, uuid = play.finished(), play.invitation.group, CONTESTS[0]
    question = Question("Q", ("one", "two"), blank=True, minimum=1, maximum=1)
    election = Election.parse(write_election(uuid, "N", "D", group, done.public_keys[uuid], [question]))
    made = [(secret, make_ballot(election, secret, [[0, secret % 2, 1 - secret % 2]])) for secret in (3, 5, 8)]
    ballots = [Ballot.parse(item.raw, group) for _, item in made]
    tally = encrypted_tally(election, ballots)
    owners = dict(enumerate(play.invitation.seats, 1))
    decryptions = [
        (owner, partial_decryption(election, tally, play.kept[owners[owner]][uuid].share, owner)[0])
        for owner in (2, 4, 6)
    ]
    raw = archive.write(
        timestamp=1795290028,
        election=election.raw,
        trustees=done.trustees[uuid],
        credentials=archive.encode_credentials(ballot.credential.text for ballot in ballots),
        ballots=[ballot.raw for ballot in ballots],
        encrypted_tally=tally.raw,
        decryptions=decryptions,
        result=write_result([[0, 2, 1]]),
    )
    assert judge(raw, "archive").holds
    judgement = judge_archive(raw, tmp_path)
    assert judgement.accepted, judgement.output


# --- what the office refuses


@pytest.mark.parametrize("number", range(4), ids=KINDS)
def test_every_changed_value_of_an_answer_is_refused_and_named(play, number):
    document = parse(play.answers[WHO][number], "answer")
    answers = {role: given[: number + (role == WHO)] for role, given in play.answers.items()}
    for path in leaves(document):
        answers[WHO][number] = encode(replaced(document, path, other))
        with pytest.raises(ProtocolError) as caught:
            next_inputs(play.invitation, answers)
        assert caught.value.rule in RULES_OF_ALTERED, (path, caught.value)
        assert WHO in str(caught.value), path


RULES_OF_ALTERED = {
    "ceremony.answer",
    "ceremony.commitment",
    "ceremony.role",
    "elgamal.possession",
    "elgamal.signature",
    "group.member",
    "json.canonical",
    "json.missing",
    "json.range",
    "json.syntax",
    "json.unknown",
    "text.base64",
    "text.hex",
    "trustees.context",
    "trustees.equation",
}


@pytest.mark.parametrize("number", range(4), ids=KINDS)
def test_a_key_too_many_or_too_few_is_refused(play, number):
    document = parse(play.answers[WHO][number], "answer")
    answers = {role: given[: number + (role == WHO)] for role, given in play.answers.items()}
    for key in document:
        answers[WHO][number] = encode({name: value for name, value in document.items() if name != key})
        with refused("json.missing"):
            next_inputs(play.invitation, answers)
    answers[WHO][number] = encode({**document, "more": 1})
    with refused("json.unknown"):
        next_inputs(play.invitation, answers)


def from_the_other(key):
    return lambda document: document["contests"][CONTESTS[0]].update({key: document["contests"][CONTESTS[1]][key]})


def swap_contests(document):
    parts = document["contests"]
    parts[CONTESTS[0]], parts[CONTESTS[1]] = parts[CONTESTS[1]], parts[CONTESTS[0]]


@pytest.mark.parametrize(
    ("number", "rule", "change"),
    [
        (0, "ceremony.answer", lambda document: document.update(kind="keys")),
        (0, "ceremony.answer", lambda document: document.update(role="secretary")),
        (0, "ceremony.answer", lambda document: document.update(ceremony="0" * 64)),
        (1, "ceremony.answer", lambda document: document.update(seen="0" * 64)),
        (1, "text.hex", lambda document: document["contests"].update({CONTESTS[0]: "x"})),
        (2, "ceremony.commitment", swap_contests),
        (2, "ceremony.commitment", from_the_other("coefexps")),
        (2, "ceremony.commitment", from_the_other("opening")),
        (2, "json.missing", lambda document: document["contests"][CONTESTS[0]]["shares"].pop("delegate-a")),
        (2, "json.unknown", lambda document: document["contests"][CONTESTS[0]]["shares"].update(president={})),
        (3, "trustees.equation", swap_contests),
        (3, "elgamal.signature", from_the_other("signature")),
        (3, "json.missing", lambda document: document["contests"][CONTESTS[0]]["key"].pop("signature")),
    ],
)  # fmt: skip
def test_a_dishonest_holder_who_signs_is_refused_and_named(play, number, rule, change):
    for role, given in play.answers.items():
        del given[number + (role == WHO) :]
    play.cheat(WHO, number, change)
    named(play, rule, WHO)


def test_two_certificates_with_one_key_are_refused(begun):
    play = begun(0)
    inputs = play.next()
    play.answer("delegate-a", inputs["delegate-a"])
    play.answer(WHO, inputs[WHO])
    # She uses the certificate of one contest in the other.
    uuid, copied = CONTESTS
    play.kept[WHO] = dict.fromkeys(CONTESTS, play.kept[WHO][copied])
    play.cheat(WHO, 0, lambda document: document["contests"].update({uuid: document["contests"][copied]}))
    named(play, "ceremony.key-twice", WHO)


def test_a_certificate_for_another_place_is_refused(begun):
    play = begun(0)
    inputs = play.next()
    play.answer(WHO, inputs[WHO])
    play.answer("delegate-a", inputs["delegate-a"])
    stolen = json.loads(play.answers["delegate-a"][0])["contests"]
    play.cheat(WHO, 0, lambda document: document.update(contests=stolen))
    named(play, "trustees.context", WHO)


def test_polynomials_of_another_degree_are_refused(begun, monkeypatch):
    play = begun(1)
    monkeypatch.setattr(
        holder, "random_polynomial", lambda group, threshold: shares.random_polynomial(group, threshold + 1)
    )
    play.play(2)
    named(play, "trustees.threshold", "president")


def test_an_answer_before_its_round_is_refused(begun):
    play = begun(1)
    inputs = play.next()
    given = play.answer(WHO, inputs[WHO])
    play.answers[WHO].append(given)
    named(play, "ceremony.early", WHO)


def test_an_answer_after_the_end_is_refused(play):
    play.answers[WHO].append(play.answers[WHO][-1])
    named(play, "ceremony.early", WHO)


def test_an_answer_by_who_holds_no_key_is_refused(play):
    play.answers["officer"] = play.answers[WHO]
    named(play, "ceremony.role", "officer")


def test_an_answer_of_another_ceremony_is_refused(begun):
    play, strange = begun(0), begun(1)
    play.answers[WHO] = strange.answers[WHO]
    named(play, "ceremony.answer", WHO)


def test_bytes_that_are_not_canonical_are_refused(begun):
    play = begun(1)
    play.answers[WHO][0] += b" "
    named(play, "json.canonical", WHO)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("ceremony.contests", {"contests": []}),
        ("ceremony.contests", {"contests": [CONTESTS[0], CONTESTS[0]]}),
        ("text.pattern", {"contests": ["x|y"]}),
        ("text.pattern", {"election": ""}),
        ("text.pattern", {"format": "isoloir-ceremony-2"}),
        ("group.name", {"group": "RFC-3526-2048"}),
        ("text.hex", {"salt": "1"}),
        ("ceremony.policy", {"policy": []}),
        ("ceremony.policy", {"policy": [{"holders": ["a", "b"], "threshold": 2}]}),
        ("ceremony.policy", {"policy": [{"holders": ["a", "a"], "threshold": 1}]}),
        ("ceremony.policy", {"policy": [{"holders": ["a"], "threshold": 1}, {"holders": ["a"], "threshold": 1}]}),
        ("json.range", {"policy": [{"holders": ["a"], "threshold": 0}]}),
        ("text.pattern", {"policy": [{"holders": ["a|b"], "threshold": 1}]}),
        ("json.unknown", {"more": 1}),
    ],
)
def test_a_wrong_invitation_is_refused(played, rule, change):
    with refused(rule):
        Invitation.parse({**played.invitation.json(), **change}, "invitation")


# --- what a holder refuses


def test_a_wrong_share_stops_the_ceremony_and_names_its_sender(begun, monkeypatch):
    play = begun(2)
    inputs = play.next()
    for role, document in inputs.items():
        with monkeypatch.context() as patch:
            if role == WHO:
                # Her share for delegate-a (index 1) is one too much; everything she says in public is right.
                patch.setattr(holder, "value_at", lambda group, f, index: value_at(group, f, index) + (index == 1))
            play.answer(role, document)
    asked = play.next()
    with pytest.raises(ProtocolError) as caught:
        play.answer("delegate-a", asked["delegate-a"])
    assert caught.value.rule == "ceremony.share"
    assert caught.value.values["sender"] == WHO
    play.answer("delegate-c", asked["delegate-c"])


def test_a_share_sealed_for_somebody_else_stops_the_ceremony(begun):
    play = begun(3)

    def exchange(document):
        sealed = document["contests"][CONTESTS[1]]["shares"]
        sealed["delegate-a"], sealed["delegate-c"] = sealed["delegate-c"], sealed["delegate-a"]

    play.cheat(WHO, 2, exchange)
    asked = play.next()
    for role in ("delegate-a", "delegate-c"):
        with pytest.raises(ProtocolError) as caught:
            play.answer(role, asked[role])
        assert caught.value.rule == "ceremony.share"
        assert (caught.value.values["sender"], caught.value.values["contest"]) == (WHO, CONTESTS[1])
    play.answer(WHO, asked[WHO])


def test_holders_who_were_shown_different_certificates_find_out(begun):
    """The office answers for one holder towards another: no later answer fits into both ceremonies."""
    play = begun(1)
    forged = Play(play.invitation, {role: list(given) for role, given in play.answers.items()}, dict(play.kept))
    del forged.answers[WHO]
    forged.answer(WHO, forged.next()[WHO])
    misled = forged.answer("delegate-a", forged.next()["delegate-a"])
    play.answers["delegate-a"].append(misled)
    named(play, "ceremony.answer", "delegate-a")


def test_a_holder_refuses_what_is_not_hers(begun):
    play, strange = begun(1), begun(1)
    ceremony, seat = Ceremony.parse_input(play.next()[WHO])
    with refused("ceremony.own"):
        answer(ceremony, seat, {})
    with refused("ceremony.own"):
        answer(ceremony, seat, strange.kept[WHO])


def test_a_holder_does_not_answer_with_what_she_has_forgotten(begun):
    for rounds in (2, 3):
        play = begun(rounds)
        ceremony, seat = Ceremony.parse_input(play.next()[WHO])
        bare = {uuid: Secrets(kept.signing, None) for uuid, kept in play.kept[WHO].items()}
        with refused("ceremony.forgotten"):
            answer(ceremony, seat, bare)


def test_a_holder_answers_nothing_after_the_end(play):
    given = {role: [parse(document, "answer") for document in items] for role, items in play.answers.items()}
    ceremony = Ceremony.replay(play.invitation, given)
    with refused("ceremony.over"):
        answer(ceremony, play.invitation.seats[WHO], play.kept[WHO])


def break_commitment(value, play):
    document = value["answers"][WHO][2]
    swap_contests(document)
    value["answers"][WHO][2] = parse(play.sign_again(WHO, document), "answer")


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("ceremony.incomplete", lambda value, _: value["answers"]["secretary"].pop()),
        ("ceremony.commitment", break_commitment),
        ("ceremony.role", lambda value, _: value.update(role="officer")),
        ("json.missing", lambda value, _: value["answers"].pop("secretary")),
        ("json.unknown", lambda value, _: value["answers"].update(officer=[])),
        ("text.pattern", lambda value, _: value.update(format="x")),
        ("ceremony.answer", lambda value, _: value["invitation"].update(salt="0" * 64)),
        ("ceremony.answer", lambda value, _: value["answers"].update(secretary=value["answers"]["president"])),
    ],
)
def test_a_holder_checks_what_the_office_gives_her(begun, rule, change):
    """The same checks as the office's own."""
    play = begun(3)
    value = parse(play.next()["president"], "input")
    change(value, play)
    with refused(rule):
        Ceremony.parse_input(encode(value))


# --- shares on their way


@pytest.mark.parametrize("name", ["Ed25519", "BELENIOS-2048"])
def test_a_sealed_share_is_read_by_its_recipient_alone(name):
    group = group_by_name(name)
    polynomial = shares.random_polynomial(group, 3)
    powers = [group.power_g(coefficient) for coefficient in polynomial]
    route, secret = Route("00" * 32, CONTESTS[0], 1, 2), group.random_scalar()
    share = value_at(group, polynomial, 2)
    sealed = seal_share(group, route, group.power_g(secret), share)
    parsed = shares.SealedShare.parse(group, sealed.json(), "share")
    assert open_share(group, route, secret, parsed, powers, 2, "x") == share
    strangers = [
        (Route("11" * 32, CONTESTS[0], 1, 2), secret, 2),
        (Route("00" * 32, CONTESTS[1], 1, 2), secret, 2),
        (Route("00" * 32, CONTESTS[0], 3, 2), secret, 2),
        (Route("00" * 32, CONTESTS[0], 1, 3), secret, 2),
        (route, secret + 1, 2),
        (route, secret, 3),
    ]
    for way, key, index in strangers:
        with refused("ceremony.share"):
            open_share(group, way, key, parsed, powers, index, "x")


def test_a_share_that_is_no_exponent_is_refused():
    group = group_by_name("Ed25519")
    polynomial = (5,)
    route = Route("00" * 32, CONTESTS[0], 1, 1)
    sealed = seal_share(group, route, group.power_g(9), polynomial[0] + group.q)
    with refused("ceremony.share"):
        open_share(group, route, 9, sealed, [group.power_g(5)], 1, "x")


def test_commitments_to_different_things_differ():
    base = ("00" * 32, CONTESTS[0], 1, "00" * 32, '{"coefexps":[]}')
    others = [("11" * 32, *base[1:]), (*base[:2], 2, *base[3:]), (*base[:3], "11" * 32, base[4]), (*base[:4], "{}")]
    assert len({commitment(*base), *(commitment(*item) for item in others)}) == 5
