"""Uploads that mean harm, for the tests of every service that takes files, and how to send them unchanged."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from urllib.parse import quote

from PIL import Image

from ticketing_common.uploads import SHOWN_INLINE

MIB = 2**20
CAP = 10 * MIB
SCRIPT = b"<script>alert(document.domain)</script>"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 120
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
SCRIPTED_PDF = PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")
WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ODT = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office/>"}


@dataclass(frozen=True)
class Hostile:
    """`kept_as` is the name and the content type of what may be kept; None where it must be refused.

    `claimed` is the type that the sender names.
    """

    what: str
    name: str
    make: Callable[[], bytes]
    kept_as: tuple[str, str] | None = None
    claimed: str = "application/octet-stream"

    @property
    def content(self) -> bytes:
        return _made(self.make)


@cache
def _made(make: Callable[[], bytes]) -> bytes:
    return make()


def picture(image_format: str = "PNG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, image_format, **options)
    return out.getvalue()


def archive(entries: dict[str, bytes] | Iterable[str], *, zeros: int = 0) -> bytes:
    """Return a ZIP of these entries; with `zeros`, of one more that unpacks to so many bytes."""
    out = io.BytesIO()
    entries = entries if isinstance(entries, dict) else dict.fromkeys(entries, b"x")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in entries.items():
            zipped.writestr(name, content)
        if zeros:
            with zipped.open("zeros.bin", "w") as entry:
                for _ in range(zeros // MIB):
                    entry.write(bytes(MIB))
    return out.getvalue()


def _lying_archive() -> bytes:
    """A bomb whose table of contents says that it is small."""
    zeros = 101 * MIB
    return archive({}, zeros=zeros).replace(struct.pack("<L", zeros), struct.pack("<L", 1000))


def _encrypted_archive() -> bytes:
    """Nobody can look into an entry that is marked as encrypted."""
    plain = bytearray(archive({"secret.txt": b"x"}))
    plain[6] |= 1
    plain[plain.index(b"PK\x01\x02") + 8] |= 1
    return bytes(plain)


def _huge_picture(side: int) -> bytes:
    """A few kilobytes that unpack to `side` × `side` pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + side // 8)) for _ in range(side)) + packer.flush()
    header = struct.pack(">LLBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _talking_picture() -> bytes:
    """A whole picture whose EXIF data hold a script and a place on Earth."""
    exif = Image.Exif()
    exif[0x010E] = SCRIPT.decode()  # ImageDescription
    exif[0x013B] = "' OR 1=1 --"  # Artist
    return picture("JPEG", exif=exif.tobytes())


PNG, TEXT = ("image/png", "text/plain")
HOSTILE = (
    # Something else than the name says
    Hostile("a page", "page.html", lambda: SCRIPT, claimed="image/png"),
    Hostile("a page named as a picture", "page.png", lambda: b"<html>" + SCRIPT),
    Hostile("a drawing with a script", "drawing.svg", lambda: SVG, claimed="image/svg+xml"),
    Hostile("a drawing named as a picture", "drawing.png", lambda: SVG, claimed="image/png"),
    Hostile("a program", "run.exe", lambda: PROGRAM),
    Hostile("a program named as a document", "run.pdf", lambda: PROGRAM, claimed="application/pdf"),
    Hostile("a program named as text", "run.txt", lambda: PROGRAM, claimed="text/plain"),
    Hostile("a program that is an archive too", "setup.zip", lambda: PROGRAM + archive(["a.txt"])),
    Hostile("a second extension", "invoice.pdf.exe", lambda: PDF),
    Hostile("a script behind a harmless extension", "report.pdf.sh", lambda: b"#!/bin/sh\nrm -rf ~\n"),
    Hostile("a picture of another kind", "photo.png", lambda: picture("JPEG"), claimed="image/png"),
    Hostile("a document that begins too late", "late.pdf", lambda: b" " * 1025 + PDF),
    Hostile("a picture that is a script", "both.gif", lambda: b"GIF89a/*" + SCRIPT + b"*/=1;"),
    Hostile("text with zeros", "notes.txt", lambda: b"text\x00more"),
    Hostile("half a character of UTF-16", "notes.csv", lambda: "Grüße".encode("utf-16") + b"x"),
    Hostile("a program named as a message", "run.eml", lambda: PROGRAM),
    Hostile("a page named as a film", "film.mp4", lambda: SCRIPT),
    Hostile("a page named as a photograph", "photo.heic", lambda: SCRIPT),
    Hostile("a program named as an old document", "run.doc", lambda: PROGRAM),
    Hostile("an old document with macros", "macro.xls", lambda: COMPOUND + "_VBA_PROJECT".encode("utf-16-le")),
    Hostile("an archive that unpacks to 101 MiB, of one file", "bomb.gz", lambda: gzip.compress(bytes(101 * MIB))),
    Hostile("half an archive of one file", "half.gz", lambda: gzip.compress(b"words")[:-4]),
    Hostile("a server's settings", ".htaccess", lambda: b"AddHandler php .txt"),
    Hostile("no extension", "Makefile", lambda: b"all:\n\trm -rf ~\n"),
    # Too much
    Hostile("nothing", "empty.txt", lambda: b""),
    Hostile("one byte too many", "large.txt", lambda: b"x" * (CAP + 1)),
    Hostile("a picture that unpacks to 900 million pixels", "huge.png", partial(_huge_picture, 30_000)),
    Hostile("a picture of 61 million pixels", "large.png", partial(_huge_picture, 7_800)),
    Hostile("an archive that unpacks to 101 MiB", "bomb.zip", lambda: archive({}, zeros=101 * MIB)),
    Hostile("an archive that lies about its size", "liar.zip", _lying_archive),
    Hostile("an archive of 10 001 entries", "many.zip", lambda: archive(map(str, range(10_001)))),
    Hostile("a document that unpacks to 101 MiB", "bomb.docx", lambda: archive(WORD, zeros=101 * MIB)),
    Hostile("a document of 10 000 parts", "many.docx", lambda: archive([*WORD, *map(str, range(9_998))])),
    # Damaged
    Hostile("half a picture", "half.png", lambda: picture("PNG")[:-60]),
    Hostile("half a photograph", "half.jpg", lambda: picture("JPEG")[:-200]),
    Hostile("half an animation", "half.gif", lambda: picture("GIF")[:-200]),
    Hostile("a broken document", "broken.docx", lambda: b"PK\x03\x04nonsense"),
    # Archives and documents that do more than hold
    Hostile("an entry that leads out", "climb.zip", lambda: archive(["../../etc/cron.d/evil"])),
    Hostile("an entry with a drive", "drive.zip", lambda: archive(["C:\\Windows\\evil.dll"])),
    Hostile("a part that leads out", "climb.docx", lambda: archive([*WORD, "../../etc/cron.d/evil"])),
    Hostile("a document with macros", "macro.docx", lambda: archive([*WORD, "word/vbaProject.bin"])),
    Hostile("an open document with macros", "macro.odt", lambda: archive(ODT | {"Basic/Standard/Evil.xml": b"x"})),
    Hostile("an archive named as a document", "plain.docx", lambda: archive(["readme.txt"])),
    Hostile("an archive named as an open document", "plain.ods", lambda: archive(ODT)),
    Hostile("an archive that nobody can look into", "locked.zip", _encrypted_archive),
    # Harmless when served as what they are, and as a download where they could do something
    Hostile("a document with a script", "paper.pdf", lambda: SCRIPTED_PDF, ("paper.pdf", "application/pdf")),
    Hostile("a page before a document", "front.pdf", lambda: SCRIPT + PDF, ("front.pdf", "application/pdf")),
    Hostile("a page named as data", "page.xml", lambda: SCRIPT, ("page.xml", "application/xml"), "text/html"),
    Hostile("a page named as text", "page.txt", lambda: SCRIPT, ("page.txt", TEXT), "text/html"),
    Hostile("a picture said to be a page", "red.png", picture, ("red.png", PNG), "text/html"),
    Hostile("a script in a photograph's data", "photo.jpg", _talking_picture, ("photo.jpg", "image/jpeg")),
    Hostile("a picture with an archive behind it", "a.png", lambda: picture() + archive(["a"]), ("a.png", PNG)),
    # Names
    Hostile("a name that climbs", "../../../etc/passwd.txt", lambda: b"x", ("passwd.txt", TEXT)),
    Hostile("a name that climbs on Windows", "..\\..\\boot.txt", lambda: b"x", ("boot.txt", TEXT)),
    Hostile("a name with a zero", "page.html\x00.txt", lambda: b"x", ("page.html.txt", TEXT)),
    Hostile("a name that reads backwards", "photo\u202egnp.txt", lambda: b"x", ("photognp.txt", TEXT)),
    Hostile("a name with another header", 'a"\r\nSet-Cookie: b.txt', lambda: b"x", ("aSet-Cookie b.txt", TEXT)),
    Hostile("a name of 300 characters", "n" * 300 + ".txt", lambda: b"x", ("n" * 197 + ".txt", TEXT)),
)


def multipart(file: Hostile, *, field: str, **values: str) -> tuple[bytes, str]:
    """Return body and content type of a form with this file, its name as it is: no client's library has tidied it."""
    boundary = "----hostile-boundary"
    lines = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in values.items()
    ]
    lines.append(
        (
            f"--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename*=UTF-8''{quote(file.name)}\r\n"
            f"Content-Type: {file.claimed}\r\n\r\n"
        ).encode()
        + file.content
        + b"\r\n"
    )
    return b"".join([*lines, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"


def assert_is_harmless(response: Any, file: Hostile) -> None:
    """Check that a download gives the bytes that were kept, in a way in which no browser runs them."""
    assert file.kept_as is not None
    name, content_type = file.kept_as
    body = b"".join(response.streaming_content) if response.streaming else response.content
    assert (response.status_code, body) == (200, file.content)
    assert response["Content-Type"] == content_type
    assert response["X-Content-Type-Options"] == "nosniff"
    policy = {part.strip() for part in response["Content-Security-Policy"].split(";")}
    assert policy == {"sandbox", "default-src 'none'"}
    how = "inline" if content_type in SHOWN_INLINE else "attachment"
    assert response["Content-Disposition"] == f'{how}; filename="{name}"'
    assert "Set-Cookie" not in response
