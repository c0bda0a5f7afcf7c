"""Pictures of people: re-encoded, so that what is served is an image that we made and nothing else."""

from __future__ import annotations

import io
import uuid
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from security.services import Actor
from ticketing_common.errors import Invalid, Refusal
from users.models import User
from users.services import update_user

FOLDER = "avatars"
EDGE = 256
MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP")


class PictureTooLarge(Refusal):
    code = "file_too_large"
    status_code = 413
    default_detail = f"A picture may have at most {MAX_BYTES // 1024 // 1024} MB."


class NotAPicture(Invalid):
    code = "not_a_picture"
    default_detail = "Only JPEG, PNG and WebP pictures are accepted."


def encode(content: bytes) -> bytes:
    """Return the picture as a small square WebP without anything but its pixels, or raise."""
    if len(content) > MAX_BYTES:
        raise PictureTooLarge(attr="file")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            # The size stands in the header: a bomb is refused before it is unpacked.
            if picture.width * picture.height > MAX_PIXELS:
                raise NotAPicture("The picture has too many pixels.", attr="file")
            upright = ImageOps.exif_transpose(picture)
            square = ImageOps.fit(upright.convert("RGB"), (EDGE, EDGE))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise NotAPicture(attr="file") from error
    out = io.BytesIO()
    square.save(out, "WEBP", quality=85)
    return out.getvalue()


def path_of(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER / name


def set_avatar(*, user_id: int, content: bytes, by: Actor, now: datetime) -> User:
    encoded = encode(content)
    name = f"{uuid.uuid4().hex}.webp"
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded)
    return _replace(user_id, name, by, now)


def remove_avatar(*, user_id: int, by: Actor, now: datetime) -> User:
    return _replace(user_id, "", by, now)


@transaction.atomic
def _replace(user_id: int, name: str, by: Actor, now: datetime) -> User:
    old = User.objects.select_for_update().values_list("avatar", flat=True).get(pk=user_id)
    user = update_user(user_id=user_id, changes={"avatar": name}, by=by, now=now)
    if old:
        transaction.on_commit(lambda: path_of(old).unlink(missing_ok=True))
    return user
