"""`elections verify-site` against the site on a real line, honest and not."""

from __future__ import annotations

import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from click.testing import CliRunner

from elections.cli import main


class Spoiled:
    """The application, with some bytes exchanged in the answers of a path."""

    def __init__(self, app):
        self._app = app
        self.spoil = {}

    def __call__(self, environ, start):
        """Answer as the application does, but for what is exchanged."""
        old, new = self.spoil.get(environ["PATH_INFO"], (b"", b""))

        def begin(status, headers, exc_info=None):
            kept = [(name, value.replace(old.decode() or "\0", new.decode())) for name, value in headers]
            return start(status, [each for each in kept if each[0] != "Content-Length"], exc_info)

        body = b"".join(self._app(environ, begin))
        return [body.replace(old, new) if old else body]


class Quiet(WSGIRequestHandler):
    """Says nothing of what it answers."""

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture
def line(site):
    """The site as others reach it: its address, and what is exchanged on the way."""
    spoiled = Spoiled(site.app)
    server = make_server("127.0.0.1", 0, spoiled, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/scrutin/{site.contest}", spoiled.spoil
    server.shutdown()
    server.server_close()
    thread.join()


def run(*words):
    return CliRunner().invoke(main, ["verify-site", *map(str, words)])


@pytest.fixture
def page(site, tmp_path):
    """The page of the vote, as an elector saves its source."""
    path = tmp_path / "vote.html"
    path.write_bytes(site.elector().get(f"/scrutin/{site.contest}/vote").data)
    return path


def test_what_is_served_is_what_was_sealed(line, page):
    address, _ = line
    done = run(address, "--page", page)
    assert done.exit_code == 0, done.output
    assert "ok     booth.js" in done.output
    assert done.output.endswith("with the signed minutes of the sealing\n")
    done = run(f"{address}/vote")
    assert done.exit_code == 0, done.output
    assert "NOTE: the page of the vote was not compared" in done.output


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("/static/booth/booth.js", b"isoloir|", b"isoloir!", "was sealed"),
        ("/static/booth/controle.html", b"<title>", b"<title>!", "was sealed"),
        ("DOOR", b"<head>", b"<head><script>steal()</script>", "code of its own, which was not sealed"),
        ("DOOR", b"<head>", b"<head><base href='//elsewhere'>", "code of its own, which was not sealed"),
        ("DOOR", b"<main", b"<main onclick='steal()'", "code of its own, which was not sealed"),
        ("DOOR", b"/static/booth/old.js", b"//elsewhere/old.js", "which was not sealed"),
        ("DOOR", b"sha384-", b"sha384-A", "the link site.css, which has sha384-"),
        ("DOOR", b"script-src 'self'", b"script-src *", "script-src 'self' is missing"),
    ],
)
def test_what_was_exchanged_is_found(path, old, new, said, line, site):
    address, spoil = line
    spoil[f"/election/{site.election}/connexion" if path == "DOOR" else path] = (old, new)
    done = run(address)
    assert done.exit_code == 1
    assert said in done.output
    assert done.output.endswith("REFUSED: the site serves something else than what was sealed\n")


def test_a_page_of_her_own_is_compared(line, page):
    text = page.read_text()
    edits = (("booth.js?v=", "other.js?v="), ('integrity="sha384-', 'integrity="sha384-B'), ("<script ", "<x "))
    for old, new in edits:
        page.write_text(text.replace(old, new))
        done = run(line[0], "--page", page)
        assert (done.exit_code, "FAILS  the page in" in done.output) == (1, True), old


@pytest.mark.parametrize(
    ("url", "status", "said"),
    [
        ("http://vote.example/scrutin/x", 2, "https://"),
        ("ftp://127.0.0.1/scrutin/x", 2, "https://"),
        ("https://[/scrutin/x", 2, "https://"),
        ("http://127.0.0.1:0/scrutin/x", 2, "https://"),
        ("https://vote.example/", 2, "https://SITE/scrutin/UUID"),
        ("http://127.0.0.1:9/scrutin/x", 1, "refused"),
    ],
)
def test_an_address_that_is_none_is_refused(url, status, said):
    done = run(url)
    assert (done.exit_code, said in done.output) == (status, True), done.output


def test_a_contest_that_is_not_there_is_refused(line):
    done = run(f"{line[0]}x")
    assert (done.exit_code, "status 404" in done.output) == (1, True)


def test_files_that_do_not_agree_are_refused(line, site):
    address, spoil = line
    spoil[f"/scrutin/{site.contest}/dossier.json"] = (b"seats", b"stand")
    done = run(address)
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert done.output.startswith("Error: ")
