"""The Celery application of the test project."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

from ticketing_common.celery import make_app

app = make_app("workflow_api")
