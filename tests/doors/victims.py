"""Processes that are killed: they cast, publish and freeze, and die by SIGKILL at a numbered point or at any moment.

A point is just before something becomes lasting: a commit of either database, the writing anew of the urn's file, a
step of destroying a key; and the end. What lies between two of them changes nothing on the disk. The program has no
hook for this: the victim listens to its own engines and wraps what its storage room calls.
"""

import json
import multiprocessing
import os
import random
import signal
import sys
import threading
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from unittest import mock

from sqlalchemy import event
from sqlalchemy.orm import configure_mappers

from elections.post import Folder
from elections.protocol.errors import ProtocolError
from elections.storage import keys as key_files
from elections.storage import store as stores
from elections.ticking import Ticker
from tests.doors.world import CLOSING, NOON, READY, SECOND, reopen

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])
THREADS = 4
REFUSALS = {"casting.busy", "registry.phase", "urn.phase", "storage.key_missing"}
"""What a cast may be told amid recoveries and the freeze."""
# Done once in the server from which victims are forked.
configure_mappers()


@contextmanager
def points(store, tell):
    """Call `tell(point)` at every point that this process passes."""
    names = dict(zip(store._engines, ("registry", "urn"), strict=True))
    with ExitStack() as stack:

        def listen(target, name, function):
            event.listen(target, name, function)
            stack.callback(event.remove, target, name, function)

        for engine, name in names.items():
            listen(engine, "commit", lambda _connection, name=name: tell(f"commit {name}"))
        for module, function in ((stores, "vacuum"), (key_files, "_destroy"), (key_files, "_sync")):
            real = getattr(module, function)

            def wrapped(*args, real=real, function=function):
                tell(function)
                real(*args)

            stack.enter_context(mock.patch.object(module, function, wrapped))
        yield


def transactions(world, act):
    """What `act` makes lasting, in its order."""
    passed: list[str] = []
    with points(world.store, passed.append):
        act()
    return [point.removeprefix("commit ") for point in passed]


def _victim(folder, die_at, act):
    """Do `act` in the election of that folder; die at that point, or leave with the number of points as status."""
    world, passed = reopen(Path(folder)), 0

    def tell(_point):
        nonlocal passed
        passed += 1
        if passed == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    with points(world.store, tell):
        act(world)
        tell("the end")
    sys.exit(passed)


def cast(folder, die_at, number):
    """One elector casts."""
    _victim(folder, die_at, lambda world: note(folder, number, world.cast(number, now=CLOSING - SECOND)))


def tick(folder, die_at, now):
    """One tick at that hour."""
    _victim(folder, die_at, lambda world: ticker(world).tick(now))


def storm(folder, seed, now, begun):
    """Everybody casts again and again, beside ticks, until this process is killed.

    `begun` is set once an elector has her answer: whoever kills it then interrupts something, on the slowest machine.
    """
    world, drawn = reopen(Path(folder)), random.Random(seed)
    orders = [drawn.sample(READY, len(READY)) for _ in range(THREADS)]
    threads = [threading.Thread(target=_insist, args=(world, folder, order, begun), daemon=True) for order in orders]
    for thread in threads:
        thread.start()
    ticking = ticker(world)
    while True:
        ticking.tick(now)
        ticking.published.update(dict.fromkeys(ticking.published, now - timedelta(hours=1)))


def _insist(world, folder, order, begun):
    while True:
        for number in order:
            try:
                note(folder, number, world.cast(number, now=NOON))
            except ProtocolError as error:
                if error.rule not in REFUSALS:
                    raise
                if error.rule == "casting.busy":
                    continue
            begun.set()


def ticker(world):
    """The ticker of an election."""
    return Ticker(world.store, Folder(world.folder / "outbox", "office@example.org"))


def note(folder, number, receipts):
    """Keep what an elector was given, on disk before anything else happens to her device."""
    line = json.dumps([number, receipts.urn, receipts.register]).encode() + b"\n"
    with (Path(folder) / "receipts.jsonl").open("ab", buffering=0) as file:
        file.write(line)


def receipts(folder):
    """All receipts that were ever given out."""
    path = Path(folder) / "receipts.jsonl"
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def run(target, *args):
    """Run a victim to its end: None if it was killed, else how many points it passed."""
    process = CONTEXT.Process(target=target, args=args)
    process.start()
    process.join(60)
    assert process.exitcode is not None, "the victim hangs"
    if process.exitcode == -signal.SIGKILL:
        return None
    assert process.exitcode > 1, f"the victim failed with status {process.exitcode}"
    return process.exitcode
