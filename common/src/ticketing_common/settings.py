"""Values for the services' settings modules. Each service assigns them by name, so a grep finds them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from ticketing_common import logs
from ticketing_common.env import Env

APPS = [
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "django_extensions",
    "corsheaders",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "ticketing_common.outbox",
    "ticketing_common.inbox",
]

# For services that take files: an upload stops at the cap while it streams.
FILE_UPLOAD_HANDLERS = [
    "ticketing_common.upload_limit.CappedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
MIDDLEWARE = [
    "ticketing_common.middleware.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["ticketing_common.authentication.JWTAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["ticketing_common.permissions.IsPerson"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["ticketing_common.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "ticketing_common.pagination.Pagination",
    "DEFAULT_FILTER_BACKENDS": [
        "ticketing_common.filters.StrictParams",
        "django_filters.rest_framework.DjangoFilterBackend",
        "ticketing_common.filters.BoundedSearch",
        "ticketing_common.filters.StrictOrdering",
    ],
    "DEFAULT_SCHEMA_CLASS": "ticketing_common.schema.Schema",
    "EXCEPTION_HANDLER": "ticketing_common.problems.exception_handler",
    "UNAUTHENTICATED_USER": "ticketing_common.authentication.Anonymous",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "DATETIME_FORMAT": "iso-8601",
    "COERCE_DECIMAL_TO_STRING": True,
}


def spectacular(title: str, description: str) -> dict[str, Any]:
    return {
        "TITLE": title,
        "DESCRIPTION": description,
        "VERSION": "1.0.0",
        "SERVE_INCLUDE_SCHEMA": False,
        "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
        "SERVE_AUTHENTICATION": [],
        "SWAGGER_UI_DIST": "SIDECAR",
        "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
        "COMPONENT_SPLIT_REQUEST": True,
        "POSTPROCESSING_HOOKS": [
            "drf_spectacular.hooks.postprocess_schema_enums",
            "ticketing_common.schema.document_errors",
        ],
    }


def logging(env: Env) -> dict[str, Any]:
    return logs.configure(env.service, env.text("LOG_LEVEL", "INFO"), env.text("LOG_FORMAT", "json"))


# A Redis that is silent must not hold up a request: what needs it goes on without.
REDIS_TIMEOUTS: dict[str, Any] = {"socket_timeout": 1.0, "socket_connect_timeout": 1.0, "socket_keepalive": True}


def caches(redis_url: str, service: str) -> dict[str, Any]:
    """Redis where it is there; else memory, which serves one process only."""
    if not redis_url:
        return {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    return {
        "default": {
            "BACKEND": "ticketing_common.shared_cache.SharedCache",
            "LOCATION": redis_url,
            "KEY_PREFIX": service,
            "OPTIONS": REDIS_TIMEOUTS,
        }
    }


def redis_host(redis_url: str) -> dict[str, Any]:
    """Return an entry of the channel layer's `hosts`."""
    return {"address": redis_url, **REDIS_TIMEOUTS}


def attachment_storages(env: Env) -> dict[str, dict[str, object]]:
    """Return `STORAGES`: files under MEDIA_ROOT, which all processes share, or in the store that the setting names."""
    backend = env.text("ATTACHMENT_STORAGE", "django.core.files.storage.FileSystemStorage")
    try:
        import_string(backend)
    except ImportError as error:
        raise ImproperlyConfigured(f"ATTACHMENT_STORAGE: {error}. See docs/runbooks/files.md.") from error
    try:
        options = json.loads(env.text("ATTACHMENT_STORAGE_OPTIONS", "{}"))
    except ValueError as error:
        raise ImproperlyConfigured(f"ATTACHMENT_STORAGE_OPTIONS is not JSON: {error}") from error
    return {
        "default": {"BACKEND": backend, "OPTIONS": options},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def security(env: Env) -> dict[str, Any]:
    """Headers and cookies; HTTPS rules apply in production only, so that development works over plain HTTP."""
    on = env.is_production and env.flag("HTTPS_ONLY", True)
    return {
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        "SECURE_HSTS_SECONDS": int(timedelta(days=365).total_seconds()) if on else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": on,
        "SESSION_COOKIE_SECURE": on,
        "CSRF_COOKIE_SECURE": on,
    }


SERVICE_URLS = (
    "DJANGO_AUTH_SERVICE",
    "DJANGO_WORKFLOW_API",
    "DJANGO_MESSAGING_SERVICE",
    "DJANGO_NOTIFICATION_SERVICE",
    "DJANGO_TICKET_SERVICE",
)


def allowed_hosts(env: Env) -> list[str]:
    """Return `DJANGO_ALLOWED_HOSTS`, this machine, and the names by which the services call each other."""
    if not env.is_production:
        return env.items("DJANGO_ALLOWED_HOSTS", ["*"])
    internal = {urlsplit(env.text(name)).hostname for name in SERVICE_URLS}
    public = env.items("DJANGO_ALLOWED_HOSTS", [urlsplit(env.text("FRONTEND_URL")).hostname or ""])
    return [*public, "localhost", "127.0.0.1", *sorted(host for host in internal if host)]


def cors_origins(env: Env) -> list[str]:
    """Return the exact origins that browsers may call from; the frontend's own by default."""
    return env.items("CORS_ALLOWED_ORIGINS", [env.text("FRONTEND_URL", "http://localhost:1000")])


CORS_HEADERS = [
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "x-api-key",
    "x-request-id",
    "x-requested-with",
]
