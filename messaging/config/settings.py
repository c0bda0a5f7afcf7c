"""Settings of the messaging service. Every value comes from the environment; see .env.example."""

from datetime import timedelta
from pathlib import Path

from ticketing_common import settings as base
from ticketing_common.env import Env

BASE_DIR = Path(__file__).resolve().parent.parent
SERVICE_NAME = "messaging"
env = Env(SERVICE_NAME, BASE_DIR)

DEBUG = False
SECRET_KEY = env.secret("DJANGO_SECRET_KEY", "development-only-messaging")
ALLOWED_HOSTS = base.allowed_hosts(env)
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
INSTALLED_APPS = [
    *base.APPS,
    "channels",
    "users",
    "tickets",
    "comments",
    "canned",
    "inbox",
    "ticketing_common.retention",
]
MIDDLEWARE = base.MIDDLEWARE
TEMPLATES = base.TEMPLATES

DATABASES = {"default": env.database("messagingservice")}
DATABASE_SESSION = env.database_session()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # the documentation page's files, served from the packages
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / "media")))
STORAGES = base.attachment_storages(env)

RABBITMQ_URL = env.url_with_secret("RABBITMQ_URL", "amqp://admin:admin@localhost:5672/%2F")
RABBITMQ_MANAGEMENT_URL = env.url_with_secret("RABBITMQ_MANAGEMENT_URL", "http://admin:admin@localhost:15672")
PULSE_FILE = env.text("PULSE_FILE")
REDIS_URL = env.url_with_secret("REDIS_URL", "")
CACHES = base.caches(REDIS_URL, SERVICE_NAME)
# Without Redis the layer lives in the process: right for one process only, which is why production requires Redis.
CHANNEL_LAYERS: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [base.redis_host(REDIS_URL)], "prefix": env.text("CHANNEL_PREFIX", "messaging")},
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 10_000}}
}

# Database work runs on these threads, each with one connection.
HTTP_THREADS = env.integer("WEB_THREADS", 4)
SOCKET_THREADS = env.integer("SOCKET_THREADS", 3)

# Limits of one socket.
SOCKET_RATE = env.number("SOCKET_RATE", 10.0)
SOCKET_BURST = env.integer("SOCKET_BURST", 20)
SOCKETS_PER_USER = env.integer("SOCKETS_PER_USER", 20)
SOCKET_QUEUE = env.integer("SOCKET_QUEUE", 256)
SOCKET_STALL_SECONDS = env.number("SOCKET_STALL_SECONDS", 10.0)
SOCKET_IDLE_SECONDS = env.number("SOCKET_IDLE_SECONDS", 1800.0)
SOCKET_EXPIRY_GRACE = env.number("SOCKET_EXPIRY_GRACE", 5.0)
SOCKET_BAD_FRAMES = 3
# How often open tickets are compared with the database, for what no message told.
SOCKET_CHECK_SECONDS = env.number("SOCKET_CHECK_SECONDS", 1.0)

# How much one person may write, over all tickets, sockets and REST together.
COMMENTS_PER_MINUTE = env.integer("COMMENTS_PER_MINUTE", 60)

ATTACHMENT_MAX_BYTES = env.integer("ATTACHMENT_MAX_MIB", 10) * 2**20
ATTACHMENT_MAX_FILES = env.integer("ATTACHMENTS_PER_COMMENT", 5)
# Files uploaded for a comment that was not sent yet: how long they are kept, and how many of one person.
UPLOADS_KEPT = timedelta(days=env.integer("UPLOADS_KEPT_DAYS", 7))
UPLOADS_PER_PERSON = env.integer("UPLOADS_PER_PERSON", 50)
RETENTION_KINDS = ["comments.retention.ATTACHMENTS"]
CLEANUPS = ["comments.uploads.delete_forgotten", "ticketing_common.retention.services.run_due"]
MAX_BODY_BYTES = ATTACHMENT_MAX_BYTES + 2**20
FILE_UPLOAD_HANDLERS = base.FILE_UPLOAD_HANDLERS

FRONTEND_URL = env.text("FRONTEND_URL", "http://localhost:1000")
AUTH_SERVICE_URL = env.text("DJANGO_AUTH_SERVICE", "http://localhost:8003").rstrip("/")
WORKFLOW_API_URL = env.text("DJANGO_WORKFLOW_API", "http://localhost:8002").rstrip("/")
MESSAGING_SERVICE_URL = env.text("DJANGO_MESSAGING_SERVICE", "http://localhost:8005").rstrip("/")
NOTIFICATION_SERVICE_URL = env.text("DJANGO_NOTIFICATION_SERVICE", "http://localhost:8006").rstrip("/")
TICKET_SERVICE_URL = env.text("DJANGO_TICKET_SERVICE", "http://localhost:8004").rstrip("/")
# Keys by name when there are several callers; otherwise the one key that all services share.
SERVICE_API_KEYS = env.items("SERVICE_API_KEYS") or [
    f"services:{env.secret('NOTIFICATION_API_KEY', 'development-notification-key')}"
]

DOCTOR_CHECKS = ["comments.doctor.attachments"]
JWT_REVOCATION_CHECK = "ticketing_common.revocations.check"
API_REQUESTS_PER_MINUTE = env.integer("API_REQUESTS_PER_MINUTE", 3_000)  # of one person; 0: no limit
REST_FRAMEWORK = base.REST_FRAMEWORK | {"DEFAULT_THROTTLE_CLASSES": ["ticketing_common.throttling.PersonThrottle"]}
SPECTACULAR_SETTINGS = base.spectacular("Messaging API", "Comments, attachments, live events of tickets.")
SPECTACULAR_SETTINGS["ENUM_NAME_OVERRIDES"] = {"RatingValueEnum": "comments.models.CommentRating.Value"}
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

LOGGING = base.logging(env)
