"""The door at which voting codes are made: by their maker, and by the site itself where an office lets it.

`make` is the maker's whole work, on any machine (protocol.md §1). `pay` is what the clock does in an election whose
codes this machine made: who came to the roll since gets a first code, and who was promised a new one by two people
gets that (R12, R22). A first code replaces none and needs one officer, who entered the elector and whose name stands
in the registry; nothing here gives a new code to anybody on one person's word.

Letters come first, for keys without a letter would shut their electors out. They lie in `<state>/codes/<election>/`,
under the name `new` until their keys are in the registry; what lies there after a crash is kept or erased by whether
they are. No code is ever in a database.
"""

from __future__ import annotations

import logging
import shutil
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from elections import sealing
from elections.post import FAILURES, Folder, Message, send_folder
from elections.protocol.errors import ProtocolError
from elections.registry import code_files, code_letters, codes, elections, reissues
from elections.registry.journal import CLOCK
from elections.registry.tables import ElectorKey

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from elections.config import Config
    from elections.post import Carrier
    from elections.registry.code_files import CodeRequest, MadeCode
    from elections.registry.tables import Election
    from elections.storage import Store

Form = Literal["text", "letter", "table", "mail"]
_LOG = logging.getLogger(__name__)
_FOLDER, _NEW = "codes", "new"


@dataclass(frozen=True, slots=True)
class Batch:
    """Letters that the site made and that still lie in its folder: files to print, mails by their fate."""

    name: str
    letters: int
    waiting: int
    refused: int
    doubtful: int


def make(
    request: CodeRequest,
    sheet: bytes,
    form: Form,
    out: Path,
    *,
    address: str | None = None,
    sender: str = "",
    written: Callable[[int], None] | None = None,
) -> list[MadeCode]:
    """Make the codes and their letters in a new folder; all of it is there in the end, or no folder.

    `written` is told how many letters each PDF holds, once it is there: thousands take minutes.

    Whatever can be refused is refused before anything is written. Cut off in between, a folder `.NAME.part` stays,
    which the next making of that name erases.
    """
    if form == "mail":
        code_letters.check_channel(request, "mail")
    known = {} if form == "text" else code_letters.read_addresses(sheet, request)
    if out.exists() and any(out.iterdir()):
        raise ProtocolError("codes.folder", path=out)
    made = code_files.make(request)
    part = out.with_name(f".{out.name}.part")
    discard(part)
    if form == "text":
        code_files.write_folder(part, request.election, made, address)
    else:
        # Set before the folder is there: an address that is lacking is found in here.
        mails = code_letters.mails(request, made, known) if form == "mail" else []
        letters = code_files.new_folder(part, request.election, made)
        if form == "letter":
            for name, count, data in code_letters.pdfs(request, made, known, address):
                code_files.write_private(letters / name, data)
                if written is not None:
                    written(count)
        elif form == "table":
            code_files.write_private(letters / "codes.csv", code_letters.table(request, made, known, address))
        folder = Folder(letters, sender)
        for number, recipient, subject, body in mails:
            folder.send(Message("code", recipient, subject, body, number))
    part.rename(out)
    return made


def discard(folder: Path) -> None:
    """Overwrite and delete what a making left that was cut off."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            code_files.erase(path)
    shutil.rmtree(folder, ignore_errors=True)


def pay(store: Store, config: Config, now: datetime) -> None:
    """Make what is owed in every election whose codes the site makes; a refusal in one leaves the others theirs."""
    with store.registry_reader() as session:
        mine = [election.uuid for election in elections.everything(session) if election.code_maker == "site"]
    for uuid in mine:
        try:
            _settle(store, uuid)
            _pay(store, uuid, "first", _newcomers, config, now)
            _pay(store, uuid, "again", _promised, config, now)
        except ProtocolError as error:
            # The rule is public; what it says of an elector is not.
            _LOG.warning("codes: election %s: %s", uuid, error.rule)


def send(store: Store, carrier: Carrier) -> None:
    """Send the mails that lie in the folders, each of which is erased once it went (`post.send_folder`)."""
    for letters in sorted((store.state / _FOLDER).glob(f"*/*/{code_files.LETTERS}")):
        if letters.parent.name != _NEW and next(letters.glob("*.eml"), None) is not None:
            # What a server that is down did not take waits for the next round.
            with suppress(*FAILURES):
                send_folder(letters, carrier, code_files.erase)


def batches(store: Store, election_uuid: str) -> list[Batch]:
    """What still lies in the state's folder for an election, the oldest first."""
    folders = sorted((store.state / _FOLDER / election_uuid).glob(f"[!.]*/{code_files.LETTERS}"))
    found = [(letters.parent.name, [path.suffix for path in letters.iterdir()]) for letters in folders]
    mails = (".eml", ".refused", ".sending")
    return [
        Batch(name, sum(suffix not in mails for suffix in suffixes), *(suffixes.count(mail) for mail in mails))
        for name, suffixes in found
        if suffixes and name != _NEW
    ]


def _pay(
    store: Store,
    election_uuid: str,
    kind: Literal["first", "again"],
    owed: Callable[[Session, Election], list[int]],
    config: Config,
    now: datetime,
) -> None:
    with store.registry_reader() as session:
        election = elections.find(session, election_uuid)
        numbers = owed(session, election)
        if not numbers:
            return
        request = codes.request(session, election_uuid, numbers, site=config.address, help_=config.help_line)
        sheet = code_letters.addresses(session, request)
        form = election.code_form or "text"
    folder = store.state / _FOLDER / election_uuid
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = folder / _NEW
    made = make(request, sheet, form, new, sender=config.sender)  # type: ignore[arg-type] # the column holds a Form
    raw = code_files.write_keys(election_uuid, [item.keys for item in made])
    try:
        if kind == "first":
            with store.registry.begin() as session:
                codes.take_keys(session, election_uuid, raw, CLOCK, now, maker="site")
        else:
            sealing.reissue_agreed(store, election_uuid, raw, now)
    except ProtocolError:
        discard(new)
        raise
    new.rename(folder / f"{now:%Y-%m-%d-%H%M%S}-{kind}")


def _newcomers(session: Session, election: Election) -> list[int]:
    """Electors of a draft who have no code."""
    try:
        elections.changeable(session, election.uuid)
    except ProtocolError:
        return []
    return codes.keyless(session, election.uuid)


def _promised(session: Session, election: Election) -> list[int]:
    """Those for whom two people agreed, and who may still get one: who has voted since may not."""
    found = []
    for number in reissues.agreed(session, election.uuid):
        with suppress(ProtocolError):
            codes.check_reissuable(session, election.uuid, number)
            found.append(number)
    return found


def _settle(store: Store, election_uuid: str) -> None:
    """Keep or erase what a crash left: its keys are in the registry, or its letters open nothing."""
    new = store.state / _FOLDER / election_uuid / _NEW
    if not new.exists():
        return
    with store.registry_reader() as session:
        issuers = elections.find(session, election_uuid).issuers
        rows = code_files.read_keys((new / code_files.KEYS_FILE).read_bytes(), election_uuid, issuers)
        known = [session.get(ElectorKey, (election_uuid, row.number)) for row in rows]
        # They were taken all or none, and who has left the roll since had hers taken along.
        taken = any(key is not None and key.register == row.register for key, row in zip(known, rows, strict=True))
    if taken:
        new.rename(new.with_name(f"{rows[0].number:06}-{rows[-1].number:06}-{rows[0].register[:8]}"))
    else:
        discard(new)
