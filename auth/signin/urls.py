"""Routes of sign-in and tokens."""

from django.urls import path

from signin import views, views_passkeys

urlpatterns = [
    path("login/", views.LoginView.as_view(), name="login"),
    path("login/otp/", views.LoginOtpView.as_view(), name="login-otp"),
    path("login/otp/resend/", views.LoginOtpResendView.as_view(), name="login-otp-resend"),
    path("login/passkey/", views_passkeys.LoginPasskeyView.as_view(), name="login-passkey"),
    path("login/passkey/options/", views_passkeys.LoginPasskeyOptionsView.as_view(), name="login-passkey-options"),
    path("captcha/", views.CaptchaView.as_view(), name="captcha"),
    path("token/", views.TokenView.as_view(), name="token"),
    path("token/refresh/", views.TokenRefreshView.as_view(), name="token-refresh"),
    path("token/verify/", views.TokenVerifyView.as_view(), name="token-verify"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
]
