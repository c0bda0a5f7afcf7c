from rest_framework.routers import SimpleRouter

from workflowmanager.analytics_views import AnalyticsViewSet
from workflowmanager.saved_views import SavedViewViewSet

router = SimpleRouter()
router.register("analytics", AnalyticsViewSet, basename="analytics")
router.register("views", SavedViewViewSet, basename="view")

urlpatterns = router.urls
