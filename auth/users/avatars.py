"""Pictures of people: re-encoded, so that what is served is an image that we made and nothing else."""

from __future__ import annotations

import subprocess
import sys
import threading
import uuid
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from security.services import Actor
from ticketing_common.errors import Invalid, Refusal
from users.models import User
from users.picture_process import NOT_A_PICTURE, TOO_MANY_PIXELS
from users.services import update_user

FOLDER = "avatars"
EDGE = 256
MAX_BYTES = 20 * 1024 * 1024
# JPEG is decoded at a fraction of its size, the others as a whole.
MAX_PIXELS, MAX_JPEG_PIXELS = 40_000_000, 120_000_000
WALL_SECONDS = 30
PROGRAM = Path(__file__).with_name("picture_process.py")
# Pictures that are decoded at the same moment; the next ones wait.
_decoders = threading.BoundedSemaphore(2)


class PictureTooLarge(Refusal):
    code = "file_too_large"
    status_code = 413
    default_detail = f"A picture may have at most {MAX_BYTES // 1024 // 1024} MB."


class NotAPicture(Invalid):
    code = "not_a_picture"
    default_detail = "Only JPEG, PNG and WebP pictures are accepted."


def encode(content: bytes) -> bytes:
    """Return the picture as a small square WebP without anything but its pixels, or raise.

    It is decoded in a process with limits on CPU and memory: what a file unpacks to is not known before.
    """
    if len(content) > MAX_BYTES:
        raise PictureTooLarge(attr="file")
    limits = (EDGE, MAX_PIXELS, MAX_JPEG_PIXELS, settings.AVATAR_CPU_SECONDS, settings.AVATAR_MEMORY_MIB)
    command = [sys.executable, "-I", str(PROGRAM), *(str(limit) for limit in limits)]
    with _decoders:
        try:
            done = subprocess.run(  # noqa: S603 -- our own program; the arguments are numbers
                command, input=content, capture_output=True, timeout=WALL_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise NotAPicture("The picture takes too long to read.", attr="file") from error
    if done.returncode == TOO_MANY_PIXELS:
        raise NotAPicture("The picture has too many pixels.", attr="file")
    if done.returncode == NOT_A_PICTURE:
        raise NotAPicture(attr="file")
    if done.returncode != 0 or not done.stdout:
        raise NotAPicture("The picture takes too much to read.", attr="file")
    return done.stdout


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
