from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "ticketing_common.retention"
    label = "retention"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ticketing_common.retention import gauges  # noqa: F401
