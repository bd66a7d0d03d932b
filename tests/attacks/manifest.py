"""V01: manifest and note."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from elections.protocol.canonical import encode
from elections.protocol.record import manifest_text
from tests.attacks.forger import STRANGER, Forger
from tests.attacks.table import attack

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.attacks.forger import Forger


def _sign_note(f: Forger, text: Callable[[str], str] = str, *, stranger: bool = False) -> None:
    """Sign the manifest's note last, by the record key or by a stranger, over what `text` makes of it."""
    key = STRANGER if stranger else f.record.record_key
    uuid = json.loads(f.files["manifest.json"])["election"]["uuid"]
    f.files["manifest.note"] = key.sign(text(manifest_text(uuid, f.files["manifest.json"]))).encode()


@attack("V01", "signed note", "note.unsigned")
def the_note_is_signed_by_a_stranger(f):
    f.last.append(lambda f: _sign_note(f, stranger=True))


@attack("V01", "signed note", "ed25519.signature")
def the_signature_is_of_another_text(f):
    f.last.append(lambda f: f.raw("manifest.note", lambda raw: raw.replace(b"record/1", b"record/2")))


@attack("V01", "signed note", "record.digest")
def the_record_key_signs_another_election(f):
    f.last.append(lambda f: _sign_note(f, lambda text: text.replace("\n", "\nX", 1)))


@attack("V01", "signed note", "record.missing")
def the_note_is_missing(f):
    f.last.append(lambda f: f.drop("manifest.note"))


@attack("V01", "signed note", "json.canonical")
def the_manifest_ends_with_a_line_feed(f):
    f.rewrite = lambda manifest: encode(manifest) + b"\n"


@attack("V01", "signed note", "record.election")
def the_manifest_has_another_title(f):
    f.rewrite = lambda manifest: manifest["election"].update(title="Another election")


@attack("V01", "signed note", "record.election")
def one_setup_names_another_record_key(f):
    f.seal("s2b", setup=lambda setup: setup.update(record_key=STRANGER.vkey))


@attack("V01", "every file there", "record.missing", also=["V12", "V14", "V15"])
def a_listed_file_is_missing(f):
    f.last.append(lambda f: f.drop("s2b/register.json"))


@attack("V01", "every file there", "record.missing", also=["V12", "V14", "V15"])
def a_file_is_gone_from_the_manifest_too(f):
    f.drop("s2b/register.json")


@attack("V01", "every digest right", "record.digest", also=["V13", "V14", "V15"])
def a_file_is_not_the_one_listed(f):
    f.last.append(lambda f: f.put("s1/result.json", 7, "seats_to_fill"))


@attack("V01", "every digest right", "record.digest")
def a_size_is_wrong(f):
    f.rewrite = lambda manifest: manifest["files"]["journal.jsonl"].update(size=1)


@attack("V01", "nothing extra", "record.extra")
def a_file_is_not_listed(f):
    f.last.append(lambda f: f.files.update({"README": b"Read me"}))


@attack("V01", "nothing extra", "record.path")
def a_path_leaves_the_record(f):
    f.rewrite = lambda manifest: manifest["files"].update({"../x": {"sha256": "0" * 64, "size": 0}})


@attack("V01", "nothing extra", "record.foreign")
def a_listed_file_is_read_by_no_check(f):
    f.files[f.path("s3a/slips.json")] = b"[]"


@attack("V01", "nothing extra", "record.foreign")
def a_stopped_contest_has_a_result(f):
    f.files[f.path("s3a/result.json")] = f.files[f.path("s2b/result.json")]


@attack("V01", "exactly the contests", "record.contests")
def a_contest_is_left_out(f):
    uuid = f.path("s2b")
    f.files = {path: raw for path, raw in f.files.items() if not path.startswith(uuid)}
    f.journal(lambda lines: [line for line in lines if line["contest"] != uuid])
    f.rewrite = lambda manifest: manifest["contests"].remove(uuid)


@attack("V01", "exactly the contests", "record.contests")
def a_folder_belongs_to_no_contest(f):
    f.files["1111111111111111111111/archive.bel"] = f.files[f.path("s1/archive.bel")]


@attack("V01", "exactly the contests", "record.contests", also=None)
def a_contest_stands_there_twice(f):
    other = "1111111111111111111111"
    f.files |= {
        path.replace(f.path("s1"), other): raw for path, raw in f.files.items() if path.startswith(f.path("s1"))
    }
    f.rewrite = lambda manifest: manifest["contests"].append(other)
