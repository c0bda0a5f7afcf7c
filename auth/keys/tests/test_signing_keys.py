"""Signing keys: made once, published, rotated, retired."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient

from keys import services
from keys.models import SigningKey
from keys.ring import KeyRing, ring
from ticketing_common.jwt import verify
from users.models import User
from users.tests.factories import at_once, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_file(settings: Any) -> None:
    settings.AUTH_JWT_PRIVATE_KEY_FILE = ""


class TestEnsureSigningKey:
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.usefixtures("no_file")
    def test_processes_that_start_together_agree_on_one_key(self) -> None:
        found = at_once(lambda _: services.ensure_signing_key(now=timezone.now())[0].kid, 8, threads=8)

        assert len(set(found)) == 1
        assert SigningKey.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_makes_the_file_once_and_only_for_its_owner(self, settings: Any, tmp_path: Path) -> None:
        path = tmp_path / "secrets" / "jwt.pem"
        settings.AUTH_JWT_PRIVATE_KEY_FILE = str(path)

        found = at_once(lambda _: services.ensure_signing_key(now=timezone.now())[0].kid, 8, threads=8)

        assert len(set(found)) == 1
        assert path.stat().st_mode & 0o077 == 0
        assert [entry.name for entry in path.parent.iterdir()] == ["jwt.pem"]

    @pytest.mark.usefixtures("no_file")
    def test_stores_the_private_half_encrypted(self, settings: Any) -> None:
        (key,) = services.ensure_signing_key(now=timezone.now())

        assert b"PRIVATE" not in bytes(key.private_encrypted)
        assert services.private_key(key).key_size == 2048
        settings.SECRET_KEY = "another secret of this service"
        with pytest.raises(ImproperlyConfigured, match="DJANGO_SECRET_KEY"):
            services.private_key(key)

    @pytest.mark.usefixtures("no_file")
    def test_a_new_secret_gets_a_new_key_and_old_tokens_stay_good(self, settings: Any) -> None:
        (old,) = services.ensure_signing_key(now=timezone.now())
        settings.SECRET_KEY = "another secret of this service"

        new, still = services.ensure_signing_key(now=timezone.now())

        assert still.kid == old.kid
        assert new.kid != old.kid

    def test_production_insists_on_the_file_it_was_promised(self, settings: Any, tmp_path: Path) -> None:
        settings.IS_PRODUCTION = True
        settings.AUTH_JWT_PRIVATE_KEY_FILE = str(tmp_path / "absent.pem")

        with pytest.raises(ImproperlyConfigured, match="AUTH_JWT_PRIVATE_KEY_FILE"):
            services.ensure_signing_key(now=timezone.now())

    @pytest.mark.parametrize("bits", [0, 1024])
    def test_refuses_a_file_that_is_no_good_key(self, settings: Any, tmp_path: Path, bits: int) -> None:
        path = tmp_path / "jwt.pem"
        settings.AUTH_JWT_PRIVATE_KEY_FILE = str(path)
        if bits:
            weak = rsa.generate_private_key(public_exponent=65537, key_size=bits)
            path.write_bytes(
                weak.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
            )
        else:
            path.write_text("not a key")

        with pytest.raises(ImproperlyConfigured, match="AUTH_JWT_PRIVATE_KEY_FILE"):
            services.ensure_signing_key(now=timezone.now())


class TestRotation:
    def test_signs_with_the_new_key_and_accepts_both(self, agent: User) -> None:
        before = signed_in(agent).access
        call_command("rotate_signing_key")
        ring.forget()

        after = signed_in(agent).access

        assert jwt.get_unverified_header(before)["kid"] != jwt.get_unverified_header(after)["kid"]
        assert verify(before).user_id == verify(after).user_id == agent.pk
        published = {key["kid"] for key in APIClient().get("/.well-known/jwks.json").json()["keys"]}
        assert published == {jwt.get_unverified_header(token)["kid"] for token in (before, after)}

    def test_an_old_key_is_gone_when_its_last_token_is(self, agent: User) -> None:
        services.ensure_signing_key(now=timezone.now())
        services.rotate_signing_key(now=timezone.now())

        later = timezone.now() + services.KEEP_VERIFYING + timedelta(seconds=1)

        assert SigningKey.objects.live(timezone.now()).count() == 2
        assert SigningKey.objects.live(later).count() == 1

    def test_the_private_half_of_an_old_key_is_wiped(self, agent: User) -> None:
        services.ensure_signing_key(now=timezone.now())
        call_command("rotate_signing_key")

        old = SigningKey.objects.get(retires_at__isnull=False)
        assert bytes(old.private_encrypted) == b""
        assert [key.kid for key in services.ensure_signing_key(now=timezone.now())][1] == old.kid

    def test_a_leaked_key_is_dropped_at_once(self, agent: User) -> None:
        token = signed_in(agent).access
        call_command("rotate_signing_key", "--drop-old")
        ring.forget()

        response = APIClient().get("/api/v1/users/me/", HTTP_AUTHORIZATION=f"Bearer {token}")

        assert response.status_code == 401

    def test_another_process_follows_when_it_meets_an_unknown_key(self, agent: User) -> None:
        other = KeyRing()
        other.signing()
        call_command("rotate_signing_key")
        ring.forget()
        kid, _ = ring.signing()
        other._read_at -= 2  # a little later

        assert other.key(kid) is not None


class TestJwks:
    def test_shows_public_numbers_only_and_may_be_cached(self, db: None) -> None:
        response = APIClient().get("/.well-known/jwks.json")

        (key,) = response.json()["keys"]
        assert set(key) == {"kty", "n", "e", "use", "alg", "kid"}
        assert (key["kty"], key["use"], key["alg"]) == ("RSA", "sig", "RS256")
        assert response["Cache-Control"] == "public, max-age=60"

    def test_health_names_the_check(self, db: None) -> None:
        assert APIClient().get("/health/").json()["checks"]["signing_key"]["status"] == "ok"
