from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from audit.views import AuditViewSet

router = SimpleRouter()
router.register("audit", AuditViewSet, basename="audit")

urlpatterns: list[URLPattern | URLResolver] = [*router.urls]
