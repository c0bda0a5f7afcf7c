"""Routes of the service."""

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from keys.views import JWKSView
from roles.views import RoleViewSet
from system_roles.views import SystemRoleViewSet, UserSystemRoleViewSet
from systems.views import SystemViewSet
from ticketing_common.urls import shared_urls
from tts.views import AgentListView, SyncView
from users.views import MeView, UserViewSet

router = SimpleRouter()
router.register("users", UserViewSet, basename="user")
router.register("systems", SystemViewSet, basename="system")
router.register("roles", RoleViewSet, basename="role")
router.register("system-roles", SystemRoleViewSet, basename="system-role")
router.register("user-system-roles", UserSystemRoleViewSet, basename="user-system-role")

urlpatterns: list[URLPattern | URLResolver] = [
    *shared_urls(),
    path(".well-known/jwks.json", JWKSView.as_view(), name="jwks"),
    path("", include("signin.urls")),
    path("api/v1/users/me/", MeView.as_view(), name="me"),
    path("api/v1/tts/agents/", AgentListView.as_view(), name="tts-agents"),
    path("api/v1/tts/sync/", SyncView.as_view(), name="tts-sync"),
    path("api/v1/", include(router.urls)),
]

handler400 = "ticketing_common.problems.handler400"
handler403 = "ticketing_common.problems.handler403"
handler404 = "ticketing_common.problems.handler404"
handler500 = "ticketing_common.problems.handler500"
