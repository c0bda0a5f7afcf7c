"""Settings of the floor: the same database, driver and logging as the services have."""

from pathlib import Path

from ticketing_common import settings as base
from ticketing_common.env import Env

BASE_DIR = Path(__file__).resolve().parent
SERVICE_NAME = "floor"
env = Env(SERVICE_NAME, BASE_DIR)

SECRET_KEY = "benchmark"
PULSE_FILE = ""
INSTALLED_APPS = ["django.contrib.contenttypes", "rest_framework", "ticketing_common.inbox", "floor"]
ROOT_URLCONF = "floor.web"
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]  # says how long an answer is
ALLOWED_HOSTS = ["*"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
DATABASES = {"default": env.database("floor")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
RABBITMQ_URL = env.url_with_secret("RABBITMQ_URL", "")
CACHES = base.caches("", SERVICE_NAME)
LOGGING = base.logging(env)
