from __future__ import annotations

from rest_framework.routers import SimpleRouter

from webhooks.views import WebhookViewSet

router = SimpleRouter()
router.register("api/v1/webhooks", WebhookViewSet, basename="webhook")

urlpatterns = router.urls
