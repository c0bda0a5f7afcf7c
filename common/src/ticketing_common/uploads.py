"""Look into uploaded files before keeping them: a name and a type are claims, the content is the fact."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import lzma
import re
import struct
import subprocess
import sys
import tempfile
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Collection
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from PIL import Image

if TYPE_CHECKING:
    from django.core.files.base import File as AnyFile

    File = AnyFile[Any]
    Readable = File | IO[bytes]

MAX_NAME = 200
MAX_PIXELS = 50_000_000
MAX_UNPACKED_BYTES = 100 * 2**20
MAX_ENTRIES = 2_000
CHUNK = 64 * 1024
# How long a check may take on the clock, which a busy machine lets run.
MAX_WAIT_SECONDS = 60.0
# Exit code of a check that refuses; its output says why.
REFUSED = 3

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
#: The format that Pillow names, and the content type.
IMAGES = {
    "png": ("PNG", "image/png"),
    "jpg": ("JPEG", "image/jpeg"),
    "jpeg": ("JPEG", "image/jpeg"),
    "jfif": ("JPEG", "image/jpeg"),
    "gif": ("GIF", "image/gif"),
    "webp": ("WEBP", "image/webp"),
    "tif": ("TIFF", "image/tiff"),
    "tiff": ("TIFF", "image/tiff"),
}
#: A part that only this kind of document has, and the content type.
OFFICE = {
    "docx": ("word/", f"{_OFFICE}.wordprocessingml.document"),
    "xlsx": ("xl/", f"{_OFFICE}.spreadsheetml.sheet"),
    "pptx": ("ppt/", f"{_OFFICE}.presentationml.presentation"),
}
OPEN_DOCUMENTS = {"odt": f"{_OPEN}.text", "ods": f"{_OPEN}.spreadsheet"}
#: Compound files of older Office programs and of Outlook.
COMPOUND = {"doc": "application/msword", "xls": "application/vnd.ms-excel", "msg": "application/vnd.ms-outlook"}
TEXTS = {
    "txt": "text/plain",
    "log": "text/plain",
    "md": "text/plain",
    "csv": "text/csv",
    "json": "application/json",
    "har": "application/json",
    "xml": "application/xml",
    "eml": "message/rfc822",
    "ics": "text/calendar",
}
#: The brands that the first box of the file may name, and the content type.
MEDIA = {
    "mp4": (re.compile(rb"(iso|mp4|avc1|M4V|dash|f4v|3gp|MSNV)"), "video/mp4"),
    "mov": (re.compile(rb"(qt  |iso|mp4)"), "video/quicktime"),
    "heic": (re.compile(rb"(hei[csxm]|hev[cxms]|mif1|msf1)"), "image/heic"),
}
#: What tickets and comments take, of every service.
CONTENT_TYPES = {
    **{extension: content_type for extension, (_, content_type) in (IMAGES | OFFICE | MEDIA).items()},
    **OPEN_DOCUMENTS,
    **COMPOUND,
    **TEXTS,
    "pdf": "application/pdf",
    "zip": "application/zip",
    "gz": "application/gzip",
    "webm": "video/webm",
}

#: Shown by browsers without running anything; everything else is served as a download.
SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})

#: Kinds whose check decodes or unpacks, which may cost far more than their size.
_COSTLY = frozenset({*IMAGES, *OFFICE, *OPEN_DOCUMENTS, "zip", "gz"})
_COMPOUND_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_MATROSKA_START = b"\x1a\x45\xdf\xa3"
_PDF_HEADER_WITHIN = 1024
# Control characters that occur in texts: backspace to carriage return, end of file of DOS, escape of terminal colours.
_NO_TEXT = re.compile(r"[\x00-\x07\x0e-\x19\x1c-\x1f]")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Unacceptable(Exception):
    """The file is not one of those that are wanted, or not what its name says. The words are for its sender."""


def clean_name(name: str) -> str:
    """Return a name that is safe in headers, pages and on disks: the last path part, nothing invisible, not too long.

    The extension stays; what is left without a name is called `file`.
    """
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(" " if unicodedata.category(character) == "Zs" else character for character in name)
    name = "".join(character for character in name if character.isprintable() and character not in '"<>|:*?')
    name = re.sub(r" +", " ", name).strip(" .") or "file"
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 15:
        return name[:MAX_NAME].rstrip(" .")
    return f"{stem[: MAX_NAME - len(extension)]}{dot}{extension}"


def extension_of(name: str) -> str:
    return PurePath(name).suffix.lower().removeprefix(".")


def sha256_of(file: File) -> str:
    """Return the digest of the content; the file is at its beginning afterwards."""
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def true_content_type(file: File, name: str, accepted: Collection[str] = CONTENT_TYPES) -> str:
    """Return what the content is, where that is what the name says and one of the accepted extensions.

    Raises `Unacceptable` otherwise. The file is at its beginning afterwards.
    """
    extension = extension_of(name)
    if extension not in accepted:
        raise Unacceptable(f"Files of this type are not accepted. Accepted: {', '.join(sorted(accepted))}.")
    file.seek(0)
    try:
        if extension in _COSTLY:
            check_in_a_process(file, extension)
        else:
            check(file, extension)
    finally:
        file.seek(0)
    return CONTENT_TYPES[extension]


def check_in_a_process(file: File, extension: str) -> None:
    """Check the file in a process with limits on CPU time and memory: `UPLOAD_CPU_SECONDS`, `UPLOAD_MEMORY_MIB`.

    Raises `Unacceptable`, also for what takes more.
    """
    limits = [str(getattr(settings, "UPLOAD_CPU_SECONDS", 5.0)), str(getattr(settings, "UPLOAD_MEMORY_MIB", 1024))]
    with tempfile.TemporaryFile() as content:
        for chunk in file.chunks():
            content.write(chunk)
        content.seek(0)
        try:
            found = subprocess.run(  # noqa: S603 -- our own module, and an extension from the list
                [sys.executable, "-m", "ticketing_common.upload_check", extension, *limits],
                stdin=content,
                capture_output=True,
                timeout=MAX_WAIT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Unacceptable("The file takes too long to look into.") from error
    if found.returncode == REFUSED:
        raise Unacceptable(found.stdout.decode())
    _require(found.returncode == 0, "The file takes too much time or memory to look into.")


def check(file: Readable, extension: str) -> None:
    """Raise `Unacceptable` where the content is not what the extension says. The file is at its beginning."""
    if extension in IMAGES:
        _check_image(file, IMAGES[extension][0])
    elif extension in TEXTS:
        _check_text(file)
    elif extension == "pdf":
        _require(b"%PDF-" in file.read(_PDF_HEADER_WITHIN + 5), "The content is not a PDF document.")
    elif extension in COMPOUND:
        _check_compound(file)
    elif extension in MEDIA:
        start = file.read(64)
        brands = start[8:12], *(start[at : at + 4] for at in range(16, 64, 4))
        is_media = start[4:8] == b"ftyp" and any(MEDIA[extension][0].match(brand) for brand in brands)
        # Older films of cameras begin without naming a brand.
        is_plain_film = extension == "mov" and start[4:8] in {b"moov", b"mdat", b"wide", b"free", b"skip"}
        _require(is_media or is_plain_film, "The file's content does not match its name.")
    elif extension == "webm":
        start = file.read(64)
        _require(start.startswith(_MATROSKA_START) and b"webm" in start, "The file's content does not match its name.")
    elif extension == "gz":
        _check_gzip(file)
    else:
        _check_archive(file, extension)


def _require(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise Unacceptable(otherwise)


def _check_image(file: Readable, image_format: str) -> None:
    """Read it to its end, so that what is cut off is noticed, but never unpack more than the cap."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=[image_format]) as image:
                _require(image.width * image.height <= MAX_PIXELS, "The picture has too many pixels.")
                if image_format in ("JPEG", "GIF", "TIFF"):
                    # A JPEG can be read in an eighth of its size, at a fraction of the memory.
                    image.draft("RGB", (max(1, image.width // 8), max(1, image.height // 8)))
                    image.load()
                else:
                    image.verify()
    except (
        OSError,  # what is no picture, and what is cut off
        SyntaxError,  # Pillow's word for a broken chunk
        # What its readers trip over in bytes that make no sense:
        ValueError,
        TypeError,
        LookupError,
        ArithmeticError,
        EOFError,
        struct.error,
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
    ) as error:
        raise Unacceptable(f"The content is not a whole {image_format} picture.") from error


def _check_text(file: Readable) -> None:
    """Text of any encoding: Unicode with a mark, UTF-8, or one byte a character (windows-1252, cp850, Shift-JIS, …)."""
    start = file.read(4)
    file.seek(0)
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if start.startswith(mark)), "latin-1")
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in iter(lambda: file.read(CHUNK), b""):
            _require(not _NO_TEXT.search(decoder.decode(chunk)), "The file is named as text but is not.")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise Unacceptable("The file is named as text but is not.") from error


def _check_compound(file: Readable) -> None:
    content = file.read()
    _require(content.startswith(_COMPOUND_START), "The file's content does not match its name.")
    _require(_MACROS not in content, "Documents with macros are not accepted.")


def _check_gzip(file: Readable) -> None:
    """Unpack it to its end, but never more than the cap."""
    size = 0
    try:
        with gzip.GzipFile(fileobj=file) as packed:
            while chunk := packed.read(CHUNK):
                size += len(chunk)
                _require(
                    size <= MAX_UNPACKED_BYTES, f"The archive unpacks to more than {MAX_UNPACKED_BYTES // 2**20} MiB."
                )
    except (OSError, EOFError, zlib.error) as error:
        raise Unacceptable("The archive is damaged.") from error


def _check_archive(file: Readable, extension: str) -> None:
    """Refuse what would not unpack to what it says, or to more than anybody wants, or elsewhere than where it is."""
    # What begins otherwise is another kind of file with an archive behind it.
    _require(file.read(4) == b"PK\x03\x04", "The file's content does not match its name.")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = [entry.filename.replace("\\", "/") for entry in entries]
            _require(len(entries) <= MAX_ENTRIES, f"The archive has more than {MAX_ENTRIES} entries.")
            _require(
                sum(entry.file_size for entry in entries) <= MAX_UNPACKED_BYTES,
                f"The archive unpacks to more than {MAX_UNPACKED_BYTES // 2**20} MiB.",
            )
            _require(not any(map(_leads_elsewhere, names)), "The archive has entries that lead out of it.")
            if extension in OFFICE:
                _check_office(names, OFFICE[extension][0])
            elif extension in OPEN_DOCUMENTS:
                _check_open_document(archive, names, OPEN_DOCUMENTS[extension])
            # Unpacks every entry up to the size it claims, which was capped above.
            _require(archive.testzip() is None, "The archive is damaged.")
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        EOFError,
        NotImplementedError,  # a way of packing that is not known here
        RuntimeError,  # encrypted
        zlib.error,
        lzma.LZMAError,
    ) as error:
        raise Unacceptable("The archive is damaged, encrypted or packed in a way that can't be looked into.") from error


def _leads_elsewhere(name: str) -> bool:
    parts = name.split("/")
    return not parts[0] or ".." in parts or ":" in parts[0] or "\x00" in name


def _check_office(names: Collection[str], part: str) -> None:
    is_document = "[Content_Types].xml" in names and any(name.startswith(part) for name in names)
    _require(is_document, "The file's content does not match its name.")
    _require(not any(_is(name, "vbaproject.bin") for name in names), "Documents with macros are not accepted.")


def _check_open_document(archive: zipfile.ZipFile, names: Collection[str], content_type: str) -> None:
    is_document = "mimetype" in names and archive.read("mimetype").strip() == content_type.encode()
    _require(is_document, "The file's content does not match its name.")
    has_macros = any(name.startswith(("Basic/", "Scripts/")) for name in names)
    _require(not has_macros, "Documents with macros are not accepted.")


def _is(name: str, last_part: str) -> bool:
    return name.lower().rsplit("/", 1)[-1] == last_part
