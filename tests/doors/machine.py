"""The steps of casting, recovery and freeze as a machine small enough to be explored whole (protocol.md §6, §10).

A state is what the two databases hold and how far each process is. One transition is one transaction, or the loss
of a process; a process that stalls is one whose transition comes late, so every interleaving is explored. Requests,
recoveries and the freeze follow elections/casting.py and elections/counting.py step by step. `Rules` lets a test
break the order, to see that the search would notice.

Attempts are numbered by request and try; sets of electors, ballots and attempts are bit masks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OPEN, HALTED, FROZEN = range(3)
TRY, PUT, SIGN, FOUND, SETTLE, UNDO, UNDONE, RECEIPT, ALREADY, REFUSED, GONE = range(11)
"""Where a request stands; from RECEIPT on it is over. Step 1 only reads what TRY looks at again."""


class Shared(NamedTuple):
    """Both databases and the key."""

    registry: int
    """The registry's phase."""
    attempts: tuple[int, ...]
    """By elector the open attempt, 0 for none."""
    signed: int
    urn: int
    """The urn's phase."""
    ballots: tuple[tuple[int, int], ...]
    """(ballot, who cast it), sorted."""
    arrived: int
    void: int
    finished: bool
    key: bool
    """The cast key is there."""


class Request(NamedTuple):
    """A cast under way: elector and ballot never change."""

    elector: int
    ballot: int
    at: int = TRY
    a: int = 0
    """Its own attempt, or the one it has found."""
    tries: int = 0
    outcome: int = 0
    """What the urn said of the attempt it has found: 1 arrived, 2 void."""


class Recovery(NamedTuple):
    """Attempts read and still to be settled, the one in hand last; `at` 0 before it reads, 3 when it is over."""

    at: int = 0
    left: tuple[tuple[int, int], ...] = ()
    outcome: int = 0


class Freeze(NamedTuple):
    """Steps of the freeze from 0; 1 is its recovery, `inner`; 6 when it is over."""

    at: int = 0
    inner: Recovery = Recovery()


@dataclass(frozen=True)
class Rules:
    """The order as it is, unless a mutation of it is named."""

    broken: str = ""
    tries: int = 2

    def __contains__(self, name: str) -> bool:
        return name == self.broken


class BrokenError(AssertionError):
    """A transition that the real program answers with a fault: what should be there is not."""


EMPTY = Shared(OPEN, (0, 0), 0, OPEN, (), 0, 0, finished=False, key=True)


# --- The transactions -------------------------------------------------------------------------------------


def _resolve(shared: Shared, a: int, rules: Rules) -> tuple[Shared, int]:
    """urn.resolve: 1 arrived, 2 void, 0 refused because the urn has forgotten."""
    if shared.finished:
        return shared, 0
    if shared.arrived >> a & 1:
        return shared, 1
    if "recovery leaves no void" in rules:
        return shared, 2
    return shared._replace(void=shared.void | 1 << a), 2


def _settle(shared: Shared, elector: int, a: int, outcome: int) -> Shared:
    """The registry's half of resolve: register.sign or register.drop_attempt."""
    if outcome == 1:
        return _sign(shared, elector, a)
    if outcome == 2 and shared.attempts[elector] == a:
        return shared._replace(attempts=_with(shared.attempts, elector, 0))
    return shared


def _sign(shared: Shared, elector: int, a: int) -> Shared:
    if shared.attempts[elector] == a:
        return shared._replace(attempts=_with(shared.attempts, elector, 0), signed=shared.signed | 1 << elector)
    if not shared.signed >> elector & 1 or shared.attempts[elector]:
        raise BrokenError("neither the attempt nor its signature is there")
    return shared


def _with(items: tuple[int, ...], place: int, value: int) -> tuple[int, ...]:
    return (*items[:place], value, *items[place + 1 :])


# --- The processes ----------------------------------------------------------------------------------------


def step_request(shared: Shared, it: Request, number: int, rules: Rules) -> tuple[Shared, Request]:
    """The next transaction of a cast."""
    return _STEPS[it.at](shared, it, number, rules)


def _over(it: Request, at: int) -> Request:
    """The end of a request: what it remembers no longer matters."""
    return it._replace(at=at, a=0, tries=0, outcome=0)


def _try(shared: Shared, it: Request, number: int, rules: Rules) -> tuple[Shared, Request]:
    """Step 2; an attempt in the way is read in the same breath, which is all that is needed of it."""
    if "urn before attempt" in rules and not it.a:
        return _put(shared, it._replace(a=1 + number * rules.tries), number, rules)
    if shared.registry != OPEN or it.tries == rules.tries:
        return shared, _over(it, REFUSED)
    if shared.signed >> it.elector & 1:
        return shared, _over(it, ALREADY)
    standing = shared.attempts[it.elector]
    if standing and "attempt overwritten" not in rules:
        last = it.tries + 1 == rules.tries and "last try settles too" not in rules
        found = it._replace(at=FOUND, a=standing, tries=it.tries + 1)
        return shared, _over(it, REFUSED) if last else found
    return _attempt(shared, it, number, rules)


def _attempt(shared: Shared, it: Request, number: int, rules: Rules) -> tuple[Shared, Request]:
    """The attempt is noted."""
    swapped = "urn before attempt" in rules
    a = 1 + number * rules.tries + (0 if swapped else it.tries)
    tried = shared._replace(attempts=_with(shared.attempts, it.elector, a))
    if "signature before urn" in rules:
        tried = _sign(tried, it.elector, a)
    return tried, it._replace(at=SIGN if swapped else PUT, a=a, tries=it.tries + 1)


def _put(shared: Shared, it: Request, _number: int, rules: Rules) -> tuple[Shared, Request]:
    """Step 3."""
    voided = shared.void >> it.a & 1 and "void not looked at" not in rules
    known = any(ballot == it.ballot for ballot, _ in shared.ballots) and "no digests" not in rules
    swapped = "urn before attempt" in rules
    if shared.urn != OPEN or voided or known:
        undone = it._replace(at=UNDO, outcome=4 if voided and shared.urn == OPEN else 0)
        return shared, _over(it, REFUSED) if swapped else undone
    ballots = tuple(sorted((*shared.ballots, (it.ballot, it.elector))))
    put = shared._replace(ballots=ballots, arrived=shared.arrived | 1 << it.a)
    if swapped:
        return put, it._replace(at=TRY)
    return put, it._replace(at=RECEIPT if "signature before urn" in rules else SIGN)


def _finish(shared: Shared, it: Request, _number: int, _rules: Rules) -> tuple[Shared, Request]:
    """Step 4, and the answer."""
    return _sign(shared, it.elector, it.a), _over(it, RECEIPT)


def _found(shared: Shared, it: Request, _number: int, rules: Rules) -> tuple[Shared, Request]:
    """The urn's half of settling what stands in the way."""
    resolved, outcome = _resolve(shared, it.a, rules)
    return resolved, it._replace(at=SETTLE, outcome=outcome)


def _settled(shared: Shared, it: Request, _number: int, _rules: Rules) -> tuple[Shared, Request]:
    """And the registry's; then once more."""
    return _settle(shared, it.elector, it.a, it.outcome), it._replace(at=TRY, a=0, outcome=0)


def _undo(shared: Shared, it: Request, _number: int, rules: Rules) -> tuple[Shared, Request]:
    """The urn has refused: its own attempt is settled in the urn."""
    resolved, outcome = _resolve(shared, it.a, rules)
    return resolved, it._replace(at=UNDONE, outcome=outcome | it.outcome & 4)


def _undone(shared: Shared, it: Request, _number: int, rules: Rules) -> tuple[Shared, Request]:
    """And in the registry; once more only if the attempt had been voided."""
    again = it.outcome & 4 and it.tries < rules.tries
    settled = _settle(shared, it.elector, it.a, it.outcome & 3)
    return settled, it._replace(at=TRY, a=0, outcome=0) if again else _over(it, REFUSED)


_STEPS = {TRY: _try, PUT: _put, SIGN: _finish, FOUND: _found, SETTLE: _settled, UNDO: _undo, UNDONE: _undone}


def step_recovery(shared: Shared, it: Recovery, rules: Rules) -> tuple[Shared, Recovery]:
    """Read, then for each attempt two transactions."""
    if it.at == 0:
        found = tuple((elector, a) for elector, a in enumerate(shared.attempts) if a)
        if found and not shared.key:
            raise BrokenError("an attempt is open and the cast key is gone")
        return shared, Recovery(1 if found else 3, found)
    elector, a = it.left[-1]
    if it.at == 1:
        resolved, outcome = _resolve(shared, a, rules)
        return resolved, it._replace(at=2, outcome=outcome)
    left = it.left[:-1]
    return _settle(shared, elector, a, it.outcome), Recovery(1 if left else 3, left)


def step_freeze(shared: Shared, it: Freeze, rules: Rules) -> tuple[Shared, Freeze]:
    """halt, recover, the urn's phase, its end, the journal's line, the keys."""
    if it.at == 0:
        return _halt(shared, rules)
    if it.at == 1:
        recovered, inner = step_recovery(shared, it.inner, rules)
        return recovered, Freeze(2) if inner.at == 3 else Freeze(1, inner)
    if it.at == 4 and (any(shared.attempts) or shared.signed.bit_count() != len(shared.ballots)):
        raise BrokenError("the freeze finds an attempt, or counts that differ")
    return _FREEZING[it.at](shared), Freeze(it.at + 1)


def _forget(shared: Shared) -> Shared:
    """urn.freeze: the attempts are forgotten."""
    return shared._replace(finished=True, arrived=0, void=0)


_FREEZING: dict[int, Callable[[Shared], Shared]] = {
    2: lambda shared: shared._replace(urn=FROZEN),
    3: _forget,
    4: lambda shared: shared._replace(registry=FROZEN),
    5: lambda shared: shared._replace(key=False),
}


def _halt(shared: Shared, rules: Rules) -> tuple[Shared, Freeze]:
    if shared.registry == FROZEN:
        return shared, Freeze(5)
    halted = shared if "no halt" in rules else shared._replace(registry=HALTED)
    if "keys destroyed first" in rules:
        halted = halted._replace(key=False)
    if "attempts forgotten first" in rules:
        halted = _forget(halted)
    return halted, Freeze(2 if "no recovery" in rules else 1)


# --- The search -------------------------------------------------------------------------------------------


class State(NamedTuple):
    """Everything; `kills` are those that may still happen."""

    shared: Shared
    requests: tuple[Request, ...]
    recoveries: tuple[Recovery, ...]
    freezes: tuple[Freeze, ...]
    kills: int


class Moves:
    """The next transaction of each process, remembered: it depends on little of the whole state."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._known: dict[tuple, tuple] = {}

    def __call__(self, step: Callable, shared: Shared, process: object, *place: int) -> tuple:
        """What `step` gives, and takes long to compute."""
        key = (step, shared, process, place)
        if key not in self._known:
            self._known[key] = step(shared, process, *place, self._rules)
        return self._known[key]


def successors(state: State, moves: Moves) -> Iterator[State]:
    """Every state that one transaction, or one loss of a process, leads to."""
    shared, requests, recoveries, freezes, kills = state
    for place, it in enumerate(requests):
        if it.at < RECEIPT:
            after, moved = moves(step_request, shared, it, place)
            yield State(after, _put_in(requests, place, moved), recoveries, freezes, kills)
            if kills and it.at > TRY:
                yield State(shared, _put_in(requests, place, _over(it, GONE)), recoveries, freezes, kills - 1)
    for place, process in enumerate(recoveries):
        if process.at < 3:
            after, moved = moves(step_recovery, shared, process)
            # Recoveries are alike: which is which does not matter.
            yield State(after, requests, tuple(sorted(_put_in(recoveries, place, moved))), freezes, kills)
            if kills and process.at:
                lost = tuple(sorted(_put_in(recoveries, place, Recovery(3))))
                yield State(shared, requests, lost, freezes, kills - 1)
    for place, frost in enumerate(freezes):
        if frost.at < 6:
            after, moved = moves(step_freeze, shared, frost)
            yield State(after, requests, recoveries, _put_in(freezes, place, moved), kills)
            if kills and frost.at:
                # The next tick begins it anew.
                yield State(shared, requests, recoveries, _put_in(freezes, place, Freeze()), kills - 1)


def _put_in(items, place, value):
    return (*items[:place], value, *items[place + 1 :])


def check(state: State) -> None:
    """What must hold in every state, and what besides in a quiet one."""
    shared = state.shared
    casters = [elector for _, elector in shared.ballots]
    ballots = [ballot for ballot, _ in shared.ballots]
    if len(set(casters)) != len(casters):
        raise BrokenError("an elector has two ballots in the urn")
    if len(set(ballots)) != len(ballots):
        raise BrokenError("a ballot stands twice in the urn")
    for it in state.requests:
        if it.at == RECEIPT and not ((it.ballot, it.elector) in shared.ballots and shared.signed >> it.elector & 1):
            raise BrokenError("a receipt is not true")
        if it.at == ALREADY and not shared.signed >> it.elector & 1:
            raise BrokenError("an elector was told of a vote that is not there")
    if shared.registry == FROZEN and (any(shared.attempts) or shared.signed.bit_count() != len(ballots)):
        raise BrokenError("frozen with counts that differ")
    if is_quiet(state) and shared.signed != sum(1 << elector for elector in casters):
        raise BrokenError("signatures and ballots differ in a quiet state")


def is_quiet(state: State) -> bool:
    """No process is in the middle of anything, and no attempt waits to be settled."""
    return (
        not any(state.shared.attempts)
        and all(it.at == TRY or it.at >= RECEIPT for it in state.requests)
        and all(process.at in {0, 3} for process in state.recoveries)
        and all(frost.at in {0, 6} for frost in state.freezes)
    )


def is_over(state: State) -> bool:
    """Nothing more can happen."""
    return (
        all(it.at >= RECEIPT for it in state.requests)
        and all(process.at == 3 for process in state.recoveries)
        and all(frost.at == 6 for frost in state.freezes)
    )


def explore(requests, *, recoveries=0, freezes=0, kills=0, rules=Rules()):
    """Every state that can be reached, each checked; the ends among them, and how many states there are."""
    start = State(EMPTY, tuple(requests), (Recovery(),) * recoveries, (Freeze(),) * freezes, kills)
    seen, edge, ends, moves = {start}, [start], [], Moves(rules)
    while edge:
        state = edge.pop()
        check(state)
        if is_over(state):
            ends.append(state)
        for after in successors(state, moves):
            if after not in seen:
                seen.add(after)
                edge.append(after)
    return ends, len(seen)
