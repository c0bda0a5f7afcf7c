"""Settings of the workflow service. Every value comes from the environment; see .env.example."""

from pathlib import Path
from typing import Any

from ticketing_common import settings as base
from ticketing_common.env import Env

BASE_DIR = Path(__file__).resolve().parent.parent
SERVICE_NAME = "workflow_api"
env = Env(SERVICE_NAME, BASE_DIR)

DEBUG = False
SECRET_KEY = env.secret("DJANGO_SECRET_KEY", "development-only-workflow_api")
ALLOWED_HOSTS = base.allowed_hosts(env)
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
INSTALLED_APPS = [
    *base.APPS,
    "workflow",
    "step",
    "task",
    "role",
    "tickets",
    "audit",
    "amscheckout",
    "bmscheckout",
    "workflowmanager",
    "privacy",
    "ticketing_common.retention",
]
MIDDLEWARE = [*base.MIDDLEWARE, "audit.middleware.ClientAddressMiddleware"]
# Whose X-Forwarded-For is believed: addresses or networks of our own reverse proxies.
TRUSTED_PROXIES = env.items("TRUSTED_PROXIES", ["127.0.0.1", "::1"])
TEMPLATES = base.TEMPLATES

DATABASES = {"default": env.database("workflowmanagement"), **env.replica("DATABASE_REPLICA_URL")}
# How far behind the replica of DATABASE_REPLICA_URL may be, for reports to be read from it.
REPLICA_LAG_SECONDS = env.number("REPLICA_LAG_SECONDS", 60)
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
JWT_REVOCATION_CHECK = "ticketing_common.revocations.check"
SERVICE_API_KEYS = env.items("SERVICE_API_KEYS")

API_REQUESTS_PER_MINUTE = env.integer("API_REQUESTS_PER_MINUTE", 3_000)  # of one person; 0: no limit
REST_FRAMEWORK = base.REST_FRAMEWORK | {"DEFAULT_THROTTLE_CLASSES": ["ticketing_common.throttling.PersonThrottle"]}
SPECTACULAR_SETTINGS = {
    **base.spectacular("Workflow API", "Workflows, tasks, clocks, hand-offs, audit."),
    "ENUM_NAME_OVERRIDES": {
        "PriorityEnum": "workflow.models.Priority",
        "WorkflowStatusEnum": "workflow.models.Workflow.Status",
        "OutcomeEnum": "step.models.Transition.Outcome",
        "StepKindEnum": "step.models.Step.Kind",
        "TaskStatusEnum": "task.models.Task.Status",
        "SlaStateEnum": "task.serializers.SLA_STATES",
        "StepStateEnum": "task.serializers.STEP_STATES",
        "ClockEventEnum": "task.serializers.CLOCK_EVENTS",
        "ClockFactEnum": "task.serializers.CLOCK_FACTS",
        "HoldReasonEnum": "task.wait_fields.REASONS",
        "CheckoutStatusEnum": "tickets.checkout_views.STATUSES",
    },
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

# Where finished asset and budget tickets are sent. Empty: the other system pulls them and acknowledges.
AMS_URL = env.text("AMS_URL", "").rstrip("/")
BMS_URL = env.text("BMS_URL", "").rstrip("/")
AMS_API_KEY = env.text("AMS_API_KEY", "")
BMS_API_KEY = env.text("BMS_API_KEY", "")

# Whoever asks for the deployment of a workflow can't do it themselves.
DEPLOY_NEEDS_SECOND_PERSON = env.flag("DEPLOY_NEEDS_SECOND_PERSON", default=False)

RETENTION_KINDS = ["workflowmanager.retention.INTAKE_BODIES"]
RETENTION_RECORD = "workflowmanager.retention.write_audit"

DOCTOR_CHECKS = ["workflowmanager.doctor.clocks", "workflowmanager.doctor.roles"]
DEAD_LETTER_HOOK = "workflowmanager.ledger.note_dead_letter"

# As messaging has it: what it would refuse is refused with the act that it goes with.
ATTACHMENTS_PER_COMMENT = env.integer("ATTACHMENTS_PER_COMMENT", 5)

BEAT_SCHEDULE: dict[str, Any] = {
    "sweep-clocks": {
        "task": "task.tasks.sweep_clocks",
        "schedule": 15,
        "options": {"queue": "workflow-timers-default"},
    },
    "send-checkouts": {
        "task": "workflowmanager.tasks.send_checkouts",
        "schedule": 15,
        "options": {"queue": "workflow-timers-default"},
    },
    "retain": {
        "task": "workflowmanager.tasks.retain",
        "schedule": 3600,
        "options": {"queue": "workflow-timers-default"},
    },
    "erasure-passes": {
        "task": "privacy.tasks.run_passes",
        "schedule": 60,
        "options": {"queue": "workflow-timers-default"},
    },
    "keep-house": {
        "task": "workflow.tasks.keep_house",
        "schedule": 3600,
        "options": {"queue": "workflow-timers-default"},
    },
}
