"""An election put on from its model to its proclamation, by the operations that everybody else uses.

The demo, the tests and the benches all play the same piece: officers set up, holders run the program of
`elections trustee`, the code maker makes codes, simulated electors vote. Every act takes its hour as an
argument, so a whole calendar passes in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from elections import casting, counting, issuer, keyholders, sealing
from elections.demo.fiction import Fiction, invent
from elections.elector import Booth, Elector
from elections.holder.keyfile import LOWEST_COST
from elections.holder.program import Holder
from elections.registry import candidacies, code_files, codes, elections, incidents, lifecycle, roll, rules, viewings
from elections.registry.journal import CLOCK, Actor
from elections.rules.models import Model, load
from elections.rules.parameters import choices
from elections.rules.phases import Act, Phase, Role
from elections.ticking import Ticker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from elections.casting import Receipts
    from elections.post import Carrier
    from elections.protocol.request import CastRequest
    from elections.storage import Store
    from elections.verify import Report

    Progress = Callable[[str, int], Callable[[], None]]
    """Told what begins and how many steps it has; gives what to call after each."""

OFFICER, PRESIDENT, SECRETARY = Actor(Role.OFFICER), Actor(Role.PRESIDENT), Actor(Role.SECRETARY)
DELEGATES = ("delegate-1", "delegate-2", "delegate-3", "delegate-4")
HOLDERS = ("president", "secretary", *DELEGATES)
QUORUM = ("president", "delegate-1", "delegate-3")
"""Who seals and counts in the demo: the president and two delegates, as R. 211-552 and R. 211-573 ask."""


def quiet(_title: str, _steps: int) -> Callable[[], None]:
    """Progress that nobody watches."""
    return lambda: None


@dataclass
class Staging:
    """One election on its way. `codes` are by number, `numbers` by identifier; both are the demo's secrets."""

    store: Store
    fiction: Fiction
    keys: Path
    passphrases: dict[str, str]
    issuers: tuple[str, ...] = ("issuer-1",)
    uuid: str = ""
    contests: dict[str, str] = field(default_factory=dict)
    """Contest uuid by college key."""
    numbers: dict[str, int] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)
    opening: datetime = field(init=False)
    closing: datetime = field(init=False)
    booths: dict[str, Booth] = field(default_factory=dict)

    def draft(self, model: str | Model, group: str, opening: datetime, closing: datetime, now: datetime) -> None:
        """Create the election, file the candidacies, import the roll, make the codes (§14, steps 1 to 5).

        Where the model leaves open who wins among equals, the office chooses the lot.
        """
        self.opening, self.closing = opening, closing
        chosen = model if isinstance(model, Model) else load(model)
        with self.store.registry.begin() as session:
            created = elections.create(
                session, chosen, OFFICER, now,
                opening=opening, closing=closing, group=group, delegates=DELEGATES, issuers=self.issuers,
            )  # fmt: skip
            self.uuid = created.uuid
            self.contests = {contest.key: contest.uuid for contest in created.contests}
            for uuid, filed in candidacies.read_file(session, self.uuid, self.fiction.candidacies).items():
                candidacies.replace(session, uuid, filed, OFFICER, now)
            for contest in created.contests:
                if "tie" in choices(contest.method, contest.parameters) and "tie" not in contest.parameters:
                    rules.choose(session, contest.uuid, {"tie": "draw"}, OFFICER, now)
            roll.apply(session, self.uuid, roll.read_file(session, self.uuid, self.fiction.roll), OFFICER, now)
        with self.store.registry.begin() as session:
            made = code_files.make(codes.request(session, self.uuid))
            keys = code_files.write_keys(self.uuid, [item.keys for item in made])
            codes.take_keys(session, self.uuid, keys, OFFICER, now)
            for person in self.fiction.people:
                elector = roll.by_identifier(session, self.uuid, person.identifier)
                if elector is not None:
                    self.numbers[person.identifier] = elector.number
        self.codes = {item.keys.number: item.code for item in made}
        sealing.make_keys(self.store, self.uuid)

    def hold(self, now: datetime) -> None:
        """The ceremony and the rehearsal, by six holders each with a key file (steps 6 and 7)."""
        for role in HOLDERS:
            Holder.create(self.key(role), self.passphrases[role], LOWEST_COST)
        holders = self._holders(HOLDERS)
        while waiting := keyholders.inputs(self.store, self.uuid, OFFICER, now):
            for role, (step, document) in waiting.items():
                act = holders[role].rehearse if step == "rehearsal" else holders[role].step
                keyholders.take(self.store, self.uuid, act(document).answer, OFFICER, now)

    def seal(self, now: datetime) -> None:
        """Both runs of `elections seal` with the holders' signatures between them (steps 9 to 13)."""
        sealing.prepare(self.store, self.uuid, OFFICER, now)
        holders = self._holders(HOLDERS)
        for role, (_, document) in keyholders.inputs(self.store, self.uuid, OFFICER, now).items():
            keyholders.take(self.store, self.uuid, holders[role].seal(document).answer, OFFICER, now)
        self.look(now)
        signatures = keyholders.seal_signatures(self.store, self.uuid)
        sealing.finish(self.store, self.uuid, signatures, QUORUM, PRESIDENT, now)
        for uuid in self.contests.values():
            self.booths[uuid] = Booth.open(*casting.open_booth(self.store, uuid))

    def look(self, now: datetime, members: Iterable[str] = QUORUM) -> None:
        """These members of the board look at what is prepared, each on a screen of her own."""
        with self.store.registry.begin() as session:
            digest = viewings.current(session, self.uuid).digest
            for name in members:
                role, _, number = name.partition("-")
                viewings.mark(session, self.uuid, digest, Actor(Role(role), int(number or 1)), now)

    def open(self, now: datetime) -> None:
        """Hour and board act (step 14)."""
        for uuid in self.contests.values():
            counting.act(self.store, uuid, Act.OPEN, PRESIDENT, now)

    def key(self, role: str) -> Path:
        """The key file of a holder."""
        return self.keys / f"{role}.key"

    def _holders(self, roles: Iterable[str]) -> dict[str, Holder]:
        return {role: Holder.open(self.key(role), self.passphrases[role]) for role in roles}

    # --- Voting ---------------------------------------------------------------------------------------

    def elector(self, identifier: str, college: str, opened_at: datetime) -> Elector:
        """The device of a signed-in elector, with the salt she was given."""
        uuid, number = self.contests[college], self.numbers[identifier]
        voter = casting.Voter(number, opened_at)
        salt = casting.give_salt(self.store, uuid, voter, opened_at)
        return Elector(self.booths[uuid], [self.codes[number]], number, salt)

    def ballot(self, elector: Elector, choice: int | None, opened_at: datetime) -> CastRequest:
        """Her tokens and her ballot: everything but the cast."""
        booth, voter = elector.booth, casting.Voter(elector.number, opened_at)
        tokens = []
        for public in booth.setup.issuers:
            z, signature = elector.request(public)
            answer = casting.issue_token(self.store, booth.setup.uuid, voter, public.id, z, signature, opened_at)
            tokens.append(elector.token(public, answer))
        return elector.cast(booth.vote(choice), tokens)

    def vote(self, identifier: str, college: str, choice: int | None, now: datetime) -> Receipts:
        """One elector votes and checks her receipts."""
        elector = self.elector(identifier, college, now)
        request = self.ballot(elector, choice, now)
        voter = casting.Voter(elector.number, now)
        body = request.encode(elector.booth.length)
        receipts = casting.cast(self.store, elector.booth.setup.uuid, voter, body, now)
        elector.check_receipts(request, receipts.urn or "", receipts.register)
        return receipts

    def vote_all(self, seed: int, carrier: Carrier, progress: Progress = quiet) -> None:
        """Everybody who votes in the fiction, spread over the whole opening in an order of its own."""
        colleges = {person.identifier: person.college for person in self.fiction.people}
        random = Random(seed)
        seconds = int((self.closing - self.opening).total_seconds())
        moments = sorted(random.randrange(seconds) for _ in self.fiction.votes)
        voters = random.sample(sorted(self.fiction.votes), len(self.fiction.votes))
        ticker, step = Ticker(self.store, carrier), progress("ballots cast", len(voters))
        for identifier, moment in zip(voters, moments, strict=True):
            now = self.opening + timedelta(seconds=moment)
            college = colleges[identifier]
            self.vote(identifier, college, self.fiction.votes[identifier], now)
            ticker.publish(self.contests[college], now)
            step()

    # --- What may come between ------------------------------------------------------------------------

    def act(self, college: str, name: Act, now: datetime, reason: str | None = None) -> None:
        """The board suspends, resumes, stops or, in a rehearsal, closes one contest; an incident is entered for it."""
        self.on(self.contests[college], name, PRESIDENT, now, reason)

    def on(self, contest: str, name: Act, actor: Actor, now: datetime, reason: str | None = None) -> None:
        """The same by whomever, on a contest by its uuid."""
        grounds = incidents.Grounds(reason)
        if name in (Act.SUSPEND, Act.RESUME, Act.STOP):
            grounds = incidents.Grounds(reason or "mended", "the organising authority")
        if name in (Act.SUSPEND, Act.STOP):
            notice = incidents.Notice("other", grounds.reason or "", now, "program", contest)
            with self.store.registry.begin() as session:
                number = incidents.enter(session, self.uuid, notice, actor, now)
            grounds = replace(grounds, incident=number)
        counting.act(self.store, contest, name, actor, now, grounds)

    def reschedule(self, college: str, closing: datetime, now: datetime) -> None:
        """The board gives one contest a later closing hour."""
        with self.store.registry.begin() as session:
            lifecycle.reschedule(session, self.contests[college], closing, PRESIDENT, now)

    def amend(self, now: datetime) -> None:
        """The holders sign what the board has changed since the seal."""
        holders = self._holders(HOLDERS)
        for role, (_, document) in keyholders.inputs(self.store, self.uuid, OFFICER, now).items():
            keyholders.take(self.store, self.uuid, holders[role].amend(document).answer, OFFICER, now)

    def reissue(self, identifier: str, now: datetime) -> None:
        """A new code for an elector who lost hers, by the office and the president together."""
        number = self.numbers[identifier]
        (made,) = code_files.make(code_files.CodeRequest(self.uuid, self.issuers, (number,)))
        with self.store.registry.begin() as session:
            codes.reissue(session, self.uuid, made.keys, OFFICER, PRESIDENT, now)
            for contest in roll.contests_of(session, self.uuid, number):
                for name, key in made.keys.requests.items():
                    issuer.replace_key(session, name, contest.uuid, number, key)
        self.codes[number] = made.code

    # --- The count ------------------------------------------------------------------------------------

    def freeze(self) -> datetime:
        """Closing and freeze of every contest at its own hours (step 16); when the last freeze was."""
        with self.store.registry_reader() as session:
            contests = elections.find(session, self.uuid).contests
            hours = [(item.closing, False, item.uuid) for item in contests if item.phase == Phase.OPEN]
            hours += [(lifecycle.freezing(item), True, item.uuid) for item in contests if item.phase != Phase.STOPPED]
        for hour, over, uuid in sorted(hours):
            if over:
                counting.freeze(self.store, uuid, hour)
            else:
                counting.act(self.store, uuid, Act.CLOSE, CLOCK, hour)
        return max(hours)[0]

    def decrypt(self, record: Path, now: datetime, roles: Iterable[str] = QUORUM) -> None:
        """Export the frozen record; each holder judges it and decrypts (steps 17 and 18)."""
        counting.export(self.store, self.uuid, record)
        for role, holder in self._holders(roles).items():
            keyholders.take(self.store, self.uuid, holder.decrypt(record).answer, Actor(_role(role)), now)

    def draw(self, record: Path, now: datetime, roles: Iterable[str] = QUORUM) -> None:
        """Where the totals need a lot, the holders open the product of the slips (step 18)."""
        asked = keyholders.inputs(self.store, self.uuid, OFFICER, now)
        for role, holder in self._holders(role for role in roles if role in asked).items():
            answer = holder.lot(record, asked[role][1]).answer
            keyholders.take(self.store, self.uuid, answer, Actor(_role(role)), now)

    def proclaim(self, now: datetime) -> tuple[Path, Report]:
        """Count and proclaim (steps 19 and 20); the folder of the published record, and how it was judged."""
        counting.count(self.store, self.uuid, PRESIDENT, now)
        return counting.proclaim(self.store, self.uuid, PRESIDENT, now)


def _role(holder: str) -> Role:
    return Role(holder.partition("-")[0])


def fiction_for(model: str, electors: int, seed: int) -> Fiction:
    """The invented people and votes for the contests of a model."""
    return invent(electors, seed, {contest.key: contest.seats for contest in load(model).contests})
