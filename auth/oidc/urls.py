"""Routes of sign-in by a provider."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from oidc import views
from oidc.models import SLUG


class ProviderSlug(StringConverter):
    regex = SLUG


register_converter(ProviderSlug, "provider")

urlpatterns = [
    path("oidc/providers/", views.ProvidersView.as_view(), name="oidc-providers"),
    path("oidc/<provider:slug>/start/", views.StartView.as_view(), name="oidc-start"),
    path("oidc/<provider:slug>/callback/", views.CallbackView.as_view(), name="oidc-callback"),
    path(
        "oidc/<provider:slug>/backchannel-logout/",
        views.BackchannelLogoutView.as_view(),
        name="oidc-backchannel-logout",
    ),
    path(
        "oidc/<provider:slug>/frontchannel-logout/",
        views.FrontchannelLogoutView.as_view(),
        name="oidc-frontchannel-logout",
    ),
]
