from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from workflow.part_views import CalendarViewSet, CategoryViewSet
from workflow.views import WorkflowViewSet

router = SimpleRouter()
router.register("workflows", WorkflowViewSet, basename="workflow")
router.register("calendars", CalendarViewSet, basename="calendar")
router.register("categories", CategoryViewSet, basename="category")

urlpatterns: list[URLPattern | URLResolver] = [*router.urls]
