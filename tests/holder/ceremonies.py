"""Key ceremonies for tests: who takes part, and what each of them keeps."""

from dataclasses import dataclass, field

from elections.protocol.answers import answer
from elections.protocol.canonical import encode, parse
from elections.protocol.ceremony import Ceremony, Finished, answer_text, next_inputs
from elections.protocol.elgamal import sign
from elections.protocol.group import group_by_name
from elections.protocol.invitation import Invitation
from elections.protocol.setup import KeyHolders

ELECTION = "EEEEEEEEEEEEEE"
CONTESTS = ("AAAAAAAAAAAAAA", "BBBBBBBBBBBBBB")
DELEGATES = ("delegate-a", "delegate-b", "delegate-c", "delegate-d")
LAW = (KeyHolders(("president", "secretary"), 1), KeyHolders(DELEGATES, 2))
"""R. 211-573: the president or the secretary, and two delegates."""
ALONE = (KeyHolders(("president",), 1),)


def invite(group="Ed25519", policy=LAW, contests=CONTESTS):
    return Invitation.make(ELECTION, contests, group_by_name(group), policy)


def inputs(invitation, answers):
    """What the office asks for; the ceremony is not over."""
    asked = next_inputs(invitation, answers)
    assert isinstance(asked, dict)
    return asked


def ended(invitation, answers):
    """What the ceremony led to."""
    done = next_inputs(invitation, answers)
    assert isinstance(done, Finished)
    return done


@dataclass
class Play:
    """A ceremony that is played: the office's view of it, and every holder's secrets by role."""

    invitation: Invitation
    answers: dict = field(default_factory=dict)
    kept: dict = field(default_factory=dict)

    def next(self):
        """What the office does now."""
        return next_inputs(self.invitation, self.answers)

    def answer(self, role, document):
        """What a role answers to an input, given to the office."""
        ceremony, seat = Ceremony.parse_input(document)
        self.kept[role], given = answer(ceremony, seat, self.kept.get(role, {}))
        self.answers.setdefault(role, []).append(given)
        return given

    def play(self, rounds=4):
        """So many rounds, by everybody."""
        for _ in range(rounds):
            for role, document in inputs(self.invitation, self.answers).items():
                self.answer(role, document)
        return self

    def finished(self):
        """What the ceremony led to."""
        return ended(self.invitation, self.answers)

    def sign_again(self, role, document):
        """An answer that was altered, under good signatures: what a dishonest holder can do."""
        secrets = self.kept[role]
        text = answer_text(document)
        signatures = {uuid: sign(self.invitation.group, secrets[uuid].signing, text).json() for uuid in secrets}
        return encode({**document, "signatures": signatures})

    def cheat(self, role, number, change):
        """Let a role answer round `number` (from 0) with what `change` makes of her honest answer."""
        document = parse(self.answers[role][number], "answer")
        change(document)
        self.answers[role][number] = self.sign_again(role, document)


def leaves(value, path=()):
    """Every path to a value inside a JSON document that is neither object nor array."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from leaves(item, (*path, key))
    else:
        yield path


def replaced(value, path, new):
    """The document with one value replaced; `new` makes it from the old one."""
    if not path:
        return new(value)
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def other(value):
    """Another value of the same type, as near as can be."""
    if isinstance(value, int):
        return value + 1
    middle = len(value) // 2
    return value[:middle] + ("2" if value[middle : middle + 1] == "1" else "1") + value[middle + 1 :]
