from rest_framework.routers import SimpleRouter

from amscheckout.views import AmsCheckoutViewSet

router = SimpleRouter()
router.register("ams/checkouts", AmsCheckoutViewSet, basename="ams-checkout")

urlpatterns = router.urls
