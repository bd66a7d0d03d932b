"""Professions de foi as PDF: read whole by pypdf, and refused if they do or carry anything besides text and pictures.

A PDF may hold programs, forms, other files and orders to the viewer. Every object of the file is looked at, those in
object streams too, and what an action may be is known from the standard (ISO 32000-2, 12.6.4): only going to a page and
a plain link remain. What pypdf cannot read strictly is refused, for a viewer would mend it in its own way. Pages
themselves are not unpacked; what is unpacked has limits, against files that swell.

No database here.
"""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

from pypdf import Configuration, PdfReader, apply_configuration
from pypdf.errors import PdfReadError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES, OBJECTS = 40, 20_000
_UNPACKED = 8_000_000
"""Bytes that one stream of objects may swell to."""
_OBJECT_STREAMS = 200

_LIMITS = Configuration(
    zlib_maximum_output_length=_UNPACKED,
    lzw_maximum_output_length=_UNPACKED,
    run_length_maximum_output_length=_UNPACKED,
    stream_decoding_work_maximum_length=2 * _UNPACKED,
    zlib_maximum_recovery_input_length=0,
    stream_filters_maximum_length=2,
)
_ACTIVE = {
    "/AA", "/AcroForm", "/Collection", "/EF", "/EmbeddedFiles", "/Encrypt", "/JS", "/JavaScript", "/RichMediaContent",
    "/XFA",
}  # fmt: skip
"""Keys of any dictionary: programs, forms, files within the file, what happens by itself."""
_ACTIONS = {
    "/GoTo3DView", "/GoToDp", "/GoToE", "/GoToR", "/Hide", "/ImportData", "/JavaScript", "/Launch", "/Movie", "/Named",
    "/Rendition", "/ResetForm", "/RichMediaExecute", "/SetOCGState", "/Sound", "/SubmitForm", "/Thread", "/Trans",
}  # fmt: skip
_KINDS = {"/3D", "/FileAttachment", "/Movie", "/RichMedia", "/Screen", "/Sound", "/Widget"}
"""Annotations that play, carry or ask something."""
_LINKS = ("http://", "https://", "mailto:")


class _Refusing(logging.Handler):
    """What pypdf only warns of it has mended, and another reader may mend it otherwise."""

    def emit(self, record: logging.LogRecord) -> None:
        raise PdfReadError(record.getMessage())


logging.getLogger("pypdf").addHandler(_Refusing(logging.WARNING))


def check(raw: bytes, what: str) -> None:
    """Refuse what is no PDF, is encrypted, is too long, or does more than be read."""
    try:
        with apply_configuration(_LIMITS):
            reader = PdfReader(io.BytesIO(raw), strict=True)
            # Of an encrypted file nothing else can be read.
            _check_passive(reader.trailer, what)
            for item in _objects(reader, what):
                _check_passive(item, what)
            pages = len(reader.pages)
    except ProtocolError:
        raise
    except Exception as error:
        # Whatever a parser trips over, a hostile file can bring about.
        raise ProtocolError("documents.pdf", what=what) from error
    if not 0 < pages <= PAGES:
        raise ProtocolError("documents.pages", what=what, pages=pages, most=PAGES)


def _objects(reader: PdfReader, what: str) -> Iterator[DictionaryObject]:
    """Every dictionary of the file, with those within; an object that is never referred to counts too."""
    numbers = {(number, generation) for generation, found in reader.xref.items() for number in found}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    streams = {stream for stream, _ in reader.xref_objStm.values()}
    if len(numbers) > OBJECTS or len(streams) > _OBJECT_STREAMS:
        raise ProtocolError("documents.pdf", what=what)
    waiting: list[object] = [reader.trailer]
    waiting += [reader.get_object(IndirectObject(number, generation, reader)) for number, generation in numbers]
    while waiting:
        item = waiting.pop()
        if isinstance(item, DictionaryObject):
            yield item
            waiting.extend(item.values())
        elif isinstance(item, ArrayObject):
            waiting.extend(item)


def _check_passive(item: DictionaryObject, what: str) -> None:
    # By [] and not by `get`, which gives a value that is an object of its own unread.
    action, kind, address = (str(item[key]) if key in item else "" for key in ("/S", "/Subtype", "/URI"))
    found = _ACTIVE & item.keys() | _ACTIONS & {action} | _KINDS & {kind}
    if action == "/URI" and not address.lower().startswith(_LINKS):
        found |= {"/URI"}
    if found:
        raise ProtocolError("documents.active", what=what, name=min(found))
