"""Settings for tests: real PostgreSQL, fast hashes, tokens signed by a key of the tests."""

import os

os.environ.setdefault("DJANGO_ENV", "test")
os.environ.setdefault("LOG_LEVEL", "CRITICAL")

from config.settings import *  # noqa: F403 -- the one place where everything is wanted

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
JWT_REVOCATION_CHECK = ""  # needs a broker
JWT_KEY_SOURCE = "ticketing_testing.clients.test_keys"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
API_REQUESTS_PER_MINUTE = 0
WHITENOISE_AUTOREFRESH = True  # looks for a static file when it is asked for, not at the start of each test client
