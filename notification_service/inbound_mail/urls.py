from __future__ import annotations

from rest_framework.routers import SimpleRouter

from inbound_mail.views import InboundMailViewSet

router = SimpleRouter()
router.register("api/v1/inbound-mails", InboundMailViewSet, basename="inbound-mail")

urlpatterns = router.urls
