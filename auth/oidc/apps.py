"""Start-up of the app: the checks of `manage.py` name what is wrong with the setting."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.checks import Error, register


class OidcConfig(AppConfig):
    name = "oidc"

    def ready(self) -> None:
        register(check_setting)


def check_setting(**_: Any) -> list[Error]:
    from oidc.providers import problems_of_setting  # models are loaded only now

    return [Error(problem, id="oidc.E001") for problem in problems_of_setting()]
