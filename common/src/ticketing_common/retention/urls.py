from django.urls import path

from ticketing_common.retention import views

urlpatterns = [
    path("retention/", views.RetentionView.as_view(), name="retention"),
    path("retention/<slug:kind>/", views.RetentionKindView.as_view(), name="retention-kind"),
    path("retention/<slug:kind>/run/", views.RetentionRunView.as_view(), name="retention-run"),
]
