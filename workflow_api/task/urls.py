from rest_framework.routers import SimpleRouter

from task.views import TaskViewSet, TransitionViewSet

router = SimpleRouter()
router.register("tasks", TaskViewSet, basename="task")
router.register("transitions", TransitionViewSet, basename="transition")

urlpatterns = router.urls
