from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from step.views import StepViewSet

router = SimpleRouter()
router.register("steps", StepViewSet, basename="step")

urlpatterns: list[URLPattern | URLResolver] = [*router.urls]
