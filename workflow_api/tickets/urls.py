from rest_framework.routers import SimpleRouter

from tickets.views import IntakeViewSet, TicketViewSet

router = SimpleRouter()
router.register("tickets", TicketViewSet, basename="ticket")
router.register("intake", IntakeViewSet, basename="intake")

urlpatterns = router.urls
