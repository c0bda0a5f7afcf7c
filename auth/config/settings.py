"""Settings of the auth service. Every value comes from the environment; see .env.example."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from ticketing_common import jwt
from ticketing_common import settings as base
from ticketing_common.env import Env

BASE_DIR = Path(__file__).resolve().parent.parent
SERVICE_NAME = "auth"
env = Env(SERVICE_NAME, BASE_DIR)

DEBUG = False
SECRET_KEY = env.secret("DJANGO_SECRET_KEY", "development-only-auth")
# Former secrets, newest first: what they protected stays readable while it is renewed.
SECRET_KEY_FALLBACKS = env.items("DJANGO_SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = base.allowed_hosts(env)
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    *base.APPS,
    "users",
    "systems",
    "roles",
    "system_roles",
    "keys",
    "signin",
    "oidc",
    "security",
    "tts",
    "hdts",
    "scim",
    "privacy",
    "ticketing_common.retention",
]
MIDDLEWARE = base.MIDDLEWARE
TEMPLATES = base.TEMPLATES

DATABASES = {"default": env.database("authservice")}
DATABASE_SESSION = env.database_session()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # the documentation page's files, served from the packages
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / "media")))

RABBITMQ_URL = env.url_with_secret("RABBITMQ_URL", "amqp://admin:admin@localhost:5672/%2F")
RABBITMQ_MANAGEMENT_URL = env.url_with_secret("RABBITMQ_MANAGEMENT_URL", "http://admin:admin@localhost:15672")
PULSE_FILE = env.text("PULSE_FILE")
REDIS_URL = env.url_with_secret("REDIS_URL", "")
CACHES = base.caches(REDIS_URL, SERVICE_NAME)

FRONTEND_URL = env.text("FRONTEND_URL", "http://localhost:1000")
AUTH_SERVICE_URL = env.text("DJANGO_AUTH_SERVICE", "http://localhost:8003").rstrip("/")
WORKFLOW_API_URL = env.text("DJANGO_WORKFLOW_API", "http://localhost:8002").rstrip("/")
MESSAGING_SERVICE_URL = env.text("DJANGO_MESSAGING_SERVICE", "http://localhost:8005").rstrip("/")
NOTIFICATION_SERVICE_URL = env.text("DJANGO_NOTIFICATION_SERVICE", "http://localhost:8006").rstrip("/")
TICKET_SERVICE_URL = env.text("DJANGO_TICKET_SERVICE", "http://localhost:8004").rstrip("/")
SERVICE_API_KEYS = env.items("SERVICE_API_KEYS")
# OpenID providers: a JSON list of objects, as docs/operations/sign-in.md describes them.
OIDC_PROVIDERS = env.text("OIDC_PROVIDERS") or "[]"

# Passkeys are bound to a domain for good. By default the host of FRONTEND_URL, used from that origin.
_pages = urlsplit(FRONTEND_URL)
WEBAUTHN_RP_ID = env.text("WEBAUTHN_RP_ID") or _pages.hostname or ""
WEBAUTHN_ORIGINS = env.items("WEBAUTHN_ORIGINS") or [f"{_pages.scheme}://{_pages.netloc}"]

# What decoding one picture may take.
AVATAR_CPU_SECONDS = env.integer("AVATAR_CPU_SECONDS", 10)
AVATAR_MEMORY_MIB = env.integer("AVATAR_MEMORY_MIB", 1024)


AUTH_USER_MODEL = "users.User"
PASSWORD_HASHERS = ["users.hashers.PBKDF2SHA256Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "users.password_policy.MaximumLengthValidator", "OPTIONS": {"max_length": 128}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "email", "first_name", "last_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "users.password_policy.ContextWordsValidator"},
]
# Whose `X-Forwarded-For` is believed; by default a proxy on this machine.
TRUSTED_PROXIES = env.items("TRUSTED_PROXIES", ["127.0.0.1", "::1"])

ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
REFRESH_TOKEN_LIFETIME = timedelta(days=1)
SESSION_LIFETIME = timedelta(days=7)
REFRESH_GRACE = timedelta(seconds=10)
SIMPLE_JWT = {
    "ALGORITHM": jwt.ALGORITHM,
    "ISSUER": jwt.ISSUER,
    "AUDIENCE": jwt.AUDIENCE,
    "LEEWAY": jwt.LEEWAY_SECONDS,
    "ACCESS_TOKEN_LIFETIME": ACCESS_TOKEN_LIFETIME,
    "REFRESH_TOKEN_LIFETIME": REFRESH_TOKEN_LIFETIME,
    "USER_ID_CLAIM": "user_id",
}
AUTH_JWT_PRIVATE_KEY_FILE = env.text("AUTH_JWT_PRIVATE_KEY_FILE")
JWT_KEY_SOURCE = "keys.ring.ring"
API_KEY_SOURCE = "keys.api_keys.known_key"
JWT_REVOCATION_CHECK = "signin.sessions.refuse_revoked"
DOCTOR_CHECKS = ["tts.doctor.administrators", "tts.doctor.api_keys", "tts.doctor.role_copies"]
RETENTION_KINDS = ["retention.people.PEOPLE"]
RETENTION_RECORD = "retention.people.write_event"
CLEANUPS = ["ticketing_common.retention.services.run_due"]
HEALTH_CHECKS = {"signing_key": "keys.ring.check_signing_key"}

IS_PRODUCTION = env.is_production
DEMO_PASSWORD = env.text("DEMO_PASSWORD")

# 0 means no limit.
API_REQUESTS_PER_MINUTE = env.integer("API_REQUESTS_PER_MINUTE", 1_200)
PUBLIC_REQUESTS_PER_MINUTE = env.integer("PUBLIC_REQUESTS_PER_MINUTE", 1_200)
# Of one key. Directories send what changed in bursts of dozens of requests a second.
SCIM_REQUESTS_PER_MINUTE = env.integer("SCIM_REQUESTS_PER_MINUTE", 6_000)
# Wrong passwords of strangers, over all accounts: beyond, sign-ins from unknown browsers need a captcha.
SIGN_IN_FAILURES_PER_MINUTE = env.integer("SIGN_IN_FAILURES_PER_MINUTE", 60)
REST_FRAMEWORK = base.REST_FRAMEWORK | {"DEFAULT_THROTTLE_CLASSES": ["ticketing_common.throttling.PersonThrottle"]}
SPECTACULAR_SETTINGS = base.spectacular("Auth API", "People, systems, roles, sessions, keys.") | {
    "ENUM_NAME_OVERRIDES": {
        "OtpMethod": "users.models.User.OtpMethod",
        "SecondFactor": [("email", "email"), ("totp", "totp"), ("passkey", "passkey")],
    }
}
CORS_ALLOWED_ORIGINS = base.cors_origins(env)
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_HEADERS = base.CORS_HEADERS
CORS_EXPOSE_HEADERS = ["X-Request-ID", "Retry-After"]

_security = base.security(env)
SECURE_CONTENT_TYPE_NOSNIFF = _security["SECURE_CONTENT_TYPE_NOSNIFF"]
SECURE_REFERRER_POLICY = _security["SECURE_REFERRER_POLICY"]
SECURE_PROXY_SSL_HEADER = _security["SECURE_PROXY_SSL_HEADER"]
SECURE_HSTS_SECONDS = _security["SECURE_HSTS_SECONDS"]
SECURE_HSTS_INCLUDE_SUBDOMAINS = _security["SECURE_HSTS_INCLUDE_SUBDOMAINS"]
X_FRAME_OPTIONS = _security["X_FRAME_OPTIONS"]
# A `__Host-` cookie must be Secure, which plain HTTP in development cannot offer.
COOKIE_SECURE: bool = _security["SESSION_COOKIE_SECURE"]
REFRESH_COOKIE = "__Host-refresh" if COOKIE_SECURE else "refresh"
DEVICE_COOKIE = "__Host-device" if COOKIE_SECURE else "device"
OIDC_COOKIE = "__Host-oidc" if COOKIE_SECURE else "oidc"
PASSKEY_COOKIE = "__Host-passkey" if COOKIE_SECURE else "passkey"

LOGGING = base.logging(env)
