"""Settings for tests: real PostgreSQL, fast hashes, a signing key of this run."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DJANGO_ENV", "test")
os.environ.setdefault("LOG_LEVEL", "CRITICAL")

from config.settings import *  # noqa: F403 -- the one place where everything is wanted

_folder = tempfile.TemporaryDirectory(prefix="auth-tests-")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_JWT_PRIVATE_KEY_FILE = os.path.join(_folder.name, "jwt.pem")
MEDIA_ROOT = Path(_folder.name) / "media"
CORS_ALLOWED_ORIGINS = ["https://desk.example.com"]
API_REQUESTS_PER_MINUTE = PUBLIC_REQUESTS_PER_MINUTE = SCIM_REQUESTS_PER_MINUTE = 0
SIGN_IN_FAILURES_PER_MINUTE = 1_000
TRUSTED_PROXIES = []  # the test client itself sits at 127.0.0.1
FRONTEND_URL = "https://desk.example.com"
WEBAUTHN_RP_ID = "desk.example.com"
WEBAUTHN_ORIGINS = ["https://desk.example.com"]
DEMO_PASSWORD = "the demo people share this"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
WHITENOISE_AUTOREFRESH = True  # looks for a static file when it is asked for, not at the start of each test client
