"""A small Django project that uses every shared part, for the tests of those parts."""

from project.celery import app as celery_app

__all__ = ["celery_app"]
