from django.apps import AppConfig


class RoleConfig(AppConfig):
    name = "role"
    default_auto_field = "django.db.models.BigAutoField"
