"""Settings of the notification service. Every value comes from the environment; see .env.example."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from notifications.address_check import check_reply_address
from ticketing_common import settings as base
from ticketing_common.env import Env

BASE_DIR = Path(__file__).resolve().parent.parent
SERVICE_NAME = "notification_service"
env = Env(SERVICE_NAME, BASE_DIR)

DEBUG = False
SECRET_KEY = env.secret("DJANGO_SECRET_KEY", "development-only-notification_service")
ALLOWED_HOSTS = base.allowed_hosts(env)
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
INSTALLED_APPS = [
    *base.APPS,
    "notifications",
    "webhooks",
    "inbound_mail",
    "app",
    "ticketing_common.retention",
]
MIDDLEWARE = base.MIDDLEWARE
TEMPLATES = base.TEMPLATES

DATABASES = {"default": env.database("notificationservice")}
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
# The public address of this API, as people's browsers and mail programs reach it.
NOTIFICATION_PUBLIC_URL = env.text("NOTIFICATION_PUBLIC_URL", f"{FRONTEND_URL}/api/notification").rstrip("/")
# Keys by name when there are several callers; otherwise the one key that all services share.
SERVICE_API_KEYS = env.items("SERVICE_API_KEYS") or [
    f"services:{env.secret('NOTIFICATION_API_KEY', 'development-notification-key')}"
]

# Sent to messaging, which says what a comment reads now and who may read it.
MESSAGING_API_KEY = env.text("MESSAGING_API_KEY") or SERVICE_API_KEYS[0].partition(":")[2]

EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 1025)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL", False)
# A server that stalls must not hold a mail, and its locked row, for long.
EMAIL_TIMEOUT = env.integer("EMAIL_TIMEOUT", 10)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Ticket Tracking <no-reply@tickets.example.com>")

# Of notifications and mails to people who have chosen no language (docs/translation.md).
DEFAULT_LANGUAGE = env.text("DEFAULT_LANGUAGE", "en")
if DEFAULT_LANGUAGE not in {"en", "de"}:
    raise ImproperlyConfigured("DEFAULT_LANGUAGE must be en or de.")

# Mail in (docs/mail.md). Without MAILBOX_REPLY_ADDRESS mails name no address for answers; without MAILBOX_HOST no
# mailbox is read.
try:
    MAILBOX_REPLY_ADDRESS = check_reply_address(env.text("MAILBOX_REPLY_ADDRESS"))
except ValueError as error:
    raise ImproperlyConfigured(f"MAILBOX_REPLY_ADDRESS {error}.") from error
# The first signs reply addresses, each verifies them.
MAILBOX_REPLY_KEYS = env.items("MAILBOX_REPLY_KEYS") or [SECRET_KEY]
MAILBOX_HOST = env.text("MAILBOX_HOST")
MAILBOX_SECURITY = env.text("MAILBOX_SECURITY", "ssl")
if MAILBOX_SECURITY not in {"ssl", "starttls", "none"}:
    raise ImproperlyConfigured("MAILBOX_SECURITY must be ssl, starttls or none.")
MAILBOX_PORT = env.integer("MAILBOX_PORT", 993 if MAILBOX_SECURITY == "ssl" else 143)
MAILBOX_USER = env.text("MAILBOX_USER")
MAILBOX_PASSWORD = env.text("MAILBOX_PASSWORD")
MAILBOX_FOLDER = env.text("MAILBOX_FOLDER", "INBOX")
MAILBOX_DONE_FOLDER = env.text("MAILBOX_DONE_FOLDER", "Processed")
MAILBOX_MAX_BYTES = env.integer("MAILBOX_MAX_MIB", 25) * 2**20
MAILBOX_PER_SENDER_AND_HOUR = env.integer("MAILBOX_PER_SENDER_AND_HOUR", 60)
# Mail that answers nothing: refused, a ticket where its sender has an account, or always a ticket.
MAILBOX_TICKETS = env.text("MAILBOX_TICKETS", "off")
if MAILBOX_TICKETS not in {"off", "known", "everyone"}:
    raise ImproperlyConfigured("MAILBOX_TICKETS must be off, known or everyone.")
MAILBOX_TICKET_CATEGORY = env.text("MAILBOX_TICKET_CATEGORY", "Mail")
MAILBOX_TICKET_DEPARTMENT = env.text("MAILBOX_TICKET_DEPARTMENT", "Mail")
# Of the files of mails, as for the uploads of people.
ATTACHMENT_MAX_BYTES = env.integer("ATTACHMENT_MAX_MIB", 10) * 2**20
ATTACHMENTS_PER_COMMENT = env.integer("ATTACHMENTS_PER_COMMENT", 5)
KEEP_INBOUND_MAILS_DAYS = env.integer("KEEP_INBOUND_MAILS_DAYS", 30)

# Whether webhooks may go to private addresses and by plain HTTP: to programs of one's own network, or in development.
WEBHOOKS_ALLOW_PRIVATE = env.flag("WEBHOOKS_ALLOW_PRIVATE", False)
KEEP_WEBHOOK_DELIVERIES_DAYS = env.integer("KEEP_WEBHOOK_DELIVERIES_DAYS", 30)

DOCTOR_CHECKS = ["notifications.doctor.templates", "notifications.doctor.mails", "webhooks.doctor.webhooks"]
DOCTOR_CHECKS += ["inbound_mail.doctor.mailbox"]
KEEP_MAILS_DAYS = env.integer("KEEP_MAILS_DAYS", 180)
KEEP_NOTICES_DAYS = env.integer("KEEP_NOTICES_DAYS", 365)
RETENTION_KINDS = [
    "app.retention.MAILS",
    "app.retention.NOTICES",
    "app.retention.WEBHOOK_DELIVERIES",
    "app.retention.INBOUND_MAILS",
]

_timers = {"queue": "notification-timers-default"}
BEAT_SCHEDULE = {
    # The mailer process sends at once; this catches what is left when none runs.
    "send-due-mail": {"task": "notifications.send_due_mail", "schedule": 3.0, "options": _timers},
    "keep-house": {"task": "notifications.keep_house", "schedule": 3600.0, "options": _timers},
}

JWT_REVOCATION_CHECK = "ticketing_common.revocations.check"
API_REQUESTS_PER_MINUTE = env.integer("API_REQUESTS_PER_MINUTE", 3_000)  # of one person; 0: no limit
REST_FRAMEWORK = base.REST_FRAMEWORK | {"DEFAULT_THROTTLE_CLASSES": ["ticketing_common.throttling.PersonThrottle"]}
SPECTACULAR_SETTINGS = base.spectacular("Notification API", "Mail, in-app notifications and webhooks.") | {
    "ENUM_NAME_OVERRIDES": {
        "NotificationType": "notifications.models.NotificationTypes",
        "NotificationStatus": "notifications.models.Status",
        "TemplateLanguage": "notifications.models.Language",
        "InboundMailVerdict": "inbound_mail.models.InboundMail.Verdict",
        "WebhookEventType": "webhooks.models.EventType",
        "WebhookDeliveryStatus": "webhooks.models.WebhookDelivery.Status",
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
