"""F3's application."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "floor.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
