"""Look into uploaded files before keeping them: an extension is a claim, the content is the fact."""

from __future__ import annotations

import hashlib
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import puremagic
from django.core.files.uploadedfile import UploadedFile as AnyUploadedFile
from PIL import Image, UnidentifiedImageError

from ticketing_common.errors import Invalid

if TYPE_CHECKING:
    UploadedFile = AnyUploadedFile[Any]
else:
    UploadedFile = AnyUploadedFile

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 10
MAX_PIXELS = 50_000_000
MAX_UNPACKED_BYTES = 100 * 1024 * 1024
MAX_ENTRIES = 2_000

IMAGES = {".png": ("PNG", "image/png"), ".gif": ("GIF", "image/gif"), ".webp": ("WEBP", "image/webp")}
IMAGES |= {".jpg": ("JPEG", "image/jpeg"), ".jpeg": ("JPEG", "image/jpeg")}
_OFFICE = "application/vnd.openxmlformats-officedocument"
OFFICE = {
    ".docx": ("word/", f"{_OFFICE}.wordprocessingml.document"),
    ".xlsx": ("xl/", f"{_OFFICE}.spreadsheetml.sheet"),
    ".pptx": ("ppt/", f"{_OFFICE}.presentationml.presentation"),
}
TEXTS = {".txt": "text/plain", ".log": "text/plain", ".csv": "text/csv", ".md": "text/plain"}
ALLOWED = tuple(sorted([*IMAGES, *OFFICE, *TEXTS, ".pdf"]))

# Shown by browsers without running anything; everything else is served as a download.
SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class FileRefused(Invalid):
    code = "file_refused"
    default_detail = "The file can't be accepted."


class TooManyFiles(Invalid):
    code = "too_many_files"
    default_detail = f"A ticket holds at most {MAX_FILES} files."


@dataclass(frozen=True)
class CheckedFile:
    """A file that passed, with the name to show and what its content is."""

    file: UploadedFile
    file_name: str
    content_type: str
    size: int
    sha256: str


def check_files(files: list[Any]) -> list[CheckedFile]:
    """Return the files with their true types, or refuse the lot for the first that can't be kept."""
    if len(files) > MAX_FILES:
        raise TooManyFiles(attr="attachments")
    return [check_file(file) for file in files]


def check_file(file: UploadedFile) -> CheckedFile:
    name = clean_name(file.name or "")
    size = file.size or 0
    if size == 0:
        raise FileRefused(f"{name} is empty.", attr="attachments")
    if size > MAX_BYTES:
        raise FileRefused(f"{name} is larger than {MAX_BYTES // (1024 * 1024)} MB.", attr="attachments")
    extension = PurePath(name).suffix.lower()
    content_type = _content_type(file, extension)
    if content_type is None:
        known = ", ".join(part.lstrip(".") for part in ALLOWED)
        raise FileRefused(
            f"{name} is not of an accepted type, or its content does not match its name. Accepted: {known}.",
            attr="attachments",
        )
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return CheckedFile(file=file, file_name=name, content_type=content_type, size=size, sha256=digest.hexdigest())


def clean_name(name: str) -> str:
    """Return the last part of the name without control characters, at most 255 long with its extension kept."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip(" .")
    path = PurePath(visible or "file")
    return path.stem[: 255 - len(path.suffix)] + path.suffix if len(path.suffix) < 16 else str(path)[:255]


def _content_type(file: UploadedFile, extension: str) -> str | None:
    file.seek(0)
    if extension in IMAGES:
        image_format, content_type = IMAGES[extension]
        return content_type if _is_image(file, image_format) else None
    if extension in OFFICE:
        folder, content_type = OFFICE[extension]
        return content_type if _is_office_document(file, folder) else None
    if extension == ".pdf":
        return "application/pdf" if _is_pdf(file.read(2048)) else None
    if extension in TEXTS:
        return TEXTS[extension] if _is_text(file) else None
    return None


def _is_image(file: UploadedFile, image_format: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=[image_format]) as image:
                if image.width * image.height > MAX_PIXELS:
                    return False
                image.verify()
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,  # Pillow's word for a broken PNG chunk
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
    ):
        return False
    return True


def _is_pdf(head: bytes) -> bool:
    if not head.startswith(b"%PDF-"):
        return False
    try:
        return any(match.extension == ".pdf" for match in puremagic.magic_string(head))
    except (puremagic.PureError, ValueError):
        return False


def _is_office_document(file: UploadedFile, folder: str) -> bool:
    """A zip with the parts of this kind of document, without a bomb, macros or paths that lead elsewhere."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    names = [entry.filename for entry in entries]
    return (
        len(entries) <= MAX_ENTRIES
        and sum(entry.file_size for entry in entries) <= MAX_UNPACKED_BYTES
        and "[Content_Types].xml" in names
        and any(name.startswith(folder) for name in names)
        and not any(name.startswith("/") or ".." in name.split("/") for name in names)
        and not any(name.lower().endswith("vbaproject.bin") for name in names)
    )


def _is_text(file: UploadedFile) -> bool:
    content = file.read(MAX_BYTES + 1)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "\x00" not in text
