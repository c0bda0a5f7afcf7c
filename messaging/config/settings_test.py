"""Settings for tests: real PostgreSQL, fast hashes, tokens signed by a key of the tests."""

import os

os.environ.setdefault("DJANGO_ENV", "test")
os.environ.setdefault("LOG_LEVEL", "CRITICAL")

from config.settings import *  # noqa: F403 -- the one place where everything is wanted

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
JWT_REVOCATION_CHECK = ""  # the tests that need it run whole processes
JWT_KEY_SOURCE = "ticketing_testing.clients.test_keys"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 10_000}}}
COMMENTS_PER_MINUTE = 1_000_000
SOCKET_EXPIRY_GRACE = 0.0
API_REQUESTS_PER_MINUTE = 0
WHITENOISE_AUTOREFRESH = True  # looks for a static file when it is asked for, not at the start of each test client
