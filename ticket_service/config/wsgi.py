"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from ticketing_common.database import start_as

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
start_as("web")
application = get_wsgi_application()
