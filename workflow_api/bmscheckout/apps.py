from django.apps import AppConfig


class BmsCheckoutConfig(AppConfig):
    name = "bmscheckout"
    default_auto_field = "django.db.models.BigAutoField"
