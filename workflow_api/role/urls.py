from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from role.views import PersonViewSet, RoleViewSet

router = SimpleRouter()
router.register("roles", RoleViewSet, basename="role")
router.register("people", PersonViewSet, basename="person")

urlpatterns: list[URLPattern | URLResolver] = [*router.urls]
