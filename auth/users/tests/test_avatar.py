"""Pictures: re-encoded, capped, served as nothing but a picture."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ticketing_testing.clients import assert_problem, published_messages
from users import avatars
from users.models import User
from users.tests.factories import client_of

pytestmark = pytest.mark.django_db


def a_picture(kind: str = "PNG", size: tuple[int, int] = (600, 300), **save: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **save)
    return out.getvalue()


def a_bomb() -> bytes:
    """A PNG of a few bytes that claims 60000 × 60000 pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def put(user: User, content: bytes, name: str = "me.png") -> Any:
    file = SimpleUploadedFile(name, content, content_type="image/png")
    return client_of(user).put("/api/v1/users/me/avatar/", {"file": file}, format="multipart")


class TestAvatar:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
    def test_becomes_a_small_square_and_everybody_is_told(self, agent: User, kind: str) -> None:
        body = put(agent, a_picture(kind)).json()

        assert body["avatar_url"].startswith("/api/auth/avatars/")
        assert [person["avatar_url"] for person in published_messages("users.tasks.sync_user")] == [
            body["avatar_url"]
        ] * 2
        served: Any = client_of(agent).get(body["avatar_url"].removeprefix("/api/auth"))
        picture = Image.open(io.BytesIO(b"".join(served.streaming_content)))
        assert (picture.format, picture.size) == ("WEBP", (256, 256))

    def test_is_served_so_that_no_browser_takes_it_for_anything_else(self, agent: User) -> None:
        url = put(agent, a_picture()).json()["avatar_url"].removeprefix("/api/auth")

        served = client_of(agent).get(url)

        assert served["Content-Type"] == "image/webp"
        assert served["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in served["Content-Security-Policy"]

    def test_keeps_nothing_but_the_pixels(self, agent: User) -> None:
        exif = Image.Exif()
        exif[0x010E] = "taken at 52.5200 N 13.4050 E"

        encoded = avatars.encode(a_picture("JPEG", exif=exif))

        assert b"52.5200" not in encoded
        assert not Image.open(io.BytesIO(encoded)).getexif()

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"no picture",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"<html><script>alert(1)</script></html>",
            b"GIF89a" + b"\0" * 40,
            b"%PDF-1.7",
            a_picture()[:200],
            a_bomb(),
        ],
    )
    def test_refuses_what_is_no_picture(self, agent: User, content: bytes) -> None:
        assert_problem(put(agent, content), 400, attr="file")
        agent.refresh_from_db()
        assert agent.avatar == ""

    def test_what_hangs_behind_a_picture_is_gone(self, agent: User) -> None:
        encoded = avatars.encode(a_picture("JPEG") + b"<script>alert(1)</script>")

        assert b"script" not in encoded

    def test_refuses_one_byte_too_many(self, agent: User) -> None:
        content = a_picture()
        put_more = put(agent, content + b"\0" * (avatars.MAX_BYTES + 1 - len(content)))

        assert_problem(put_more, 413, "file_too_large")
        assert put(agent, content + b"\0" * (avatars.MAX_BYTES - len(content))).status_code == 200

    def test_a_new_one_replaces_the_old_file(self, agent: User, django_capture_on_commit_callbacks: Any) -> None:
        put(agent, a_picture())
        agent.refresh_from_db()
        old = avatars.path_of(agent.avatar)
        with django_capture_on_commit_callbacks(execute=True):
            put(agent, a_picture())
        assert not old.exists()
        with django_capture_on_commit_callbacks(execute=True):
            assert client_of(agent).delete("/api/v1/users/me/avatar/").status_code == 204
        agent.refresh_from_db()
        assert agent.avatar_url == ""

    @pytest.mark.parametrize("name", ["../../settings.py", "x.webp", "0" * 32 + ".webp", "0" * 32 + ".webp/../x"])
    def test_nothing_else_can_be_fetched(self, agent: User, name: str) -> None:
        assert client_of(agent).get(f"/avatars/{name}").status_code == 404


class TestDecoding:
    def test_a_transparent_picture_keeps_a_white_ground(self) -> None:
        out = io.BytesIO()
        Image.new("RGBA", (300, 300), (255, 0, 0, 0)).save(out, "PNG")

        square = Image.open(io.BytesIO(avatars.encode(out.getvalue()))).convert("RGB")

        assert all(value >= 250 for value in square.getpixel((128, 128)))  # type: ignore[union-attr]

    def test_a_palette_with_a_transparent_colour_too(self) -> None:
        out = io.BytesIO()
        Image.new("P", (300, 300), 0).save(out, "PNG", transparency=0)

        square = Image.open(io.BytesIO(avatars.encode(out.getvalue()))).convert("RGB")

        assert all(value >= 250 for value in square.getpixel((128, 128)))  # type: ignore[union-attr]

    @pytest.mark.parametrize(
        "exif", [b"Exif\x00\x00garbage", b"Exif\x00\x00II*\x00\xff\xff\xff\xff", b"Exif\x00\x00MM\x00*" * 40]
    )
    def test_odd_exif_data_does_not_matter(self, agent: User, exif: bytes) -> None:
        assert put(agent, a_picture("JPEG", exif=exif)).status_code == 200

    def test_a_phone_photo_of_a_hundred_million_pixels_is_taken(self) -> None:
        assert Image.open(io.BytesIO(avatars.encode(a_picture("JPEG", (12_000, 9_000))))).size == (256, 256)

    def test_a_picture_upright_by_its_exif_data_is_turned(self) -> None:
        picture = Image.new("RGB", (200, 400), "white")
        picture.paste("black", (0, 0, 200, 200))
        exif = Image.Exif()
        exif[0x0112] = 3  # upside down
        out = io.BytesIO()
        picture.save(out, "JPEG", exif=exif)

        square = Image.open(io.BytesIO(avatars.encode(out.getvalue()))).convert("L")

        assert (square.getpixel((128, 30)), square.getpixel((128, 226))) > (200, -1)

    @pytest.mark.parametrize(("limit", "value"), [("AVATAR_MEMORY_MIB", 120), ("AVATAR_CPU_SECONDS", 0)])
    def test_a_picture_that_takes_more_than_the_limits_is_refused(
        self, agent: User, settings: Any, limit: str, value: int
    ) -> None:
        setattr(settings, limit, value)

        assert_problem(put(agent, a_picture("PNG", (3_000, 3_000))), 400, "not_a_picture", "file")
