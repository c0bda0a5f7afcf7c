from django.apps import AppConfig


class TaskConfig(AppConfig):
    name = "task"
    default_auto_field = "django.db.models.BigAutoField"
