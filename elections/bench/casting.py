"""How many casts a second the site takes, through its real HTTP endpoints (contracts.md, `bench cast`).

An election is played up to its opening. Every elector's session, token and ballot are made before the clock
starts; then clients send the casting requests to gunicorn, and what is timed is that request alone. First half of the
electors cast as fast as the site answers, each client pressing again at once: that is what it can take. Then the
others cast as electors do, who read before they cast: each for a time of her own, drawn evenly from nothing to twice
the mean. Server and clients share this machine's cores, so the figures are the site's at its worst.
Afterwards the invariant is looked at: as many signatures as ballots, and as many as casts.
"""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from elections import counting, post, urn
from elections.demo.play import holder_secrets
from elections.demo.staging import Staging, fiction_for
from elections.registry import register, roll, sessions
from elections.storage import Store
from elections.ticking import Ticker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from elections.protocol.canonical import Json

_MODEL = "cav-2026-rehearsal"
_COLLEGE = "s1"
_WORKERS, _THREADS = 2, 8
_CHECKOUT = Path(__file__).parents[2]
_CSRF = re.compile(r'name="csrf-token" content="([^"]+)"')
_TICK = 2.0
_SEED = 1


@dataclass(frozen=True, slots=True)
class Prepared:
    """One elector's casting request, ready to be sent: her cookies, the form token, the body."""

    cookies: str
    csrf: str
    body: bytes


@dataclass(frozen=True)
class Run:
    """What one run of the clients found; latencies in milliseconds, of casting requests only."""

    seconds: float
    latencies: Sequence[float]
    errors: int
    cpu_seconds: float

    def percentile(self, share: float) -> float:
        """The latency that this share of the requests did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def json(self) -> dict[str, Json]:
        """The figures of a run (contracts.md)."""
        casts = len(self.latencies)
        return {
            "casts": casts,
            "casts_per_second": round(casts / self.seconds, 2),
            "cpu_ms_per_cast": round(1000 * self.cpu_seconds / max(1, casts), 2),
            "errors": self.errors,
            "latency_ms": {f"p{int(100 * share)}": round(self.percentile(share), 1) for share in (0.5, 0.95, 0.99)},
        }


@dataclass(frozen=True)
class Measured:
    """What `bench cast` found: `pressing` without a pause, `reading` before each cast, if that was asked."""

    group: str
    electors: int
    clients: int
    think: float
    pressing: Run
    reading: Run | None
    signatures: int
    ballots: int

    @property
    def errors(self) -> int:
        """Of both runs."""
        return self.pressing.errors + (self.reading.errors if self.reading else 0)

    @property
    def holds(self) -> bool:
        """Signatures = ballots = casts that were answered well."""
        casts = len(self.pressing.latencies) + (len(self.reading.latencies) if self.reading else 0)
        return self.signatures == self.ballots == casts

    def json(self) -> Json:
        """`bench cast --json` (contracts.md)."""
        return {
            "clients": self.clients,
            "electors": self.electors,
            "group": self.group,
            "invariant": {"ballots": self.ballots, "holds": self.holds, "signatures": self.signatures},
            "pressing": self.pressing.json(),
            "reading": self.reading.json() if self.reading else None,
            "server": f"gunicorn, {_WORKERS} workers of {_THREADS} threads, SQLite",
            "think": self.think,
        }


def measure(electors: int, clients: int, group: str, think: float) -> Measured:
    """Play an election up to its opening, then let `electors` electors cast through `clients` connections.

    `think` is the mean time in seconds that half of them read before they cast; with 0 all cast without a pause.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        Store.create(folder / "state").close()
        (folder / "keys").mkdir()
        with Store.open(folder / "state") as store:
            staging = _open_election(store, folder / "keys", electors, group)
            carrier = post.Folder(folder / "outbox", "bench@localhost")
            with _server(folder / "state") as (port, process):
                ready = [_prepare(staging, identifier, port) for identifier in _electors(staging)]
                half = len(ready) // 2 if think else len(ready)
                line = _Line(staging.contests[_COLLEGE], port, clients, process)
                with _ticking(Ticker(store, carrier)):
                    pressing = line.run(ready[:half])
                    reading = line.run(ready[half:], think) if think else None
            signatures, ballots = _counts(staging)
    return Measured(group, len(ready), clients, think, pressing, reading, signatures, ballots)


def _open_election(store: Store, keys: Path, electors: int, group: str) -> Staging:
    now = datetime.now(UTC).replace(microsecond=0)
    staging = Staging(store, fiction_for(_MODEL, electors, 1), keys, holder_secrets())
    staging.draft(_MODEL, group, now, now + timedelta(days=4), now)
    staging.hold(now)
    staging.seal(now)
    staging.open(now)
    return staging


def _electors(staging: Staging) -> list[str]:
    return [person.identifier for person in staging.fiction.people if person.college == _COLLEGE]


def _prepare(staging: Staging, identifier: str, port: int) -> Prepared:
    """Sign an elector in, load her page for its form token, and make her ballot."""
    now = datetime.now(UTC).replace(microsecond=0)
    with staging.store.registry.begin() as session:
        person = roll.by_identifier(session, staging.uuid, identifier)
        if person is None:
            raise LookupError(identifier)
        cookie = f"isoloir={sessions.open_for(session, person, now)}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", f"/scrutin/{staging.contests[_COLLEGE]}/vote", headers={"Cookie": cookie})
    answer = connection.getresponse()
    page = answer.read().decode()
    form = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    connection.close()
    found = _CSRF.search(page)
    if answer.status != 200 or found is None:
        raise ConnectionError(f"the page of the vote was answered with {answer.status}")
    elector = staging.elector(identifier, _COLLEGE, now)
    request = staging.ballot(elector, len(cookie) % 4, now)
    return Prepared(f"{cookie}; {form}", found[1], request.encode(elector.booth.length))


@dataclass(frozen=True)
class _Line:
    """The clients before the server, each with one connection."""

    contest: str
    port: int
    clients: int
    process: subprocess.Popen[bytes]

    def run(self, ready: Sequence[Prepared], think: float = 0.0) -> Run:
        """Send every request once; how that went."""
        waiting: SimpleQueue[tuple[Prepared, float]] = SimpleQueue()
        random = Random(_SEED)
        for item in ready:
            waiting.put((item, random.uniform(0, 2 * think)))
        latencies: list[float] = []
        errors: list[str] = []
        before, start = _cpu_seconds(self.process.pid), time.perf_counter()
        threads = [
            threading.Thread(target=self._client, args=(waiting, latencies, errors)) for _ in range(self.clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - start
        return Run(seconds, latencies, len(errors), _cpu_seconds(self.process.pid) - before)

    def _client(self, waiting: SimpleQueue[tuple[Prepared, float]], latencies: list[float], errors: list[str]) -> None:
        """One elector after the other: she reads, casts, and goes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while True:
            try:
                item, reading = waiting.get_nowait()
            except Empty:
                connection.close()
                return
            if reading:
                # No browser holds a line open for so long.
                connection.close()
                time.sleep(reading)
            headers = {"Cookie": item.cookies, "X-CSRFToken": item.csrf, "Content-Type": "application/octet-stream"}
            start = time.perf_counter()
            try:
                connection.request("POST", f"/scrutin/{self.contest}/bulletin", item.body, headers)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as error:
                errors.append(type(error).__name__)
                connection.close()
                continue
            if answer.status == 200:
                latencies.append(1000 * (time.perf_counter() - start))
            else:
                errors.append(str(answer.status))


@contextmanager
def _server(state: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """gunicorn on a free port of this machine, ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--chdir", str(_CHECKOUT), "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(_WORKERS), "--threads", str(_THREADS), "--log-level", "error"]
    # When it is told to end, every request was answered.
    command += ["--graceful-timeout", "5", "wsgi:app"]
    environment = {**os.environ, "ELECTIONS_STATE": str(state), "ELECTIONS_ADDRESS": f"http://127.0.0.1:{port}"}
    process = subprocess.Popen(command, env=environment)  # noqa: S603 - written above
    try:
        _await(port, process)
        yield port, process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise ConnectionError("gunicorn did not start")


@contextmanager
def _ticking(ticker: Ticker) -> Iterator[None]:
    """The tick beside the server, as in production: batches are published while casts come in."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(_TICK):
            ticker.tick(datetime.now(UTC).replace(microsecond=0))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _cpu_seconds(parent: int) -> float:
    """Processor time of the server's processes so far, as the kernel counts it (proc(5), fields 14 and 15)."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # a process that has just ended
            continue
        if int(fields[1]) == parent or path.parent.name == str(parent):
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _counts(staging: Staging) -> tuple[int, int]:
    contest = staging.contests[_COLLEGE]
    counting.check_ready(staging.store, contest, empty=False)
    with staging.store.registry_reader() as session:
        signatures = register.count(session, contest).signatures
    with staging.store.urn_reader() as session:
        return signatures, urn.count(session, contest)
