"""`elections verify-site`: whether the site serves what was sealed (protocol.md §3, R4, R7).

Whoever serves another script has everything; so the sealed set-up names the digest of every file that a browser loads
to vote, and the page names them again. This asks the site as a browser does, from wherever it is run: a site that
serves something else to one elector alone is found by her own page, saved and given with `--page`.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

import click

from elections.protocol.canonical import fields, parse, sha256_hex, string
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from elections.protocol.setup import Setup

_HERE = ("127.0.0.1", "::1", "localhost")
_LONGEST = 10_000_000
_PATIENCE = 60
_FILES = "/static/booth/"
_KINDS = {"link": ("href", ".css"), "script": ("src", ".js")}
_POLICY = ("default-src 'none'", "script-src 'self'", "style-src 'self'")


@click.command()
@click.argument("url")
@click.option(
    "--page",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The source of the page of the vote, as an elector's browser has it.",
)
def command(url: str, page: Path | None) -> None:
    """Compare what the site serves for voting in the contest at URL, https://SITE/scrutin/UUID, with what was sealed.

    The page of the vote is an elector's own: without --page, the door that leads to it is compared. Status 0 only if
    everything agrees.
    """
    site = _Site.at(url)
    setup = site.setup()
    click.echo(f"{setup.title} ({setup.uuid})")
    click.echo(f"  setup             sha256 {setup.digest}")
    agrees = True
    for what, fault in _compare(site, setup, page):
        click.echo(f"{'FAILS ' if fault else 'ok    '} {_plain(what)}{fault and ': '}{_plain(fault)}")
        agrees = agrees and not fault
    if page is None:
        click.echo("NOTE: the page of the vote was not compared; an elector saves its source and gives it with --page")
    if not agrees:
        click.echo("REFUSED: the site serves something else than what was sealed")
        raise click.exceptions.Exit(1)
    click.echo("CONSISTENT: compare the digest of the set-up with the signed minutes of the sealing")


def _compare(site: _Site, setup: Setup, page: Path | None) -> Iterator[tuple[str, str]]:
    """What was compared, and what is wrong with it; nothing where it agrees."""
    integrity = {}
    for name, sealed in sorted(setup.value["booth"].items()):
        answer = site.get(_FILES + name)
        served = sha256_hex(answer.body)
        integrity[name] = f"sha384-{base64.b64encode(hashlib.sha384(answer.body).digest()).decode()}"
        wrong = f"sha256 {served} is served, {sealed} was sealed" if served != sealed else ""
        yield name, wrong if answer.status == 200 else f"answered with status {answer.status}"
    if page is not None:
        yield f"the page in {page}", _fault(page.read_bytes(), integrity, "booth.js")
        return
    door = site.get(f"/election/{setup.election_uuid}/connexion")
    policy = [part.strip() for part in door.policy.split(";")]
    missing = [part for part in _POLICY if part not in policy]
    yield "the policy of the door", f"{missing[0]} is missing" if missing else ""
    yield "the door", _fault(door.body, integrity, "old.js")


def _fault(page: bytes, integrity: dict[str, str], script: str) -> str:
    """What is wrong with the scripts and sheets of a page; it must load this script."""
    parts = _Parts()
    parts.feed(page.decode("utf-8", "replace"))
    for tag, address, hashed in parts.loads:
        name = address.partition("?")[0].removeprefix(_FILES)
        if name not in integrity or not address.startswith(_FILES):
            return f"it loads {address or 'code of its own'}, which was not sealed"
        if hashed != integrity[name]:
            return f"it names {hashed or 'no digest'} for the {tag} {name}, which has {integrity[name]}"
    loaded = {address.partition("?")[0] for _, address, _ in parts.loads}
    return "" if _FILES + script in loaded else f"it does not load {script}"


class _Parts(HTMLParser):
    """The scripts and sheets of a page, each with its address and its digest."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what loads something that acts; `style` and `base` stand in no page of ours."""
        given = {name: value or "" for name, value in attrs}
        if tag == "script" or (tag == "link" and "icon" not in given.get("rel", "").split()):
            self.loads.append((tag, given.get(_KINDS[tag][0], ""), given.get("integrity", "")))
        elif tag in {"base", "embed", "iframe", "object", "style"} or any(name.startswith("on") for name in given):
            self.loads.append((tag, "", ""))


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    policy: str


@dataclass(frozen=True, slots=True)
class _Site:
    """The site and the contest that an address names."""

    host: SplitResult = field(repr=False)
    contest: str

    @classmethod
    def at(cls, url: str) -> _Site:
        """Over TLS, or on this machine; anything else is wrong usage."""
        try:
            parts = urlsplit(url)
            known = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)
            usable = known and parts.hostname is not None and (parts.port is None or parts.port > 0)
        except ValueError:
            usable = False
        if not usable:
            raise click.UsageError("URL begins with https://, or with http:// on this machine")
        match parts.path.strip("/").split("/"):
            case ["scrutin", contest, *_]:
                return cls(parts, contest)
        raise click.UsageError("URL is the address of a contest: https://SITE/scrutin/UUID")

    def setup(self) -> Setup:
        """What was sealed, as the site gives it to anybody; refused unless its files agree with each other."""
        from elections.elector import Booth

        answer = self.get(f"/scrutin/{self.contest}/dossier.json")
        if answer.status != 200:
            raise click.ClickException(f"dossier.json was answered with status {answer.status}: nothing sealed there")
        names = ("setup", "election", "trustees")
        value = fields(parse(answer.body, "dossier"), "dossier", names)
        booth = Booth.open(*(string(value[name], f"dossier, {name}").encode() for name in names))
        if booth.setup.uuid != self.contest:
            raise ProtocolError("setup.election", what="dossier")
        return booth.setup

    def get(self, path: str) -> _Answer:
        """One answer of the site; no redirection is followed."""
        secure = self.host.scheme == "https"
        connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        line = connect(self.host.hostname or "", self.host.port, timeout=_PATIENCE)
        try:
            line.request("GET", path, headers={"Accept-Encoding": "identity"})
            answer = line.getresponse()
            body = answer.read(_LONGEST + 1)
        except http.client.HTTPException as error:
            raise click.ClickException(f"{path}: not an answer of a site ({error!r})") from error
        finally:
            line.close()
        if len(body) > _LONGEST:
            raise click.ClickException(f"{path}: longer than {_LONGEST} bytes")
        return _Answer(answer.status, body, answer.getheader("Content-Security-Policy") or "")


def _plain(text: str) -> str:
    """What a hostile site wrote cannot steer the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
