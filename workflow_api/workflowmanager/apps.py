from django.apps import AppConfig


class WorkflowManagerConfig(AppConfig):
    name = "workflowmanager"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from workflowmanager import gauges  # noqa: F401
