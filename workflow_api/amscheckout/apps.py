from django.apps import AppConfig


class AmsCheckoutConfig(AppConfig):
    name = "amscheckout"
    default_auto_field = "django.db.models.BigAutoField"
