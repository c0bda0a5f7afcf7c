from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from workflow.part_views import CalendarViewSet, CategoryViewSet

router = SimpleRouter()
router.register("calendars", CalendarViewSet, basename="calendar")
router.register("categories", CategoryViewSet, basename="category")

urlpatterns: list[URLPattern | URLResolver] = [*router.urls]
