from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from privacy.views import ErasureViewSet, PersonView, RequesterListView

router = SimpleRouter()
router.register("privacy/erasures", ErasureViewSet, basename="erasure")

urlpatterns: list[URLPattern | URLResolver] = [
    path("privacy/requesters/", RequesterListView.as_view(), name="requesters"),
    path("privacy/person/", PersonView.as_view(), name="person-data"),
    *router.urls,
]
