from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from role.views import RoleViewSet

router = SimpleRouter()
router.register("roles", RoleViewSet, basename="role")

urlpatterns: list[URLPattern | URLResolver] = [*router.urls]
