"""Logos and professions de foi for tests: plain ones, and whatever may be wrong with them."""

import io
import struct
import zlib
from random import Random

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

PNG = b"\x89PNG\r\n\x1a\n"


def chunk(name, data=b""):
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width=24, height=16, colour=(36, 71, 143), *, rows=None, more=(), interlace=0, cut=0):
    """A picture of one colour; `rows` other than its height is a lie."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, interlace)
    line = b"\0" + bytes(colour) * width
    body = zlib.compress(line * (height if rows is None else rows))
    body = body[: len(body) - cut]
    return PNG + b"".join([chunk(b"IHDR", head), *more, chunk(b"IDAT", body), chunk(b"IEND")])


def noise(side, seed):
    """A picture in which every pixel is another, so that nothing makes it smaller: 1968 bytes with 25 a side."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    random = Random(seed)
    body = zlib.compress(b"".join(b"\0" + random.randbytes(3 * side) for _ in range(side)))
    return PNG + b"".join([chunk(b"IHDR", head), chunk(b"IDAT", body), chunk(b"IEND")])


def segment(kind, data=b""):
    """One segment of a JPEG."""
    return bytes([0xFF, kind]) + struct.pack(">H", 2 + len(data)) + data


def jpeg(width=24, height=16, *, more=b"", frame=0xC0):
    """The segments of a picture; what its scan holds is nobody's business here."""
    head = struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0") + more + segment(frame, head) + scan + b"\xff\xd9"


def pdf(edit=lambda _writer: None, pages=1):
    """A PDF of blank pages, after `edit` had its way with it."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    edit(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def dictionary(**values):
    """A dictionary as a PDF writes it: texts that begin with / are names."""
    return DictionaryObject(
        {
            NameObject(f"/{key}"): NameObject(value)
            if isinstance(value, str) and value.startswith("/")
            else TextStringObject(value)
            if isinstance(value, str)
            else value
            for key, value in values.items()
        }
    )


def linked(**action):
    """An edit that puts a link on the first page, with this action."""

    def edit(writer):
        link = dictionary(Type="/Annot", Subtype="/Link", A=dictionary(**action))
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(link)])

    return edit


def packed(padding):
    """A PDF whose objects lie in a compressed stream that swells by so many bytes."""
    first, second = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[5 0 R]>>"
    index = f"1 0 2 {len(first)} ".encode()
    body = zlib.compress(index + first + second + b" " * padding)
    out = b"%PDF-1.5\n"
    page, out = len(out), out + b"5 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    head = f"3 0 obj<</Type/ObjStm/N 2/First {len(index)}/Filter/FlateDecode/Length {len(body)}>>stream\n".encode()
    objects, out = len(out), out + head + body + b"\nendstream endobj\n"
    table = [(0, 0, 255), (2, 3, 0), (2, 3, 1), (1, objects, 0), (1, len(out), 0), (1, page, 0)]
    rows = b"".join(struct.pack(">BIB", *row) for row in table)
    head = f"4 0 obj<</Type/XRef/W[1 4 1]/Size 6/Root 1 0 R/Length {len(rows)}>>stream\n".encode()
    return out + head + rows + f"\nendstream endobj\nstartxref\n{len(out)}\n%%EOF".encode()
