"""Look into uploaded files before keeping them: a name and a type are claims, the content is the fact."""

from __future__ import annotations

import codecs
import hashlib
import lzma
import re
import struct
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Collection
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from PIL import Image

if TYPE_CHECKING:
    from django.core.files.base import File as AnyFile

    File = AnyFile[Any]

MAX_NAME = 200
MAX_PIXELS = 50_000_000
MAX_UNPACKED_BYTES = 100 * 2**20
MAX_ENTRIES = 2_000
CHUNK = 64 * 1024

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
IMAGES = {
    "png": ("PNG", "image/png"),
    "jpg": ("JPEG", "image/jpeg"),
    "jpeg": ("JPEG", "image/jpeg"),
    "gif": ("GIF", "image/gif"),
    "webp": ("WEBP", "image/webp"),
}
#: A part that only this kind of document has, and the content type.
OFFICE = {
    "docx": ("word/", f"{_OFFICE}.wordprocessingml.document"),
    "xlsx": ("xl/", f"{_OFFICE}.spreadsheetml.sheet"),
    "pptx": ("ppt/", f"{_OFFICE}.presentationml.presentation"),
}
OPEN_DOCUMENTS = {"odt": f"{_OPEN}.text", "ods": f"{_OPEN}.spreadsheet"}
TEXTS = {"txt": "text/plain", "log": "text/plain", "md": "text/plain", "csv": "text/csv"}
CONTENT_TYPES = {
    **{extension: content_type for extension, (_, content_type) in IMAGES.items()},
    **{extension: content_type for extension, (_, content_type) in OFFICE.items()},
    **OPEN_DOCUMENTS,
    **TEXTS,
    "pdf": "application/pdf",
    "zip": "application/zip",
}

#: Shown by browsers without running anything; everything else is served as a download.
SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


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


def true_content_type(file: File, name: str, accepted: Collection[str]) -> str:
    """Return what the content is, where that is what the name says and one of the accepted extensions.

    Raises `Unacceptable` otherwise. The file is at its beginning afterwards.
    """
    extension = extension_of(name)
    if extension not in accepted:
        raise Unacceptable(f"Files of this type are not accepted. Accepted: {', '.join(sorted(accepted))}.")
    file.seek(0)
    try:
        _check(file, extension)
    finally:
        file.seek(0)
    return CONTENT_TYPES[extension]


def _check(file: File, extension: str) -> None:
    if extension in IMAGES:
        _check_image(file, IMAGES[extension][0])
    elif extension in TEXTS:
        _check_text(file)
    elif extension == "pdf":
        _require(file.read(5) == b"%PDF-", "The content is not a PDF document.")
    else:
        _check_archive(file, extension)


def _require(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise Unacceptable(otherwise)


def _check_image(file: File, image_format: str) -> None:
    """Read it to its end, so that what is cut off is noticed, but never unpack more than the cap."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=[image_format]) as image:
                _require(image.width * image.height <= MAX_PIXELS, "The picture has too many pixels.")
                if image_format in ("JPEG", "GIF"):
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


def _check_text(file: File) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in file.chunks():
            _require("\x00" not in decoder.decode(chunk), "The file is named as text but is not.")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise Unacceptable("The file is named as text but is not, or not in UTF-8.") from error


def _check_archive(file: File, extension: str) -> None:
    """Refuse what would not unpack to what it says, or to more than anybody wants, or elsewhere than where it is."""
    # What begins otherwise is another kind of file with an archive behind it.
    _require(file.read(4) == b"PK\x03\x04", "The file's content does not match its name.")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
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
    parts = name.replace("\\", "/").split("/")
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
