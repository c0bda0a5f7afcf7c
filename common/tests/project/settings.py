"""Settings of the test project. It takes the workflow service's name, and with it its queues."""

import os
from pathlib import Path

os.environ.setdefault("DJANGO_ENV", "test")
os.environ.setdefault("LOG_LEVEL", "CRITICAL")

from ticketing_common import settings as base
from ticketing_common.env import Env

BASE_DIR = Path(__file__).resolve().parent
SERVICE_NAME = "workflow_api"
env = Env(SERVICE_NAME, BASE_DIR)

DEBUG = False
SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "project.urls"
INSTALLED_APPS = [*base.APPS, "ticketing_common.retention", "project"]
MIDDLEWARE = base.MIDDLEWARE
TEMPLATES = base.TEMPLATES
DATABASES = {"default": env.database("common")}
# The database of the URL may be a service's, whose tests run at the same time.
DATABASES["default"]["TEST"] = {"NAME": f"test_common_{DATABASES['default']['NAME']}"}
DATABASE_SESSION = env.database_session()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"

RABBITMQ_URL = env.text("RABBITMQ_URL", "amqp://admin:admin@localhost:5672/%2F")
RABBITMQ_MANAGEMENT_URL = env.text("RABBITMQ_MANAGEMENT_URL", "http://admin:admin@localhost:15672")
PULSE_FILE = env.text("PULSE_FILE")
REDIS_URL = ""
AUTH_SERVICE_URL = "http://127.0.0.1:9"
SERVICE_API_KEYS = ["ticket_service:first-key", "ticket_service:second-key", "empty:"]
CACHES = base.caches("", SERVICE_NAME)

REST_FRAMEWORK = base.REST_FRAMEWORK
SPECTACULAR_SETTINGS = base.spectacular("Test project", "Uses every shared part.")
CORS_ALLOWED_ORIGINS = ["http://localhost:1000"]
JWT_KEY_SOURCE = "ticketing_testing.clients.test_keys"
LOGGING = base.logging(env)
DEAD_LETTER_HOOK = "project.hooks.tell"
RETENTION_KINDS: list[str] = []

# Billiard takes seconds to notice each killed process; a few deaths show the same as twenty.
MESSAGE_DELIVERY_LIMIT = 2

# A beat with something to send, for the test of several.
if env.flag("EVERY_SECOND", False):
    BEAT_SCHEDULE = {
        "every-second": {"task": "workflow.seed", "schedule": 1.0, "options": {"queue": "workflow_seed_queue"}}
    }
