"""What the code maker sends: letters on paper, a table for a printer or an SMS provider, mail for a rehearsal.

To write a letter the maker needs addresses, in a sheet of its own: numbers, names, what the envelope says. The office
draws it up for the numbers of a request (`addresses`); postal lines come from whoever keeps them, by identifier, since
the roll has none. What the maker does with it needs no database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from elections.protocol.errors import ProtocolError
from elections.registry import code_files, elections, roll_file, sheets
from elections.registry.tables import Contest, Elector, Entitlement
from elections.rules.french import hour_in_words, typeset

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from elections.registry.code_files import CodeRequest, MadeCode, Vote

_LINES = tuple(f"ligne {number}" for number in range(1, 7))
"""An envelope has six lines below the name (norm NF Z10-011)."""
_POSTAL = {"identifier": ("identifiant",), _LINES[0]: (_LINES[0], "adresse")}
_MORE = {line: (line,) for line in _LINES[1:]} | {"phone": ("téléphone",)}
_COLUMNS = {"number": ("numéro",), "name": ("destinataire",), "contests": ("scrutins",)}
_OPTIONAL = {line: (line,) for line in _LINES} | {"email": ("courriel",), "phone": ("téléphone",)}
_AT_ONCE = 500
"""Letters of one PDF: a printer takes it, and so does the memory of a small machine."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """One elector as the maker knows her."""

    number: int
    name: str
    contests: str
    lines: tuple[str, ...]
    email: str = ""
    phone: str = ""


def addresses(session: Session, request: CodeRequest, postal: bytes | None = None) -> bytes:
    """The sheet of addresses for the numbers of a request; `postal` is a sheet with lines by identifier.

    Refused: a number that is not on the roll (`codes.number`), an elector whom the postal sheet lacks
    (`codes.address`), and whatever is wrong with that sheet (the first trouble).
    """
    elections.find(session, request.election)
    lines = {} if postal is None else _postal(postal)
    query = select(Elector).where(Elector.election_uuid == request.election)
    electors = {elector.number: elector for elector in session.scalars(query)}
    contests = _contests(session, request.election)
    rows = []
    for number in request.numbers:
        elector = electors.get(number)
        if elector is None:
            raise ProtocolError("codes.number", number=number)
        found = lines.get(elector.identifier)
        if postal is not None and found is None:
            raise ProtocolError("codes.address", number=number, what=_LINES[0])
        written, phone = found or ((), "")
        name = f"{elector.first_name} {elector.last_name}"
        cells = [*written, *[""] * (len(_LINES) - len(written))]
        rows.append([str(number), name, contests[number], *cells, elector.email, phone or elector.phone or ""])
    return sheets.write(["numéro", "destinataire", "scrutins", *_LINES, "courriel", "téléphone"], rows)


def _postal(data: bytes) -> dict[str, tuple[tuple[str, ...], str]]:
    """Lines and telephone by identifier."""
    sheet = _sheet(data, _POSTAL, _MORE)
    return {
        roll_file.fold(line.cells["identifier"]): (
            tuple(cell for name in _LINES if (cell := sheets.plain_cell(line.cells.get(name, "")))),
            sheets.plain_cell(line.cells.get("phone", "")),
        )
        for line in sheet.lines
    }


def _contests(session: Session, election_uuid: str) -> dict[int, str]:
    query = (
        select(Entitlement.number, Contest.title)
        .join(Contest, Contest.uuid == Entitlement.contest_uuid)
        .where(Entitlement.election_uuid == election_uuid)
        .order_by(Contest.position)
    )
    found: dict[int, list[str]] = {}
    for number, title in session.execute(query):
        found.setdefault(number, []).append(title)
    return {number: " / ".join(titles) for number, titles in found.items()}


def read_addresses(data: bytes, request: CodeRequest) -> dict[int, Addressee]:
    """Read the sheet strictly: every number of the request is there, and none twice."""
    found: dict[int, Addressee] = {}
    for line in _sheet(data, _COLUMNS, _OPTIONAL).lines:
        cells = {name: sheets.plain_cell(cell) for name, cell in line.cells.items()}
        if not (cells["number"].isascii() and cells["number"].isdigit()) or int(cells["number"]) in found:
            raise ProtocolError("codes.numbers", what=f"line {line.number}")
        lines = tuple(cells[name] for name in _LINES if cells.get(name))
        more = {name: cells.get(name, "") for name in ("email", "phone")}
        number = int(cells["number"])
        found[number] = Addressee(number, cells["name"], cells["contests"], lines, **more)
    for number in request.numbers:
        if number not in found:
            raise ProtocolError("codes.address", number=number, what="destinataire")
    return found


def _sheet(data: bytes, columns: Mapping[str, tuple[str, ...]], more: Mapping[str, tuple[str, ...]]) -> sheets.Sheet:
    sheet = sheets.read(data, columns, more)
    if sheet.problems:
        raise sheet.problems[0]
    return sheet


def check_channel(request: CodeRequest, channel: str) -> None:
    """Refuse the channel by which the site itself sends what opens its door (R. 211-555)."""
    if channel in request.taken:
        raise ProtocolError("codes.channel", channel=channel)


def pdfs(
    request: CodeRequest, made: Sequence[MadeCode], known: Mapping[int, Addressee], address: str | None
) -> Iterator[tuple[str, int, bytes]]:
    """The letters as PDF files, a page for each elector in the order of numbers: name, pages, content."""
    from elections.paper.letters import set_letters  # noqa: PLC0415 - Typst is for who writes letters

    vote = _vote(request)
    for start in range(0, len(made), _AT_ONCE):
        part = made[start : start + _AT_ONCE]
        views = [
            {
                "code": item.code.split("-"),
                "contests": typeset(known[item.keys.number].contests).split(" / "),
                "lines": [known[item.keys.number].name, *known[item.keys.number].lines],
                "link": None if address is None else code_files.link(address, item.code),
                "number": item.keys.number,
            }
            for item in part
        ]
        pdf = set_letters({**_words(vote), "election": request.election}, views)
        yield f"{part[0].keys.number:06}-{part[-1].keys.number:06}.pdf", len(part), pdf


def table(request: CodeRequest, made: Sequence[MadeCode], known: Mapping[int, Addressee], address: str | None) -> bytes:
    """A sheet for a mail merge: one line for each elector, with her code; no cell can be run as a formula."""
    said = _words(_vote(request))
    header = [
        "numéro", "destinataire", *_LINES, "courriel", "téléphone", "scrutins", "code de vote", "lien", "élection",
        "ouverture", "clôture", "adresse du vote", "assistance",
    ]  # fmt: skip
    rows = []
    for item in made:
        who = known[item.keys.number]
        lines = [*who.lines, *[""] * (len(_LINES) - len(who.lines))]
        mail = "" if "mail" in request.taken else who.email
        phone = "" if "sms" in request.taken else who.phone
        link = "" if address is None else code_files.link(address, item.code)
        told = (said["title"], said["opening"], said["closing"], said["site"], said["help"])
        rows.append([str(who.number), who.name, *lines, mail, phone, who.contests, item.code, link, *told])
    return sheets.write(header, rows)


def mails(
    request: CodeRequest, made: Sequence[MadeCode], known: Mapping[int, Addressee]
) -> list[tuple[int, str, str, str]]:
    """Number, address, subject and text of each message; refused where the site writes by mail too."""
    check_channel(request, "mail")
    said = _words(_vote(request))
    found = []
    for item in made:
        who = known[item.keys.number]
        if not who.email:
            raise ProtocolError("codes.address", number=who.number, what="courriel")
        parts = [
            f"Bonjour {who.name},",
            f"Voici votre code de vote pour « {said['title']} » :",
            f"    {item.code}",
            f"Le vote se tient du {said['opening']} au {said['closing']}.",
            "Ne communiquez ce code à personne.",
            *([f"L'adresse du vote : {said['site']}"] if said["site"] else []),
            *([said["help"]] if said["help"] else []),
        ]
        subject = typeset(f"Votre code de vote : « {said['title']} »")
        found.append((who.number, who.email, subject, "\n\n".join(map(typeset, parts)) + "\n"))
    return found


def _vote(request: CodeRequest) -> Vote:
    if request.vote is None:
        raise ProtocolError("codes.vote")
    return request.vote


def _words(vote: Vote) -> dict[str, str]:
    """What every letter says of the vote, well set."""
    hours = {
        name: f"{hour_in_words(at)} (heure de Paris ; {at:%H:%M} UTC)"
        for name, at in (("opening", vote.opening), ("closing", vote.closing))
    }
    return {**{name: typeset(text) for name, text in hours.items()}, "title": typeset(vote.title), "site": vote.site,
            "help": vote.help}  # fmt: skip
