"""The least that anyone could do with one message: the floor that the real work is measured against."""

from floor.celery import app as celery_app

__all__ = ["celery_app"]
