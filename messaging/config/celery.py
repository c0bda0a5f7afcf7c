"""The Celery application of this service."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from ticketing_common.celery import MAX_BATCH, make_app

app = make_app("messaging", prefetch=MAX_BATCH)
