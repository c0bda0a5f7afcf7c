from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class NotificationsConfig(AppConfig):
    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from notifications import gauges  # noqa: F401

        post_migrate.connect(_bring_templates_up_to_date, sender=self)


def _bring_templates_up_to_date(*, using: str, plan: Any = None, **_kwargs: Any) -> None:
    """Every type has a template row after each migrate; those edited by people are left alone."""
    from django.utils import timezone

    from notifications.templates import install_shipped_templates

    install_shipped_templates(using=using, now=timezone.now())
