"""The site as it is started: by the command, and by a server of WSGI applications."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from elections.commands.serve import _Shown
from elections.post import Message
from tests.web.site import FIRST

ROOT = Path(__file__).parents[2]
PATIENCE = 60


@pytest.fixture
def port():
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition):
    """What the condition gives, once it gives something."""
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    pytest.fail("it took too long")


def test_the_command_serves_sends_what_waits_and_stops_when_interrupted(sealed, port):
    url = f"http://127.0.0.1:{port}"
    cookies = urllib.request.HTTPCookieProcessor()
    opener = urllib.request.build_opener(cookies)
    environment = {**os.environ, "ELECTIONS_STATE": str(sealed.store.state)}
    command = [sys.executable, "-c", "from elections.cli import main; main()", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        try:
            assert f"Serving {url}" in until(server.stderr.readline)
            door = f"{url}/election/{sealed.staging.uuid}/connexion"
            page = opener.open(door, timeout=PATIENCE).read().decode()
            token = re.search(r'name="csrf_token" value="([^"]+)"', page)
            assert token
            opener.open(door, f"csrf_token={token[1]}&identifier={FIRST.identifier}".encode(), timeout=PATIENCE).close()
            outbox = sealed.store.state / "outbox"
            letter = until(lambda: "".join(file.read_text("utf-8") for file in outbox.glob("*.eml")))
            assert f"To: {FIRST.email}" in letter
        finally:
            server.send_signal(signal.SIGINT)
            rest = server.stderr.read()
    assert server.returncode == 0
    assert "Traceback" not in rest


@pytest.mark.parametrize(("host", "reason"), [("127.0.0.1", "in use"), ("no.such.host.invalid", "Invalid host")])
def test_where_it_cannot_listen_it_says_so(sealed, host, reason):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        words = ["serve", "--state", sealed.store.state, "--host", host, "--port", str(taken.getsockname()[1])]
        command = [sys.executable, "-c", "from elections.cli import main; main()", *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: cannot listen on {host}, port ")
    assert reason in done.stderr


def test_a_wsgi_server_finds_the_application(sealed):
    environment = {
        **os.environ,
        "ELECTIONS_STATE": str(sealed.store.state),
        "ELECTIONS_ADDRESS": "https://vote.exemple.fr/",
    }
    code = "import wsgi; print(wsgi.app.config['SESSION_COOKIE_NAME'])"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "__Host-formulaires", done.stderr


def test_a_demo_shows_the_codes_that_it_sends(capsys):
    sent = []

    class Carrier:
        def send(self, message):
            sent.append(message)

        def close(self):
            """Nothing is kept."""

    shown = _Shown(Carrier())
    shown.send(Message("one-time-code", "a@exemple.fr", "Code", "Bonjour,\n\n    0123 4567 8901\n"))
    shown.send(Message("letter", "a@exemple.fr", "Courrier", "87654321"))
    assert len(sent) == 2
    assert capsys.readouterr().out == "  one-time code for a@exemple.fr: 0123 4567 8901\n"
