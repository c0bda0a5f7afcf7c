"""Settings of the ticket service. Every value comes from the environment; see .env.example."""

from pathlib import Path

from ticketing_common import settings as base
from ticketing_common.env import Env

BASE_DIR = Path(__file__).resolve().parent.parent
SERVICE_NAME = "ticket_service"
env = Env(SERVICE_NAME, BASE_DIR)

DEBUG = False
SECRET_KEY = env.secret("DJANGO_SECRET_KEY", "development-only-ticket_service")
ALLOWED_HOSTS = base.allowed_hosts(env)
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
INSTALLED_APPS = [
    *base.APPS,
    "tickets",
    "ticketing_common.retention",
]
MIDDLEWARE = base.MIDDLEWARE
TEMPLATES = base.TEMPLATES

DATABASES = {"default": env.database("ticketmanagement")}
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

ATTACHMENT_MAX_BYTES = env.integer("ATTACHMENT_MAX_MIB", 10) * 2**20
ATTACHMENT_MAX_FILES = 10
FILE_UPLOAD_HANDLERS = base.FILE_UPLOAD_HANDLERS
RETENTION_KINDS = ["tickets.retention.ATTACHMENTS"]
CLEANUPS = ["ticketing_common.retention.services.run_due"]

FRONTEND_URL = env.text("FRONTEND_URL", "http://localhost:1000")
AUTH_SERVICE_URL = env.text("DJANGO_AUTH_SERVICE", "http://localhost:8003").rstrip("/")
WORKFLOW_API_URL = env.text("DJANGO_WORKFLOW_API", "http://localhost:8002").rstrip("/")
MESSAGING_SERVICE_URL = env.text("DJANGO_MESSAGING_SERVICE", "http://localhost:8005").rstrip("/")
NOTIFICATION_SERVICE_URL = env.text("DJANGO_NOTIFICATION_SERVICE", "http://localhost:8006").rstrip("/")
TICKET_SERVICE_URL = env.text("DJANGO_TICKET_SERVICE", "http://localhost:8004").rstrip("/")
SERVICE_API_KEYS = env.items("SERVICE_API_KEYS")

JWT_REVOCATION_CHECK = "ticketing_common.revocations.check"
API_REQUESTS_PER_MINUTE = env.integer("API_REQUESTS_PER_MINUTE", 3_000)  # of one person; 0: no limit
REST_FRAMEWORK = base.REST_FRAMEWORK | {"DEFAULT_THROTTLE_CLASSES": ["ticketing_common.throttling.PersonThrottle"]}
SPECTACULAR_SETTINGS = base.spectacular("Ticket Service API", "A mock help desk (HDTS) that sends tickets.") | {
    "ENUM_NAME_OVERRIDES": {
        "TicketStatus": "tickets.models.Ticket.Status",
        "TicketPriority": "tickets.models.Ticket.Priority",
        "StatusOrigin": "tickets.models.StatusChange.Origin",
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

LOGGING = base.logging(env)
