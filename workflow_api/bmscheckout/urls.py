from rest_framework.routers import SimpleRouter

from bmscheckout.views import BmsCheckoutViewSet

router = SimpleRouter()
router.register("bms/checkouts", BmsCheckoutViewSet, basename="bms-checkout")

urlpatterns = router.urls
