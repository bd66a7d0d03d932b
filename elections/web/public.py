"""What everybody may see: the elections, what was sealed, the result, the record to take home, how to verify it.

Everything shown of a sealed contest is read from the sealed bytes, everything of a result from the published
record: the pages show what anyone can download and check, and nothing that only this program knows.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, render_template, request, send_file

from elections import counting, mandates
from elections.protocol.canonical import parse_canonical
from elections.protocol.errors import ProtocolError
from elections.protocol.record import MINUTES
from elections.protocol.setup import Setup
from elections.registry import calendar, documents, elections, sign_in
from elections.rules import representativity
from elections.rules.phases import Phase
from elections.web import visit
from elections.web.access import EVERYBODY, FIXED, PUBLISHED, access
from elections.web.board import lots
from elections.web.errors import booth_sentences
from elections.web.visit import ANYONE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.registry.tables import Contest
    from elections.rules.calendar import Line
    from elections.rules.representativity import Union

blueprint = Blueprint("public", __name__)

SEALED_FILES = ("setup.json", "election.json", "trustees.json", "seal.json")
REVIEWED = date(2026, 11, 27)
"""When the accessibility statement was last compared with the site; whoever changes a page looks again."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""A zip of the same record is always the same bytes."""


@blueprint.get("/")
@access(EVERYBODY)
def home() -> str:
    """Every election that is sealed or further, the last to open first."""
    with visit.store().registry_reader() as session:
        known = [election for election in elections.everything(session) if elections.phase(election) != Phase.DRAFT]
        return render_template("public/home.html", elections=known, phase_of=elections.phase)


@blueprint.get("/election/<election_uuid>")
@access({ANYONE: FIXED})
def election(election_uuid: str) -> str:
    """One election: its calendar, its contests, who holds the keys, its record once it is published."""
    with visit.store().registry_reader() as session:
        found = elections.find(session, election_uuid)
        setup = Setup.parse(_sealed(found.contests[0], "setup.json"))
        return render_template(
            "public/election.html",
            election=found,
            phase=elections.phase(found),
            setup=setup,
            dates=_dates(session, election_uuid),
            contests={contest.key: contest.title for contest in found.contests},
            mandates=mandates.kept(session, election_uuid),
            published=_manifest(election_uuid),
            unions=_unions(found.contests),
        )


def _dates(session: Session, election_uuid: str) -> list[Line]:
    """The legal dates that concern electors."""
    lines = calendar.read(session, election_uuid, visit.now()).lines
    return [line for line, _ in lines if line.public and line.day is not None]


@blueprint.get("/scrutin/<contest_uuid>")
@access({ANYONE: FIXED})
def contest(contest_uuid: str) -> str:
    """One contest: what was sealed, and the result with its arithmetic once it is proclaimed."""
    with visit.store().registry_reader() as session:
        found = elections.contest(session, contest_uuid)
        setup = Setup.parse(_sealed(found, "setup.json"))
        published, minutes = _manifest(setup.election_uuid), f"{MINUTES}/{contest_uuid}.pdf"
        return render_template(
            "public/contest.html",
            contest=found,
            setup=setup,
            software=setup.value["software"],
            documents=documents.of(found),
            result=_result(setup),
            minutes=minutes if published and minutes in published["files"] else None,
            lot=lots.told(_result(setup), _published(setup, "slips.json"), setup.holders),
        )


@blueprint.get("/scrutin/<contest_uuid>/dossier.json")
@access({ANYONE: FIXED}, json=True)
def sealed(contest_uuid: str) -> Response:
    """The three sealed files that a browser needs to make a ballot (docs/web.md)."""
    with visit.store().registry_reader() as session:
        found = elections.contest(session, contest_uuid)
        names = ("election.json", "setup.json", "trustees.json")
        texts = {name.removesuffix(".json"): _sealed(found, name).decode() for name in names}
    response = jsonify(texts)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") > 0:
        # It holds no secret, so that its length may tell what is in it (see `statics`).
        response.set_data(gzip.compress(response.get_data(), mtime=0))
        response.content_encoding = "gzip"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/scrutin/<contest_uuid>/scelle/<name>")
@access({ANYONE: FIXED})
def sealed_file(contest_uuid: str, name: str) -> Response:
    """One sealed file, byte for byte."""
    with visit.store().registry_reader() as session:
        raw = _sealed(elections.contest(session, contest_uuid), name)
    return send_file(io.BytesIO(raw), "application/json", as_attachment=True, download_name=name)


@blueprint.get("/election/<election_uuid>/dossier.zip")
@access({ANYONE: PUBLISHED})
def record(election_uuid: str) -> Response:
    """The whole record, as `elections verify` reads it once unpacked."""
    folder = _record(election_uuid)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"record/{path.relative_to(folder).as_posix()}", _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    packed.seek(0)
    return send_file(packed, "application/zip", as_attachment=True, download_name=f"record-{election_uuid[:8]}.zip")


@blueprint.get("/election/<election_uuid>/dossier/<path:path>")
@access({ANYONE: PUBLISHED})
def record_file(election_uuid: str, path: str) -> Response:
    """One file of the record; its manifest says which there are."""
    folder, manifest = _record(election_uuid), _manifest(election_uuid)
    if manifest is None or path not in {*manifest["files"], "manifest.json", "manifest.note"}:
        raise ProtocolError("web.missing")
    return send_file(
        io.BytesIO((folder / path).read_bytes()), as_attachment=True, download_name=path.rpartition("/")[2]
    )


@blueprint.get("/refus.json")
@access(EVERYBODY, json=True)
def refusals() -> Response:
    """By rule, what the script says of a check that failed; nothing in a language that the script knows itself."""
    return jsonify(booth_sentences())


@blueprint.get("/verifier")
@access(EVERYBODY)
def how() -> str:
    """How it works, who must be honest for what, and how to verify: in plain words."""
    with visit.store().registry_reader() as session:
        made_here = [
            found.title
            for found in elections.everything(session)
            if found.code_maker == "site" and elections.phase(found) is not Phase.DRAFT
        ]
    return render_template("public/how.html", made_here=made_here)


@blueprint.get("/aide")
@access(EVERYBODY)
def assistance() -> str:
    """Whom to ask (R. 211-527), and what to do when something is lost, late, refused or in doubt."""
    return render_template("public/help.html", code_minutes=int(sign_in.CODE_LIFE.total_seconds()) // 60)


@blueprint.get("/accessibilite")
@access(EVERYBODY)
def accessibility() -> str:
    """What was done for accessibility, what was not checked, whom to tell, and when that was last looked at."""
    return render_template("public/accessibility.html", reviewed=REVIEWED)


def _sealed(contest: Contest, name: str) -> bytes:
    files = dict(zip(SEALED_FILES, (contest.setup, contest.record, contest.trustees, contest.seal), strict=True))
    raw = files.get(name)
    if raw is None:
        raise ProtocolError("web.missing")
    return raw


def _record(election_uuid: str) -> Path:
    folder = counting.published(visit.store(), election_uuid)
    if not folder.is_dir():
        raise ProtocolError("web.missing")
    return folder


def _manifest(election_uuid: str) -> Json | None:
    """What the published record says it holds, None before it is published."""
    path = counting.published(visit.store(), election_uuid) / "manifest.json"
    return parse_canonical(path.read_bytes(), "manifest.json") if path.is_file() else None


def _unions(contests: Sequence[Contest]) -> list[tuple[str, list[Union]]]:
    """What the results of a published record show of the unions, for each contest that tells of it."""
    setups = [Setup.parse(contest.setup) for contest in contests if contest.setup and contest.phase in PUBLISHED]
    telling = [setup for setup in setups if representativity.told(setup.rule.method, setup.value["model"])]
    results = [(setup.title, _result(setup)) for setup in telling]
    return [(title, representativity.unions(item["names"], item["votes"])) for title, item in results if item]


def _result(setup: Setup) -> Json | None:
    """result.json of the published record, None before it is published."""
    raw = _published(setup, "result.json")
    return None if raw is None else parse_canonical(raw, "result.json")


def _published(setup: Setup, name: str) -> bytes | None:
    """A file of the contest in the published record, None where there is none."""
    path = counting.published(visit.store(), setup.election_uuid) / setup.uuid / name
    return path.read_bytes() if path.is_file() else None
