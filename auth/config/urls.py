"""Routes of the service."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from rest_framework.routers import SimpleRouter

from hdts.views import EmployeeSyncView, EmployeeViewSet
from keys.views import JWKSView
from keys.views_api_keys import ApiKeyViewSet
from oidc.views_admin import IdentityProviderViewSet
from privacy.views import PrivacyView
from roles.views import RoleViewSet
from security.views import SecurityEventViewSet
from signin import views_account, views_passkeys
from signin.views import RevocationsView
from system_roles.views import SystemRoleViewSet, UserSystemRoleViewSet
from systems.views import SystemViewSet
from ticketing_common.urls import shared_urls
from tts.views import AgentListView, DriftView, SyncView
from users import views_passwords
from users.views import MeView, UserViewSet
from users.views_avatar import AvatarView, serve_avatar
from users.views_import import ImportView

router = SimpleRouter()
router.register("invitations", views_passwords.InvitationViewSet, basename="invitation")
router.register("api-keys", ApiKeyViewSet, basename="api-key")
router.register("security-events", SecurityEventViewSet, basename="security-event")
router.register("hdts/users", EmployeeViewSet, basename="employee")
router.register("identity-providers", IdentityProviderViewSet, basename="identity-provider")
router.register("users", UserViewSet, basename="user")
router.register("systems", SystemViewSet, basename="system")
router.register("roles", RoleViewSet, basename="role")
router.register("system-roles", SystemRoleViewSet, basename="system-role")
router.register("user-system-roles", UserSystemRoleViewSet, basename="user-system-role")

urlpatterns: list[URLPattern | URLResolver] = [
    *shared_urls(),
    path(".well-known/jwks.json", JWKSView.as_view(), name="jwks"),
    path(".well-known/revocations.json", RevocationsView.as_view(), name="revocations"),
    re_path(r"^avatars/(?P<name>[0-9a-f]{32}\.webp)$", serve_avatar, name="avatar"),
    path("", include("signin.urls")),
    path("", include("oidc.urls")),
    path("scim/v2/", include("scim.urls")),
    path("api/v1/users/me/", MeView.as_view(), name="me"),
    path("api/v1/users/me/password/", views_passwords.OwnPasswordView.as_view(), name="my-password"),
    path("api/v1/users/me/sessions/", views_account.SessionListView.as_view(), name="my-sessions"),
    path("api/v1/users/me/sessions/<str:sid>/", views_account.SessionView.as_view(), name="my-session"),
    path("api/v1/users/me/avatar/", AvatarView.as_view(), name="my-avatar"),
    path("api/v1/users/import/", ImportView.as_view(), name="users-import"),
    path("api/v1/users/me/otp/", views_account.OtpView.as_view(), name="my-otp"),
    path("api/v1/users/me/otp/confirm/", views_account.OtpConfirmView.as_view(), name="my-otp-confirm"),
    path("api/v1/users/me/otp/disable/", views_account.OtpDisableView.as_view(), name="my-otp-disable"),
    path("api/v1/users/me/otp/recovery-codes/", views_account.RecoveryCodesView.as_view(), name="my-recovery-codes"),
    path("api/v1/users/me/passkeys/", views_passkeys.PasskeyListView.as_view(), name="my-passkeys"),
    path("api/v1/users/me/passkeys/options/", views_passkeys.PasskeyOptionsView.as_view(), name="my-passkey-options"),
    path("api/v1/users/me/passkeys/<int:id>/", views_passkeys.PasskeyView.as_view(), name="my-passkey"),
    path(
        "api/v1/users/me/passkeys/<int:id>/remove/",
        views_passkeys.PasskeyRemovalView.as_view(),
        name="my-passkey-removal",
    ),
    path("api/v1/users/<int:user_id>/sessions/", views_account.OtherSessionListView.as_view(), name="user-sessions"),
    path(
        "api/v1/users/<int:user_id>/sessions/<str:sid>/",
        views_account.OtherSessionView.as_view(),
        name="user-session",
    ),
    path("api/v1/password/forgot/", views_passwords.ForgotView.as_view(), name="password-forgot"),
    path("api/v1/password/reset/", views_passwords.ResetView.as_view(), name="password-reset"),
    path("api/v1/password/change/", views_passwords.ChangeView.as_view(), name="password-change"),
    path("api/v1/tts/agents/", AgentListView.as_view(), name="tts-agents"),
    path("api/v1/tts/sync/", SyncView.as_view(), name="tts-sync"),
    path("api/v1/tts/drift/", DriftView.as_view(), name="tts-drift"),
    path("api/v1/hdts/sync/", EmployeeSyncView.as_view(), name="hdts-sync"),
    path("api/v1/privacy/person/", PrivacyView.as_view(), name="person-data"),
    path("api/v1/", include("ticketing_common.retention.urls")),
    path("api/v1/", include(router.urls)),
]

handler400 = "ticketing_common.problems.handler400"
handler403 = "ticketing_common.problems.handler403"
handler404 = "ticketing_common.problems.handler404"
handler500 = "ticketing_common.problems.handler500"
