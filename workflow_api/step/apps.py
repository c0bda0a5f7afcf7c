from django.apps import AppConfig


class StepConfig(AppConfig):
    name = "step"
    default_auto_field = "django.db.models.BigAutoField"
