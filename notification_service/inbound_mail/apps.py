from __future__ import annotations

from django.apps import AppConfig


class InboundMailConfig(AppConfig):
    name = "inbound_mail"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inbound_mail import gauges  # noqa: F401
